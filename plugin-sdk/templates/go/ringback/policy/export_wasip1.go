package policy

import (
	"errors"
	"strings"
	"time"

	"ringback"
	"ringback/internal/ready"
	_ "ringback/internal/wit/callback_policy_exports"
	"ringback/internal/wit/export_ringback_gateway_callback_policy"
	wire "ringback/internal/wit/ringback_gateway_callback_policy"
	"ringback/internal/wit/ringback_gateway_types"
	wit "ringback/internal/wit/types"
)

func init() {
	export_ringback_gateway_callback_policy.Plan = plan
	export_ringback_gateway_callback_policy.Decide = decide
}

func begin() error {
	if handler == nil {
		return errors.New("the plugin calls policy.Handle in no func init")
	}
	return ready.Now()
}

func plan(callback wire.Callback, attempt uint32) wit.Result[ringback_gateway_types.Outgoing, ringback_gateway_types.Error] {
	var request ringback.Outgoing
	err := ringback.Guard(func() error {
		err := begin()
		if err == nil {
			request, err = handler.Plan(toCallback(callback), int(attempt))
		}
		return err
	})
	if err != nil {
		return wit.Err[ringback_gateway_types.Outgoing, ringback_gateway_types.Error](ringback.FromError(err))
	}
	return wit.Ok[ringback_gateway_types.Outgoing, ringback_gateway_types.Error](ringback.FromOutgoing(request, "POST"))
}

// decide has no error to return: what goes wrong panics, which traps and parks the callback.
func decide(callback wire.Callback, attempt uint32, outcome wire.Outcome) wire.Decision {
	if err := begin(); err != nil {
		panic(err)
	}
	switch decision := handler.Decide(toCallback(callback), int(attempt), toOutcome(outcome)).(type) {
	case Done:
		return wire.MakeDecisionDone()
	case Retry:
		return wire.MakeDecisionRetry(ringback.Micros(time.Duration(decision)))
	case GiveUp:
		return wire.MakeDecisionGiveUp(ringback.Clean(string(decision)))
	case Then:
		follow := make([]wit.Tuple2[ringback_gateway_types.Outgoing, ringback_gateway_types.Options], len(decision))
		for i, next := range decision {
			follow[i].F0, follow[i].F1 = ringback.FromCallback(next)
		}
		return wire.MakeDecisionThen(follow)
	default:
		panic("Decide returned no decision")
	}
}

func toCallback(callback wire.Callback) Callback {
	return Callback{
		ID:       strings.Clone(callback.Id),
		Name:     strings.Clone(callback.Name),
		Request:  ringback.ToOutgoing(callback.Request),
		Due:      ringback.ToTime(callback.Due),
		Cause:    strings.Clone(callback.Cause),
		Depth:    int(callback.Depth),
		Settings: []byte(callback.Settings),
	}
}

func toOutcome(outcome wire.Outcome) Outcome {
	switch outcome.Tag() {
	case wire.OutcomeAnswered:
		return Answered(ringback.ToAnswer(outcome.Answered()))
	case wire.OutcomeTimedOut:
		return TimedOut{}
	default:
		return Failed(strings.Clone(outcome.Failed()))
	}
}
