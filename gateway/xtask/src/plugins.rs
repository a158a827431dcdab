//! Builds the bundled plugins. Their components are committed beside their sources, so that building the gateway takes
//! no wasm toolchain; a lock file says which sources they came from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use ringback_authoring::toolchain::{TARGET, Toolchain};
use wit_component::ComponentEncoder;

use crate::{digest, lock::Lock, machine, tree};

/// What to do with the bundled plugins.
#[derive(Args)]
pub(crate) struct Options {
    /// Only these; without any, all of them
    names: Vec<String>,
    /// Only says whether a component's sources have changed since it was built
    #[arg(long, conflicts_with = "verify")]
    check: bool,
    /// Builds again, and compares with what is committed when the compiler is the recorded one
    #[arg(long)]
    verify: bool,
}

/// Runs the task.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let mut plugins = discover(root)?;
    if let Some(name) = options.names.iter().find(|name| plugins.iter().all(|plugin| plugin.name != **name)) {
        bail!("there is no bundled plugin `{name}`");
    }
    plugins.retain(|plugin| options.names.is_empty() || options.names.contains(&plugin.name));
    if options.check {
        return check(root, &plugins);
    }
    let toolchain = machine::wasm_toolchain()?;
    println!("compiler: {}", toolchain.version);
    for plugin in &plugins {
        let component = plugin.build(root, &toolchain)?;
        if options.verify {
            plugin.compare(&component, &toolchain)?;
        } else {
            plugin.store(root, &component, &toolchain)?;
        }
    }
    Ok(())
}

fn check(root: &Path, plugins: &[Plugin]) -> Result<()> {
    let mut stale = Vec::new();
    for plugin in plugins {
        if let Some(problem) = plugin.staleness(root)? {
            stale.push(problem);
        }
    }
    if !stale.is_empty() {
        bail!("{}\nhelp: run `cargo xtask plugins` and commit what it writes", stale.join("\n"));
    }
    println!("every bundled plugin was built from the sources that are here");
    Ok(())
}

/// Crates of the gateway that components may hold too: package, and folder below the repository's root.
const SHARED: [(&str, &str); 1] = [("ringback-values", "gateway/crates/values")];

/// A folder under `plugins/` with an engine and a component shell.
struct Plugin {
    name: String,
    folder: PathBuf,
}

fn discover(root: &Path) -> Result<Vec<Plugin>> {
    let folder = root.join("plugins");
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot read the folder `{}`", folder.display()))?;
    let mut plugins = Vec::new();
    for entry in entries {
        let folder = entry?.path();
        if folder.join("component/Cargo.toml").is_file() {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            plugins.push(Plugin { name, folder });
        }
    }
    plugins.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(plugins)
}

// === impl Options ===

impl Options {
    pub(crate) const CHECK: Self = Self { names: vec![], check: true, verify: false };
    pub(crate) const VERIFY: Self = Self { names: vec![], check: false, verify: true };
}

// === impl Plugin ===

impl Plugin {
    fn component_path(&self) -> PathBuf {
        self.folder.join(format!("{}.wasm", self.name))
    }

    fn lock_path(&self) -> PathBuf {
        self.folder.join(format!("{}.lock", self.name))
    }

    /// Builds the core module and wraps it into a component.
    fn build(&self, root: &Path, toolchain: &Toolchain) -> Result<Vec<u8>> {
        println!("building `{}`", self.name);
        let target = root.join("target/plugins").join(&self.name);
        let (tree, component) = (target.join("tree"), self.folder.join("component"));
        tree::lay(root, &tree, &self.folder, &self.all_crates(root)?, &component)?;
        let component = tree.join(component.strip_prefix(root).unwrap_or(&component));
        let mut cargo = toolchain.build(&tree, "/ringback", &component, &target);
        let status = cargo.arg("--locked").status().context("cannot run cargo")?;
        if !status.success() {
            bail!("`{}` does not build", self.name);
        }
        let module =
            target.join(TARGET).join("release").join(format!("{}_component.wasm", self.name.replace('-', "_")));
        let module = fs::read(&module).with_context(|| format!("the build left no `{}`", module.display()))?;
        wrap(&module).with_context(|| format!("`{}` does not make a component", self.name))
    }

