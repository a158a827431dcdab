//! JSONPath as Mockoon has it: npm `jsonpath-plus` 10.4 with `wrap: false` and its safe evaluator, for paths that Mockoon
//! takes for safe.

mod eval;
mod expression;
mod safe;
mod tokens;
mod trace;

use std::fmt;

use self::{tokens::Step, trace::Trace};
use crate::Value;

/// Steps that one search may take: `..` within `..` multiplies.
const MOST_STEPS: u32 = 1_000_000;

/// A path, read once for any number of searches.
#[derive(Clone, Debug)]
pub struct JsonPath {
    /// Absent: not a path that Mockoon takes for safe, which finds nothing.
    steps: Option<Vec<Step>>,
}

/// Why a search fails, in the words of `jsonpath-plus` where it has some: a filter that looks into nothing, or is no
/// expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPathError(pub(crate) String);

// === impl JsonPath ===

impl JsonPath {
    /// Reads a path. One that is wrong finds nothing, or fails when it is searched for.
    #[must_use]
    pub fn compile(path: &str) -> Self {
        Self { steps: safe::is_safe(path).then(|| tokens::steps(path)) }
    }

    /// What the path leads to: the one value, an array where several may be found, `Undefined` where none is.
    ///
    /// # Errors
    ///
    /// What a filter of the path throws; also a search that takes too many steps.
    pub fn find(&self, data: &Value) -> Result<Value, JsonPathError> {
        let Some(steps) = &self.steps else { return Ok(Value::Undefined) };
        if !data.is_truthy() {
            return Ok(Value::Undefined);
        }
        Trace::new(data, MOST_STEPS).run(steps)
    }
}

impl fmt::Display for JsonPathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JsonPathError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{JsonPath, Trace};
    use crate::{Text, Value, json};

    fn find(path: &str) -> Result<String, String> {
        let data = json::parse(&Text::fixed(
            r#"{"books":[{"t":"A","p":8},{"t":"B","p":12,"x":{"y":1}}],"n":null,"d.t":{"*":1},"e":[]}"#,
        ));
        match JsonPath::compile(path).find(&data.unwrap()) {
            Ok(Value::Undefined) => Ok("-".to_owned()),
            Ok(value) => Ok(json::to_compact(&value).as_str().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn one_value_is_itself_and_several_are_an_array() {
        for (path, found) in [
            ("$.books[0].t", r#""A""#),
            ("$.books[*].t", r#"["A","B"]"#),
            ("$.books[*].x", r#"[{"y":1}]"#),
            ("$..p", "[8,12]"),
            ("$.books[?(@.p > 10)].t", r#"["B"]"#),
            ("$.books[?(@.p > 7 && @.t == 'A')].t", r#"["A"]"#),
            ("$.books[?(@.t.match(/^a/i))].p", "[8]"),
            ("$.books[(@.length-1)].t", r#""B""#),
            ("$.books[-1:].t", r#"["B"]"#),
            ("$.books[0,1].p", "[8,12]"),
            ("$.books[0].t^", r#"{"t":"A","p":8}"#),
            ("$.books[0].*~", r#"["t","p"]"#),
            ("$['d.t']['*']", "1"),
            ("$.books.length", "2"),
            ("$.n", "null"),
            ("$.none", "-"),
            ("$.e[*]", "-"),
            ("$.books[?(@.p + 1)]", "-"),
        ] {
            assert_eq!(find(path).as_deref(), Ok(found), "{path}");
        }
    }

    #[test]
    fn a_filter_that_looks_into_nothing_fails() {
        let error = find("$.books[?(@.x.y == 1)]").unwrap_err();
        assert_eq!(error, "jsonPath: Cannot read properties of undefined (reading 'y'): @.x.y == 1");
        assert!(find("$.books[?(@==1)]").is_err());
    }

    #[test]
    fn searches_end() {
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        let deep = json::parse(&Text::from(deep)).unwrap();
        let path = JsonPath::compile(&format!("${}", "..*".repeat(10)));
        assert!(Trace::new(&deep, 10_000).run(path.steps.as_deref().unwrap()).is_err());
    }

    proptest! {
        #[test]
        fn no_path_makes_searching_panic(path in r#"\$[\[\]().*?@$:,'"^~`a-c0-9=<>& -]{0,16}"#) {
            let _ = find(&path);
        }
    }
}
