//! From paths to environments: finds the documents, knows each by its content, reads all of them, and says everything
//! that is wrong with any of them at once.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

use ringback_config::Settings;
use ringback_diag::{Colour, Diagnostic, Diagnostics, Severity, Sources, render};
use ringback_import::mockoon::{Imported, Options as MockoonOptions};
use ringback_model::environment::Environment;

/// The document that a folder, or no path at all, stands for.
const DOCUMENT: &str = "ringback.toml";

pub(crate) mod artifact;
mod mockoon;
mod openapi;

pub use artifact::Artifact;
pub use mockoon::Mockoon;

/// Reads an environment variable. Absent: it is not set.
pub type Variables = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What to serve.
#[derive(Clone)]
pub struct Options {
    /// Documents, or folders that hold a `ringback.toml`. Empty: the one of the working folder, which need not be there when
    /// `plugins` are named.
    pub paths: Vec<PathBuf>,
    /// What messages show paths relative to.
    pub working_folder: PathBuf,
    /// Listens here instead of where the documents say.
    pub host: Option<String>,
    /// The port of the first environment; each further one takes the next. Absent: those of the documents.
    pub port: Option<u16>,
    /// Folders whose components are plugins, before those that the documents name.
    pub plugins: Vec<PathBuf>,
    /// Reads an environment variable, for `${env:NAME}`.
    pub variable: Variables,
    /// Documents that came over HTTP, after those of `paths`.
    pub artifacts: Vec<Artifact>,
    /// What Mockoon's command line says of the documents, in place of `host` and `port`. Absent: it was not used.
    pub mockoon: Option<Arc<Mockoon>>,
}

/// What was read.
pub struct Loaded {
    /// In the order of the paths.
    pub environments: Vec<Environment>,
    /// Of the first ringback.toml; the defaults where there is none.
    pub settings: Settings,
    /// What the operator should know.
    pub warnings: Diagnostics,
    /// The texts, for what goes wrong later.
    pub sources: Sources,
    /// Files that, when they change, change what serves.
    pub files: Vec<PathBuf>,
}

/// Why nothing was loaded.
#[derive(Debug)]
pub struct Rejected {
    diagnostics: Diagnostics,
    sources: Sources,
    /// Files that, when they change, may mend it; empty: it was not about files.
    pub files: Vec<PathBuf>,
}

/// Reads all documents.
///
/// # Errors
/// Everything that is wrong with any of them.
pub fn load(options: &Options) -> Result<Loaded, Rejected> {
    let mut sources = Sources::new(&options.working_folder);
    let (mut environments, mut settings, mut files) = (Vec::new(), None, Vec::new());
    let mut found = Diagnostics::default();
    let default = [options.working_folder.clone()];
    let paths = if options.paths.is_empty() { &default[..] } else { &options.paths };
    let mut described = openapi::Described::default();
    for (index, path) in paths.iter().enumerate() {
        let path = document(path);
        files.push(path.clone());
        // What could not be read has been said.
        match read(&path, index, options, &mut sources, &mut found, &mut files) {
            Some(Read::Whole { environment, settings: own }) => {
                environments.push(*environment);
                settings = settings.or(own.map(|own| *own));
            }
            Some(Read::Described(text)) => described.add(&path, text, environments.len()),
            None => {}
        }
    }
    described.join(&options.artifacts, environments.len());
    described.import(options, &mut environments, &mut sources, &mut found, &mut files);
    match &options.mockoon {
        Some(_) => mockoon::name_apart(&mut environments, &mut found),
        None => place(&mut environments, options),
    }
    keep_apart(&environments, &mut found);
    if found.has_errors() {
        return Err(Rejected { files, ..Rejected::new(found, &sources) });
    }
    let mockoon = options.mockoon.as_deref().map(Mockoon::settings);
    let settings = mockoon.or(settings).unwrap_or_default();
    Ok(Loaded { environments, settings, warnings: found, sources, files })
}

/// Reads all documents on a thread that may block.
///
/// # Errors
/// Everything that is wrong with any of them.
pub async fn load_elsewhere(options: &Options) -> Result<Loaded, Rejected> {
    let options = options.clone();
    let loaded = tokio::task::spawn_blocking(move || load(&options)).await;
    loaded.unwrap_or_else(|error| Err(Rejected::message(format!("the documents could not be read: {error}"))))
}

/// An environment of Mockoon's, the document of this index, whose files are relative to its folder.
fn mockoon(
    name: &str,
    text: &str,
    folder: &Path,
    index: usize,
    options: &Options,
    sources: &mut Sources,
) -> Result<Imported, Diagnostics> {
    let said = options.mockoon.as_ref().and_then(|mockoon| mockoon.documents.get(index)).cloned().unwrap_or_default();
    let said = MockoonOptions { folder: Some(options.working_folder.join(folder)), ..said };
    ringback_import::mockoon::read(name, text, &said, sources)
}

fn document(path: &Path) -> PathBuf {
    if path.is_dir() { path.join(DOCUMENT) } else { path.to_owned() }
}

/// One document.
enum Read {
    /// One that can run.
    Whole {
        environment: Box<Environment>,
        /// Absent: a document of this kind has none.
        settings: Option<Box<Settings>>,
    },
    /// The text of one that is read together with others of its kind.
    Described(String),
}

