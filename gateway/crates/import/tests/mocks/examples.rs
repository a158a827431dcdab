//! Examples of requests and answers that belong together.

use crate::support::{api, environment, import, operations, said, shown};

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
