//! Documents that describe an API and do not say which requests their examples answer: most that were not written for
//! Microcks.

use ringback_model::environment::Dispatch;

use crate::support::{api, environment, operations, said, shown};

const DESCRIBED: &str = r"
/items:
  get:
    parameters: [{ name: page, in: query }]
    responses: { 200: { content: { text/plain: { examples: { some: { value: all } } } } } }
  post:
    requestBody: { content: { text/plain: { examples: { other: { value: x } } } } }
    responses:
      400: { content: { text/plain: { examples: { bad: { value: no } } } } }
      201: { headers: { Location: { example: /items/1 } } }
/items/{id}:
  parameters: [{ name: id, in: path, required: true, example: 1 }]
  get:
    parameters: [{ name: full, in: query }]
    responses:
      404: { content: { text/plain: { examples: { gone: { value: gone } } } } }
      200: { content: { text/plain: { examples: { one: { value: item } } } } }
  delete: { responses: { 404: {}, 204: {} } }
  put: { responses: { 404: {}, 302: {} } }
";

#[test]
fn every_operation_answers_every_request() {
    let text = api(DESCRIBED);
    let environment = environment(&text);
    assert_eq!(
        shown(&environment),
        "GET /items\n  some - 200 all\nPOST /items\n  example - 201 - location: /items/1\n  bad - 400 no\n\
         GET /items/{id}\n  one - 200 item\n  gone - 404 gone\nDELETE /items/{id}\n  example - 204 -\n\
         PUT /items/{id}\n  example - 302 -\n"
    );
    assert!(operations(&environment).iter().all(|operation| operation.dispatch == Dispatch::Any));
    assert_eq!(said(&[("api.yaml", &text)], &[]), "");
}

#[test]
fn where_path_parameters_have_examples_only_these_are_answered() {
    let named = DESCRIBED.replace("example: 1 }", "examples: { one: { value: 1 } } }");
    let text = api(&named);
    let environment = environment(&text);
    assert_eq!(
        shown(&environment),
        "GET /items\n  some  200 all\nPOST /items\n  bad - 400 no\nGET /items/{id}\n  one /id=1 200 item\n"
    );
    let said = said(&[("api.yaml", &text)], &[]);
    assert!(said.contains("2 operations answer 404") && said.contains("example `other` of a request's body"), "{said}");
}

#[test]
fn values_of_the_query_count_where_an_example_has_some_and_another_request_gets_a_success() {
    let text = api(r"
/items/{id}:
  get:
    parameters: [{ name: id, in: path, required: true }, { name: kind, in: query, examples: { a: { value: x } } }]
    responses:
      404: { content: { text/plain: { examples: { no: { value: no } } } } }
      200: { content: { text/plain: { examples: { a: { value: A }, b: { value: B } } } } }
");
    let environment = environment(&text);
    let operation = operations(&environment)[0];
    assert_eq!(operation.dispatch, Dispatch::Parameters(vec!["kind".into()]));
    assert_eq!(operation.fallback.as_deref(), Some("a"));
}

#[test]
fn examples_that_can_not_be_had_give_way_to_the_schema() {
    let text = api(r"
/a:
  get:
    responses:
      200: { content: { text/plain: { schema: { type: string, const: made }, examples: { there: { externalValue: 'https://example.com/a' } } } } }
");
    assert_eq!(shown(&environment(&text)), "GET /a\n  example - 200 made\n");
    assert!(said(&[("api.yaml", &text)], &[]).contains("`https://example.com/a` is not fetched"));
}

#[test]
fn what_is_said_of_many_is_counted() {
    let operations: String = (0..40)
        .map(|n| format!("/a{n}:\n  post:\n    parameters: [{{ name: q, in: query, examples: {{ p{n}: {{ value: 1 }} }} }}]\n    responses: {{ 200: {{ content: {{ text/plain: {{ examples: {{ x: {{ value: 1 }} }} }} }} }} }}\n"))
        .collect();
    let told = api(
        "/b:\n  get:\n    parameters: [{ name: q, in: query, examples: { y: { value: 1 } } }]\n    responses: { 200: { content: { text/plain: { examples: { y: { value: 1 } } } } } }\n",
    );
    let text = told + &operations.lines().map(|line| format!("  {line}\n")).collect::<String>();
    let said = said(&[("api.yaml", &text)], &[]);
    assert_eq!(said.matches("is ignored: no response has one of that name").count(), 11, "{said}");
    assert!(said.contains("warning: 30 more like this: example `p10` of a parameter is ignored"), "{said}");
}

#[test]
fn contents_that_nothing_can_be_made_of_are_left_out_and_said() {
    let text = api(r"
/audio:
  get: { responses: { 200: { headers: { X-Kind: { example: mp3 } }, content: { audio/mpeg: {} } }, 401: {} } }
/gone:
  get: { responses: { 410: { content: { application/pdf: { schema: { type: object } } } } } }
");
    assert_eq!(shown(&environment(&text)), "GET /audio\n  example - 200 - x-kind: mp3\nGET /gone\n  example - 410 -\n");
    let said = said(&[("api.yaml", &text)], &[]);
    assert!(said.contains("2 operations answer without content"), "{said}");
}

#[test]
fn each_media_type_is_made_and_json_first() {
    let text = api(r"
/a:
  get:
    responses:
      200:
        content:
          application/xml: { schema: { type: object, properties: { n: { const: 1 } } } }
          application/x-protobuf: { schema: { type: object } }
          application/json: { schema: { type: object, properties: { n: { const: 1 } } } }
");
    let environment = environment(&text);
    let types: Vec<_> =
        operations(&environment)[0].examples.iter().map(|example| example.media_type.as_deref().unwrap()).collect();
    assert_eq!(types, ["application/json", "application/xml"]);
    assert!(shown(&environment).ends_with("<root><n>1</n></root>\n"));
}
