// Package responder is the hook that answers whole requests.
package responder

import "ringback"

var handle func(*ringback.Request) (ringback.Response, error)

// Handle has requests answered by a function. Called from func init. An error or a panic is answered with 500 and its
// message, what explains it is logged, and all that the call changed or scheduled is dropped.
func Handle(answer func(*ringback.Request) (ringback.Response, error)) { handle = answer }
