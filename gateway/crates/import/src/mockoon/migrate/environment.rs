//! Steps on the environment itself, its buckets, folders and order.

use super::{Broken, Step, each, each_response, faker, object_at};
use crate::json::{Node, Value};

/// Before there was the choice, preflights were answered.
pub(super) fn cors(root: &mut Node) -> Step {
    if !root.get("cors").is_some_and(Node::is_truthy) {
        let span = root.span.clone();
        root.set("cors", Node { value: Value::Bool(true), span });
    }
    Ok(())
}

/// `https` becomes `tlsOptions`.
pub(super) fn tls(root: &mut Node) -> Step {
    let https = root.remove("https");
    if !root.get("tlsOptions").is_some_and(Node::is_truthy) {
        let mut options = object_at(root, vec![]);
        if let Some(enabled) = https {
            options.set("enabled", enabled);
        }
        root.set("tlsOptions", options);
    }
    Ok(())
}

/// There is a list of buckets.
pub(super) fn buckets(root: &mut Node) -> Step {
    empty_list(root, "data");
    Ok(())
}

/// Without folders, the routes' order is that of their list.
pub(super) fn order(root: &mut Node) -> Step {
    empty_list(root, "folders");
    if root.has("rootChildren") {
        return Ok(());
    }
    let mut children = vec![];
    each(root, "routes", &mut |route| {
        let mut child = object_at(route, vec![]);
        child.set("type", Node::string("route", route.span.clone()));
        if let Some(uuid) = route.get("uuid") {
            child.set("uuid", uuid.clone());
        }
        children.push(child);
        Ok(())
    })?;
    let span = root.span.clone();
    root.set("rootChildren", Node { value: Value::Array(children), span });
    Ok(())
}

/// What meant every interface is left open.
pub(super) fn hostname(root: &mut Node) -> Step {
    if let Some(hostname) =
        root.get_mut("hostname").filter(|hostname| hostname.as_str().is_some_and(|h| &**h == "0.0.0.0"))
    {
        hostname.value = Value::String("".into());
    }
    Ok(())
}

/// Faker's methods get their later names, in buckets and inline bodies.
pub(super) fn faker(root: &mut Node) -> Step {
    let renaming = faker::Renaming::new();
    let rename = |parent: &mut Node, name| {
        if let Some(Node { value: Value::String(text), .. }) = parent.get_mut(name) {
            renaming.apply(text);
        }
    };
    if root.get("data").is_some_and(Node::is_truthy) {
        each(root, "data", &mut |bucket| {
            rename(bucket, "value");
            Ok(())
        })?;
    }
    each_response(root, |response| {
        rename(response, "body");
        Ok(())
    })
}

/// Which folders are shown closed is the application's business.
pub(super) fn collapsed(root: &mut Node) -> Step {
    each(root, "folders", &mut |folder| {
        folder.remove("collapsed");
        Ok(())
    })
    .map_err(|_| Broken("folders"))
}

fn empty_list(root: &mut Node, name: &'static str) {
    if !root.has(name) {
        let span = root.span.clone();
        root.set(name, Node { value: Value::Array(vec![]), span });
    }
}
