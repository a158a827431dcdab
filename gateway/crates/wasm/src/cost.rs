//! What a call cost: what an author is shown, beside what the limits are.

use std::time::{Duration, Instant};

use wasmtime::Store;

use crate::state::State;

/// Fuel that a store begins a call with where instructions are counted: more than any call burns within its time.
pub(crate) const FUEL: u64 = u64::MAX / 2;

/// What a call used up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cost {
    /// Time that it kept a core busy, making its instance included.
    pub cpu: Duration,
    /// Time that it took, waiting included.
    pub took: Duration,
    /// The most that the instance's linear memories have been together, in bytes.
    pub memory_bytes: usize,
    /// Host functions that it called.
    pub host_calls: u32,
    /// WebAssembly instructions that it ran, those of renderers that it asked included. Absent: the host does not count them
    /// ([`HostOptions::count_instructions`](crate::HostOptions::count_instructions)).
    pub instructions: Option<u64>,
}

/// The instructions that a store has run since its call began; 0 where they are not counted.
pub(crate) fn burned(store: &Store<State>) -> u64 {
    if !store.data().identity.bounds.counts_instructions {
        return 0;
    }
    store.get_fuel().map_or(0, |left| FUEL - left)
}

impl Cost {
    /// What the call that began at a moment has cost up to now.
    pub(crate) fn since(began: Instant, store: &Store<State>) -> Self {
        let state = store.data();
        let counts = state.identity.bounds.counts_instructions;
        Self {
            cpu: state.budget.cpu(),
            took: began.elapsed(),
            memory_bytes: state.holdings.memory_bytes(),
            host_calls: state.budget.host_calls(),
            instructions: counts.then(|| burned(store) + state.lent_instructions),
        }
    }
}
