//! `random`: the call's own stream, the same each time the call is run again.

use crate::{bindings::ringback::gateway::random, state::State};

impl random::Host for State {
    fn next(&mut self) -> wasmtime::Result<u64> {
        self.budget.host_call()?;
        Ok(self.random.next_u64())
    }
}
