use std::time::Duration;

use http::{HeaderMap, StatusCode};
use ringback_model::{
    environment::{Body, Delay, Origin, Response, Rules},
    http_values::{ParamValue, Params},
};

use super::*;

pub(super) fn example(name: &str, key: Option<&str>, media_type: &str) -> Example {
    let response = Response {
        id: None,
        label: Some(name.into()),
        rules: Rules::default(),
        status: StatusCode::OK,
        headers: vec![],
        body: Body::Empty,
        latency: Duration::ZERO,
        callbacks: vec![],
        default: false,
        origin: Origin::default(),
    };
    Example { name: name.into(), key: key.map(Into::into), media_type: Some(media_type.into()), response }
}

fn operation(dispatch: Dispatch, fallback: Option<&str>, examples: &[(&str, Option<&str>, &str)]) -> Operation {
    Operation {
        name: "GET /".into(),
        base: "".into(),
        dispatch,
        fallback: fallback.map(Into::into),
        forward: None,
        constraints: vec![],
        delay: Delay::default(),
        contents: vec![],
        examples: examples.iter().map(|(name, key, media_type)| example(name, *key, media_type)).collect(),
    }
}

struct Asked {
    params: Params,
    query: &'static str,
    headers: HeaderMap,
    body: &'static str,
}

fn asked(params: &[(&str, &str)], query: &'static str, fields: &[(&'static str, &str)], body: &'static str) -> Asked {
    Asked {
        params: params.iter().map(|(name, value)| (Arc::from(*name), ParamValue::from(*value))).collect(),
        query,
        headers: fields.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect(),
        body,
    }
}

impl Asked {
    fn inquiry(&self) -> Inquiry<'_> {
        Inquiry { params: &self.params, query: self.query, headers: &self.headers, body: self.body.as_bytes() }
    }
}

fn names(names: &[&str]) -> Vec<Arc<str>> {
    names.iter().map(|name| Arc::from(*name)).collect()
}

/// The key of a request, and the name of the example that it leads to.
fn chosen(operation: &Operation, asked: &Asked) -> (Option<String>, Option<String>) {
    let dispatcher = Dispatcher::new(operation).0;
    let key = dispatcher.key(&asked.inquiry());
    let chosen = dispatcher.choose(&key, &asked.inquiry());
    let name = chosen.map(|chosen| operation.examples[chosen.example].name.to_string());
    (key.text().map(ToString::to_string), name)
}

#[test]
fn parameters_are_sorted_decoded_and_each_once() {
    let operation = operation(Dispatch::Parameters(names(&["region", "unit"])), None, &[]);
    for (query, key) in [
        ("", ""),
        ("unit=c&region=s", "?region=s?unit=c"),
        ("region=s&region=n&region=s", "?region=n?region=s"),
        ("region=no%72th+east&other=1&reg=x", "?region=north east"),
        ("region=&unit", ""),
        ("region=a=b", "?region=a"),
        ("region=%ff%", "?region=\u{fffd}%"),
    ] {
        assert_eq!(chosen(&operation, &asked(&[], query, &[], "")).0.as_deref(), Some(key), "{query}");
    }
}

#[test]
fn parts_elements_and_headers_have_keys() {
    let parts = Dispatch::Parts(names(&["owner", "car"]));
    let elements = Dispatch::Elements { parts: names(&["owner"]), parameters: names(&["page"]) };
    let headers = Dispatch::Headers(names(&["X-Tenant", "x-api-key"]));
    let request = asked(&[("owner", "a b"), ("car", "307")], "page=0", &[("x-tenant", "t"), ("x-api-key", "k")], "");
    for (dispatch, key) in
        [(parts, "/car=307/owner=a b"), (elements, "/owner=a b?page=0"), (headers, "?x-api-key=k?x-tenant=t")]
    {
        assert_eq!(chosen(&operation(dispatch, None, &[]), &request).0.as_deref(), Some(key));
    }
}

#[test]
fn a_key_wins_over_a_name_and_both_over_the_fallback() {
    let examples = [
        ("a", Some("?x=1"), "application/json"),
        ("a xml", Some("?x=1"), "text/xml"),
        ("?x=2", None, "application/json"),
        ("other", Some("?x=9"), "application/json"),
    ];
    let by = |fallback| operation(Dispatch::Parameters(names(&["x"])), fallback, &examples);
    let name =
        |operation: &Operation, query, accept: &str| chosen(operation, &asked(&[], query, &[("accept", accept)], "")).1;
    assert_eq!(name(&by(None), "x=1", "application/json").as_deref(), Some("a"));
    assert_eq!(name(&by(None), "x=1", "text/*").as_deref(), Some("a xml"));
    assert_eq!(name(&by(None), "x=2", "").as_deref(), Some("?x=2"));
    assert_eq!(name(&by(None), "x=3", ""), None);
    assert_eq!(name(&by(Some("other")), "x=3", "").as_deref(), Some("other"));
}

#[test]
fn a_key_that_can_not_be_told_leads_to_the_fallback_alone() {
    let body = ringback_model::environment::JsonBody {
        pointer: "/a".into(),
        operator: ringback_model::environment::JsonOperator::Equals,
        cases: vec![("x".into(), "X".into()), ("y".into(), "Nobody".into())],
        default: None,
    };
    let examples = [("X", None, "application/json"), ("Z", None, "application/json")];
    let by = |fallback| operation(Dispatch::JsonBody(body.clone()), fallback, &examples);
    let name = |fallback, content| chosen(&by(fallback), &asked(&[], "", &[], content)).1;
    assert_eq!(name(None, r#"{"a":"x"}"#).as_deref(), Some("X"));
    assert_eq!(name(None, "no json"), None);
    assert_eq!(name(Some("Z"), "no json").as_deref(), Some("Z"));
    assert_eq!(name(Some("Z"), r#"{"a":"q"}"#).as_deref(), Some("Z"));
    let problems = Dispatcher::new(&by(Some("Q"))).1;
    assert_eq!(problems, ["its case `Nobody` is none of its examples", "its fallback `Q` is none of its examples"]);
}

#[test]
fn nothing_dispatched_takes_the_first_that_is_accepted() {
    let examples = [("a", None, "application/json"), ("b", None, "application/json"), ("c", None, "text/xml")];
    let any = operation(Dispatch::Any, None, &examples);
    assert_eq!(chosen(&any, &asked(&[], "", &[("accept", "text/xml")], "")).1.as_deref(), Some("c"));
    assert_eq!(chosen(&any, &asked(&[], "", &[], "")).1.as_deref(), Some("a"));
    assert_eq!(Dispatcher::new(&any).0.fixed(), None);
    assert_eq!(Dispatcher::new(&operation(Dispatch::Any, None, &examples[..2])).0.fixed(), Some(0));
}

#[test]
fn what_was_not_found_is_explained() {
    let examples = [("a", Some("?x=1"), ""), ("b", Some("?x=22"), ""), ("c", Some("?x=333"), ""), ("d", Some(""), "")];
    let dispatcher = Dispatcher::new(&operation(Dispatch::Parameters(names(&["x"])), None, &examples)).0;
    let key = Key::Of("?x=2".into());
    assert_eq!(Dispatcher::refusal(&key), "The response ?x=2 does not exist!");
    assert_eq!(
        dispatcher.why_not(&key),
        [
            "no example has the key or name `?x=2`, made by URI_PARAMS: `x`",
            "there are `?x=1`, `?x=22`, `?x=333` and 1 more",
        ]
    );
    assert_eq!(Dispatcher::refusal(&Key::Unknown("why".into())), "The response null does not exist!");
}
