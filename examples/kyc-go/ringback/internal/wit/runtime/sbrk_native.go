//go:build !wasip1

package runtime

import "unsafe"

// sbrk is never called outside of the gateway.
func sbrk(bytes uintptr) unsafe.Pointer {
	return unsafe.Pointer(unsafe.SliceData(make([]byte, bytes)))
}
