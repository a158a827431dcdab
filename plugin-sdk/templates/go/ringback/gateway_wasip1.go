package ringback

// The gateway, through the generated bindings. Texts are copied on their way in, since what the bindings give is gone after
// the call, and made UTF-8 on their way out, since anything else would end the instance.

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	"ringback/internal/wit/ringback_gateway_buckets"
	"ringback/internal/wit/ringback_gateway_callbacks"
	"ringback/internal/wit/ringback_gateway_clock"
	"ringback/internal/wit/ringback_gateway_config"
	"ringback/internal/wit/ringback_gateway_log"
	"ringback/internal/wit/ringback_gateway_random"
	"ringback/internal/wit/ringback_gateway_requests"
	"ringback/internal/wit/ringback_gateway_signer"
	"ringback/internal/wit/ringback_gateway_templates"
	wire "ringback/internal/wit/ringback_gateway_types"
	"ringback/internal/wit/ringback_gateway_upstream"
	wit "ringback/internal/wit/types"
)

// rest is the gateway's half of a request.
type rest struct {
	handle *ringback_gateway_requests.Request
}

// ToRequest is for the hooks.
func ToRequest(head ringback_gateway_requests.Head, handle *ringback_gateway_requests.Request) *Request {
	request := &Request{
		ID:          head.Id,
		Method:      head.Method,
		Path:        head.Path,
		Query:       head.Query.SomeOr(""),
		ContentType: head.ContentType.SomeOr(""),
		Params:      as[Field](head.Params),
		Route:       head.Route,
		Session:     head.Session,
		Received:    ToTime(head.Received),
		Number:      head.Number,
		rest:        rest{handle},
	}
	texts := append(make([]*string, 0, 16), &request.ID, &request.Method, &request.Path, &request.Query,
		&request.ContentType, &request.Route, &request.Session)
	for i := range request.Params {
		texts = append(texts, &request.Params[i].Name, &request.Params[i].Value)
	}
	keep(texts)
	return request
}

// keep makes texts the plugin's own, in one piece: ten small ones take longer than the rest of what a call begins with.
func keep(texts []*string) {
	var size int
	for _, text := range texts {
		size += len(*text)
	}
	var all strings.Builder
	all.Grow(size)
	for _, text := range texts {
		all.WriteString(*text)
	}
	left := all.String()
	for _, text := range texts {
		*text, left = left[:len(*text)], left[len(*text):]
	}
}

func (r rest) header(name string) string {
	return strings.Clone(r.handle.Header(clean(name)).SomeOr(""))
}
func (r rest) headers() []Field { return ToFields(r.handle.Headers()) }
func (r rest) body() []byte     { return slices.Clone(r.handle.Body()) }
func (r rest) origin() string   { return strings.Clone(r.handle.Origin()) }
func (r rest) client() string   { return strings.Clone(r.handle.Client()) }

func bucketNames() []string {
	names := slices.Clone(ringback_gateway_buckets.Names())
	for i := range names {
		names[i] = strings.Clone(names[i])
	}
	return names
}

func bucketGet(bucket, path string) (string, bool, error) {
	result := ringback_gateway_buckets.Get(clean(bucket), clean(path))
	if result.IsErr() {
		return "", false, bucketError(result.Err())
	}
	found := result.Ok()
	return found.SomeOr(""), found.IsSome(), nil
}

func bucketSet(bucket, path, value string) error {
	return bucketDone(ringback_gateway_buckets.Set(clean(bucket), clean(path), clean(value)))
}

func bucketPush(bucket, path, value string) error {
	return bucketDone(ringback_gateway_buckets.Push(clean(bucket), clean(path), clean(value)))
}

func bucketMerge(bucket, path, value string) error {
	return bucketDone(ringback_gateway_buckets.Merge(clean(bucket), clean(path), clean(value)))
}

func bucketInc(bucket, path string, by float64) (float64, error) {
	result := ringback_gateway_buckets.Inc(clean(bucket), clean(path), by)
	if result.IsErr() {
		return 0, bucketError(result.Err())
	}
	return result.Ok(), nil
}

