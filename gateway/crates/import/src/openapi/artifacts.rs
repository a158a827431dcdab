//! Microcks' own artifacts, which add to a service that a description makes (`microcks.md`, section 1.6).

use std::{collections::HashMap, sync::Arc};

use http::{HeaderName, StatusCode};
use ringback_diag::{quoted, suggest};
use ringback_model::environment::Place;

use super::{
    library::{Member, Spot},
    reader::Reader,
    service::{Operation, Pair, Parameter, Request, Service},
    tree::{Node, Value},
};

/// The media type of an answer that names none, by what it is.
const JSON: &str = "application/json";
const TEXT: &str = "text/plain";

impl Reader<'_, '_> {
    /// Adds what APIMetadata says of operations.
    pub(super) fn metadata(&mut self, root: &Spot, service: &mut Service) {
        for (member, index) in self.operations_of(root, service) {
            let settings = self.settings(&member.spot);
            if let Some(operation) = service.operations.get_mut(index) {
                operation.settings.merge(settings);
            }
        }
    }

    /// Adds the examples of APIExamples.
    pub(super) fn api_examples(&mut self, root: &Spot, service: &mut Service) {
        for (member, index) in self.operations_of(root, service) {
            for example in member.spot.members().collect::<Vec<_>>() {
                let Some(operation) = service.operations.get_mut(index) else { continue };
                let pair = self.api_example(&example, operation);
                operation.has_examples = true;
                operation.pairs.extend(pair);
            }
        }
    }

    /// What an artifact says by operations, and the indexes of these.
    fn operations_of(&mut self, root: &Spot, service: &Service) -> Vec<(Member, usize)> {
        let Some(operations) = self.object(root, "operations") else { return vec![] };
        let known: HashMap<&str, usize> =
            service.operations.iter().enumerate().map(|(index, operation)| (&*operation.name, index)).collect();
        let mut found = vec![];
        for member in operations.members().collect::<Vec<_>>() {
            let words: Vec<_> = member.name.split_whitespace().collect();
            match known.get(words.join(" ").as_str()) {
                Some(index) => found.push((member, *index)),
                None => {
                    let message = format!("{} is ignored: no operation is called so", quoted(&member.name));
                    let meant = suggest(&member.name, known.keys().copied());
                    let help = meant
                        .map_or("write it like `GET /pets/{id}`".into(), |meant| format!("did you mean `{meant}`?"));
                    self.library.warn(&member.at, message, help);
                }
            }
        }
        found
    }

    /// An example. Absent: it is none of a request and its answer, which was reported.
    fn api_example(&mut self, member: &Member, operation: &Operation) -> Option<Pair> {
        let Some(response) = self.object(&member.spot, "response") else {
            let message = format!("example {} is ignored: it has no `response`", quoted(&member.name));
            self.library.warn(&member.at, message, "asynchronous messages are not mocked");
            return None;
        };
        let status = match response.get("status") {
            None => StatusCode::OK,
            Some(given) => {
                let text = given.node.as_written().unwrap_or_default();
                match text.parse().ok().filter(|status| (200..600).contains(status)).map(StatusCode::from_u16) {
                    Some(Ok(status)) => status,
                    _ => {
                        let message =
                            format!("example {} is ignored: {} is no status", quoted(&member.name), quoted(&text));
                        self.library.warn(&given, message, "write a number from 200 to 599");
                        return None;
                    }
                }
            }
        };
        let body = response.get("body").filter(|body| !body.node.is_null());
        let media_type = response.text("mediaType").or_else(|| body.as_ref().map(|body| media_type(&body.node).into()));
        let body = body.map(|body| {
            let text = self.plain(&body);
            self.template(&text, &body)
        });
        let headers = self.object(&response, "headers");
        let headers = headers.iter().flat_map(Spot::members).collect::<Vec<_>>().into_iter();
        Some(Pair {
            request: self.api_request(&member.spot, &operation.parameters, &operation.path_names()),
            status,
            media_type: media_type.filter(|_| body.is_some()),
            headers: headers.filter_map(|header| self.api_header(&header)).collect(),
            body,
            criteria: response.text("dispatchCriteria"),
            name: Some(member.name.clone()),
            at: member.at.clone(),
        })
    }

