//! Callbacks made ready.

use bytes::Bytes;
use http::HeaderName;
use ringback_diag::Diagnostic;
use ringback_model::{
    callback::{Outgoing, OutgoingError},
    environment::{Attachment, Body, CallbackDefinition},
    ports::Purpose,
};

use super::{Making, placed};
use crate::site::{CallbackPlan, OutgoingPlan, Piece};

impl Making<'_> {
    /// Makes a response's use of a callback ready. Absent: something is wrong with it, and was said.
    pub(super) fn callback(&mut self, attachment: &Attachment) -> Option<CallbackPlan> {
        let definition = self.environment.callbacks.get(attachment.callback)?;
        let whose = |what: &str| format!("{what} of callback `{}`", definition.name);
        let gathering = &mut self.gathering;
        let method = gathering.piece(&definition.method, Purpose::Callback, || whose("method"));
        let url = gathering.piece(&definition.url, Purpose::Callback, || whose("url"));
        let headers: Vec<(HeaderName, Piece)> = definition
            .headers
            .iter()
            .map(|h| {
                let name = || whose(&format!("header `{}`", h.name));
                (h.name.clone(), gathering.piece(&h.value, Purpose::Callback, name))
            })
            .collect();
        let body = match &definition.body {
            Body::Text(text) => gathering.piece(text, Purpose::CallbackBody, || whose("body")),
            Body::Empty => Piece::Fixed(Bytes::new()),
            Body::File(_) | Body::Bucket(_) => {
                let error = Diagnostic::error(format!("{} is not sent yet", whose("body")));
                self.wrong.push(placed(error, &definition.origin));
                Piece::Fixed(Bytes::new())
            }
        };
        let outgoing = fixed(definition, &method, &url, &headers, &body)
            .map_err(|error| {
                let error = Diagnostic::error(format!("{} can't be sent: {error}", whose("request")));
                self.wrong.push(placed(error, &definition.origin));
            })
            .ok()?;
        let key = definition.ordering_key.as_ref();
        Some(CallbackPlan {
            name: definition.name.clone(),
            delay: attachment.delay,
            timeout: definition.timeout,
            outgoing: outgoing.unwrap_or(OutgoingPlan::Rendered { method, url, headers, body }),
            ordering_key: key.map(|text| self.gathering.piece(text, Purpose::Callback, || whose("ordering key"))),
            policy: definition.policy.clone(),
        })
    }
}

/// What a callback sends, where nothing of it is rendered and its URL does not wait for the listener's own address.
fn fixed(
    definition: &CallbackDefinition,
    method: &Piece,
    url: &Piece,
    headers: &[(HeaderName, Piece)],
    body: &Piece,
) -> Result<Option<OutgoingPlan>, OutgoingError> {
    let rendered =
        [method, url, body].into_iter().chain(headers.iter().map(|(_, value)| value)).any(|p| p.template().is_some());
    if rendered || definition.url.source.starts_with('/') {
        return Ok(None);
    }
    let headers = definition.headers.iter().map(|header| (header.name.as_str(), &*header.value.source));
    let body = definition.body.text().map(|text| Bytes::copy_from_slice(text.source.as_bytes())).unwrap_or_default();
    Outgoing::try_new(&definition.method.source, &definition.url.source, headers, body)
        .map(|o| Some(OutgoingPlan::Fixed(o)))
}