func bucketDel(bucket, path string) error {
	return bucketDone(ringback_gateway_buckets.Del(clean(bucket), clean(path)))
}

func bucketDone(result wit.Result[wit.Unit, ringback_gateway_buckets.Error]) error {
	if result.IsErr() {
		return bucketError(result.Err())
	}
	return nil
}

func bucketError(err ringback_gateway_buckets.Error) error {
	switch err.Tag() {
	case ringback_gateway_buckets.ErrorNoSuchBucket:
		return failure(NoSuchBucket, err.NoSuchBucket())
	case ringback_gateway_buckets.ErrorNoSuchPath:
		return failure(NoSuchPath, err.NoSuchPath())
	case ringback_gateway_buckets.ErrorWrongType:
		return failure(WrongType, err.WrongType())
	case ringback_gateway_buckets.ErrorNotJson:
		return failure(NotJSON, err.NotJson())
	default:
		return failure(TooLarge, err.TooLarge())
	}
}

func schedule(callback Callback) (string, error) {
	request, options := FromCallback(callback)
	result := ringback_gateway_callbacks.Schedule(request, options)
	if !result.IsErr() {
		return strings.Clone(result.Ok()), nil
	}
	switch err := result.Err(); err.Tag() {
	case ringback_gateway_callbacks.ErrorInvalid:
		return "", failure(Invalid, err.Invalid())
	case ringback_gateway_callbacks.ErrorDenied:
		return "", failure(Denied, err.Denied())
	default:
		return "", failure(TooMany, err.TooMany())
	}
}

func cancel(id string) bool { return ringback_gateway_callbacks.Cancel(clean(id)) }

func pending() []Pending {
	var pending []Pending
	for _, one := range ringback_gateway_callbacks.ListPending() {
		pending = append(pending, Pending{
			ID: strings.Clone(one.Id), Name: strings.Clone(one.Name), Due: ToTime(one.Due), Attempts: int(one.Attempts),
		})
	}
	return pending
}

func now() time.Time { return ToTime(ringback_gateway_clock.Now()) }

func random() uint64 { return ringback_gateway_random.Next() }

func logWrite(level uint8, message string, fields []Field) {
	ringback_gateway_log.Write(level, clean(message), as[wit.Tuple2[string, string]](cleanFields(fields)))
}

func sign(algorithm uint8, secret string, message []byte) ([]byte, error) {
	result := ringback_gateway_signer.Sign(algorithm, clean(secret), message)
	if !result.IsErr() {
		return slices.Clone(result.Ok()), nil
	}
	err := result.Err()
	if err.Tag() == ringback_gateway_signer.ErrorNoSuchSecret {
		return nil, failure(NoSuchSecret, err.NoSuchSecret())
	}
	return nil, failure(WrongKey, err.WrongKey())
}

func configTable() string { return ringback_gateway_config.Table() }

func render(renderer, source, data string) (string, error) {
	result := ringback_gateway_templates.Render(clean(renderer), clean(source), clean(data))
	if result.IsErr() {
		return "", failure(Failed, result.Err().Message)
	}
	return strings.Clone(result.Ok()), nil
}

func forward() (Answer, error) { return answer(ringback_gateway_upstream.Forward()) }

func fetch(request Outgoing) (Answer, error) {
	return answer(ringback_gateway_upstream.Fetch(FromOutgoing(request, "GET")))
}

func answer(result wit.Result[wire.Answer, ringback_gateway_upstream.Error]) (Answer, error) {
	if !result.IsErr() {
		return ToAnswer(result.Ok()), nil
	}
	switch err := result.Err(); err.Tag() {
	case ringback_gateway_upstream.ErrorDenied:
		return Answer{}, failure(Denied, err.Denied())
	case ringback_gateway_upstream.ErrorInvalid:
		return Answer{}, failure(Invalid, err.Invalid())
	case ringback_gateway_upstream.ErrorTimedOut:
		return Answer{}, failure(TimedOut, "no answer in time")
	case ringback_gateway_upstream.ErrorTooLarge:
		return Answer{}, failure(TooLarge, err.TooLarge())
	default:
		return Answer{}, failure(Failed, err.Failed())
	}
}

