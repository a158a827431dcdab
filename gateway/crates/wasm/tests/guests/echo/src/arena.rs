//! A heap that begins in the memory that the module has anyway.
//!
//! Rust's allocator grows the memory at the first allocation, which costs the host two changes of page protection for each
//! new instance: 7 us of 18 (`benches/instances.rs`). The linker is told to leave room behind the data (`.cargo/config.toml`).

use std::{
    alloc::{GlobalAlloc, Layout},
    cell::UnsafeCell,
};

use dlmalloc::{Allocator, Dlmalloc};

unsafe extern "C" {
    static __heap_base: u8;
}

/// Pages from behind the data first, then from the host.
struct Pages(UnsafeCell<bool>);

const PAGE: usize = 64 << 10;

// SAFETY: every range is handed out once: the rest of the initial memory the first time it suffices, then what `memory.grow`
// adds.
unsafe impl Allocator for Pages {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        let base = (&raw const __heap_base as usize).next_multiple_of(16);
        let end = core::arch::wasm32::memory_size(0) * PAGE;
        // SAFETY: a component has one thread.
        let first = unsafe { !std::mem::replace(&mut *self.0.get(), true) };
        if first && base + size <= end {
            return (base as *mut u8, end - base, 0);
        }
        match core::arch::wasm32::memory_grow(0, size.div_ceil(PAGE)) {
            usize::MAX => (std::ptr::null_mut(), 0, 0),
            page => ((page * PAGE) as *mut u8, size.next_multiple_of(PAGE), 0),
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
        4096
    }
}

struct Heap(UnsafeCell<Dlmalloc<Pages>>);

// SAFETY: a component has one thread.
unsafe impl Sync for Heap {}

// SAFETY: `Dlmalloc` keeps the contract of an allocator; there is one thread.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        unsafe { (*self.0.get()).free(ptr, layout.size(), layout.align()) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe { (*self.0.get()).realloc(ptr, layout.size(), layout.align(), size) }
    }
}

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(Dlmalloc::new_with_allocator(Pages(UnsafeCell::new(false)))));
