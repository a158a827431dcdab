//! What an operator asks for: a component that is sent, one that is taken away, the generation before.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use ringback_diag::Diagnostic;
use ringback_model::ids::PluginName;

use super::super::App;
use crate::plugins::{
    offer::{Offer, Source, beside, read_side},
    slot::Slot,
};

/// What came of something that an operator offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered {
    /// It serves, and nothing of its name did before.
    New,
    /// It serves in place of what did before.
    Replaced,
    /// It is what serves already.
    Unchanged,
}

/// Why an operator's wish was not fulfilled.
#[derive(Debug)]
pub enum Refused {
    /// There is nothing of that name.
    Absent(String),
    /// It can't be done as things stand.
    Conflict(String),
    /// The component does not serve.
    Wrong(Box<Diagnostic>),
}

impl App {
    /// Takes a component that an operator sent, and keeps it in the plugins folder if there is one.
    ///
    /// # Errors
    /// Why it does not serve; what served goes on.
    pub async fn upload(
        &self,
        name: &PluginName,
        component: Bytes,
        signature: Option<String>,
    ) -> Result<Offered, Refused> {
        let slot = self.plugins.slot(name);
        let _line = slot.line.lock().await;
        let known = self.plugins.known();
        let declared = known.declared.get(name).map(|wanted| wanted.declaration.path.clone());
        let kept = match declared {
            // A declared file that lies elsewhere is the operator's to write.
            Some(path) => known.is_dropped(name).then_some(path),
            None => known.rules.places(name).into_iter().next(),
        };
        let wanted = self.plugins.wanted(name);
        let wanted = wanted.unwrap_or_else(|| known.undeclared(name, kept.clone().unwrap_or_default()));
        let (declaration, secrets) = (wanted.declaration, wanted.secrets);
        let (source, side) = match (&wanted.source, &kept) {
            (_, None) => (Source::Uploaded, None),
            (Source::Declared(_), Some(path)) => (Source::Declared(path.clone()), None),
            (_, Some(path)) => (Source::Dropped(path.clone()), read_side(path)),
        };
        let component = component.clone();
        let offer =
            Offer { declaration, source, component: component.clone(), signature: signature.clone(), side, secrets };
        let served = slot.serving().is_some();
        let loaded = self.load_one(&slot, offer, true).await.map_err(|why| Refused::Wrong(Box::new(why)))?;
        if loaded.is_none() {
            return Ok(Offered::Unchanged);
        }
        if let Some(kept) = kept {
            keep(kept, component, signature).await;
        }
        Ok(if served { Offered::Replaced } else { Offered::New })
    }

    /// Takes a plugin away, with its file if that lies in a plugins folder.
    ///
    /// # Errors
    /// There is none, or it is not an operator's to take away like this.
    pub async fn remove(&self, name: &PluginName) -> Result<(), Refused> {
        let absent = || Refused::Absent(format!("there is no plugin `{name}`"));
        let slot = self.plugins.find(name).ok_or_else(absent)?;
        let _line = slot.line.lock().await;
        let known = self.plugins.known();
        let serving = slot.serving();
        if serving.as_ref().is_some_and(|serving| serving.source == Source::Bundled) {
            return Err(Refused::Conflict(format!("plugin `{name}` is part of the gateway")));
        }
        if !known.is_dropped(name) {
            let why = format!("plugin `{name}` is declared: take `[plugin.{name}]` out of the document");
            return Err(Refused::Conflict(why));
        }
        let files: Vec<_> = known.rules.places(name);
        let removed = tokio::task::spawn_blocking(move || {
            let removed = files.iter().filter(|file| std::fs::remove_file(file).is_ok());
            removed.map(|file| drop(std::fs::remove_file(beside(file, "wasm.sig")))).count() > 0
        });
        let removed = removed.await.unwrap_or(false);
        if slot.remove("an operator took it away") || removed { Ok(()) } else { Err(absent()) }
    }

    /// Serves a plugin's generation before again.
    ///
    /// # Errors
    /// There is none.
    pub async fn roll_back(&self, name: &PluginName) -> Result<Arc<Slot>, Refused> {
        let slot = self.plugins.find(name).ok_or_else(|| Refused::Absent(format!("there is no plugin `{name}`")))?;
        let _line = slot.line.lock().await;
        let none = || Refused::Conflict(format!("plugin `{name}` has no generation before"));
        slot.roll_back(None, "an operator asked for it").ok_or_else(none)?;
        self.refresh().await;
        Ok(slot.clone())
    }

    /// The routes that a plugin answers.
    pub fn routes_of(&self, name: &PluginName) -> Vec<String> {
        let sites = self.sites();
        let routes = sites.iter().flat_map(|site| &site.routes);
        routes.filter(|route| route.answer.plugin() == Some(name)).map(|route| route.name.to_string()).collect()
    }
}

/// Writes an uploaded component into the plugins folder, so that the next start finds it. A folder that can't be
/// written is a line in the log: the component serves all the same.
async fn keep(path: std::path::PathBuf, component: Bytes, signature: Option<String>) {
    let written = tokio::task::spawn_blocking(move || -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // A name that the folder's watch passes over, and a rename: nobody sees half a component.
        let part = folder.join(format!(".{name}.part"));
        std::fs::write(&part, &component)?;
        if let Some(signature) = signature {
            std::fs::write(beside(&path, "wasm.sig"), signature)?;
        }
        std::fs::rename(part, path)
    });
    if let Err(error) = written.await.map_err(std::io::Error::other).and_then(|written| written) {
        tracing::warn!(%error, "an uploaded plugin could not be kept in the plugins folder");
    }
}
