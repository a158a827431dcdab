// Package configuration is the hook that checks what the operator wrote for the plugin (`config = { ... }` in ringback.toml),
// and has it ready before the plugin's first call.
package configuration

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"

	"ringback"
	"ringback/internal/ready"
)

var check = func(string) []ringback.Diagnostic { return nil }

// Into reads the table into a struct, which holds the defaults before. Called from func init. Each exported field is a key, by
// its tag `json:"reject-after"`; its tag `must:"be a whole number of at least 1"` is what the operator is told when the key holds
// something else. more may look for what types can't say; its findings keep the gateway from serving, like the others.
func Into[T any](settings *T, more ...func(T) []ringback.Diagnostic) {
	defaults := *settings
	check = func(table string) []ringback.Diagnostic {
		read := defaults
		// What can't be read keeps its default, so that the rest is looked at too.
		found := decode(table, &read)
		for _, look := range more {
			found = append(found, look(read)...)
		}
		return found
	}
	ready.Do(func() error {
		var table json.RawMessage
		if err := ringback.Config(&table); err != nil {
			return err
		}
		read := defaults
		if found := decode(string(table), &read); len(found) > 0 {
			return fmt.Errorf("the configuration: %s", found[0].Message)
		}
		*settings = read
		return nil
	})
}

// Check does what the gateway does before it serves: it is for tests.
func Check(table string) []ringback.Diagnostic { return check(table) }

// Must is a diagnostic of one key: "`reject-after` must be a whole number of at least 1".
func Must(key, be string) ringback.Diagnostic {
	return ringback.Diagnostic{Message: fmt.Sprintf("`%s` must %s", key, be), Path: pointer(key)}
}

// decode reads a table into a struct and finds everything that is wrong with it.
func decode(table string, into any) []ringback.Diagnostic {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(table), &members); err != nil {
		return []ringback.Diagnostic{{Message: "the table is no object"}}
	}
	fields := reflect.ValueOf(into).Elem()
	var found []ringback.Diagnostic
	var known []string
	for i := range fields.NumField() {
		field := fields.Type().Field(i)
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if key == "" || key == "-" {
			continue
		}
		known = append(known, "`"+key+"`")
		member, given := members[key]
		delete(members, key)
		// null is what a missing key would be, and TOML has none: no key takes it.
		if given && (string(member) == "null" || json.Unmarshal(member, fields.Field(i).Addr().Interface()) != nil) {
			found = append(found, Must(key, expected(field)))
		}
	}
	return append(found, unknown(members, known)...)
}

func expected(field reflect.StructField) string {
	if must := field.Tag.Get("must"); must != "" {
		return must
	}
	return "be of type " + field.Type.String()
}

func unknown(members map[string]json.RawMessage, known []string) []ringback.Diagnostic {
	var found []ringback.Diagnostic
	for key := range members {
		found = append(found, ringback.Diagnostic{
			Message: fmt.Sprintf("unknown key `%s`", key), Path: pointer(key), Help: "known: " + strings.Join(known, ", "),
		})
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Path < found[j].Path })
	return found
}

// pointer is the JSON Pointer (RFC 6901) of a key.
func pointer(key string) string {
	return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}
