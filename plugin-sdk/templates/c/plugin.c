/* Answers the routes of plugin.toml. What else a plugin can do (buckets, callbacks, signatures) is in ringback/ringback.h. */
#include "ringback/ringback.h"

static rb_error greet(const rb_request *request, rb_response *response) {
  rb_text name = rb_param(request, RB("name")), greeting = RB("Hello");
  rb_json_text(rb_json_member(rb_json_read(rb_config()), RB("greeting")), &greeting);
  rb_log(RB_INFO, RB("greeted"), {RB("name"), name});

  rb_writer json = {0};
  rb_begin_object(&json);
  rb_name(&json, RB("greeting"));
  rb_put_text(&json, RB_CONCAT(greeting, RB(", "), name, RB("!")));
  rb_name(&json, RB("number"));
  rb_put_integer(&json, (int64_t)request->number);
  rb_end_object(&json);
  rb_respond_json(response, 200, rb_written(&json));
  return RB_FINE;
}

/* Checks `config = { ... }` of ringback.toml before the plugin serves. */
static void check(rb_text table, rb_diagnostics *found) {
  const rb_json *config = rb_json_read(table);
  for (const rb_json *key = config ? config->first : NULL; key; key = key->next) {
    rb_text path = RB_CONCAT(RB("/"), key->name);
    if (!rb_equals(key->name, RB("greeting"))) {
      rb_wrong(found, RB_CONCAT(RB("unknown key `"), key->name, RB("`")), path, RB("known: `greeting`"));
    } else if (key->type != RB_TEXT) {
      rb_wrong(found, RB("`greeting` must be a text"), path, RB_NONE);
    }
  }
}

RINGBACK_RESPONDER(greet)
RINGBACK_CONFIGURATION(check)
