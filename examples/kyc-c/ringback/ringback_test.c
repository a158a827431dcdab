/* Tests of the layer itself, natively: texts and JSON, with what a client could send. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fake.h"

static void texts(void) {
  CHECK_TEXT(RB_CONCAT(RB("a"), RB_NONE, RB("b")), "ab");
  CHECK_TEXT(rb_decimal(0), "0");
  CHECK_TEXT(rb_decimal(INT64_MIN), "-9223372036854775808");
  CHECK_TEXT(rb_hex(RB("\x00\xff\x1a")), "00ff1a");
  CHECK_TEXT(rb_path(RB("a.b")), "a\\.b");
  CHECK(rb_equals(RB_NONE, RB("")));
}

static void utf8(void) {
  CHECK_TEXT(rb_utf8(RB("Zo\xc3\xab \xf0\x9f\xa6\x80")), "Zo\xc3\xab \xf0\x9f\xa6\x80");
  CHECK_TEXT(rb_utf8(RB("a\xff")), "a\xef\xbf\xbd");
  /* Too long a form of `/`, a surrogate, beyond U+10FFFF, cut off. */
  CHECK_TEXT(rb_utf8(RB("\xc0\xaf")), "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK_TEXT(rb_utf8(RB("\xed\xa0\x80")), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  CHECK_TEXT(rb_utf8(RB("\xf4\x90\x80\x80")), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  CHECK_TEXT(rb_utf8(RB("\xe2\x82")), "\xef\xbf\xbd\xef\xbf\xbd");
}

static const rb_json *member(const char *json, const char *name) { return rb_json_member(rb_json_read(rb_of(json)), rb_of(name)); }

static void reading(void) {
  rb_text text;
  int64_t number;
  const rb_json *all = rb_json_read(RB(" {\"a\" : [1, -2.5e1, true, null, \"x\"] , \"b\":{}} "));
  CHECK(all && all->type == RB_OBJECT);
  const rb_json *one = all->first->first;
  CHECK(one->number == 1 && one->next->number == -25 && one->next->next->boolean);
  CHECK(one->next->next->next->type == RB_NULL && rb_json_text(one->next->next->next->next, &text));
  CHECK(!one->next->next->next->next->next && rb_json_member(all, RB("b"))->type == RB_OBJECT);
  CHECK(rb_json_text(member("{\"k\":1,\"k\":\"last\"}", "k"), &text));
  CHECK_TEXT(text, "last");
  CHECK(rb_json_text(member("{\"k\":\"\\u00eb\\ud83e\\udd80\\n\\\"\\/\"}", "k"), &text));
  CHECK_TEXT(text, "\xc3\xab\xf0\x9f\xa6\x80\n\"/");
  CHECK(rb_json_text(rb_json_read(RB("\"\\ud800\\u0041\\udc00\"")), &text));
  CHECK_TEXT(text, "\xef\xbf\xbd" "A" "\xef\xbf\xbd");
  CHECK(rb_json_integer(rb_json_read(RB("9223372036854775807")), &number) && number == INT64_MAX);
  CHECK(rb_json_integer(rb_json_read(RB("-9223372036854775808")), &number) && number == INT64_MIN);
  CHECK(rb_json_integer(rb_json_read(RB("-0")), &number) && number == 0);
  CHECK(!rb_json_integer(rb_json_read(RB("9223372036854775808")), &number));
  CHECK(!rb_json_integer(rb_json_read(RB("1.0")), &number) && !rb_json_integer(rb_json_read(RB("1e3")), &number));
  CHECK(rb_json_read(RB("1e3"))->number == 1000 && rb_json_read(RB("0.001"))->number == 0.001);
  CHECK(rb_json_read(RB("9007199254740991"))->number == 9007199254740991.0);
  CHECK(rb_json_read(RB("1e999999999999"))->number > 1e308 && rb_json_read(RB("1e-999999999999"))->number == 0);
  CHECK(!rb_json_member(NULL, RB("a")) && !rb_json_text(NULL, &text) && !rb_json_integer(NULL, &number));
}

static void what_is_no_json(void) {
  const char *texts[] = {"", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "[1 2]", "01", "1.", ".5", "-", "+1", "1e", "tru",
                         "nulll", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "1 1", "{\"a\":}", "]", "\"\xff\"",
                         "{\"id\":\"u-5\",", "NaN", "'a'"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    if (rb_json_read(rb_of(texts[i]))) failures++, printf("read: %s\n", texts[i]);
  }
}

static void depth_ends(void) {
  enum { MOST = 127, FAR = 1000000 };
  char *deep = rb_memory(FAR);
  memset(deep, '[', FAR);
  CHECK(!rb_json_read((rb_text){deep, FAR}));
  for (int levels = MOST; levels <= MOST + 1; levels++) {
    memset(deep, '[', (size_t)levels);
    memset(deep + levels, ']', (size_t)levels);
    CHECK((rb_json_read((rb_text){deep, 2 * (size_t)levels}) != NULL) == (levels == MOST));
  }
}

static void writing(void) {
  rb_writer json = {0};
  rb_begin_object(&json);
  rb_name(&json, RB("a\"\\\n\x01"));
  rb_begin_array(&json);
  rb_put_integer(&json, -1);
  rb_put_text(&json, RB("[:\xff"));
  rb_begin_object(&json);
  rb_end_object(&json);
  rb_put_boolean(&json, false);
  rb_put_null(&json);
  rb_end_array(&json);
  rb_name(&json, RB("b"));
  rb_put_json(&json, RB("{\"c\":1}"));
  rb_name(&json, RB("d"));
  rb_put_text(&json, RB_NONE);
  rb_end_object(&json);
  CHECK_TEXT(rb_written(&json), "{\"a\\\"\\\\\\n\\u0001\":[-1,\"[:\xef\xbf\xbd\",{},false,null],\"b\":{\"c\":1},\"d\":\"\"}");
  rb_writer much = {0};
  rb_begin_array(&much);
  for (int i = 0; i < 100000; i++) rb_put_integer(&much, i);
  rb_end_array(&much);
  CHECK(rb_json_read(rb_written(&much)));
}

/* Whatever comes, nothing is read or written beyond an end: the compiler's checkers watch. */
static void anything(void) {
  static const char alphabet[] = "{}[]\",:\\u0123456789dDeE+-.tfn \xc3\xab\xff\n";
  srand(7);
  for (int round = 0; round < 200000; round++) {
    char text[40];
    size_t length = (size_t)rand() % sizeof text;
    char *exact = rb_memory(length); /* so that one byte beyond is found */
    for (size_t i = 0; i < length; i++) exact[i] = alphabet[(size_t)rand() % (sizeof alphabet - 1)];
    const rb_json *read = rb_json_read((rb_text){exact, length});
    if (read && read->type == RB_TEXT) {
      rb_writer json = {0};
      rb_put_text(&json, read->text);
      rb_text again;
      CHECK(rb_json_text(rb_json_read(rb_written(&json)), &again) && rb_equals(again, read->text));
    }
    rb_release();
  }
}

int ringback_test(void) {
  texts(), utf8(), reading(), what_is_no_json(), depth_ends(), writing(), anything();
  rb_release();
  return failures;
}
