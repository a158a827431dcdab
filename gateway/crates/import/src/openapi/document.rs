//! An OpenAPI description to a [`Service`].

use std::sync::Arc;

use http::Method;
use ringback_diag::quoted;

use super::{
    library::{Member, Spot},
    methods,
    reader::Reader,
    responses::Asked,
    service::{Named, Operation, Parameter, Service},
};

/// Most operations of a description, callbacks not counted.
const OPERATIONS_MAX: usize = 10_000;

impl Reader<'_, '_> {
    /// Reads a description. Absent: it has no title or version, which was reported.
    pub(super) fn service(&mut self, root: &Spot) -> Option<Service> {
        let (name, version, _) = self.identity(root, "info", ["title", "version"])?;
        if !["paths", "components", "webhooks"].into_iter().any(|name| root.get(name).is_some()) {
            self.library.warn(
                root,
                "this description has no `paths`: nothing is answered",
                "describe what is, or write `paths: {}`",
            );
        }
        let operations = self.operations(root);
        let webhooks = self.webhooks(root);
        let service = Service { name, version, dialect: self.dialect, operations, webhooks };
        if service.says_what_it_answers() {
            self.report_unused();
        }
        Some(service)
    }

    /// The name and version that a document gives its service. Absent: one of them is missing, which was reported.
    pub(super) fn identity(
        &mut self,
        root: &Spot,
        holder: &str,
        [name, version]: [&str; 2],
    ) -> Option<(Arc<str>, Arc<str>, Spot)> {
        let info = self.library.get(root, holder);
        let text = |key: &str| {
            info.as_ref()?.text(key).map(|text| Arc::from(text.trim())).filter(|text: &Arc<str>| !text.is_empty())
        };
        match (text(name), text(version)) {
            (Some(found), Some(of)) => {
                let at = info.as_ref().and_then(|info| info.get(version)).unwrap_or_else(|| root.clone());
                Some((found, of, at))
            }
            (found, _) => {
                let missing = if found.is_none() { name } else { version };
                let message = format!("`{holder}.{missing}` is missing: mocks are found by name and version");
                let at = info.unwrap_or_else(|| root.clone());
                self.library.error(&at, message, format!("add `{missing}` to `{holder}`"));
                None
            }
        }
    }

    fn operations(&mut self, root: &Spot) -> Vec<Operation> {
        let Some(paths) = self.object(root, "paths") else { return vec![] };
        let mut operations = vec![];
        for member in paths.members().filter(|member| !member.name.starts_with("x-")).collect::<Vec<_>>() {
            if operations.len() >= OPERATIONS_MAX {
                let message = format!("this description has more than {OPERATIONS_MAX} operations");
                self.library.error(&member.at, message, "split it");
                break;
            }
            self.path(&member, &mut operations);
        }
        operations
    }

    fn path(&mut self, member: &Member, operations: &mut Vec<Operation>) {
        let path: Arc<str> = member.name.trim().into();
        if let Some((what, help)) = unusable(&path) {
            self.library.warn(&member.at, format!("path {} is ignored: {what}", quoted(&path)), help);
            return;
        }
        let Some(item) = self.path_item_of(&member.spot) else { return };
        let of_path = self.own_parameters(&item);
        for (method, at, operation) in methods::of(self, &item) {
            let operation = self.operation(&path, &of_path, (method, at, operation));
            operations.push(operation);
        }
    }

    /// A path item, with what stands beside its `$ref`.
    fn path_item_of(&mut self, given: &Spot) -> Option<Spot> {
        let item = self.library.resolve(given).filter(|item| item.node.as_map().is_some())?;
        let has_more = given.node.entries().len() > 1 && item.node.id() != given.node.id();
        if !has_more || item.file != given.file {
            return Some(item);
        }
        // Of the same file, so that all places still hold.
        let own = given.node.entries().iter().filter(|entry| &*entry.name != "$ref");
        let mut entries: Vec<_> = own.cloned().collect();
        let is_own = |name: &str| given.node.get(name).is_some();
        entries.extend(item.node.entries().iter().filter(|entry| !is_own(&entry.name)).cloned());
        let map = super::tree::Map::new(entries);
        let node = super::tree::Node { value: super::tree::Value::Map(Arc::new(map)), span: given.node.span.clone() };
        Some(Spot { file: given.file, node })
    }

    fn operation(
        &mut self,
        path: &Arc<str>,
        of_path: &[Parameter],
        (method, at, operation): (Method, Spot, Spot),
    ) -> Operation {
        let extension = self.object(&operation, "x-microcks-operation");
        let settings = extension.map(|extension| self.settings(&extension)).unwrap_or_default();
        let parameters = self.parameters(of_path, &operation);
        for parameter in &parameters {
            self.offer(&parameter.examples, "parameter");
        }
        let (bodies, contents) = self.request_body(&operation);
        let asked = Asked { parameters: &parameters, bodies };
        let answers = self.answers(&operation, &asked);
        Operation {
            name: format!("{method} {path}").into(),
            id: operation.text("operationId"),
            path: path.clone(),
            method,
            at,
            settings,
            parameters,
            pairs: answers.pairs,
            has_examples: answers.has_examples,
            models: answers.models,
            bare: answers.bare,
            calls: self.callbacks(&operation),
            contents,
        }
    }

    /// The named examples of a request's body, and what it may hold by media type.
    fn request_body(&mut self, operation: &Spot) -> (Vec<Named>, Vec<(Arc<str>, Spot)>) {
        let (mut bodies, mut contents) = (vec![], vec![]);
        let Some(body) = self.object(operation, "requestBody") else { return (bodies, contents) };
        let content = self.object(&body, "content");
        for member in content.iter().flat_map(Spot::members).collect::<Vec<_>>() {
            let Some(media) = self.library.resolve(&member.spot) else { continue };
            let examples = self.examples(&media);
            for example in &examples {
                self.check_example(example, &member.name, &media);
            }
            bodies.extend(examples.into_iter().filter(|example| example.name.is_some()));
            contents.extend(media.get("schema").map(|schema| (member.name.clone(), schema)));
        }
        self.offer(&bodies, "request's body");
        (bodies, contents)
    }
}

/// What makes a path one that no request can have, and what to do. Absent: nothing.
fn unusable(path: &str) -> Option<(String, &'static str)> {
    if !path.starts_with('/') {
        return Some(("a path begins with `/`".into(), "write a `/` before it"));
    }
    if path.contains(['?', '#']) {
        return Some(("a path has no query and no fragment".into(), "describe what comes behind it as parameters"));
    }
    let mut seen = vec![];
    let mut rest = path;
    while let Some(at) = rest.find(['{', '}']) {
        let brace = rest.get(at..).unwrap_or_default();
        let name = brace.strip_prefix('{').and_then(|inner| inner.split_once('}')).map(|(name, _)| name);
        let Some(name) = name.filter(|name| !name.contains(['{', '/'])) else {
            return Some(("a brace has no partner".into(), "write parameters as `{name}`"));
        };
        if name.is_empty() || name.contains(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))) {
            let what = format!("`{{{name}}}` has a name that no parameter can have");
            return Some((what, "letters, digits, `_`, `-` and `.` make one"));
        }
        if seen.contains(&name) {
            return Some((format!("two parameters are called `{name}`"), "give each a name of its own"));
        }
        if at == 0 && !seen.is_empty() {
            return Some((format!("nothing tells where `{{{name}}}` begins"), "put a text between two parameters"));
        }
        seen.push(name);
        rest = brace.get(name.len() + 2..).unwrap_or_default();
    }
    None
}
