// A KYC provider: takes applicants, keeps them in the bucket `applicants`, decides later and says so in two signed callbacks.
// Who tries too often is rejected.
package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"ringback"
	"ringback/configuration"
	"ringback/responder"
)

const (
	applicants = ringback.Bucket("applicants")
	secret     = "kyc-webhook"
)

// Settings is `config = { ... }` of ringback.toml.
type Settings struct {
	RejectAfter int      `json:"reject-after" must:"be a whole number of at least 1"`
	Blocked     []string `json:"blocked" must:"be a list of countries"`
}

var settings = Settings{RejectAfter: 2, Blocked: []string{"KP"}}

// Applicant is what the bucket holds.
type Applicant struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Country string `json:"country"`
	Status  string `json:"status"`
	Tries   int    `json:"tries"`
}

// Event is what a callback tells.
type Event struct {
	ID     string `json:"id"`
	Event  string `json:"event"`
	Result string `json:"result,omitempty"`
}

func init() {
	configuration.Into(&settings, func(read Settings) (found []ringback.Diagnostic) {
		if read.RejectAfter < 1 {
			found = append(found, configuration.Must("reject-after", "be a whole number of at least 1"))
		}
		return found
	})
	responder.Handle(func(request *ringback.Request) (ringback.Response, error) {
		if request.Method == "POST" {
			return apply(request)
		}
		return applicant(request.Param("id"))
	})
}

// applicant answers GET /kyc/applicants/{id}.
func applicant(id string) (ringback.Response, error) {
	known, found, err := applicants.Raw(ringback.Path(id))
	if err != nil {
		return ringback.Response{}, err
	}
	if !found {
		return refusal(404, "no such applicant")
	}
	return ringback.RawJSON(200, known), nil
}

// apply answers POST /kyc/applicants.
func apply(request *ringback.Request) (ringback.Response, error) {
	var application map[string]any
	if err := request.JSON(&application); err != nil || application == nil {
		return refusal(400, "the body is not a JSON object")
	}
	for _, name := range []string{"id", "name", "callbackUrl"} {
		if _, isText := application[name].(string); !isText {
			return refusal(422, fmt.Sprintf("`%s` is missing", name))
		}
	}
	id, name, callbackURL := application["id"].(string), application["name"].(string), application["callbackUrl"].(string)
	country, _ := application["country"].(string)
	if !isID.MatchString(id) {
		return refusal(422, "`id` may hold letters, digits, `-` and `_` only")
	}

	var known Applicant
	if _, err := applicants.Get(id, &known); err != nil {
		return ringback.Response{}, err
	}
	taken := Applicant{ID: id, Name: name, Country: country, Status: "pending", Tries: known.Tries + 1}
	if taken.Tries > settings.RejectAfter {
		taken.Status = "rejected"
		if err := applicants.Set(id, taken); err != nil {
			return ringback.Response{}, err
		}
		return ringback.JSON(409, struct {
			Error string `json:"error"`
			Tries int    `json:"tries"`
		}{"too many tries", taken.Tries})
	}
	return accept(taken, callbackURL)
}

// isID ends in `\z`: `$` would let a line break pass.
var isID = regexp.MustCompile(`\A[A-Za-z0-9_-]{1,64}\z`)

// accept keeps an applicant and has him called back twice.
func accept(taken Applicant, callbackURL string) (ringback.Response, error) {
	result := "approved"
	if slices.Contains(settings.Blocked, taken.Country) {
		result = "rejected"
	}
	err := callBack(callbackURL, 1*time.Second, taken.Tries, Event{ID: taken.ID, Event: "received"})
	if err == nil {
		err = callBack(callbackURL, 5*time.Second, taken.Tries, Event{ID: taken.ID, Event: "decided", Result: result})
	}
	var told *ringback.Error
	if errors.As(err, &told) && (told.Kind == ringback.Invalid || told.Kind == ringback.Denied) {
		return refusal(422, told.Message)
	}
	if err != nil {
		return ringback.Response{}, err
	}
	if err := applicants.Set(taken.ID, taken); err != nil {
		return ringback.Response{}, err
	}
	ringback.Log.Info("applicant accepted", "id", taken.ID)
	response, err := ringback.JSON(202, struct {
		ID     string `json:"id"`
		Status string `json:"status"`
		Try    int    `json:"try"`
	}{taken.ID, taken.Status, taken.Tries})
	return response.With("location", "/kyc/applicants/"+taken.ID), err
}

// callBack has an event sent, signed over its exact bytes and the time.
func callBack(url string, delay time.Duration, try int, event Event) error {
	body, err := json.Marshal(event)
	if err != nil {
		return err
	}
	at := ringback.Now().Unix()
	signature, err := ringback.Sign.HMACSHA256(secret, fmt.Appendf(nil, "%d.%s", at, body))
	if err != nil {
		return err
	}
	_, err = ringback.Schedule(ringback.Callback{
		Outgoing: ringback.Outgoing{
			URL: url,
			Headers: []ringback.Field{
				{Name: "content-type", Value: "application/json"},
				{Name: "kyc-signature", Value: fmt.Sprintf("t=%d,v1=%s", at, hex.EncodeToString(signature))},
			},
			Body: body,
		},
		Name:           "kyc-" + event.Event,
		Delay:          delay,
		OrderingKey:    event.ID,
		IdempotencyKey: fmt.Sprintf("%s-%d-%s", event.ID, try, event.Event),
	})
	return err
}

func refusal(status int, message string) (ringback.Response, error) {
	return ringback.JSON(status, map[string]string{"error": message})
}

// The gateway calls the hooks, never main.
func main() {}
