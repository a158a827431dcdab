//! Writes to the terminal: what was asked for to standard output, everything else to standard error.

use std::io::{IsTerminal, Write};

use ringback_gateway::Colour;

use crate::{FAILED, OK};

/// Writes what was asked for. Returns the exit code: a reader that went away is no failure.
pub(crate) fn out(text: &str) -> u8 {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => FAILED,
        _ => OK,
    }
}

/// Writes what the operator should know.
pub(crate) fn err(text: &str) {
    // There is nowhere left to say that this failed.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Whether the log may use colours: on a terminal, unless `NO_COLOR` is set.
pub(crate) fn colour(stream: &impl IsTerminal) -> Colour {
    let asked_not = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if stream.is_terminal() && !asked_not { Colour::Ansi } else { Colour::Plain }
}
