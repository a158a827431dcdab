//! A bucket as a REST collection: what Mockoon's CRUD routes answer, and what they change (`mockoon.md`, section 2.6).
//!
//! The gateway finds the route and the bucket and calls [`run`], which looks at the bucket's document in place and says
//! what is answered and which changes, by path, make the bucket what it is afterwards. Everything here is arithmetic on the
//! model's [`Json`](ringback_model::json::Json): no clock, no randomness, no I/O. A list of 10,000 items is searched,
//! sorted and paged without a copy of any of them; only what is sent is written.
//!
//! Mockoon is a JavaScript program: [`Js`] is a JSON value as that language sees it, [`write`] prints one as it does.

mod change;
mod filter;
mod id;
mod id_template;
mod js;
mod list;
mod listing;
mod needle;
mod operation;
mod order;
mod path;
mod pattern;
mod write;

pub use id::NewId;
pub use id_template::id_template;
pub use js::{Js, json_of};
pub use operation::{Asked, CollectionError, Counts, Operation, Outcome, needs_id, run};
pub use path::Key;
pub use pattern::{Pattern, PatternError};
pub use write::{sent, write};
