//! What an OpenAPI description and Microcks' artifacts mean here: routes, examples and their keys, callbacks, webhooks.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests fail as tests do")]

use std::{collections::HashMap, fmt::Write as _, io, path::Path};

use proptest::prelude::*;
use ringback_diag::{Colour, Sources, render};
use ringback_import::openapi::{Document, Files, Imported, Options, is_meant, read, read_bytes};
use ringback_model::environment::{Answering, CallbackUrl, Dispatch, Environment, Forward, Operation};

/// Files in memory.
struct Beside(HashMap<&'static str, &'static [u8]>);

impl Files for Beside {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let found = path.to_str().and_then(|path| self.0.get(path));
        found.map(|bytes| bytes.to_vec()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn import(documents: &[(&str, &str)], beside: &[(&'static str, &'static [u8])]) -> Result<Imported, String> {
    let files = Beside(beside.iter().copied().collect());
    let documents: Vec<_> = documents.iter().map(|(name, text)| Document { name, text }).collect();
    let mut sources = Sources::default();
    read(&documents, &files, &Options::default(), &mut sources)
        .map_err(|refused| render(&refused.diagnostics, &sources, Colour::Plain))
}

fn said(documents: &[(&str, &str)], beside: &[(&'static str, &'static [u8])]) -> String {
    let files = Beside(beside.iter().copied().collect());
    let documents: Vec<_> = documents.iter().map(|(name, text)| Document { name, text }).collect();
    let mut sources = Sources::default();
    let read = read(&documents, &files, &Options::default(), &mut sources);
    let diagnostics = read.map_or_else(|refused| refused.diagnostics, |imported| imported.warnings);
    render(&diagnostics, &sources, Colour::Plain)
}

fn environment(text: &str) -> Environment {
    import(&[("api.yaml", text)], &[]).unwrap().environment
}

fn operations(environment: &Environment) -> Vec<&Operation> {
    let operations = environment.routes.iter().map(|route| match &route.answer {
        Answering::Examples(operation) => &**operation,
        other => panic!("{other:?}"),
    });
    operations.collect()
}

/// Operations and their examples, a line each.
fn shown(environment: &Environment) -> String {
    let mut text = String::new();
    for operation in operations(environment) {
        let _ = writeln!(text, "{}", operation.name);
        for example in &operation.examples {
            let response = &example.response;
            let key = example.key.as_deref().unwrap_or("-");
            let body = response.body.text().map_or("-", |body| &body.source);
            let _ = write!(text, "  {} {key} {} {body}", example.name, response.status.as_u16());
            for header in response.headers.iter().filter(|header| header.name != "content-type") {
                let _ = write!(text, " {}: {}", header.name, header.value.source);
            }
            text.push('\n');
        }
    }
    text
}

/// A description of the one path of `info` and `paths` that every test needs.
fn api(paths: &str) -> String {
    let indented: String = paths.trim_matches('\n').lines().map(|line| format!("  {line}\n")).collect();
    format!("openapi: 3.1.0\ninfo: {{ title: My API, version: 1.0 }}\npaths:\n{indented}")
}

#[test]
fn a_service_has_its_place_and_its_aliases() {
    let text = api(
        "/a/{id}:\n  get: { responses: { 200: { content: { text/plain: { example: x } } } } }\n/a/b:\n  get: { responses: { 200: { content: { text/plain: { example: y } } } } }\n",
    );
    let alone = environment(&text);
    let paths: Vec<_> = alone.routes.iter().map(|route| route.path.as_str()).collect();
    assert_eq!(paths, ["/rest/My%20API/1.0/a/b", "/rest/My%20API/1.0/a/{id}"]);
    let aliases: Vec<_> = alone.aliases.iter().map(|a| (a.from.as_str(), a.to.as_str(), a.validates)).collect();
    assert_eq!(aliases, [("/rest-valid", "/rest", true), ("", "/rest/My API/1.0", false)]);
    let other = text.replace("1.0 }", "'2.0' }");
    let both = import(&[("one.yaml", &text), ("two.yaml", &other)], &[]).unwrap().environment;
    assert_eq!(both.routes.len(), 4);
    assert_eq!(both.aliases.len(), 1);
    assert_eq!(both.routes[0].name.as_str(), "My API 1.0: GET /a/b");
}

#[test]
fn examples_of_one_name_belong_together() {
    let text = api(r"
/pets/{owner}/{pet}:
  parameters:
    - { name: owner, in: path, required: true, examples: { rex: { value: ann }, tom: { value: bob } } }
    - { name: tags, in: query, examples: { rex: { value: [b, a] } } }
  get:
    parameters:
      - { name: owner, in: path, required: true, examples: { rex: { value: eve } } }
      - { name: pet, in: path, required: true, example: 7.0 }
      - name: page
        in: query
        schema: { type: object, properties: { from: {}, size: {} } }
        examples: { tom: { value: { size: 1e3, from: 4.0 } } }
    responses:
      200:
        headers: { Cache-Control: { examples: { rex: { value: 'no-cache, no-store' } } }, X-All: { example: 1 } }
        content:
          application/json: { examples: { rex: { value: { b: 4.0, a: 1e3 } }, tom: { value: plain } } }
      404:
        content:
          application/json: { examples: { rex: { value: null } } }
");
    assert_eq!(
        shown(&environment(&text)),
        "GET /pets/{owner}/{pet}\n\
         \x20 rex /owner=eve/pet=7.0?tags=a?tags=b 200 {\"b\":4.0,\"a\":1000.0} cache-control: no-cache, no-store x-all: 1\n\
         \x20 tom /owner=bob/pet=7.0?from=4.0?size=1000.0 200 plain x-all: 1\n\
         \x20 rex /owner=eve/pet=7.0?tags=a?tags=b 404 null\n"
    );
}

#[test]
fn examples_are_written_in_many_ways() {
    let text = api(r"
/one:
  get: { responses: { default: { content: { text/plain: { example: hello } } } } }
/two:
  get:
    responses:
      2XX:
        content:
          application/json:
            examples:
              data: { dataValue: { a: 1 } }
              text: { serializedValue: '{ }' }
              file: { externalValue: ./data/file.json }
              bytes: { externalValue: data/bytes }
              url: { externalValue: 'data:text/plain,x' }
              none: { summary: nothing }
      default: { content: { text/plain: { examples: { wrong: { value: w } } } } }
");
    let beside: [(&'static str, &'static [u8]); 2] =
        [("spec/data/file.json", br#"{"from": "file"}"#), ("spec/data/bytes", &[0xff, 0xfe])];
    let imported = import(&[("spec/api.yaml", &text)], &beside).unwrap();
    assert_eq!(
        shown(&imported.environment),
        "GET /one\n  example - 200 hello\n\
         GET /two\n  data - 200 {\"a\":1}\n  text - 200 { }\n  file - 200 {\"from\": \"file\"}\n\
         \x20 bytes - 200 data:application/octet-stream;base64,//4=\n  url - 200 data:text/plain,x\n  wrong - 500 w\n"
    );
    assert_eq!(imported.files.len(), 2);
    assert!(said(&[("spec/api.yaml", &text)], &beside).contains("example `none` is ignored: it has no `value`"));
}

#[test]
fn references_are_followed_wherever_they_stand() {
    let text = r"
openapi: 3.1.0
info: { title: My API, version: '1' }
paths:
  /a: { $ref: 'parts.yaml#/paths/~1x', summary: ours }
components:
  callbacks: { done: { '{$request.query.cb}': { $ref: '#/components/pathItems/done' } } }
  pathItems: { done: { post: { requestBody: { $ref: '#/components/requestBodies/done' } } } }
  requestBodies: { done: { content: { text/plain: { example: bye } } } }
";
    let parts = br"
paths:
  /x:
    post:
      parameters: [{ $ref: '#/parameters/q' }]
      requestBody: { $ref: '#/bodies/b' }
      callbacks: { done: { $ref: 'api.yaml#/components/callbacks/done' } }
      responses:
        201: { $ref: '#/responses/r' }
        202: { x-microcks-refs: [tom] }
parameters: { q: { name: q, in: query, examples: { $ref: 'more/examples.json' } } }
bodies: { b: { content: { application/json: { examples: { tom: { value: 1 } } } } } }
responses:
  r: { headers: { X-A: { $ref: '#/headers/a' } }, content: { application/json: { examples: { rex: { value: { $ref: 'more/examples.json#/list/1' } } } } } }
headers: { a: { examples: { rex: { value: a } } } }
";
    let examples = br##"{"rex": {"value": "x"}, "tom": {"$ref": "#/rex"}, "list": [1, {"deep": true}]}"##;
    let beside: [(&'static str, &'static [u8]); 2] = [("parts.yaml", parts), ("more/examples.json", examples)];
    let environment = import(&[("api.yaml", text)], &beside).unwrap().environment;
    assert_eq!(shown(&environment), "POST /a\n  rex ?q=x 201 {\"deep\":true} x-a: a\n  tom ?q=x 202 -\n");
    assert_eq!(environment.callbacks.len(), 1);
    assert_eq!(environment.callbacks[0].body.text().unwrap().source.as_ref(), "bye");
}

#[test]
fn what_refers_to_nothing_or_to_itself_is_refused_all_at_once() {
    let text = api(r"
/a: { $ref: '#/paths/~1nowhere' }
/b: { get: { responses: { 200: { $ref: '#/components/responses/a' }, 201: { $ref: gone.yaml } } } }
/c: { get: { responses: { 200: { content: { application/json: { schema: { $ref: 'https://example.com/s.json' }, example: 1 } } } } } }
") + "components: { responses: { a: { $ref: '#/components/responses/b' }, b: { $ref: '#/components/responses/a' } } }\n";
    let said = said(&[("api.yaml", &text)], &[]);
    for part in [
        "error: `#/paths/~1nowhere` refers to nothing\n  --> api.yaml:4:15",
        "error: `#/components/responses/a` goes round in a circle",
        "error: `gone.yaml` can't be read",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
}

#[test]
fn schemas_that_hold_themselves_end() {
    let text = api(r"
/tree:
  post:
    requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Tree' } } } }
    responses: { 200: { content: { application/json: { schema: { $ref: '#/components/schemas/Tree' } } } } }
") + r"
components:
  schemas:
    Tree:
      type: object
      required: [name, left]
      properties:
        name: { type: string, minLength: 30 }
        left: { $ref: '#/components/schemas/Tree' }
        children: { type: array, items: { $ref: '#/components/schemas/Tree' } }
        kind: { enum: [leaf, node] }
        born: { type: string, format: date }
        weight: { type: integer, minimum: 5, maximum: 5 }
        both: { allOf: [{ properties: { a: { default: 1 } } }, { properties: { b: { example: [x] } } }] }
        any: { oneOf: [{ type: 'null' }, { const: c }] }
";
    let first = environment(&text);
    let shown = shown(&first);
    assert!(shown.contains(r#""left":{},"children":[],"kind":"leaf","#), "{shown}");
    assert!(shown.contains(r#""weight":5,"both":{"a":1,"b":["x"]},"any":"c"}"#), "{shown}");
    assert_eq!(shown, self::shown(&environment(&text)));
    let schema: serde_json::Value = serde_json::from_str(&operations(&first)[0].contents[0].schema).unwrap();
    assert_eq!(schema["$defs"]["Tree"]["properties"]["left"]["$ref"], "#/$defs/Tree");
    assert!(said(&[("api.yaml", &text)], &[]).contains("`POST /tree` has no example: one is made of its schema"));
}

#[test]
fn schemas_of_openapi_3_0_become_json_schema() {
    let text = api(r"
/a:
  post:
    requestBody:
      content:
        application/json:
          schema:
            properties:
              age: { type: integer, minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false, nullable: true }
              kind: { type: string, enum: [a], nullable: true, example: a }
              part: { allOf: [{ $ref: '#/components/schemas/P' }], nullable: true }
    responses: { 200: { content: { text/plain: { example: ok } } } }
") + "components: { schemas: { P: { type: object, additionalProperties: false } } }\n";
    let text = text.replace("3.1.0", "3.0.3");
    let environment = environment(&text);
    let schema: serde_json::Value = serde_json::from_str(&operations(&environment)[0].contents[0].schema).unwrap();
    assert_eq!(
        schema,
        serde_json::json!({
            "properties": {
                "age": { "type": ["integer", "null"], "exclusiveMinimum": 0, "maximum": 9 },
                "kind": { "type": ["string", "null"], "enum": ["a", null] },
                "part": { "anyOf": [{ "allOf": [{ "$ref": "#/$defs/P" }] }, { "type": "null" }] },
            },
            "$defs": { "P": { "type": "object", "additionalProperties": false } },
        })
    );
}

fn dispatch(extension: &str) -> (Dispatch, Option<String>, Option<Forward>, String) {
    let text = api(&format!(
        r"
/a/{{id}}:
  get:
    operationId: getA
    x-microcks-operation: {extension}
    parameters:
      - {{ name: id, in: path, required: true, examples: {{ one: {{ value: 1 }}, two: {{ value: 2 }} }} }}
      - {{ name: key, in: query, required: true }}
      - {{ name: q, in: query }}
      - {{ name: X-Tenant, in: header, examples: {{ one: {{ value: acme }} }} }}
    responses: {{ 200: {{ content: {{ text/plain: {{ examples: {{ one: {{ value: a }}, two: {{ value: b }} }} }} }} }} }}
"
    ));
    let environment = environment(&text);
    let operation = operations(&environment)[0].clone();
    let key = operation.examples[0].key.as_deref().unwrap_or("-").to_owned();
    (operation.dispatch, operation.fallback.map(|name| name.to_string()), operation.forward, key)
}

#[test]
fn dispatchers_are_read_with_their_rules_and_inferred() {
    // A parameter that must be there and that no example sets would let nothing match.
    let (inferred, _, _, key) = dispatch("{}");
    assert_eq!(inferred, Dispatch::Elements { parts: vec!["id".into()], parameters: vec!["q".into()] });
    assert_eq!(key, "/id=1");
    let (headers, _, _, key) = dispatch("{ dispatcher: QUERY_HEADER, dispatcherRules: X-Tenant && Other }");
    assert_eq!(headers, Dispatch::Headers(vec!["x-tenant".into(), "other".into()]));
    assert_eq!(key, "?x-tenant=acme");
    let nested = r#"{ dispatcher: PROXY_FALLBACK, dispatcherRules: '{"dispatcher": "FALLBACK", "dispatcherRules": "{\"dispatcher\": \"URI_PARTS\", \"dispatcherRules\": \"id\", \"fallback\": \"two\"}", "proxyUrl": "http://h/x/"}' }"#;
    let (parts, fallback, forward, _) = dispatch(nested);
    assert_eq!(parts, Dispatch::Parts(vec!["id".into()]));
    assert_eq!(fallback.as_deref(), Some("two"));
    assert_eq!(forward, Some(Forward::Unmatched("http://h/x".parse().unwrap())));
    let body = "{ dispatcher: JSON_BODY, dispatcherRules: { exp: /a, operator: size, cases: { '[0;2]': one, default: two } } }";
    assert!(matches!(dispatch(body).0, Dispatch::JsonBody(body) if body.default.as_deref() == Some("two")));
    let script = dispatch("{ dispatcher: JS, dispatcherRules: 'return 1' }").0;
    assert!(matches!(script, Dispatch::Script(script) if script.plugin.as_str() == "my-api-geta"));
}

#[test]
fn rules_that_are_none_are_reported_and_the_parameters_decide() {
    for (extension, part) in [
        ("{ dispatcher: SOMETHING }", "dispatcher `SOMETHING` is not known here"),
        ("{ dispatcher: JSON_BODY, dispatcherRules: '{' }", "these rules are no JSON"),
        ("{ dispatcher: JSON_BODY, dispatcherRules: '{\"exp\": \"a\"}' }", "`a` is no JSON Pointer"),
        ("{ dispatcher: FALLBACK, dispatcherRules: '{\"fallback\": \"one\"}' }", "these rules have no `dispatcher`"),
        ("{ dispatcher: PROXY, dispatcherRules: nowhere }", "`nowhere` is no URL of a server"),
        ("{ dispacher: URI_PARTS }", "did you mean `dispatcher`?"),
        ("{ delay: soon }", "`delay` is ignored: it is no time"),
    ] {
        let text = api(&format!(
            "/a:\n  get:\n    x-microcks-operation: {extension}\n    responses: {{ 200: {{ content: {{ text/plain: {{ example: x }} }} }} }}\n"
        ));
        let said = said(&[("api.yaml", &text)], &[]);
        assert!(said.contains(part), "{extension}: {said}");
        assert_eq!(operations(&environment(&text))[0].dispatch, Dispatch::Any);
    }
}

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

#[test]
fn artifacts_add_to_their_service_wherever_they_stand() {
    let text = api(
        "/a/{id}:\n  get:\n    parameters: [{ name: id, in: path, required: true, examples: { one: { value: 1 } } }, { name: q, in: query }]\n    responses: { 200: { content: { text/plain: { examples: { one: { value: a } } } } } }\n",
    );
    let examples = "kind: APIExamples\nmetadata: { name: My API, version: 1.0 }\noperations:\n  'GET  /a/{id}':\n    two: { request: { parameters: { id: 2, q: x } }, response: { status: 404, mediaType: application/json, body: { no: two } } }\n    three: { request: { parameters: { id: 3 } }, response: { body: plain, headers: { X-A: [1, 2] } } }\n    event: { eventMessage: {} }\n  'PUT /a/{id}': {}\n";
    let metadata = "kind: APIMetadata\nmetadata: { name: My API, version: 1.0 }\noperations:\n  GET /a/{id}: { delay: 200, dispatcher: URI_PARTS, dispatcherRules: id, parameterConstraints: [{ name: k, in: header, required: true }] }\n";
    let second = text.replace("one:", "four:").replace("value: 1", "value: 4");
    let documents =
        [("examples.yaml", examples), ("api.yaml", &text), ("metadata.yaml", metadata), ("more.yaml", &second)];
    let imported = import(&documents, &[]).unwrap();
    assert_eq!(
        shown(&imported.environment),
        "GET /a/{id}\n  one /id=1 200 a\n  four /id=4 200 a\n  two /id=2 404 {\"no\":\"two\"}\n  three /id=3 200 plain x-a: 1, 2\n"
    );
    let operation = operations(&imported.environment)[0];
    assert_eq!((operation.delay.base.as_millis(), operation.constraints.len()), (200, 1));
    let told = said(&documents, &[]);
    assert!(told.contains("example `event` is ignored: it has no `response`"), "{told}");
    assert!(told.contains("`PUT /a/{id}` is ignored: no operation is called so"), "{told}");
    assert!(said(&[("metadata.yaml", metadata)], &[]).contains("error: no description is of `My API` 1.0"));
}

#[test]
fn examples_that_nothing_can_choose_are_reported() {
    let text = api(r"
/a/{id}:
  get:
    parameters: [{ name: id, in: path, required: true, examples: { one: { value: 1 }, other: { value: 3 } } }]
    responses:
      200: { content: { text/plain: { examples: { one: { value: a }, two: { value: b } }, example: c } } }
      204: { x-microcks-refs: [nobody] }
      odd: {}
/b:
  delete: { responses: { 204: {} } }
/c?d:
  get: {}
/e/{*}:
  get: {}
");
    let said = said(&[("api.yaml", &text)], &[]);
    for part in [
        "example `two` answers no request: it gives path parameter `id` no value",
        "example `other` of a parameter is ignored",
        "`example` is ignored: it stands beside `examples`",
        "`nobody` is ignored: no example of a request has this name",
        "response `odd` is ignored: it is no status",
        "`DELETE /b` answers 404",
        "path `/c?d` is ignored",
        "path `/e/{*}` is ignored",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert_eq!(shown(&environment(&text)), "GET /a/{id}\n  one /id=1 200 a\n");
}

#[test]
fn examples_that_contradict_their_schemas_are_reported() {
    let text = api(r##"
/a:
  post:
    requestBody: { content: { application/json: { schema: { type: object, required: [id] }, examples: { one: { value: {} } } } } }
    responses:
      200:
        content:
          application/json:
            schema: { $ref: '#/components/schemas/S' }
            examples:
              one: { value: { n: 1.5, s: '{{ x }}', list: [1] } }
              two: { value: '{"n": 1, "list": [1, "x"]}' }
              three: { value: { n: 1, more: 2 } }
              four: { value: { n: 1, kind: c } }
              good: { value: { n: 1, s: null, list: [], kind: a } }
"##) + "components: { schemas: { S: { type: object, additionalProperties: false, properties: { n: { type: integer }, s: { type: [string, 'null'] }, list: { type: array, items: { type: integer } }, kind: { enum: [a, b] } } } } }\n";
    let said = said(&[("api.yaml", &text)], &[]);
    for part in [
        "example `one` contradicts its schema: it has no `id`, which is required",
        "example `one` contradicts its schema: `/n` is a number, not integer",
        "example `two` contradicts its schema: `/list/1` is a text, not integer",
        "example `three` contradicts its schema: `/more` is no property that is allowed",
        "example `four` contradicts its schema: `/kind` is none of \"a\", \"b\"",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert_eq!(said.matches("contradicts").count(), 5, "{said}");
}

#[test]
fn only_an_operations_own_parameters_are_demanded() {
    let text = api(r"
/a:
  parameters: [{ name: of-path, in: header, required: true }]
  get:
    parameters: [{ name: own, in: header, required: true }]
    responses: { 200: { content: { text/plain: { example: x } } } }
");
    let environment = environment(&text);
    let names: Vec<_> = operations(&environment)[0].constraints.iter().map(|constraint| &*constraint.name).collect();
    assert_eq!(names, ["own"]);
}

#[test]
fn other_documents_are_told_what_they_are() {
    for (text, part) in [
        ("swagger: '2.0'\n", "this is Swagger 2"),
        ("asyncapi: 3.0.0\n", "this is AsyncAPI"),
        ("<?xml version='1.0'?><project/>", "this is XML"),
        (r#"{"info": {"_postman_id": "x"}, "item": []}"#, "this is a Postman collection"),
        (r#"{"log": {"entries": []}}"#, "this is an HTTP archive"),
        ("apiVersion: v1\nkind: Pod\n", "`Pod` is no artifact that is known"),
        ("openapi: 4.0.0\n", "OpenAPI 4.0.0 is not known"),
        ("openapi: 3.1.0\ninfo: { title: x }\npaths: {}\n", "`info.version` is missing"),
        ("a: [", "this is not YAML"),
        ("- a\n", "an OpenAPI description is an object, this is a list"),
    ] {
        assert!(is_meant(text), "{text}");
        let said = said(&[("x", text)], &[]);
        assert!(said.starts_with("error: ") && said.contains(part), "{text}: {said}");
    }
    assert!(!is_meant(r#"{"uuid": "", "lastMigration": 33, "routes": []}"#));
}

#[test]
fn what_stands_twice_counts_once() {
    let text = api(
        "/a:\n  get: { responses: { 200: { content: { text/plain: { example: x } } }, 200: { content: { text/plain: { example: y } } } } }\n",
    );
    assert_eq!(shown(&environment(&text)), "GET /a\n  example - 200 y\n");
    assert!(said(&[("api.yaml", &text)], &[]).contains("`200` stands here twice: the later one counts"));
}

#[test]
fn bombs_are_refused() {
    let bomb =
        (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| format!("{text}a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1));
    assert!(said(&[("x", &bomb)], &[]).contains("aliases"));
    assert!(said(&[("x", &"[".repeat(100_000))], &[]).starts_with("error: "));
    assert!(said(&[("x", &" ".repeat((20 << 20) + 1))], &[]).contains("more than 20 MB"));
    let deep =
        format!("{{\"openapi\": \"3.1.0\", \"x\": {}{}}}", "{\"a\":".repeat(400), "1".to_owned() + &"}".repeat(400));
    assert!(read_bytes(deep.as_bytes()).is_err());
}

/// A document of 5 MB with 1,000 operations: `cargo test --release -p ringback-import --test mocks -- --ignored --nocapture`.
#[test]
#[ignore = "measures"]
fn a_large_document_is_read() {
    let text = large(1_000, 5 << 20);
    let started = std::time::Instant::now();
    let imported = read_bytes(text.as_bytes()).unwrap();
    let took = started.elapsed();
    println!("{} operations, {} bytes: {took:?}", imported.environment.routes.len(), text.len());
    assert_eq!(imported.environment.routes.len(), 1_000);
}

fn large(operations: usize, bytes: usize) -> String {
    let mut text = "openapi: 3.0.3\ninfo: { title: Large, version: '1' }\npaths:\n".to_owned();
    let filler = "some words that fill a description ".repeat(bytes / operations / 3 / 35);
    for n in 0..operations {
        let _ = write!(
            text,
            "  /things{n}/{{id}}:\n    post:\n      description: {filler}\n      parameters:\n      - name: id\n        in: path\n        \
             required: true\n        examples:\n          one: {{value: 1}}\n      requestBody:\n        content:\n          application/json:\n            schema:\n              \
             $ref: '#/components/schemas/Thing{n}'\n      responses:\n        '200':\n          description: {filler}\n          content:\n            application/json:\n              \
             schema:\n                $ref: '#/components/schemas/Thing{n}'\n              examples:\n                one:\n                  value: {{id: 1, note: {filler}}}\n"
        );
    }
    text.push_str("components:\n  schemas:\n");
    for n in 0..operations {
        let next = (n + 1) % operations;
        let _ = write!(
            text,
            "    Thing{n}:\n      type: object\n      properties:\n        id: {{type: integer, nullable: true}}\n        next: {{$ref: '#/components/schemas/Thing{}'}}\n",
            if n % 20 == 19 { n } else { next }
        );
    }
    text
}

proptest! {
    #[test]
    fn any_document_is_read_or_refused(text in "(openapi: 3.1.0\ninfo: \\{title: a, version: b\\}\npaths:\n)?[ -~\n]{0,200}") {
        let _ = read_bytes(text.as_bytes());
        let _ = is_meant(&text);
    }

    #[test]
    fn a_document_with_any_fault_is_read_or_refused(at in 0usize..4_000, with in "[ -~\n]{0,6}", len in 0usize..12) {
        let mut text = large(3, 900);
        text.push_str("webhooks:\n  a:\n    post: {requestBody: {content: {a/b: {example: 1}}}}\n");
        let (at, end) = (at % text.len(), (at % text.len() + len).min(text.len()));
        text.replace_range(at..end, &with);
        let _ = read_bytes(text.as_bytes());
    }
}
