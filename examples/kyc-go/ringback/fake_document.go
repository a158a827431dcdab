//go:build !wasip1

package ringback

import (
	"slices"
	"strconv"
	"strings"
)

// steps are the names and indexes of a bucket's path.
func steps(path string) []string {
	if path == "" {
		return nil
	}
	const dot = "\x00"
	found := strings.Split(strings.ReplaceAll(path, `\.`, dot), ".")
	for i := range found {
		found[i] = strings.ReplaceAll(found[i], dot, ".")
	}
	return found
}

func lookUp(value any, steps []string) (any, bool) {
	for _, step := range steps {
		var found bool
		switch parent := value.(type) {
		case map[string]any:
			value, found = parent[step]
		case []any:
			var i int
			if i, found = index(step, len(parent)); found {
				value = parent[i]
			}
		}
		if !found {
			return nil, false
		}
	}
	return value, true
}

// replace gives a copy of a document with another value at a path.
func replace(value any, steps []string, change func(any) (any, error)) (any, error) {
	if len(steps) == 0 {
		return change(value)
	}
	switch parent := value.(type) {
	case nil:
		return replace(map[string]any{}, steps, change)
	case map[string]any:
		changed, err := replace(parent[steps[0]], steps[1:], change)
		if err != nil {
			return nil, err
		}
		copied := map[string]any{steps[0]: changed}
		for name, member := range parent {
			if name != steps[0] {
				copied[name] = member
			}
		}
		return copied, nil
	case []any:
		i, found := index(steps[0], len(parent)+1)
		if !found {
			return nil, &Error{NoSuchPath, "`" + steps[0] + "` is beyond the end of an array"}
		}
		copied := slices.Clone(parent)
		if i == len(parent) {
			copied = append(copied, nil)
		}
		changed, err := replace(copied[i], steps[1:], change)
		copied[i] = changed
		return copied, err
	default:
		return nil, &Error{NoSuchPath, "`" + steps[0] + "` leads through a value without members"}
	}
}

// without gives a copy of a document that lacks what is at a path.
func without(value any, steps []string) any {
	if len(steps) == 0 {
		return nil
	}
	if _, found := lookUp(value, steps); !found {
		return value
	}
	last := len(steps) - 1
	changed, _ := replace(value, steps[:last], func(parent any) (any, error) {
		switch parent := parent.(type) {
		case map[string]any:
			rest := map[string]any{}
			for name, member := range parent {
				if name != steps[last] {
					rest[name] = member
				}
			}
			return rest, nil
		case []any:
			i, _ := index(steps[last], len(parent))
			return slices.Delete(slices.Clone(parent), i, i+1), nil
		default:
			return parent, nil
		}
	})
	return changed
}

func index(step string, length int) (int, bool) {
	i, err := strconv.Atoi(step)
	return i, err == nil && i >= 0 && i < length
}
