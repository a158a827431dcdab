//! `clock`: the time of the call.

use crate::{bindings::ringback::gateway::clock, state::State};

impl clock::Host for State {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.budget.host_call()?;
        Ok(self.now.as_micros())
    }
}
