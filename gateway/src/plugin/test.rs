//! `ringback plugin test`: the vectors of a plugin's project against its built component, in a gateway as `serve` starts
//! it: the same routing, unit of work and callback engine. Only the clock stands, callbacks are captured, and what each
//! call cost is measured.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use ringback_authoring::MANIFEST_FILE;
use ringback_config::vectors::{self, Vectors};
use ringback_diag::{Diagnostic, Diagnostics, Sources, position};

use super::{Failure, out, project};
use crate::{cli::TestArgs, serve, terminal};

mod captured;
mod compare;
mod document;
mod gateway;
mod report;
mod run;

use report::{Report, Tally};

/// Where a project keeps its vectors.
const FOLDER: &str = "tests";
/// What belongs to a project and goes into no component.
const NOT_SOURCES: [&str; 7] = ["tests", "target", "node_modules", "deps", "build", "README.md", "ringback.toml"];

pub(super) fn run(args: &TestArgs) -> Result<(), Failure> {
    let read = project::read(&args.folder)?;
    let mut sources = Sources::default();
    let files = load(&args.folder, &mut sources)?;
    let component = component(args, &read)?;
    let captured = captured::Captured::listen();
    let runtime = serve::runtime().map_err(|error| Failure::of(&error))?;
    let mut tally = Tally::default();
    let mut reports = Vec::with_capacity(files.len());
    for vectors in &files {
        let world = gateway::World { read: &read, component: &component, vectors, captured: &captured };
        let calls = runtime.block_on(run::all(world, &sources))?;
        let text = sources.text(&vectors.file).cloned().unwrap_or_default();
        let line = |at: usize| position(&text, at).line;
        let report = Report::of(sources.shown(&vectors.file), calls, line, args.filter.as_deref());
        tally.add(&report);
        if !args.json {
            out(&report.text())?;
        }
        reports.push(report);
    }
    runtime.shutdown_background();
    out(&if args.json { report::json(&reports, &tally) } else { tally.text() })?;
    match (tally.failed, tally.calls) {
        (0, 0) => Err(Failure::run("no call has a name like this, or stands in a file of such a name")),
        (0, _) => Ok(()),
        // What failed has been told.
        _ => Err(Failure { text: String::new(), code: crate::FAILED }),
    }
}

/// The vectors of a project, by the names of their files.
fn load(folder: &Path, sources: &mut Sources) -> Result<Vec<Vectors>, Failure> {
    let tests = folder.join(FOLDER);
    let entries = tests.read_dir().into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    if files.is_empty() {
        let message = format!("there are no vectors: no `*.toml` in `{}`", tests.display());
        return Err(Failure::help(message, "`ringback plugin new` writes one to start from"));
    }
    let (mut read, mut wrong) = (vec![], Diagnostics::default());
    for file in files {
        let name = file.display().to_string();
        match std::fs::read_to_string(&file) {
            Err(error) => wrong.push(Diagnostic::error(format!("`{name}` can't be read: {error}"))),
            Ok(text) => match vectors::parse(&name, &text, sources) {
                Ok(vectors) => read.push(vectors),
                Err(more) => wrong.extend(more),
            },
        }
    }
    if wrong.has_errors() { Err(project::refused(&wrong, sources)) } else { Ok(read) }
}

/// The component to test, which is there. Says when it is older than what it was built from.
fn component(args: &TestArgs, read: &project::Read) -> Result<PathBuf, Failure> {
    let file = match &args.component {
        Some(file) => std::path::absolute(file).map_err(|error| Failure::of(&error))?,
        None => read.project.folder.join(format!("{}.wasm", read.project.name)),
    };
    let command = format!("ringback plugin build {}", args.folder.display());
    let Ok(built) = file.metadata().and_then(|found| found.modified()) else {
        return Err(Failure::help(format!("`{}` is not built", file.display()), format!("`{command}`")));
    };
    if args.component.is_none()
        && let Some(newer) = newer(&read.project.folder, built)
    {
        let newer = newer.strip_prefix(&read.project.folder).unwrap_or(&newer).display().to_string();
        terminal::err(&format!("warning: `{newer}` is newer than the component\nhelp: `{command}`\n\n"));
    }
    Ok(file)
}

/// A source that is newer than a component. Absent: none is.
fn newer(folder: &Path, built: SystemTime) -> Option<PathBuf> {
    folder.read_dir().ok()?.flatten().find_map(|entry| {
        let (name, path) = (entry.file_name(), entry.path());
        let name = name.to_string_lossy();
        if name.starts_with('.') || name.ends_with(".wasm") || NOT_SOURCES.contains(&&*name) {
            return None;
        }
        if path.is_dir() {
            return newer(&path, built);
        }
        let is_newer = entry.metadata().ok()?.modified().ok()? > built;
        is_newer.then_some(path)
    })
}

/// What the gateway is told to be in a folder of its own, beside the project's manifest.
fn manifest_table(read: &project::Read) -> Result<toml::Table, Failure> {
    let parsed = read.project.manifest.parse::<toml::Table>();
    parsed.map_err(|error| Failure::run(format!("`{MANIFEST_FILE}` can't be read: {error}")))
}
