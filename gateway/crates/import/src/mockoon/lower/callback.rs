//! Callbacks, and responses' use of them (section 6).

use std::{collections::HashMap, sync::Arc};

use http::{HeaderValue, header};
use ringback_diag::quoted;
use ringback_model::{
    environment::{Attachment, Body, CallbackDefinition, CallbackUrl, Header, Text},
    ids::CallbackName,
    limits,
};

use super::{Lowering, Names, content::Carrier};
use crate::mockoon::{document, repair::At};

/// What node's `fetch` sends with a string.
const TEXT_TYPE: HeaderValue = HeaderValue::from_static("text/plain;charset=UTF-8");
/// Methods that a body is sent with.
const WITH_BODY: [&str; 3] = ["post", "put", "patch"];

/// The callbacks of an environment.
#[derive(Default)]
pub(super) struct Callbacks {
    pub(super) definitions: Vec<CallbackDefinition>,
    /// By Mockoon's id, and by whether the body is sent as it is written.
    indexes: HashMap<(Arc<str>, bool), usize>,
    names: Names,
}

impl Lowering<'_> {
    /// The definitions; `prefix` stands before the paths of this server.
    pub(super) fn callbacks(&mut self, document: &document::Environment, prefix: &str) -> Callbacks {
        let mut callbacks = Callbacks::default();
        for callback in &document.callbacks {
            let name = callbacks.names.unique(&callback.name.value, "Callback");
            let Ok(name) = CallbackName::try_new(&name) else { continue };
            let definition = self.callback(callback, name, prefix);
            // Of several of one id the first is meant.
            callbacks.indexes.entry((callback.uuid.value.clone(), false)).or_insert(callbacks.definitions.len());
            callbacks.definitions.push(definition);
        }
        callbacks
    }

    fn callback(&mut self, callback: &document::Callback, name: CallbackName, prefix: &str) -> CallbackDefinition {
        let body = if WITH_BODY.contains(&callback.method.value) {
            self.content(&callback.content, Carrier { templated: true, fallback_to_404: false })
        } else {
            Body::Empty
        };
        let mut headers = self.headers(&callback.headers);
        // A file brings a type of its own. Even an empty text has one.
        let is_text = matches!(body, Body::Text(_) | Body::Bucket(_));
        if is_text && !headers.iter().any(|header| header.name == header::CONTENT_TYPE) {
            let value = Text::fixed(TEXT_TYPE.to_str().unwrap_or_default());
            headers.push(Header { name: header::CONTENT_TYPE, value });
        }
        CallbackDefinition {
            method: Text::fixed(&callback.method.value.to_uppercase()),
            url: CallbackUrl::Text(self.url(&callback.uri, prefix)),
            headers,
            body,
            ordering_key: None,
            policy: None,
            timeout: limits::ATTEMPT_TIMEOUT,
            expects: vec![],
            origin: self.origin(&callback.place),
            name,
        }
    }

    /// A path means this server, below the prefix.
    fn url(&self, uri: &At<Arc<str>>, prefix: &str) -> Text {
        let text = self.template(uri);
        if !uri.value.starts_with('/') || prefix.is_empty() {
            return text;
        }
        Text { source: format!("/{prefix}{}", uri.value).into(), ..text }
    }

    /// A response's uses of callbacks. `untemplated`: the response disables templating, for its callbacks' bodies too.
    pub(super) fn attachments(
        &mut self,
        uses: &[document::Attachment],
        untemplated: bool,
        callbacks: &mut Callbacks,
    ) -> Vec<Attachment> {
        let mut attachments = vec![];
        for attachment in uses {
            match callbacks.index(&attachment.uuid.value, untemplated) {
                Some(callback) => {
                    attachments.push(Attachment {
                        callback,
                        delay: self.milliseconds(&attachment.latency),
                        in_turn: false,
                    });
                }
                None => {
                    let message = format!("there is no callback {}", quoted(&attachment.uuid.value));
                    self.warn(&attachment.uuid.span, message, "Mockoon leaves it out too");
                }
            }
        }
        attachments
    }
}

impl Callbacks {
    /// The definition that a response's use means. One that is used with and without templating becomes two.
    fn index(&mut self, uuid: &Arc<str>, untemplated: bool) -> Option<usize> {
        let templated = *self.indexes.get(&(uuid.clone(), false))?;
        let definition = self.definitions.get(templated)?;
        let is_template = match &definition.body {
            Body::Text(text) => text.templated,
            Body::File(file) => file.templated,
            Body::Empty | Body::Bucket(_) => false,
        };
        if !untemplated || !is_template {
            return Some(templated);
        }
        if let Some(index) = self.indexes.get(&(uuid.clone(), true)) {
            return Some(*index);
        }
        let mut definition = definition.clone();
        definition.name = CallbackName::try_new(&self.names.unique(definition.name.as_str(), "Callback")).ok()?;
        match &mut definition.body {
            Body::Text(text) => text.templated = false,
            Body::File(file) => file.templated = false,
            Body::Empty | Body::Bucket(_) => {}
        }
        self.definitions.push(definition);
        self.indexes.insert((uuid.clone(), true), self.definitions.len() - 1);
        Some(self.definitions.len() - 1)
    }
}
