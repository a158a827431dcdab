//! Callbacks: one definition for each call of each example, and when an answer schedules them.

use std::{sync::Arc, time::Duration};

use http::{HeaderName, header};
use ringback_diag::quoted;
use ringback_model::{
    environment::{Attachment, Body, CallbackDefinition, CallbackUrl, Header, Place, Text},
    limits,
    runtime_expression::RuntimeText,
};

use super::{
    super::{
        parameter_values,
        service::{Call, CallBody, Pair},
    },
    Lowering,
};

/// Waited before each callback that says nothing of its own (Microcks: `mocks.rest.callbacks.default-delay`).
const DELAY: Duration = Duration::from_secs(3);

impl Lowering<'_, '_> {
    /// The calls that an example causes, each after the one before it.
    pub(super) fn scheduled(&mut self, pair: &Pair, calls: &[&Call]) -> Vec<Attachment> {
        let (mut attachments, mut due) = (vec![], Duration::ZERO);
        for call in calls {
            let Some(name) = call.example_for(pair.name.as_deref()) else { continue };
            let Some(url) = self.url(call) else { continue };
            let example = name.as_deref().or(pair.name.as_deref());
            let Some(callback) = self.definition(call, example, Some(url)) else { continue };
            due += call.delay.unwrap_or(DELAY);
            attachments.push(Attachment { callback, delay: due, in_turn: true });
        }
        attachments
    }

    /// Where a call goes. Absent: no expression says so, which was reported.
    fn url(&mut self, call: &Call) -> Option<RuntimeText> {
        let text = call.expression.node.as_text()?;
        match RuntimeText::parse(text) {
            Ok(url) => Some(url),
            Err(wrong) => {
                if self.library.is_new(&call.expression) {
                    let message = format!("callback {} is never sent: {wrong}", quoted(&call.name));
                    self.library.warn(&call.expression, message, "write it like `'{$request.body#/callbackUrl}'`");
                }
                None
            }
        }
    }

    /// The index of the definition of a call with the content of an example, which is made when it is first asked for. `url`
    /// absent: whoever fires it says where it goes. Absent: it can't have a name.
    pub(super) fn definition(&mut self, call: &Call, example: Option<&str>, url: Option<RuntimeText>) -> Option<usize> {
        let body = call.body_for(example);
        // Examples that make no difference share one.
        let own = example.filter(|example| call.tells_apart(example));
        let key = (std::ptr::from_ref(call).addr(), own.map(str::to_owned));
        if let Some(index) = self.definitions.get(&key) {
            return Some(*index);
        }
        let wanted = match own {
            Some(example) if call.bodies.len() > 1 => format!("{}: {example}", call.name),
            _ => call.name.to_string(),
        };
        let mut headers = vec![];
        headers.extend(body.map(|body| Header { name: header::CONTENT_TYPE, value: Text::fixed(&body.media_type) }));
        headers.push(Header { name: header::ACCEPT, value: Text::fixed("*/*") });
        let mut query = vec![];
        self.parameters(call, example, &mut headers, &mut query);
        let definition = CallbackDefinition {
            name: self.callback_name(&wanted)?,
            method: Text::fixed(call.method.as_str()),
            url: match url {
                Some(url) => CallbackUrl::Expression { url, query },
                None => CallbackUrl::Given { query },
            },
            headers,
            body: body.map_or(Body::Empty, |body| Body::Text(body.text.clone())),
            ordering_key: None,
            policy: None,
            timeout: limits::ATTEMPT_TIMEOUT,
            expects: call.expects.clone(),
            origin: self.library.origin(&call.at),
        };
        self.callbacks.push(definition);
        self.definitions.insert(key, self.callbacks.len() - 1);
        Some(self.callbacks.len() - 1)
    }

    /// Adds the header fields and query parameters that a call has.
    fn parameters(
        &mut self,
        call: &Call,
        example: Option<&str>,
        headers: &mut Vec<Header>,
        query: &mut Vec<(String, Text)>,
    ) {
        let mut cookies = vec![];
        for parameter in &call.parameters {
            let values = parameter_values(self.library, self.seed, parameter, example);
            let origin = self.library.origin(&parameter.at);
            for (name, value) in values {
                let text = Text::template(&value, origin.clone());
                match parameter.place {
                    Place::Query => query.push((name.to_string(), text)),
                    Place::Header => match HeaderName::from_bytes(name.as_bytes()) {
                        // The content says these (OpenAPI 3.2, section 4.8.12.2).
                        Ok(header::ACCEPT | header::CONTENT_TYPE) => {}
                        Ok(name) => headers.push(Header { name, value: text }),
                        Err(_) => {}
                    },
                    Place::Cookie => cookies.push(format!("{name}={value}")),
                    Place::Path | Place::Form => {}
                }
            }
            if parameter.place == Place::Path && self.library.is_new(&parameter.at) {
                let message = format!(
                    "path parameter {} of a callback is ignored: its URL is an expression",
                    quoted(&parameter.name)
                );
                self.library.warn(&parameter.at, message, "name what it means there: `{$request.path.id}`");
            }
        }
        if !cookies.is_empty() {
            headers
                .push(Header { name: header::COOKIE, value: Text::template(&cookies.join("; "), Default::default()) });
        }
    }
}

// === impl Call ===

impl Call {
    /// The example of this call that belongs to an answer's. Absent: none does. Inner absent: one that fits any.
    fn example_for(&self, answer: Option<&str>) -> Option<Option<Arc<str>>> {
        let fits = |name: &Option<Arc<str>>| answer.is_none() || name.is_none() || name.as_deref() == answer;
        if self.bodies.is_empty() {
            let listed = answer.is_none_or(|answer| self.names.iter().any(|name| **name == *answer));
            return (self.names.is_empty() || listed).then_some(None);
        }
        let exact = self.bodies.iter().find(|body| answer.is_some() && body.name.as_deref() == answer);
        exact.or_else(|| self.bodies.iter().find(|body| fits(&body.name))).map(|body| body.name.clone())
    }

    /// Whether an example has a content or a parameter of its own.
    fn tells_apart(&self, example: &str) -> bool {
        let is_it = |name: &Option<Arc<str>>| name.as_deref() == Some(example);
        let mut of_parameters = self.parameters.iter().flat_map(|parameter| &parameter.examples);
        self.bodies.iter().any(|body| is_it(&body.name)) || of_parameters.any(|other| is_it(&other.name))
    }

    /// The content of an example, else the one that fits any.
    fn body_for(&self, example: Option<&str>) -> Option<&CallBody> {
        let exact = self.bodies.iter().find(|body| example.is_some() && body.name.as_deref() == example);
        exact.or_else(|| self.bodies.iter().find(|body| body.name.is_none()))
    }
}
