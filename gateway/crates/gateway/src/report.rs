//! The log that a person reads while the gateway runs: one line an event, arrows for who speaks to whom.
//!
//! ```text
//! 19:38:42.120 --> POST /orders                                   req-3fa2c1-1
//! 19:38:42.121 <-- 201 create-order, the only response (0.9 ms)   req-3fa2c1-1
//! 19:38:52.121 ==> POST http://localhost:3000/webhook 200         payment-processing cb-3fa2c1-1.1
//! ```
//!
//! With `--log json` each event is one JSON object, the same as in `GET /__admin/events`. Written by a task of its own
//! from a bounded queue, so printing never slows a request; what does not fit is counted.

use std::{io::Write, sync::Arc, time::Duration};

use http::StatusCode;
use ringback_model::{
    callback::{Attempt, CallbackState, Outcome},
    journal::{CallbackNote, Event, Exchange, Matched, PluginChange},
    time::Timestamp,
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    admin::views,
    journal::{Numbered, RingJournal},
};

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people; with colours on a terminal.
    Text {
        /// Whether to use colours.
        colour: bool,
    },
    /// One JSON object a line.
    Json,
    /// Mockoon's lines ([`mockoon::log`](crate::mockoon::log)).
    Mockoon,
}

/// The queue between the journal and the log, in events: what a burst may be ahead of a slow terminal.
pub const QUEUE: usize = 1_024;

/// Between two writes: what happens meanwhile is written at once, since each write wakes a thread twice.
const BETWEEN_WRITES: Duration = Duration::from_millis(10);

/// Lets what is to be written gather, unless the gateway drains.
pub(crate) async fn gather(stop: &CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(BETWEEN_WRITES) => {}
    }
}

/// Writes events until the gateway drains, and what is queued by then.
pub async fn write(
    mut lines: mpsc::Receiver<Numbered>,
    journal: Arc<RingJournal>,
    stop: CancellationToken,
    format: Format,
    mut out: Box<dyn Write + Send>,
) {
    let mut batch = Vec::with_capacity(QUEUE);
    loop {
        let received = tokio::select! {
            biased;
            received = lines.recv_many(&mut batch, QUEUE) => received,
            () = stop.cancelled() => 0,
        };
        if received == 0 {
            return;
        }
        let mut text = String::new();
        for event in batch.drain(..) {
            line(&event, format, &mut text);
        }
        skipped(journal.take_skipped(), format, &mut text);
        // Off the threads that answer: a pipe that nobody reads, or a terminal that was stopped, holds whoever writes.
        let written = tokio::task::spawn_blocking(move || {
            // A log that can't be written (a closed pipe) must not end the gateway.
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            out
        });
        out = match written.await {
            Ok(out) => out,
            Err(_) => return,
        };
        gather(&stop).await;
    }
}

fn skipped(count: u64, format: Format, text: &mut String) {
    match (count, format) {
        (0, _) => {}
        (_, Format::Json | Format::Mockoon) => {
            text.push_str(&format!("{{\"event\":\"skipped\",\"events\":{count}}}\n"));
        }
        (_, Format::Text { .. }) => text.push_str(&format!("... {count} more events, not shown one by one\n")),
    }
}

/// One event as it is written.
fn line(event: &Numbered, format: Format, text: &mut String) {
    let Format::Text { colour } = format else {
        let (name, mut data) = views::event(event);
        if let Some(members) = data.as_object_mut() {
            members.insert("event".into(), name.into());
        }
        text.push_str(&data.to_string());
        text.push('\n');
        return;
    };
    match &event.1 {
        Event::Exchange(exchange) => exchanged(exchange, colour, text),
        Event::Attempted(note, attempt) => attempted(note, attempt, colour, text),
        Event::Scheduled(note) => {
            let what = format!("{} {} at {}", note.outgoing.method, note.outgoing.url, time(note.due));
            text.push_str(&row(note.at, "..>", &what, &named(note), Tint::Dim, colour));
        }
        Event::Moved(note) => {
            let what = format!("{} {} {}", note.outgoing.method, note.outgoing.url, stands(&note.state));
            text.push_str(&row(note.at, "==>", &what, &named(note), Tint::Dim, colour));
        }
        Event::Reloaded { at, summary, applied } => {
            let tint = if *applied { Tint::Good } else { Tint::Bad };
            text.push_str(&row(*at, "***", summary, "", tint, colour));
        }
        Event::Plugin(note) => {
            let tint = match note.change {
                PluginChange::Compiling | PluginChange::Removed => Tint::Plain,
                PluginChange::Serving => Tint::Good,
                PluginChange::Refused | PluginChange::RolledBack | PluginChange::BreakerOpened => Tint::Bad,
            };
            let what = format!("plugin {}: {}", note.plugin, note.summary);
            text.push_str(&row(note.at, "***", &what, "", tint, colour));
        }
    }
}

