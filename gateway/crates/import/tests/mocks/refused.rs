//! Documents that are no descriptions, or wrong ones.

use ringback_import::openapi::{is_meant, read_bytes};

use crate::support::{api, environment, said, shown};

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
fn a_description_without_paths_answers_nothing() {
    let text = r#"{"openapi":"3.0.1","info":{"title":"Flags","version":"0.1"}}"#;
    assert!(said(&[("api.json", text)], &[]).starts_with("warning: this description has no `paths`"));
    assert!(environment(text).routes.is_empty());
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
