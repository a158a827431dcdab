package responder

import (
	"errors"
	"fmt"

	"ringback"
	"ringback/internal/ready"
	"ringback/internal/wit/export_ringback_gateway_responder"
	_ "ringback/internal/wit/responder_exports"
	"ringback/internal/wit/ringback_gateway_requests"
	wire "ringback/internal/wit/ringback_gateway_responder"
	"ringback/internal/wit/ringback_gateway_types"
	wit "ringback/internal/wit/types"
)

type result = wit.Result[wire.Response, ringback_gateway_types.Error]

func init() {
	export_ringback_gateway_responder.Respond = respond
}

func respond(head ringback_gateway_requests.Head, request *ringback_gateway_requests.Request) result {
	defer request.Drop()
	var response wire.Response
	err := ringback.Guard(func() error {
		if handle == nil {
			return errors.New("the plugin calls responder.Handle in no func init")
		}
		if err := ready.Now(); err != nil {
			return err
		}
		answered, err := handle(ringback.ToRequest(head, request))
		if err != nil {
			return err
		}
		response, err = fromResponse(answered)
		return err
	})
	if err != nil {
		return wit.Err[wire.Response, ringback_gateway_types.Error](ringback.FromError(err))
	}
	return wit.Ok[wire.Response, ringback_gateway_types.Error](response)
}

func fromResponse(response ringback.Response) (wire.Response, error) {
	if response.Status < 0 || response.Status > 999 {
		return wire.Response{}, fmt.Errorf("answered with status %d", response.Status)
	}
	return wire.Response{
		Status:  uint16(response.Status),
		Headers: ringback.FromFields(response.Headers),
		Body:    fromContent(response.Content),
	}, nil
}

func fromContent(content ringback.Content) wire.Content {
	switch content := content.(type) {
	case ringback.Text:
		return wire.MakeContentText(ringback.Clean(string(content)))
	case ringback.Bytes:
		return wire.MakeContentBytes(content)
	case ringback.File:
		return wire.MakeContentFile(ringback.Clean(string(content)))
	case ringback.Streamed:
		return wire.MakeContentStreamed(uint32(content))
	default:
		return wire.MakeContentEmpty()
	}
}
