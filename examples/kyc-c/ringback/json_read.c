/* Reads JSON (RFC 8259) into a tree in the call's arena. */
#include "ringback.h"

#include <string.h>

/* As deep as the gateway's own reader goes. A level takes about 100 bytes of a stack of 64 KiB. */
#define DEPTH_MAX 127

/* What is left to read. A failure is remembered and leaves nothing to read. */
typedef struct reader {
  const char *at, *end;
  bool failed;
} reader;

static void read_value(reader *from, rb_json *into, int depth);

static int fail(reader *from) {
  from->failed = true;
  from->at = from->end;
  return -1;
}

/* The next character that is no white space, -1 at the end. It stays there. */
static int peek(reader *from) {
  while (from->at < from->end && (*from->at == ' ' || *from->at == '\n' || *from->at == '\t' || *from->at == '\r')) from->at++;
  return from->at < from->end ? (unsigned char)*from->at : -1;
}

static bool skip(reader *from, char expected) {
  if (peek(from) != expected) return false;
  from->at++;
  return true;
}

static void read_word(reader *from, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(from->end - from->at) < length || memcmp(from->at, word, length) != 0) {
    fail(from);
    return;
  }
  from->at += length;
}

static bool is_digit(const reader *from) { return from->at < from->end && *from->at >= '0' && *from->at <= '9'; }

static void skip_digits(reader *from) {
  if (!is_digit(from)) fail(from);
  while (is_digit(from)) from->at++;
}

static double scaled(double number, int exponent) {
  double factor = 10;
  int steps = exponent < 0 ? -exponent : exponent;
  for (; steps && number != 0; steps >>= 1, factor *= factor) {
    if (steps & 1) number = exponent < 0 ? number / factor : number * factor;
  }
  return number;
}

/* Of a spelling that is known to be right. */
static double value_of(rb_text number) {
  double value = 0;
  int exponent = 0, written = 0;
  bool fraction = false, below_zero = false;
  size_t i = 0;
  for (; i < number.length; i++) {
    char c = number.at[i];
    if (c == '-') below_zero = true;
    else if (c == '.') fraction = true;
    else if (c == 'e' || c == 'E') break;
    else if (value < 1e17) {
      value = value * 10 + (c - '0');
      exponent -= fraction;
    } else {
      exponent += !fraction; /* more digits than a double holds */
    }
  }
  bool down = false;
  for (i++; i < number.length; i++) {
    char c = number.at[i];
    if (c == '-') down = true;
    else if (c != '+' && written < 100000) written = written * 10 + (c - '0');
  }
  value = scaled(value, exponent + (down ? -written : written));
  return below_zero ? -value : value;
}

static void read_number(reader *from, rb_json *into) {
  const char *start = from->at;
  if (*from->at == '-') from->at++;
  if (from->at < from->end && *from->at == '0') from->at++;
  else skip_digits(from);
  if (from->at < from->end && *from->at == '.') {
    from->at++;
    skip_digits(from);
  }
  if (from->at < from->end && (*from->at == 'e' || *from->at == 'E')) {
    from->at++;
    if (from->at < from->end && (*from->at == '+' || *from->at == '-')) from->at++;
    skip_digits(from);
  }
  if (from->failed) return;
  into->type = RB_NUMBER;
  into->text = (rb_text){start, (size_t)(from->at - start)};
  into->number = value_of(into->text);
}

/* Four hexadecimal digits, -1 where they are not. */
static int32_t read_unit(reader *from) {
  if (from->end - from->at < 4) return fail(from);
  int32_t unit = 0;
  for (int i = 0; i < 4; i++) {
    char c = *from->at++;
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return fail(from);
    unit = unit * 16 + digit;
  }
  return unit;
}

static size_t put_utf8(char *to, uint32_t point) {
  if (point < 0x80) return to[0] = (char)point, 1;
  size_t bytes = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  for (size_t i = bytes - 1; i; i--, point >>= 6) to[i] = (char)(0x80 | (point & 0x3f));
  static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
  to[0] = (char)(lead[bytes] | point);
  return bytes;
}

/* What follows `\u`. Half a surrogate pair becomes U+FFFD. */
static size_t read_point(reader *from, char *to) {
  int32_t unit = read_unit(from);
  if (unit < 0) return 0;
  if (unit < 0xd800 || unit > 0xdfff) return put_utf8(to, (uint32_t)unit);
  if (unit <= 0xdbff && from->end - from->at >= 6 && from->at[0] == '\\' && from->at[1] == 'u') {
    const char *back = from->at;
    from->at += 2;
    int32_t low = read_unit(from);
    if (low < 0) return 0;
    if (low >= 0xdc00 && low <= 0xdfff) {
      return put_utf8(to, 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(low - 0xdc00));
    }
    from->at = back;
  }
  return put_utf8(to, 0xfffd);
}

