// Package runtime is what generated bindings stand on: `pkg/wit/runtime` of the Bytecode Alliance's go-pkg (see LICENSE), with
// another memory.
//
// What the gateway hands over, it writes into memory that it asks for through `cabi_realloc`. Nothing may be called from
// there, and Go's allocator calls: when it starts a collection it asks for the time and polls, and the instance traps. So
// this memory is none of the collector's. It is one row of blocks, filled from the front and emptied at once when the call's
// results have been taken (`Release`); the layer copies what is to live longer.
package runtime

import (
	"runtime"
	"unsafe"
)

// block is a piece of memory below Go's heap.
type block struct {
	at, size, used uintptr
}

const (
	// blocksMax is never reached: each block is twice the one before.
	blocksMax = 16
	// The first block is there from the start, since WASI's adapter asks for its 128 KiB before Go's runtime is up.
	firstBytes = 384 << 10
)

var (
	first  [firstBytes]byte
	blocks [blocksMax]block
	// current is the block that is being filled.
	current int
	// kept is what of the first block was handed out for good, to the adapter.
	kept uintptr
)

func init() {
	kept = blocks[0].used
}

//go:wasmexport cabi_realloc
func cabiRealloc(old unsafe.Pointer, oldBytes, align, bytes uintptr) unsafe.Pointer {
	if blocks[0].size == 0 {
		blocks[0] = block{at: uintptr(unsafe.Pointer(&first)), size: firstBytes}
	}
	for i := current; i < blocksMax; i++ {
		if blocks[i].size == 0 {
			blocks[i] = below(max(2*blocks[i-1].size, pages(bytes)))
		}
		if at, fits := blocks[i].take(bytes, align); fits {
			current = i
			copyBytes(at, uintptr(old), min(oldBytes, bytes))
			return unsafe.Pointer(at)
		}
	}
	panic("ringback: out of memory")
}

// below takes a block from below Go's heap.
func below(bytes uintptr) block {
	at := uintptr(sbrk(bytes))
	if at == 0 {
		panic("ringback: out of memory")
	}
	return block{at: at, size: bytes}
}

// pages rounds up to what memory grows by.
func pages(bytes uintptr) uintptr {
	const page = 64 << 10
	return (bytes + page - 1) &^ (page - 1)
}

func (b *block) take(bytes, align uintptr) (uintptr, bool) {
	start := (b.at + b.used + align - 1) &^ (align - 1)
	end := start + bytes
	if end > b.at+b.size || end < start {
		return 0, false
	}
	b.used = end - b.at
	return start, true
}

// copyBytes does what `copy` does, without a slice.
func copyBytes(to, from, bytes uintptr) {
	for i := uintptr(0); i < bytes; i++ {
		*(*byte)(unsafe.Pointer(to + i)) = *(*byte)(unsafe.Pointer(from + i))
	}
}

// Release takes everything back that the gateway was given during a call.
func Release() {
	for i := range blocks {
		blocks[i].used = 0
	}
	blocks[0].used = kept
	current = 0
}

// Unpin is called by the bindings.
func Unpin() {}

// Allocate gives memory of Go's heap, for what goes to the gateway.
func Allocate(pinner *runtime.Pinner, size, align uintptr) unsafe.Pointer {
	if size == 0 {
		return nil
	}
	var pointer unsafe.Pointer
	if align == 8 {
		pointer = unsafe.Pointer(unsafe.SliceData(make([]uint64, (size+7)/8)))
	} else {
		pointer = unsafe.Pointer(unsafe.SliceData(make([]uint32, (size+3)/4)))
	}
	pinner.Pin(pointer)
	return pointer
}
