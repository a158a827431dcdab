//! Ids of new items.

use ringback_model::json::{Array, Json};
use ringback_values::{is_space, number};

use crate::{Js, Key, js::json_number};

/// Where a new item's id comes from.
#[derive(Debug, Clone)]
pub struct NewId<'a, U> {
    /// What the expression that makes ids in the bucket's template was rendered to. Absent: it has none, or that failed.
    pub rendered: Option<&'a str>,
    /// Makes a random UUID.
    pub uuid: U,
}

// === impl NewId ===

impl<U: FnOnce() -> String> NewId<'_, U> {
    /// The rendered one; else one more than the highest number among the ids; else a UUID.
    pub(crate) fn find(self, items: &Array, key: &Key) -> Json {
        if let Some(id) = self.rendered.and_then(cast) {
            return id;
        }
        let numbers = items.iter().filter_map(|item| match key.of(item) {
            Js::Number(id) => Some(id),
            _ => None,
        });
        match numbers.reduce(f64::max) {
            Some(highest) => json_number(highest + 1.0),
            None => Json::String((self.uuid)().into()),
        }
    }
}

/// A number where the text is what that number prints. Absent: it is blank.
fn cast(text: &str) -> Option<Json> {
    let text = text.trim_matches(is_space);
    let value = number::parse(text);
    match text {
        "" => None,
        _ if value.is_finite() && number::with_text(value, |printed| printed == text) => Some(json_number(value)),
        _ => Some(text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(items: &str, rendered: Option<&str>) -> String {
        let Json::Array(items) = Json::parse(items).unwrap() else { return String::new() };
        NewId { rendered, uuid: || "u".to_owned() }.find(&items, &Key::new("id")).to_text()
    }

    #[test]
    fn an_id_follows_the_highest_number() {
        assert_eq!(find(r#"[{"id":2},{"id":"9"},{"id":7.5},3]"#, None), "8.5");
        assert_eq!(find(r#"[{"id":-3}]"#, None), "-2");
        assert_eq!(find(r#"[{"id":"a"},{}]"#, None), "\"u\"");
        assert_eq!(find("[]", None), "\"u\"");
    }

    #[test]
    fn a_rendered_id_is_a_number_if_it_reads_as_one() {
        for (rendered, id) in
            [(" 12 ", "12"), ("012", "\"012\""), ("1.50", "\"1.50\""), ("x y", "\"x y\""), ("-1", "-1")]
        {
            assert_eq!(find(r#"[{"id":5}]"#, Some(rendered)), id);
        }
        assert_eq!(find(r#"[{"id":5}]"#, Some(" \n")), "6");
    }
}
