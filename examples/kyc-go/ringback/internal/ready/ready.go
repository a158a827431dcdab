// Package ready does what is to be done once in an instance, before its first call.
package ready

var tasks []func() error

// Do has something done before the first call.
func Do(task func() error) { tasks = append(tasks, task) }

// Now does it, unless it is done. What failed is tried again by the next call.
func Now() error {
	for len(tasks) > 0 {
		if err := tasks[0](); err != nil {
			return err
		}
		tasks = tasks[1:]
	}
	return nil
}
