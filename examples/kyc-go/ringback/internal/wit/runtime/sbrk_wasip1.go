package runtime

import "unsafe"

// sbrk takes pages for good. Go's heap believes that it alone grows memory, so it is asked. The build needs
// `-ldflags=-checklinkname=0` for it, which `ringback plugin build` gives.
//
//go:linkname sbrk runtime.sbrk
func sbrk(bytes uintptr) unsafe.Pointer
