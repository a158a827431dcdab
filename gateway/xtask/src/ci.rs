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

use crate::{debian, layers, plugins, sizes, toolchain::Toolchain, wit_check};

/// How to run the checks.
#[derive(Args)]
pub(crate) struct Options {
    /// Install what is missing (Debian, as root or with sudo), and count a step that can't run as failed
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
    let mut steps = Steps { root, strict: options.install, tally: Tally::default() };

    let fmt = steps.needs("formatted", machine.has_fmt, "rustfmt is not installed: `rustup component add rustfmt`");
    if fmt {
        steps.cargo("formatted", &["fmt", "--all", "--", "--check"]);
    }
    steps.task("layers", || layers::run(root));
    steps.task("file sizes", || sizes::run(root));
    steps.task("the contract is compatible", || wit_check::run(root, &wit_check::Options::default()));
    steps.task("bundled plugins are fresh", || plugins::run(root, &plugins::Options::CHECK));
    if steps.needs("lints", machine.has_clippy, "clippy is not installed: `rustup component add clippy`") {
        steps.cargo("lints", &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]);
    }
    // The examples and the README's transcript are integration tests: they run here too.
    steps.tests("tests", &["test", "--workspace", "--locked"]);
    let why_not = machine.wasm.as_ref().err().map_or_else(String::new, |error| format!("{error:#}"));
    if steps.needs("bundled plugins build to what is committed", machine.wasm.is_ok(), &why_not) {
        steps.task("bundled plugins build to what is committed", || plugins::run(root, &plugins::Options::VERIFY));
    }
    // A matter of the dependencies, which change rarely, and of a tool that is not everywhere: never a failure.
    if machine.has_deny {
        steps.cargo("dependencies are allowed", &["deny", "check", "bans", "licenses", "sources"]);
    }
    steps.tally.report(started)
}

// === impl Machine ===

impl Machine {
    fn prepare(options: &Options) -> Self {
        if options.install
            && let Err(error) = debian::install_missing()
        {
            println!("nothing was installed: {error:#}");
        }
        let has = |tool: &str| {
            let version = cargo(&[tool, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
            version.is_ok_and(|status| status.success())
        };
        let wasm = Toolchain::discover();
        Self { has_fmt: has("fmt"), has_clippy: has("clippy"), has_deny: has("deny"), wasm }
    }
}

/// The steps, one after the other.
struct Steps<'a> {
    root: &'a Path,
    /// Whether a step that can't run counts as failed.
    strict: bool,
    tally: Tally,
}

// === impl Steps ===

impl Steps<'_> {
    /// Whether a step can run; says why not.
    fn needs(&mut self, name: &'static str, there: bool, why_not: &str) -> bool {
        if !there {
            heading(name);
            println!("can't run: {why_not}");
            match self.strict {
                true => self.tally.check(name, false),
                false => self.tally.skipped.push(name),
            }
        }
        there
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
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed > 0 {
            bail!("not everything holds");
        }
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
