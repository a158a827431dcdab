//! `[[route]]`: names, methods, paths, and who answers.

use std::{collections::HashMap, ops::Range};

use http::Method;
use ringback_diag::{position, quoted, suggest};
use ringback_model::{
    environment::{Answering, CallbackDefinition, PathSyntax, Route},
    ids::{NameError, RouteName},
};

use super::{Lowering, Own, on_error, operation::Named, text::content};
use crate::{
    document::{self, At, Texts},
    naming,
    path::Path,
    shadow::Placed,
};

/// What a collection answers.
pub(crate) const COLLECTION_METHODS: [Method; 5] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// Methods that the RFCs 9110 and 5789 know.
const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

impl Lowering<'_> {
    /// The routes, in the order of the file, those left out that can't be matched.
    pub(super) fn routes(&mut self, routes: &[At<document::Route>], callbacks: &[CallbackDefinition]) -> Vec<Placed> {
        let mut names = HashMap::new();
        routes.iter().filter_map(|route| self.route(route, callbacks, &mut names)).collect()
    }

    fn route(
        &mut self,
        route: &At<document::Route>,
        callbacks: &[CallbackDefinition],
        names: &mut HashMap<String, Range<usize>>,
    ) -> Option<Placed> {
        let methods = self.route_methods(&route.value);
        let path = self.path(&route.value.path);
        let operation = self.named(&route.value, &methods);
        let made = || naming::route_name(&methods, &route.value.path.value);
        let made = operation.as_ref().map_or_else(made, |operation| operation.name.to_string());
        let name = self.route_name(&route.value, made, names);
        let called = name.as_ref().map_or(&*route.value.path.value, RouteName::as_str);
        let answer = self.answer(route, called, operation, callbacks);
        let upstream = self.upstream(route.value.upstream.as_ref());
        let on_error = answer.as_ref().map(|answer| self.on_error(route, called, answer, callbacks));
        let origin = self.origin(&content(self.text, &route.value.path.span));
        let route = Route {
            name: name?,
            id: route.value.id.as_ref().map(|id| id.value.as_str().into()),
            methods,
            path: route.value.path.value.clone(),
            answer: answer?,
            upstream,
            on_error: on_error.unwrap_or_default(),
            origin,
        };
        Some(Placed { route, path: path? })
    }

    /// The methods that were given, or those that the kind of route has.
    fn route_methods(&mut self, route: &document::Route) -> Vec<Method> {
        match (&route.method, &route.collection, &route.websocket) {
            (Some(method), _, Some(_)) if method.each().iter().any(|method| method.value != Method::GET.as_str()) => {
                self.wrong(&method.span, "a WebSocket is opened with `GET`", "leave `method` out");
                vec![Method::GET]
            }
            (None, None, Some(_)) => vec![Method::GET],
            (None, Some(_), _) => COLLECTION_METHODS.to_vec(),
            (methods, ..) => self.methods(methods.as_ref()),
        }
    }

    /// Reads a path as far as a shadow depends on it. Absent within: it is Mockoon's, which the gateway reads. Absent: it is
    /// none, which was reported.
    fn path(&mut self, text: &At<String>) -> Option<Option<Path>> {
        if self.syntax == PathSyntax::Express {
            if !text.value.starts_with('/') {
                self.wrong(&text.span, "a path starts with `/`", "put one in front");
            }
            return Some(None);
        }
        let wrong = match Path::parse(&text.value) {
            Ok(path) => return Some(Some(path)),
            Err(wrong) => wrong,
        };
        let place = self.within(text, wrong.span);
        self.wrong(&place, wrong.message, wrong.help);
        None
    }

    /// A route's methods. Empty: all.
    fn methods(&mut self, methods: Option<&At<Texts>>) -> Vec<Method> {
        let Some(texts) = methods else { return vec![] };
        if matches!(&texts.value, Texts::Many(methods) if methods.is_empty()) {
            self.wrong(&texts.span, "no method is left", "name one, or leave `method` out to take all");
        }
        let mut methods: Vec<Method> = vec![];
        for text in texts.each() {
            let Some(method) = self.method(&text) else { continue };
            if methods.contains(&method) {
                self.doubt(&text.span, format!("method {} stands twice", quoted(method.as_str())), "leave it out");
            } else {
                methods.push(method);
            }
        }
        methods
    }

    /// Reads a method: a token, in capitals as methods are. Absent: it is none, which was reported.
    pub(super) fn method(&mut self, text: &At<String>) -> Option<Method> {
        let read = Method::from_bytes(text.value.as_bytes()).ok();
        let capitals = text.value.to_ascii_uppercase();
        if read.is_none() || capitals != text.value {
            let near = if METHODS.contains(&&*capitals) { Some(&*capitals) } else { suggest(&text.value, METHODS) };
            let help = near
                .map_or("write `GET`, `POST` or another one".into(), |near| format!("did you mean {}?", quoted(near)));
            let message = format!("{} is not a method", self.written(&text.span));
            self.wrong(&text.span, message, help);
            return None;
        }
        if !METHODS.contains(&&*text.value)
            && let Some(near) = suggest(&text.value, METHODS)
        {
            let message = format!("{} is not a method that HTTP knows", self.written(&text.span));
            self.doubt(&text.span, message, format!("did you mean {}?", quoted(near)));
        }
        read
    }

    /// The name that was given, or one that was made for it; unique either way.
    fn route_name(
        &mut self,
        route: &document::Route,
        made: String,
        names: &mut HashMap<String, Range<usize>>,
    ) -> Option<RouteName> {
        if let Some(given) = &route.name {
            let name = self.name(given, RouteName::try_new)?;
            if let Some(other) = names.insert(given.value.clone(), given.span.clone()) {
                let line = position(self.text, other.start).line;
                let message = format!("two routes are called {}", quoted(name.as_str()));
                self.wrong(&given.span, message, format!("the other one is in line {line}; give one another name"));
            }
            return Some(name);
        }
        let taken = |name: &str| names.contains_key(name);
        let free =
            (2..).map(|n| format!("{made} ({n})")).find(|name| !taken(name)).filter(|_| taken(&made)).unwrap_or(made);
        names.insert(free.clone(), route.path.span.clone());
        let name = RouteName::try_new(&free);
        // What else can be wrong with it is wrong with the path, and was reported.
        if let Err(NameError::TooLong(_)) = name {
            self.wrong(&route.path.span, "the path is too long for the route's name", "give the route a `name`");
        }
        name.ok()
    }

    /// Who answers. Absent: nobody, or several, which was reported.
    fn answer(
        &mut self,
        at: &At<document::Route>,
        name: &str,
        operation: Option<Named>,
        callbacks: &[CallbackDefinition],
    ) -> Option<Answering> {
        let route = &at.value;
        let direct = direct_keys(route);
        if let Some(operation) = operation {
            return self.operation(at, name, operation, &direct, callbacks);
        }
        self.refuse_operation_keys(route);
        let Some(responder) = &route.responder else {
            let is_plain = route.collection.is_none() && route.websocket.is_none();
            let is_silent = is_plain && route.response.is_empty() && direct.is_empty();
            return match (&route.upstream, &self.own) {
                (Some(_), _) if is_silent => Some(Answering::Upstream),
                (None, Some(Own(name))) if is_silent => name.clone().map(Answering::Responder),
                _ => self.chosen(at, name, &direct, callbacks),
            };
        };
        let responses = route.response.first().filter(|_| !on_error::falls_back(route));
        let responses = responses.map(|response| {
            let help = "remove one; or add `on-error = \"fallback:LABEL\"` to send one when the plugin fails";
            ("response", response.span.clone(), help)
        });
        let others = route.mode.as_ref().map(|mode| ("mode", mode.span.clone())).into_iter().chain(direct);
        let kinds = [
            route.collection.as_ref().map(|collection| ("collection", collection.span.clone())),
            route.websocket.as_ref().map(|websocket| ("websocket", websocket.span.clone())),
        ];
        let others = kinds.into_iter().flatten().chain(others);
        let others = others.map(|(key, span)| (key, span, "remove one: the plugin makes the whole answer"));
        for (key, span, help) in responses.into_iter().chain(others) {
            let message = format!("route {} has both `responder` and `{key}`", quoted(name));
            self.wrong(&span, message, help);
        }
        self.used_plugin(responder, &format!("route {} is answered", quoted(name))).map(Answering::Responder)
    }
}

/// The keys of a response that stand directly on the route, with the places of their values.
fn direct_keys(route: &document::Route) -> Vec<(&'static str, Range<usize>)> {
    fn at<T>(key: &'static str, value: Option<&At<T>>) -> Option<(&'static str, Range<usize>)> {
        value.map(|value| (key, value.span.clone()))
    }
    let keys = [
        at("status", route.status.as_ref()),
        at("headers", route.headers.as_ref()),
        at("body", route.body.as_ref()),
        at("file", route.file.as_ref()),
        at("bucket", route.bucket.as_ref()),
        at("templating", route.templating.as_ref()),
        at("latency", route.latency.as_ref()),
        at("callbacks", route.callbacks.as_ref()),
    ];
    keys.into_iter().flatten().collect()
}
