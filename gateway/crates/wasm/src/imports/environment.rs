//! `environment`: what the call's environment says beside its buckets.

use crate::{bindings::ringback::gateway::environment, state::State};

impl environment::Host for State {
    fn settings(&mut self) -> wasmtime::Result<String> {
        self.budget.host_call()?;
        Ok(self.surroundings.as_ref().map_or("{}", |around| around.settings()).to_owned())
    }

    fn variable(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        self.budget.host_call()?;
        Ok(self.surroundings.as_ref().and_then(|around| around.variable(&name)))
    }
}
