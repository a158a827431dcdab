//! `[[route]]`.

use http::Method;
use ringback_model::environment::{Answering, Environment, Mode, OnError, Response, Route, Streaming};

use super::{
    lines::{Lines, duration},
    literal, operation, response,
};
use crate::{
    lower::{COLLECTION_KEY, COLLECTION_METHODS},
    naming,
};

pub(super) fn route(route: &Route, environment: &Environment, bases: &[String], lines: &mut Lines) {
    lines.table("[[route]]");
    let made = naming::route_name(&route.methods, &route.path);
    let made = if let Answering::Examples(operation) = &route.answer { &operation.name } else { &*made };
    if route.name.as_str() != made {
        lines.text("name", route.name.as_str());
    }
    lines.optional("id", route.id.as_deref());
    methods(route, lines);
    lines.text("path", &route.path);
    match &route.answer {
        Answering::Collection { key, .. } => {
            let key =
                if &**key == COLLECTION_KEY { String::new() } else { format!(" key = {} ", literal::inline(key)) };
            lines.value("collection", &format!("{{{key}}}"));
        }
        Answering::Socket { streaming, .. } => lines.value("websocket", &streaming_text(*streaming)),
        Answering::Responder(plugin) => lines.text("responder", plugin.as_str()),
        Answering::Responses { .. } | Answering::Examples(_) | Answering::Upstream => {}
    }
    lines.optional("upstream", route.upstream.as_ref().map(ToString::to_string).as_deref());
    on_error(route, lines);
    match &route.answer {
        Answering::Examples(operation) => operation::operation(operation, route, environment, bases, lines),
        Answering::Responses { mode, responses }
        | Answering::Collection { mode, responses, .. }
        | Answering::Socket { mode, responses, .. } => {
            if let Some(mode) = mode_text(*mode) {
                lines.text("mode", mode);
            }
            self::responses(responses, environment, lines);
        }
        Answering::Responder(_) | Answering::Upstream => {
            // The one that is given when the answer fails.
            for only in route.responses() {
                response::response(only, only.default, environment, lines);
            }
        }
    }
}

/// The methods, where they are not those that the kind of route has.
fn methods(route: &Route, lines: &mut Lines) {
    let usual: &[Method] = match route.answer {
        Answering::Collection { .. } => &COLLECTION_METHODS,
        Answering::Socket { .. } => &[Method::GET],
        _ => &[],
    };
    match &*route.methods {
        methods if methods == usual => {}
        [method] => lines.text("method", method.as_str()),
        methods => lines.texts("method", methods.iter().map(Method::as_str)),
    }
}

fn on_error(route: &Route, lines: &mut Lines) {
    match &route.on_error {
        OnError::Error => {}
        OnError::Passthrough => lines.text("on-error", "passthrough"),
        OnError::Fallback(response) => {
            lines.text("on-error", &format!("fallback:{}", response.label.as_deref().unwrap_or_default()));
        }
    }
}

fn responses(responses: &[Response], environment: &Environment, lines: &mut Lines) {
    if let [only] = responses
        && response::is_short(only)
    {
        // A route must say how it answers.
        if only.status == http::StatusCode::OK {
            lines.value("status", "200");
        }
        return response::keys(only, environment, lines);
    }
    let mut has_default = false;
    for response in responses {
        // Of several that are marked the first is meant.
        response::response(response, response.default && !has_default, environment, lines);
        has_default |= response.default;
    }
}

fn mode_text(mode: Mode) -> Option<&'static str> {
    match mode {
        Mode::Default => None,
        Mode::Fallback => Some("fallback"),
        Mode::WithoutRules => Some("without-rules"),
        Mode::Sequential => Some("sequential"),
        Mode::Random => Some("random"),
    }
}

fn streaming_text(streaming: Streaming) -> String {
    match streaming {
        Streaming::Conversation => "{}".into(),
        Streaming::Unicast(time) => format!("{{ unicast = \"{}\" }}", duration(time)),
        Streaming::Broadcast(time) => format!("{{ broadcast = \"{}\" }}", duration(time)),
    }
}
