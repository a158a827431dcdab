//! An operation of an API description made ready.

use std::sync::Arc;

use http::HeaderMap;
use ringback_matching::{Chosen, Constraints, Contents, Dispatcher, Inquiry, Key, asked_delay};
use ringback_model::{
    environment::{Delay, Forward},
    http_values::Params,
};

use ringback_scripts::{Script, ScriptError};

use super::ResponsePlan;
use crate::plugins::slot::Slot;

/// An operation made ready.
pub struct OperationPlan {
    /// Chooses an example.
    pub dispatcher: Dispatcher,
    /// The plugin that makes the key. Absent: the dispatcher does.
    pub slot: Option<Arc<Slot>>,
    /// The script that makes the key while no plugin does. Absent: there is none.
    pub script: Option<ScriptPlan>,
    /// What must hold of a request.
    pub constraints: Constraints,
    /// What its content may hold, where it is checked.
    pub contents: Contents,
    /// Which requests another server answers. Absent: none.
    pub forward: Option<Forward>,
    /// How long an answer takes, unless the client asks for another time.
    pub delay: Delay,
    /// What stands before the document's own paths, percent-encoded.
    pub base: String,
    /// In the order of the document.
    pub examples: Vec<ExamplePlan>,
}

/// A script made ready.
pub struct ScriptPlan {
    /// Its text.
    pub source: Arc<str>,
    /// The script, or why it is none.
    pub script: Result<Script, ScriptError>,
}

/// An example made ready.
pub struct ExamplePlan {
    /// Its name.
    pub name: Arc<str>,
    /// Its answer.
    pub response: ResponsePlan,
    /// Whether its fields depend on the request: one is recopied, or a location is relative.
    pub adjusted: bool,
}

// === impl OperationPlan ===

impl OperationPlan {
    /// The example that answers a request at once, for which its content need not be read, with the request's key. Absent:
    /// it takes work.
    pub fn at_once(&self, params: &Params, query: &str, headers: &HeaderMap) -> Option<(Chosen, Option<Arc<str>>)> {
        let works = self.slot.is_some()
            || matches!(self.forward, Some(Forward::Always(_)))
            || self.dispatcher.reads_content()
            || self.constraints.reads_content()
            || self.delay != Delay::default();
        if works || asked_delay(query, headers) != Ok(None) {
            return None;
        }
        let inquiry = Inquiry { params, query, headers, body: b"" };
        if self.constraints.violated(&inquiry).is_some() {
            return None;
        }
        let key = self.dispatcher.key(&inquiry);
        let chosen = self.dispatcher.choose(&key, &inquiry)?;
        let example = self.examples.get(chosen.example)?;
        (!example.adjusted && example.response.at_once().is_some()).then(|| (chosen, Key::text(&key).cloned()))
    }
}
