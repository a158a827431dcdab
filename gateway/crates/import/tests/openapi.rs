//! What an OpenAPI description means here: what Mockoon's own import makes of it.

use std::fmt::Write as _;

use proptest::prelude::*;
use ringback_diag::{Colour, Sources, render};
use ringback_import::mockoon::{Imported, Options, external_documents, read};
use serde_json::{Value, json};

const PETS: &str = r##"
openapi: 3.0.3
info: { title: Pets, version: "1" }
servers: [{ url: "https://{host}/v1", variables: { host: { default: api.example.com } } }]
paths:
  /pets/{pet-id}:
    get:
      summary: One pet
      responses:
        404: { description: none }
        200:
          description: a pet
          headers:
            X-Rate: { schema: { type: integer } }
            X-Limit: { example: 5 }
          content:
            application/json:
              schema: { $ref: "#/components/schemas/Pet" }
              examples:
                rex: { value: { name: Rex } }
        5XX: { description: never }
    trace: {}
components:
  schemas:
    Pet:
      type: object
      properties:
        id: { type: integer }
        tag: { type: string, enum: [a, "it's"] }
        born: { type: string, format: date }
        owner: { $ref: "#/components/schemas/Owner" }
    Owner:
      allOf:
        - { type: object, properties: { name: { type: string, example: Ann } } }
        - { properties: { pets: { type: array, items: { $ref: "#/components/schemas/Pet" } } } }
"##;

fn imported(file: &str, text: &str, options: &Options) -> Result<Imported, String> {
    let mut sources = Sources::default();
    read(file, text, options, &mut sources).map_err(|errors| render(&errors, &sources, Colour::Plain))
}

fn written(imported: &Imported) -> Value {
    serde_json::from_str(&imported.repaired.to_json(false)).unwrap_or_default()
}

#[test]
fn a_description_becomes_routes_with_bodies() {
    let pets = imported("pets.yaml", PETS, &Options::default()).unwrap();
    let document = written(&pets);
    assert_eq!(
        (&document["name"], &document["endpointPrefix"], &document["port"]),
        (&json!("Pets"), &json!("v1"), &json!(3000))
    );
    let [route] = &**document["routes"].as_array().unwrap() else { panic!("one route") };
    assert_eq!(
        (&route["endpoint"], &route["method"], &route["documentation"]),
        (&json!("pets/:petid"), &json!("get"), &json!("One pet"))
    );
    let responses = route["responses"].as_array().unwrap();
    let seen: Vec<_> =
        responses.iter().map(|r| (r["statusCode"].as_u64().unwrap(), r["label"].as_str().unwrap())).collect();
    assert_eq!(seen, [(200, "a pet"), (200, "rex"), (404, "none")], "numbers come first, by size");
    assert_eq!(
        responses[0]["body"],
        r#"{
  "id": {{faker 'number.int' max=99999}},
  "tag": "{{oneOf 'a' 'it's'}}",
  "born": "{{date '2019' (now) 'yyyy-MM-dd'}}",
  "owner": {
    "name": "Ann",
    "pets": [
      ""
    ]
  }
}"#
    );
    assert_eq!(responses[1]["body"], "{\n  \"name\": \"Rex\"\n}");
    let headers =
        [("Content-Type", "application/json"), ("X-Rate", "{{faker 'number.int' max=99999}}"), ("X-Limit", "5")];
    assert_eq!(responses[0]["headers"], json!(headers.map(|(key, value)| json!({ "key": key, "value": value }))));
    assert_eq!((&responses[0]["default"], &responses[1]["default"]), (&json!(true), &json!(false)));
    let [range] = pets.warnings.as_slice() else { panic!("one warning") };
    assert_eq!(range.message, "responses of status `5XX` are left out");
    assert_eq!(pets.environment.routes[0].path, "/pets/:petid");
    assert!(pets.environment.headers.iter().any(|header| header.name == "access-control-allow-origin"));
}

