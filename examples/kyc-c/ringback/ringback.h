/* What a plugin in C writes against: the request that it answers, buckets, callbacks, the log, signatures, JSON.
 *
 * A hook is a function, made one by a macro at the end of this file. Everything that a call changes or schedules is staged:
 * it happens when the hook returns RB_FINE, all of it or nothing.
 *
 * Memory is an arena: whatever a function of this file gives, and what rb_memory gives, is valid until the call has ended and
 * is freed by nobody. No function gives NULL for want of memory: a call that needs more than the instance may have ends, and
 * the gateway says so. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- Texts: bytes with a length, no NUL at the end. --- */

typedef struct rb_text {
  const char *at;
  size_t length;
} rb_text;

/* A literal as a text: RB("id"). */
#define RB(literal) ((rb_text){"" literal, sizeof(literal) - 1})
#define RB_NONE ((rb_text){0, 0})

rb_text rb_of(const char *with_nul);
bool rb_equals(rb_text one, rb_text other);
bool rb_starts_with(rb_text text, rb_text start);
/* One after the other: RB_CONCAT(RB("/orders/"), id). */
#define RB_CONCAT(...) \
  rb_concat((rb_text[]){__VA_ARGS__}, sizeof((rb_text[]){__VA_ARGS__}) / sizeof(rb_text))
rb_text rb_concat(const rb_text *texts, size_t count);
rb_text rb_decimal(int64_t number);
/* Lower-case hexadecimal digits. */
rb_text rb_hex(rb_text bytes);
/* The text itself where it is UTF-8, or a copy with U+FFFD for what is not. */
rb_text rb_utf8(rb_text text);
/* Zeroed memory of the call's arena, aligned for anything. */
void *rb_memory(size_t bytes);

/* --- Errors --- */

typedef enum rb_kind {
  RB_KIND_FINE,
  RB_KIND_OWN, /* the plugin's own: rb_fail */
  RB_KIND_NO_SUCH_BUCKET,
  RB_KIND_NO_SUCH_PATH,
  RB_KIND_WRONG_TYPE,
  RB_KIND_NOT_JSON,
  RB_KIND_TOO_LARGE,
  RB_KIND_INVALID,
  RB_KIND_DENIED,
  RB_KIND_TOO_MANY,
  RB_KIND_NO_SUCH_SECRET,
  RB_KIND_WRONG_KEY,
  RB_KIND_TIMED_OUT,
  RB_KIND_FAILED,
} rb_kind;

/* What went wrong, or RB_FINE. A hook that returns an error is answered with 500 and `message`; `detail` is logged. */
typedef struct rb_error {
  rb_kind kind;
  rb_text message, detail;
} rb_error;

#define RB_FINE ((rb_error){RB_KIND_FINE, {0, 0}, {0, 0}})
rb_error rb_fail(rb_text message);
/* Returns from this function with the error that a call gives, if it gives one. */
#define RB_TRY(call)                        \
  do {                                      \
    rb_error rb_tried = (call);             \
    if (rb_tried.kind != RB_KIND_FINE) return rb_tried; \
  } while (0)

/* --- JSON --- */

typedef enum rb_type { RB_NULL, RB_BOOLEAN, RB_NUMBER, RB_TEXT, RB_ARRAY, RB_OBJECT } rb_type;

/* A value that was read. */
typedef struct rb_json {
  rb_type type;
  bool boolean;
  double number;             /* exact up to 2^53; others may be off in the last place */
  rb_text text;              /* a text's content, a number as it was written */
  rb_text name;              /* an object's member: its name */
  const struct rb_json *first, *next; /* the first element or member; the next beside this one; NULL at the end */
} rb_json;

/* NULL: the text is not JSON (RFC 8259), not UTF-8, or nests deeper than 127. */
const rb_json *rb_json_read(rb_text text);
/* A member by name, the last one of several. NULL: there is none, or the value is no object or NULL. */
const rb_json *rb_json_member(const rb_json *object, rb_text name);
/* Whether the value is a text, and which. */
bool rb_json_text(const rb_json *value, rb_text *text);
/* Whether the value is a whole number, written without fraction and exponent, and which. */
bool rb_json_integer(const rb_json *value, int64_t *number);

/* Writes compact JSON, commas where they belong:
 *   rb_writer json = {0};
 *   rb_begin_object(&json); rb_name(&json, RB("id")); rb_put_text(&json, id); rb_end_object(&json);
 *   rb_text text = rb_written(&json); */
typedef struct rb_writer {
  char *at;
  size_t length, room;
} rb_writer;

void rb_begin_object(rb_writer *json);
void rb_end_object(rb_writer *json);
void rb_begin_array(rb_writer *json);
void rb_end_array(rb_writer *json);
void rb_name(rb_writer *json, rb_text name);
void rb_put_text(rb_writer *json, rb_text text);
void rb_put_integer(rb_writer *json, int64_t number);
void rb_put_boolean(rb_writer *json, bool boolean);
void rb_put_null(rb_writer *json);
/* A value that is JSON already. */
void rb_put_json(rb_writer *json, rb_text text);
rb_text rb_written(const rb_writer *json);

