//! Python: CPython in a component, put together by `componentize-py`, which lives in the project's virtual environment.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{Output, Plan, Project};
use crate::{Machine, Missing};

/// The tool, as `requirements.txt` names it.
const TOOL: &str = "componentize-py";
/// Where a virtual environment keeps its programs.
const PROGRAMS: &str = if cfg!(windows) { "Scripts" } else { "bin" };
/// The interpreters' names, the better one first.
const INTERPRETERS: [&str; 2] = ["python3", "python"];

pub(super) fn plan(project: &Project, machine: &Machine, scratch: &Path) -> Result<Plan, Vec<Missing>> {
    let environment = project.folder.join(".venv");
    let tool = tool(project, &environment, machine).map_err(|missing| vec![missing])?;
    let version = machine.first_line(&tool, ["--version"]).unwrap_or_else(|| TOOL.into());
    let out = scratch.join("plugin.wasm");
    let mut step = machine.command(&tool);
    step.current_dir(&project.folder)
        .args(["--quiet", "--wit-path", "wit", "componentize", "plugin", "--python-path", ".", "--output"])
        .arg(&out);
    if environment.is_dir() {
        // What is installed there goes into the component, what the machine has does not.
        step.env("VIRTUAL_ENV", &environment);
    }
    Ok(Plan { tools: vec![version], steps: vec![step], output: Output::Component(out) })
}

pub(super) fn install(project: &Project, machine: &Machine) -> Result<Vec<Command>, Vec<Missing>> {
    let environment = project.folder.join(".venv");
    if let Some(uv) = machine.find("uv") {
        let (mut venv, mut pip) = (machine.command(&uv), machine.command(&uv));
        venv.current_dir(&project.folder).args(["venv", "--allow-existing", ".venv"]);
        pip.current_dir(&project.folder).args(["pip", "install", "-r", "requirements.txt"]);
        pip.env("VIRTUAL_ENV", &environment);
        return Ok(vec![venv, pip]);
    }
    let python = INTERPRETERS.into_iter().find_map(|name| machine.find(name)).ok_or_else(|| {
        let get = [("Debian", "apt-get install python3 python3-venv"), ("any", "https://docs.astral.sh/uv")];
        vec![Missing::new("Python 3.10 or later, or uv: neither is in PATH", &get)]
    })?;
    let (mut venv, mut pip) = (machine.command(python), machine.command(environment.join(PROGRAMS).join("python")));
    venv.current_dir(&project.folder).args(["-m", "venv", ".venv"]);
    pip.current_dir(&project.folder).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        "requirements.txt",
    ]);
    Ok(vec![venv, pip])
}

fn tool(project: &Project, environment: &Path, machine: &Machine) -> Result<PathBuf, Missing> {
    let own = environment.join(PROGRAMS).join(TOOL).with_extension(std::env::consts::EXE_EXTENSION);
    let found = if own.is_file() { Some(own) } else { machine.find(TOOL) };
    found.ok_or_else(|| {
        let folder = project.folder.display();
        let by_hand = "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt";
        let get = [
            ("here", format!("ringback plugin build --install {folder}")),
            ("by hand", format!("cd {folder} && {by_hand}")),
        ];
        Missing { what: format!("`{TOOL}`: not in `.venv`, not in PATH"), get: get.into() }
    })
}
