//! `log`: a guest's lines, as events of the gateway's own log. Bounded per call, and nothing in them can move a terminal's
//! cursor or fake a line.

use std::fmt::Write as _;

use ringback_model::limits;

use crate::{
    bindings::ringback::gateway::log::{Host, Level},
    budget::LOG_LINE_COST_BYTES,
    state::State,
};

mod second;

pub(crate) use second::LinesPerSecond;

/// The target of the events, to be filtered by.
const TARGET: &str = "ringback::plugin";

impl Host for State {
    fn write(&mut self, level: Level, message: String, fields: Vec<(String, String)>) -> wasmtime::Result<()> {
        self.budget.host_call()?;
        self.log(level, &message, &fields);
        if level == Level::Error {
            // A guest without a standard error output says here why it panics.
            message.lines().for_each(|line| self.printed.note(line));
        }
        Ok(())
    }
}

impl State {
    /// Writes a line of a guest's, as far as the call has bytes left for it.
    pub(crate) fn log(&mut self, level: Level, message: &str, fields: &[(String, String)]) {
        let left = self.budget.log_bytes;
        if left == 0 {
            return;
        }
        let line = Line::of(message, fields, left.saturating_sub(LOG_LINE_COST_BYTES));
        self.budget.log_bytes = left.saturating_sub(LOG_LINE_COST_BYTES + line.taken);
        self.emit(level, &line);
        if self.budget.log_bytes == 0 {
            let most = limits::CALL_LOG_MAX_BYTES;
            self.emit(
                Level::Warn,
                &Line { message: format!("log cut off: a call may write {most} bytes"), ..Line::default() },
            );
        }
    }

    fn emit(&self, level: Level, line: &Line) {
        let Some(left_out) = self.identity.lines.admit() else { return };
        if left_out > 0 {
            tracing::warn!(target: TARGET, plugin = %self.identity.name, "{left_out} lines were left out: too many in a second");
        }
        let request = self.request.as_ref().map(|request| request.id);
        macro_rules! event {
            ($level:ident) => {
                tracing::$level!(
                    target: TARGET,
                    plugin = %self.identity.name,
                    generation = self.identity.generation,
                    request = request.map(tracing::field::display),
                    fields = (!line.fields.is_empty()).then_some(line.fields.as_str()),
                    "{}",
                    line.message
                )
            };
        }
        match level {
            Level::Trace => event!(trace),
            Level::Debug => event!(debug),
            Level::Info => event!(info),
            Level::Warn => event!(warn),
            Level::Error => event!(error),
        }
    }
}

/// A line as it is written.
#[derive(Default)]
struct Line {
    message: String,
    /// `name=value` pairs.
    fields: String,
    /// How many of the guest's bytes it took.
    taken: usize,
}

impl Line {
    /// At most `room` bytes of what a guest gave.
    fn of(message: &str, fields: &[(String, String)], room: usize) -> Self {
        let mut line = Self::default();
        line.taken = append_escaped(&mut line.message, message, room);
        for (name, value) in fields {
            if line.taken >= room {
                break;
            }
            if !line.fields.is_empty() {
                line.fields.push(' ');
            }
            line.taken += append_escaped(&mut line.fields, name, room - line.taken);
            line.fields.push('=');
            line.taken += append_escaped(&mut line.fields, value, room - line.taken) + 1;
        }
        line
    }
}

/// Adds at most `room` bytes of a guest's text, without what could move a cursor or end a line, and returns how many of them
/// were taken.
pub(crate) fn append_escaped(to: &mut String, text: &str, room: usize) -> usize {
    let cut = text.floor_char_boundary(room);
    for c in text.get(..cut).unwrap_or_default().chars() {
        if c.is_control() || is_layout(c) {
            // Writing to a string does not fail.
            let _ = write!(to, "{}", c.escape_default());
        } else {
            to.push(c);
        }
    }
    // A text that did not fit has used up the room, whatever its last character left of it.
    if cut < text.len() { room } else { cut }
}

/// Line separators, and marks that turn the direction of what follows (Trojan Source, CVE-2021-42574).
fn is_layout(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_escaped_and_cut_at_a_character() {
        let line = Line::of("a\u{1b}[2Jb\nc\u{202e}", &[("k\r".into(), "é".into())], 100);
        assert_eq!(line.message, r"a\u{1b}[2Jb\nc\u{202e}");
        assert_eq!(line.fields, r"k\r=é");
        let cut = Line::of("aé", &[("k".into(), "v".into())], 2);
        assert_eq!((cut.message.as_str(), cut.fields.as_str(), cut.taken), ("a", "", 2));
    }
}
