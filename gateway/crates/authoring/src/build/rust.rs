//! Rust: the compiler itself, for a target without WASI.

use std::path::PathBuf;

use serde_json::Value;

use super::{Output, Plan, Project};
use crate::{Machine, Missing, toolchain::Toolchain};

pub(super) fn plan(project: &Project, machine: &Machine) -> Result<Plan, Vec<Missing>> {
    let toolchain = Toolchain::discover(machine).map_err(|missing| vec![missing])?;
    let mut tools = vec![toolchain.version.clone()];
    if toolchain.builds_std() {
        tools.push("the standard library, built along from its sources".into());
    }
    let mut cargo = toolchain.build(&project.folder, "/plugin", &project.folder, &project.folder.join("target"));
    cargo.args(["--lib", "--message-format", "json-render-diagnostics"]);
    Ok(Plan { tools, steps: vec![cargo], output: Output::CargoModule })
}

/// The module that cargo says it built last: dependencies come before the project itself.
pub(super) fn artifact(printed: &str) -> Option<PathBuf> {
    let messages = printed.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut files = messages.filter_map(|message| {
        let is_artifact = message.get("reason").is_some_and(|reason| reason == "compiler-artifact");
        let files = message.get("filenames").filter(|_| is_artifact)?.as_array()?;
        files.iter().filter_map(Value::as_str).rfind(|file| file.ends_with(".wasm")).map(PathBuf::from)
    });
    files.next_back()
}

#[cfg(test)]
mod tests {
    use super::artifact;

    #[test]
    fn the_module_is_the_last_one_that_cargo_names() {
        let printed = r#"{"reason":"compiler-artifact","filenames":["/t/libsdk.rlib"]}
{"reason":"compiler-artifact","filenames":["/t/deps/kyc.wasm","/t/kyc.wasm"]}
{"reason":"build-finished","success":true}"#;
        assert_eq!(artifact(printed).unwrap().to_str(), Some("/t/kyc.wasm"));
        assert_eq!(artifact(""), None);
    }
}
