//! Steps on routes.

use std::ops::Range;

use super::{Broken, Step, each, object_at};
use crate::json::{Node, Value};

/// What a route said itself while it had one response.
const OWN: [&str; 6] = ["statusCode", "latency", "filePath", "sendFileAsBody", "headers", "body"];

/// `contentType` becomes the first of the header fields, unless these have one.
pub(super) fn content_type(root: &mut Node) -> Step {
    each(root, "routes", &mut |route| {
        if !route.get("customHeaders").is_some_and(Node::is_truthy) {
            return Ok(());
        }
        let content_type = route.remove("contentType");
        let place = object_at(route, vec![]);
        let Some(Node { value: Value::Array(headers), .. }) = route.get_mut("customHeaders") else {
            return Err(Broken("customHeaders"));
        };
        let is_given =
            |header: &Node| header.get("key").and_then(Node::as_str).is_some_and(|key| &**key == "Content-Type");
        if !headers.iter().any(is_given) {
            let mut header = place;
            header.set("key", Node::string("Content-Type", header.span.clone()));
            if let Some(value) = content_type {
                header.set("value", value);
            }
            headers.insert(0, header);
        }
        Ok(())
    })
}

/// `customHeaders` becomes `headers`.
pub(super) fn custom_headers(root: &mut Node) -> Step {
    each(root, "routes", &mut |route| {
        if route.get("customHeaders").is_some_and(Node::is_truthy)
            && let Some(headers) = route.remove("customHeaders")
        {
            route.set("headers", headers);
        }
        Ok(())
    })
}

/// `file` becomes `filePath` and `sendFileAsBody`.
pub(super) fn file(root: &mut Node) -> Step {
    root.remove("duplicates");
    each(root, "routes", &mut |route| {
        route.remove("duplicates");
        let mut file = route.remove("file").filter(Node::is_truthy);
        for (old, new) in [("path", "filePath"), ("sendAsBody", "sendFileAsBody")] {
            route.remove(new);
            if let Some(value) = file.as_mut().and_then(|file| file.remove(old)) {
                route.set(new, value);
            }
        }
        Ok(())
    })
}

/// What a route says itself becomes its one response.
pub(super) fn responses(root: &mut Node) -> Step {
    each(root, "routes", &mut |route| {
        own_response(route);
        Ok(())
    })
}

/// Makes the response of every route that has none and says itself what to answer. Where these routes stand.
pub(super) fn own_responses(root: &mut Node) -> Vec<Range<usize>> {
    let mut places = vec![];
    for route in root.get_mut("routes").map(Node::elements_mut).unwrap_or_default() {
        if !route.has("responses") && OWN.iter().any(|name| route.has(name)) {
            own_response(route);
            places.push(super::start(route));
        }
    }
    places
}

fn own_response(route: &mut Node) {
    let mut response = object_at(route, vec![]);
    for name in OWN {
        if let Some(value) = route.remove(name) {
            response.set(name, value);
        }
    }
    response.set("rules", Node { value: Value::Array(vec![]), span: route.span.clone() });
    let span = route.span.clone();
    route.set("responses", Node { value: Value::Array(vec![response]), span });
}

/// Two flags become `responseMode`.
pub(super) fn mode(root: &mut Node) -> Step {
    each(root, "routes", &mut |route| {
        let [sequential, random] =
            ["sequentialResponse", "randomResponse"].map(|name| route.remove(name).filter(Node::is_truthy));
        let word = match (sequential, random) {
            (Some(flag), _) => Some(Node::string("SEQUENTIAL", flag.span)),
            (None, Some(flag)) => Some(Node::string("RANDOM", flag.span)),
            (None, None) => None,
        };
        if let Some(word) = word.filter(|_| !route.has("responseMode")) {
            route.set("responseMode", word);
        }
        Ok(())
    })
}

/// Which routes are disabled is the application's business.
pub(super) fn enabled(root: &mut Node) -> Step {
    each(root, "routes", &mut |route| {
        route.remove("enabled");
        Ok(())
    })
}

/// Nothing streamed yet.
pub(super) fn streaming(root: &mut Node) -> Step {
    if !root.get("routes").is_some_and(Node::is_truthy) {
        return Ok(());
    }
    each(root, "routes", &mut |route| {
        route.remove("streamingMode");
        route.remove("streamingInterval");
        Ok(())
    })
}
