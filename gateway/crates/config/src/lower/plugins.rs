//! `[plugins]`.

use std::path::PathBuf;

use super::{Lowering, secret::base64};
use crate::{
    document::{At, Plugins},
    settings::{PluginSettings, PublicKey, Rollback},
};

/// What stands before a public key.
const ED25519: &str = "ed25519:";

impl Lowering<'_> {
    /// The folder that components are dropped into. Absent: there is none.
    pub(super) fn dropped_into(&mut self, plugins: &Plugins) -> Option<PathBuf> {
        let folder = plugins.folder.as_ref()?;
        if folder.value.is_empty() {
            self.wrong(&folder.span, "the folder of plugins is empty", "name one: `plugins`");
        }
        Some(self.folder.join(&folder.value))
    }

    /// What is set about components that are dropped in.
    pub(super) fn plugin_settings(&mut self, plugins: &Plugins) -> PluginSettings {
        let defaults = PluginSettings::default();
        let require_signature = plugins.require_signature.as_ref().is_some_and(|required| required.value);
        if let Some(required) = plugins.require_signature.as_ref().filter(|_| plugins.keyring.is_empty())
            && require_signature
        {
            let message = "signatures are required, but there is no key to check them with";
            self.wrong(&required.span, message, "add `keyring = [\"ed25519:…\"]`");
        }
        let keep = plugins.keep.as_ref().and_then(|keep| usize::try_from(keep.value).ok());
        PluginSettings {
            folder: self.plugins_folder.clone(),
            keep: keep.unwrap_or(defaults.keep),
            rollback: rollback(plugins, defaults.rollback),
            grants: self.grants(&plugins.grants, "dropped components are"),
            keyring: plugins.keyring.iter().filter_map(|key| self.public_key(key)).collect(),
            require_signature,
        }
    }

    fn public_key(&mut self, text: &At<String>) -> Option<PublicKey> {
        let bytes = text.value.strip_prefix(ED25519).and_then(base64);
        let key = bytes.and_then(|bytes| bytes.try_into().ok()).map(PublicKey);
        if key.is_none() {
            let message = format!("{} is not a public key", self.written(&text.span));
            self.wrong(&text.span, message, "write `ed25519:` and the 32 bytes of the key in base64");
        }
        key
    }
}

fn rollback(plugins: &Plugins, default: Rollback) -> Rollback {
    let Some(rollback) = &plugins.rollback else { return default };
    Rollback {
        percent: rollback.value.percent.as_ref().map_or(default.percent, |percent| percent.value),
        calls: rollback.value.calls.as_ref().map_or(default.calls, |calls| calls.value),
    }
}
