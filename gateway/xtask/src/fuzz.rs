//! `cargo xtask fuzz [TARGET]`: lets libFuzzer look for bytes that break a reader. `gateway/fuzz` has the targets.
//!
//! Plain cargo and the stable compiler: what counts branches is a pass of LLVM's, and libFuzzer, which is C++, comes as
//! source in a crate. The build lies in a folder of its own, `target/fuzz`, for its code is another; beside it
//! `target/fuzz-corpus/TARGET` keeps what each run has learnt for the next, and what it broke.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{conformance, examples::target_folder};

/// What makes the compiler count branches and tell what is compared, as libFuzzer wants it.
const COUNTED: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// What no input may exceed: longer ones take longer, and break nothing that shorter ones do not.
const INPUT_MAX_BYTES: u32 = 16 << 10;
/// Whatever takes longer hangs: a reader takes microseconds.
const INPUT_MAX_SECONDS: u32 = 10;
/// What the process may use of memory.
const MEMORY_MAX_MIB: u32 = 1_024;
/// The stack of the gateway's threads. The fuzzer calls on its main thread, which has more of it.
const STACK_KIB: u32 = 2_048;

/// How libFuzzer says how many inputs it tried.
const TRIED: &str = "stat::number_of_executed_units:";
/// Where it begins to recommend words.
const WORDS: &str = "###### Recommended dictionary";

/// What to look at, and for how long.
#[derive(Args)]
pub(crate) struct Options {
    /// Looks at this target only
    target: Option<String>,
    /// How long to look at each target
    #[arg(long, default_value_t = 30, value_name = "N")]
    seconds: u32,
    /// Gives the target this file, once, instead of looking for others
    #[arg(long, value_name = "FILE", requires = "target")]
    input: Option<PathBuf>,
}

/// The program that was built, and where its findings lie.
struct Fuzzer {
    program: PathBuf,
    corpus: PathBuf,
}

// === impl Options ===

impl Options {
    /// Every target, for as long as a check of all may take.
    pub(crate) const SHORT: Self = Self { target: None, seconds: 8, input: None };
}

/// Runs the task.
///
/// # Errors
/// When something does not build, or a target breaks.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let fuzzer = Fuzzer::build(root)?;
    let known = fuzzer.seed(root)?;
    let wanted: Vec<&String> = match &options.target {
        Some(target) => known.iter().filter(|name| *name == target).collect(),
        None => known.iter().collect(),
    };
    if wanted.is_empty() {
        bail!("there is no such target\nhelp: there are {}", known.join(", "));
    }
    let mut broken = Vec::new();
    for target in wanted {
        let holds = match &options.input {
            Some(input) => fuzzer.run(target, |command| command.arg(input))?,
            None => fuzzer.look(target, options.seconds)?,
        };
        if !holds {
            broken.push(target.as_str());
        }
    }
    if !broken.is_empty() {
        bail!(
            "found what breaks {}\nhelp: try it again with `cargo xtask fuzz TARGET --input FILE`, mend it, and move the file to \
             `gateway/fuzz/regressions/TARGET/`",
            broken.join(", ")
        );
    }
    Ok(())
}

// === impl Fuzzer ===

impl Fuzzer {
    fn build(root: &Path) -> Result<Self> {
        let host = host()?;
        let target = target_folder(root);
        let mut cargo = Command::new("cargo");
        cargo.current_dir(root).args(["build", "--quiet", "--locked", "--package", "fuzz", "--features", "libfuzzer"]);
        cargo.args(["--profile", "fuzz", "--target", &host, "--target-dir"]).arg(target.join("fuzz"));
        // Named as a target, the machine's own kind leaves build scripts as they are.
        cargo.env("CARGO_ENCODED_RUSTFLAGS", COUNTED.join("\u{1f}"));
        if !cargo.status().context("cannot run cargo")?.success() {
            bail!("the fuzz targets do not build\nhelp: libFuzzer wants a compiler for C++");
        }
        let program = target.join("fuzz").join(host).join("fuzz/fuzz");
        Ok(Self { program, corpus: target.join("fuzz-corpus") })
    }

    /// Writes what each target begins with, and tells their names.
    fn seed(&self, root: &Path) -> Result<Vec<String>> {
        let folders = [root.join("examples"), root.join("gateway")].into_iter().chain(conformance::folder(root));
        let mut command = Command::new(&self.program);
        command.args(folders).env("RINGBACK_FUZZ_SEEDS", &self.corpus);
        let told = command.output().context("cannot run what was built")?;
        if !told.status.success() {
            bail!("the seeds can't be written");
        }
        Ok(String::from_utf8(told.stdout)?.lines().map(str::to_owned).collect())
    }

    /// Looks at a target for a while. Whether it held.
    fn look(&self, target: &str, seconds: u32) -> Result<bool> {
        let own = self.corpus.join(target);
        let [learnt, broken] = ["learnt", "broken/"].map(|folder| own.join(folder));
        for folder in [&learnt, &broken] {
            fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
        }
        self.run(target, |command| {
            command.args([format!("-max_total_time={seconds}"), format!("-max_len={INPUT_MAX_BYTES}")]);
            command.arg(format!("-dict={}", own.join("words").display()));
            command.arg(format!("-artifact_prefix={}", broken.display()));
            command.args(["-verbosity=0", "-print_funcs=0", "-print_final_stats=1"]);
            command.arg(&learnt).arg(own.join("seeds"))
        })
    }

    /// Runs libFuzzer on a target, within the limits that hold for every input, and tells how it went. Whether it held.
    fn run(&self, target: &str, arguments: impl FnOnce(&mut Command) -> &mut Command) -> Result<bool> {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("ulimit -s {STACK_KIB} && exec \"$0\" \"$@\"")).arg(&self.program);
        command.arg(format!("-timeout={INPUT_MAX_SECONDS}")).arg(format!("-rss_limit_mb={MEMORY_MAX_MIB}"));
        arguments(&mut command).env("RINGBACK_FUZZ_TARGET", target);
        let told = command.output().context("cannot run what was built")?;
        let text = String::from_utf8_lossy(&told.stderr);
        let tried = text.lines().find_map(|line| line.strip_prefix(TRIED)).map_or("", str::trim);
        match told.status.success() {
            true => println!("{target} holds: {tried} inputs"),
            // All that libFuzzer says, but for words that it would like to be given.
            false => println!("{target} breaks:\n{}", text.split(WORDS).next().unwrap_or_default()),
        }
        Ok(told.status.success())
    }
}

/// What the compiler calls this machine's kind.
fn host() -> Result<String> {
    let told = Command::new("rustc").arg("-vV").output().context("cannot run rustc")?;
    let told = String::from_utf8(told.stdout)?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say what it compiles for")
}