fn exchanged(exchange: &Exchange, colour: bool, text: &mut String) {
    let cause = exchange.cause.as_ref().map_or(String::new(), |cause| format!(" (from {cause})"));
    let asked = format!("{} {}{cause}", exchange.method, exchange.head.target());
    text.push_str(&row(exchange.received, "-->", &asked, &exchange.id.to_string(), Tint::Plain, colour));
    let because = match &exchange.matched {
        Matched::Response { route, because, .. } => format!("{route}, {}", because.phrase()),
        Matched::Example { route, example, because, .. } => format!("{route}, `{example}`: {}", because.phrase()),
        Matched::Refused { route, .. } => format!("{route}, refused"),
        Matched::Responder { route } => format!("{route}, its responder"),
        Matched::Upstream { route } => format!("{route}, its upstream"),
        Matched::Admin => "the environment's admin API".into(),
        Matched::Gateway(_) => "no route".into(),
    };
    let answered = format!("{} {because} ({:.1} ms)", exchange.status.as_u16(), views::milliseconds(exchange.took));
    let at = exchange.received.after(exchange.took);
    text.push_str(&row(at, "<--", &answered, &exchange.id.to_string(), tint(exchange.status), colour));
    let nearest = match &exchange.matched {
        Matched::Gateway(lines) => lines.first().map(|nearest| format!("nearest {nearest}")),
        Matched::Refused { why, .. } => Some(why.join("; ")),
        _ => None,
    };
    if let Some(fault) = nearest.as_ref().or(exchange.fault.as_ref()) {
        text.push_str(&row(at, "!!!", fault, &exchange.id.to_string(), Tint::Bad, colour));
    }
}

fn attempted(note: &CallbackNote, attempt: &Attempt, colour: bool, text: &mut String) {
    let (outcome, tint) = match &attempt.outcome {
        Outcome::Answered { status, .. } => (status.as_u16().to_string(), tint(*status)),
        Outcome::TimedOut => ("timed out".into(), Tint::Bad),
        Outcome::Refused(why) | Outcome::Failed(why) => (why.clone(), Tint::Bad),
    };
    let what = format!("{} {} {outcome}, {}", note.outgoing.method, note.outgoing.url, stands(&note.state));
    text.push_str(&row(note.at, "==>", &what, &named(note), tint, colour));
}

fn named(note: &CallbackNote) -> String {
    format!("{} {}", note.name, note.id)
}

fn stands(state: &CallbackState) -> String {
    match state {
        CallbackState::Failed(why) | CallbackState::Parked(why) => format!("{}: {why}", state.name()),
        _ => state.name().into(),
    }
}

/// The colour of a line.
#[derive(Clone, Copy)]
enum Tint {
    Plain,
    Dim,
    Good,
    Bad,
}

fn tint(status: StatusCode) -> Tint {
    match status.as_u16() {
        ..400 => Tint::Good,
        _ => Tint::Bad,
    }
}

/// Where the ids of a line start, so that they stand below each other.
const ID_COLUMN: usize = 64;

fn row(at: Timestamp, arrow: &str, what: &str, id: &str, tint: Tint, colour: bool) -> String {
    // What a client sent must not steer the terminal.
    let what: String = what.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    let (on, off) = match (colour, tint) {
        (false, _) | (_, Tint::Plain) => ("", ""),
        (_, Tint::Dim) => ("\x1b[2m", "\x1b[0m"),
        (_, Tint::Good) => ("\x1b[32m", "\x1b[0m"),
        (_, Tint::Bad) => ("\x1b[31m", "\x1b[0m"),
    };
    let line = format!("{} {on}{arrow} {what:<ID_COLUMN$}{off} {id}", time(at));
    format!("{}\n", line.trim_end())
}

/// Time of day in UTC, to the millisecond: `19:38:42.120`.
fn time(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(11..23).unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_can_not_steer_the_terminal() {
        let line =
            row(Timestamp::from_micros(1_795_289_922_120_000), "-->", "GET /\x1b[2J", "req-1-1", Tint::Good, false);
        assert_eq!(line, format!("19:38:42.120 --> {:<64} req-1-1\n", "GET /\u{fffd}[2J"));
    }

    #[test]
    fn json_lines_carry_the_event_and_its_number() {
        let mut text = String::new();
        let event = Event::Reloaded { at: Timestamp::default(), summary: "nothing changed".into(), applied: true };
        line(&(7, event), Format::Json, &mut text);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((value["event"].as_str(), value["number"].as_u64()), (Some("reloaded"), Some(7)));
    }
}
