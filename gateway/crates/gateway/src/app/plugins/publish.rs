//! One plugin at a time: it is loaded beside what serves, and published with the routes that it brings.

use std::sync::Arc;

use ringback_diag::{Diagnostic, Diagnostics, Severity};
use ringback_model::ids::PluginName;

use super::{super::App, read, unreadable};
use crate::{
    load::Rejected,
    plugins::{Fresh, generation::Generation, loader::Loaded, offer::Offer, slot::Slot},
};

impl App {
    /// Looks at what lies in a plugin's file now, and serves it if it is new. Absent: nothing was to be done.
    ///
    /// # Errors
    /// Why it does not serve; what served goes on.
    pub async fn look_again(&self, name: &PluginName) -> Result<Option<Arc<Generation>>, Rejected> {
        let Some(wanted) = self.plugins.wanted(name) else { return Ok(None) };
        let slot = self.plugins.slot(name);
        let _line = slot.line.lock().await;
        let result = match read(wanted.clone()).await {
            Ok(offer) => self.load_one(&slot, offer, false).await,
            // It went away while it was looked at; that is told in its own time.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => Err(unreadable(&wanted.declaration, &error)).inspect_err(|why| slot.refuse(None, why)),
        };
        result.map_err(|why| self.rejected(why))
    }

    /// Loads an offer and publishes it. Absent: it is what was offered before. The slot's line is the caller's to hold.
    pub(super) async fn load_one(
        &self,
        slot: &Arc<Slot>,
        offer: Offer,
        insists: bool,
    ) -> Result<Option<Arc<Generation>>, Diagnostic> {
        let known = self.plugins.known();
        let loaded = self.plugins.load(slot, offer, &known.rules, insists).await;
        self.count(slot.name(), &loaded);
        let Loaded::Fresh(generation) = loaded? else { return Ok(None) };
        let fresh = Fresh { slot: slot.clone(), generation: generation.clone() };
        match self.publish_one(fresh, known.rules.keep).await {
            Ok(()) => Ok(Some(generation)),
            Err(why) => {
                slot.refuse(Some(generation.fingerprint), &why);
                Err(why)
            }
        }
    }

    /// Publishes a generation, with the routes that it brings.
    async fn publish_one(&self, fresh: Fresh, keep: usize) -> Result<(), Diagnostic> {
        let _publishing = self.publishing.lock().await;
        let Fresh { slot, generation } = &fresh;
        if let Some(route) = self.routes_of(slot.name()).first()
            && generation.responder().is_none()
        {
            let message = format!("plugin `{}` is no responder, and route `{route}` is answered by it", slot.name());
            return Err(Diagnostic::error(message).help("export `responder` of `ringback:gateway@0.1.0`"));
        }
        let documents = self.documents.load_full();
        if let Some(documents) = documents.filter(|_| generation.contribution.texts != slot.contribution().texts) {
            let first = |wrong: Diagnostics| {
                wrong.into_iter().next().unwrap_or_else(|| Diagnostic::error("it can't be served"))
            };
            let built = self.build(&documents, std::slice::from_ref(&fresh)).await.map_err(first)?;
            let wrong = |found: &Diagnostic| found.severity == Severity::Error;
            if let Some(stranger) = built.strangers.into_iter().find(wrong) {
                return Err(stranger);
            }
            self.declare(&built.sites)
                .await
                .map_err(|why| Diagnostic::error(why.render(ringback_diag::Colour::Plain)))?;
            fresh.slot.publish(fresh.generation, keep);
            let bound = built.sites.iter().map(|_| None).collect();
            self.publish(built.sites, bound);
        } else {
            fresh.slot.publish(fresh.generation, keep);
        }
        Ok(())
    }

    /// Makes the sites anew, after a rollback that brought other routes.
    pub(in crate::app) async fn refresh(&self) {
        let _publishing = self.publishing.lock().await;
        let Some(documents) = self.documents.load_full() else { return };
        let Ok(built) = self.build(&documents, &[]).await else { return };
        if self.declare(&built.sites).await.is_ok() {
            let bound = built.sites.iter().map(|_| None).collect();
            self.publish(built.sites, bound);
        }
    }
}
