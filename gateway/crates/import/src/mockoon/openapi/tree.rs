//! A description with its references resolved: a tree whose branches are shared, since a schema may be referred to from
//! everywhere.
//!
//! The rules are Mockoon's: a reference is resolved once, where it is met first; within itself it is an empty object; what
//! can't be found stays as it is.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ops::Range,
    rc::Rc,
    sync::Arc,
};

use ringback_diag::{Diagnostic, Diagnostics, quoted};

use crate::{
    json::{self, Node, Value},
    yaml,
};

/// Deepest nesting, counted through references: what is deeper is an empty object. A level takes less than 10 kB of stack.
const DEPTH_MAX: usize = 20_000;

/// A value of the description.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) kind: Kind,
    /// Where it was written; what comes from another document stands where it was referred to.
    pub(super) span: Range<usize>,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// No array and no object.
    Scalar(Value),
    Array(Vec<Rc<Tree>>),
    /// In the order in which JavaScript enumerates: names that are whole numbers come first, by size.
    Object(Vec<(Arc<str>, Rc<Tree>)>),
}

/// Resolves the references of a description.
pub(super) fn resolve(
    root: &Node,
    documents: &BTreeMap<String, String>,
    file: &Arc<str>,
    found: &mut Diagnostics,
) -> Rc<Tree> {
    // Those that are not read can't be referred to, and were named by whoever fetched them.
    let read = |text: &String| json::parse(file, text).or_else(|_| yaml::parse(file, text)).ok();
    let documents = documents.iter().filter_map(|(url, text)| Some((url.as_str(), read(text)?))).collect();
    let mut resolver = Resolver {
        root,
        documents: &documents,
        file,
        found,
        resolved: HashMap::new(),
        open: HashSet::new(),
        missing: BTreeSet::new(),
    };
    resolver.tree(root, None, 0)
}

/// The other documents that a description refers to, by URL.
pub(in crate::mockoon) fn external(root: &Node) -> BTreeSet<String> {
    let mut urls = BTreeSet::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if let Some(reference) = node.get("$ref").and_then(Node::as_str).filter(|reference| is_external(reference)) {
            urls.insert(reference.split('#').next().unwrap_or_default().to_owned());
        }
        match &node.value {
            Value::Array(elements) => open.extend(elements),
            Value::Object(members) => open.extend(members.iter().map(|member| &member.node)),
            _ => {}
        }
    }
    urls
}

fn is_external(reference: &str) -> bool {
    reference.starts_with("http://") || reference.starts_with("https://")
}

struct Resolver<'d> {
    root: &'d Node,
    documents: &'d HashMap<&'d str, Node>,
    file: &'d Arc<str>,
    found: &'d mut Diagnostics,
    resolved: HashMap<Arc<str>, Rc<Tree>>,
    /// References that are being resolved.
    open: HashSet<Arc<str>>,
    /// References that lead nowhere, and were warned of.
    missing: BTreeSet<Arc<str>>,
}

impl<'d> Resolver<'d> {
    /// `place`: where a value of another document was referred to.
    fn tree(&mut self, node: &'d Node, place: Option<&Range<usize>>, depth: usize) -> Rc<Tree> {
        let span = place.unwrap_or(&node.span).clone();
        if depth > DEPTH_MAX {
            return Rc::new(Tree { kind: Kind::Object(vec![]), span });
        }
        let kind = match &node.value {
            Value::Array(elements) => {
                Kind::Array(elements.iter().map(|element| self.tree(element, place, depth + 1)).collect())
            }
            Value::Object(_) => {
                if let Some(reference) = node.get("$ref").and_then(Node::as_str).filter(|text| !text.is_empty())
                    && let Some(resolved) = self.reference(reference, node, place, depth)
                {
                    return resolved;
                }
                let members = node.in_order();
                Kind::Object(
                    members.into_iter().map(|(name, node)| (name.into(), self.tree(node, place, depth + 1))).collect(),
                )
            }
            scalar => Kind::Scalar(scalar.clone()),
        };
        Rc::new(Tree { kind, span })
    }

