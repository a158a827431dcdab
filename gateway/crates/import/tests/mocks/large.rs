//! Large documents, and any texts.

use std::fmt::Write as _;

use proptest::prelude::*;
use ringback_import::openapi::{is_meant, read_bytes};

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
