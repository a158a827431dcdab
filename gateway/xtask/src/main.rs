//! The project's own tasks, as `cargo xtask <task>`: building the bundled plugins, and the checks that no compiler does.
//!
//! Light on purpose: it must build in seconds on a machine that only wants to check something.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks to a person")]

mod bench;
mod ci;
mod conformance;
mod copies;
mod debian;
mod digest;
mod examples;
mod fuzz;
mod layers;
mod live;
mod lock;
mod machine;
mod plugins;
mod sizes;
mod transcript;
mod tree;
mod wit_check;
mod wit_docs;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

/// The project's own tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds the bundled plugins and records what they were built from
    Plugins(plugins::Options),
    /// Builds and tests the examples' plugins, and what `ringback plugin new` writes, in every language
    Examples(examples::Options),
    /// Refuses a dependency between the workspace's crates that points up or sideways
    Layers,
    /// Refuses a change of the plugin contract that would break plugins built for this version
    WitCheck(wit_check::Options),
    /// Writes the contract's reference, `wit/README.md`, from its comments
    WitDocs(wit_docs::Options),
    /// Refuses copies of one file that have parted
    Copies,
    /// Warns about long source files and refuses very long ones
    Sizes,
    /// Looks for bytes that break a reader: importer, templates, paths, `ringback.toml`, values
    Fuzz(fuzz::Options),
    /// Runs the black-box suites that lie beside the repository
    Conformance,
    /// Runs everything that must hold before a change is taken
    Ci(ci::Options),
    /// Measures the gateway over HTTP against the least that its stack could do
    Bench(bench::Options),
    /// Measures the gateway beside Mockoon CLI, serving the same environments
    Beside(bench::beside::Options),
    /// Measures what plugins that come, go and misbehave do to a gateway that is serving
    Live(live::Options),
}

fn main() -> ExitCode {
    let root = workspace_root();
    let result = match Arguments::parse().task {
        Task::Plugins(options) => plugins::run(&root, &options),
        Task::Examples(options) => examples::run(&root, &options),
        Task::Layers => layers::run(&root),
        Task::WitCheck(options) => wit_check::run(&root, &options),
        Task::WitDocs(options) => wit_docs::run(&root, &options),
        Task::Copies => copies::run(&root),
        Task::Sizes => sizes::run(&root),
        Task::Fuzz(options) => fuzz::run(&root, &options),
        Task::Conformance => conformance::run(&root),
        Task::Ci(options) => ci::run(&root, &options),
        Task::Bench(options) => bench::run(&root, &options),
        Task::Beside(options) => bench::beside::run(&root, &options),
        Task::Live(options) => live::run(&root, &options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace that this task was built in.
fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
