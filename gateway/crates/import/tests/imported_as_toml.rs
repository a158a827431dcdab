//! A description that is written as `ringback.toml` is read as the same environment.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use ringback_diag::{Colour, Sources, render};
use ringback_import::openapi::{Disk, Document, Options, read};
use ringback_model::environment::Environment;

/// A file of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(path)
}

/// A description of all that `ringback.toml` has words for.
const EVERYTHING: &str = include_str!("openapi/everything.yaml");

fn imported(name: &str, text: &str) -> Result<Environment, String> {
    let mut sources = Sources::default();
    let documents = [Document { name, text }];
    let imported = read(&documents, &Disk, &Options::default(), &mut sources);
    imported.map(|i| i.environment).map_err(|refused| render(&refused.diagnostics, &sources, Colour::Plain))
}

fn as_toml(environment: &Environment) -> Result<(Environment, String), String> {
    let written = ringback_config::write(environment, &[]);
    let mut sources = Sources::default();
    let read = ringback_config::read("ringback.toml", &written, &environment.folder, &|_| None, &mut sources);
    read.map(|loaded| (loaded.environment, written.clone()))
        .map_err(|refused| render(&refused.diagnostics, &sources, Colour::Plain) + &written)
}

/// All that an environment says, but where it was written.
fn said(environment: &Environment) -> String {
    let text = format!("{environment:#?}");
    let mut said = String::new();
    let mut rest = &*text;
    while let Some((before, origin)) = rest.split_once("Origin {") {
        said.push_str(before);
        rest = origin.split_once("span: (").and_then(|(_, span)| span.split_once('}')).map_or("", |(_, after)| after);
    }
    said + rest
}

fn assert_same(name: &str, text: &str) {
    let environment = imported(name, text).unwrap();
    let (again, written) = as_toml(&environment).unwrap();
    let (before, after) = (said(&environment), said(&again));
    let difference = before.lines().zip(after.lines()).find(|(before, after)| before != after);
    assert!(before == after, "{name}: {difference:?}\n{written}");
}

#[test]
fn everything_is_read_as_it_was_imported() {
    assert_same("everything.yaml", EVERYTHING);
}

#[test]
fn the_tutorial_is_read_as_it_was_imported() {
    let path = repository("examples/user-registration/user-registration.yaml");
    assert_same("user-registration.yaml", &std::fs::read_to_string(path).unwrap());
}
