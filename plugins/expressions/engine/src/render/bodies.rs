//! Bodies that templates look into: read at the first question, parsed at the first that needs it, and once.

use std::cell::OnceCell;

use roxmltree::Document;

use crate::{host::Host, json::Json, program::Query};

/// The texts of the bodies of one rendering. Whoever renders keeps them for as long.
#[derive(Default)]
pub struct Bodies {
    request: OnceCell<String>,
    response: OnceCell<String>,
}

/// A body, parsed as far as it was asked for.
pub(super) struct Content<'r> {
    text: &'r OnceCell<String>,
    /// Absent within: it is no JSON.
    json: OnceCell<Option<Json>>,
    /// Absent within: it is no XML.
    xml: OnceCell<Option<Document<'r>>>,
}

/// The parts of the request that have been asked for.
pub(super) struct Request<'r> {
    pub(super) body: Content<'r>,
    /// Absent within: there is none.
    pub(super) query: OnceCell<Option<String>>,
    /// Whether the body is a form.
    pub(super) is_form: OnceCell<bool>,
    pub(super) path: OnceCell<String>,
}

// === impl Content ===

impl<'r> Content<'r> {
    pub(super) fn response(bodies: &'r Bodies) -> Self {
        Self::new(&bodies.response)
    }

    fn new(text: &'r OnceCell<String>) -> Self {
        Self { text, json: OnceCell::new(), xml: OnceCell::new() }
    }

    pub(super) fn text(&self, read: impl FnOnce() -> String) -> &'r str {
        self.text.get_or_init(read)
    }

    /// Appends what a query finds in the body, which is what it looks like. `null`: it is neither JSON nor XML, or broken, or
    /// the query is none for it.
    pub(super) fn write(&self, text: &'r str, query: &Query, out: &mut String) {
        match text.trim_start_matches(|c| c <= ' ').chars().next() {
            Some('{' | '[') => match self.json.get_or_init(|| Json::parse(text)) {
                None => out.push_str("null"),
                Some(json) => {
                    if let Some(found) = json.find(text, Json::ROOT, &query.pointer) {
                        json.write(text, found, out);
                    }
                }
            },
            Some('<') => {
                let document = self.xml.get_or_init(|| Document::parse(text.trim_start_matches(|c| c <= ' ')).ok());
                match (document, &query.xpath) {
                    (Some(document), Some(xpath)) => out.push_str(&xpath.evaluate(document)),
                    _ => out.push_str("null"),
                }
            }
            _ => out.push_str("null"),
        }
    }
}

// === impl Request ===

impl<'r> Request<'r> {
    pub(super) fn new(bodies: &'r Bodies) -> Self {
        Self {
            body: Content::new(&bodies.request),
            query: OnceCell::new(),
            is_form: OnceCell::new(),
            path: OnceCell::new(),
        }
    }

    pub(super) fn is_form(&self, host: &mut dyn Host) -> bool {
        *self.is_form.get_or_init(|| host.header("content-type").is_some_and(|kind| crate::request::is_form(&kind)))
    }
}
