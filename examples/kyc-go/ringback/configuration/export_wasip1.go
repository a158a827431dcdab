package configuration

import (
	"ringback"
	_ "ringback/internal/wit/configuration_exports"
	"ringback/internal/wit/export_ringback_gateway_configuration"
	wire "ringback/internal/wit/ringback_gateway_types"
	wit "ringback/internal/wit/types"
)

func init() {
	export_ringback_gateway_configuration.Configure = func(table string) wit.Result[wit.Unit, []wire.Diagnostic] {
		var lines []wire.Diagnostic
		err := ringback.Guard(func() error {
			for _, found := range check(table) {
				lines = append(lines, fromDiagnostic(found))
			}
			return nil
		})
		if err != nil {
			ringback.Log.Error(err.Error(), "stack", ringback.Explain(err))
			lines = append(lines, fromDiagnostic(ringback.Diagnostic{Message: err.Error()}))
		}
		if len(lines) > 0 {
			return wit.Err[wit.Unit, []wire.Diagnostic](lines)
		}
		return wit.Ok[wit.Unit, []wire.Diagnostic](wit.Unit{})
	}
}

func fromDiagnostic(found ringback.Diagnostic) wire.Diagnostic {
	return wire.Diagnostic{
		Message: ringback.Clean(found.Message),
		Path:    ringback.FromText(found.Path),
		Help:    ringback.FromText(found.Help),
	}
}
