//! The order in which routes are tried: a walk through folders (section 2.2), and what lies in none of them (section 1.2).

use std::collections::{HashMap, HashSet};

use crate::mockoon::{
    DisabledRoutes,
    document::{Child, Environment, Folder, Route},
};

/// A walk through the folders of an environment.
struct Walk<'d> {
    routes: HashMap<&'d str, &'d Route>,
    folders: HashMap<&'d str, &'d Folder>,
    /// Routes and folders that were met: a second mention does not count, nor does a folder within itself.
    met: HashSet<&'d str>,
    order: Vec<&'d Route>,
}

/// All routes in their order: children that point nowhere do not count, orphans of all kinds come last.
pub(super) fn routes<'d>(document: &'d Environment, disabled: &DisabledRoutes) -> Vec<&'d Route> {
    let mut walk = Walk {
        routes: document.routes.iter().map(|route| (&*route.uuid.value, route)).collect(),
        folders: document.folders.iter().map(|folder| (&*folder.uuid.value, folder)).collect(),
        met: HashSet::new(),
        order: vec![],
    };
    walk.children(&document.root_children);
    let inner: HashSet<_> =
        document.folders.iter().flat_map(|folder| &folder.children).map(|child| &*child.uuid.value).collect();
    for folder in document.folders.iter().filter(|folder| !inner.contains(&*folder.uuid.value)) {
        walk.folder(folder);
    }
    let Walk { met, mut order, .. } = walk;
    order.extend(document.routes.iter().filter(|route| !met.contains(&*route.uuid.value)));
    order.retain(|route| !disabled.has_route(&route.uuid.value, &route.endpoint.value));
    order
}

impl<'d> Walk<'d> {
    fn children(&mut self, children: &'d [Child]) {
        for child in children {
            let uuid = &*child.uuid.value;
            if child.kind.value == "folder" {
                if let Some(folder) = self.folders.get(uuid) {
                    self.folder(folder);
                }
            } else if let Some(route) = self.routes.get(uuid).filter(|_| !self.met.contains(uuid)) {
                self.order.push(route);
                self.met.insert(uuid);
            }
        }
    }

    fn folder(&mut self, folder: &'d Folder) {
        if self.met.insert(&folder.uuid.value) {
            self.children(&folder.children);
        }
    }
}
