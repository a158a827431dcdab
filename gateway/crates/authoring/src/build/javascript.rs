//! JavaScript: QuickJS in a component, put together by `componentize-qjs`, a node program of the project's own.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{Output, Plan, Project};
use crate::{Machine, Missing};

/// The oldest node that runs the tool.
const NODE_MIN: u32 = 20;
/// The tool, as the project's `package.json` names it.
const TOOL: &str = "componentize-qjs";
/// The tool's file, as npm links it.
const TOOL_FILE: &str = if cfg!(windows) { "componentize-qjs.cmd" } else { "componentize-qjs" };

pub(super) fn plan(project: &Project, machine: &Machine, scratch: &Path) -> Result<Plan, Vec<Missing>> {
    let node = node(machine);
    let tool = tool(project, machine);
    let (node, tool) = match (node, tool) {
        (Ok(node), Ok(tool)) => (node, tool),
        (node, tool) => return Err([node.err(), tool.err()].into_iter().flatten().collect()),
    };
    let out = scratch.join("plugin.wasm");
    let mut step = machine.command(&tool);
    // `--sync`: the other way of calling is none that the gateway speaks.
    step.current_dir(&project.folder).args(["--sync", "--wit", "wit", "--js", "plugin.js", "--output"]).arg(&out);
    let tools = vec![format!("node {node}"), format!("{TOOL} {}", version(project))];
    Ok(Plan { tools, steps: vec![step], output: Output::Component(out) })
}

pub(super) fn install(project: &Project, machine: &Machine) -> Result<Vec<Command>, Vec<Missing>> {
    let node = node(machine);
    let npm = machine.find("npm").ok_or_else(|| Missing::new("npm, which is not in PATH", &NODE_FROM));
    let npm = match (node, npm) {
        (Ok(_), Ok(npm)) => npm,
        (node, npm) => return Err([node.err(), npm.err()].into_iter().flatten().collect()),
    };
    // `ci` takes what the lock file names and nothing else; without one there is nothing to hold it to.
    let how = if project.folder.join("package-lock.json").is_file() { "ci" } else { "install" };
    let mut step = machine.command(npm);
    step.current_dir(&project.folder).args([how, "--no-audit", "--no-fund"]);
    Ok(vec![step])
}

const NODE_FROM: [(&str, &str); 2] =
    [("Debian 13 or later", "apt-get install nodejs npm"), ("any", "https://nodejs.org")];

/// The version of a node that will do.
fn node(machine: &Machine) -> Result<String, Missing> {
    let missing = |why: String| Missing::new(format!("Node.js {NODE_MIN} or later: {why}"), &NODE_FROM);
    let node = machine.find("node").ok_or_else(|| missing("`node` is not in PATH".into()))?;
    let version = machine.first_line(&node, ["--version"]).ok_or_else(|| missing("`node` does not run".into()))?;
    let version = version.trim_start_matches('v').to_owned();
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(NODE_MIN..) => Ok(version),
        _ => Err(missing(format!("`{}` is {version}", node.display()))),
    }
}

fn tool(project: &Project, machine: &Machine) -> Result<PathBuf, Missing> {
    let own = project.folder.join("node_modules/.bin").join(TOOL_FILE);
    let found = if own.is_file() { Some(own) } else { machine.find(TOOL_FILE) };
    found.ok_or_else(|| {
        let folder = project.folder.display();
        let get = [
            ("here", format!("ringback plugin build --install {folder}")),
            ("by hand", format!("npm ci --prefix {folder}")),
        ];
        Missing { what: format!("`{TOOL}`: not in `node_modules`, not in PATH"), get: get.into() }
    })
}

/// The tool can't say its own version.
fn version(project: &Project) -> String {
    let package = std::fs::read(project.folder.join("node_modules").join(TOOL).join("package.json"));
    let package = package.ok().and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    let version = package.as_ref().and_then(|package| package.get("version")?.as_str());
    version.unwrap_or("of PATH").to_owned()
}
