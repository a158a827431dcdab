/* What generated bindings ask of a C library. Plugins take memory with rb_memory: all of it is given back after the call. */
#pragma once
#include <stddef.h>
_Noreturn void abort(void);
void *realloc(void *old, size_t bytes);
void free(void *memory);
