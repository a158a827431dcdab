/* Tests the provider's own logic, natively: `make test`. */
#include "ringback/check.h"
#include "ringback/fake.h"

static const char ada[] = "{\"id\":\"u-1\",\"name\":\"Ada Lovelace\",\"country\":\"GB\",\"callbackUrl\":\"http://localhost:9/hook\"}";

static void begin(void) {
  rb_fake_begin();
  rb_gateway.buckets[rb_gateway.bucket_count++] = RB("applicants");
  rb_gateway.secrets[rb_gateway.secret_count++] = RB("kyc-webhook");
}

static rb_response post(const char *body) {
  rb_gateway.body = rb_of(body);
  rb_request request = rb_fake_request(RB("POST"), RB("/kyc/applicants"));
  rb_response response = {0};
  rb_error error = rb_the_responder(&request, &response);
  CHECK_TEXT(error.message, "");
  return response;
}

static void an_applicant_is_accepted_and_called_back_twice(void) {
  begin();
  rb_response response = post(ada);
  CHECK(response.status == 202);
  CHECK_TEXT(response.body, "{\"id\":\"u-1\",\"status\":\"pending\",\"try\":1}");
  CHECK(rb_gateway.scheduled_count == 2 && rb_gateway.scheduled[1].delay_ms == 5000);
  CHECK_TEXT(rb_gateway.scheduled[1].body, "{\"id\":\"u-1\",\"event\":\"decided\",\"result\":\"approved\"}");
  CHECK_TEXT(rb_gateway.scheduled[1].idempotency_key, "u-1-1-decided");
  CHECK_TEXT(rb_gateway.entries[0].json,
             "{\"id\":\"u-1\",\"name\":\"Ada Lovelace\",\"country\":\"GB\",\"status\":\"pending\",\"tries\":1}");
  CHECK_TEXT(rb_gateway.logged[0], "info applicant accepted id=u-1");
}

static void the_third_try_is_one_too_many(void) {
  begin();
  post(ada);
  post(ada);
  rb_response response = post(ada);
  CHECK(response.status == 409 && rb_gateway.scheduled_count == 4);
  CHECK_TEXT(response.body, "{\"error\":\"too many tries\",\"tries\":3}");
}

static void what_is_no_application_is_refused(void) {
  begin();
  CHECK(post("[]").status == 400);
  CHECK(post("{\"id\":1}").status == 422);
  CHECK(post("{\"id\":\"\",\"name\":\"Ada\",\"callbackUrl\":\"http://localhost\"}").status == 422);
  CHECK(post("{\"id\":\"u-1\",\"name\":\"Ada\",\"callbackUrl\":\"ftp://localhost\"}").status == 422);
  CHECK(rb_gateway.entry_count == 0);
}

static void the_configuration_is_checked(void) {
  const char *wrong[] = {"{\"reject-after\":0}", "{\"reject-after\":\"2\"}", "{\"reject-after\":1.5}", "{\"blocked\":[1]}", "{\"x\":1}"};
  begin();
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    rb_diagnostics found = {0};
    rb_the_configuration(rb_of(wrong[i]), &found);
    CHECK(found.count == 1);
  }
}

int ringback_test(void);

int main(void) {
  an_applicant_is_accepted_and_called_back_twice();
  the_third_try_is_one_too_many();
  what_is_no_application_is_refused();
  the_configuration_is_checked();
  rb_release();
  return failures + ringback_test() > 0;
}
