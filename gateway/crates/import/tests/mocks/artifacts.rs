//! Microcks' own artifacts.

use crate::support::{api, import, operations, said, shown};

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
fn an_examples_own_content_type_is_the_only_one() {
    let description = api("/a:\n  get: { responses: { 200: { content: { application/json: {} } } } }\n");
    let examples = "apiVersion: mocks.microcks.io/v1alpha1\nkind: APIExamples\nmetadata: { name: My API, version: 1.0 }\n\
                    operations: { GET /a: { one: { response: { headers: { content-type: text/x }, mediaType: application/json, body: a } } } }\n";
    let imported = import(&[("api.yaml", &description), ("examples.yaml", examples)], &[]).unwrap();
    let headers = &operations(&imported.environment)[0].examples[0].response.headers;
    let types: Vec<_> = headers.iter().map(|header| (header.name.as_str(), &*header.value.source)).collect();
    assert_eq!(types, [("content-type", "text/x")]);
}
