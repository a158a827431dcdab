// Package export_ringback_gateway_body_stream is where the generated export finds the layer.
package export_ringback_gateway_body_stream

import (
	"ringback/internal/wit/ringback_gateway_types"
	wit "ringback/internal/wit/types"
)

// Next is set by ringback/stream.
var Next func(uint32) wit.Result[wit.Option[[]uint8], ringback_gateway_types.Error]
