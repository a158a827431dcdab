//! The workspace's layers: an arrow between its crates points down, and one crate alone names wasmtime.

use std::path::Path;

use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, MetadataCommand};

/// Who may use whom: a crate only what stands on a lower level.
const LEVELS: [&[&str]; 5] = [
    &["ringback-model", "ringback-values", "ringback-diag"],
    &[
        "ringback-authoring",
        "ringback-clock",
        "ringback-collection",
        "ringback-scripts",
        "ringback-config",
        "ringback-import",
        "ringback-matching",
        "ringback-store",
        "ringback-threads",
        "ringback-egress",
    ],
    &["ringback-wasm", "ringback-callbacks"],
    &["ringback-gateway"],
    &["ringback"],
];

/// Crates that stand outside of the layers: they use nothing of ours but their exceptions, and only tests use them.
const APART: [&str; 4] = ["expressions-engine", "handlebars-engine", "handlebars-faker", "xtask"];

/// The exceptions, bare crates that a component may hold: a template engine has its values in common with the gateway's
/// rules, and the gateway runs the generator that the engine's made-up data is drawn from.
const SHARED: [(&str, &str); 3] = [
    ("handlebars-engine", "ringback-values"),
    ("handlebars-engine", "handlebars-faker"),
    ("ringback-gateway", "handlebars-faker"),
];

/// The one crate that the project's own tasks share with the command line: how plugins are built. It uses nothing of ours.
const BUILDING: &str = "ringback-authoring";

/// The crate that feeds readers of every level with any bytes. Nothing uses it.
const FUZZING: &str = "fuzz";

/// The crate that may name wasmtime.
const WASM_HOST: &str = "ringback-wasm";

/// An arrow between crates.
#[derive(Debug, Clone)]
struct Edge {
    from: String,
    to: String,
    is_test: bool,
}

/// Runs the task.
pub(crate) fn run(root: &Path) -> Result<()> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("cannot read the workspace")?;
    let packages = metadata.workspace_packages();
    let members: Vec<String> = packages.iter().map(|package| package.name.to_string()).collect();
    let edges: Vec<Edge> = packages
        .iter()
        .flat_map(|package| {
            package.dependencies.iter().map(|dependency| Edge {
                from: package.name.to_string(),
                to: dependency.name.clone(),
                is_test: dependency.kind == DependencyKind::Development,
            })
        })
        .collect();
    let problems = problems(&members, &edges);
    if !problems.is_empty() {
        bail!("{}\nhelp: move what is shared down a level, or behind a port in `ringback-model`", problems.join("\n"));
    }
    println!("{} crates, every arrow points down", members.len());
    Ok(())
}

fn problems(members: &[String], edges: &[Edge]) -> Vec<String> {
    let unplaced =
        members.iter().filter(|name| level(name).is_none() && !APART.contains(&name.as_str()) && *name != FUZZING);
    let mut problems: Vec<String> =
        unplaced.map(|name| format!("`{name}` has no level: add it to `gateway/xtask/src/layers.rs`")).collect();
    problems.extend(edges.iter().filter_map(|edge| problem(members, edge)));
    problems
}

fn problem(members: &[String], edge: &Edge) -> Option<String> {
    let Edge { from, to, is_test } = edge;
    if (to == "wasmtime" || to.starts_with("wasmtime-")) && from != WASM_HOST {
        return Some(format!("`{from}` names `{to}`: only `{WASM_HOST}` may"));
    }
    if *is_test || !members.contains(to) {
        return None;
    }
    if from == FUZZING || (from == "xtask" && to == BUILDING) || SHARED.contains(&(from.as_str(), to.as_str())) {
        return None;
    }
    if APART.contains(&from.as_str()) || APART.contains(&to.as_str()) {
        return Some(format!(
            "`{from}` uses `{to}`: crates outside of the layers and those within do not use each other"
        ));
    }
    if to == FUZZING {
        return Some(format!("`{from}` uses `{to}`: nothing does"));
    }
    match (level(from), level(to)) {
        (Some(above), Some(below)) if above > below => None,
        (Some(above), Some(below)) => {
            let way = if above == below { "sideways" } else { "up" };
            Some(format!("`{from}` (level {above}) uses `{to}` (level {below}): the arrow points {way}"))
        }
        // Named already for having no level.
        _ => None,
    }
}

fn level(name: &str) -> Option<usize> {
    LEVELS.iter().position(|names| names.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::{Edge, problems};

    fn check(from: &str, to: &str, is_test: bool) -> Vec<String> {
        let members =
            [from, to].iter().filter(|name| !name.starts_with("wasmtime")).map(ToString::to_string).collect::<Vec<_>>();
        problems(&members, &[Edge { from: from.into(), to: to.into(), is_test }])
    }

    #[test]
    fn arrows_point_down() {
        assert!(check("ringback-gateway", "ringback-model", false).is_empty());
        assert!(check("ringback-config", "ringback-diag", false).is_empty());
    }

    #[test]
    fn arrows_do_not_point_up_or_sideways() {
        assert!(check("ringback-model", "ringback-store", false)[0].ends_with("points up"));
        assert!(check("ringback-wasm", "ringback-callbacks", false)[0].ends_with("points sideways"));
        assert!(check("ringback-model", "ringback-diag", false)[0].ends_with("points sideways"));
    }

    #[test]
    fn tests_may_use_what_they_need_but_wasmtime() {
        assert!(check("ringback-model", "ringback-store", true).is_empty());
        assert!(check("ringback-gateway", "handlebars-engine", true).is_empty());
        assert!(check("ringback-gateway", "wasmtime", true)[0].contains("only `ringback-wasm`"));
        assert!(check("ringback-wasm", "wasmtime", false).is_empty());
    }

    #[test]
    fn an_engine_stands_alone_but_for_what_is_shared() {
        assert!(check("handlebars-engine", "ringback-values", false).is_empty());
        assert!(check("handlebars-engine", "handlebars-faker", false).is_empty());
        assert_eq!(check("handlebars-faker", "ringback-values", false).len(), 1);
        assert_eq!(check("handlebars-engine", "ringback-model", false).len(), 1);
        assert_eq!(check("ringback-gateway", "handlebars-engine", false).len(), 1);
    }

    #[test]
    fn the_tasks_build_plugins_as_the_command_line_does() {
        assert!(check("xtask", "ringback-authoring", false).is_empty());
        assert_eq!(check("xtask", "ringback-model", false).len(), 1);
    }

    #[test]
    fn fuzzing_reaches_everything_and_nothing_uses_it() {
        assert!(check("fuzz", "ringback-import", false).is_empty());
        assert!(check("fuzz", "handlebars-engine", false).is_empty());
        assert_eq!(check("ringback-import", "fuzz", false).len(), 1);
    }

    #[test]
    fn a_new_crate_needs_a_level() {
        assert!(check("ringback-new", "ringback-model", false)[0].contains("no level"));
    }
}
