//! `ringback plugin`: what a plugin's author does before a gateway runs it. What is asked for goes to standard output,
//! what is told along the way and what went wrong to standard error.

use std::{fmt::Display, path::PathBuf};

use ringback_authoring::Machine;

use crate::{cli::PluginCommand, terminal};

mod build;
mod declaration;
mod inspect;
mod new;
mod project;
mod test;

pub(crate) fn run(command: &PluginCommand) -> u8 {
    let result = match command {
        PluginCommand::New(args) => new::run(args),
        PluginCommand::Build(args) => build::run(args),
        PluginCommand::Inspect(args) => inspect::run(args),
        PluginCommand::Test(args) => test::run(args),
    };
    match result {
        Ok(()) => crate::OK,
        Err(Failure { text, code }) => {
            terminal::err(&text);
            code
        }
    }
}

/// Why a command ends early: what is said, and the exit code.
pub(crate) struct Failure {
    text: String,
    code: u8,
}

// === impl Failure ===

impl Failure {
    /// Something failed, in a phrase.
    fn run(reason: impl Display) -> Self {
        Self { text: format!("error: {reason}\n"), code: crate::FAILED }
    }

    /// Something failed, and what to do.
    fn help(reason: impl Display, help: impl Display) -> Self {
        Self::run(format!("{reason}\nhelp: {help}"))
    }

    /// An error with all its causes.
    fn of(error: &dyn std::error::Error) -> Self {
        let mut text = error.to_string();
        let mut next = error.source();
        while let Some(source) = next {
            text.push_str(&format!(": {source}"));
            next = source.source();
        }
        Self::run(text)
    }

    /// What the author wrote is wrong.
    fn configuration(rendered: String) -> Self {
        Self { text: rendered, code: crate::BAD_CONFIGURATION }
    }
}

/// Writes what was asked for.
fn out(text: &str) -> Result<(), Failure> {
    match terminal::out(text) {
        crate::OK => Ok(()),
        code => Err(Failure { text: "error: standard output can't be written\n".into(), code }),
    }
}

/// What a build may know of this machine.
fn machine() -> Machine {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let home = || Some(PathBuf::from(variable("HOME")?).join(".cargo"));
    let cargo_home = variable("CARGO_HOME").map(Into::into).or_else(home);
    Machine { path: variable("PATH").unwrap_or_default(), cargo_home }
}
