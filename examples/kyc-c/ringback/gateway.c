/* What a plugin can ask of the gateway. */
#include "wire.h"

rb_error rb_fail(rb_text message) { return (rb_error){RB_KIND_OWN, message, RB_NONE}; }

static rb_error failed(rb_kind kind, ringback_gateway_string_t message) { return (rb_error){kind, rb_in(message), RB_NONE}; }

/* --- Requests and responses --- */

static ringback_gateway_requests_borrow_request_t borrowed(const rb_request *request) {
  return (ringback_gateway_requests_borrow_request_t){request->handle};
}

rb_text rb_param(const rb_request *request, rb_text name) {
  for (size_t i = 0; i < request->params.count; i++) {
    if (rb_equals(request->params.at[i].name, name)) return request->params.at[i].value;
  }
  return RB_NONE;
}

rb_text rb_header(const rb_request *request, rb_text name) {
  ringback_gateway_string_t asked = rb_out(name), value;
  return ringback_gateway_requests_method_request_header(borrowed(request), &asked, &value) ? rb_in(value) : RB_NONE;
}

rb_fields rb_headers(const rb_request *request) {
  ringback_gateway_requests_list_field_t fields;
  ringback_gateway_requests_method_request_headers(borrowed(request), &fields);
  return rb_in_fields((ringback_gateway_types_list_field_t){fields.ptr, fields.len});
}

rb_text rb_body(const rb_request *request) {
  ringback_gateway_list_u8_t body;
  ringback_gateway_requests_method_request_body(borrowed(request), &body);
  return rb_in_bytes(body);
}

rb_text rb_origin(const rb_request *request) {
  ringback_gateway_string_t origin;
  ringback_gateway_requests_method_request_origin(borrowed(request), &origin);
  return rb_in(origin);
}

rb_text rb_client(const rb_request *request) {
  ringback_gateway_string_t client;
  ringback_gateway_requests_method_request_client(borrowed(request), &client);
  return rb_in(client);
}

void rb_respond_header(rb_response *response, rb_text name, rb_text value) {
  size_t count = response->headers.count;
  rb_field *fields = rb_memory((count + 1) * sizeof *fields);
  for (size_t i = 0; i < count; i++) fields[i] = response->headers.at[i];
  fields[count] = (rb_field){name, value};
  response->headers = (rb_fields){fields, count + 1};
}

void rb_respond_json(rb_response *response, uint16_t status, rb_text json) {
  response->status = status;
  response->content = RB_CONTENT_TEXT;
  response->body = json;
  rb_respond_header(response, RB("content-type"), RB("application/json"));
}

/* --- Buckets --- */

static rb_error bucket_failed(ringback_gateway_buckets_error_t error) {
  /* Every case holds a text in the same place. */
  return failed((rb_kind)(RB_KIND_NO_SUCH_BUCKET + error.tag), error.val.no_such_bucket);
}

rb_error rb_bucket_get(rb_text bucket, rb_text path, rb_text *json) {
  ringback_gateway_string_t name = rb_out(bucket), at = rb_out(path);
  ringback_gateway_buckets_option_json_t value;
  ringback_gateway_buckets_error_t error;
  if (!ringback_gateway_buckets_get(&name, &at, &value, &error)) return bucket_failed(error);
  *json = value.is_some ? rb_in(value.val) : RB_NONE;
  return RB_FINE;
}

typedef bool write(ringback_gateway_string_t *, ringback_gateway_string_t *, ringback_gateway_buckets_json_t *,
                   ringback_gateway_buckets_error_t *);

static rb_error bucket_write(write *operation, rb_text bucket, rb_text path, rb_text json) {
  ringback_gateway_string_t name = rb_out(bucket), at = rb_out(path), value = rb_out(json);
  ringback_gateway_buckets_error_t error;
  return operation(&name, &at, &value, &error) ? RB_FINE : bucket_failed(error);
}

rb_error rb_bucket_set(rb_text bucket, rb_text path, rb_text json) {
  return bucket_write(ringback_gateway_buckets_set, bucket, path, json);
}

rb_error rb_bucket_push(rb_text bucket, rb_text path, rb_text json) {
  return bucket_write(ringback_gateway_buckets_push, bucket, path, json);
}

rb_error rb_bucket_merge(rb_text bucket, rb_text path, rb_text json) {
  return bucket_write(ringback_gateway_buckets_merge, bucket, path, json);
}

rb_error rb_bucket_inc(rb_text bucket, rb_text path, double by, double *sum) {
  ringback_gateway_string_t name = rb_out(bucket), at = rb_out(path);
  ringback_gateway_buckets_error_t error;
  return ringback_gateway_buckets_inc(&name, &at, by, sum, &error) ? RB_FINE : bucket_failed(error);
}

rb_error rb_bucket_del(rb_text bucket, rb_text path) {
  ringback_gateway_string_t name = rb_out(bucket), at = rb_out(path);
  ringback_gateway_buckets_error_t error;
  return ringback_gateway_buckets_del(&name, &at, &error) ? RB_FINE : bucket_failed(error);
}

