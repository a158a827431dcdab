//! The webhooks of what serves.

use std::sync::Arc;

use super::App;
use crate::{
    gateway::Door,
    site::{Site, WebhookPlan},
};

/// A webhook that can be fired.
#[derive(Clone)]
pub struct Aimed {
    /// The site that it is of.
    pub site: Arc<Site>,
    /// The listener of that.
    pub door: Arc<Door>,
    index: usize,
}

// === impl App ===

impl App {
    /// All webhooks, in the order of the documents.
    pub fn webhooks(&self) -> Vec<Aimed> {
        let listeners = self.listeners.lock();
        let door = |site: &Site| listeners.iter().find(|open| open.listen == site.listen).map(|open| open.door.clone());
        let sites = self.sites.load();
        let aimed = sites.iter().filter_map(|site| Some((site, door(site)?))).flat_map(|(site, door)| {
            let of = move |index| Aimed { site: site.clone(), door: door.clone(), index };
            (0..site.webhooks.len()).map(of)
        });
        aimed.collect()
    }
}

// === impl Aimed ===

impl Aimed {
    /// What it sends. Absent: never, its index is the site's.
    pub fn plan(&self) -> Option<&WebhookPlan> {
        self.site.webhooks.get(self.index)
    }

    /// Whether it is the one of this name and service.
    pub fn is(&self, name: &str, service: &str) -> bool {
        self.plan().is_some_and(|plan| *plan.name == *name && *plan.service == *service)
    }
}
