//! `config`: what the operator wrote for this plugin.

use crate::{bindings::ringback::gateway::config, state::State};

impl config::Host for State {
    fn table(&mut self) -> wasmtime::Result<String> {
        self.budget.host_call()?;
        Ok(self.identity.config.clone())
    }
}
