//! `random`: the call's own stream, the same each time the call is run again, and the one that an environment's calls share.

use crate::{bindings::ringback::gateway::random, state::State};

impl random::Host for State {
    fn next(&mut self) -> wasmtime::Result<u64> {
        self.budget.host_call()?;
        Ok(self.random.next_u64())
    }

    fn shared_next(&mut self) -> wasmtime::Result<Option<u32>> {
        self.budget.host_call()?;
        Ok(self.surroundings.as_ref().and_then(|around| around.draw()))
    }
}
