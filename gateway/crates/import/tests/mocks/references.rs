//! References between and within documents.

use crate::support::{api, import, said, shown};

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
