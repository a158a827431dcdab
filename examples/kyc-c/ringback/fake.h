/* A gateway for native unit tests: what the plugin calls reaches it, and a test sees what came of it. It stages nothing, and
 * signs with no real algorithm: `ringback plugin test` has the real rules. */
#pragma once
#include "ringback.h"

enum { FAKE_MAX = 64 };

typedef struct rb_fake {
  /* Buckets hold one JSON text for each path, as it was set: `get` finds exactly what `set` put there. */
  struct {
    rb_text bucket, path, json;
  } entries[FAKE_MAX];
  size_t entry_count;
  /* Buckets that are there, by name. */
  rb_text buckets[FAKE_MAX];
  size_t bucket_count;
  /* Secrets that are there, by name. */
  rb_text secrets[FAKE_MAX];
  size_t secret_count;
  /* The plugin's own table. */
  rb_text table;
  /* What `rb_now` gives, in microseconds since 1970. */
  uint64_t now;
  /* What rb_body gives. */
  rb_text body;
  rb_fields headers;
  /* What the calls scheduled. */
  struct {
    rb_text method, url, body, name, ordering_key, idempotency_key;
    rb_fields headers;
    uint64_t delay_ms;
  } scheduled[FAKE_MAX];
  size_t scheduled_count;
  /* Lines as `info accepted id=u-1`. */
  rb_text logged[FAKE_MAX];
  size_t logged_count;
} rb_fake;

/* The gateway of this process. Texts in it last until rb_release. */
extern rb_fake rb_gateway;

/* Forgets everything, and frees what the calls took. */
void rb_fake_begin(void);
/* A request for rb_the_responder; its content is rb_gateway.body. */
rb_request rb_fake_request(rb_text method, rb_text path);
