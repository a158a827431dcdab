//! The files that documents are made of, and the way from a `$ref` to what it means: in the same file, in another one beside
//! it, at a JSON Pointer into either.

use std::{
    collections::{HashMap, HashSet},
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use percent_encoding::percent_decode_str;
use ringback_diag::{Diagnostic, Diagnostics, Sources, quoted};
use ringback_model::environment::Origin;

use super::{
    files::{DOCUMENT_MAX_BYTES, Files},
    parse::parse,
    tree::{Entry, Node},
};

/// Most files that documents may refer to.
const FILES_MAX: usize = 500;
/// Most bytes that these may have together.
const FILES_MAX_BYTES: usize = 64 << 20;
/// Longest chain of references.
const CHAIN_MAX: usize = 64;

/// A value, and the file that it stands in.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub(super) file: usize,
    pub(super) node: Node,
}

/// A member of an object, and the file that it stands in.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) name: Arc<str>,
    /// Where the name was written.
    pub(super) at: Spot,
    pub(super) spot: Spot,
}

/// What was read so far, and what is wrong with it.
pub(super) struct Library<'a> {
    files: &'a dyn Files,
    sources: &'a mut Sources,
    loaded: Vec<File>,
    /// By path, without `.` and `..`. Absent: it could not be read, which was reported.
    paths: HashMap<PathBuf, Option<usize>>,
    /// Paths of files that documents refer to.
    pub(super) read: Vec<PathBuf>,
    bytes: usize,
    /// References that were reported, by file and place.
    broken: HashSet<(usize, usize)>,
    /// Whether what can't be read is left out, not refused.
    is_lenient: bool,
    pub(super) found: Diagnostics,
}

struct File {
    name: Arc<str>,
    root: Node,
}

// === impl Spot ===

impl Spot {
    /// A member of an object, references not followed.
    pub(super) fn get(&self, name: &str) -> Option<Self> {
        self.node.get(name).map(|node| self.with(node.clone()))
    }

    /// The elements of a list; none of what is no list.
    pub(super) fn elements(&self) -> impl Iterator<Item = Self> {
        self.node.elements().iter().map(|node| self.with(node.clone()))
    }

    /// The members of an object in the order of the file; none of what is no object.
    pub(super) fn members(&self) -> impl Iterator<Item = Member> {
        self.node.entries().iter().map(|entry| self.member(entry))
    }

    fn member(&self, entry: &Entry) -> Member {
        let mut at = Node::text(entry.name.clone());
        at.span = entry.span.clone();
        Member { name: entry.name.clone(), at: self.with(at), spot: self.with(entry.node.clone()) }
    }

    fn with(&self, node: Node) -> Self {
        Self { file: self.file, node }
    }

    /// The text of a member that is a text, a number or a boolean.
    pub(super) fn text(&self, name: &str) -> Option<Arc<str>> {
        self.node.get(name).and_then(Node::as_written)
    }

    /// Whether a member is `true`.
    pub(super) fn says(&self, name: &str) -> bool {
        self.node.get(name).and_then(Node::as_bool) == Some(true)
    }
}

// === impl Library ===

impl<'a> Library<'a> {
    pub(super) fn new(files: &'a dyn Files, sources: &'a mut Sources) -> Self {
        Self {
            files,
            sources,
            loaded: vec![],
            paths: HashMap::new(),
            read: vec![],
            bytes: 0,
            broken: HashSet::new(),
            is_lenient: false,
            found: Diagnostics::default(),
        }
    }

    /// Takes a document in. Absent: it can't be read, which was reported.
    pub(super) fn add(&mut self, name: &str, text: &str) -> Option<Spot> {
        // Editors on Windows put a byte order mark in front.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file = self.sources.add(name, text);
        let path = normal(Path::new(name));
        self.paths.insert(path, None);
        if text.len() > DOCUMENT_MAX_BYTES {
            let message = format!("this document has more than {} MB", DOCUMENT_MAX_BYTES >> 20);
            self.found.push(Diagnostic::error(message).at(&file, 0..0).help("split it: one document for each service"));
            return None;
        }
        match parse(&file, text) {
            Ok(root) => {
                self.report_twice(&file, &root);
                self.loaded.push(File { name: file, root: root.clone() });
                let index = self.loaded.len() - 1;
                self.paths.insert(normal(Path::new(name)), Some(index));
                Some(Spot { file: index, node: root })
            }
            Err(broken) => {
                self.found.push(broken);
                None
            }
        }
    }

