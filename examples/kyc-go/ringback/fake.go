//go:build !wasip1

package ringback

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/json"
	"fmt"
	"hash"
	"math/rand/v2"
	"net/url"
	"slices"
	"sort"
	"time"
)

// Fake is a gateway for `go test`: what the plugin calls reaches it, and a test sees what came of it. It stages nothing: what
// a hook changed before it failed stays. `ringback plugin test` has the real rules.
type Fake struct {
	// Buckets are documents by name, of the types of encoding/json.
	Buckets map[string]any
	// Secrets by name.
	Secrets map[string]string
	// Table is the plugin's own table of ringback.toml, a JSON object.
	Table string
	// Time is what Now gives.
	Time time.Time
	// Scheduled are the callbacks of all calls.
	Scheduled []Callback
	// Logged are lines as "info accepted id=u-1".
	Logged []string
	// Upstream answers Forward and Fetch. nil: they are denied. Forward asks with a zero Outgoing.
	Upstream func(Outgoing) (Answer, error)
	// Renderer renders templates. nil: they come out as they are.
	Renderer func(renderer, source, data string) (string, error)

	random *rand.Rand
}

var fake *Fake

// NewFake makes a gateway and has this process's plugin talk to it.
func NewFake() *Fake {
	fake = &Fake{
		Buckets: map[string]any{},
		Secrets: map[string]string{},
		Table:   "{}",
		Time:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		random:  rand.New(rand.NewPCG(1, 1)),
	}
	return fake
}

// NewRequest makes a request as a gateway would hand it over.
func NewRequest(method, target, body string, headers ...Field) *Request {
	path, query := target, ""
	if parsed, err := url.Parse(target); err == nil {
		path, query = parsed.EscapedPath(), parsed.RawQuery
	}
	request := &Request{
		ID: "req-1", Method: method, Path: path, Query: query, Route: "test", Session: "default", Number: 1,
		rest: rest{content: []byte(body), fields: headers},
	}
	if fake != nil {
		request.Received = fake.Time
	}
	request.ContentType = request.Header("content-type")
	return request
}

// WithParam is the request with a value that the route's path captured.
func (r *Request) WithParam(name, value string) *Request {
	r.Params = append(r.Params, Field{name, value})
	return r
}

type rest struct {
	content []byte
	fields  []Field
}

func (r rest) header(name string) string {
	for _, field := range r.fields {
		if field.Name == name {
			return field.Value
		}
	}
	return ""
}
func (r rest) headers() []Field { return r.fields }
func (r rest) body() []byte     { return slices.Clone(r.content) }
func (r rest) origin() string   { return "http://localhost:3000" }
func (r rest) client() string   { return "127.0.0.1" }

// gateway is the fake that the plugin talks to.
func gateway() *Fake {
	if fake == nil {
		panic("a test calls ringback.NewFake first")
	}
	return fake
}

