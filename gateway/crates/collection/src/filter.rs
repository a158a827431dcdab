//! Filters: `<path>_<operator>=<value>` in a query.

use std::{borrow::Cow, cmp::Ordering};

use ringback_model::json::Json;
use ringback_values::{Value, is_space, number};

use crate::{
    Js, PatternError,
    js::Primitive,
    path::{Path, Trail},
    pattern::Pattern,
};

/// A condition on an item.
#[derive(Debug)]
pub(crate) struct Filter {
    path: Trail,
    test: Test,
}

#[derive(Debug)]
enum Test {
    Equal(Wanted),
    Unlike(Wanted),
    /// One of these orders to a text, or to the number that it is.
    Ordered(Primitive<'static>, f64, &'static [Ordering]),
    Matches(Result<Pattern, PatternError>),
}

/// What a value is to be equal to.
#[derive(Debug)]
struct Wanted {
    /// Absent: it is no text, and no value prints it.
    text: Option<String>,
    /// Absent: it does not begin as a number does.
    number: Option<f64>,
}

/// Reads a member of a query. Absent: it is no filter.
pub(crate) fn parse(name: &str, value: &Value) -> Option<Filter> {
    let (path, operator) = name.rsplit_once('_')?;
    if path.contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
        return None;
    }
    let ordered = |orders| {
        let text = value.to_text();
        Test::Ordered(Primitive::Text(Cow::Owned(text.as_str().to_owned())), number::parse(&text), orders)
    };
    let matches = |pattern: &str| Test::Matches(Pattern::new(pattern));
    let test = match operator {
        "eq" => Test::Equal(Wanted::of(value)),
        "ne" => Test::Unlike(Wanted::of(value)),
        "gt" => ordered(&[Ordering::Greater]),
        "gte" => ordered(&[Ordering::Greater, Ordering::Equal]),
        "lt" => ordered(&[Ordering::Less]),
        "lte" => ordered(&[Ordering::Less, Ordering::Equal]),
        "like" => matches(&value.to_text()),
        "start" => matches(&format!("^{}", value.to_text().as_str())),
        "end" => matches(&format!("{}$", value.to_text().as_str())),
        _ => return None,
    };
    Some(Filter { path: Path::new(path).trail(), test })
}

// === impl Filter ===

impl Filter {
    /// Whether the condition holds for an item.
    ///
    /// # Errors
    /// When its pattern is none.
    pub(crate) fn holds(&mut self, item: &Json) -> Result<bool, PatternError> {
        let value = self.path.follow(item);
        Ok(match &self.test {
            Test::Equal(wanted) => wanted.is(&value),
            Test::Unlike(wanted) => !wanted.is(&value),
            Test::Ordered(than, number, orders) => {
                let order = match value.primitive() {
                    Primitive::Number(value) => value.partial_cmp(number),
                    text => text.compare(than),
                };
                order.is_some_and(|order| orders.contains(&order))
            }
            Test::Matches(pattern) => pattern.as_ref().map_err(Clone::clone)?.is_in(&value.text()),
        })
    }
}

// === impl Wanted ===

impl Wanted {
    fn of(value: &Value) -> Self {
        let text = value.to_text();
        Self {
            number: begins_as_number(&text).then(|| value.to_number()),
            text: matches!(value, Value::String(_)).then(|| text.as_str().to_owned()),
        }
    }

    /// The same text, or, where both begin as numbers, the same number.
    fn is(&self, value: &Js<'_>) -> bool {
        // The commonest: what a number prints is never the same as what another number prints.
        if let Js::Number(number) = value {
            return self.number == Some(*number);
        }
        if self.text.as_ref().is_some_and(|text| value.prints(text)) {
            return true;
        }
        let Some(wanted) = self.number else { return false };
        match value {
            Js::Text(text) => begins_as_number(text) && number::parse(text) == wanted,
            Js::Array(_) => {
                let text = value.text();
                begins_as_number(&text) && number::parse(&text) == wanted
            }
            _ => false,
        }
    }
}

/// Whether `parseFloat` finds a number.
fn begins_as_number(text: &str) -> bool {
    let text = text.trim_start_matches(is_space);
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = text.strip_prefix('.').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit()) || text.starts_with("Infinity")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(name: &str, value: &str, item: &str) -> bool {
        let item = Json::parse(item).unwrap();
        let mut filter = parse(name, &Value::string(value)).unwrap();
        filter.holds(&item).unwrap()
    }

    #[test]
    fn values_are_equal_as_texts_or_as_numbers() {
        for (wanted, item, equal) in [
            ("30", r#"{"a":30}"#, true),
            ("30.0", r#"{"a":30}"#, true),
            ("30", r#"{"a":"30.0"}"#, true),
            ("30px", r#"{"a":30}"#, false),
            ("30px", r#"{"a":"30px"}"#, true),
            ("0x1e", r#"{"a":30}"#, true),
            ("", r#"{"a":0}"#, false),
            ("", r#"{"a":""}"#, true),
            ("x,y", r#"{"a":["x","y"]}"#, true),
            ("5", r#"{"a":[5.0]}"#, true),
            ("[object Object]", r#"{"a":{}}"#, true),
            ("undefined", "{}", true),
            ("null", r#"{"a":null}"#, true),
            ("1", r#"{"a":true}"#, false),
            ("true", r#"{"a":true}"#, true),
        ] {
            assert_eq!(holds("a_eq", wanted, item), equal, "{wanted} {item}");
            assert_ne!(holds("a_ne", wanted, item), equal, "{wanted} {item}");
        }
    }

    #[test]
    fn values_are_ordered_as_javascript_orders_them() {
        for (name, wanted, item, does) in [
            ("a_gt", "20", r#"{"a":30}"#, true),
            ("a_gt", "20", r#"{"a":"3"}"#, true),
            ("a_gt", "x", r#"{"a":30}"#, false),
            ("a_lte", "x", r#"{"a":30}"#, false),
            ("a_lte", "0", r#"{"a":null}"#, true),
            ("a_gte", "1", r#"{"a":true}"#, true),
            ("a_lt", "9", "{}", false),
            ("a_gte", "9", "{}", false),
            ("_gt", "2", "3", true),
            ("a.length_gte", "2", r#"{"a":["x","y"]}"#, true),
            ("a.0_lt", "y", r#"{"a":["x","y"]}"#, true),
        ] {
            assert_eq!(holds(name, wanted, item), does, "{name} {wanted} {item}");
        }
    }

    #[test]
    fn patterns_are_found_whatever_the_case() {
        assert!(holds("a_like", "^a.n", r#"{"a":"ANN"}"#));
        assert!(holds("a_start", "b|x", r#"{"a":"0x"}"#));
        assert!(holds("a_end", "D", r#"{"a":"Cyd"}"#));
        assert!(holds("a_like", "^3", r#"{"a":30}"#));
        assert!(holds("a_like", "und", "{}"));
    }

    #[test]
    fn a_broken_pattern_is_an_error_once_it_is_tried() {
        let mut filter = parse("a_like", &Value::string("(")).unwrap();
        assert!(filter.holds(&Json::Null).is_err());
    }

    #[test]
    fn other_names_are_no_filters() {
        for name in ["a_foo", "a", "eq", "aeq", "a_eq_", "a\n_eq"] {
            assert!(parse(name, &Value::EMPTY).is_none(), "{name}");
        }
    }
}