/* --- Requests and responses --- */

/* A header field line, or a value that a route captured, or a field of a log line. */
typedef struct rb_field {
  rb_text name, value;
} rb_field;

typedef struct rb_fields {
  const rb_field *at;
  size_t count;
} rb_fields;

typedef struct rb_request {
  rb_text id;           /* as in the journal and the log */
  rb_text method;       /* upper case */
  rb_text path;         /* percent-encoding kept */
  rb_text query;        /* without `?`; .at is NULL when there is none */
  rb_text content_type; /* .at is NULL when there is none */
  rb_fields params;     /* what the route's path captured, percent-decoded */
  rb_text route, session;
  uint64_t received;    /* microseconds since 1970 */
  uint64_t number;      /* of the requests that this route has answered in this session, from 1 */
  int32_t handle;
} rb_request;

/* A value that the route's path captured, empty when there is none of that name. */
rb_text rb_param(const rb_request *request, rb_text name);
/* A header field's value, .at is NULL when there is none. */
rb_text rb_header(const rb_request *request, rb_text name);
rb_fields rb_headers(const rb_request *request);
rb_text rb_body(const rb_request *request);
/* How the client reaches the gateway: `http://localhost:3000`. */
rb_text rb_origin(const rb_request *request);
rb_text rb_client(const rb_request *request);

typedef enum rb_content { RB_EMPTY, RB_CONTENT_TEXT, RB_CONTENT_BYTES, RB_CONTENT_FILE, RB_CONTENT_STREAMED } rb_content;

typedef struct rb_response {
  uint16_t status;
  rb_fields headers;
  rb_content content;
  rb_text body;     /* text, bytes, or the path of a file in the folder that the operator granted */
  uint32_t stream;  /* the number that RINGBACK_STREAM's function is asked with */
} rb_response;

/* Makes the response one of a status with a JSON text as its content. */
void rb_respond_json(rb_response *response, uint16_t status, rb_text json);
void rb_respond_header(rb_response *response, rb_text name, rb_text value);

/* --- The gateway --- */

/* Reads JSON at a path: member names and indexes separated by dots. Absent: .at of `json` is NULL. */
rb_error rb_bucket_get(rb_text bucket, rb_text path, rb_text *json);
rb_error rb_bucket_set(rb_text bucket, rb_text path, rb_text json);
rb_error rb_bucket_push(rb_text bucket, rb_text path, rb_text json);
rb_error rb_bucket_merge(rb_text bucket, rb_text path, rb_text json);
rb_error rb_bucket_inc(rb_text bucket, rb_text path, double by, double *sum);
rb_error rb_bucket_del(rb_text bucket, rb_text path);
/* A name with its dots escaped, to be a part of a path. */
rb_text rb_path(rb_text name);

typedef struct rb_outgoing {
  rb_text method; /* empty: POST */
  rb_text url;
  rb_fields headers;
  rb_text body;
} rb_outgoing;

typedef struct rb_callback {
  rb_outgoing request;
  rb_text name;            /* in the journal */
  uint64_t delay_ms;       /* from the moment the response leaves */
  rb_text ordering_key;    /* empty: no order */
  rb_text idempotency_key; /* empty: always a new one */
  rb_text policy;          /* empty: one attempt, any 2xx is success */
} rb_callback;

/* Stages a callback. `id` may be NULL. */
rb_error rb_schedule(const rb_callback *callback, rb_text *id);
bool rb_cancel(rb_text id);

typedef enum rb_algorithm { RB_HMAC_SHA256, RB_HMAC_SHA512, RB_HMAC_SHA1, RB_ED25519 } rb_algorithm;

/* Signs with a secret that the plugin names and never sees. */
rb_error rb_sign(rb_algorithm algorithm, rb_text secret, rb_text message, rb_text *signature);

/* When this call began, in microseconds since 1970. */
uint64_t rb_now(void);
/* The next of the numbers that repeat with the gateway's seed. */
uint64_t rb_random(void);

typedef enum rb_level { RB_TRACE, RB_DEBUG, RB_INFO, RB_WARN, RB_ERROR } rb_level;

/* rb_log(RB_INFO, RB("accepted"), {RB("id"), id}) */
#define rb_log(level, message, ...)                                    \
  rb_log_fields(level, message, (rb_field[]){{{0, 0}, {0, 0}}, __VA_ARGS__}, \
                sizeof((rb_field[]){{{0, 0}, {0, 0}}, __VA_ARGS__}) / sizeof(rb_field))
/* The first field is left out: it lets rb_log have none. */
void rb_log_fields(rb_level level, rb_text message, const rb_field *fields, size_t count);

/* The plugin's own table of ringback.toml, a JSON object. */
rb_text rb_config(void);

/* Renders a template by a renderer's name as in ringback.toml. `data` is a JSON object. */
rb_error rb_render(rb_text renderer, rb_text source, rb_text data, rb_text *rendered);

typedef struct rb_answer {
  uint16_t status;
  rb_fields headers;
  rb_text body;
} rb_answer;

/* Passes this call's request on to its route's upstream. */
rb_error rb_forward(rb_answer *answer);
/* Sends a request to a host that was granted. */
rb_error rb_fetch(const rb_outgoing *request, rb_answer *answer);