func bucketNames() []string {
	var names []string
	for name := range gateway().Buckets {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func bucketGet(bucket, path string) (string, bool, error) {
	document, err := bucketOf(bucket)
	if err != nil {
		return "", false, err
	}
	value, found := lookUp(document, steps(path))
	if !found {
		return "", false, nil
	}
	text, err := Marshal(value)
	return string(text), true, err
}

func bucketSet(bucket, path, value string) error {
	return bucketChange(bucket, path, value, func(_ any, value any) (any, error) { return value, nil })
}

func bucketPush(bucket, path, value string) error {
	return bucketChange(bucket, path, value, func(old, value any) (any, error) {
		array, ok := old.([]any)
		if !ok && old != nil {
			return nil, &Error{WrongType, "`" + path + "` is no array"}
		}
		return append(array, value), nil
	})
}

func bucketMerge(bucket, path, value string) error {
	return bucketChange(bucket, path, value, func(old, value any) (any, error) {
		into, ok := old.(map[string]any)
		from, isObject := value.(map[string]any)
		if (!ok && old != nil) || !isObject {
			return nil, &Error{WrongType, "`" + path + "` is no object"}
		}
		merged := map[string]any{}
		for _, members := range []map[string]any{into, from} {
			for name, member := range members {
				merged[name] = member
			}
		}
		return merged, nil
	})
}

func bucketInc(bucket, path string, by float64) (float64, error) {
	sum := by
	err := bucketChange(bucket, path, "0", func(old, _ any) (any, error) {
		number, ok := old.(float64)
		if !ok && old != nil {
			return nil, &Error{WrongType, "`" + path + "` is no number"}
		}
		sum += number
		return sum, nil
	})
	return sum, err
}

func bucketDel(bucket, path string) error {
	document, err := bucketOf(bucket)
	if err == nil {
		gateway().Buckets[bucket] = without(document, steps(path))
	}
	return err
}

func bucketChange(bucket, path, value string, change func(old, value any) (any, error)) error {
	document, err := bucketOf(bucket)
	if err != nil {
		return err
	}
	var parsed any
	if err := json.Unmarshal([]byte(value), &parsed); err != nil {
		return &Error{NotJSON, err.Error()}
	}
	changed, err := replace(document, steps(path), func(old any) (any, error) { return change(old, parsed) })
	if err == nil {
		gateway().Buckets[bucket] = changed
	}
	return err
}

func bucketOf(bucket string) (any, error) {
	document, found := gateway().Buckets[bucket]
	if !found {
		return nil, &Error{NoSuchBucket, fmt.Sprintf("no bucket `%s`; there are %v", bucket, bucketNames())}
	}
	return document, nil
}

func schedule(callback Callback) (string, error) {
	parsed, err := url.Parse(callback.URL)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" {
		return "", &Error{Invalid, fmt.Sprintf("`%s` is not an absolute http or https URL", callback.URL)}
	}
	gateway().Scheduled = append(gateway().Scheduled, callback)
	return fmt.Sprintf("cb-%d", len(gateway().Scheduled)), nil
}

func cancel(id string) bool { return false }

func pending() []Pending {
	var all []Pending
	for i, callback := range gateway().Scheduled {
		all = append(all, Pending{fmt.Sprintf("cb-%d", i+1), callback.Name, gateway().Time.Add(callback.Delay), 0})
	}
	return all
}

func now() time.Time { return gateway().Time }

func random() uint64 { return gateway().random.Uint64() }

func logWrite(level uint8, message string, fields []Field) {
	line := []string{"trace", "debug", "info", "warn", "error"}[level] + " " + message
	for _, field := range fields {
		line += " " + field.Name + "=" + field.Value
	}
	gateway().Logged = append(gateway().Logged, line)
}

func sign(algorithm uint8, secret string, message []byte) ([]byte, error) {
	key, found := gateway().Secrets[secret]
	if !found {
		return nil, &Error{NoSuchSecret, fmt.Sprintf("no secret `%s`", secret)}
	}
	if algorithm == 3 {
		if len(key) != ed25519.SeedSize {
			return nil, &Error{WrongKey, fmt.Sprintf("`%s` is no seed of 32 bytes", secret)}
		}
		return ed25519.Sign(ed25519.NewKeyFromSeed([]byte(key)), message), nil
	}
	mac := hmac.New([]func() hash.Hash{sha256.New, sha512.New, sha1.New}[algorithm], []byte(key))
	mac.Write(message)
	return mac.Sum(nil), nil
}

func configTable() string { return gateway().Table }

func render(renderer, source, data string) (string, error) {
	if gateway().Renderer == nil {
		return source, nil
	}
	return gateway().Renderer(renderer, source, data)
}

func forward() (Answer, error) { return fetch(Outgoing{}) }

func fetch(request Outgoing) (Answer, error) {
	if gateway().Upstream == nil {
		return Answer{}, &Error{Denied, "the route has no upstream"}
	}
	return gateway().Upstream(request)
}