    /// Reports members that stand twice in one object: the later one counts.
    fn report_twice(&mut self, file: &Arc<str>, root: &Node) {
        let mut open = vec![root];
        // What aliases repeat is said once.
        let mut said = HashSet::new();
        while let Some(node) = open.pop() {
            let twice = node.as_map().map_or(&[][..], |map| map.twice());
            for entry in twice.iter().filter(|entry| said.insert(entry.span.start)) {
                let message = format!("{} stands here twice: the later one counts", quoted(&entry.name));
                let warning = Diagnostic::warning(message).at(file, entry.span.clone());
                self.found.push(warning.help("give each a name of its own"));
            }
            open.extend(node.elements());
            open.extend(node.entries().iter().map(|entry| &entry.node));
        }
    }

    /// Refuses a document that is XML.
    pub(super) fn refuse_xml(&mut self, name: &str, text: &str) {
        let file = self.sources.add(name, text);
        let refused = Diagnostic::error("this is XML, perhaps a SoapUI project").at(&file, 0..1);
        self.found.push(refused.help("describe the HTTP API in OpenAPI"));
    }

    /// What a file is called in messages.
    pub(super) fn name(&self, spot: &Spot) -> Arc<str> {
        self.loaded.get(spot.file).map_or_else(|| "".into(), |file| file.name.clone())
    }

    /// Where a value was written.
    pub(super) fn origin(&self, spot: &Spot) -> Origin {
        let span = spot.node.place();
        Origin { file: self.loaded.get(spot.file).map(|file| file.name.clone()), span: (span.start, span.end) }
    }

    pub(super) fn warn(&mut self, spot: &Spot, message: impl Into<String>, help: impl Into<String>) {
        let diagnostic = Diagnostic::warning(message).at(&self.name(spot), spot.node.place()).help(help);
        self.found.push(diagnostic);
    }

    pub(super) fn error(&mut self, spot: &Spot, message: impl Into<String>, help: impl Into<String>) {
        if self.is_lenient {
            return self.warn(spot, message, help);
        }
        let diagnostic = Diagnostic::error(message).at(&self.name(spot), spot.node.place()).help(help);
        self.found.push(diagnostic);
    }

    /// A member of an object, references followed. Absent: it has no such member, or one that refers to nothing.
    pub(super) fn get(&mut self, spot: &Spot, name: &str) -> Option<Spot> {
        let member = spot.get(name)?;
        self.resolve(&member)
    }

    /// What a value means: itself, or what its `$ref` leads to. Absent: it leads nowhere, which was reported.
    pub(super) fn resolve(&mut self, spot: &Spot) -> Option<Spot> {
        let mut at = spot.clone();
        for _ in 0..CHAIN_MAX {
            let Some(reference) = at.get("$ref").filter(|reference| reference.node.as_text().is_some()) else {
                return Some(at);
            };
            at = self.follow(&reference)?;
        }
        if self.is_new(spot) {
            let target = spot.text("$ref").unwrap_or_default();
            let message = format!("{} goes round in a circle: it never comes to a value", quoted(&target));
            self.error(&spot.get("$ref").unwrap_or_else(|| spot.clone()), message, "let it name what is meant");
        }
        None
    }

    /// What a value of an example means: what its `$ref` leads to, if it leads anywhere; else it is one that happens to have
    /// such a member, which is said.
    pub(super) fn resolve_value(&mut self, spot: &Spot) -> Spot {
        self.is_lenient = true;
        let resolved = self.resolve(spot);
        self.is_lenient = false;
        resolved.unwrap_or_else(|| spot.clone())
    }

    /// One step: what the text of a `$ref` names.
    fn follow(&mut self, reference: &Spot) -> Option<Spot> {
        let text = reference.node.as_text()?.clone();
        let (path, pointer) = text.split_once('#').unwrap_or((&text, ""));
        let file = if path.is_empty() { reference.file } else { self.file(reference, path)? };
        let pointer = percent_decode_str(pointer).decode_utf8_lossy().into_owned();
        let root = self.loaded.get(file)?.root.clone();
        let found = match pointer.is_empty() || pointer.starts_with('/') {
            true => self.walk(Spot { file, node: root }, &pointer),
            false => anchored(&root, &pointer).map(|node| Spot { file, node }),
        };
        if found.is_none() && self.is_new(reference) {
            let message = format!("{} refers to nothing", quoted(&text));
            let help = match pointer.starts_with('/') {
                true => format!("nothing stands at {} there", quoted(&pointer)),
                false => "write it as a JSON Pointer: `#/components/schemas/Name`".into(),
            };
            self.error(reference, message, help);
        }
        found
    }

