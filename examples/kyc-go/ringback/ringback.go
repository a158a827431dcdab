// Package ringback is what a plugin can use of the gateway: the request that it answers, buckets, callbacks, the clock,
// random numbers, the log, signatures, templates and other servers. A plugin imports one more package for each hook that it
// has, and exports no other: ringback/responder, ringback/configuration, ringback/policy, ringback/stream.
//
// Everything that a call changes or schedules is staged: it happens when the hook returns without an error, all of it or
// nothing. Strings and slices that come from here are the plugin's own and may be kept.
package ringback

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Field is a header field line. Names from the gateway are lower case.
type Field struct {
	Name, Value string
}

// Request is what a responder answers. The fields are there at once; the methods ask the gateway, and only during the call.
type Request struct {
	// ID is the request's name in the journal and in the log.
	ID string
	// Method is upper case: "POST".
	Method string
	// Path is as sent, percent-encoding kept: "/orders/1%2F2".
	Path string
	// Query comes without "?". Empty: there is none.
	Query string
	// ContentType is as sent. Empty: there is none.
	ContentType string
	// Params are what the route's path captured, in its order, percent-decoded.
	Params []Field
	// Route is the name of the route that matched.
	Route string
	// Session is "default" unless the request names another.
	Session string
	// Received is when the gateway received it.
	Received time.Time
	// Number counts the requests that this route has answered in this session, this one included.
	Number uint64

	rest rest
}

// Param is a value that the route's path captured. Empty: it captures none of that name.
func (r *Request) Param(name string) string {
	for _, param := range r.Params {
		if param.Name == name {
			return param.Value
		}
	}
	return ""
}

// Header is a field's value; repeated fields are joined with ", ". Empty: there is none.
func (r *Request) Header(name string) string { return r.rest.header(name) }

// Headers are all fields in the order received.
func (r *Request) Headers() []Field { return r.rest.headers() }

// Body is the whole content. Empty: there was none.
func (r *Request) Body() []byte { return r.rest.body() }

// Text is the whole content; bytes that are no UTF-8 become U+FFFD.
func (r *Request) Text() string { return strings.ToValidUTF8(string(r.Body()), "\uFFFD") }

// JSON reads the content as encoding/json does.
func (r *Request) JSON(into any) error { return json.Unmarshal(r.Body(), into) }

// Origin is how the client reaches the gateway: "http://localhost:3000".
func (r *Request) Origin() string { return r.rest.origin() }

// Client is the client's address without port.
func (r *Request) Client() string { return r.rest.client() }

// Response is what a responder answers with. `content-length` is the gateway's own.
type Response struct {
	// Status is 200 to 599.
	Status int
	// Headers are sent in this order.
	Headers []Field
	// Content is one of Text, Bytes, File and Streamed. nil: there is none.
	Content Content
}

// Content is what a response carries.
type Content interface{ content() }

type (
	// Text is UTF-8 text.
	Text string
	// Bytes is anything else.
	Bytes []byte
	// File is a file of the folder that the operator granted, by its path in it. It never crosses into the plugin.
	File string
	// Streamed is what the hook ringback/stream gives piece by piece, under a number of the plugin's choice.
	Streamed uint32
)

func (Text) content()     {}
func (Bytes) content()    {}
func (File) content()     {}
func (Streamed) content() {}

// JSON makes a response of a value, with its content type: `return ringback.JSON(200, order)`.
func JSON(status int, value any) (Response, error) {
	text, err := encode(value)
	if err != nil {
		return Response{}, fmt.Errorf("a response is no JSON: %w", err)
	}
	return RawJSON(status, text), nil
}

// RawJSON makes a response of a text that is JSON already, as Bucket.Raw gives it.
func RawJSON(status int, text string) Response {
	return Response{Status: status, Headers: []Field{{"content-type", "application/json"}}, Content: Text(text)}
}

// With is the response with one more field.
func (r Response) With(name, value string) Response {
	r.Headers = append(r.Headers[:len(r.Headers):len(r.Headers)], Field{name, value})
	return r
}

// Marshal is json.Marshal without its escapes for HTML: compact, members in the order of a struct's fields.
func Marshal(value any) ([]byte, error) {
	text, err := encode(value)
	return []byte(text), err
}

func encode(value any) (string, error) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", err
	}
	return strings.TrimSuffix(text.String(), "\n"), nil
}

