/* The arena of a call, and the part of a C library that is about memory. */
#include "ringback.h"

#ifdef __wasm__

#ifndef __wasm_bulk_memory__
#error "build with -mbulk-memory: memcpy is one instruction then"
#endif

#define PAGE_BYTES ((size_t)65536)

extern unsigned char __heap_base;
static uintptr_t used_up_to; /* 0: nothing yet */

/* Aligned memory that the next call may have again. Traps where the instance may have no more. */
static void *take(size_t bytes, size_t align) {
  if (!used_up_to) used_up_to = (uintptr_t)&__heap_base;
  uintptr_t at = (used_up_to + align - 1) & ~(uintptr_t)(align - 1);
  uintptr_t end = at + bytes;
  if (end < at) __builtin_trap();
  size_t there = __builtin_wasm_memory_size(0) * PAGE_BYTES;
  /* `there` is 0 where memory has all of its 4 GiB. */
  if (there && end > there) {
    size_t pages = (end - there + PAGE_BYTES - 1) / PAGE_BYTES;
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) __builtin_trap();
  }
  used_up_to = end;
  return (void *)at;
}

void rb_release(void) { used_up_to = 0; }

void *rb_memory(size_t bytes) { return __builtin_memset(take(bytes, 16), 0, bytes); }

/* Where the gateway puts what it hands over. */
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_bytes, size_t align, size_t bytes) {
  if (bytes == 0) return (void *)align;
  void *memory = take(bytes, align);
  if (old) __builtin_memcpy(memory, old, old_bytes < bytes ? old_bytes : bytes);
  return memory;
}

/* Only the bindings' own cabi_realloc, which the one above replaces, would call it. */
void *realloc(void *old, size_t bytes) { return (void)old, (void)bytes, __builtin_trap(), (void *)0; }
void free(void *memory) { (void)memory; }
_Noreturn void abort(void) { __builtin_trap(); }

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) { return __builtin_memcpy(to, from, bytes); }
void *memmove(void *to, const void *from, size_t bytes) { return __builtin_memmove(to, from, bytes); }
void *memset(void *to, int byte, size_t bytes) { return __builtin_memset(to, byte, bytes); }

__attribute__((no_builtin)) int memcmp(const void *one, const void *other, size_t bytes) {
  const unsigned char *a = one, *b = other;
  for (size_t i = 0; i < bytes; i++) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

__attribute__((no_builtin)) size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

#else

/* In native tests every piece is one of the C library's, so that its checkers see who writes beyond an end. */
#include <stdlib.h>

static union piece {
  union piece *next;
  max_align_t aligned;
} *pieces;

void *rb_memory(size_t bytes) {
  if (bytes > SIZE_MAX - sizeof(union piece)) abort();
  union piece *piece = calloc(1, sizeof(union piece) + bytes);
  if (!piece) abort();
  piece->next = pieces;
  pieces = piece;
  return piece + 1;
}

void rb_release(void) {
  while (pieces) {
    union piece *next = pieces->next;
    free(pieces);
    pieces = next;
  }
}

#endif
