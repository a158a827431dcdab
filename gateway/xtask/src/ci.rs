//! Everything that must hold before a change is taken, in one command. Cheap checks first; every step runs even when one
//! before it failed, so that one run tells all.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use clap::Args;
use ringback_authoring::toolchain::Toolchain;

use crate::{conformance, copies, debian, examples, fuzz, layers, machine, plugins, sizes, wit_check, wit_docs};

/// How to run the checks.
#[derive(Args)]
pub(crate) struct Options {
    /// Install what is missing (Debian, as root or with sudo); bundled plugins that can't be built are then a failure
    #[arg(long)]
    install: bool,
}

/// What is there on this machine, once it has been installed as far as that is wanted.
struct Machine {
    has_fmt: bool,
    has_clippy: bool,
    has_deny: bool,
    wasm: Result<Toolchain>,
}

/// What came of the steps so far.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    /// Tests and checks.
    passed: usize,
    failed: usize,
    /// The steps that failed, by name.
    broken: Vec<&'static str>,
    /// The steps that could not run.
    skipped: Vec<&'static str>,
}

/// Runs the task.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let started = Instant::now();
    let machine = Machine::prepare(options);
    let mut steps = Steps { root, tally: Tally::default() };

    if steps.can_run("formatted", machine.has_fmt, "rustfmt is not installed: `rustup component add rustfmt`") {
        steps.cargo("formatted", &["fmt", "--all", "--", "--check"]);
    }
    steps.task("layers", || layers::run(root));
    steps.task("file sizes", || sizes::run(root));
    steps.task("the contract is compatible", || wit_check::run(root, &wit_check::Options::default()));
    steps.task("the contract's reference is fresh", || wit_docs::run(root, &wit_docs::Options::CHECK));
    steps.task("copies are the same", || copies::run(root));
    steps.task("bundled plugins are fresh", || plugins::run(root, &plugins::Options::CHECK));
    if steps.can_run("lints", machine.has_clippy, "clippy is not installed: `rustup component add clippy`") {
        steps.cargo("lints", &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]);
    }
    // The examples and the README's transcript are integration tests: they run here too.
    steps.tests("tests", &["test", "--workspace", "--locked"]);
    match conformance::folder(root) {
        Some(_) => steps.task("conformance", || conformance::run(root)),
        None => steps.skip("conformance", "the suites are not there: `../shared/conformance`"),
    }
    match has_cplusplus() {
        true => steps.task("readers take any bytes", || fuzz::run(root, &fuzz::Options::SHORT)),
        false => steps.skip("readers take any bytes", "libFuzzer wants a compiler for C++"),
    }
    for (folder, name) in [("plugin-sdk", "the Rust SDK"), ("examples/kyc-rust", "a plugin written with it")] {
        let manifest = format!("{folder}/Cargo.toml");
        steps.tests(name, &["test", "--workspace", "--locked", "--manifest-path", &manifest]);
    }
    let rebuilt = "bundled plugins build to what is committed";
    match &machine.wasm {
        Ok(_) => steps.task(rebuilt, || plugins::run(root, &plugins::Options::VERIFY)),
        // The freshness above holds without a compiler, so only whoever asked for one is told of a failure.
        Err(missing) if !options.install => steps.skip(rebuilt, &format!("{missing:#}")),
        Err(missing) => steps.task(rebuilt, || bail!("{missing:#}")),
    }
    let written = "plugins in five languages";
    match options.install {
        true => steps.task(written, || examples::run(root, &examples::Options { install: true, lang: None })),
        false => steps.skip(written, "that takes the tools of five languages: `cargo xtask examples --install`"),
    }
    // Only where the tool is: dependencies change rarely, and it takes minutes to build.
    if machine.has_deny {
        steps.cargo("dependencies are allowed", &["deny", "check", "bans", "licenses", "sources"]);
    }
    steps.tally.report(started)
}

// === impl Machine ===

impl Machine {
    fn prepare(options: &Options) -> Self {
        if options.install {
            install();
        }
        let wasm = machine::wasm_toolchain();
        Self { has_fmt: has("fmt"), has_clippy: has("clippy"), has_deny: has("deny"), wasm }
    }
}

/// Installs what is missing, as far as that is possible: each step says for itself what it lacks.
fn install() {
    if !(has("fmt") && has("clippy")) {
        let added = Command::new("rustup").args(["component", "add", "rustfmt", "clippy"]).status();
        if !added.is_ok_and(|status| status.success()) {
            println!("rustfmt and clippy were not installed: there is no rustup that could");
        }
    }
    if let Err(error) = debian::install_missing() {
        println!("no compiler for wasm was installed: {error:#}");
    }
    if !has_cplusplus()
        && let Err(error) = debian::install(&["g++"])
    {
        println!("no compiler for C++ was installed: {error:#}");
    }
}