#[test]
fn swagger_has_a_port_and_types_of_its_own() {
    let document = json!({
        "swagger": "2.0", "info": {}, "host": "localhost:8080", "basePath": "/api", "produces": ["text/plain", "application/vnd.x+json"],
        "paths": { "/a": { "post": { "responses": { "default": {
            "schema": { "type": "array", "items": { "type": "string", "format": "uuid" }, "collectionFormat": "csv" },
            "examples": { "application/json": [1] },
        } } }, "get": {} } },
    });
    let document = written(&imported("api.json", &document.to_string(), &Options::default()).unwrap());
    assert_eq!(
        (&document["name"], &document["endpointPrefix"], &document["port"]),
        (&json!("Swagger import"), &json!("api"), &json!(8080))
    );
    let route = &document["routes"][0];
    assert_eq!(route["responses"][0]["body"], "\"{{faker 'string.uuid'}}\"");
    assert_eq!(route["responses"][0]["headers"][0]["value"], "text/plain");
    assert_eq!(
        (&route["responses"][1]["body"], &route["responses"][1]["label"]),
        (&json!("[\n  1\n]"), &json!("application/json"))
    );
    assert_eq!(document["routes"][1]["responses"][0]["body"], "", "there is always a response");
}

#[test]
fn an_environment_is_described_as_mockoon_describes_it() {
    let document = json!({
        "lastMigration": 33, "name": "Shop", "endpointPrefix": "v1", "headers": [{ "key": "Content-Type", "value": "text/csv" }],
        "data": [{ "id": "abcd", "name": "users", "value": "[]" }],
        "routes": [
            { "endpoint": "orders/:id", "documentation": "one", "responses": [
                { "statusCode": 404, "label": "none", "body": "{{no}}", "headers": [{ "key": "X", "value": "1" }] },
                { "statusCode": 200, "body": "{\"a\":1}", "headers": [{ "key": "content-type", "value": "application/json" }] },
            ] },
            { "endpoint": "orders/:id", "method": "delete", "responses": [{ "body": "" }] },
            { "type": "ws", "endpoint": "live", "responses": [{}] },
        ],
    });
    let shop = imported("shop.json", &document.to_string(), &Options::default()).unwrap();
    let described: Value = serde_json::from_str(&shop.repaired.to_openapi_json(false)).unwrap();
    let parameters = json!([{ "name": "id", "in": "path", "schema": { "type": "string" }, "required": true }]);
    let x = json!({ "X": { "schema": { "type": "string" }, "example": "1" } });
    let expected = json!({
        "openapi": "3.0.0",
        "info": { "title": "Shop", "version": "1.0.0" },
        "servers": [{ "url": "http://localhost:3000/v1" }],
        "paths": { "/orders/{id}": {
            "get": {
                "description": "one",
                "responses": {
                    "200": { "description": "", "content": { "application/json": { "example": "{\"a\":1}" } }, "headers": {} },
                    "404": { "description": "none", "content": { "text/csv": { "example": {} } }, "headers": x },
                },
                "parameters": parameters,
            },
            "delete": {
                "description": "",
                "responses": { "200": { "description": "", "content": { "text/csv": { "example": {} } }, "headers": {} } },
                "parameters": parameters,
            },
        } },
    });
    assert_eq!(described, expected);
    let yaml = imported("shop.yaml", &shop.repaired.to_openapi_yaml(), &Options::default()).unwrap();
    let paths = yaml.environment.routes.iter().map(|route| route.name.as_str()).collect::<Vec<_>>();
    assert_eq!(paths, ["GET /orders/:id", "DELETE /orders/:id"], "it can be imported again");
}

#[test]
fn a_collection_is_described_as_the_routes_that_it_stands_for() {
    let document =
        json!({ "lastMigration": 33, "routes": [{ "type": "crud", "endpoint": "users", "responses": [{}] }] });
    let users = imported("users.json", &document.to_string(), &Options::default()).unwrap();
    let described: Value = serde_json::from_str(&users.repaired.to_openapi_json(true)).unwrap();
    let paths = described["paths"].as_object().unwrap();
    let methods = |path: &str| paths[path].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(methods("/users"), ["get", "post", "put", "patch", "delete"]);
    assert_eq!(methods("/users/{id}"), ["get", "put", "patch", "delete"]);
    assert!(described["paths"]["/users"]["post"]["responses"]["201"].is_object());
}

