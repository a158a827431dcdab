//! What stopped a guest, as the model's faults: one phrase for whoever called the mock, and the detail for the log.

use std::{fmt, time::Duration};

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
    instance::{CROSSING_MAX_BYTES, HANDLES_MAX},
    state::{Identity, State},
    wasi::Exited,
};

/// Why a guest did not return.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It took longer than this: [`limits::CALL_WALL_MAX`], or what setting up has.
    Wall(Duration),
    /// wasmtime says why.
    Failed(wasmtime::Error),
}

/// What is kept of a guest's own error, message and detail each.
const ERROR_MAX_BYTES: usize = 8 << 10;
/// What wasmtime says when there are [`HANDLES_MAX`]: the same holds.
const HANDLES_SPENT: &str = "store handle limit exceeded";
/// What wasmtime says when [`CROSSING_MAX_BYTES`] are used up. Its type is private; a test holds it to this text.
const CROSSING_SPENT: &str = "fuel allocated for hostcalls has been exhausted";

impl Identity {
    /// A fault of this plugin.
    pub(crate) fn fault(&self, kind: FaultKind, message: impl Into<String>, detail: Option<String>) -> PluginFault {
        let (plugin, generation, message) = (self.name.clone(), self.generation, message.into());
        PluginFault { plugin, generation, kind, message, detail, request: None }
    }

    /// No instance became free.
    pub(crate) fn saturated(&self, queue_max: Duration) -> PluginFault {
        let message = format!("had no free instance within {} ms", queue_max.as_millis());
        self.fault(FaultKind::Saturated, message, None)
    }

    /// The guest returned an error of its own.
    pub(crate) fn failed(&self, error: GuestError) -> PluginFault {
        let mut message = "failed: ".to_owned();
        append_escaped(&mut message, &error.message, ERROR_MAX_BYTES);
        self.fault(FaultKind::Error, message, error.detail.as_deref().map(lines))
    }

    /// The guest did not return.
    pub(crate) fn stopped(&self, stop: Stop, state: &mut State) -> PluginFault {
        state.print_rest();
        let error = match stop {
            Stop::Wall(most) => {
                let message = format!("took longer than {}", Time(most));
                return self.fault(FaultKind::Wall, message, state.printed.last_words());
            }
            Stop::Failed(error) => error,
        };
        let (kind, message) = explain(&error, state);
        let words = state.printed.last_words().unwrap_or_default();
        self.fault(kind, message, Some(format!("{words}{}", readable(&format!("{error:#}")))))
    }
}

/// A backtrace without the hashes by which Rust tells crates of one name apart: `core[4d105328dfd0a45]::panicking`.
fn readable(backtrace: &str) -> String {
    let mut parts = backtrace.split('[');
    let mut readable = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']') {
            Some((hash, rest)) if hash.len() > 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                readable.push_str(rest);
            }
            _ => {
                readable.push('[');
                readable.push_str(part);
            }
        }
    }
    readable
}

/// A guest's text of several lines, a stack as a rule, cut and escaped line by line.
fn lines(text: &str) -> String {
    let mut escaped = String::new();
    for line in text.lines() {
        if escaped.len() >= ERROR_MAX_BYTES {
            break;
        }
        if !escaped.is_empty() {
            escaped.push('\n');
        }
        let room = ERROR_MAX_BYTES - escaped.len();
        append_escaped(&mut escaped, line, room);
    }
    escaped
}

/// A time as a person writes it: `5 s`, `250 ms`.
struct Time(Duration);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            time if time.subsec_nanos() == 0 => write!(f, "{} s", time.as_secs()),
            time => write!(f, "{} ms", time.as_millis()),
        }
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
    if let Some(HostCallsSpent(most)) = error.downcast_ref() {
        return (FaultKind::HostCalls, format!("made more than {most} host calls in one call"));
    }
    if let Some(exited) = error.downcast_ref::<Exited>() {
        return (FaultKind::Trap, exited.to_string());
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
    if cause.contains(HANDLES_SPENT) {
        return (FaultKind::Handles, format!("held more than {HANDLES_MAX} handles at once"));
    }
    if cause.contains(CROSSING_SPENT) {
        return (FaultKind::Output, format!("handed over more than {} at once", Bytes(CROSSING_MAX_BYTES)));
    }
    (FaultKind::Trap, format!("broke its interface: {cause}"))
}
