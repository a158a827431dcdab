/* Writes compact JSON into the call's arena. */
#include "ringback.h"

#include <string.h>

#define ROOM_BYTES 256

static void put(rb_writer *json, const char *at, size_t length) {
  if (length > json->room - json->length) {
    /* What is beyond all memory anyway asks for all of it, and ends the call. */
    bool too_much = length > SIZE_MAX / 4 || json->room > SIZE_MAX / 4;
    size_t room = too_much ? SIZE_MAX / 2 : 2 * json->room + length + ROOM_BYTES;
    char *grown = rb_memory(room);
    if (json->length) memcpy(grown, json->at, json->length);
    json->at = grown;
    json->room = room;
  }
  if (length) memcpy(json->at + json->length, at, length);
  json->length += length;
}

static void put_character(rb_writer *json, char c) { put(json, &c, 1); }

/* A comma, unless this is the first of an array or an object, a member's value, or all there is. */
static void separate(rb_writer *json) {
  if (!json->length) return;
  char last = json->at[json->length - 1];
  if (last != '{' && last != '[' && last != ':') put_character(json, ',');
}

static void put_quoted(rb_writer *json, rb_text text) {
  text = rb_utf8(text);
  put_character(json, '"');
  size_t plain = 0;
  for (size_t i = 0; i < text.length; i++) {
    unsigned char c = (unsigned char)text.at[i];
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    put(json, text.at + plain, i - plain);
    plain = i + 1;
    /* From \b on; \v has no letter. */
    static const char letters[] = "btn?fr", digits[] = "0123456789abcdef";
    char escape[6] = {'\\', (char)c};
    size_t length = 2;
    if (c < 0x20) {
      if (c >= '\b' && c <= '\r' && c != '\v') {
        escape[1] = letters[c - '\b'];
      } else {
        memcpy(escape + 1, "u00", 3);
        escape[4] = digits[c >> 4];
        escape[5] = digits[c & 15];
        length = 6;
      }
    }
    put(json, escape, length);
  }
  if (text.length) put(json, text.at + plain, text.length - plain);
  put_character(json, '"');
}

static void put_value(rb_writer *json, rb_text text) {
  separate(json);
  put(json, text.at, text.length);
}

void rb_begin_object(rb_writer *json) { put_value(json, RB("{")); }
void rb_end_object(rb_writer *json) { put_character(json, '}'); }
void rb_begin_array(rb_writer *json) { put_value(json, RB("[")); }
void rb_end_array(rb_writer *json) { put_character(json, ']'); }

void rb_name(rb_writer *json, rb_text name) {
  separate(json);
  put_quoted(json, name);
  put_character(json, ':');
}

void rb_put_text(rb_writer *json, rb_text text) {
  separate(json);
  put_quoted(json, text);
}

void rb_put_integer(rb_writer *json, int64_t number) { put_value(json, rb_decimal(number)); }
void rb_put_boolean(rb_writer *json, bool boolean) { put_value(json, boolean ? RB("true") : RB("false")); }
void rb_put_null(rb_writer *json) { put_value(json, RB("null")); }
void rb_put_json(rb_writer *json, rb_text text) { put_value(json, text); }

rb_text rb_written(const rb_writer *json) { return (rb_text){json->at, json->length}; }
