package stream

import (
	"errors"
	"io"

	"ringback"
	_ "ringback/internal/wit/body_stream_exports"
	"ringback/internal/wit/export_ringback_gateway_body_stream"
	"ringback/internal/wit/ringback_gateway_types"
	wit "ringback/internal/wit/types"
)

func init() {
	export_ringback_gateway_body_stream.Next = func(number uint32) wit.Result[wit.Option[[]uint8], ringback_gateway_types.Error] {
		piece := wit.None[[]uint8]()
		err := ringback.Guard(func() error {
			if next == nil {
				return errors.New("the plugin calls stream.Handle in no func init")
			}
			bytes, err := next(number)
			if err == nil {
				piece = wit.Some(bytes)
			}
			return err
		})
		if err != nil && !errors.Is(err, io.EOF) {
			return wit.Err[wit.Option[[]uint8], ringback_gateway_types.Error](ringback.FromError(err))
		}
		return wit.Ok[wit.Option[[]uint8], ringback_gateway_types.Error](piece)
	}
}
