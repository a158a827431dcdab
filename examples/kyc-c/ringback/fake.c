/* The generated bindings' functions, played by rb_gateway. */
#include "fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

rb_fake rb_gateway;

static void full(size_t count) {
  if (count < FAKE_MAX) return;
  fprintf(stderr, "the fake gateway holds %d of each\n", FAKE_MAX);
  abort();
}

static rb_text copy(rb_text text) { return RB_CONCAT(text); }

static ringback_gateway_string_t text_of(rb_text text) {
  return (ringback_gateway_string_t){(uint8_t *)text.at, text.length};
}

void rb_fake_begin(void) {
  rb_release();
  rb_gateway = (rb_fake){.table = RB("{}"), .now = 1767225600000000};
}

rb_request rb_fake_request(rb_text method, rb_text path) {
  return (rb_request){.id = RB("req-1"), .method = method, .path = path, .route = RB("test"), .session = RB("default"),
                      .received = rb_gateway.now, .number = 1, .handle = 1};
}

/* --- requests --- */

bool ringback_gateway_requests_method_request_header(ringback_gateway_requests_borrow_request_t self,
                                                     ringback_gateway_string_t *name, ringback_gateway_string_t *ret) {
  (void)self;
  for (size_t i = 0; i < rb_gateway.headers.count; i++) {
    if (!rb_equals(rb_gateway.headers.at[i].name, rb_in(*name))) continue;
    *ret = text_of(rb_gateway.headers.at[i].value);
    return true;
  }
  return false;
}

void ringback_gateway_requests_method_request_headers(ringback_gateway_requests_borrow_request_t self,
                                                      ringback_gateway_requests_list_field_t *ret) {
  (void)self;
  ringback_gateway_types_list_field_t fields = rb_out_fields(rb_gateway.headers);
  *ret = (ringback_gateway_requests_list_field_t){fields.ptr, fields.len};
}

void ringback_gateway_requests_method_request_body(ringback_gateway_requests_borrow_request_t self,
                                                   ringback_gateway_list_u8_t *ret) {
  (void)self;
  *ret = rb_out_bytes(copy(rb_gateway.body));
}

void ringback_gateway_requests_method_request_origin(ringback_gateway_requests_borrow_request_t self,
                                                     ringback_gateway_string_t *ret) {
  (void)self;
  *ret = text_of(RB("http://localhost:3000"));
}

void ringback_gateway_requests_method_request_client(ringback_gateway_requests_borrow_request_t self,
                                                     ringback_gateway_string_t *ret) {
  (void)self;
  *ret = text_of(RB("127.0.0.1"));
}

/* --- buckets --- */

static bool no_bucket(rb_text bucket, ringback_gateway_buckets_error_t *err) {
  for (size_t i = 0; i < rb_gateway.bucket_count; i++) {
    if (rb_equals(rb_gateway.buckets[i], bucket)) return false;
  }
  err->tag = RINGBACK_GATEWAY_BUCKETS_ERROR_NO_SUCH_BUCKET;
  err->val.no_such_bucket = text_of(RB_CONCAT(RB("no bucket `"), bucket, RB("`")));
  return true;
}

/* The entry at a path, or the place of a new one. */
static size_t entry(rb_text bucket, rb_text path) {
  size_t i = 0;
  while (i < rb_gateway.entry_count &&
         !(rb_equals(rb_gateway.entries[i].bucket, bucket) && rb_equals(rb_gateway.entries[i].path, path))) {
    i++;
  }
  full(i);
  return i;
}

bool ringback_gateway_buckets_get(ringback_gateway_string_t *bucket, ringback_gateway_string_t *path,
                                  ringback_gateway_buckets_option_json_t *ret, ringback_gateway_buckets_error_t *err) {
  if (no_bucket(rb_in(*bucket), err)) return false;
  size_t i = entry(rb_in(*bucket), rb_in(*path));
  ret->is_some = i < rb_gateway.entry_count && rb_gateway.entries[i].json.at;
  if (ret->is_some) ret->val = text_of(rb_gateway.entries[i].json);
  return true;
}

bool ringback_gateway_buckets_set(ringback_gateway_string_t *bucket, ringback_gateway_string_t *path,
                                  ringback_gateway_buckets_json_t *value, ringback_gateway_buckets_error_t *err) {
  if (no_bucket(rb_in(*bucket), err)) return false;
  if (!rb_json_read(rb_in(*value))) {
    err->tag = RINGBACK_GATEWAY_BUCKETS_ERROR_NOT_JSON;
    err->val.not_json = text_of(RB("the text is not JSON"));
    return false;
  }
  size_t i = entry(rb_in(*bucket), rb_in(*path));
  if (i == rb_gateway.entry_count) rb_gateway.entry_count++;
  rb_gateway.entries[i].bucket = copy(rb_in(*bucket));
  rb_gateway.entries[i].path = copy(rb_in(*path));
  rb_gateway.entries[i].json = copy(rb_in(*value));
  return true;
}

bool ringback_gateway_buckets_del(ringback_gateway_string_t *bucket, ringback_gateway_string_t *path,
                                  ringback_gateway_buckets_error_t *err) {
  if (no_bucket(rb_in(*bucket), err)) return false;
  size_t i = entry(rb_in(*bucket), rb_in(*path));
  if (i < rb_gateway.entry_count) rb_gateway.entries[i].json = RB_NONE;
  return true;
}

/* What this fake can't do it says when a test calls it. */
_Noreturn static void not_played(const char *what) {
  fprintf(stderr, "the fake gateway does not play %s: use `ringback plugin test`\n", what);
  abort();
}

