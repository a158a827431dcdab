//! `JSON_BODY`: what a part of the content is names the example (`microcks.md`, section 2.4).

use std::{borrow::Cow, sync::Arc};

use ringback_model::environment::{JsonBody, JsonOperator};
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::{
    Key,
    pattern::WholePattern,
    range::{NumberRange, number},
};

/// Cases made ready.
#[derive(Debug)]
pub(super) struct Cases {
    pub(super) body: JsonBody,
    test: Test,
}

/// How the part is compared. What can't be compared with is left out.
#[derive(Debug)]
enum Test {
    Equals(FxHashMap<Arc<str>, Arc<str>>),
    Range(Vec<(NumberRange, Arc<str>)>),
    Size(Vec<(NumberRange, Arc<str>)>),
    Regexp(Vec<(WholePattern, Arc<str>)>),
    Presence { found: Option<Arc<str>>, missing: Option<Arc<str>> },
}

// === impl Cases ===

impl Cases {
    /// Reads cases; adds a phrase for each that can never be met.
    pub(super) fn new(body: &JsonBody, problems: &mut Vec<String>) -> Self {
        let pointer = &body.pointer;
        if !(pointer.is_empty() || pointer.starts_with('/')) {
            problems.push(format!("`{pointer}` is no JSON Pointer: one begins with `/`"));
        }
        let mut ranges = || {
            let read = |(case, name): &(Arc<str>, Arc<str>)| match NumberRange::read(case) {
                Some(range) => Some((range, name.clone())),
                None => {
                    problems.push(format!("the case `{case}` is no range: `[1;5]` is, or `]1;5[`"));
                    None
                }
            };
            body.cases.iter().filter_map(read).collect()
        };
        let test = match body.operator {
            JsonOperator::Equals => Test::Equals(body.cases.iter().cloned().collect()),
            JsonOperator::Range => Test::Range(ranges()),
            JsonOperator::Size => Test::Size(ranges()),
            JsonOperator::Regexp => Test::Regexp(patterns(body, problems)),
            JsonOperator::Presence => {
                let of = |case: &str| body.cases.iter().find(|(known, _)| **known == *case).map(|(_, n)| n.clone());
                Test::Presence { found: of("found"), missing: of("missing") }
            }
        };
        Self { body: body.clone(), test }
    }

    /// The names of examples that it may come to.
    pub(super) fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.body.cases.iter().map(|(_, name)| name).chain(&self.body.default)
    }

    /// What a content names.
    pub(super) fn key(&self, content: &[u8]) -> Key {
        let document = match read(content) {
            Ok(document) => document,
            Err(why) => return Key::Unknown(why),
        };
        let part = document.pointer(&self.body.pointer);
        match self.case(part).or(self.body.default.as_ref()) {
            Some(name) => Key::Of(name.clone()),
            None => Key::Unknown(self.unmet(part)),
        }
    }

    /// The name of the first case that takes a part. Absent: none does.
    fn case(&self, part: Option<&Value>) -> Option<&Arc<str>> {
        match &self.test {
            Test::Equals(cases) => cases.get(&*text(part)),
            Test::Range(cases) => within(cases, number(&text(part))?),
            Test::Size(cases) => within(cases, part?.as_array()?.len() as f64),
            Test::Regexp(cases) => {
                let text = text(part);
                cases.iter().find(|(pattern, _)| pattern.takes(&text)).map(|(_, name)| name)
            }
            Test::Presence { found, missing } => if part.is_some() { found } else { missing }.as_ref(),
        }
    }

    fn unmet(&self, part: Option<&Value>) -> String {
        let pointer = &self.body.pointer;
        match part {
            None => format!("the content has no `{pointer}`, which no case takes, and there is no default"),
            Some(part) => format!("`{pointer}` is `{part}`, which no case takes, and there is no default"),
        }
    }
}

fn patterns(body: &JsonBody, problems: &mut Vec<String>) -> Vec<(WholePattern, Arc<str>)> {
    let compiled = body.cases.iter().filter_map(|(case, name)| match WholePattern::compile(case) {
        Ok(pattern) => Some((pattern, name.clone())),
        Err(why) => {
            problems.push(format!("the case `{case}` is no regular expression: {why}"));
            None
        }
    });
    compiled.collect()
}

