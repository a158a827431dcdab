// Package export_ringback_gateway_callback_policy is where the generated exports find the layer.
package export_ringback_gateway_callback_policy

import (
	"ringback/internal/wit/ringback_gateway_callback_policy"
	"ringback/internal/wit/ringback_gateway_types"
	wit "ringback/internal/wit/types"
)

// Plan is set by ringback/policy.
var Plan func(ringback_gateway_callback_policy.Callback, uint32) wit.Result[ringback_gateway_types.Outgoing, ringback_gateway_types.Error]

// Decide is set by ringback/policy.
var Decide func(ringback_gateway_callback_policy.Callback, uint32, ringback_gateway_callback_policy.Outcome) ringback_gateway_callback_policy.Decision
