//! Conditions on requests and state, and the choice that follows.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use proptest::prelude::*;
use ringback_model::{
    environment::{Body, Combine, Mode, Operator, Origin, Response, Rule, Rules, Target, Text as Template},
    journal::Because,
    seed::Seed,
};
use ringback_values::{Text, Value, json};

use super::{Facts, RequestFacts, RequestParts, RuleError, RuleSet};
use crate::Chooser;

/// A request and the state it finds.
struct Scene {
    url: &'static str,
    headers: HeaderMap,
    body: &'static str,
    message: Option<&'static str>,
    parameters: Value,
    globals: Value,
    buckets: Value,
}

struct Seen<'s> {
    scene: &'s Scene,
    request: RequestFacts<'s>,
}

impl Facts for Seen<'_> {
    fn request(&self) -> &RequestFacts<'_> {
        &self.request
    }

    fn number(&self) -> u64 {
        3
    }

    fn global(&self, name: &str) -> Option<Value> {
        Some(self.scene.globals.property(name))
    }

    fn globals(&self) -> Value {
        self.scene.globals.clone()
    }

    fn bucket(&self, name: &str) -> Option<Value> {
        Some(self.scene.buckets.property(name))
    }

    fn buckets(&self) -> Value {
        self.scene.buckets.clone()
    }
}

fn value(text: &str) -> Value {
    json::parse(&Text::from(text)).unwrap()
}

