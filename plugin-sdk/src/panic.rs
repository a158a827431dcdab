//! A panic ends the call with a trap, which says nothing: what it said goes to the log before.

use std::panic::{PanicHookInfo, set_hook};

use crate::log::{self, Level};

/// From now on panics are logged. Costs nothing to be called again.
pub(crate) fn report() {
    set_hook(Box::new(log_panic));
}

fn log_panic(info: &PanicHookInfo<'_>) {
    let said = info.payload_as_str().unwrap_or("a value that is no text");
    match info.location() {
        Some(at) => log::write(Level::Error, &format!("panicked at {at}: {said}"), &[]),
        None => log::write(Level::Error, &format!("panicked: {said}"), &[]),
    }
}