/* --- Hooks --- */

/* What is wrong with the plugin's table: rb_wrong adds one. */
typedef struct rb_diagnostics {
  struct rb_diagnostic {
    rb_text message, path, help;
  } *at;
  size_t count, room;
} rb_diagnostics;

/* `path` is a JSON Pointer: `/reject-after`. `help` may be RB_NONE. */
void rb_wrong(rb_diagnostics *found, rb_text message, rb_text path, rb_text help);

typedef struct rb_committed {
  rb_text id, name;
  rb_outgoing request;
  uint64_t due; /* when it was first due, in microseconds since 1970 */
  rb_text cause;
  uint32_t depth;
  rb_text settings; /* what the operator wrote beside the policy's name, a JSON object */
} rb_committed;

typedef enum rb_outcome_type { RB_ANSWERED, RB_TIMED_OUT, RB_FAILED } rb_outcome_type;

typedef struct rb_outcome {
  rb_outcome_type type;
  rb_answer answer; /* of RB_ANSWERED */
  rb_text failed;   /* of RB_FAILED: why */
} rb_outcome;

typedef enum rb_decision_type { RB_DONE, RB_RETRY, RB_GIVE_UP, RB_THEN } rb_decision_type;

typedef struct rb_decision {
  rb_decision_type type;
  uint64_t retry_ms;
  rb_text give_up;
  const rb_callback *then;
  size_t then_count;
} rb_decision;

typedef rb_error rb_responder(const rb_request *request, rb_response *response);
typedef void rb_configuration(rb_text table, rb_diagnostics *found);
typedef rb_error rb_plan(const rb_committed *callback, uint32_t attempt, rb_outgoing *request);
typedef rb_decision rb_decide(const rb_committed *callback, uint32_t attempt, const rb_outcome *outcome);
/* `piece` stays RB_NONE: that was all. */
typedef rb_error rb_stream(uint32_t number, rb_text *piece);

/* Answers whole requests with a function: RINGBACK_RESPONDER(respond). Each macro stands once, in one source file. */
#define RINGBACK_RESPONDER(function)                                                                             \
  RB_EXPORT("ringback:gateway/responder@0.1.0#respond", respond, (void *call), rb_run_respond(call, function))   \
  RB_POST("ringback:gateway/responder@0.1.0#respond", respond)                                                   \
  rb_responder *const rb_the_responder = function;
/* Checks the plugin's table. */
#define RINGBACK_CONFIGURATION(function)                                                                         \
  RB_EXPORT("ringback:gateway/configuration@0.1.0#configure", configure, (char *table, size_t length),           \
            rb_run_configure(table, length, function))                                                           \
  RB_POST("ringback:gateway/configuration@0.1.0#configure", configure)                                           \
  rb_configuration *const rb_the_configuration = function;
/* Decides how callbacks are delivered. */
#define RINGBACK_CALLBACK_POLICY(plan_function, decide_function)                                                 \
  RB_EXPORT("ringback:gateway/callback-policy@0.1.0#plan", plan, (void *call), rb_run_plan(call, plan_function)) \
  RB_POST("ringback:gateway/callback-policy@0.1.0#plan", plan)                                                   \
  RB_EXPORT("ringback:gateway/callback-policy@0.1.0#decide", decide, (void *call),                               \
            rb_run_decide(call, decide_function))                                                                \
  RB_POST("ringback:gateway/callback-policy@0.1.0#decide", decide)                                               \
  rb_plan *const rb_the_plan = plan_function;                                                                    \
  rb_decide *const rb_the_decide = decide_function;
/* Gives the content of a response piece by piece. */
#define RINGBACK_STREAM(function)                                                                                \
  RB_EXPORT("ringback:gateway/body-stream@0.1.0#next", next, (uint32_t number), rb_run_next(number, function))   \
  RB_POST("ringback:gateway/body-stream@0.1.0#next", next)                                                       \
  rb_stream *const rb_the_stream = function;

#ifdef __wasm__
#define RB_EXPORT(name, symbol, parameters, run) \
  __attribute__((export_name(name))) void *rb_export_##symbol parameters { return run; }
#define RB_POST(name, symbol) \
  __attribute__((export_name("cabi_post_" name))) void rb_post_##symbol(void *result) { (void)result, rb_release(); }
#else
#define RB_EXPORT(name, symbol, parameters, run)
#define RB_POST(name, symbol)
#endif

extern rb_responder *const rb_the_responder;
extern rb_configuration *const rb_the_configuration;
extern rb_plan *const rb_the_plan;
extern rb_decide *const rb_the_decide;
extern rb_stream *const rb_the_stream;

/* For the macros: they take a call apart and put its result together. */
void *rb_run_respond(void *call, rb_responder *respond);
void *rb_run_configure(char *table, size_t length, rb_configuration *configure);
void *rb_run_plan(void *call, rb_plan *plan);
void *rb_run_decide(void *call, rb_decide *decide);
void *rb_run_next(uint32_t number, rb_stream *next);
/* Takes the arena back. */
void rb_release(void);
