// Tests the plugin's own logic, without a gateway and without WebAssembly: `go test`.
package main

import (
	"testing"

	"ringback"
	"ringback/configuration"
)

func TestItGreets(t *testing.T) {
	gateway := ringback.NewFake()
	response, err := greet(ringback.NewRequest("GET", "/plugin-name/hello/Ada", "").WithParam("name", "Ada"))
	if err != nil || response.Status != 200 {
		t.Fatalf("%+v, %v", response, err)
	}
	if response.Content != ringback.Text(`{"greeting":"Hello, Ada!","number":1}`) {
		t.Errorf("%s", response.Content)
	}
	if len(gateway.Logged) != 1 || gateway.Logged[0] != "info greeted name=Ada" {
		t.Errorf("%q", gateway.Logged)
	}
}

func TestItSaysWhatIsWrongWithItsConfiguration(t *testing.T) {
	if found := configuration.Check(`{"greeting":"Hi"}`); len(found) > 0 {
		t.Errorf("%v", found)
	}
	found := configuration.Check(`{"greeting":1,"greting":"Hi"}`)
	if len(found) != 2 || found[0].Path != "/greeting" || found[1].Path != "/greting" {
		t.Errorf("%v", found)
	}
}