// Kind is a reason why the gateway did not do as asked.
type Kind string

const (
	NoSuchBucket Kind = "no such bucket"
	NoSuchPath   Kind = "no such path"
	WrongType    Kind = "wrong type"
	NotJSON      Kind = "not JSON"
	TooLarge     Kind = "too large"
	Invalid      Kind = "invalid"
	Denied       Kind = "denied"
	TooMany      Kind = "too many"
	NoSuchSecret Kind = "no such secret"
	WrongKey     Kind = "wrong key"
	TimedOut     Kind = "timed out"
	Failed       Kind = "failed"
)

// Error is what the gateway says when it does not do as asked. errors.As finds it.
type Error struct {
	Kind    Kind
	Message string
}

func (e *Error) Error() string {
	if e.Message == "" {
		return string(e.Kind)
	}
	return e.Message
}

// Bucket is a JSON document that the routes of an environment share, by its name: ringback.Bucket("orders"). A path is a
// list of member names and array indexes separated by dots; Path makes one of names that may hold dots.
type Bucket string

// Get reads the value at a path. false: nothing is there.
func (b Bucket) Get(path string, into any) (bool, error) {
	text, found, err := bucketGet(string(b), path)
	if err != nil || !found {
		return false, err
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return true, fmt.Errorf("bucket `%s` at `%s`: %w", b, path, err)
	}
	return true, nil
}

// Raw reads the JSON text of the value at a path: the quickest way to pass it on. false: nothing is there.
func (b Bucket) Raw(path string) (string, bool, error) {
	text, found, err := bucketGet(string(b), path)
	return strings.Clone(text), found, err
}

// Set puts a value at a path and creates the objects on the way.
func (b Bucket) Set(path string, value any) error { return b.write(bucketSet, path, value) }

// Push appends a value to the array at a path.
func (b Bucket) Push(path string, value any) error { return b.write(bucketPush, path, value) }

// Merge copies an object's members into the object at a path.
func (b Bucket) Merge(path string, value any) error { return b.write(bucketMerge, path, value) }

// Inc adds to the number at a path, 0 when nothing is there, and gives the sum.
func (b Bucket) Inc(path string, by float64) (float64, error) { return bucketInc(string(b), path, by) }

// Del removes what is at a path, if anything is.
func (b Bucket) Del(path string) error { return bucketDel(string(b), path) }

func (b Bucket) write(operation func(bucket, path, value string) error, path string, value any) error {
	text, err := encode(value)
	if err != nil {
		return fmt.Errorf("bucket `%s` at `%s`: %w", b, path, err)
	}
	return operation(string(b), path, text)
}

// Buckets are the names of the buckets that this plugin may use.
func Buckets() []string { return bucketNames() }

// Path makes a bucket's path of names, which may hold dots.
func Path(names ...string) string {
	if len(names) == 1 {
		return escapeDots(names[0])
	}
	escaped := make([]string, len(names))
	for i, name := range names {
		escaped[i] = escapeDots(name)
	}
	return strings.Join(escaped, ".")
}

func escapeDots(name string) string { return strings.ReplaceAll(name, ".", `\.`) }

// Outgoing is a request that the gateway makes.
type Outgoing struct {
	// Method is any token. Empty: POST, of Fetch GET.
	Method string
	// URL is absolute, http or https.
	URL string
	// Headers go without host, content-length and hop-by-hop fields.
	Headers []Field
	// Body may be empty.
	Body []byte
}

// Callback is a request that the gateway makes after the response has left.
type Callback struct {
	Outgoing
	// Name is its name in the journal.
	Name string
	// Delay counts from the moment the response leaves.
	Delay time.Duration
	// OrderingKey holds callbacks of a session in order. Empty: no order.
	OrderingKey string
	// IdempotencyKey lets a second callback of that key be the first one. Empty: always a new one.
	IdempotencyKey string
	// Policy is the name of a policy plugin. Empty: one attempt, any 2xx is success.
	Policy string
}

// Pending is a callback that has not been settled.
type Pending struct {
	ID, Name string
	// Due is when it will be attempted next.
	Due time.Time
	// Attempts so far.
	Attempts int
}

// Schedule stages a callback and gives its id. Kinds of error: Invalid, Denied, TooMany.
func Schedule(callback Callback) (string, error) { return schedule(callback) }

