//! Routes and their responses.

use http::{Method, StatusCode};
use ringback_diag::quoted;
use ringback_model::{
    environment::{Answering, Mode, OnError, Response, Route, Rules, Text},
    ids::RouteName,
};

use super::{Callbacks, Lowering, Names, milliseconds, order, path_part};
use crate::mockoon::{Options, document};

impl Lowering<'_> {
    /// The routes in the order in which they are tried.
    pub(super) fn routes(
        &mut self,
        document: &document::Environment,
        options: &Options,
        callbacks: &mut Callbacks,
    ) -> Vec<Route> {
        let mut names = Names::default();
        let http =
            order::routes(document, &options.disabled_routes).into_iter().filter(|route| route.kind.value == "http");
        http.filter_map(|route| self.route(route, document, callbacks, &mut names)).collect()
    }

    fn route(
        &mut self,
        route: &document::Route,
        document: &document::Environment,
        callbacks: &mut Callbacks,
        names: &mut Names,
    ) -> Option<Route> {
        let word = if route.method.value.is_empty() { "get" } else { route.method.value };
        let path = format!("/{}", endpoint(&route.endpoint.value));
        let name = names.unique(&format!("{} {path}", word.to_uppercase()), "route");
        if route.responses.is_empty() {
            self.warn(&route.place, format!("route {} has no responses", quoted(&name)), "it is left out");
            return None;
        }
        let responses = route.responses.iter().map(|response| self.response(response, document, callbacks)).collect();
        Some(Route {
            name: RouteName::try_new(&name).ok()?,
            id: None,
            methods: if word == "all" {
                vec![]
            } else {
                vec![Method::from_bytes(word.to_uppercase().as_bytes()).ok()?]
            },
            path,
            answer: Answering::Responses { mode: mode(route.mode.value), responses },
            upstream: None,
            on_error: OnError::Error,
            origin: self.origin(&route.endpoint.span),
        })
    }

    fn response(
        &mut self,
        response: &document::Response,
        document: &document::Environment,
        callbacks: &mut Callbacks,
    ) -> Response {
        let untemplated = response.untemplated.value;
        let body = response.content.inline.then(|| self.template(&response.content.body));
        let body = body.map(|text| Text { templated: text.templated && !untemplated, ..text });
        Response {
            id: None,
            rules: Rules::default(),
            label: Some(response.label.value.to_string()).filter(|label| !label.is_empty()),
            status: self.status(response),
            headers: self.headers(&response.headers),
            body: body.into(),
            // Mockoon waits for the environment's latency first, then for the response's.
            latency: milliseconds(&document.latency) + milliseconds(&response.latency),
            callbacks: self.attachments(&response.callbacks, untemplated, callbacks),
            default: response.default.value,
            origin: self.origin(&response.place),
        }
    }

    fn status(&mut self, response: &document::Response) -> StatusCode {
        let status = u16::try_from(response.status.value).ok().and_then(|code| StatusCode::from_u16(code).ok());
        let status = status.unwrap_or(StatusCode::OK);
        if !(200..600).contains(&status.as_u16()) {
            let message = format!("status {} can't end a response", status.as_u16());
            self.warn(&response.status.span, message, "write one from 200 to 599");
        }
        status
    }
}

/// An endpoint without its leading slashes, and with one where there are several.
fn endpoint(text: &str) -> String {
    let ends_with_slash = text.len() > 1 && text.ends_with('/');
    let path = path_part(text);
    if ends_with_slash && !path.is_empty() { path + "/" } else { path }
}

/// Rules are not carried over, and were reported; without them, to disable them changes nothing.
fn mode(word: &str) -> Mode {
    match word {
        "SEQUENTIAL" => Mode::Sequential,
        "RANDOM" => Mode::Random,
        _ => Mode::Default,
    }
}
