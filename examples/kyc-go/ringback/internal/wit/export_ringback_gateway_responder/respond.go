// Package export_ringback_gateway_responder is where the generated export finds the layer.
package export_ringback_gateway_responder

import (
	"ringback/internal/wit/ringback_gateway_requests"
	"ringback/internal/wit/ringback_gateway_responder"
	"ringback/internal/wit/ringback_gateway_types"
	wit "ringback/internal/wit/types"
)

// Respond is set by ringback/responder.
var Respond func(ringback_gateway_requests.Head, *ringback_gateway_requests.Request) wit.Result[ringback_gateway_responder.Response, ringback_gateway_types.Error]
