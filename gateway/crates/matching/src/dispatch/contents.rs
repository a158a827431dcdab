//! Whether a request's content is what the document says, where it is asked for (`microcks.md`, section 2.2, `/rest-valid`).
//! Only JSON is looked at.

use http::{HeaderMap, header};
use ringback_model::{environment::ContentSchema, http_values::essence};

mod messages;
mod schema;

use self::schema::Schema;

/// What an operation's requests may hold, prepared.
#[derive(Debug, Default)]
pub struct Contents(Vec<(String, Schema)>);

/// What came of looking at a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is wrong with it, or it is not looked at.
    Fine,
    /// The document says nothing of such content.
    NoSchema,
    /// All that is wrong with it, at least one thing.
    Wrong(Vec<String>),
}

// === impl Contents ===

impl Contents {
    /// Prepares schemas, and says which can't be used: a phrase each.
    pub fn new(contents: &[ContentSchema]) -> (Self, Vec<String>) {
        let (mut schemas, mut problems) = (vec![], vec![]);
        for ContentSchema { media_type, schema } in contents {
            match Schema::read(schema) {
                Ok(schema) => schemas.push((essence(media_type), schema)),
                Err(why) => problems.push(format!("the schema of `{media_type}` can't be used: {why}")),
            }
        }
        (Self(schemas), problems)
    }

    /// Looks at a content.
    pub fn check(&self, headers: &HeaderMap, body: &[u8]) -> Verdict {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(essence);
        if body.is_empty() && (kind.is_none() || self.0.is_empty()) {
            return Verdict::Fine;
        }
        let kind = kind.unwrap_or_else(|| "application/json".into());
        if !(kind == "application/json" || kind.ends_with("+json")) {
            return Verdict::Fine;
        }
        let Some(schema) = self.of(&kind) else { return Verdict::NoSchema };
        let errors = match serde_json::from_slice(body) {
            Ok(document) => schema.errors(&document),
            Err(error) => vec![format!("the content is no JSON: {error}")],
        };
        if errors.is_empty() { Verdict::Fine } else { Verdict::Wrong(errors) }
    }

    /// The schema of a media type: its own, else that of the first range that holds it.
    fn of(&self, kind: &str) -> Option<&Schema> {
        let in_range = |range: &str| {
            let start = range.strip_suffix('*').unwrap_or("\0");
            range == "*/*" || kind.starts_with(start)
        };
        let exact = self.0.iter().find(|(known, _)| known == kind);
        exact.or_else(|| self.0.iter().find(|(known, _)| in_range(known))).map(|(_, schema)| schema)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(schemas: &[(&str, &str)], kind: &str, body: &str) -> Verdict {
        let schemas: Vec<_> = schemas
            .iter()
            .map(|(kind, schema)| ContentSchema { media_type: (*kind).into(), schema: (*schema).into() })
            .collect();
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())]);
        Contents::new(&schemas).0.check(&headers, body.as_bytes())
    }

    #[test]
    fn json_is_checked_with_the_schema_of_its_type() {
        let schemas = [("application/*", r#"{"type":"object"}"#), ("application/json", r#"{"type":"array"}"#)];
        let wrong = |what: &str| Verdict::Wrong(vec![what.into()]);
        assert_eq!(verdict(&schemas, "application/json; charset=utf-8", "[]"), Verdict::Fine);
        assert_eq!(verdict(&schemas, "application/json", "{}"), wrong("object found, array expected"));
        assert_eq!(verdict(&schemas, "application/merge-patch+json", "[]"), wrong("array found, object expected"));
        assert_eq!(verdict(&schemas, "text/xml", "<a/>"), Verdict::Fine);
        assert!(matches!(verdict(&schemas, "application/json", "no json"), Verdict::Wrong(_)));
        assert!(matches!(verdict(&schemas, "application/json", ""), Verdict::Wrong(_)));
        assert_eq!(verdict(&[], "application/json", "{}"), Verdict::NoSchema);
        assert_eq!(verdict(&[], "application/json", ""), Verdict::Fine);
    }
}
