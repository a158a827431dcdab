// Package policy is the hook that decides how callbacks are delivered.
package policy

import (
	"encoding/json"
	"time"

	"ringback"
)

// Callback is a callback as it was committed.
type Callback struct {
	ID, Name string
	Request  ringback.Outgoing
	// Due is when it was first due.
	Due time.Time
	// Cause is the id of the request or callback that caused it.
	Cause string
	// Depth counts the callbacks between the client's request and this one: 1 for a response's own.
	Depth int
	// Settings is what the operator wrote beside the policy's name, a JSON object.
	Settings json.RawMessage
}

// Outcome is what came of an attempt: one of Answered, TimedOut and Failed.
type Outcome interface{ outcome() }

type (
	// Answered is the target's answer, its body cut at 64 KiB.
	Answered ringback.Answer
	// TimedOut says that there was none in time.
	TimedOut struct{}
	// Failed says what kept the attempt from the target.
	Failed string
)

func (Answered) outcome() {}
func (TimedOut) outcome() {}
func (Failed) outcome()   {}

// Decision is what happens next: one of Done, Retry, GiveUp and Then.
type Decision interface{ decision() }

type (
	// Done says that it is delivered.
	Done struct{}
	// Retry tries again after this long.
	Retry time.Duration
	// GiveUp is the reason why it failed for good.
	GiveUp string
	// Then says that it is delivered, and these follow.
	Then []ringback.Callback
)

func (Done) decision()   {}
func (Retry) decision()  {}
func (GiveUp) decision() {}
func (Then) decision()   {}

// Policy is what a plugin implements.
type Policy interface {
	// Plan makes the request of an attempt, counted from 1.
	Plan(callback Callback, attempt int) (ringback.Outgoing, error)
	// Decide says what an attempt's outcome means. A panic parks the callback for an operator.
	Decide(callback Callback, attempt int, outcome Outcome) Decision
}

var handler Policy

// Handle has callbacks delivered as a policy says. Called from func init.
func Handle(policy Policy) { handler = policy }
