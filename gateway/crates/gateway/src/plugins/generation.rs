//! One loaded version of a plugin, and how its calls go.

use std::sync::Arc;

use ringback_config::manifest::Manifest;
use ringback_model::{
    environment::PluginDeclaration,
    ports::{CallbackPolicy, Renderer, Responder},
};
use ringback_wasm::Plugin;

use super::{
    health::Health,
    offer::{Fingerprint, Source},
};

/// One loaded version of a plugin.
pub struct Generation {
    /// The component, ready to be called.
    pub plugin: Arc<Plugin>,
    /// Where it came from.
    pub source: Source,
    /// What tells it from others.
    pub fingerprint: Fingerprint,
    /// What the operator says about it.
    pub declaration: PluginDeclaration,
    /// What it adds to the documents.
    pub contribution: Arc<Contribution>,
    /// How its calls go.
    pub health: Health,
    responder: Option<Arc<dyn Responder>>,
    policy: Option<Arc<dyn CallbackPolicy>>,
}

/// What a plugin's manifest adds to the first environment.
#[derive(Debug, Clone, Default)]
pub struct Contribution {
    /// The manifest. Absent: it has none.
    pub manifest: Option<Manifest>,
    /// The texts that it was read from: the same texts add the same.
    pub texts: String,
}

// === impl Generation ===

impl Generation {
    /// A generation that has not been called.
    pub fn new(
        plugin: Arc<Plugin>,
        source: Source,
        fingerprint: Fingerprint,
        declaration: PluginDeclaration,
        contribution: Contribution,
        health: Health,
    ) -> Self {
        let (responder, policy, contribution) = (plugin.responder(), plugin.callback_policy(), Arc::new(contribution));
        Self { plugin, source, fingerprint, declaration, contribution, health, responder, policy }
    }

    /// Its number, from 1.
    pub fn number(&self) -> u64 {
        self.plugin.generation()
    }

    /// Its responder. Absent: it exports none.
    pub fn responder(&self) -> Option<&Arc<dyn Responder>> {
        self.responder.as_ref()
    }

    /// Its callback policy. Absent: it exports none.
    pub fn policy(&self) -> Option<&Arc<dyn CallbackPolicy>> {
        self.policy.as_ref()
    }

    /// Its renderer. Absent: it exports none.
    pub fn renderer(&self) -> Option<Arc<dyn Renderer>> {
        self.plugin.renderer()
    }
}

impl std::fmt::Debug for Generation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Generation").field("plugin", &self.plugin).field("source", &self.source).finish_non_exhaustive()
    }
}
