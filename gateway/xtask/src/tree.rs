//! A copy of all that a bundled plugin is made of, as a workspace of its own. Cargo names a crate below a workspace's root
//! by its relative path and any other by its absolute one, and those names show in what is built: of a plugin that holds
//! crates of the gateway, each checkout would build other bytes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use toml::{Table, Value};

use crate::digest;

/// Lays the copy into a folder, which is emptied first: the crates and the contract where they are below `root`, the
/// gateway's manifest with the plugin's profile, and the plugin's lock file. `component` is the crate that is built.
pub(crate) fn lay(root: &Path, into: &Path, plugin: &Path, crates: &[PathBuf], component: &Path) -> Result<()> {
    if into.exists() {
        fs::remove_dir_all(into).with_context(|| format!("cannot empty `{}`", into.display()))?;
    }
    for folder in crates {
        let manifest = folder.join("Cargo.toml");
        copy(root, into, &manifest)?;
        strip(&into.join(manifest.strip_prefix(root).unwrap_or(&manifest)))?;
        for file in digest::files_below(&folder.join("src"))? {
            copy(root, into, &file)?;
        }
    }
    for file in digest::files_below(&root.join("wit"))? {
        copy(root, into, &file)?;
    }
    let manifest = manifest(root, plugin, component)?;
    fs::write(into.join("Cargo.toml"), manifest).context("cannot write the copy's manifest")?;
    fs::copy(plugin.join("Cargo.lock"), into.join("Cargo.lock")).context("cannot copy the plugin's lock file")?;
    Ok(())
}

fn copy(root: &Path, into: &Path, file: &Path) -> Result<()> {
    let to = into.join(file.strip_prefix(root).unwrap_or(file));
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    fs::copy(file, &to).with_context(|| format!("cannot copy `{}`", file.display()))?;
    Ok(())
}

/// Takes out of a manifest what only tests need, which the plugin's lock file does not know.
fn strip(manifest: &Path) -> Result<()> {
    let mut table = read(manifest)?;
    table.remove("dev-dependencies");
    table.remove("bench");
    let text = toml::to_string(&table).context("cannot print a manifest")?;
    fs::write(manifest, text).with_context(|| format!("cannot write `{}`", manifest.display()))
}

/// The gateway's manifest, from which crates inherit, for one member and with the plugin's profile.
fn manifest(root: &Path, plugin: &Path, component: &Path) -> Result<String> {
    let mut manifest = read(&root.join("Cargo.toml"))?;
    let profile = read(&plugin.join("Cargo.toml"))?.remove("profile");
    manifest.remove("profile");
    manifest.extend(profile.map(|profile| ("profile".to_owned(), profile)));
    let member = component.strip_prefix(root).unwrap_or(component).to_string_lossy().replace('\\', "/");
    if let Some(Value::Table(workspace)) = manifest.get_mut("workspace") {
        workspace.remove("exclude");
        workspace.remove("default-members");
        workspace.insert("members".to_owned(), Value::Array(vec![Value::String(member)]));
    }
    toml::to_string(&manifest).context("cannot print the copy's manifest")
}

fn read(file: &Path) -> Result<Table> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    text.parse().with_context(|| format!("`{}` is not TOML", file.display()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{lay, read};

    #[test]
    fn the_copy_is_a_workspace_of_the_one_component() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let plugin = root.join("plugins/handlebars");
        let (component, engine) = (plugin.join("component"), plugin.join("engine"));
        let folder = tempfile::tempdir().unwrap();
        lay(root, folder.path(), &plugin, &[component.clone(), engine], &component).unwrap();
        let manifest = read(&folder.path().join("Cargo.toml")).unwrap();
        assert_eq!(
            manifest["workspace"]["members"].as_array().unwrap()[0].as_str(),
            Some("plugins/handlebars/component")
        );
        assert_eq!(manifest["profile"]["release"]["panic"].as_str(), Some("abort"));
        assert!(folder.path().join("plugins/handlebars/engine/src/lib.rs").is_file());
        assert!(folder.path().join("wit").is_dir() && folder.path().join("Cargo.lock").is_file());
    }
}
