//! A route that answers with one of its responses: in the manner of HTTP, as a collection, as a WebSocket.

use std::ops::Range;

use ringback_diag::quoted;
use ringback_model::environment::{Answering, Body, CallbackDefinition, Response, Streaming};

use super::{
    Lowering,
    response::{mode, short_form},
};
use crate::document::{self, At, TextOr};

/// Where an item of a collection has its id unless it is said.
pub(crate) const COLLECTION_KEY: &str = "id";

impl Lowering<'_> {
    /// An answer that is one of responses, in the manner that the route says.
    pub(super) fn chosen(
        &mut self,
        at: &At<document::Route>,
        name: &str,
        direct: &[(&'static str, Range<usize>)],
        callbacks: &[CallbackDefinition],
    ) -> Option<Answering> {
        match (&at.value.collection, &at.value.websocket) {
            (Some(_), Some(websocket)) => {
                let message = format!("route {} has both `collection` and `websocket`", quoted(name));
                self.wrong(&websocket.span, message, "make two routes of it");
                None
            }
            (Some(served), None) => self.collection(at, served, name, direct, callbacks),
            (None, websocket) => {
                let (mode, responses) = self.responses(at, name, direct, callbacks)?;
                let streaming = websocket.as_ref().map(|websocket| self.streaming(websocket));
                Some(match streaming {
                    Some(streaming) => Answering::Socket { streaming, mode, responses },
                    None => Answering::Responses { mode, responses },
                })
            }
        }
    }

    fn collection(
        &mut self,
        at: &At<document::Route>,
        served: &At<TextOr<document::Collection>>,
        name: &str,
        direct: &[(&'static str, Range<usize>)],
        callbacks: &[CallbackDefinition],
    ) -> Option<Answering> {
        let document::Collection { bucket, key } = collection(served);
        let key = key.as_deref().unwrap_or(COLLECTION_KEY).into();
        let Some(bucket) = bucket else {
            let (mode, responses) = self.responses(at, name, direct, callbacks)?;
            return Some(Answering::Collection { key, mode, responses });
        };
        let others = direct.iter().filter(|(key, _)| matches!(*key, "body" | "file" | "bucket" | "templating"));
        let response = at.value.response.first().map(|response| ("response", response.span.clone()));
        for (key, span) in others.cloned().chain(response) {
            let message = format!("route {} has both the bucket of its collection and `{key}`", quoted(name));
            self.wrong(
                &span,
                message,
                "remove one; responses with a `bucket` each need `collection = { key = \"id\" }`",
            );
        }
        let body = self.used_bucket(&bucket).map_or(Body::Empty, Body::Bucket);
        let only = Response { body, ..self.response(&at.with(short_form(&at.value)), name, callbacks) };
        Some(Answering::Collection { key, mode: mode(&at.value), responses: vec![only] })
    }

    fn streaming(&mut self, at: &At<document::WebSocket>) -> Streaming {
        let document::WebSocket { unicast, broadcast } = &at.value;
        if let (Some(_), Some(broadcast)) = (unicast, broadcast) {
            self.wrong(&broadcast.span, "there are both `unicast` and `broadcast`", "keep one of them");
        }
        let unicast = self.some_time(unicast.as_ref()).map(Streaming::Unicast);
        unicast.or_else(|| self.some_time(broadcast.as_ref()).map(Streaming::Broadcast)).unwrap_or_default()
    }
}

/// What is not said of a bucket as a collection.
fn collection(at: &At<TextOr<document::Collection>>) -> document::Collection {
    match &at.value {
        TextOr::Text(bucket) => document::Collection { bucket: Some(at.with(bucket.clone())), key: None },
        TextOr::Table(table) => table.clone(),
    }
}
