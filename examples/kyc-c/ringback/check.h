/* Tests: each CHECK that does not hold is told, and the process ends with 1. */
#pragma once
#include <stdio.h>

#include "ringback.h"

static int failures;

#define CHECK(condition)                                                                     \
  do {                                                                                       \
    if (!(condition)) failures++, printf("%s:%d: %s\n", __FILE__, __LINE__, #condition); \
  } while (0)

#define CHECK_TEXT(text, expected)                                                                                    \
  do {                                                                                                                \
    rb_text checked = (text);                                                                                         \
    if (!rb_equals(checked, rb_of(expected)))                                                                         \
      failures++, printf("%s:%d: %.*s, not %s\n", __FILE__, __LINE__, (int)checked.length, checked.at ? checked.at : "", \
                         expected);                                                                                   \
  } while (0)