/* --- Callbacks, signatures, clock, random, log, configuration --- */

rb_error rb_schedule(const rb_callback *callback, rb_text *id) {
  ringback_gateway_types_outgoing_t request = rb_out_outgoing(&callback->request, RB("POST"));
  ringback_gateway_types_options_t options = rb_out_options(callback);
  ringback_gateway_string_t given;
  ringback_gateway_callbacks_error_t error;
  if (!ringback_gateway_callbacks_schedule(&request, &options, &given, &error)) {
    return failed((rb_kind)(RB_KIND_INVALID + error.tag), error.val.invalid);
  }
  if (id) *id = rb_in(given);
  return RB_FINE;
}

bool rb_cancel(rb_text id) {
  ringback_gateway_string_t of = rb_out(id);
  return ringback_gateway_callbacks_cancel(&of);
}

rb_error rb_sign(rb_algorithm algorithm, rb_text secret, rb_text message, rb_text *signature) {
  ringback_gateway_string_t name = rb_out(secret);
  ringback_gateway_list_u8_t bytes = rb_out_bytes(message), made;
  ringback_gateway_signer_error_t error;
  if (!ringback_gateway_signer_sign((ringback_gateway_signer_algorithm_t)algorithm, &name, &bytes, &made, &error)) {
    return failed((rb_kind)(RB_KIND_NO_SUCH_SECRET + error.tag), error.val.no_such_secret);
  }
  *signature = rb_in_bytes(made);
  return RB_FINE;
}

uint64_t rb_now(void) { return ringback_gateway_clock_now(); }
uint64_t rb_random(void) { return ringback_gateway_random_next(); }

void rb_log_fields(rb_level level, rb_text message, const rb_field *fields, size_t count) {
  ringback_gateway_tuple2_string_string_t *pairs = rb_memory(count * sizeof *pairs);
  for (size_t i = 1; i < count; i++) {
    pairs[i] = (ringback_gateway_tuple2_string_string_t){rb_out(fields[i].name), rb_out(fields[i].value)};
  }
  ringback_gateway_string_t line = rb_out(message);
  ringback_gateway_list_tuple2_string_string_t list = {pairs + 1, count - 1};
  ringback_gateway_log_write((ringback_gateway_log_level_t)level, &line, &list);
}

rb_text rb_config(void) {
  ringback_gateway_config_json_t table;
  ringback_gateway_config_table(&table);
  return rb_in(table);
}

/* --- Templates and other servers --- */

rb_error rb_render(rb_text renderer, rb_text source, rb_text data, rb_text *rendered) {
  ringback_gateway_string_t name = rb_out(renderer), template = rb_out(source), values = rb_out(data), made;
  ringback_gateway_templates_error_t error;
  if (!ringback_gateway_templates_render(&name, &template, &values, &made, &error)) {
    return (rb_error){RB_KIND_FAILED, rb_in(error.message), rb_in_option(error.detail)};
  }
  *rendered = rb_in(made);
  return RB_FINE;
}

static rb_error upstream_failed(ringback_gateway_upstream_error_t error) {
  switch (error.tag) {
    case RINGBACK_GATEWAY_UPSTREAM_ERROR_DENIED: return failed(RB_KIND_DENIED, error.val.denied);
    case RINGBACK_GATEWAY_UPSTREAM_ERROR_INVALID: return failed(RB_KIND_INVALID, error.val.invalid);
    case RINGBACK_GATEWAY_UPSTREAM_ERROR_TIMED_OUT: return (rb_error){RB_KIND_TIMED_OUT, RB("no answer in time"), RB_NONE};
    case RINGBACK_GATEWAY_UPSTREAM_ERROR_TOO_LARGE: return failed(RB_KIND_TOO_LARGE, error.val.too_large);
    default: return failed(RB_KIND_FAILED, error.val.failed);
  }
}

rb_error rb_forward(rb_answer *answer) {
  ringback_gateway_upstream_answer_t given;
  ringback_gateway_upstream_error_t error;
  if (!ringback_gateway_upstream_forward(&given, &error)) return upstream_failed(error);
  *answer = rb_in_answer(given);
  return RB_FINE;
}

rb_error rb_fetch(const rb_outgoing *request, rb_answer *answer) {
  ringback_gateway_types_outgoing_t asked = rb_out_outgoing(request, RB("GET"));
  ringback_gateway_upstream_answer_t given;
  ringback_gateway_upstream_error_t error;
  if (!ringback_gateway_upstream_fetch(&asked, &given, &error)) return upstream_failed(error);
  *answer = rb_in_answer(given);
  return RB_FINE;
}

void rb_wrong(rb_diagnostics *found, rb_text message, rb_text path, rb_text help) {
  if (found->count == found->room) {
    size_t room = 2 * found->room + 8;
    struct rb_diagnostic *grown = rb_memory(room * sizeof *grown);
    for (size_t i = 0; i < found->count; i++) grown[i] = found->at[i];
    found->at = grown;
    found->room = room;
  }
  found->at[found->count++] = (struct rb_diagnostic){message, path, help};
}
