//! From what was written to what is meant: the definitions, once their shape is right, become settings and an environment.
//! Each value that means nothing is reported with its place, and the rest goes on.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use ringback_diag::{Diagnostic, Diagnostics, listed, quoted, suggest};
use ringback_model::{
    environment::{Environment, PathSyntax},
    ids::{EnvironmentName, NAME_MAX_BYTES, NameError, PluginName},
};

use crate::{
    Settings,
    check::quoted_key,
    document::{At, Conventions, Document, Server, TemplateLanguage},
    shadow,
};

mod answering;
mod bucket;
mod callback;
mod condition;
mod content;
mod grants;
mod header;
mod manifest;
mod microcks;
mod on_error;
mod operation;
mod plugin;
mod plugins;
mod policy;
mod response;
mod route;
mod secret;
mod server;
pub(crate) mod serving;
mod text;
mod vectors;

use header::Owner;

pub(crate) use answering::COLLECTION_KEY;
pub(crate) use callback::is_runtime;
pub(crate) use microcks::operations_of;
pub(crate) use operation::{NO_MEDIA_TYPE, SCRIPTS_PLUGIN, implied_media_type};
pub(crate) use route::COLLECTION_METHODS;

/// What lowering needs to know besides the document.
pub(crate) struct Lowering<'a> {
    /// The file.
    pub(crate) file: Arc<str>,
    /// Its text.
    pub(crate) text: &'a str,
    /// The folder that paths are relative to.
    pub(crate) folder: &'a Path,
    /// The folder that components are dropped into. Absent: there is none.
    pub(crate) plugins_folder: Option<PathBuf>,
    /// Whose manifest this is: that plugin answers routes where nothing else does. Absent: this is no manifest.
    pub(crate) own: Option<Own>,
    /// Whose conventions hold.
    pub(crate) conventions: Conventions,
    /// What the paths of Microcks' services begin with.
    pub(crate) bases: Vec<String>,
    /// How the routes' paths are written.
    pub(crate) syntax: PathSyntax,
    /// Strings that are another file's whole text, by where they start.
    pub(crate) whole: HashMap<usize, Arc<str>>,
    /// Names that stand in the file, also of what is broken: nobody is told that those are missing.
    pub(crate) declared: Declared,
    /// Where tables start that lost a key, which was reported: nobody is told that they lack something.
    pub(crate) broken: HashSet<usize>,
    /// What was found.
    pub(crate) found: Diagnostics,
}

/// The plugin whose manifest is lowered. Absent: its name is wrong, which was reported.
#[derive(Debug, Clone)]
pub(crate) struct Own(pub(crate) Option<PluginName>);

/// Names that others refer to.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    pub(crate) buckets: Vec<String>,
    /// Names by which templates and conditions may know buckets too.
    pub(crate) bucket_ids: Vec<String>,
    pub(crate) callbacks: Vec<String>,
    /// Those of them that webhooks send.
    pub(crate) fired: Vec<String>,
    pub(crate) plugins: Vec<String>,
    /// Absent: they are known only later.
    pub(crate) secrets: Option<Vec<String>>,
    /// Whether plugins can come that are not declared: components are dropped in.
    pub(crate) open: bool,
}

// === impl Lowering ===

