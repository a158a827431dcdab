//! The gateway: everything assembled. A request walks through these files:
//!
//! 1. [`http::listener`] accepts its connection, [`http::idle`] closes it when nothing is asked for;
//! 2. [`http::pipeline`] is the stack that it passes: id, panic guard, admission, deadline, each in a file of its own;
//! 3. [`respond`] takes the [`site`] that is current, finds the route and chooses the response; an answer that is the same
//!    each time is made on the spot;
//! 4. everything else is an exchange: body, unit of work, plugin, commit, and only then an answer;
//! 5. [`http::intake`] waits the latency, counts, and tells the [`journal`].
//!
//! Beside that path: [`start`] assembles, [`app`] holds what serves and changes it whole or not at all, [`load`] reads the
//! documents, [`site::build`] makes them ready, [`reload`] watches them, [`admin`] is the operator's side, [`report`] the log
//! that a person reads; what takes longer than a moment is done in the [`background`]. [`mockoon`] and [`microcks`] hold what only those tools' documents and users have, [`webhooks`] who wants
//! calls again and again. [`plugins`] have a life of their own, told there.

pub mod admin;
pub mod app;
pub mod background;
pub mod gateway;
pub mod http;
pub mod journal;
pub mod load;
pub mod metrics;
pub mod microcks;
pub mod mockoon;
pub mod plugins;
pub mod reload;
pub mod report;
pub mod respond;
pub mod site;
pub mod start;
pub mod webhooks;

pub use load::{Mockoon, Options as Documents, Rejected};
pub use ringback_clock::GatewayClock;
pub use ringback_diag::Colour;
pub use ringback_import::mockoon::{DisabledRoutes, Options as MockoonOptions};
pub use start::{Admin, Checked, Rehearsal, Running, ServeOptions, check, start};

/// The JSON Schema of `ringback.toml`, for editors.
pub fn schema_text() -> String {
    let schema = serde_json::to_string_pretty(&ringback_config::schema()).unwrap_or_default();
    format!("{schema}\n")
}
