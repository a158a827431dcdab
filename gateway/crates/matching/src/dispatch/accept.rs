//! Which of several representations a client accepts best (RFC 9110, section 12.5.1). There is never none: where it accepts
//! nothing of what there is, it gets the first (`microcks.md`, section 2.3).

use std::{borrow::Cow, sync::Arc};

use http::{HeaderMap, header};
use ringback_model::{environment::Example, http_values::field_text};

/// Examples that differ in their media types, in the order of the document, one for each.
#[derive(Debug, Clone, Default)]
pub(super) struct Variants(Vec<Variant>);

#[derive(Debug, Clone)]
struct Variant {
    example: usize,
    /// Absent: it has no content.
    media_type: Option<MediaType>,
}

/// A media type, or a range of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct MediaType {
    /// As written, in lower case.
    text: Arc<str>,
    kind: String,
    subtype: String,
    /// But for `charset`, which is always UTF-8 here, and `q`.
    parameters: Vec<(String, String)>,
}

// === impl Variants ===

impl Variants {
    /// With one more example; of two with one media type the first counts.
    pub(super) fn with(mut self, index: usize, example: &Example) -> Self {
        let media_type = example.media_type.as_deref().map(|text| MediaType::read(text).0);
        if !self.0.iter().any(|known| known.media_type == media_type) {
            self.0.push(Variant { example: index, media_type });
        }
        self
    }

    /// The example, where there is one alone.
    pub(super) fn only(&self) -> Option<usize> {
        let [only] = self.0.as_slice() else { return None };
        Some(only.example)
    }

    /// The example that is accepted best, else the first. Absent: there is none.
    pub(super) fn accepted(&self, headers: &HeaderMap) -> Option<usize> {
        if let Some(only) = self.only() {
            return Some(only);
        }
        let accept = accept(headers);
        let exact = |variant: &&Variant| variant.media_type.as_ref().is_some_and(|known| *known.text == *accept);
        let best = self.0.iter().find(exact).or_else(|| self.best(&accept)).or(self.0.first())?;
        Some(best.example)
    }

    fn best(&self, accept: &str) -> Option<&Variant> {
        let ranges: Vec<_> = accept.split(',').filter(|range| !range.trim().is_empty()).map(MediaType::read).collect();
        let mut best: Option<(&Variant, f32)> = None;
        for variant in &self.0 {
            let quality = match &variant.media_type {
                Some(media_type) => media_type.quality(&ranges),
                // What has no content fits whoever takes anything.
                None => MediaType::default().quality(&ranges),
            };
            if quality > best.map_or(0.0, |(_, quality)| quality) {
                best = Some((variant, quality));
            }
        }
        best.map(|(variant, _)| variant)
    }
}

/// What a client accepts, in lower case.
fn accept(headers: &HeaderMap) -> Cow<'_, str> {
    let mut fields = headers.get_all(header::ACCEPT).iter().map(|value| field_text(value.as_bytes()));
    let Some(first) = fields.next() else { return "".into() };
    let all = fields.fold(first, |all, field| format!("{all},{field}").into());
    match all.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => all.to_ascii_lowercase().into(),
        false => all,
    }
}

// === impl MediaType ===

impl MediaType {
    /// Reads a media type or range, and its quality.
    fn read(text: &str) -> (Self, f32) {
        let text = text.trim().to_ascii_lowercase();
        let mut pieces = text.split(';').map(str::trim);
        let (kind, subtype) = pieces.next().and_then(|essence| essence.split_once('/')).unwrap_or((&text, ""));
        let (kind, subtype) = (kind.trim().to_owned(), subtype.trim().to_owned());
        let (mut parameters, mut quality) = (vec![], 1.0_f32);
        for (name, value) in pieces.filter_map(|piece| piece.split_once('=')) {
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            match name {
                "q" => quality = value.parse().unwrap_or(0.0),
                "charset" => {}
                _ => parameters.push((name.to_owned(), value.to_owned())),
            }
        }
        (Self { text: text.as_str().into(), kind, subtype, parameters }, quality.clamp(0.0, 1.0))
    }

    /// How much it is wanted: what the range says that fits it best. 0: not at all.
    fn quality(&self, ranges: &[(Self, f32)]) -> f32 {
        let fitting = ranges.iter().filter_map(|(range, quality)| Some((range.precision(self)?, *quality)));
        let best = fitting.fold(None, |best: Option<(usize, f32)>, one| match best {
            Some(best) if best.0 >= one.0 => Some(best),
            _ => Some(one),
        });
        best.map_or(0.0, |(_, quality)| quality)
    }

    /// How precisely this range speaks of a media type. Absent: it does not.
    fn precision(&self, media_type: &Self) -> Option<usize> {
        let essence = match (&*self.kind, &*self.subtype) {
            ("*", "*" | "") => 0,
            (kind, "*") if kind == media_type.kind => 1,
            (kind, subtype) if kind == media_type.kind && subtype == media_type.subtype => 2,
            _ => return None,
        };
        let holds = self.parameters.iter().all(|parameter| media_type.parameters.contains(parameter));
        holds.then_some(essence + self.parameters.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn accepted(types: &[&str], accept: &str) -> usize {
        let variants = types
            .iter()
            .enumerate()
            .map(|(example, text)| Variant { example, media_type: Some(MediaType::read(text).0) });
        let headers = HeaderMap::from_iter([(header::ACCEPT, http::HeaderValue::from_str(accept).unwrap())]);
        Variants(variants.collect()).accepted(&headers).unwrap()
    }

    #[test]
    fn what_is_wanted_most_comes_else_the_first() {
        let types = ["application/json", "text/xml", "text/plain"];
        for (accept, example) in [
            ("text/xml", 1),
            ("TEXT/XML", 1),
            ("application/json, text/xml", 0),
            ("application/json;q=0.2, text/xml;q=0.8", 1),
            ("text/*", 1),
            ("text/*, text/xml;q=0", 2),
            ("*/*;q=0.1, text/plain", 2),
            ("*", 0),
            ("application/json;charset=UTF-8", 0),
            ("text/xml;charset=utf-8", 1),
            ("image/png", 0),
            ("application/json;q=0, */*", 1),
            ("", 0),
            (",;=,/", 0),
        ] {
            assert_eq!(accepted(&types, accept), example, "{accept}");
        }
    }

    #[test]
    fn what_has_no_content_is_anything() {
        let none = Variant { example: 0, media_type: None };
        let json = Variant { example: 1, media_type: Some(MediaType::read("application/json").0) };
        let accepted = |accept: &'static str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT, http::HeaderValue::from_static(accept))]);
            Variants(vec![none.clone(), json.clone()]).accepted(&headers).unwrap()
        };
        assert_eq!(["*/*", "application/json", "text/html, */*;q=0.1", "text/html"].map(accepted), [0, 1, 0, 0]);
    }

    #[test]
    fn parameters_tell_versions_apart() {
        let types = ["application/vnd.x+json;version=1", "application/vnd.x+json;version=2"];
        assert_eq!(accepted(&types, "application/vnd.x+json; version=2"), 1);
        assert_eq!(accepted(&types, "application/vnd.x+json"), 0);
    }

    proptest! {
        #[test]
        fn anything_may_be_accepted(accept in r"[a-z*/;=,.q0-9 ]{0,60}") {
            prop_assert!(accepted(&["a/b", "c/d"], &accept) < 2);
        }
    }
}
