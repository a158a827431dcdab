//! What an operator sets about all plugins.

use std::path::PathBuf;

use ringback_config::PluginSettings;
use ringback_diag::Diagnostic;
use ringback_model::{
    environment::Grants,
    ids::{BucketName, PluginName},
    json::Json,
};

use super::{folder::place, signature::Key, trial};

/// What an operator sets about all plugins.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Folders whose components are plugins; of two files of one name the first folder's counts.
    pub folders: Vec<PathBuf>,
    /// Generations that are kept beside the one that serves.
    pub keep: usize,
    /// When a new generation is taken back.
    pub trial: trial::Rule,
    /// What a component may use that no document declares.
    pub grants: Grants,
    /// Whose signatures count.
    pub keyring: Vec<Key>,
    /// Whether a component must be signed.
    pub signed: bool,
    /// The buckets of the first environment as they are at its start, for a plugin to be tried on.
    pub buckets: Vec<(BucketName, Json)>,
}

impl Rules {
    /// What the settings say, with folders of the command line before theirs.
    ///
    /// # Errors
    /// A key of the keyring is none.
    pub fn of(settings: &PluginSettings, folders: &[PathBuf]) -> Result<Self, Diagnostic> {
        let mut all = folders.to_vec();
        let other = |folder: &&PathBuf| !folders.iter().any(|known| place(known) == place(folder));
        all.extend(settings.folder.iter().filter(other).cloned());
        let keyring = settings.keyring.iter().map(|key| Key::try_new(key.0)).collect::<Result<_, _>>();
        Ok(Self {
            folders: all,
            keep: settings.keep.saturating_sub(1),
            trial: trial::Rule { percent: settings.rollback.percent.into(), calls: settings.rollback.calls },
            grants: settings.grants.clone(),
            keyring: keyring.map_err(|error| Diagnostic::error(error.to_string()))?,
            signed: settings.require_signature,
            buckets: vec![],
        })
    }

    /// Where a plugin is looked for in the folders.
    pub fn places(&self, name: &PluginName) -> Vec<PathBuf> {
        self.folders.iter().map(|folder| folder.join(format!("{name}.wasm"))).collect()
    }
}

impl Default for Rules {
    fn default() -> Self {
        let settings = PluginSettings::default();
        Self {
            folders: vec![],
            keep: settings.keep.saturating_sub(1),
            trial: trial::Rule { percent: settings.rollback.percent.into(), calls: settings.rollback.calls },
            grants: settings.grants,
            keyring: vec![],
            signed: false,
            buckets: vec![],
        }
    }
}
