//! Callbacks and webhooks.

use ringback_model::environment::CallbackUrl;

use crate::support::{api, environment, operations, said};

#[test]
fn callbacks_go_out_in_order_with_what_their_examples_say() {
    let text = api(r"
/a:
  post:
    responses:
      201: { content: { text/plain: { examples: { rex: { value: a }, tom: { value: b } } } } }
    callbacks:
      last:
        'http://h/{$request.body#/id}':
          summary: no method
          parameters:
            - { name: X-Sign, in: header, examples: { rex: { value: r }, tom: { value: t } } }
            - { name: token, in: query, required: true, schema: { const: abc } }
            - { name: s, in: cookie, example: 1 }
          put: { responses: { 2XX: {}, 404: {} } }
          delete: { x-microcks-callback: { delay: 500ms } }
      first:
        $request.query.cb:
          post:
            x-microcks-callback: { order: 1, delay: 1000 }
            requestBody: { content: { application/json: { examples: { rex: { value: { for: rex } } } } } }
      never:
        'http://h/{request.query.cb}': { post: {} }
");
    let environment = environment(&text);
    let operation = operations(&environment)[0];
    let sent = |index: usize| {
        let callbacks = operation.examples[index].response.callbacks.iter();
        let named = callbacks.map(|attachment| {
            let definition = &environment.callbacks[attachment.callback];
            let headers = definition.headers.iter().map(|header| format!("{}={}", header.name, header.value.source));
            let query = match &definition.url {
                CallbackUrl::Expression { query, .. } => query.len(),
                _ => panic!("no expression"),
            };
            let headers: Vec<_> = headers.collect();
            format!(
                "{} {} {} {query} {}",
                attachment.delay.as_millis(),
                definition.method.source,
                definition.name,
                headers.join(" ")
            )
        });
        named.collect::<Vec<_>>()
    };
    assert_eq!(
        sent(0),
        [
            "1000 POST first 0 content-type=application/json accept=*/*",
            "4000 PUT last 1 accept=*/* x-sign=r cookie=s=1",
            "4500 DELETE last (2) 1 accept=*/* x-sign=r cookie=s=1",
        ]
    );
    assert_eq!(sent(1).len(), 2);
    assert_eq!(environment.callbacks[1].expects.len(), 2);
    assert!(
        said(&[("api.yaml", &text)], &[])
            .contains("callback `never` is never sent: `request.query.cb` is no runtime expression")
    );
}

#[test]
fn webhooks_have_their_examples() {
    let text = "openapi: 3.1.0\ninfo: { title: My API, version: '1' }\nwebhooks:\n  pet:\n    post:\n      requestBody: { content: { application/json: { schema: { type: object, properties: { id: { const: 1 } } }, examples: { rex: { value: 1 }, tom: { value: 2 } } } } }\n  other:\n    put:\n      requestBody: { content: { application/json: { schema: { type: object, properties: { id: { const: 1 } } } } } }\n";
    let environment = environment(text);
    let shown: Vec<_> = environment
        .webhooks
        .iter()
        .map(|hook| {
            let names: Vec<_> = hook
                .examples
                .iter()
                .map(|example| {
                    let body = environment.callbacks[example.callback].body.text().unwrap();
                    format!("{}={}", example.name, body.source)
                })
                .collect();
            format!("{} {} {} {}", hook.service, hook.method, hook.name, names.join(" "))
        })
        .collect();
    assert_eq!(shown, ["My API:1 POST pet rex=1 tom=2", "My API:1 PUT other example={\"id\":1}"]);
}
