//! A heap that begins in the memory that the module has anyway.
//!
//! Rust's allocator grows the memory at the first allocation, which costs the gateway two changes of page protection for
//! each new instance: 7 us of 18. Here the first pages are a part of the module's own data: zeroes, which take no room in
//! its file.

use std::{
    alloc::{GlobalAlloc, Layout},
    cell::{Cell, UnsafeCell},
};

use dlmalloc::{Allocator, Dlmalloc};

/// More than most calls need, and little enough for the gateway to keep resident.
const ROOM_BYTES: usize = 128 << 10;
const PAGE_BYTES: usize = 64 << 10;
/// What dlmalloc counts its own pages in.
const GRAIN_BYTES: usize = 4 << 10;

/// The first pages. Aligned as strictly as a C type asks for.
#[repr(align(16))]
struct Room(UnsafeCell<[u8; ROOM_BYTES]>);

// SAFETY: a component has one thread.
unsafe impl Sync for Room {}

static ROOM: Room = Room(UnsafeCell::new([0; ROOM_BYTES]));

/// The room first, then what the gateway adds.
struct Pages {
    /// Whether the room has been handed out, or was too small to be.
    begun: Cell<bool>,
}

// SAFETY: every range is handed out once: the room the first time, if it suffices, then what `memory.grow` adds. Nothing is
// ever given back.
unsafe impl Allocator for Pages {
    fn alloc(&self, size_bytes: usize) -> (*mut u8, usize, u32) {
        if !self.begun.replace(true) && size_bytes <= ROOM_BYTES {
            return (ROOM.0.get().cast(), ROOM_BYTES, 0);
        }
        match core::arch::wasm32::memory_grow(0, size_bytes.div_ceil(PAGE_BYTES)) {
            usize::MAX => (std::ptr::null_mut(), 0, 0),
            page => ((page * PAGE_BYTES) as *mut u8, size_bytes.next_multiple_of(PAGE_BYTES), 0),
        }
    }

    fn remap(&self, _: *mut u8, _: usize, _: usize, _: bool) -> *mut u8 {
        std::ptr::null_mut()
    }

    fn free_part(&self, _: *mut u8, _: usize, _: usize) -> bool {
        false
    }

    fn free(&self, _: *mut u8, _: usize) -> bool {
        false
    }

    fn can_release_part(&self, _: u32) -> bool {
        false
    }

    fn allocates_zeros(&self) -> bool {
        true
    }

    fn page_size(&self) -> usize {
        GRAIN_BYTES
    }
}

struct Heap(UnsafeCell<Dlmalloc<Pages>>);

// SAFETY: a component has one thread.
unsafe impl Sync for Heap {}

// SAFETY: `Dlmalloc` keeps the contract of an allocator, and with one thread nothing else touches it meanwhile.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread, and `Dlmalloc` does not call back.
        unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { (*self.0.get()).calloc(layout.size(), layout.align()) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: as above; the caller gives back what it was given.
        unsafe { (*self.0.get()).free(ptr, layout.size(), layout.align()) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        unsafe { (*self.0.get()).realloc(ptr, layout.size(), layout.align(), size) }
    }
}

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(Dlmalloc::new_with_allocator(Pages { begun: Cell::new(false) })));
