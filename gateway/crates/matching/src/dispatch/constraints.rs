//! What must hold of a request before an example is chosen, and what is told where it does not, in Microcks' words.

use std::{borrow::Cow, sync::Arc};

use http::HeaderName;
use ringback_model::environment::{Constraint, Place};

use super::{Inquiry, pattern::WholePattern};

/// An operation's constraints, prepared.
#[derive(Debug, Default)]
pub struct Constraints {
    /// In the order of the document.
    constraints: Vec<(Constraint, Option<WholePattern>)>,
    recopied: Vec<HeaderName>,
}

// === impl Constraints ===

impl Constraints {
    /// Prepares constraints, and says what can't be as it is written: a phrase each.
    pub fn new(constraints: &[Constraint]) -> (Self, Vec<String>) {
        let mut problems = vec![];
        let mut compiled = |constraint: &Constraint| {
            let pattern = WholePattern::compile(constraint.pattern.as_deref()?);
            let name = &constraint.name;
            let failed =
                |why: &String| problems.push(format!("what `{name}` should match is no regular expression: {why}"));
            pattern.inspect_err(failed).ok()
        };
        let constraints: Vec<_> =
            constraints.iter().map(|constraint| (constraint.clone(), compiled(constraint))).collect();
        let recopied =
            constraints.iter().filter(|(constraint, _)| constraint.recopy && constraint.place == Place::Header);
        let recopied = recopied.filter_map(|(constraint, _)| constraint.name.parse().ok()).collect();
        (Self { constraints, recopied }, problems)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.constraints.is_empty()
    }

    /// Header fields of the request that the answer carries too.
    pub fn recopied(&self) -> &[HeaderName] {
        &self.recopied
    }

    /// Whether one of them looks at the content.
    pub fn reads_content(&self) -> bool {
        self.constraints.iter().any(|(constraint, _)| constraint.place == Place::Form)
    }

    /// What is told of the first that does not hold. Absent: all do.
    pub fn violated(&self, inquiry: &Inquiry<'_>) -> Option<String> {
        self.constraints.iter().find_map(|(constraint, pattern)| {
            let Constraint { name, pattern: written, .. } = constraint;
            match (value(constraint, inquiry), pattern, written) {
                (None, _, _) if constraint.required => Some(told(name, "is required")),
                (Some(value), Some(pattern), Some(written)) if !pattern.takes(&value) => {
                    Some(told(name, &format!("should match {written}")))
                }
                _ => None,
            }
        })
    }
}

fn told(name: &Arc<str>, what: &str) -> String {
    format!("Parameter {name} {what}. Check parameter constraints.")
}

fn value<'a>(constraint: &Constraint, inquiry: &Inquiry<'a>) -> Option<Cow<'a, str>> {
    let name = &constraint.name;
    match constraint.place {
        Place::Path => inquiry.part(name).map(Into::into),
        Place::Query => inquiry.parameter(name),
        Place::Header => inquiry.header(name),
        Place::Cookie => inquiry.cookie(name).map(Into::into),
        Place::Form => inquiry.form_field(name),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use ringback_model::http_values::{ParamValue, Params};

    use super::*;

    fn constraint(name: &str, place: Place, required: bool, pattern: Option<&str>) -> Constraint {
        Constraint { name: name.into(), place, required, recopy: false, pattern: pattern.map(Into::into) }
    }

    #[test]
    fn the_first_that_does_not_hold_is_told_of() {
        let (constraints, problems) = Constraints::new(&[
            constraint("Authorization", Place::Header, true, Some(r"^Bearer\s[a-f0-9]{6}$")),
            constraint("sessionId", Place::Cookie, true, None),
            constraint("apiKey", Place::Query, true, None),
            constraint("note", Place::Form, true, Some("a+")),
            constraint("id", Place::Path, true, Some("[0-9]+")),
            constraint("x", Place::Query, false, Some("y")),
        ]);
        assert!(problems.is_empty() && constraints.reads_content());
        let mut headers = HeaderMap::new();
        let params = |id: &str| Params::from_iter([(Arc::from("id"), ParamValue::from(id))]);
        let ask = |headers: &HeaderMap, query: &str, body: &str, id: &str| {
            let params = params(id);
            constraints.violated(&Inquiry { params: &params, query, headers, body: body.as_bytes() })
        };
        let told = |what: &str| Some(format!("Parameter {what}. Check parameter constraints."));
        assert_eq!(ask(&headers, "", "", "1"), told("Authorization is required"));
        headers.insert("authorization", "Bearer x".parse().unwrap());
        assert_eq!(ask(&headers, "", "", "1"), told(r"Authorization should match ^Bearer\s[a-f0-9]{6}$"));
        headers.insert("authorization", "Bearer abc123".parse().unwrap());
        headers.insert("cookie", "a=b; other=sessionId".parse().unwrap());
        assert_eq!(ask(&headers, "", "", "1"), told("sessionId is required"));
        headers.append("cookie", "sessionId=\"123\"".parse().unwrap());
        assert_eq!(ask(&headers, "apikey=1", "", "1"), told("apiKey is required"));
        assert_eq!(ask(&headers, "apiKey", "note=aa", "1"), told("note is required"), "the content is no form");
        headers.insert("content-type", "application/x-www-form-urlencoded; charset=utf-8".parse().unwrap());
        assert_eq!(ask(&headers, "apiKey=", "note=b", "1"), told("note should match a+"));
        assert_eq!(ask(&headers, "apiKey=", "no%74e=aa", "a"), told("id should match [0-9]+"));
        assert_eq!(ask(&headers, "apiKey=&x=z", "note=aa", "1"), told("x should match y"));
        assert_eq!(ask(&headers, "apiKey=", "note=aa", "1"), None);
    }
}
