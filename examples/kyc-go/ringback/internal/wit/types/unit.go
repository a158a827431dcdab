// Package wit_types is what generated bindings are made of: `pkg/wit/types` of the Bytecode Alliance's go-pkg, without what
// this contract does not use. See LICENSE.
package wit_types

type Unit struct{}