/// Reads one document by what it holds. Absent: it has errors, which were said.
fn read(
    path: &Path,
    index: usize,
    options: &Options,
    sources: &mut Sources,
    found: &mut Diagnostics,
    files: &mut Vec<PathBuf>,
) -> Option<Read> {
    let name = path.display().to_string();
    let text = match std::fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => text,
        Ok(Err(_)) => {
            found.push(Diagnostic::error(format!("`{name}` is not UTF-8 text")));
            return None;
        }
        // A folder of plugins that bring their own routes is enough.
        Err(error) if error.kind() == ErrorKind::NotFound && options.is_plugins_alone() => String::new(),
        Err(error) => {
            found.push(unreadable(&name, &error, options));
            return None;
        }
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    match Kind::of(path, &text, options.mockoon.is_some()) {
        Kind::Described => Some(Read::Described(text)),
        Kind::Toml => match toml(&name, &text, folder, options, sources) {
            Ok(loaded) => {
                found.extend(loaded.warnings);
                files.extend(loaded.files);
                Some(Read::Whole {
                    environment: Box::new(loaded.environment),
                    settings: Some(Box::new(loaded.settings)),
                })
            }
            Err(refused) => {
                found.extend(refused.diagnostics);
                files.extend(refused.files);
                None
            }
        },
        Kind::Mockoon => match mockoon(&name, &text, folder, index, options, sources) {
            Ok(imported) => {
                found.extend(imported.warnings);
                Some(Read::Whole { environment: Box::new(imported.environment), settings: None })
            }
            Err(diagnostics) => {
                found.extend(diagnostics);
                None
            }
        },
    }
}

fn toml(
    name: &str,
    text: &str,
    folder: &Path,
    options: &Options,
    sources: &mut Sources,
) -> Result<ringback_config::Loaded, ringback_config::Refused> {
    let plugins = options.plugins.first().map(PathBuf::as_path);
    ringback_config::read_beside(plugins, name, text, folder, &*options.variable, sources)
}

fn unreadable(name: &str, error: &std::io::Error, options: &Options) -> Diagnostic {
    let diagnostic = Diagnostic::error(format!("`{name}` can't be read: {error}"));
    match error.kind() {
        ErrorKind::NotFound if options.paths.is_empty() => {
            diagnostic.help("name a document: `ringback serve PATH`, or start where a `ringback.toml` is")
        }
        _ => diagnostic,
    }
}

// === impl Options ===

impl Options {
    /// Whether plugins are named, and no document is.
    fn is_plugins_alone(&self) -> bool {
        self.paths.is_empty() && !self.plugins.is_empty()
    }
}

/// The texts of diagnostics that were rendered together.
pub(crate) fn apart(rendered: &str) -> Vec<String> {
    rendered.split("\n\n").map(|text| text.trim_end().to_owned()).filter(|text| !text.is_empty()).collect()
}

/// What a document is.
enum Kind {
    Toml,
    /// Mockoon's; with its command line, an OpenAPI description too, which is read as the environment that Mockoon makes of
    /// it.
    Mockoon,
    /// An OpenAPI description, or an artifact that adds to one.
    Described,
}

impl Kind {
    fn of(path: &Path, text: &str, for_mockoon: bool) -> Self {
        let is_data = match path.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => false,
            Some("json" | "yaml" | "yml" | "xml") => true,
            _ => text.trim_start().starts_with('{') || is_openapi(text),
        };
        match is_data {
            false => Self::Toml,
            true if for_mockoon || !ringback_import::openapi::is_meant(text) => Self::Mockoon,
            true => Self::Described,
        }
    }
}

/// Whether a JSON or YAML text begins as OpenAPI documents do.
fn is_openapi(text: &str) -> bool {
    let head: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'')).take(64).collect();
    ["{openapi:", "{swagger:", "openapi:", "swagger:", "---openapi:", "apiVersion:"]
        .iter()
        .any(|start| head.starts_with(start))
}

/// Applies the command line's host and port.
fn place(environments: &mut [Environment], options: &Options) {
    for (index, environment) in environments.iter_mut().enumerate() {
        if let Some(host) = &options.host {
            environment.listen.host.clone_from(host);
        }
        if let Some(port) = options.port {
            let further = u16::try_from(index).unwrap_or(u16::MAX);
            environment.listen.port = if port == 0 { 0 } else { port.saturating_add(further) };
        }
    }
}

/// Refuses two environments at one address, or of one name.
fn keep_apart(environments: &[Environment], found: &mut Diagnostics) {
    for (index, environment) in environments.iter().enumerate() {
        let same = |other: &&Environment| other.listen == environment.listen && other.listen.port != 0;
        if let Some(other) = environments.iter().take(index).find(same) {
            let (one, two, port) = (&other.name, &environment.name, environment.listen.port);
            let message = format!("environments `{one}` and `{two}` both listen on port {port}");
            found.push(Diagnostic::error(message).help("give one of them another port"));
        }
        if environments.iter().take(index).any(|other| other.name == environment.name) {
            let message = format!("two environments are called `{}`", environment.name);
            found.push(Diagnostic::error(message).help("rename one of them: state is kept by environment"));
        }
    }
}

// === impl Rejected ===

impl Rejected {
    /// What is wrong, with the texts that it points at.
    pub fn new(mut diagnostics: Diagnostics, sources: &Sources) -> Self {
        diagnostics.sort();
        Self { diagnostics, sources: sources.clone(), files: vec![] }
    }

    /// One thing that is wrong nowhere in a file.
    pub fn message(message: impl Into<String>) -> Self {
        Self { diagnostics: Diagnostic::error(message).into(), sources: Sources::default(), files: vec![] }
    }

    /// For people.
    pub fn render(&self, colour: Colour) -> String {
        render(&self.diagnostics, &self.sources, colour)
    }

    /// For people, a text for each thing.
    pub fn texts(&self) -> Vec<String> {
        apart(&self.render(Colour::Plain))
    }

    /// How much is wrong: `2 things are`.
    pub fn count(&self) -> String {
        let errors = self.diagnostics.as_slice().iter().filter(|d| d.severity == Severity::Error).count();
        if errors == 1 { "1 thing is".into() } else { format!("{errors} things are") }
    }
}
