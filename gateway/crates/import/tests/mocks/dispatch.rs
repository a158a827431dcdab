//! Dispatchers and their rules.

use ringback_model::environment::{Dispatch, Forward};

use crate::support::{api, environment, operations, said};

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
fn a_fallback_without_rules_is_the_first_success() {
    let (inferred, fallback, ..) = dispatch("{ dispatcher: FALLBACK }");
    assert_eq!(inferred, Dispatch::Elements { parts: vec!["id".into()], parameters: vec!["q".into()] });
    assert_eq!(fallback.as_deref(), Some("one"));
    let named = r#"{ dispatcher: FALLBACK, dispatcherRules: '{"dispatcher": "FALLBACK", "fallback": "two"}' }"#;
    assert_eq!(dispatch(named).1.as_deref(), Some("two"));
    assert_eq!(
        dispatch(r#"{ dispatcher: FALLBACK, dispatcherRules: '{"fallback": "two"}' }"#).1.as_deref(),
        Some("two")
    );
}

#[test]
fn what_is_written_out_comes_before_what_is_left_open() {
    let text = api(
        "/a/{id}: { get: { responses: { 204: {} } } }\n/a/{id}:list: { get: { responses: { 204: {} } } }\n/a/b: { get: { responses: { 204: {} } } }\n",
    );
    let environment = environment(&text);
    let names: Vec<_> = operations(&environment).iter().map(|operation| &*operation.name).collect();
    assert_eq!(names, ["GET /a/b", "GET /a/{id}:list", "GET /a/{id}"]);
}
