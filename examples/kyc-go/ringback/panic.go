package ringback

import (
	"fmt"
	"runtime/debug"
)

// Panic is what a hook of this plugin panicked with. The gateway logs Stack.
type Panic struct {
	Value any
	Stack string
}

func (p *Panic) Error() string { return fmt.Sprintf("panicked: %v", p.Value) }

// Format gives the stack for `%+v`.
func (p *Panic) Format(state fmt.State, verb rune) {
	fmt.Fprint(state, p.Error())
	if verb == 'v' && state.Flag('+') {
		fmt.Fprint(state, "\n", p.Stack)
	}
}

// Guard runs a hook and makes an error of a panic, so that the instance lives on. It is for the hooks.
func Guard(hook func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &Panic{value, string(debug.Stack())}
		}
	}()
	return hook()
}