fn scene(headers: &[(&'static str, &'static str)], body: &'static str) -> Scene {
    let field =
        |(name, value): &(&'static str, &'static str)| (HeaderName::from_static(name), HeaderValue::from_static(value));
    Scene {
        url: "/orders/7?a[b]=1&t=x&t=y",
        headers: headers.iter().map(field).collect(),
        body,
        message: None,
        parameters: value(r#"{"id":"7","wildcard0":["a","b"]}"#),
        globals: value(r#"{"g":{"n":1},"d.t":"x"}"#),
        buckets: value(r#"{"users":[{"name":"ada"}],"schema":{"type":"object","required":["id"]},"none":null}"#),
    }
}

impl Scene {
    fn facts(&self) -> Seen<'_> {
        let parts = RequestParts {
            method: "POST",
            url: self.url,
            pattern: "*",
            headers: &self.headers,
            body: self.body.as_bytes(),
            parameters: &self.parameters,
            message: self.message,
        };
        Seen { scene: self, request: RequestFacts::new(parts) }
    }

    fn holds(&self, rule: Rule) -> bool {
        self.tries(rule).unwrap()
    }

    fn tries(&self, rule: Rule) -> Result<bool, RuleError> {
        let rules = Rules { combine: Combine::Any, rules: vec![rule] };
        RuleSet::compile(&rules).evaluate(&self.facts(), &[])
    }
}

fn text(source: &str, templated: bool) -> Template {
    Template { source: source.into(), templated, origin: Origin::default() }
}

fn rule(target: Target, modifier: &str, operator: Operator, value: &str) -> Rule {
    let (modifier, value) = (text(modifier, false), text(value, false));
    Rule { target, modifier, operator, value, invert: false, origin: Origin::default() }
}

#[test]
fn every_target_is_found() {
    let json = scene(
        &[("content-type", "application/json"), ("cookie", "c=1"), ("x-a", "1"), ("x-a", "2")],
        r#"{"a":{"b":[1,2]}}"#,
    );
    for (target, modifier, found) in [
        (Target::Body, "a.b.1", "2"),
        (Target::Body, "$.a.b[*]", "1"),
        (Target::Body, "", r#"{"a":{"b":[1,2]}}"#),
        (Target::Query, "a.b", "1"),
        (Target::Query, "t", "y"),
        (Target::Query, "", "[object Object]"),
        (Target::Header, "X-A", "1, 2"),
        (Target::Header, "", ""),
        (Target::Cookie, "c", "1"),
        (Target::Parameter, "id", "7"),
        (Target::Parameter, "wildcard0", "b"),
        (Target::Path, "", "/orders/7?a[b]=1&t=x&t=y"),
        (Target::Path, "", "*"),
        (Target::Method, "", "post"),
        (Target::RequestNumber, "", "3"),
        (Target::GlobalVariable, "g.n", "1"),
        (Target::GlobalVariable, "d\\.t", "x"),
        (Target::GlobalVariable, "$.g.n", "1"),
        (Target::Bucket, "users.0.name", "ada"),
        (Target::Bucket, "$.users[0].name", "ada"),
        (Target::Bucket, "none", ""),
        (Target::Template, "text", "text"),
    ] {
        assert!(json.holds(rule(target, modifier, Operator::Equals, found)), "{target:?} {modifier}");
        assert!(!json.holds(rule(target, modifier, Operator::Equals, "else")), "{target:?} {modifier}");
    }
}

#[test]
fn what_is_not_there_equals_nothing_and_is_null() {
    let empty = scene(&[], "");
    for (target, modifier) in [
        (Target::Query, "none"),
        (Target::Header, "none"),
        (Target::Cookie, "none"),
        (Target::Parameter, ""),
        (Target::GlobalVariable, ""),
        (Target::Bucket, "none"),
        (Target::Body, ""),
    ] {
        assert!(empty.holds(rule(target, modifier, Operator::Null, "")), "{target:?}");
        let inverted = Rule { invert: true, ..rule(target, modifier, Operator::Equals, "x") };
        assert!(empty.holds(inverted), "{target:?}");
    }
    for operator in [Operator::Null, Operator::Equals] {
        assert!(!empty.holds(rule(Target::Cookie, "", operator, "")), "a cookie needs a name");
        assert!(!empty.holds(rule(Target::Unknown, "", operator, "")));
    }
}

#[test]
fn every_operator_compares_in_its_way() {
    let json = scene(&[("content-type", "application/json")], r#"{"id":5,"list":["Ab",1,null],"none":[],"n":null}"#);
    for (modifier, operator, value, holds) in [
        ("list", Operator::Equals, "1", true),
        ("list", Operator::ArrayIncludes, "Ab", true),
        ("id", Operator::ArrayIncludes, "5", false),
        ("list", Operator::Regex, "^a", false),
        ("list", Operator::RegexIgnoreCase, "^a", true),
        ("list", Operator::Regex, "^null$", true),
        ("id", Operator::Regex, "\\d", true),
        ("n", Operator::Regex, "^$", true),
        ("none", Operator::EmptyArray, "", true),
        ("list", Operator::EmptyArray, "", false),
        ("n", Operator::Null, "", true),
        ("id", Operator::Null, "", false),
        ("", Operator::JsonSchema, "schema", true),
        ("list", Operator::JsonSchema, "schema", false),
        ("", Operator::JsonSchema, "users", false),
        ("", Operator::JsonSchema, "no-such", false),
    ] {
        assert_eq!(json.holds(rule(Target::Body, modifier, operator, value)), holds, "{modifier} {operator:?} {value}");
    }
}

#[test]
fn a_body_that_is_no_object_is_found_whole() {
    let plain = scene(&[("content-type", "text/plain")], r#"{"a":1}"#);
    assert!(plain.holds(rule(Target::Body, "a", Operator::Equals, r#"{"a":1}"#)));
    let broken = scene(&[("content-type", "application/json")], "{");
    assert!(broken.holds(rule(Target::Body, "a", Operator::Equals, "{")));
    let cased = scene(&[("content-type", "Application/JSON")], r#"{"a":1}"#);
    assert!(!cased.holds(rule(Target::Body, "a", Operator::Equals, "1")));
}

#[test]
fn a_message_stands_for_the_body() {
    let mut socket = scene(&[("content-type", "application/json")], "");
    socket.message = Some(r#"{"a":1}"#);
    assert!(socket.holds(rule(Target::Body, "a", Operator::Equals, "1")));
    assert!(socket.holds(rule(Target::Body, "", Operator::Equals, r#"{"a":1}"#)));
    socket.message = Some("{");
    assert_eq!(socket.tries(rule(Target::Body, "a", Operator::Equals, "1")), Err(RuleError::Message));
}

#[test]
fn a_pattern_that_is_none_fails_the_request_and_is_told_at_load() {
    let request = scene(&[], "x");
    let broken = rule(Target::Body, "", Operator::Regex, "(");
    let message = "Invalid regular expression: /(/: Unterminated group";
    assert_eq!(request.tries(broken.clone()).unwrap_err().to_string(), message);
    let set = RuleSet::compile(&Rules { combine: Combine::Any, rules: vec![broken] });
    assert_eq!(set.problems().map(|(_, problem)| problem).collect::<Vec<_>>(), [message]);
    // It is not compiled where there is nothing to compare.
    assert_eq!(request.tries(rule(Target::Query, "none", Operator::Regex, "(")), Ok(false));
}

#[test]
fn a_path_that_fails_fails_the_request() {
    let json = scene(&[("content-type", "application/json")], r#"{"a":[{}]}"#);
    let failing = rule(Target::Body, "$.a[?(@.b.c == 1)]", Operator::Equals, "1");
    assert!(json.tries(failing).unwrap_err().to_string().starts_with("jsonPath: Cannot read properties of undefined"));
}

#[test]
fn rendered_texts_stand_for_templates_and_the_source_for_those_that_failed() {
    let request = scene(&[], "");
    let templated = Rule {
        modifier: text("{{m}}", true),
        value: text("{{v}}", true),
        ..rule(Target::Query, "", Operator::Equals, "")
    };
    let set = RuleSet::compile(&Rules { combine: Combine::Any, rules: vec![templated] });
    assert!(set.needs_rendering());
    let sources: Vec<_> = set.templates().map(|template| &*template.source).collect();
    assert_eq!(sources, ["{{m}}", "{{v}}"]);
    let rendered =
        |texts: [Option<&str>; 2]| set.evaluate(&request.facts(), &texts.map(|text| text.map(str::to_owned))).unwrap();
    assert!(rendered([Some("a.b"), Some("1")]));
    assert!(!rendered([Some("a.b"), None]));
    assert!(!set.evaluate(&request.facts(), &[]).unwrap());
}

fn response(rules: Rules, default: bool) -> Response {
    Response {
        id: None,
        label: None,
        rules,
        status: StatusCode::OK,
        headers: vec![],
        body: Body::Empty,
        latency: std::time::Duration::ZERO,
        callbacks: vec![],
        default,
        origin: Origin::default(),
    }
}

fn rules(combine: Combine, holding: &[bool]) -> Rules {
    let rule = |holds: &bool| rule(Target::Method, "", Operator::Equals, if *holds { "post" } else { "get" });
    Rules { combine, rules: holding.iter().map(rule).collect() }
}

fn chosen(mode: Mode, responses: &[Response]) -> Option<(usize, Because)> {
    let request = scene(&[], "");
    let chooser = Chooser::new(mode, responses);
    chooser.choose(&request.facts(), &[], &mut Seed(7).stream(1)).unwrap()
}

#[test]
fn the_first_response_whose_rules_hold_answers() {
    let responses = [
        response(rules(Combine::Any, &[]), true),
        response(rules(Combine::All, &[true, false]), false),
        response(rules(Combine::Any, &[false, true]), false),
        response(rules(Combine::All, &[true]), false),
    ];
    assert_eq!(chosen(Mode::Default, &responses), Some((2, Because::Rules)));
    assert_eq!(chosen(Mode::Fallback, &responses), Some((2, Because::Rules)));
    assert_eq!(chosen(Mode::WithoutRules, &responses), Some((0, Because::Default)));
    assert_eq!(chosen(Mode::Sequential, &responses), Some((2, Because::Sequence)), "the third request's turn");
    assert!(Chooser::new(Mode::Default, &responses).fixed().is_none());
    assert!(Chooser::new(Mode::WithoutRules, &responses).fixed().is_some());
}

#[test]
fn where_no_rules_hold_the_default_answers_or_nobody() {
    let responses = [response(rules(Combine::Any, &[false]), false), response(rules(Combine::Any, &[]), true)];
    assert_eq!(chosen(Mode::Default, &responses), Some((1, Because::Default)));
    assert_eq!(chosen(Mode::Fallback, &responses), None);
    assert_eq!(chosen(Mode::Fallback, &responses[1..]), None, "no rules at all hold as little");
    assert!(Chooser::new(Mode::Fallback, &responses[1..]).fixed().is_none());
}

proptest! {
    #[test]
    fn nothing_that_is_written_panics(modifier in ".{0,12}", value in ".{0,12}", body in ".{0,20}") {
        let body: &'static str = Box::leak(body.into_boxed_str());
        let json = scene(&[("content-type", "application/json")], body);
        for operator in [Operator::Equals, Operator::Regex, Operator::ArrayIncludes, Operator::JsonSchema] {
            for target in [Target::Body, Target::Query, Target::Header, Target::Bucket, Target::GlobalVariable] {
                let _ = json.tries(rule(target, &modifier, operator, &value));
            }
        }
    }
}