#[test]
fn other_documents_are_read_where_they_were_fetched() {
    const URL: &str = "https://example.com/schemas.yaml";
    let document = json!({ "openapi": "3.1.0", "paths": { "/a": { "get": { "responses": { "200": { "content": { "application/json": {
        "schema": { "$ref": format!("{URL}#/a~b/0") },
    } } } } } } } })
    .to_string();
    assert_eq!(external_documents("api.json", &document).into_iter().collect::<Vec<_>>(), [URL]);
    let without = imported("api.json", &document, &Options::default()).unwrap();
    assert!(without.warnings.as_slice()[0].message.contains("is not resolved"));
    let options = Options { documents: [(URL.into(), "a~b: [{ type: boolean }]".into())].into(), ..Options::default() };
    let with = imported("api.json", &document, &options).unwrap();
    assert_eq!(written(&with)["routes"][0]["responses"][0]["body"], "{{faker 'datatype.boolean'}}");
    assert!(with.warnings.is_empty());
}

#[test]
fn what_is_no_description_is_told_so() {
    let refused = |file: &str, text: &str| imported(file, text, &Options::default()).err().unwrap_or_default();
    assert!(refused("a.json", r#"{ "openapi": "4.0.0" }"#).contains("of a version that is not known"));
    assert!(refused("a.yaml", "routes: []").contains("neither `openapi` nor `swagger`"));
    assert!(refused("a.yaml", "a: [").contains("this is not YAML"));
    assert!(refused("a.json", "a: [").contains("this is not JSON"));
}

/// Schemas that refer to one another: without a bound, a body would have 3^40 values.
#[test]
fn descriptions_that_say_too_much_are_cut() {
    let mut schemas = json!({ "s40": { "type": "integer" } });
    for n in 0..40 {
        let next = json!({ "$ref": format!("#/components/schemas/s{}", n + 1) });
        schemas[format!("s{n}")] = json!({ "properties": { "a": next, "b": next, "c": next } });
    }
    let document = json!({ "openapi": "3.0.0", "paths": { "/a": { "get": { "responses": { "200": { "content": { "application/json": {
        "schema": { "$ref": "#/components/schemas/s0" },
    } } } } } } }, "components": { "schemas": schemas } });
    assert!(imported("api.json", &document.to_string(), &Options::default()).is_ok());
}

/// A chain of references as long as large descriptions have them, and longer.
#[test]
fn references_may_be_nested_deep() {
    let mut text = String::from(
        r##"{"openapi":"3.0.0","paths":{"/a":{"get":{"responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/c/s0"}}}}}}}},"c":{"end":{}"##,
    );
    for n in 0..6_000 {
        write!(text, r##","s{n}":{{"properties":{{"a":{{"$ref":"#/c/s{}"}}}}}}"##, n + 1).unwrap();
    }
    text.push_str("}}");
    assert!(imported("api.json", &text, &Options::default()).is_ok());
}

/// Any JSON, built from words that mean something in a description.
fn any_json() -> impl Strategy<Value = Value> {
    let words = PETS.split(|c: char| c.is_whitespace() || "{}[],:\"".contains(c)).filter(|word| !word.is_empty());
    let word = prop::sample::select(words.map(str::to_owned).collect::<Vec<_>>());
    let reference = word.clone().prop_map(|name| json!({ "$ref": format!("#/components/schemas/{name}") }));
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        reference,
    ];
    leaf.prop_recursive(6, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_description_is_read(paths in any_json(), schemas in any_json(), item in any_json(), schema in any_json()) {
        for (version, schemas) in [("openapi", json!({ "schemas": schemas })), ("swagger", schemas)] {
            let media = json!({ "content": { "application/json": { "schema": schema, "examples": item } }, "schema": schema });
            let responses = json!({ "200": media, "404": item });
            let mut document = json!({ "paths": { "/a": { "get": { "responses": responses }, "put": item }, "/b": paths }, "components": schemas });
            document[version] = "3.0.0".into();
            prop_assert!(imported("api.json", &document.to_string(), &Options::default()).is_ok());
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*", at in 0..PETS.len(), removed in 0usize..40) {
        drop(imported("a.yaml", &text, &Options::default()));
        let start = PETS.floor_char_boundary(at);
        let end = PETS.floor_char_boundary((start + removed).min(PETS.len()));
        drop(imported("a.yaml", &format!("{}{text}{}", &PETS[..start], &PETS[end..]), &Options::default()));
    }
}
