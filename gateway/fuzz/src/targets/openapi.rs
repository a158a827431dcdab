//! The importer of OpenAPI descriptions with examples, and of Microcks' artifacts.

use ringback_import::openapi::{is_meant, read_bytes};

use crate::Material;

/// A description that holds a bit of everything.
const SEED: &str = r##"openapi: 3.1.0
info: {title: A, version: 1.0}
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}, examples: {x: {value: 1}}}]
    post:
      x-microcks-operation: {delay: 1, dispatcher: FALLBACK, dispatcherRules: '{"dispatcher": "URI_PARTS", "dispatcherRules": "id", "fallback": "x"}'}
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/S"}, examples: {x: {value: &v {a: 1e3}}}}}}
      responses:
        "201": {headers: {X-A: {example: 1}}, content: {application/json: {examples: {x: {value: *v}}}}}
        default: {x-microcks-refs: [x]}
      callbacks: {c: {"http://h/{$request.body#/a}": {put: {x-microcks-callback: {order: 1}, requestBody: {content: {text/plain: {example: b}}}}}}}
webhooks: {w: {post: {requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/S"}}}}}}}
components: {schemas: {S: {type: object, required: [s], properties: {s: {$ref: "#/components/schemas/S"}, p: {type: string, pattern: "^[a-z]{3}$"}}}}}
"##;

pub(crate) fn seeds(material: &Material) -> Vec<String> {
    let mut seeds = material.objects_with("paths");
    seeds.push(SEED.to_owned());
    seeds
}

/// Any text is read or refused, twice alike.
pub(crate) fn run(bytes: &[u8]) {
    let said = |read: &Result<_, ringback_import::openapi::Refused>| match read {
        Ok(ringback_import::openapi::Imported { warnings, .. }) => warnings.clone(),
        Err(refused) => refused.diagnostics.clone(),
    };
    let (one, two) = (read_bytes(bytes), read_bytes(bytes));
    assert_eq!(said(&one), said(&two), "the same document is read differently");
    assert_eq!(one.is_err(), said(&one).has_errors());
    std::str::from_utf8(bytes).map(is_meant).ok();
}
