//! What goes out of the gateway while vectors run, kept instead: callbacks, log lines, costs.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use parking_lot::Mutex;
use ringback_gateway::Rehearsal;
use ringback_model::{
    callback::{Callback, Outcome, Outgoing},
    ports::{BoxFuture, Courier},
};
use ringback_wasm::Cost;
use tracing::{Event, Level, Subscriber, field::Field};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

/// Who plugins log as.
const PLUGIN: &str = "ringback::plugin";

/// Everything that was captured and not taken yet.
#[derive(Clone, Default)]
pub(super) struct Captured(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    sent: Vec<Sent>,
    lines: Vec<String>,
    cost: Option<Cost>,
}

/// A callback that would have been sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub callback: Callback,
    /// As its policy made it.
    pub outgoing: Outgoing,
}

// === impl Captured ===

impl Captured {
    /// Captures from now on, log lines of the whole process too.
    pub(super) fn listen() -> Self {
        let captured = Self::default();
        // Another one listens already only in tests of this very program.
        let _ = tracing_subscriber::registry().with(captured.clone()).try_init();
        captured
    }

    /// What the gateway uses in the world's place.
    pub(super) fn rehearsal(&self) -> Rehearsal {
        let kept = self.clone();
        let meter = Arc::new(move |cost| kept.0.lock().cost = Some(cost));
        Rehearsal { courier: Arc::new(self.clone()), meter }
    }

    /// Callbacks since this was asked last.
    pub(super) fn take_sent(&self) -> Vec<Sent> {
        std::mem::take(&mut self.0.lock().sent)
    }

    /// Log lines since this was asked last.
    pub(super) fn take_lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().lines)
    }

    /// What the last call cost. Absent: no plugin was called since this was asked last.
    pub(super) fn take_cost(&self) -> Option<Cost> {
        self.0.lock().cost.take()
    }
}

impl Courier for Captured {
    fn send<'a>(&'a self, callback: &'a Callback, outgoing: &'a Outgoing) -> BoxFuture<'a, Outcome> {
        self.0.lock().sent.push(Sent { callback: callback.clone(), outgoing: outgoing.clone() });
        let answered = Outcome::Answered { status: StatusCode::OK, headers: HeaderMap::new(), body: Bytes::new() };
        Box::pin(std::future::ready(answered))
    }
}

impl<S: Subscriber> Layer<S> for Captured {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        if about.target() != PLUGIN && *about.level() > Level::WARN {
            return;
        }
        let mut line = Line::default();
        event.record(&mut line);
        let level = about.level().as_str().to_lowercase();
        self.0.lock().lines.push(format!("{level} {}{}", line.message, line.fields));
    }
}

/// An event as a person reads it.
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl tracing::field::Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            // The same in every line of a test.
            "plugin" | "generation" | "request" => {}
            name => self.fields.push_str(&format!(" {name}={value:?}")),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            // Pairs already.
            "fields" => self.fields.push_str(&format!(" {value}")),
            _ => self.record_debug(field, &format_args!("{value}")),
        }
    }
}
