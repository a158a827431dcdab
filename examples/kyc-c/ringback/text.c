/* Texts. */
#include "ringback.h"

#include <string.h>

rb_text rb_of(const char *with_nul) { return (rb_text){with_nul, with_nul ? strlen(with_nul) : 0}; }

bool rb_equals(rb_text one, rb_text other) {
  return one.length == other.length && (one.length == 0 || memcmp(one.at, other.at, one.length) == 0);
}

bool rb_starts_with(rb_text text, rb_text start) {
  return text.length >= start.length && rb_equals((rb_text){text.at, start.length}, start);
}

rb_text rb_concat(const rb_text *texts, size_t count) {
  size_t length = 0;
  for (size_t i = 0; i < count; i++) length += texts[i].length;
  char *at = rb_memory(length);
  size_t end = 0;
  for (size_t i = 0; i < count; i++) {
    if (texts[i].length) memcpy(at + end, texts[i].at, texts[i].length);
    end += texts[i].length;
  }
  return (rb_text){at, length};
}

rb_text rb_decimal(int64_t number) {
  enum { DIGITS_MAX = 20 };
  char *end = (char *)rb_memory(DIGITS_MAX) + DIGITS_MAX;
  char *at = end;
  /* Below zero it counts in unsigned: the lowest number has no counterpart. */
  uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  do {
    *--at = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest);
  if (number < 0) *--at = '-';
  return (rb_text){at, (size_t)(end - at)};
}

rb_text rb_hex(rb_text bytes) {
  static const char digits[] = "0123456789abcdef";
  char *at = rb_memory(2 * bytes.length);
  for (size_t i = 0; i < bytes.length; i++) {
    unsigned char byte = (unsigned char)bytes.at[i];
    at[2 * i] = digits[byte >> 4];
    at[2 * i + 1] = digits[byte & 15];
  }
  return (rb_text){at, 2 * bytes.length};
}

rb_text rb_path(rb_text name) {
  size_t dots = 0;
  for (size_t i = 0; i < name.length; i++) dots += name.at[i] == '.';
  if (!dots) return name;
  char *at = rb_memory(name.length + dots);
  size_t length = 0;
  for (size_t i = 0; i < name.length; i++) {
    if (name.at[i] == '.') at[length++] = '\\';
    at[length++] = name.at[i];
  }
  return (rb_text){at, length};
}

/* The length of the UTF-8 sequence at the start (RFC 3629). 0: there is none. */
static size_t sequence(const unsigned char *at, size_t length) {
  unsigned char first = at[0];
  if (first < 0x80) return 1;
  size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || length < bytes) return 0;
  /* The second byte rules out what is longer than it need be, surrogates, and what is beyond U+10FFFF. */
  unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (at[1] < least || at[1] > most) return 0;
  for (size_t i = 2; i < bytes; i++) {
    if ((at[i] & 0xc0) != 0x80) return 0;
  }
  return bytes;
}

rb_text rb_utf8(rb_text text) {
  const unsigned char *at = (const unsigned char *)text.at;
  size_t good = 0, bytes;
  while (good < text.length && (bytes = sequence(at + good, text.length - good))) good += bytes;
  if (good == text.length) return text;
  if (text.length > SIZE_MAX / 3) return RB_NONE;
  char *clean = rb_memory(3 * text.length);
  size_t length = 0;
  for (size_t i = 0; i < text.length;) {
    bytes = sequence(at + i, text.length - i);
    memcpy(clean + length, bytes ? text.at + i : "\xef\xbf\xbd", bytes ? bytes : 3);
    length += bytes ? bytes : 3;
    i += bytes ? bytes : 1;
  }
  return (rb_text){clean, length};
}