func failure(kind Kind, message string) error { return &Error{kind, strings.Clone(message)} }

func clean(text string) string {
	// Valid texts are looked through eight bytes at a time.
	if utf8.ValidString(text) {
		return text
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// Clean is for the hooks.
func Clean(text string) string { return clean(text) }

// ToTime is for the hooks.
func ToTime(micros uint64) time.Time { return time.UnixMicro(int64(micros)).UTC() }

// ToFields is for the hooks.
func ToFields(lines []wire.Field) []Field {
	fields := make([]Field, len(lines))
	for i, line := range lines {
		fields[i] = Field{strings.Clone(line.Name), strings.Clone(line.Value)}
	}
	return fields
}

// FromFields is for the hooks.
func FromFields(fields []Field) []wire.Field { return as[wire.Field](cleanFields(fields)) }

// cleanFields gives the fields themselves where they are clean.
func cleanFields(fields []Field) []Field {
	for _, field := range fields {
		if !utf8.ValidString(field.Name) || !utf8.ValidString(field.Value) {
			return cleaned(fields)
		}
	}
	return fields
}

func cleaned(fields []Field) []Field {
	cleaned := make([]Field, len(fields))
	for i, field := range fields {
		cleaned[i] = Field{clean(field.Name), clean(field.Value)}
	}
	return cleaned
}

// as gives a list as one of another type that is laid out alike: Field, and the pairs of texts that the bindings have.
func as[To, From any](list []From) []To {
	return unsafe.Slice((*To)(unsafe.Pointer(unsafe.SliceData(list))), len(list))
}

// ToAnswer is for the hooks.
func ToAnswer(answer wire.Answer) Answer {
	return Answer{Status: int(answer.Status), Headers: ToFields(answer.Headers), Body: slices.Clone(answer.Body)}
}

// FromOutgoing is for the hooks. A request without a method has the one that is given.
func FromOutgoing(request Outgoing, method string) wire.Outgoing {
	if request.Method != "" {
		method = request.Method
	}
	body := wire.MakeBodyEmpty()
	if len(request.Body) > 0 {
		body = wire.MakeBodyBytes(request.Body)
	}
	return wire.Outgoing{Method: clean(method), Url: clean(request.URL), Headers: FromFields(request.Headers), Body: body}
}

// ToOutgoing is for the hooks.
func ToOutgoing(request wire.Outgoing) Outgoing {
	outgoing := Outgoing{
		Method: strings.Clone(request.Method), URL: strings.Clone(request.Url), Headers: ToFields(request.Headers),
	}
	switch request.Body.Tag() {
	case wire.BodyText:
		outgoing.Body = []byte(request.Body.Text())
	case wire.BodyBytes:
		outgoing.Body = slices.Clone(request.Body.Bytes())
	}
	return outgoing
}

// FromCallback is for the hooks.
func FromCallback(callback Callback) (wire.Outgoing, wire.Options) {
	return FromOutgoing(callback.Outgoing, "POST"), wire.Options{
		Name:           clean(callback.Name),
		Delay:          Micros(callback.Delay),
		OrderingKey:    FromText(callback.OrderingKey),
		IdempotencyKey: FromText(callback.IdempotencyKey),
		Policy:         FromText(callback.Policy),
	}
}

// FromText is for the hooks: empty is absent.
func FromText(text string) wit.Option[string] {
	if text == "" {
		return wit.None[string]()
	}
	return wit.Some(clean(text))
}

// FromError is for the hooks. A message is one line; joined errors have several.
func FromError(err error) wire.Error {
	return wire.Error{Message: strings.ReplaceAll(clean(err.Error()), "\n", "; "), Detail: FromText(Explain(err))}
}

// Micros is for the hooks: no length of time is below zero.
func Micros(delay time.Duration) uint64 { return uint64(max(delay, 0).Microseconds()) }
