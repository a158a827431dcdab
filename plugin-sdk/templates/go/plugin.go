// Answers the routes of plugin.toml. What else a plugin can do (buckets, callbacks, signatures) is in ringback/ringback.go.
package main

import (
	"fmt"

	"ringback"
	"ringback/configuration"
	"ringback/responder"
)

// settings is `config = { ... }` of ringback.toml.
var settings = struct {
	Greeting string `json:"greeting" must:"be a text"`
}{Greeting: "Hello"}

func init() {
	configuration.Into(&settings)
	responder.Handle(greet)
}

func greet(request *ringback.Request) (ringback.Response, error) {
	name := request.Param("name")
	ringback.Log.Info("greeted", "name", name)
	return ringback.JSON(200, greeting{fmt.Sprintf("%s, %s!", settings.Greeting, name), request.Number})
}

type greeting struct {
	Greeting string `json:"greeting"`
	Number   uint64 `json:"number"`
}

// The gateway calls the hooks, never main.
func main() {}