// Cancel stages the cancelling of a callback. false: none of that id is pending.
func Cancel(id string) bool { return cancel(id) }

// PendingCallbacks are the callbacks of this session that are not settled, by due time, at most 1,000.
func PendingCallbacks() []Pending { return pending() }

// Now is when this call began. It does not move during a call.
func Now() time.Time { return now() }

// Random is the next of the numbers that repeat with the gateway's seed. Not for keys. Other sources, math/rand and
// crypto/rand, are of the same seed while the plugin is in a gateway.
func Random() uint64 { return random() }

// Log writes lines that carry the plugin and the request: ringback.Log.Info("accepted", "id", id).
var Log logger

type logger struct{}

func (logger) Trace(message string, fields ...any) { logWrite(0, message, pairs(fields)) }
func (logger) Debug(message string, fields ...any) { logWrite(1, message, pairs(fields)) }
func (logger) Info(message string, fields ...any)  { logWrite(2, message, pairs(fields)) }
func (logger) Warn(message string, fields ...any)  { logWrite(3, message, pairs(fields)) }
func (logger) Error(message string, fields ...any) { logWrite(4, message, pairs(fields)) }

func pairs(values []any) []Field {
	fields := make([]Field, 0, (len(values)+1)/2)
	for ; len(values) > 1; values = values[2:] {
		fields = append(fields, Field{shown(values[0]), shown(values[1])})
	}
	if len(values) == 1 {
		fields = append(fields, Field{"!", shown(values[0])})
	}
	return fields
}

func shown(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	return fmt.Sprint(value)
}

// Sign makes signatures with secrets that the plugin names and never sees. Kinds of error: NoSuchSecret, WrongKey.
var Sign signer

type signer struct{}

func (signer) HMACSHA256(secret string, message []byte) ([]byte, error) {
	return sign(0, secret, message)
}
func (signer) HMACSHA512(secret string, message []byte) ([]byte, error) {
	return sign(1, secret, message)
}
func (signer) HMACSHA1(secret string, message []byte) ([]byte, error) {
	return sign(2, secret, message)
}
func (signer) Ed25519(secret string, message []byte) ([]byte, error) { return sign(3, secret, message) }

// Config reads the plugin's own table of ringback.toml. ringback/configuration does it once, and checks it.
func Config(into any) error { return json.Unmarshal([]byte(configTable()), into) }

// Render renders a template against this call's request, by the name of a renderer as in ringback.toml: "handlebars". data
// is an object whose members the template reaches by name.
func Render(renderer, source string, data any) (string, error) {
	text, err := encode(data)
	if err != nil {
		return "", fmt.Errorf("a template's data: %w", err)
	}
	return render(renderer, source, text)
}

// Answer is what another server answered.
type Answer struct {
	Status  int
	Headers []Field
	Body    []byte
}

// Forward passes this call's request on to its route's upstream. Kinds of error: Denied, TimedOut, Failed, TooLarge.
func Forward() (Answer, error) { return forward() }

// Fetch sends a request of the plugin's own to a host that it was granted.
func Fetch(request Outgoing) (Answer, error) { return fetch(request) }

// Diagnostic is a problem in the plugin's table of ringback.toml.
type Diagnostic struct {
	// Message is one lowercase phrase with literals in backticks.
	Message string
	// Path is a JSON Pointer into the table: "/reject-after". Empty: the whole of it.
	Path string
	// Help is what to do about it. Empty: nothing better than the message.
	Help string
}

// Explain makes of an error what the author of a plugin needs, a line for each error that it wraps with its type. Empty: the
// message says it all.
func Explain(err error) string {
	var lines []string
	if verbose := fmt.Sprintf("%+v", err); verbose != err.Error() {
		lines = append(lines, verbose)
	}
	for _, cause := range causes(err) {
		lines = append(lines, fmt.Sprintf("%T: %s", cause, cause))
	}
	return strings.Join(lines, "\n")
}

// causes are the errors that an error wraps, from the outside to the inside.
func causes(err error) []error {
	var found []error
	switch wrapped := err.(type) {
	case interface{ Unwrap() error }:
		if cause := wrapped.Unwrap(); cause != nil {
			found = append(append(found, cause), causes(cause)...)
		}
	case interface{ Unwrap() []error }:
		for _, cause := range wrapped.Unwrap() {
			found = append(append(found, cause), causes(cause)...)
		}
	}
	return found
}
