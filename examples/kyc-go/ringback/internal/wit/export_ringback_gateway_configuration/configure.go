// Package export_ringback_gateway_configuration is where the generated export finds the layer.
package export_ringback_gateway_configuration

import (
	"ringback/internal/wit/ringback_gateway_types"
	wit "ringback/internal/wit/types"
)

// Configure is set by ringback/configuration.
var Configure func(string) wit.Result[wit.Unit, []ringback_gateway_types.Diagnostic]