    /// Absent: it leads nowhere.
    fn reference(
        &mut self,
        reference: &Arc<str>,
        node: &Node,
        place: Option<&Range<usize>>,
        depth: usize,
    ) -> Option<Rc<Tree>> {
        if let Some(resolved) = self.resolved.get(reference) {
            return Some(resolved.clone());
        }
        let span = place.unwrap_or(&node.span).clone();
        if self.open.contains(reference) {
            return Some(Rc::new(Tree { kind: Kind::Object(vec![]), span }));
        }
        let Some((target, is_elsewhere)) = self.find(reference).filter(|(target, _)| target.is_truthy()) else {
            if self.missing.insert(reference.clone()) {
                let message = format!("{} is not resolved: nothing is made of it", quoted(reference));
                let help = if is_external(reference) {
                    "other documents are fetched unless `--disable-external-refs` says otherwise"
                } else {
                    "refer to a part of this description, as in `#/components/schemas/Order`"
                };
                self.found.push(Diagnostic::warning(message).at(self.file, span.start..span.start + 1).help(help));
            }
            return None;
        };
        self.open.insert(reference.clone());
        let place = if is_elsewhere { Some(&span) } else { place };
        let resolved = self.tree(target, place, depth + 1);
        self.open.remove(reference);
        self.resolved.insert(reference.clone(), resolved.clone());
        Some(resolved)
    }

    /// What a reference means, and whether it stands in another document.
    fn find(&self, reference: &str) -> Option<(&'d Node, bool)> {
        if is_external(reference) {
            let (url, pointer) = reference.split_once('#').unwrap_or((reference, ""));
            let document = self.documents.get(url)?;
            return Some((if pointer.is_empty() { document } else { point(document, pointer)? }, true));
        }
        Some((point(self.root, reference.strip_prefix('#').filter(|pointer| pointer.starts_with('/'))?)?, false))
    }
}

/// What a JSON pointer means; signs that are escaped are tried as they stand first, which is all that Mockoon does.
fn point<'d>(document: &'d Node, pointer: &str) -> Option<&'d Node> {
    let mut node = document;
    for name in pointer.trim_start_matches('/').split('/') {
        let unescaped = || {
            let plain = percent_encoding::percent_decode_str(name).decode_utf8().ok()?;
            node.at(&plain.replace("~1", "/").replace("~0", "~"))
        };
        node = node.at(name).or_else(unescaped)?;
    }
    Some(node)
}

// === impl Tree ===

impl Tree {
    /// A member of an object. Absent: it has no such member, or is no object.
    pub(super) fn get(&self, name: &str) -> Option<&Rc<Self>> {
        self.members().iter().find(|(known, _)| &**known == name).map(|(_, tree)| tree)
    }

    /// The members of an object; none of what is no object.
    pub(super) fn members(&self) -> &[(Arc<str>, Rc<Self>)] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// The members that JavaScript's `...` makes of it: of a text, its characters by number.
    pub(super) fn spread(&self) -> Vec<(Arc<str>, Rc<Self>)> {
        let numbered = |(index, tree)| (Arc::from(format!("{index}")), tree);
        match &self.kind {
            Kind::Object(members) => members.clone(),
            Kind::Array(elements) => elements.iter().cloned().enumerate().map(numbered).collect(),
            Kind::Scalar(Value::String(text)) => {
                let character = |c: char| {
                    Rc::new(Self { kind: Kind::Scalar(Value::String(c.to_string().into())), span: self.span.clone() })
                };
                text.chars().map(character).enumerate().map(numbered).collect()
            }
            Kind::Scalar(_) => vec![],
        }
    }

    /// The elements of an array; none of what is no array.
    pub(super) fn elements(&self) -> &[Rc<Self>] {
        match &self.kind {
            Kind::Array(elements) => elements,
            _ => &[],
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether it is anything but `null`.
    pub(super) fn is_some(&self) -> bool {
        !matches!(self.kind, Kind::Scalar(Value::Null))
    }

    /// What JavaScript takes for true.
    pub(super) fn is_truthy(&self) -> bool {
        match &self.kind {
            Kind::Scalar(value) => Node { value: value.clone(), span: 0..0 }.is_truthy(),
            Kind::Array(_) | Kind::Object(_) => true,
        }
    }

    /// The first byte: enough to point at something long.
    pub(super) fn start(&self) -> Range<usize> {
        self.span.start..self.span.start + 1
    }
}
