/* A KYC provider: takes applicants, keeps them in the bucket `applicants`, decides later and says so in two signed callbacks.
 * Who tries too often is rejected. */
#include "ringback/ringback.h"

#define APPLICANTS RB("applicants")
#define MICROS_OF_SECOND 1000000

/* `config = { ... }` of ringback.toml. */
typedef struct settings {
  int64_t reject_after;
  const rb_json *blocked; /* NULL: none was written */
} settings;

typedef struct applicant {
  rb_text id, name, country, callback_url;
  int64_t tries;
} applicant;

static settings read_settings(void) {
  const rb_json *table = rb_json_read(rb_config());
  settings read = {.reject_after = 2, .blocked = rb_json_member(table, RB("blocked"))};
  rb_json_integer(rb_json_member(table, RB("reject-after")), &read.reject_after);
  return read;
}

static bool is_blocked(const settings *settings, rb_text country) {
  if (!settings->blocked) return rb_equals(country, RB("KP"));
  for (const rb_json *one = settings->blocked->first; one; one = one->next) {
    if (rb_equals(one->text, country)) return true;
  }
  return false;
}

static rb_error refuse(rb_response *response, uint16_t status, rb_text error) {
  rb_writer json = {0};
  rb_begin_object(&json);
  rb_name(&json, RB("error"));
  rb_put_text(&json, error);
  rb_end_object(&json);
  rb_respond_json(response, status, rb_written(&json));
  return RB_FINE;
}

/* `GET /kyc/applicants/{id}` */
static rb_error tell(const rb_request *request, rb_response *response) {
  rb_text known;
  RB_TRY(rb_bucket_get(APPLICANTS, rb_path(rb_param(request, RB("id"))), &known));
  if (!known.at) return refuse(response, 404, RB("no such applicant"));
  rb_respond_json(response, 200, known);
  return RB_FINE;
}

static bool is_id(rb_text id) {
  for (size_t i = 0; i < id.length; i++) {
    char c = id.at[i];
    bool fits = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!fits) return false;
  }
  return id.length >= 1 && id.length <= 64;
}

static rb_error keep(const applicant *of, rb_text status) {
  rb_writer json = {0};
  rb_begin_object(&json);
  rb_name(&json, RB("id"));
  rb_put_text(&json, of->id);
  rb_name(&json, RB("name"));
  rb_put_text(&json, of->name);
  rb_name(&json, RB("country"));
  rb_put_text(&json, of->country);
  rb_name(&json, RB("status"));
  rb_put_text(&json, status);
  rb_name(&json, RB("tries"));
  rb_put_integer(&json, of->tries);
  rb_end_object(&json);
  return rb_bucket_set(APPLICANTS, of->id, rb_written(&json));
}

/* Has an event of an applicant sent, signed over its exact bytes and the time. An empty result is left out. */
static rb_error call_back(const applicant *of, uint64_t delay_ms, rb_text event, rb_text result) {
  rb_writer json = {0};
  rb_begin_object(&json);
  rb_name(&json, RB("id"));
  rb_put_text(&json, of->id);
  rb_name(&json, RB("event"));
  rb_put_text(&json, event);
  if (result.length) {
    rb_name(&json, RB("result"));
    rb_put_text(&json, result);
  }
  rb_end_object(&json);
  rb_text body = rb_written(&json), at = rb_decimal((int64_t)(rb_now() / MICROS_OF_SECOND)), signature;
  RB_TRY(rb_sign(RB_HMAC_SHA256, RB("kyc-webhook"), RB_CONCAT(at, RB("."), body), &signature));
  rb_field headers[] = {
      {RB("content-type"), RB("application/json")},
      {RB("kyc-signature"), RB_CONCAT(RB("t="), at, RB(",v1="), rb_hex(signature))},
  };
  rb_callback callback = {
      .request = {.url = of->callback_url, .headers = {headers, 2}, .body = body},
      .name = RB_CONCAT(RB("kyc-"), event),
      .delay_ms = delay_ms,
      .ordering_key = of->id,
      .idempotency_key = RB_CONCAT(of->id, RB("-"), rb_decimal(of->tries), RB("-"), event),
  };
  return rb_schedule(&callback, NULL);
}

static rb_error call_back_twice(const applicant *of, rb_text result) {
  RB_TRY(call_back(of, 1000, RB("received"), RB_NONE));
  return call_back(of, 5000, RB("decided"), result);
}