/* What follows a backslash. It is never longer than it was written. */
static size_t read_escape(reader *from, char *to) {
  static const char written[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  if (from->at == from->end) return fail(from), 0;
  char c = *from->at++;
  if (c == 'u') return read_point(from, to);
  for (size_t i = 0; i < sizeof written - 1; i++) {
    if (c == written[i]) return to[0] = meant[i], 1;
  }
  return fail(from), 0;
}

/* A text; the reader stands behind its opening quote. One without escapes is not copied. */
static rb_text read_text(reader *from) {
  const char *start = from->at;
  bool escapes = false;
  while (from->at < from->end && *from->at != '"') {
    if ((unsigned char)*from->at < 0x20) return fail(from), RB_NONE;
    if (*from->at == '\\') {
      escapes = true;
      if (++from->at == from->end) break;
    }
    from->at++;
  }
  if (from->at == from->end) return fail(from), RB_NONE;
  rb_text written = {start, (size_t)(from->at++ - start)};
  if (!escapes) return written;
  reader inside = {written.at, written.at + written.length, false};
  char *to = rb_memory(written.length);
  size_t length = 0;
  while (inside.at < inside.end) {
    if (*inside.at == '\\') {
      inside.at++;
      length += read_escape(&inside, to + length);
    } else {
      to[length++] = *inside.at++;
    }
  }
  if (inside.failed) fail(from);
  return (rb_text){to, length};
}

/* The members of an object or the elements of an array; the reader stands behind its opening bracket. */
static void read_members(reader *from, rb_json *into, int depth) {
  bool object = into->type == RB_OBJECT;
  char close = object ? '}' : ']';
  const rb_json **link = &into->first;
  if (skip(from, close)) return;
  do {
    rb_json *member = rb_memory(sizeof *member);
    if (object) {
      if (!skip(from, '"')) {
        fail(from);
        return;
      }
      member->name = read_text(from);
      if (!skip(from, ':')) {
        fail(from);
        return;
      }
    }
    read_value(from, member, depth + 1);
    *link = member;
    link = &member->next;
  } while (!from->failed && skip(from, ','));
  if (!skip(from, close)) fail(from);
}

static void read_value(reader *from, rb_json *into, int depth) {
  int c = peek(from);
  if (c == '{' || c == '[') {
    if (depth >= DEPTH_MAX) {
      fail(from);
      return;
    }
    from->at++;
    into->type = c == '{' ? RB_OBJECT : RB_ARRAY;
    read_members(from, into, depth);
  } else if (c == '"') {
    from->at++;
    into->type = RB_TEXT;
    into->text = read_text(from);
  } else if (c == 't' || c == 'f') {
    read_word(from, c == 't' ? "true" : "false");
    into->type = RB_BOOLEAN;
    into->boolean = c == 't';
  } else if (c == 'n') {
    read_word(from, "null");
  } else if (c == '-' || (c >= '0' && c <= '9')) {
    read_number(from, into);
  } else {
    fail(from);
  }
}

const rb_json *rb_json_read(rb_text text) {
  if (rb_utf8(text).at != text.at) return NULL;
  if (!text.length) return NULL;
  rb_json *value = rb_memory(sizeof *value);
  reader from = {text.at, text.at + text.length, false};
  read_value(&from, value, 0);
  return from.failed || peek(&from) != -1 ? NULL : value;
}

const rb_json *rb_json_member(const rb_json *object, rb_text name) {
  const rb_json *found = NULL;
  if (!object || object->type != RB_OBJECT) return NULL;
  for (const rb_json *member = object->first; member; member = member->next) {
    if (rb_equals(member->name, name)) found = member;
  }
  return found;
}

bool rb_json_text(const rb_json *value, rb_text *text) {
  if (!value || value->type != RB_TEXT) return false;
  *text = value->text;
  return true;
}

bool rb_json_integer(const rb_json *value, int64_t *number) {
  if (!value || value->type != RB_NUMBER) return false;
  rb_text text = value->text;
  bool below_zero = text.at[0] == '-';
  uint64_t most = below_zero ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX, read = 0;
  for (size_t i = below_zero; i < text.length; i++) {
    unsigned digit = (unsigned)(text.at[i] - '0');
    if (digit > 9 || read > (most - digit) / 10) return false;
    read = read * 10 + digit;
  }
  *number = below_zero ? -(int64_t)(read - (read > 0)) - (read > 0) : (int64_t)read;
  return true;
}