impl Lowering<'_> {
    /// Lowers a whole document. Only if nothing was found that can't run is the result fit to run.
    pub(crate) fn document(&mut self, document: &Document) -> (Settings, Environment) {
        self.plugins_folder = self.dropped_into(&document.plugins).or(self.plugins_folder.take());
        self.conventions = document.server.conventions.as_ref().map(|given| given.value).unwrap_or_default();
        self.bases = microcks::bases(document);
        self.declared.fired = microcks::fired(document);
        let paths = self.path_rules(&document.server);
        self.syntax = paths.syntax;
        let listen = self.listen(&document.server);
        let settings = self.settings(document, &listen);
        let buckets = self.all_buckets(&document.buckets, &document.bucket);
        let callbacks = self.callbacks(&document.callback);
        let plugins = self.plugins(&document.plugin);
        let egress = self.egress(&document.egress);
        let routes = self.routes(&document.route, &callbacks);
        shadow::report(&routes, self);
        let webhooks = self.webhooks(document, &callbacks);
        let language = document.server.template_language.as_ref().map(|language| language.value);
        let environment = Environment {
            name: self.environment_name(&document.server),
            folder: self.folder.to_owned(),
            listen,
            tls: self.tls(document.server.tls.as_ref()),
            conventions: self.conventions(document, &routes),
            latency: self.latency(&document.server),
            proxy: self.proxy(document.proxy.as_ref()),
            prefix: self.prefix(document.server.prefix.as_ref()),
            paths,
            aliases: self.aliases(&document.alias),
            renderer: language.unwrap_or(TemplateLanguage::usual(self.conventions)).plugin(),
            headers: self.headers(document.server.headers.as_ref(), Owner::Response),
            default_content_type: self.default_content_type(&document.server),
            routes: routes.into_iter().map(|placed| placed.route).collect(),
            buckets,
            callbacks,
            webhooks,
            plugins,
            secrets: self.secrets(&document.secrets),
            egress,
        };
        self.warn_about_egress(document, &environment);
        (settings, environment)
    }

    fn environment_name(&mut self, server: &Server) -> EnvironmentName {
        let named = server.name.as_ref().and_then(|name| self.name(name, EnvironmentName::try_new));
        named.unwrap_or_else(|| fallback_name(&self.file, self.folder))
    }

    /// Reports an error at a place of the file.
    fn wrong(&mut self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Diagnostic::error(message).at(&self.file, span.clone()).help(help));
    }

    /// Reports what can't be meant. With another tool's conventions it runs nevertheless: its documents do.
    pub(crate) fn mistake(&mut self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        if self.is_foreign() { self.doubt(span, message, help) } else { self.wrong(span, message, help) }
    }

    /// Whether another tool's conventions hold: what it sends, or leaves out, is no mistake then.
    fn is_foreign(&self) -> bool {
        self.conventions != Conventions::Ringback
    }

    /// Reports a doubt about a place of the file.
    fn doubt(&mut self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Diagnostic::warning(message).at(&self.file, span.clone()).help(help));
    }

    /// Reads a name. Absent: it is none, and that was reported.
    fn name<T>(&mut self, name: &At<String>, read: fn(&str) -> Result<T, NameError>) -> Option<T> {
        let why = match read(&name.value) {
            Ok(name) => return Some(name),
            Err(why) => why,
        };
        let written = self.written(&name.span);
        let message = match why {
            NameError::Empty => "this name is empty".into(),
            NameError::TooLong(bytes) => format!("name {written} has {bytes} bytes, {NAME_MAX_BYTES} are allowed"),
            NameError::Control => format!("name {written} holds control characters"),
            NameError::Character(c) => {
                format!("name {written} holds `{c}`: letters, digits, `.`, `_` and `-` are allowed")
            }
        };
        self.wrong(&name.span, message, "choose another one");
        None
    }

    /// What to do about a name that is not declared; `add` declares it.
    fn undeclared(name: &str, declared: &[String], add: &str) -> String {
        let names = || declared.iter().map(String::as_str);
        match (suggest(name, names()), listed(names())) {
            (Some(near), _) => format!("did you mean {}? else {add}", quoted(near)),
            (None, Some(list)) => format!("declared: {list}; or {add}"),
            (None, None) => add.into(),
        }
    }

    /// What stands at a place, without quotes around it: what messages may show, which the value is not.
    fn written(&self, span: &Range<usize>) -> String {
        quoted(self.text.get(text::content(self.text, span)).unwrap_or_default())
    }
}

/// The name of an environment that does not say: its file's, or its folder's when the file is called `ringback.toml`.
fn fallback_name(file: &str, folder: &Path) -> EnvironmentName {
    let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str());
    let absolute = std::path::absolute(folder).ok();
    let parent = absolute.as_deref().and_then(Path::file_name).and_then(|name| name.to_str());
    let names = stem.filter(|stem| *stem != "ringback").into_iter().chain(parent);
    names.filter_map(|name| EnvironmentName::try_new(name).ok()).next().unwrap_or_default()
}
