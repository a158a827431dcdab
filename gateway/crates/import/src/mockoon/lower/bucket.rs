//! Data buckets (section 5).

use std::{collections::HashMap, sync::Arc};

use ringback_diag::quoted;
use ringback_model::{
    environment::{Bucket, Seeding},
    ids::BucketName,
    json::Json,
};

use super::{Lowering, Names};
use crate::mockoon::{
    document::{self, Environment},
    repair::At,
};

/// Helpers that know a request, in the order in which Mockoon looks for them.
const REQUEST_HELPERS: [&str; 14] = [
    "bodyRaw",
    "body",
    "method",
    "ip",
    "urlParam",
    "urlParams",
    "queryParam",
    "queryParamRaw",
    "queryParams",
    "header",
    "headers",
    "cookie",
    "baseUrl",
    "hostname",
];

/// The buckets of an environment.
#[derive(Default)]
pub(super) struct Buckets {
    all: Vec<Bucket>,
    by_id: HashMap<Arc<str>, BucketName>,
    /// Names as the document has them.
    written: HashMap<Arc<str>, BucketName>,
}

// === impl Buckets ===

impl Buckets {
    /// The bucket with just this id; of several, the first.
    pub(super) fn of_id(&self, id: &str) -> Option<&BucketName> {
        self.by_id.get(id)
    }

    /// Whether there is one with just this id or name.
    pub(super) fn has(&self, id_or_name: &str) -> bool {
        self.by_id.contains_key(id_or_name) || self.written.contains_key(id_or_name)
    }

    /// In the order of the document.
    pub(super) fn into_all(self) -> Vec<Bucket> {
        self.all
    }
}

impl Lowering<'_> {
    pub(super) fn buckets(&mut self, document: &Environment) {
        let mut names = Names::default();
        for bucket in &document.buckets {
            let id = &bucket.id.value;
            let called = if bucket.name.value.is_empty() { id } else { &bucket.name.value };
            let Ok(name) = BucketName::try_new(&names.unique(called, "data bucket")) else {
                let message = format!("{} can't be a bucket's name", quoted(called));
                self.warn(&bucket.name.span, message, "give it another name");
                continue;
            };
            let lowered = self.bucket(bucket, name.clone());
            self.buckets.all.push(lowered);
            self.buckets.by_id.entry(id.clone()).or_insert_with(|| name.clone());
            self.buckets.written.entry(bucket.name.value.clone()).or_insert(name);
        }
    }

    fn bucket(&mut self, bucket: &document::Bucket, name: BucketName) -> Bucket {
        Bucket {
            name,
            id: Some(bucket.id.value.clone()),
            uuid: Some(bucket.uuid.value.clone()),
            seed: self.seed(&bucket.value),
            origin: self.origin(&bucket.name.span),
        }
    }

    /// A text that is not JSON is kept as it is.
    fn seed(&mut self, value: &At<Arc<str>>) -> Seeding {
        let text = self.template(value);
        if text.templated && asks_for_a_request(&text.source) {
            return Seeding::AtFirstUse(text);
        }
        if text.templated {
            return Seeding::Template(text);
        }
        Seeding::Value(Json::parse(&text.source).unwrap_or_else(|_| {
            self.warn(&value.span, "the content of a data bucket is not JSON", "it is kept as a text, as in Mockoon");
            Json::String(text.source.clone())
        }))
    }
}

/// Whether a template calls a helper that knows the request. Mockoon's rule: after `{{`, letters, digits, blanks and `#(~_`
/// up to a helper's name, which may be the end of a longer one, and `)`, `}`, `~` or a blank after it.
fn asks_for_a_request(template: &str) -> bool {
    let is_before = |c: char| c.is_whitespace() || c.is_ascii_alphanumeric() || matches!(c, '#' | '(' | '~' | '_');
    let calls = |(at, _): (usize, &str)| {
        let call = template.get(at..).unwrap_or_default().trim_start_matches('{');
        let end = call.find(|c| !is_before(c)).unwrap_or(call.len());
        let (before, rest) = call.split_at(end);
        let follows = |at: usize| before.get(at..).and_then(|after| after.chars().next()).or(rest.chars().next());
        REQUEST_HELPERS.iter().enumerate().any(|(index, helper)| {
            before.match_indices(helper).any(|(at, _)| {
                // Only the first of the names may not be the end of another.
                let begins = index > 0
                    || !before.get(..at).is_some_and(|b| b.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
                begins && matches!(follows(at + helper.len()), Some(')' | '}' | '~' | ' '))
            })
        })
    };
    template.match_indices("{{").any(calls)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Mockoon's expression says of these.
    #[test]
    fn calls_of_request_helpers_are_found_as_mockoon_finds_them() {
        for template in [
            "{{body}}",
            "{{{bodyRaw 'x'}}}",
            "{{#each (queryParam 'x')}}",
            "{{#if (eq (method) 'GET')}}",
            "{{somebody}}",
            "{{~ hostname ~}}",
            "a {{{{body}}",
            "{{#repeat (body 'n')}}",
        ] {
            assert!(asks_for_a_request(template), "{template}");
        }
        for template in [
            "body",
            "{{data 'body '}}",
            "{{faker 'ip'}}",
            "{{bodies}}",
            "{{xbodyRaw}}",
            "{{concat 'a' (body)}}",
            "{{body\n}}",
            "{{now}} body }}",
        ] {
            assert!(!asks_for_a_request(template), "{template}");
        }
    }
}
