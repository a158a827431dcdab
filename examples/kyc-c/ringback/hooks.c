/* The hooks at the component's border: the canonical ABI, in which a record is what a C compiler for wasm32 makes of a struct
 * with the same members, and a call's result lies where a pointer says until the gateway has taken it. */
#ifdef __wasm__
#include "wire.h"

#define IS(type, bytes) _Static_assert(sizeof(type) == (bytes), "the struct is not the record that it stands for")

/* --- responder --- */

typedef struct respond_call {
  ringback_gateway_requests_head_t head;
  int32_t request;
} respond_call;

typedef struct response {
  uint16_t status;
  ringback_gateway_types_list_field_t headers;
  uint8_t content;
  union {
    ringback_gateway_string_t text;
    uint32_t stream;
  } value;
} response;

typedef struct respond_result {
  uint8_t is_error;
  union {
    response response;
    ringback_gateway_types_error_t error;
  } value;
} respond_result;

IS(respond_call, 96);
IS(respond_result, 28);

static rb_fields in_params(ringback_gateway_list_tuple2_string_string_t params) {
  rb_field *at = rb_memory(params.len * sizeof *at);
  for (size_t i = 0; i < params.len; i++) at[i] = (rb_field){rb_in(params.ptr[i].f0), rb_in(params.ptr[i].f1)};
  return (rb_fields){at, params.len};
}

void *rb_run_respond(void *parameters, rb_responder *respond) {
  static respond_result result;
  const respond_call *call = parameters;
  rb_request request = {
      .id = rb_in(call->head.id),
      .method = rb_in(call->head.method),
      .path = rb_in(call->head.path),
      .query = rb_in_option(call->head.query),
      .content_type = rb_in_option(call->head.content_type),
      .params = in_params(call->head.params),
      .route = rb_in(call->head.route),
      .session = rb_in(call->head.session),
      .received = call->head.received,
      .number = call->head.number,
      .handle = call->request,
  };
  rb_response made = {.status = 200};
  rb_error error = respond(&request, &made);
  ringback_gateway_requests_request_drop_own((ringback_gateway_requests_own_request_t){call->request});
  result = (respond_result){.is_error = error.kind != RB_KIND_FINE};
  if (result.is_error) {
    result.value.error = rb_out_error(error);
    return &result;
  }
  result.value.response = (response){made.status, rb_out_fields(made.headers), (uint8_t)made.content, {.stream = made.stream}};
  if (made.content == RB_CONTENT_TEXT || made.content == RB_CONTENT_FILE) {
    result.value.response.value.text = rb_out(made.body);
  } else if (made.content == RB_CONTENT_BYTES) {
    result.value.response.value.text = (ringback_gateway_string_t){(uint8_t *)made.body.at, made.body.length};
  }
  return &result;
}

/* --- configuration --- */

typedef struct configure_result {
  uint8_t is_error;
  struct {
    ringback_gateway_types_diagnostic_t *at;
    size_t count;
  } found;
} configure_result;

IS(ringback_gateway_types_diagnostic_t, 44);
IS(configure_result, 12);

void *rb_run_configure(char *table, size_t length, rb_configuration *configure) {
  static configure_result result;
  rb_diagnostics found = {0};
  configure((rb_text){table, length}, &found);
  result = (configure_result){.is_error = found.count > 0};
  result.found.at = rb_memory(found.count * sizeof *result.found.at);
  result.found.count = found.count;
  for (size_t i = 0; i < found.count; i++) {
    result.found.at[i] = (ringback_gateway_types_diagnostic_t){
        .message = rb_out(found.at[i].message),
        .path = rb_out_option(found.at[i].path),
        .help = rb_out_option(found.at[i].help),
    };
  }
  return &result;
}

/* --- callback-policy --- */

typedef struct committed {
  ringback_gateway_string_t id, name;
  ringback_gateway_types_outgoing_t request;
  uint64_t due;
  ringback_gateway_string_t cause;
  uint32_t depth;
  ringback_gateway_string_t settings;
} committed;

