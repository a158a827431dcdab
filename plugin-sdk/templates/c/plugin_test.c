/* Tests the plugin's own logic, natively: `make test`. */
#include "ringback/check.h"
#include "ringback/fake.h"

static void it_greets(void) {
  rb_fake_begin();
  rb_field params[] = {{RB("name"), RB("Ada")}};
  rb_request request = rb_fake_request(RB("GET"), RB("/plugin-name/hello/Ada"));
  request.params = (rb_fields){params, 1};
  rb_response response = {0};
  CHECK(rb_the_responder(&request, &response).kind == RB_KIND_FINE);
  CHECK(response.status == 200);
  CHECK_TEXT(response.body, "{\"greeting\":\"Hello, Ada!\",\"number\":1}");
  CHECK(rb_gateway.logged_count == 1);
  CHECK_TEXT(rb_gateway.logged[0], "info greeted name=Ada");
}

static void it_says_what_is_wrong_with_its_configuration(void) {
  rb_fake_begin();
  rb_diagnostics found = {0};
  rb_the_configuration(RB("{\"greeting\":\"Hi\"}"), &found);
  CHECK(found.count == 0);
  rb_the_configuration(RB("{\"greeting\":1,\"greting\":\"Hi\"}"), &found);
  CHECK(found.count == 2);
  CHECK_TEXT(found.at[0].path, "/greeting");
  CHECK_TEXT(found.at[1].message, "unknown key `greting`");
}

int ringback_test(void);

int main(void) {
  it_greets();
  it_says_what_is_wrong_with_its_configuration();
  rb_release();
  return failures + ringback_test() > 0;
}