    fn api_header(&mut self, header: &Member) -> Option<(HeaderName, ringback_model::environment::Text)> {
        let Ok(name) = HeaderName::from_bytes(header.name.as_bytes()) else {
            let message = format!("header {} is ignored: this is no name of a field", quoted(&header.name));
            self.library.warn(&header.at, message, "letters, digits and `-` make one");
            return None;
        };
        let text = match header.spot.node.elements() {
            [] => self.plain(&header.spot),
            several => several.iter().map(super::text::plain).collect::<Vec<_>>().join(", ").into(),
        };
        Some((name, self.template(&text, &header.spot)))
    }

    /// The request of an example: its parameters belong to the path where that has one of this name, else to the query or
    /// the header as the operation has it.
    fn api_request(&mut self, example: &Spot, parameters: &[Parameter], of_path: &[Arc<str>]) -> Request {
        let mut request = Request::default();
        let Some(given) = self.object(example, "request") else { return request };
        let named = self.object(&given, "parameters");
        for member in named.iter().flat_map(Spot::members).collect::<Vec<_>>() {
            let values: Vec<Arc<str>> = match member.spot.node.elements() {
                [] => vec![self.plain(&member.spot)],
                several => several.iter().map(super::text::plain).collect(),
            };
            let values = values.into_iter().map(|value| (member.name.clone(), value));
            let place =
                parameters.iter().find(|parameter| parameter.name == member.name).map(|parameter| parameter.place);
            match place {
                _ if of_path.contains(&member.name) => request.path.extend(values),
                Some(Place::Header) => {
                    request.headers.extend(values.map(|(name, value)| (name.to_ascii_lowercase().into(), value)));
                }
                Some(Place::Cookie) => {}
                _ => request.query.extend(values),
            }
        }
        let headers = self.object(&given, "headers");
        for member in headers.iter().flat_map(Spot::members).collect::<Vec<_>>() {
            request.headers.push((member.name.to_ascii_lowercase().into(), self.plain(&member.spot)));
        }
        request
    }
}

/// The media type of a body without one.
fn media_type(body: &Node) -> &'static str {
    match &body.value {
        Value::Text(text) if !text.trim_start().starts_with(['{', '[']) => TEXT,
        _ => JSON,
    }
}

// === impl Service ===

impl Service {
    /// Adds what another description of the same service says: its operations, and examples of those that are here too.
    pub(super) fn merge(&mut self, other: Self) {
        for theirs in other.operations {
            match self.operations.iter_mut().find(|own| own.name == theirs.name) {
                Some(own) => own.merge(theirs),
                None => self.operations.push(theirs),
            }
        }
        for webhook in other.webhooks {
            add_call(&mut self.webhooks, webhook);
        }
    }
}

impl Operation {
    fn merge(&mut self, other: Self) {
        self.settings.merge(other.settings);
        self.pairs.extend(other.pairs);
        self.has_examples |= other.has_examples;
        if self.models.is_empty() {
            self.models = other.models;
        }
        self.bare = self.bare.take().or(other.bare);
        for parameter in other.parameters {
            match self.parameters.iter_mut().find(|own| own.name == parameter.name && own.place == parameter.place) {
                Some(own) => own.examples.extend(parameter.examples),
                None => self.parameters.push(parameter),
            }
        }
        for call in other.calls {
            add_call(&mut self.calls, call);
        }
        if self.contents.is_empty() {
            self.contents = other.contents;
        }
    }
}

/// Adds a call; where it is known, its contents alone.
fn add_call(calls: &mut Vec<super::service::Call>, call: super::service::Call) {
    let same = calls.iter_mut().find(|own| {
        own.name == call.name
            && own.method == call.method
            && own.expression.node.as_text() == call.expression.node.as_text()
    });
    match same {
        Some(own) => own.bodies.extend(call.bodies),
        None => calls.push(call),
    }
}
