/* Between the layer's values and those of the generated bindings. Both lie in the call's arena; nothing is copied. */
#pragma once
#include "ringback.h"
#include "ringback_gateway.h"

static inline rb_text rb_in(ringback_gateway_string_t text) { return (rb_text){(const char *)text.ptr, text.len}; }

static inline rb_text rb_in_bytes(ringback_gateway_list_u8_t bytes) {
  return (rb_text){(const char *)bytes.ptr, bytes.len};
}

static inline rb_text rb_in_option(ringback_gateway_option_string_t text) { return text.is_some ? rb_in(text.val) : RB_NONE; }

/* Anything but UTF-8 would end the instance. */
static inline ringback_gateway_string_t rb_out(rb_text text) {
  text = rb_utf8(text);
  return (ringback_gateway_string_t){(uint8_t *)text.at, text.length};
}

static inline ringback_gateway_list_u8_t rb_out_bytes(rb_text bytes) {
  return (ringback_gateway_list_u8_t){(uint8_t *)bytes.at, bytes.length};
}

/* Empty is absent. */
static inline ringback_gateway_option_string_t rb_out_option(rb_text text) {
  return (ringback_gateway_option_string_t){text.length > 0, rb_out(text)};
}

rb_fields rb_in_fields(ringback_gateway_types_list_field_t fields);
rb_answer rb_in_answer(ringback_gateway_types_answer_t answer);
rb_outgoing rb_in_outgoing(ringback_gateway_types_outgoing_t request);
ringback_gateway_types_list_field_t rb_out_fields(rb_fields fields);
ringback_gateway_types_outgoing_t rb_out_outgoing(const rb_outgoing *request, rb_text method);
ringback_gateway_types_options_t rb_out_options(const rb_callback *callback);
ringback_gateway_types_error_t rb_out_error(rb_error error);
