//! JMESPath as npm `@jmespath-community/jmespath` 1.3 has it, which Mockoon uses: with arithmetic, `let`, ternaries and the
//! functions that the community added.

mod eval;
mod functions;
mod lex;
mod parse;

use self::parse::Node;
use crate::Value;

/// Expressions in each other's parentheses and operators. Deeper ones are none.
const DEEPEST: u32 = 64;

/// Nodes that one search may visit.
const MOST_VISITS: u32 = 1_000_000;

/// An expression, read once for any number of searches.
#[derive(Clone, Debug)]
pub struct JmesPath(Node);

/// Why an expression is none, or a search fails. Nobody sees it: Mockoon gives the default then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Failed;

// === impl JmesPath ===

impl JmesPath {
    /// Reads an expression. `None`: it is none.
    #[must_use]
    pub fn compile(expression: &str) -> Option<Self> {
        parse::parse(lex::tokens(expression).ok()?).ok().map(Self)
    }

    /// What the expression gives; `Undefined` where that is nothing, or where it fails.
    #[must_use]
    pub fn find(&self, data: &Value) -> Value {
        match eval::Search::new(data, MOST_VISITS).visit(&self.0, data) {
            Ok(Value::Null) | Err(Failed) => Value::Undefined,
            Ok(found) => found,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::JmesPath;
    use crate::{Text, Value, json};

    fn find(expression: &str) -> String {
        let data =
            r#"{"a":{"b":[1,2,3]},"p":[{"n":"x","v":3},{"n":"y","v":1},{"n":"x","v":2}],"s":"abc","e":[],"q r":true}"#;
        let data = json::parse(&Text::from(data)).unwrap();
        match JmesPath::compile(expression).map(|path| path.find(&data)) {
            None => "no expression".to_owned(),
            Some(Value::Undefined) => "-".to_owned(),
            Some(value) => json::to_compact(&value).as_str().to_owned(),
        }
    }

    #[test]
    fn expressions_find_what_they_say() {
        for (expression, found) in [
            ("a.b[0]", "1"),
            ("a.b[-1]", "3"),
            ("a.b[::-1]", "[3,2,1]"),
            ("s[1:]", r#""bc""#),
            ("p[*].n", r#"["x","y","x"]"#),
            ("p[?v > `1`].v", "[3,2]"),
            ("p[?n == 'x' && v < `3`] | [0].v", "2"),
            ("p[].v | [0]", "3"),
            ("a.*[0]", "[1]"),
            ("{x: s, y: a.b[1]}", r#"{"x":"abc","y":2}"#),
            ("[s, none]", r#"["abc",null]"#),
            ("\"q r\"", "true"),
            ("none || s", r#""abc""#),
            ("!e", "true"),
            ("length(p)", "3"),
            ("sum(p[*].v)", "6"),
            ("max_by(p, &v).n", r#""x""#),
            ("sort_by(p, &v)[*].v", "[1,2,3]"),
            ("join('-', p[*].n)", r#""x-y-x""#),
            ("group_by(p, &n).x[*].v", "[3,2]"),
            ("a.b[0] + a.b[1] * a.b[2]", "7"),
            ("e ? 'full' : 'empty'", r#""empty""#),
            ("let $m = a.b[0] in p[?v > $m].v", "[3,2]"),
            ("p[0].$.s", "no expression"),
            ("$.s", r#""abc""#),
            ("items(a)", r#"[["b",[1,2,3]]]"#),
            ("split(',', 'x')", r#"[","]"#),
            ("to_string(a)", r#""{\"b\":[1,2,3]}""#),
            ("none.x", "-"),
            ("unknown(s)", "-"),
            ("abs(s)", "-"),
            ("a.", "no expression"),
            ("a[", "no expression"),
        ] {
            assert_eq!(find(expression), found, "{expression}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in r#"[a-c\[\]{}().,:*?&|!'"`$@ 0-9<>=+/-]{0,20}"#) {
            find(&text);
        }
    }
}
