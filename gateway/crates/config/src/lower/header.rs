//! Header fields.

use http::{HeaderName, HeaderValue, header};
use ringback_diag::quoted;
use ringback_model::{environment::Header, http_values::is_hop_by_hop};

use super::Lowering;
use crate::document::{At, Entries, Texts};

/// Whose fields they are: each has some that the gateway sets itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Response,
    Callback,
}

impl Lowering<'_> {
    /// Reads fields; those that can't be sent are reported and left out.
    pub(super) fn headers(&mut self, fields: Option<&At<Entries<At<Texts>>>>, owner: Owner) -> Vec<Header> {
        let mut headers = vec![];
        for (key, values) in fields.into_iter().flat_map(|fields| &fields.value.0) {
            let Some(name) = self.header_name(key, owner) else { continue };
            for value in values.each() {
                let text = self.template(&value);
                if !self.is_foreign() && !text.templated && HeaderValue::from_bytes(text.source.as_bytes()).is_err() {
                    let message = format!("the value of header {} holds control characters", quoted(name.as_str()));
                    self.wrong(&value.span, message, "write it in one line, without them");
                    continue;
                }
                headers.push(Header { name: name.clone(), value: text });
            }
        }
        headers
    }

    fn header_name(&mut self, key: &At<String>, owner: Owner) -> Option<HeaderName> {
        let Ok(name) = HeaderName::from_bytes(key.value.as_bytes()) else {
            let message = format!("{} is not the name of a header", quoted(&key.value));
            self.wrong(&key.span, message, "letters, digits and `-` make one");
            return None;
        };
        let host = owner == Owner::Callback && name == header::HOST;
        if !self.is_foreign() && (host || name == header::CONTENT_LENGTH || is_hop_by_hop(&name)) {
            let message = format!("the gateway sets header {} itself", quoted(name.as_str()));
            self.wrong(&key.span, message, "leave it out");
            return None;
        }
        Some(name)
    }
}