    /// Goes a JSON Pointer (RFC 6901) down. References on the way are followed.
    fn walk(&mut self, mut at: Spot, pointer: &str) -> Option<Spot> {
        for (step, token) in pointer.split('/').skip(1).enumerate() {
            let token = token.replace("~1", "/").replace("~0", "~");
            let next = at.node.at(&token).map(|node| at.with(node.clone()));
            at = match next {
                Some(next) => next,
                None if step < CHAIN_MAX => {
                    let within = self.one_step(&at.get("$ref")?)?;
                    within.node.at(&token).map(|node| within.with(node.clone()))?
                }
                None => return None,
            };
        }
        Some(at)
    }

    /// What a reference on the way of another one names, without going through further ones.
    fn one_step(&mut self, reference: &Spot) -> Option<Spot> {
        let text = reference.node.as_text()?.clone();
        let (path, pointer) = text.split_once('#').unwrap_or((&text, ""));
        let file = if path.is_empty() { reference.file } else { self.file(reference, path)? };
        let mut node = self.loaded.get(file)?.root.clone();
        for token in pointer.split('/').skip(1) {
            node = node.at(&token.replace("~1", "/").replace("~0", "~"))?.clone();
        }
        Some(Spot { file, node })
    }

    /// The index of a file that a reference names. Absent: it can't be read, which was reported.
    fn file(&mut self, reference: &Spot, named: &str) -> Option<usize> {
        let path = self.path(reference, named)?;
        if let Some(known) = self.paths.get(&path) {
            return *known;
        }
        self.paths.insert(path.clone(), None);
        let bytes = self.bytes(reference, named, &path)?;
        let Ok(text) = String::from_utf8(bytes) else {
            self.error(reference, format!("{} is not UTF-8 text", quoted(named)), "refer to a JSON or YAML file");
            return None;
        };
        self.add(&path.to_string_lossy(), &text).map(|spot| spot.file)
    }

    /// The bytes of a file that stands for a value, and its path. Absent: it can't be read, which was reported.
    pub(super) fn raw(&mut self, reference: &Spot, named: &str) -> Option<Vec<u8>> {
        let path = self.path(reference, named)?;
        self.is_lenient = true;
        let bytes = self.bytes(reference, named, &path);
        self.is_lenient = false;
        bytes
    }

    /// The path that a reference means: relative to the folder of the file that it stands in.
    fn path(&mut self, reference: &Spot, named: &str) -> Option<PathBuf> {
        let has_scheme = named.split_once(':').is_some_and(|(scheme, _)| {
            scheme.len() > 1
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        });
        if has_scheme || named.starts_with("//") {
            if self.is_new(reference) {
                let message = format!("{} is not fetched: only files are", quoted(named));
                self.warn(reference, message, "save it beside this file, and refer to that");
            }
            return None;
        }
        let named = percent_decode_str(named).decode_utf8_lossy().into_owned();
        let holder = self.loaded.get(reference.file).map(|file| file.name.clone()).unwrap_or_default();
        let folder = Path::new(&*holder).parent().unwrap_or(Path::new(""));
        Some(normal(&folder.join(named)))
    }

    fn bytes(&mut self, reference: &Spot, named: &str, path: &Path) -> Option<Vec<u8>> {
        if self.read.len() >= FILES_MAX || self.bytes > FILES_MAX_BYTES {
            if self.is_new(reference) {
                let message = format!(
                    "{} is one file too many: {FILES_MAX} with {} MB can be referred to",
                    quoted(named),
                    FILES_MAX_BYTES >> 20
                );
                self.error(reference, message, "put them together");
            }
            return None;
        }
        if !self.read.iter().any(|read| read == path) {
            self.read.push(path.to_owned());
        }
        match self.files.read(path) {
            Ok(bytes) => {
                self.bytes = self.bytes.saturating_add(bytes.len());
                Some(bytes)
            }
            Err(error) => {
                if self.is_new(reference) {
                    let message = format!("{} can't be read: {error}", quoted(named));
                    let help = format!("it is looked for at {}", quoted(&path.to_string_lossy()));
                    self.error(reference, message, help);
                }
                None
            }
        }
    }

    /// Whether a value has not been reported yet, and notes that it is now.
    pub(super) fn is_new(&mut self, spot: &Spot) -> bool {
        self.broken.insert(key(spot))
    }
}

fn key(spot: &Spot) -> (usize, usize) {
    (spot.file, spot.node.span.start)
}

/// A path without `.` and, where it can, without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(normal.components().next_back(), Some(Component::Normal(_))) => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

/// The schema with an `$anchor` of this name (JSON Schema 2020-12, section 8.2.2).
fn anchored(root: &Node, name: &str) -> Option<Node> {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if node.get("$anchor").and_then(Node::as_text).is_some_and(|anchor| &**anchor == name) {
            return Some(node.clone());
        }
        open.extend(node.elements());
        open.extend(node.entries().iter().map(|entry| &entry.node));
    }
    None
}
