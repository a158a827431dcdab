//! What stopped a guest, as the model's faults: one phrase for whoever called the mock, and the detail for the log.

use std::time::Duration;

use ringback_model::{
    fault::{FaultKind, PluginFault},
    limits,
};
use wasmtime::{PoolConcurrencyLimitError, Trap};

use crate::{
    bindings::ringback::gateway::types::Error as GuestError,
    budget::{HostCallsSpent, Refused},
    error::Bytes,
    imports::append_escaped,
    instance::CROSSING_MAX_BYTES,
    state::{Identity, State},
};

/// Why a guest did not return.
#[derive(Debug)]
pub(crate) enum Stop {
    /// [`limits::CALL_WALL_MAX`].
    Wall,
    /// wasmtime says why.
    Failed(wasmtime::Error),
}

/// What is kept of a guest's own error, message and detail each.
const ERROR_MAX_BYTES: usize = 8 << 10;
/// What wasmtime says when [`CROSSING_MAX_BYTES`] are used up. Its type is private; a test holds it to this text.
const CROSSING_SPENT: &str = "fuel allocated for hostcalls has been exhausted";

impl Identity {
    /// A fault of this plugin.
    pub(crate) fn fault(&self, kind: FaultKind, message: impl Into<String>, detail: Option<String>) -> PluginFault {
        PluginFault { plugin: self.name.clone(), generation: self.generation, kind, message: message.into(), detail }
    }

    /// No instance became free.
    pub(crate) fn saturated(&self, queue_max: Duration) -> PluginFault {
        let message = format!("had no free instance within {} ms", queue_max.as_millis());
        self.fault(FaultKind::Saturated, message, None)
    }

    /// The guest returned an error of its own.
    pub(crate) fn failed(&self, error: GuestError) -> PluginFault {
        let escaped = |text: &str| {
            let mut escaped = String::new();
            append_escaped(&mut escaped, text, ERROR_MAX_BYTES);
            escaped
        };
        let message = format!("failed: {}", escaped(&error.message));
        self.fault(FaultKind::Error, message, error.detail.as_deref().map(escaped))
    }

    /// The guest did not return.
    pub(crate) fn stopped(&self, stop: Stop, state: &mut State) -> PluginFault {
        state.print_rest();
        let error = match stop {
            Stop::Wall => {
                let message = format!("took longer than {} s", limits::CALL_WALL_MAX.as_secs());
                return self.fault(FaultKind::Wall, message, None);
            }
            Stop::Failed(error) => error,
        };
        let (kind, message) = explain(&error, state);
        self.fault(kind, message, Some(format!("{}{error:#}", state.printed.last_words())))
    }
}

fn explain(error: &wasmtime::Error, state: &State) -> (FaultKind, String) {
    let trap = error.downcast_ref::<Trap>();
    match trap {
        Some(Trap::Interrupt) => {
            let most = state.budget.cpu_max().as_millis();
            return (FaultKind::Cpu, format!("used more than {most} ms of CPU"));
        }
        Some(Trap::StackOverflow) => {
            let most = Bytes(limits::INSTANCE_STACK_MAX_BYTES);
            return (FaultKind::Stack, format!("used more than {most} of stack"));
        }
        _ => {}
    }
    if error.is::<HostCallsSpent>() {
        let most = limits::CALL_HOST_CALLS_MAX;
        return (FaultKind::HostCalls, format!("made more than {most} host calls in one call"));
    }
    if error.is::<PoolConcurrencyLimitError>() {
        return (FaultKind::Saturated, "found no room in the instance pool".into());
    }
    match state.holdings.refused() {
        Some(Refused::Memory) => {
            let most = Bytes(state.holdings.memory_max_bytes());
            return (FaultKind::Memory, format!("needed more than {most} of memory"));
        }
        Some(Refused::Table) => {
            let most = limits::INSTANCE_TABLE_MAX_ELEMENTS;
            return (FaultKind::Table, format!("needed more than {most} table elements"));
        }
        None => {}
    }
    if let Some(trap) = trap {
        return (FaultKind::Trap, format!("trapped: {}", trap.to_string().trim_start_matches("wasm trap: ")));
    }
    let cause = error.root_cause().to_string();
    if cause.contains(CROSSING_SPENT) {
        return (FaultKind::Output, format!("handed over more than {} at once", Bytes(CROSSING_MAX_BYTES)));
    }
    (FaultKind::Trap, format!("broke its interface: {cause}"))
}
