//! Builds a project: asks its language for a [`Plan`], runs the plan's steps, makes a component of what they left, and
//! stamps it.

use std::{
    borrow::Cow,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Language, Machine, Missing, NewError,
    component::{ComponentError, encode},
    refresh_contract, sha256, stamp,
};

mod c;
mod go;
mod javascript;
mod python;
mod rust;

/// The file that makes a folder a project.
pub const MANIFEST_FILE: &str = "plugin.toml";

/// A folder with a `plugin.toml` that has been read.
#[derive(Debug, Clone)]
pub struct Project {
    /// Absolute.
    pub folder: PathBuf,
    /// The manifest's `name`.
    pub name: String,
    /// The manifest's `language`.
    pub language: Language,
    /// The manifest's text, which goes into the component as it is.
    pub manifest: String,
}

/// A component that was written.
#[derive(Debug, Clone)]
pub struct Built {
    /// Where.
    pub file: PathBuf,
    /// All of it.
    pub component: Vec<u8>,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// What came of installing a project's own tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installed {
    /// They are there now.
    Done,
    /// The language's tools are the machine's, none are the project's.
    Nothing,
}

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Tools are not there: all of them.
    #[error("{}", missing(.0, .1))]
    Missing(Language, Vec<Missing>),
    /// A tool can't be run.
    #[error("`{0}` can't be run")]
    Run(String, #[source] io::Error),
    /// A tool failed, and what it said.
    #[error("{output}`{command}` failed{}", .help.as_deref().map(|help| format!("\nhelp: {help}")).unwrap_or_default())]
    Failed {
        /// As it could be typed.
        command: String,
        /// Its output, line by line.
        output: String,
        /// What is known to help.
        help: Option<String>,
    },
    /// The tools ran, and the file that they write is not there.
    #[error("the build left no `{}`", .0.display())]
    NoOutput(PathBuf),
    /// The module is none that a component can be made of.
    #[error("what was built makes no component: {0}")]
    NoComponent(#[from] ComponentError),
    /// A file can't be read or written.
    #[error("`{}` can't be written", .0.display())]
    Write(PathBuf, #[source] io::Error),
    /// The contract's copy can't be refreshed.
    #[error(transparent)]
    Contract(#[from] NewError),
}

fn missing(language: &Language, missing: &[Missing]) -> String {
    let number = match missing.len() {
        1 => "this is missing".to_owned(),
        number => format!("{number} things are missing"),
    };
    let things: Vec<String> = missing.iter().map(ToString::to_string).collect();
    format!("a {language} plugin can't be built here, {number}:\n{}", things.join("\n"))
}

/// How a project is built.
pub(crate) struct Plan {
    /// What it uses, for a person: `rustc 1.95.0, from /usr/bin/rustc`.
    pub tools: Vec<String>,
    /// One after the other.
    pub steps: Vec<Command>,
    /// What the last one leaves.
    pub output: Output,
}

/// What a build leaves.
pub(crate) enum Output {
    /// A core module, at the path that cargo tells.
    CargoModule,
    /// A core module.
    Module(PathBuf),
    /// A component.
    Component(PathBuf),
}

/// The tools that a project would be built with, a line each.
///
/// # Errors
/// When some are missing.
pub fn tools(project: &Project, machine: &Machine) -> Result<Vec<String>, BuildError> {
    Ok(plan(project, machine, Path::new(""))?.tools)
}

/// Installs the tools that live in the project itself, where its language has such: `node_modules`, `.venv`.
///
/// # Errors
/// When what installs them is missing or fails.
pub fn install(project: &Project, machine: &Machine, told: &mut dyn FnMut(&str)) -> Result<Installed, BuildError> {
    let steps = match project.language {
        Language::JavaScript => javascript::install(project, machine),
        Language::Python => python::install(project, machine),
        Language::Rust | Language::Go | Language::C => return Ok(Installed::Nothing),
    };
    for step in steps.map_err(|missing| BuildError::Missing(project.language, missing))? {
        run(step, told)?;
    }
    Ok(Installed::Done)
}

/// Builds a project and writes the component, whole or not at all. `told` hears each command before it is run.
///
/// # Errors
/// The first thing that keeps it from being built.
pub fn build(
    project: &Project,
    machine: &Machine,
    out: &Path,
    told: &mut dyn FnMut(&str),
) -> Result<Built, BuildError> {
    let scratch = tempfile::tempdir().map_err(|error| BuildError::Write(std::env::temp_dir(), error))?;
    let Plan { steps, output, .. } = plan(project, machine, scratch.path())?;
    refresh_contract(project.language, &project.folder)?;
    let mut printed = String::new();
    for step in steps {
        printed = run(step, told)?;
    }
    let component = stamp::stamp(component(output, &printed)?, &project.manifest);
    write_whole(out, &component).map_err(|error| BuildError::Write(out.to_owned(), error))?;
    Ok(Built { file: out.to_owned(), sha256: sha256(&component), component })
}

/// What the language has to do. `scratch` is a folder that is gone afterwards.
fn plan(project: &Project, machine: &Machine, scratch: &Path) -> Result<Plan, BuildError> {
    let plan = match project.language {
        Language::Rust => rust::plan(project, machine),
        Language::JavaScript => javascript::plan(project, machine, scratch),
        Language::Python => python::plan(project, machine, scratch),
        Language::Go => go::plan(project, machine, scratch),
        Language::C => c::plan(project, machine, scratch),
    };
    plan.map_err(|missing| BuildError::Missing(project.language, missing))
}

/// Runs a command to its end. Returns what it printed to standard output.
fn run(mut step: Command, told: &mut dyn FnMut(&str)) -> Result<String, BuildError> {
    let command = shown(&step);
    told(&command);
    let output = step.output().map_err(|error| BuildError::Run(command.clone(), error))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    let mut said = String::from_utf8_lossy(&output.stderr).into_owned();
    // Some compilers complain to standard output. Cargo's is for machines, it complains to the other.
    if said.trim().is_empty() {
        said = printed;
    }
    if !said.is_empty() && !said.ends_with('\n') {
        said.push('\n');
    }
    let help = offline(&said);
    Err(BuildError::Failed { command, output: said, help })
}

/// What helps against the one failure that every package manager reports in its own words.
fn offline(said: &str) -> Option<String> {
    const SIGNS: [&str; 5] =
        ["Could not resolve host", "getaddrinfo", "no such host", "Temporary failure in name resolution", "ENOTFOUND"];
    let unreachable = SIGNS.iter().any(|sign| said.contains(sign));
    unreachable
        .then(|| "a registry can't be reached: the first build fetches dependencies, later ones work offline".into())
}

/// A command as it could be typed, its program by its name alone.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args()).map(|word| {
        let word = word.to_string_lossy();
        if word.contains(' ') { Cow::Owned(format!("'{word}'")) } else { Cow::Owned(word.into_owned()) }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn component(output: Output, printed: &str) -> Result<Vec<u8>, BuildError> {
    match output {
        Output::CargoModule => {
            let file =
                rust::artifact(printed).ok_or_else(|| BuildError::NoOutput("target/.../release/*.wasm".into()))?;
            Ok(encode(read(&file)?)?)
        }
        Output::Module(file) => Ok(encode(read(&file)?)?),
        Output::Component(file) => read(&file),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, BuildError> {
    std::fs::read(file).map_err(|_| BuildError::NoOutput(file.to_owned()))
}

/// Writes a file beside its place and renames it: a gateway that watches the folder sees the old one or the new one.
fn write_whole(out: &Path, content: &[u8]) -> io::Result<()> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".ringback-").suffix(".part").tempfile_in(folder)?;
    file.write_all(content)?;
    readable(file.as_file())?;
    file.persist(out)?;
    Ok(())
}

/// Temporary files are their owner's alone; a component is as any other file.
#[cfg(unix)]
fn readable(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}
