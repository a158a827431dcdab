// Tests the provider's own logic, without a gateway and without WebAssembly: `go test`.
package main

import (
	"testing"
	"time"

	"ringback"
	"ringback/configuration"
)

const ada = `{"id":"u-1","name":"Ada Lovelace","country":"GB","callbackUrl":"http://localhost:9/hook"}`

func start() *ringback.Fake {
	gateway := ringback.NewFake()
	gateway.Buckets["applicants"] = map[string]any{}
	gateway.Secrets["kyc-webhook"] = "test"
	gateway.Time = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return gateway
}

func post(t *testing.T, body string) (int, string) {
	t.Helper()
	response, err := apply(ringback.NewRequest("POST", "/kyc/applicants", body))
	if err != nil {
		t.Fatal(err)
	}
	return response.Status, string(response.Content.(ringback.Text))
}

func TestAnApplicantIsAcceptedAndCalledBackTwice(t *testing.T) {
	gateway := start()
	status, body := post(t, ada)
	if status != 202 || body != `{"id":"u-1","status":"pending","try":1}` {
		t.Errorf("%d %s", status, body)
	}
	if len(gateway.Scheduled) != 2 {
		t.Fatalf("%+v", gateway.Scheduled)
	}
	decided := gateway.Scheduled[1]
	if string(decided.Body) != `{"id":"u-1","event":"decided","result":"approved"}` || decided.Delay != 5*time.Second {
		t.Errorf("%s after %v", decided.Body, decided.Delay)
	}
	signed := "t=1767323045,v1=882ce85b3d86c3895facb6c3838d869f815d8102e04bdd49a84fb6f36529466d"
	if decided.Headers[1] != (ringback.Field{Name: "kyc-signature", Value: signed}) {
		t.Errorf("%v", decided.Headers)
	}
}

func TestAnApplicantReadsAsKept(t *testing.T) {
	start().Buckets["applicants"] = map[string]any{"u-1": map[string]any{"id": "u-1", "name": "Ada <ada@localhost>"}}
	response, err := applicant("u-1")
	if err != nil || response.Content != ringback.Text(`{"id":"u-1","name":"Ada <ada@localhost>"}`) {
		t.Errorf("%+v, %v", response, err)
	}
	if response, err := applicant("u-2"); err != nil || response.Status != 404 {
		t.Errorf("%+v, %v", response, err)
	}
}

func TestTheThirdTryIsOneTooMany(t *testing.T) {
	gateway := start()
	post(t, ada)
	post(t, ada)
	status, body := post(t, ada)
	if status != 409 || body != `{"error":"too many tries","tries":3}` || len(gateway.Scheduled) != 4 {
		t.Errorf("%d %s, %d callbacks", status, body, len(gateway.Scheduled))
	}
}

func TestABadCallbackURLIsNoTry(t *testing.T) {
	gateway := start()
	status, _ := post(t, `{"id":"u-1","name":"Ada","callbackUrl":"ftp://localhost"}`)
	if status != 422 || len(gateway.Buckets["applicants"].(map[string]any)) != 0 {
		t.Errorf("%d, %v", status, gateway.Buckets)
	}
}

func TestTheConfigurationIsChecked(t *testing.T) {
	for _, table := range []string{`{"reject-after":0}`, `{"reject-after":"2"}`, `{"reject-after":1.5}`, `{"reject-after":null}`} {
		found := configuration.Check(table)
		if len(found) != 1 || found[0].Path != "/reject-after" ||
			found[0].Message != "`reject-after` must be a whole number of at least 1" {
			t.Errorf("%s: %+v", table, found)
		}
	}
	found := configuration.Check(`{"rejct-after":1}`)
	if len(found) != 1 || found[0].Message != "unknown key `rejct-after`" || found[0].Path != "/rejct-after" {
		t.Errorf("%+v", found)
	}
}
