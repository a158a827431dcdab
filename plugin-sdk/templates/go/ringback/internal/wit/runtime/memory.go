// Package runtime is what generated bindings stand on: `pkg/wit/runtime` of the Bytecode Alliance's go-pkg (see LICENSE), with
// another memory.
//
// What the gateway hands over, it writes into memory that it asks for through `cabi_realloc`. Nothing may be called from
// there, and Go's allocator calls: when it starts a collection it asks for the time and polls, and the instance traps. So
// this memory is none of the collector's. It is one row of blocks, filled from the front and emptied at once when the call's
// results have been taken (`Release`); the layer copies what is to live longer.
//
// What goes to the gateway is laid out there too. Between the first address that is written down and the moment at which the
// gateway has read it, nothing is allocated of Go's heap, so nothing is collected; and heap objects do not move. That is why
// nothing is pinned, which would take a quarter of a small call (`Escape`).
package runtime

import "unsafe"

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

// Release takes everything back that was handed out during a call.
func Release() {
	for i := range current + 1 {
		blocks[i].used = 0
	}
	blocks[0].used = kept
	current = 0
}

// Allocate gives memory until the call's end, for what goes to the gateway and for what it answers. Its bytes are left over
// from earlier calls: the bindings write all that is read.
func Allocate(size, align uintptr) unsafe.Pointer {
	return cabiRealloc(nil, 0, align, size)
}

// statics are never given back.
var statics [][]uint64

// Static gives memory for good: where an export's results are told.
func Static(size, _ uintptr) unsafe.Pointer {
	memory := make([]uint64, (size+7)/8)
	statics = append(statics, memory)
	return unsafe.Pointer(unsafe.SliceData(memory))
}

var (
	// never is false. The compiler does not know.
	never   bool
	escaped unsafe.Pointer
)

// Escape has bytes whose address goes to the gateway lie on the heap: a stack that grows moves.
func Escape(bytes unsafe.Pointer) {
	if never {
		escaped = bytes
	}
}
