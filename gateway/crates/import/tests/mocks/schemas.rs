//! Schemas: what is made of them, what they become, what contradicts them.

use crate::support::{api, environment, operations, said, shown};

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
fn a_schema_of_xml_becomes_a_document() {
    let text = api(r"
/a:
  get:
    responses:
      200:
        content:
          application/xml:
            schema:
              $ref: '#/components/schemas/Pet'
") + r"
components:
  schemas:
    Named: { properties: { name: { type: string, const: 'A & B', xml: { prefix: p, namespace: 'urn:p' } } } }
    Pet:
      allOf: [{ $ref: '#/components/schemas/Named' }]
      xml: { name: pet }
      properties:
        id: { type: integer, const: 7, xml: { attribute: true } }
        photo urls: { type: array, items: { const: u, xml: { name: url } }, xml: { wrapped: true, name: urls } }
        tag: { type: array, minItems: 2, items: { type: object, properties: { n: { const: '<1>' } } } }
        none: { type: 'null' }
";
    let environment = environment(&text);
    let body = operations(&environment)[0].examples[0].response.body.text().unwrap().source.clone();
    assert_eq!(
        &*body,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><pet id=\"7\"><p:name xmlns:p=\"urn:p\">A &amp; B</p:name>\
         <urls><url>u</url></urls><tag><n>&lt;1&gt;</n></tag><tag><n>&lt;1&gt;</n></tag><none></none></pet>"
    );
}
