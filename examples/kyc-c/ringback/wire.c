#include "wire.h"

#define MICROS_OF_MILLISECOND 1000

rb_fields rb_in_fields(ringback_gateway_types_list_field_t fields) {
  rb_field *at = rb_memory(fields.len * sizeof *at);
  for (size_t i = 0; i < fields.len; i++) at[i] = (rb_field){rb_in(fields.ptr[i].name), rb_in(fields.ptr[i].value)};
  return (rb_fields){at, fields.len};
}

rb_answer rb_in_answer(ringback_gateway_types_answer_t answer) {
  return (rb_answer){answer.status, rb_in_fields(answer.headers), rb_in_bytes(answer.body)};
}

rb_outgoing rb_in_outgoing(ringback_gateway_types_outgoing_t request) {
  rb_text body = RB_NONE;
  if (request.body.tag == RINGBACK_GATEWAY_TYPES_BODY_TEXT) body = rb_in(request.body.val.text);
  if (request.body.tag == RINGBACK_GATEWAY_TYPES_BODY_BYTES) body = rb_in_bytes(request.body.val.bytes);
  return (rb_outgoing){rb_in(request.method), rb_in(request.url), rb_in_fields(request.headers), body};
}

ringback_gateway_types_list_field_t rb_out_fields(rb_fields fields) {
  ringback_gateway_types_field_t *at = rb_memory(fields.count * sizeof *at);
  for (size_t i = 0; i < fields.count; i++) {
    at[i] = (ringback_gateway_types_field_t){rb_out(fields.at[i].name), rb_out(fields.at[i].value)};
  }
  return (ringback_gateway_types_list_field_t){at, fields.count};
}

ringback_gateway_types_outgoing_t rb_out_outgoing(const rb_outgoing *request, rb_text method) {
  ringback_gateway_types_outgoing_t out = {
      .method = rb_out(request->method.length ? request->method : method),
      .url = rb_out(request->url),
      .headers = rb_out_fields(request->headers),
      .body = {.tag = RINGBACK_GATEWAY_TYPES_BODY_EMPTY},
  };
  if (request->body.length) {
    out.body.tag = RINGBACK_GATEWAY_TYPES_BODY_BYTES;
    out.body.val.bytes = rb_out_bytes(request->body);
  }
  return out;
}

ringback_gateway_types_options_t rb_out_options(const rb_callback *callback) {
  return (ringback_gateway_types_options_t){
      .name = rb_out(callback->name),
      .delay = callback->delay_ms < UINT64_MAX / MICROS_OF_MILLISECOND ? callback->delay_ms * MICROS_OF_MILLISECOND : UINT64_MAX,
      .ordering_key = rb_out_option(callback->ordering_key),
      .idempotency_key = rb_out_option(callback->idempotency_key),
      .policy = rb_out_option(callback->policy),
  };
}

ringback_gateway_types_error_t rb_out_error(rb_error error) {
  return (ringback_gateway_types_error_t){rb_out(error.message), rb_out_option(error.detail)};
}