bool ringback_gateway_buckets_push(ringback_gateway_string_t *bucket, ringback_gateway_string_t *path,
                                   ringback_gateway_buckets_json_t *value, ringback_gateway_buckets_error_t *err) {
  (void)bucket, (void)path, (void)value, (void)err;
  not_played("buckets.push");
}

bool ringback_gateway_buckets_merge(ringback_gateway_string_t *bucket, ringback_gateway_string_t *path,
                                    ringback_gateway_buckets_json_t *value, ringback_gateway_buckets_error_t *err) {
  (void)bucket, (void)path, (void)value, (void)err;
  not_played("buckets.merge");
}

bool ringback_gateway_buckets_inc(ringback_gateway_string_t *bucket, ringback_gateway_string_t *path, double by, double *ret,
                                  ringback_gateway_buckets_error_t *err) {
  (void)bucket, (void)path, (void)by, (void)ret, (void)err;
  not_played("buckets.inc");
}

/* --- callbacks --- */

bool ringback_gateway_callbacks_schedule(ringback_gateway_callbacks_outgoing_t *request,
                                         ringback_gateway_callbacks_options_t *options, ringback_gateway_string_t *ret,
                                         ringback_gateway_callbacks_error_t *err) {
  rb_outgoing asked = rb_in_outgoing(*request);
  if (!rb_starts_with(asked.url, RB("http://")) && !rb_starts_with(asked.url, RB("https://"))) {
    err->tag = RINGBACK_GATEWAY_CALLBACKS_ERROR_INVALID;
    err->val.invalid = text_of(RB_CONCAT(RB("`"), asked.url, RB("` is not an absolute http or https URL")));
    return false;
  }
  full(rb_gateway.scheduled_count);
  size_t i = rb_gateway.scheduled_count++;
  rb_gateway.scheduled[i].method = copy(asked.method);
  rb_gateway.scheduled[i].url = copy(asked.url);
  rb_gateway.scheduled[i].body = copy(asked.body);
  rb_gateway.scheduled[i].headers = asked.headers;
  rb_gateway.scheduled[i].name = copy(rb_in(options->name));
  rb_gateway.scheduled[i].ordering_key = copy(rb_in_option(options->ordering_key));
  rb_gateway.scheduled[i].idempotency_key = copy(rb_in_option(options->idempotency_key));
  rb_gateway.scheduled[i].delay_ms = options->delay / 1000;
  *ret = text_of(RB_CONCAT(RB("cb-"), rb_decimal((int64_t)i + 1)));
  return true;
}

bool ringback_gateway_callbacks_cancel(ringback_gateway_string_t *id) { return (void)id, false; }

/* --- the rest --- */

bool ringback_gateway_signer_sign(ringback_gateway_signer_algorithm_t algorithm, ringback_gateway_string_t *secret,
                                  ringback_gateway_list_u8_t *message, ringback_gateway_list_u8_t *ret,
                                  ringback_gateway_signer_error_t *err) {
  for (size_t i = 0; i < rb_gateway.secret_count; i++) {
    if (!rb_equals(rb_gateway.secrets[i], rb_in(*secret))) continue;
    rb_text parts[] = {RB("signed "), rb_in_bytes(*message), RB(" by "), rb_decimal(algorithm)};
    *ret = rb_out_bytes(rb_concat(parts, 4));
    return true;
  }
  err->tag = RINGBACK_GATEWAY_SIGNER_ERROR_NO_SUCH_SECRET;
  err->val.no_such_secret = text_of(RB_CONCAT(RB("no secret `"), rb_in(*secret), RB("`")));
  return false;
}

ringback_gateway_clock_timestamp_t ringback_gateway_clock_now(void) { return rb_gateway.now; }

/* The same numbers in every test (Vigna, splitmix64). */
uint64_t ringback_gateway_random_next(void) {
  static uint64_t state;
  uint64_t mixed = state += 0x9e3779b97f4a7c15;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

void ringback_gateway_log_write(ringback_gateway_log_level_t level, ringback_gateway_string_t *message,
                                ringback_gateway_list_tuple2_string_string_t *fields) {
  static const char *const levels[] = {"trace ", "debug ", "info ", "warn ", "error "};
  full(rb_gateway.logged_count);
  rb_text line = RB_CONCAT(rb_of(levels[level]), rb_in(*message));
  for (size_t i = 0; i < fields->len; i++) {
    line = RB_CONCAT(line, RB(" "), rb_in(fields->ptr[i].f0), RB("="), rb_in(fields->ptr[i].f1));
  }
  rb_gateway.logged[rb_gateway.logged_count++] = line;
}

void ringback_gateway_config_table(ringback_gateway_config_json_t *ret) { *ret = text_of(copy(rb_gateway.table)); }

bool ringback_gateway_templates_render(ringback_gateway_string_t *renderer, ringback_gateway_string_t *source,
                                       ringback_gateway_templates_json_t *data, ringback_gateway_string_t *ret,
                                       ringback_gateway_templates_error_t *err) {
  (void)renderer, (void)source, (void)data, (void)ret, (void)err;
  not_played("templates");
}

bool ringback_gateway_upstream_forward(ringback_gateway_upstream_answer_t *ret, ringback_gateway_upstream_error_t *err) {
  (void)ret, (void)err;
  not_played("upstream");
}

bool ringback_gateway_upstream_fetch(ringback_gateway_upstream_outgoing_t *request, ringback_gateway_upstream_answer_t *ret,
                                     ringback_gateway_upstream_error_t *err) {
  (void)request, (void)ret, (void)err;
  not_played("upstream");
}