    fn store(&self, root: &Path, component: &[u8], toolchain: &Toolchain) -> Result<()> {
        let lock = Lock {
            sources: self.sources_digest(root)?,
            component: digest::of_bytes(component),
            compiler: toolchain.version.clone(),
            std_from_source: toolchain.builds_std(),
        };
        fs::write(self.component_path(), component).context("cannot write the component")?;
        lock.write(&self.lock_path())?;
        println!("wrote `{}`: {} bytes", self.component_path().display(), component.len());
        Ok(())
    }

    fn compare(&self, component: &[u8], toolchain: &Toolchain) -> Result<()> {
        let lock = Lock::read(&self.lock_path())?;
        let name = &self.name;
        if (&lock.compiler, lock.std_from_source) != (&toolchain.version, toolchain.builds_std()) {
            println!("`{name}` builds; bytes not compared: it was built by {}", lock.compiler);
            return Ok(());
        }
        let built = digest::of_bytes(component);
        if built != lock.component {
            bail!(
                "`{name}`: the committed component is {}, its sources build {built}\nhelp: run `cargo xtask plugins` and commit what it writes",
                lock.component
            );
        }
        println!("`{name}` builds to the committed bytes");
        Ok(())
    }

    /// Why the committed component does not belong to the sources that are here.
    fn staleness(&self, root: &Path) -> Result<Option<String>> {
        let lock = Lock::read(&self.lock_path())?;
        let name = &self.name;
        if lock.sources != self.sources_digest(root)? {
            return Ok(Some(format!("plugin `{name}`: its sources have changed since its component was built")));
        }
        let component =
            fs::read(self.component_path()).with_context(|| format!("cannot read the component of `{name}`"))?;
        let is_recorded = lock.component == digest::of_bytes(&component);
        Ok((!is_recorded).then(|| format!("plugin `{name}`: its component is not the recorded one")))
    }

    /// The folders of its own crates: the component, the engine, and what the engine is made of.
    fn crates(&self) -> Result<Vec<PathBuf>> {
        let entries = fs::read_dir(&self.folder)
            .with_context(|| format!("cannot read the folder `{}`", self.folder.display()))?;
        let folders = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        Ok(folders.into_iter().filter(|folder| folder.join("Cargo.toml").is_file()).collect())
    }

    /// These, and those that it shares with the gateway: its lock file names them.
    fn all_crates(&self, root: &Path) -> Result<Vec<PathBuf>> {
        let mut folders = self.crates()?;
        let lock = fs::read_to_string(self.folder.join("Cargo.lock"))
            .with_context(|| format!("cannot read the lock file of `{}`", self.name))?;
        let holds = |package: &str| lock.lines().any(|line| line == format!("name = \"{package}\""));
        folders.extend(SHARED.iter().filter(|(package, _)| holds(package)).map(|(_, folder)| root.join(folder)));
        Ok(folders)
    }

    /// The digest of all that the component is made of: its own workspace, and the crates that it shares with the gateway.
    fn sources_digest(&self, root: &Path) -> Result<String> {
        let mut files = vec![self.folder.join("Cargo.toml"), self.folder.join("Cargo.lock")];
        for folder in self.all_crates(root)? {
            files.push(folder.join("Cargo.toml"));
            files.extend(digest::files_below(&folder.join("src"))?);
        }
        // The reference that lies beside the contract is made of it, nothing is made of the reference.
        let contract = digest::files_below(&root.join("wit"))?;
        files.extend(contract.into_iter().filter(|file| file.extension().is_some_and(|extension| extension == "wit")));
        digest::of_files(root, &files)
    }
}

fn wrap(module: &[u8]) -> Result<Vec<u8>> {
    ComponentEncoder::default().validate(true).module(module)?.encode()
}
