//! Compares what was expected with what came, and says where they differ.

use http::{HeaderMap, HeaderName};
use ringback_config::vectors::Content;
use serde::Serialize;
use serde_json::{Map, Value};

/// Something that is not as expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Difference {
    /// Where: `status`, `json /applicants/0/id`.
    pub path: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
}

/// All that is not as expected.
#[derive(Debug, Default)]
pub(super) struct Differences(pub Vec<Difference>);

/// What stands for a value that is not there.
const NOTHING: &str = "nothing";

// === impl Differences ===

impl Differences {
    /// Compares two values of one kind.
    pub(super) fn equal<T: PartialEq + ToString>(&mut self, path: impl Into<String>, expected: &T, got: &T) {
        if expected != got {
            self.differ(path, expected.to_string(), got.to_string());
        }
    }

    /// Takes note of a difference.
    pub(super) fn differ(&mut self, path: impl Into<String>, expected: impl Into<String>, got: impl Into<String>) {
        self.0.push(Difference { path: path.into(), expected: expected.into(), got: got.into() });
    }

    /// Compares header fields: those expected must be there, repeated ones joined.
    pub(super) fn headers(&mut self, within: &str, expected: &[(HeaderName, String)], got: &HeaderMap) {
        for (name, value) in expected {
            let values = got.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
            let found: Vec<String> = values.collect();
            let shown = if found.is_empty() { NOTHING.to_owned() } else { found.join(", ") };
            self.equal(format!("{within}header `{name}`"), value, &shown);
        }
    }

    /// Compares a content.
    pub(super) fn content(&mut self, within: &str, expected: &Content, got: &[u8]) {
        let text = String::from_utf8_lossy(got);
        match expected {
            Content::Text(expected) if *expected == text => {}
            Content::Text(expected) => {
                self.differ(format!("{within}body"), format!("{expected:?}"), format!("{text:?}"));
            }
            Content::Json(expected) => match serde_json::from_slice::<Value>(got) {
                Ok(got) => self.json(&format!("{within}json"), expected, &got),
                Err(_) => self.differ(format!("{within}json"), expected.to_string(), format!("no JSON: {text:?}")),
            },
        }
    }

    /// Compares JSON: members expected must be there and equal, arrays whole.
    pub(super) fn json(&mut self, within: &str, expected: &Value, got: &Value) {
        self.json_at(within, &mut String::new(), expected, got);
    }

    fn json_at(&mut self, within: &str, pointer: &mut String, expected: &Value, got: &Value) {
        match (expected, got) {
            (Value::Object(expected), Value::Object(got)) => self.members(within, pointer, expected, got),
            (Value::Array(expected), Value::Array(elements)) if expected.len() == elements.len() => {
                for (index, (expected, got)) in expected.iter().zip(elements).enumerate() {
                    self.below(within, pointer, &index.to_string(), |all, at| all.json_at(within, at, expected, got));
                }
            }
            (expected, got) if same(expected, got) => {}
            (expected, got) => self.differ(at(within, pointer), expected.to_string(), got.to_string()),
        }
    }

    fn members(&mut self, within: &str, pointer: &mut String, expected: &Map<String, Value>, got: &Map<String, Value>) {
        for (key, expected) in expected {
            self.below(within, pointer, key, |all, pointer| match got.get(key) {
                Some(got) => all.json_at(within, pointer, expected, got),
                None => all.differ(at(within, pointer), expected.to_string(), NOTHING),
            });
        }
    }

    /// Does something one step further down (RFC 6901).
    fn below(&mut self, _: &str, pointer: &mut String, step: &str, then: impl FnOnce(&mut Self, &mut String)) {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        then(self, pointer);
        pointer.truncate(length);
    }
}

fn at(within: &str, pointer: &str) -> String {
    if pointer.is_empty() { within.to_owned() } else { format!("{within} {pointer}") }
}

/// Whether two values are one: JSON knows no difference between 1 and 1.0.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Differences;

    fn found(expected: &Value, got: &Value) -> Vec<String> {
        let mut differences = Differences::default();
        differences.json("json", expected, got);
        differences.0.into_iter().map(|d| format!("{}: {} / {}", d.path, d.expected, d.got)).collect()
    }

    #[test]
    fn members_may_be_more_and_arrays_may_not() {
        assert_eq!(found(&json!({"a": 1}), &json!({"a": 1.0, "b": 2})), Vec::<String>::new());
        assert_eq!(found(&json!({"a": {"b/c": 1}}), &json!({"a": {}})), ["json /a/b~1c: 1 / nothing"]);
        assert_eq!(found(&json!([1]), &json!([1, 2])), ["json: [1] / [1,2]"]);
        assert_eq!(found(&json!([{"a": 1}]), &json!([{"a": 2}])), ["json /0/a: 1 / 2"]);
        assert_eq!(found(&json!(1), &json!("1")), ["json: 1 / \"1\""]);
    }
}
