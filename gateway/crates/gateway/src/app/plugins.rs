//! What the gateway does with plugins: those of documents all at once, others one by one as they come; what they add to
//! the documents; and what an operator asks for.

mod documents;
mod operator;
mod publish;

use std::{path::Path, sync::Arc};

use ringback_diag::Diagnostic;
use ringback_model::{
    environment::PluginDeclaration,
    ids::PluginName,
    journal::{Event, PluginChange, PluginNote},
    ports::Journal,
    time::Clock,
};

pub use self::operator::{Offered, Refused};
use super::{App, Documents};
use crate::{
    load::Rejected,
    plugins::{
        loader::Loaded,
        offer::{Offer, Wanted},
        slot::Notice,
    },
    site::build::placed,
};

impl App {
    /// With the texts that it points at.
    pub(crate) fn rejected(&self, why: Diagnostic) -> Rejected {
        let documents: Option<Arc<Documents>> = self.documents.load_full();
        let sources = documents.map(|documents| documents.sources.clone()).unwrap_or_default();
        Rejected::new(why.into(), &sources)
    }

    fn count(&self, name: &PluginName, loaded: &Result<Loaded, Diagnostic>) {
        let outcome = match loaded {
            Ok(Loaded::Fresh(_)) => "serving",
            Ok(Loaded::Same) => "unchanged",
            Err(_) => "refused",
        };
        self.gateway.metrics.plugin_loads.with_label_values(&[name.as_str(), outcome]).inc();
    }

    /// Notes what happens to plugins.
    pub(super) fn listen_to_plugins(self: &Arc<Self>) {
        let app = Arc::downgrade(self);
        self.plugins.bell.answer(move |notice| {
            if let Some(app) = app.upgrade() {
                app.noted(notice);
            }
        });
    }

    fn noted(self: &Arc<Self>, notice: Notice) {
        let Notice { plugin, generation, change, summary, routes_moved } = notice;
        match change {
            PluginChange::RolledBack => {
                tracing::warn!(%plugin, "{summary}");
                self.gateway.metrics.plugin_loads.with_label_values(&[plugin.as_str(), "rolled-back"]).inc();
            }
            PluginChange::BreakerOpened => tracing::warn!(%plugin, "{summary}"),
            // Shown at the start too, in the log: what the start prints is its routes and that it is ready.
            PluginChange::Compiling => tracing::info!(target: "ringback::plugin", %plugin, "{summary}"),
            _ => tracing::info!(%plugin, "{summary}"),
        }
        if routes_moved {
            let app = self.clone();
            self.spawn_beside(async move { app.refresh().await });
        }
        // What is loaded at the start is told by the start itself.
        if self.is_ready() {
            let at = self.gateway.clock.now();
            self.gateway.journal.record(Event::Plugin(PluginNote { at, plugin, generation, change, summary }));
        }
    }
}

async fn read(wanted: Wanted) -> std::io::Result<Offer> {
    tokio::task::spawn_blocking(move || Offer::read(wanted)).await.map_err(std::io::Error::other)?
}

fn unreadable(declaration: &PluginDeclaration, error: &std::io::Error) -> Diagnostic {
    let PluginDeclaration { name, path, origin, .. } = declaration;
    let message = format!("plugin `{name}` can't be read from `{}`: {error}", path.display());
    placed(Diagnostic::error(message), origin).help("its routes answer 503 until it is there")
}

pub(crate) fn shadowed(name: &PluginName, path: &Path) -> Diagnostic {
    let message = format!("`{}` is not loaded: another component is plugin `{name}`", path.display());
    Diagnostic::warning(message).help("a declaration wins over a file in a folder, an earlier folder over a later one")
}