/// Whether cargo knows a subcommand.
fn has(tool: &str) -> bool {
    let version = cargo(&[tool, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// Whether there is a compiler for C++, as build scripts look for one.
fn has_cplusplus() -> bool {
    let version = Command::new("c++").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// The steps, one after the other.
struct Steps<'a> {
    root: &'a Path,
    tally: Tally,
}

// === impl Steps ===

impl Steps<'_> {
    /// Whether a step can run; says why it is skipped.
    fn can_run(&mut self, name: &'static str, there: bool, why_not: &str) -> bool {
        if !there {
            self.skip(name, why_not);
        }
        there
    }

    fn skip(&mut self, name: &'static str, why: &str) {
        heading(name);
        println!("skipped: {why}");
        self.tally.skipped.push(name);
    }

    /// Runs one of the project's own tasks. In this process: the tests may build this program anew while it runs.
    fn task(&mut self, name: &'static str, result: impl FnOnce() -> Result<()>) {
        heading(name);
        let result = result();
        if let Err(error) = &result {
            println!("error: {error:#}");
        }
        self.tally.check(name, result.is_ok());
    }

    fn cargo(&mut self, name: &'static str, arguments: &[&str]) {
        heading(name);
        let passed = self.status(cargo(arguments));
        self.tally.check(name, passed);
    }

    fn status(&self, mut command: Command) -> bool {
        command.current_dir(self.root).status().is_ok_and(|status| status.success())
    }

    /// Runs tests, and counts them by what cargo says of them.
    fn tests(&mut self, name: &'static str, arguments: &[&str]) {
        heading(name);
        match self.counted(arguments) {
            Ok((success, counts)) => self.tally.tests(name, success, counts),
            Err(error) => {
                println!("{error:#}");
                self.tally.check(name, false);
            }
        }
    }

    fn counted(&self, arguments: &[&str]) -> Result<(bool, (usize, usize))> {
        let mut child = cargo(arguments).arg("--no-fail-fast").current_dir(self.root).stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("cargo's output is not there")?;
        let mut total = (0, 0);
        for line in BufReader::new(output).lines() {
            let line = line?;
            writeln!(std::io::stdout(), "{line}")?;
            let (passed, failed) = counts(&line).unwrap_or_default();
            total = (total.0 + passed, total.1 + failed);
        }
        Ok((child.wait()?.success(), total))
    }
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments);
    command
}

fn heading(name: &str) {
    println!("\n== {name}");
}

/// Passed and failed of `test result: ok. 26 passed; 0 failed; ...`.
fn counts(line: &str) -> Option<(usize, usize)> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let mut numbers = counts.split("; ").map(|count| count.split(' ').next()?.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

// === impl Tally ===

impl Tally {
    fn check(&mut self, name: &'static str, passed: bool) {
        match passed {
            true => self.passed += 1,
            false => {
                self.failed += 1;
                self.broken.push(name);
            }
        }
    }

    fn tests(&mut self, name: &'static str, success: bool, (passed, failed): (usize, usize)) {
        self.passed += passed;
        self.failed += failed;
        if !success {
            // Tests that did not build failed too, though nobody counted them.
            self.failed += usize::from(failed == 0);
            self.broken.push(name);
        }
    }

    fn report(&self, started: Instant) -> Result<()> {
        println!("\n== result after {} s", started.elapsed().as_secs());
        if !self.skipped.is_empty() {
            println!("skipped: {}", self.skipped.join(", "));
        }
        if !self.broken.is_empty() {
            println!("failed: {}", self.broken.join(", "));
        }
        // The last line, either way.
        let Self { passed, failed, .. } = self;
        if *failed > 0 {
            bail!("{passed} passed, {failed} failed");
        }
        println!("{passed} passed, {failed} failed");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_counted_from_what_cargo_says() {
        let line = "test result: FAILED. 22 passed; 4 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.43s";
        assert_eq!(counts(line), Some((22, 4)));
        assert_eq!(counts("test table::tests::a ... ok"), None);
    }

    #[test]
    fn tests_that_do_not_build_have_failed() {
        let mut tally = Tally::default();
        tally.check("layers", true);
        tally.tests("tests", false, (0, 0));
        assert_eq!((tally.passed, tally.failed, tally.broken.as_slice()), (1, 1, ["tests"].as_slice()));
    }
}
