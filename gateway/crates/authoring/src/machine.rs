//! Where a build runs: what is in its `PATH`, and what of that a language needs and does not find.

use std::{
    ffi::{OsStr, OsString},
    fmt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What a build may know of the machine. The caller reads the environment.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    /// The value of `PATH`.
    pub path: OsString,
    /// Where cargo keeps the sources of dependencies. Absent: nobody knows, and messages of a component may show it.
    pub cargo_home: Option<PathBuf>,
}

/// A thing that a build needs and that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What, and what was looked at: `node is not in PATH`.
    pub what: String,
    /// Ways to get it, each with where it works: `("Debian", "apt-get install nodejs npm")`.
    pub get: Vec<(&'static str, String)>,
}

// === impl Machine ===

impl Machine {
    /// The file that a command's name stands for. Absent: no folder of `PATH` has it.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        self.folders().map(|folder| folder.join(program)).find(|file| is_program(file))
    }

    /// The folders of `PATH`.
    pub fn folders(&self) -> impl Iterator<Item = PathBuf> + '_ {
        std::env::split_paths(&self.path)
    }

    /// A command that finds what this machine has.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("PATH", &self.path).stdin(Stdio::null());
        command
    }

    /// The first line that a program prints. Absent: it can't be run, or fails.
    pub fn first_line<S: AsRef<OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = S>,
    ) -> Option<String> {
        let output = self.command(program).args(arguments).output().ok().filter(|output| output.status.success())?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().next().map(|line| line.trim().to_owned())
    }
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

// === impl Missing ===

impl Missing {
    /// A thing, and ways to get it.
    pub fn new(what: impl Into<String>, get: &[(&'static str, &str)]) -> Self {
        Self { what: what.into(), get: get.iter().map(|(place, command)| (*place, (*command).to_owned())).collect() }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {}", self.what)?;
        for (place, command) in &self.get {
            write!(f, "\n    {place}: {command}")?;
        }
        Ok(())
    }
}
