//! Routes and their responses.

use std::{collections::HashSet, ptr, time::Duration};

use http::{Method, StatusCode};
use ringback_diag::quoted;
use ringback_model::{
    environment::{Answering, Mode, OnError, Response, Route, Streaming},
    ids::RouteName,
};

use super::{Callbacks, Lowering, Names, content::Carrier};
use crate::mockoon::{document, references};

/// What a collection answers.
const COLLECTION_METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
/// Shortest time between what a WebSocket sends without being asked (section 2.7).
const INTERVAL_MIN_MS: f64 = 10.0;

impl Lowering<'_> {
    /// The routes in the order in which they are tried.
    pub(super) fn routes(&mut self, document: &document::Environment, callbacks: &mut Callbacks) -> Vec<Route> {
        let disabled = &self.options.disabled_routes;
        let order = references::routes(document, disabled);
        let tried: HashSet<_> = order.iter().map(|route| ptr::from_ref(*route)).collect();
        let lost = |route: &&document::Route| !tried.contains(&ptr::from_ref(*route)) && disabled.0.is_empty();
        for route in document.routes.iter().filter(lost) {
            let help = "Mockoon does not serve it either: give it a UUID of its own, and a folder that is in no circle";
            self.warn(
                &route.uuid.span,
                "this route is never tried: another one has its id, or its folder is in none",
                help,
            );
        }
        let mut names = Names::default();
        order.into_iter().filter_map(|route| self.route(route, callbacks, &mut names)).collect()
    }

    fn route(&mut self, route: &document::Route, callbacks: &mut Callbacks, names: &mut Names) -> Option<Route> {
        let path = format!("/{}", endpoint(&route.endpoint.value));
        let word = match route.kind.value {
            "http" => route.method.value,
            kind => kind,
        };
        let name = names.unique(&format!("{} {path}", word.to_uppercase()), "route");
        if route.responses.is_empty() {
            self.warn(&route.place, format!("route {} has no responses", quoted(&name)), "it is left out");
            return None;
        }
        let methods = match word {
            "" => {
                let message = format!("route {} has no method", quoted(&name));
                self.warn(
                    &route.method.span,
                    message,
                    "it is left out: Mockoon never serves it; write `get` or another",
                );
                return None;
            }
            "all" => vec![],
            "crud" => COLLECTION_METHODS.to_vec(),
            "ws" => vec![Method::GET],
            word => vec![Method::from_bytes(word.to_uppercase().as_bytes()).ok()?],
        };
        Some(Route {
            name: RouteName::try_new(&name).ok()?,
            id: Some(route.uuid.value.clone()),
            methods,
            path,
            answer: self.answer(route, callbacks),
            upstream: None,
            on_error: OnError::Error,
            origin: self.origin(&route.endpoint.span),
        })
    }

    fn answer(&mut self, route: &document::Route, callbacks: &mut Callbacks) -> Answering {
        let responses = route.responses.iter().map(|response| self.response(response, callbacks)).collect();
        let mode = mode(route.mode.value);
        match route.kind.value {
            "crud" => {
                // That of the first response, whichever is chosen (section 2.6).
                let key = route.responses.first().map_or_else(|| "id".into(), |first| first.crud_key.value.clone());
                Answering::Collection { key, mode, responses }
            }
            "ws" => Answering::Socket { streaming: streaming(route), mode, responses },
            _ => Answering::Responses { mode, responses },
        }
    }

    fn response(&mut self, response: &document::Response, callbacks: &mut Callbacks) -> Response {
        let untemplated = response.untemplated.value;
        let carrier = Carrier { templated: !untemplated, fallback_to_404: response.fallback_to_404.value };
        Response {
            id: Some(response.uuid.value.clone()),
            rules: self.rules(response),
            label: Some(response.label.value.to_string()).filter(|label| !label.is_empty()),
            status: self.status(response),
            headers: self.headers(&response.headers),
            body: self.content(&response.content, carrier),
            latency: self.milliseconds(&response.latency),
            callbacks: self.attachments(&response.callbacks, untemplated, callbacks),
            default: response.default.value,
            origin: self.origin(&response.place),
        }
    }

    fn status(&mut self, response: &document::Response) -> StatusCode {
        let status = StatusCode::from_u16(response.status.value as u16).unwrap_or(StatusCode::OK);
        if status.is_informational() {
            let message = format!("status {} can't end a response", status.as_u16());
            self.warn(&response.status.span, message, "write one from 200 on");
        }
        status
    }
}

/// An endpoint without its leading slashes, with one where there are several, and with its blanks as they are sent.
fn endpoint(text: &str) -> String {
    let ends_with_slash = text.len() > 1 && text.ends_with('/');
    let path = super::path_part(text).replace(' ', "%20");
    if ends_with_slash && !path.is_empty() { path + "/" } else { path }
}

fn mode(word: &str) -> Mode {
    match word {
        "SEQUENTIAL" => Mode::Sequential,
        "RANDOM" => Mode::Random,
        "DISABLE_RULES" => Mode::WithoutRules,
        "FALLBACK" => Mode::Fallback,
        _ => Mode::Default,
    }
}

fn streaming(route: &document::Route) -> Streaming {
    let interval = Duration::from_millis(route.interval.value.max(INTERVAL_MIN_MS) as u64);
    match route.streaming.value {
        "UNICAST" => Streaming::Unicast(interval),
        "BROADCAST" => Streaming::Broadcast(interval),
        _ => Streaming::Conversation,
    }
}
