//! Steps on responses.

use super::{Step, each, each_response};
use crate::json::{Node, Value};

/// Ids were not unique: the repair gives others.
pub(super) fn fresh_id(root: &mut Node) -> Step {
    each_response(root, |response| {
        response.remove("uuid");
        Ok(())
    })
}

/// A status in a string becomes a number, as JavaScript's `parseInt` reads it.
pub(super) fn status(root: &mut Node) -> Step {
    each_response(root, |response| {
        if let Some(Node { value, .. }) = response.get_mut("statusCode") {
            let number = match value {
                Value::String(text) => leading_number(text),
                Value::Number(number) => Some(number.trunc()),
                _ => None,
            };
            *value = number.map_or(Value::Null, Value::Number);
        }
        Ok(())
    })
}

fn leading_number(text: &str) -> Option<f64> {
    let text = text.trim_start();
    let digits = text.find(|c: char| !c.is_ascii_digit()).map_or(text, |end| text.get(..end).unwrap_or_default());
    digits.parse().ok()
}

/// `isRegex` becomes an operator.
pub(super) fn regex(root: &mut Node) -> Step {
    each_response(root, |response| {
        each(response, "rules", &mut |rule| {
            if let Some(flag) = rule.remove("isRegex").filter(Node::is_truthy) {
                rule.set("operator", Node::string("regex", flag.span));
            }
            Ok(())
        })
    })
}

/// The first response becomes the default one.
pub(super) fn default(root: &mut Node) -> Step {
    each(root, "routes", &mut |route| {
        let mut first = true;
        each(route, "responses", &mut |response| {
            if first && response.get("default").is_none() {
                let span = response.span.clone();
                response.set("default", Node { value: Value::Bool(true), span });
            }
            first = false;
            Ok(())
        })
    })
}

/// Nothing but that every response has rules; the repair gives them what they lack.
pub(super) fn rules(root: &mut Node) -> Step {
    each_response(root, |response| each(response, "rules", &mut |_| Ok(())))
}

/// A response with a file is of that kind.
pub(super) fn body_type(root: &mut Node) -> Step {
    each_response(root, |response| {
        let file = response.get("filePath").filter(|path| path.is_truthy());
        if let Some(span) = file.map(|path| path.span.clone())
            && response.get("bodyType").is_none()
        {
            response.set("bodyType", Node::string("FILE", span));
        }
        Ok(())
    })
}

/// There were no callbacks yet.
pub(super) fn callbacks(root: &mut Node) -> Step {
    if !root.get("routes").is_some_and(Node::is_truthy) {
        return Ok(());
    }
    each(root, "routes", &mut |route| {
        if !route.get("responses").is_some_and(Node::is_truthy) {
            return Ok(());
        }
        each(route, "responses", &mut |response| {
            response.remove("callbacks");
            Ok(())
        })
    })
}
