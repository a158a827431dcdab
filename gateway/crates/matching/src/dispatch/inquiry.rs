//! What dispatchers and constraints see of a request.

use std::borrow::Cow;

use http::{HeaderMap, header};
use percent_encoding::percent_decode;
use ringback_model::http_values::{Params, essence, field_text};

/// What dispatchers and constraints see of a request.
#[derive(Debug, Clone, Copy)]
pub struct Inquiry<'a> {
    /// What its path captured, percent-decoded.
    pub params: &'a Params,
    /// The query as it came, without `?`; empty: there is none.
    pub query: &'a str,
    /// Its header fields.
    pub headers: &'a HeaderMap,
    /// Its content.
    pub body: &'a [u8],
}

// === impl Inquiry ===

impl<'a> Inquiry<'a> {
    /// A path parameter.
    pub(super) fn part(&self, name: &str) -> Option<&'a str> {
        self.params.iter().find(|(known, _)| **known == *name).map(|(_, value)| value.as_str())
    }

    /// The first value of a header field.
    pub(super) fn header(&self, name: &str) -> Option<Cow<'a, str>> {
        self.headers.get(name).map(|value| field_text(value.as_bytes()))
    }

    /// The query's parameters by name, each with its first value.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = vec![];
        for (name, value) in pairs(self.query.as_bytes()) {
            let name = decoded(name);
            if !found.iter().any(|(known, _)| *known == name) {
                found.push((name.into_owned(), decoded(value).into_owned()));
            }
        }
        found
    }

    /// The first value of a query parameter; of one without `=` the empty text.
    pub(super) fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        first(self.query.as_bytes(), name)
    }

    /// The first value of a field of a form that is the content.
    pub(super) fn form_field(&self, name: &str) -> Option<Cow<'a, str>> {
        let kind = self.header(header::CONTENT_TYPE.as_str())?;
        match essence(&kind).as_str() {
            "application/x-www-form-urlencoded" => first(self.body, name),
            "multipart/form-data" => {
                let text = String::from_utf8_lossy(self.body).into_owned().into();
                let field = ringback_values::request::parse_body(&kind, &text).property(name);
                (!field.is_nullish()).then(|| field.to_text().as_str().to_owned().into())
            }
            _ => None,
        }
    }

    /// The first cookie of a name.
    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        let fields = self.headers.get_all(header::COOKIE).iter();
        fields.into_iter().find_map(|field| {
            let text = field_text(field.as_bytes());
            let pairs = text.split(';').filter_map(|pair| pair.trim().split_once('='));
            let mut own = pairs.filter(|(known, _)| known.trim_end() == name);
            own.next().map(|(_, value)| value.trim().trim_matches('"').to_owned())
        })
    }
}

/// The first value of a name in a query or form.
fn first<'a>(form: &'a [u8], name: &str) -> Option<Cow<'a, str>> {
    pairs(form).find(|(known, _)| decoded(known) == name).map(|(_, value)| decoded(value))
}

/// The names and values of a query or form, as they came.
fn pairs(form: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let pairs = form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| match pair.iter().position(|byte| *byte == b'=') {
        Some(at) => (pair.get(..at).unwrap_or_default(), pair.get(at + 1..).unwrap_or_default()),
        None => (pair, &b""[..]),
    })
}

/// What a piece of a query or form stands for: `+` is a blank, what is not UTF-8 becomes U+FFFD.
pub(super) fn decoded(raw: &[u8]) -> Cow<'_, str> {
    if !raw.iter().any(|byte| matches!(byte, b'+' | b'%')) {
        return String::from_utf8_lossy(raw);
    }
    let spaced: Vec<u8> = raw.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).decode_utf8_lossy().into_owned().into()
}
