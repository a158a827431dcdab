//! Header fields (section 2.4).

use http::{HeaderName, HeaderValue, header};
use ringback_diag::quoted;
use ringback_model::environment;

use super::Lowering;
use crate::mockoon::document::Header;

impl Lowering<'_> {
    /// Fields with an empty name or value are skipped; of several of one name the last is meant, but for `set-cookie`.
    pub(super) fn headers(&mut self, headers: &[Header]) -> Vec<environment::Header> {
        let mut lowered: Vec<environment::Header> = vec![];
        for Header { key, value } in
            headers.iter().filter(|header| !header.key.value.is_empty() && !header.value.value.is_empty())
        {
            let Ok(name) = HeaderName::from_bytes(key.value.as_bytes()) else {
                self.warn(
                    &key.span,
                    format!("{} is not the name of a header", quoted(&key.value)),
                    "Mockoon leaves it out too",
                );
                continue;
            };
            let text = self.template(value);
            if !text.templated && !is_value(&text.source) {
                let message =
                    format!("the value of header {} holds characters that can't be sent", quoted(name.as_str()));
                self.warn(&value.span, message, "Mockoon leaves it out too");
                continue;
            }
            if name != header::SET_COOKIE {
                lowered.retain(|other| other.name != name);
            }
            lowered.push(environment::Header { name, value: text });
        }
        lowered
    }
}

/// Whether node sends a value: no control characters, nothing beyond Latin-1.
fn is_value(text: &str) -> bool {
    HeaderValue::from_bytes(text.as_bytes()).is_ok() && text.chars().all(|c| u32::from(c) <= 0xff)
}