typedef struct outcome {
  uint8_t type;
  union {
    ringback_gateway_types_answer_t answer;
    ringback_gateway_string_t failed;
  } value;
} outcome;

typedef struct policy_call {
  committed callback;
  uint32_t attempt;
  outcome outcome; /* of `decide` alone */
} policy_call;

typedef struct plan_result {
  uint8_t is_error;
  union {
    ringback_gateway_types_outgoing_t request;
    ringback_gateway_types_error_t error;
  } value;
} plan_result;

typedef struct follow {
  ringback_gateway_types_outgoing_t request;
  ringback_gateway_types_options_t options;
} follow;

typedef struct decision {
  uint8_t type;
  union {
    uint64_t retry;
    ringback_gateway_string_t give_up;
    struct {
      follow *at;
      size_t count;
    } then;
  } value;
} decision;

IS(committed, 88);
IS(policy_call, 120);
IS(plan_result, 40);
IS(follow, 96);
IS(decision, 16);

static rb_committed in_committed(const committed *callback) {
  return (rb_committed){
      .id = rb_in(callback->id),
      .name = rb_in(callback->name),
      .request = rb_in_outgoing(callback->request),
      .due = callback->due,
      .cause = rb_in(callback->cause),
      .depth = callback->depth,
      .settings = rb_in(callback->settings),
  };
}

void *rb_run_plan(void *parameters, rb_plan *plan) {
  static plan_result result;
  const policy_call *call = parameters;
  rb_committed callback = in_committed(&call->callback);
  rb_outgoing request = callback.request;
  rb_error error = plan(&callback, call->attempt, &request);
  result = (plan_result){.is_error = error.kind != RB_KIND_FINE};
  if (result.is_error) result.value.error = rb_out_error(error);
  else result.value.request = rb_out_outgoing(&request, RB("POST"));
  return &result;
}

void *rb_run_decide(void *parameters, rb_decide *decide) {
  static decision result;
  const policy_call *call = parameters;
  rb_committed callback = in_committed(&call->callback);
  rb_outcome came = {.type = (rb_outcome_type)call->outcome.type};
  if (came.type == RB_ANSWERED) came.answer = rb_in_answer(call->outcome.value.answer);
  if (came.type == RB_FAILED) came.failed = rb_in(call->outcome.value.failed);
  rb_decision next = decide(&callback, call->attempt, &came);
  result = (decision){.type = (uint8_t)next.type};
  if (next.type == RB_RETRY) {
    result.value.retry = next.retry_ms < UINT64_MAX / 1000 ? next.retry_ms * 1000 : UINT64_MAX;
  } else if (next.type == RB_GIVE_UP) {
    result.value.give_up = rb_out(next.give_up);
  } else if (next.type == RB_THEN) {
    result.value.then.at = rb_memory(next.then_count * sizeof(follow));
    result.value.then.count = next.then_count;
    for (size_t i = 0; i < next.then_count; i++) {
      result.value.then.at[i] = (follow){rb_out_outgoing(&next.then[i].request, RB("POST")), rb_out_options(&next.then[i])};
    }
  }
  return &result;
}

/* --- body-stream --- */

typedef struct next_result {
  uint8_t is_error;
  union {
    struct {
      uint8_t is_some;
      ringback_gateway_list_u8_t bytes;
    } piece;
    ringback_gateway_types_error_t error;
  } value;
} next_result;

IS(next_result, 24);

void *rb_run_next(uint32_t number, rb_stream *next) {
  static next_result result;
  rb_text piece = RB_NONE;
  rb_error error = next(number, &piece);
  result = (next_result){.is_error = error.kind != RB_KIND_FINE};
  if (result.is_error) {
    result.value.error = rb_out_error(error);
  } else {
    result.value.piece.is_some = piece.at != NULL;
    result.value.piece.bytes = rb_out_bytes(piece);
  }
  return &result;
}
#endif