static rb_error accept(const applicant *taken, const settings *settings, rb_response *response) {
  rb_error told = call_back_twice(taken, is_blocked(settings, taken->country) ? RB("rejected") : RB("approved"));
  if (told.kind == RB_KIND_INVALID || told.kind == RB_KIND_DENIED) return refuse(response, 422, told.message);
  RB_TRY(told);
  RB_TRY(keep(taken, RB("pending")));
  rb_log(RB_INFO, RB("applicant accepted"), {RB("id"), taken->id});
  rb_writer json = {0};
  rb_begin_object(&json);
  rb_name(&json, RB("id"));
  rb_put_text(&json, taken->id);
  rb_name(&json, RB("status"));
  rb_put_text(&json, RB("pending"));
  rb_name(&json, RB("try"));
  rb_put_integer(&json, taken->tries);
  rb_end_object(&json);
  rb_respond_json(response, 202, rb_written(&json));
  rb_respond_header(response, RB("location"), RB_CONCAT(RB("/kyc/applicants/"), taken->id));
  return RB_FINE;
}

static rb_error reject(const applicant *taken, rb_response *response) {
  RB_TRY(keep(taken, RB("rejected")));
  rb_writer json = {0};
  rb_begin_object(&json);
  rb_name(&json, RB("error"));
  rb_put_text(&json, RB("too many tries"));
  rb_name(&json, RB("tries"));
  rb_put_integer(&json, taken->tries);
  rb_end_object(&json);
  rb_respond_json(response, 409, rb_written(&json));
  return RB_FINE;
}

/* `POST /kyc/applicants` */
static rb_error apply(const rb_request *request, rb_response *response) {
  const rb_json *application = rb_json_read(rb_body(request));
  if (!application || application->type != RB_OBJECT) return refuse(response, 400, RB("the body is not a JSON object"));
  applicant taken = {.country = RB("")};
  struct {
    rb_text name;
    rb_text *into;
  } required[] = {{RB("id"), &taken.id}, {RB("name"), &taken.name}, {RB("callbackUrl"), &taken.callback_url}};
  for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
    if (!rb_json_text(rb_json_member(application, required[i].name), required[i].into)) {
      return refuse(response, 422, RB_CONCAT(RB("`"), required[i].name, RB("` is missing")));
    }
  }
  if (!is_id(taken.id)) return refuse(response, 422, RB("`id` may hold letters, digits, `-` and `_` only"));
  rb_json_text(rb_json_member(application, RB("country")), &taken.country);

  rb_text known;
  RB_TRY(rb_bucket_get(APPLICANTS, taken.id, &known));
  rb_json_integer(rb_json_member(rb_json_read(known), RB("tries")), &taken.tries);
  taken.tries++;
  settings settings = read_settings();
  return taken.tries > settings.reject_after ? reject(&taken, response) : accept(&taken, &settings, response);
}

static rb_error respond(const rb_request *request, rb_response *response) {
  return rb_equals(request->method, RB("POST")) ? apply(request, response) : tell(request, response);
}

static bool is_list_of_texts(const rb_json *value) {
  if (value->type != RB_ARRAY) return false;
  for (const rb_json *one = value->first; one; one = one->next) {
    if (one->type != RB_TEXT) return false;
  }
  return true;
}

static void check(rb_text table, rb_diagnostics *found) {
  const rb_json *config = rb_json_read(table);
  for (const rb_json *key = config ? config->first : NULL; key; key = key->next) {
    rb_text path = RB_CONCAT(RB("/"), key->name);
    int64_t number;
    if (rb_equals(key->name, RB("reject-after"))) {
      if (rb_json_integer(key, &number) && number >= 1) continue;
      rb_wrong(found, RB("`reject-after` must be a whole number of at least 1"), path, RB_NONE);
    } else if (rb_equals(key->name, RB("blocked"))) {
      if (is_list_of_texts(key)) continue;
      rb_wrong(found, RB("`blocked` must be a list of countries"), path, RB_NONE);
    } else {
      rb_wrong(found, RB_CONCAT(RB("unknown key `"), key->name, RB("`")), path, RB("known: `reject-after`, `blocked`"));
    }
  }
}

RINGBACK_RESPONDER(respond)
RINGBACK_CONFIGURATION(check)
