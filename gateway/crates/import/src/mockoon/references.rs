//! Which routes are tried, and in which order (`mockoon.md`, sections 1.2 and 2.2): children that point nowhere do not
//! count, nor do second mentions; folders and then routes that nobody mentions come last.
//!
//! Folders' children are looked at before those of the root, so a route that both mention stays in its folder, and folders
//! that hold one another are in none that is walked.

use std::collections::{HashMap, HashSet};

use super::{
    DisabledRoutes,
    document::{Child, Environment, Folder, Route},
    repair::At,
};
use crate::json::{Member, Node, Value};

/// Repairs the references of a document.
pub(super) fn repair(document: &mut Environment) {
    let mut routes: HashSet<_> = document.routes.iter().map(|route| route.uuid.value.clone()).collect();
    let mut folders: HashSet<_> = document.folders.iter().map(|folder| folder.uuid.value.clone()).collect();
    let mut is_first = |child: &Child| {
        let unmentioned = if child.is_folder { &mut folders } else { &mut routes };
        unmentioned.remove(&child.uuid.value)
    };
    for folder in &mut document.folders {
        folder.children.retain(&mut is_first);
    }
    document.root_children.retain(&mut is_first);
    let mut orphan = |uuid: &At<_>, is_folder, unmentioned: &mut HashSet<_>| {
        if unmentioned.remove(&uuid.value) {
            document.root_children.push(Child { uuid: uuid.clone(), is_folder });
        }
    };
    for folder in &document.folders {
        orphan(&folder.uuid, true, &mut folders);
    }
    for route in &document.routes {
        orphan(&route.uuid, false, &mut routes);
    }
}

/// Writes the references into the repaired document.
pub(super) fn write(document: &Environment, repaired: &mut Node) {
    if let Some(children) = repaired.get_mut("rootChildren") {
        children.value = children_json(&document.root_children);
    }
    let folders = repaired.get_mut("folders").map(Node::elements_mut).unwrap_or_default();
    for (folder, written) in document.folders.iter().zip(folders) {
        if let Some(children) = written.get_mut("children") {
            children.value = children_json(&folder.children);
        }
    }
}

fn children_json(children: &[Child]) -> Value {
    let child = |child: &Child| {
        let span = child.uuid.span.clone();
        let member = |name: &'static str, text: &str| Member {
            name: name.into(),
            span: span.clone(),
            node: Node::string(text, span.clone()),
        };
        let kind = if child.is_folder { "folder" } else { "route" };
        Node { value: Value::Object(vec![member("type", kind), member("uuid", &child.uuid.value)]), span: span.clone() }
    };
    Value::Array(children.iter().map(child).collect())
}

/// All routes in their order. Of several of one id the first is meant.
pub(super) fn routes<'d>(document: &'d Environment, disabled: &DisabledRoutes) -> Vec<&'d Route> {
    let mut routes: HashMap<&str, &Route> = HashMap::new();
    for route in document.routes.iter().filter(|route| !disabled.has_route(&route.uuid.value, &route.endpoint.value)) {
        routes.entry(&route.uuid.value).or_insert(route);
    }
    let mut folders: HashMap<&str, &Folder> = HashMap::new();
    for folder in document.folders.iter().filter(|folder| !disabled.has_folder(&folder.name.value)) {
        folders.entry(&folder.uuid.value).or_insert(folder);
    }
    // A folder is mentioned once, so that this ends; and on the heap, since they may be nested however deep.
    let mut order = vec![];
    let mut open = vec![document.root_children.iter()];
    while let Some(children) = open.last_mut() {
        match children.next() {
            None => drop(open.pop()),
            Some(child) if child.is_folder => {
                open.extend(folders.get(&*child.uuid.value).map(|folder| folder.children.iter()));
            }
            Some(child) => order.extend(routes.get(&*child.uuid.value).copied()),
        }
    }
    order
}