fn within(cases: &[(NumberRange, Arc<str>)], number: f64) -> Option<&Arc<str>> {
    cases.iter().find(|(range, _)| range.holds(number)).map(|(_, name)| name)
}

/// The JSON that a content begins with: what follows is not looked at.
fn read(content: &[u8]) -> Result<Value, String> {
    match serde_json::Deserializer::from_slice(content).into_iter().next() {
        Some(Ok(document)) => Ok(document),
        Some(Err(error)) => Err(format!("the content is no JSON: {error}")),
        None => Err("the request has no content".into()),
    }
}

/// A part as text: that of objects and arrays, and of what is missing, is empty.
fn text(part: Option<&Value>) -> Cow<'_, str> {
    match part {
        Some(Value::String(text)) => text.into(),
        Some(Value::Number(number)) => number.to_string().into(),
        Some(Value::Bool(value)) => if *value { "true" } else { "false" }.into(),
        Some(Value::Null) => "null".into(),
        Some(Value::Array(_) | Value::Object(_)) | None => "".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(operator: JsonOperator, cases: &[(&str, &str)], default: Option<&str>, content: &str) -> Key {
        let body = JsonBody {
            pointer: "/a".into(),
            operator,
            cases: cases.iter().map(|(case, name)| ((*case).into(), (*name).into())).collect(),
            default: default.map(Into::into),
        };
        Cases::new(&body, &mut vec![]).key(content.as_bytes())
    }

    #[track_caller]
    fn assert_named(operator: JsonOperator, cases: &[(&str, &str)], expected: &[(&str, &str)]) {
        for (content, name) in expected {
            assert_eq!(key(operator, cases, Some("default"), content), Key::Of((*name).into()), "{content}");
        }
    }

    #[test]
    fn texts_are_compared_as_they_are_written() {
        let cases = [("x", "X"), ("1", "One"), ("true", "True"), ("null", "Null"), ("", "Empty")];
        assert_named(
            JsonOperator::Equals,
            &cases,
            &[
                (r#"{"a":"x"}"#, "X"),
                (r#"{"a":1}"#, "One"),
                (r#"{"a":true}"#, "True"),
                (r#"{"a":null}"#, "Null"),
                ("{}", "Empty"),
                (r#"{"a":{}}"#, "Empty"),
                (r#"{"a":"y"} and more"#, "default"),
            ],
        );
    }

    #[test]
    fn numbers_and_lengths_lie_in_ranges() {
        let cases = [("[4.2;5]", "High"), ("]0;4.2[", "Low")];
        let expected = [
            (r#"{"a":4.2}"#, "High"),
            (r#"{"a":"4.1"}"#, "Low"),
            (r#"{"a":0}"#, "default"),
            (r#"{"a":"high"}"#, "default"),
            ("{}", "default"),
        ];
        assert_named(JsonOperator::Range, &cases, &expected);
        let cases = [("[0;1]", "Few"), ("[2;9]", "Many")];
        let expected = [(r#"{"a":[]}"#, "Few"), (r#"{"a":[1,2]}"#, "Many"), (r#"{"a":"x"}"#, "default")];
        assert_named(JsonOperator::Size, &cases, &expected);
    }

    #[test]
    fn patterns_take_the_whole_and_null_is_there() {
        assert_named(
            JsonOperator::Regexp,
            &[("a.", "A"), (".*b.*", "B")],
            &[(r#"{"a":"ab"}"#, "A"), (r#"{"a":"abc"}"#, "B"), (r#"{"a":"c"}"#, "default")],
        );
        let cases = [("found", "Found"), ("missing", "Missing")];
        assert_named(JsonOperator::Presence, &cases, &[(r#"{"a":null}"#, "Found"), ("{}", "Missing")]);
        assert_named(JsonOperator::Presence, &cases[..1], &[("{}", "default")]);
    }

    #[test]
    fn what_can_not_be_told_is_no_key() {
        for content in ["", "not json", r#"{"a":"y"}"#, "{}"] {
            assert!(matches!(key(JsonOperator::Equals, &[("x", "X")], None, content), Key::Unknown(_)), "{content}");
        }
    }
}
