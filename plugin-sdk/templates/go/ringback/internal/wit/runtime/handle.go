package runtime

// Handle is a resource that the gateway holds for the plugin, by its number. 0: given back.
type Handle struct {
	value int32
}

// MakeHandle is called by the bindings.
func MakeHandle(value int32) Handle {
	if value == 0 {
		panic("nil handle")
	}
	return Handle{value}
}

// Use gives the number of a handle that is not given back.
func (h *Handle) Use() int32 {
	if h.value == 0 {
		panic("the request is over: it speaks only during its own call")
	}
	return h.value
}

// Take gives the number and forgets it.
func (h *Handle) Take() int32 {
	value := h.Use()
	h.value = 0
	return value
}

// TakeOrNil gives the number, 0 when it has been given back, and forgets it.
func (h *Handle) TakeOrNil() int32 {
	value := h.value
	h.value = 0
	return value
}

// Set is called by the bindings.
func (h *Handle) Set(value int32) {
	h.value = value
}
