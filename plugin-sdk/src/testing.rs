//! A gateway for tests: the same functions, without one.
//!
//! [`Gateway`] holds what a gateway would: buckets, secrets, the clock, callbacks that wait. [`Gateway::call`] has a hook
//! answer a request and tells what came of it; effects are staged and dropped on an error as the contract says. Each test
//! has its own, and tests may run beside each other.
//!
//! ```
//! use ringback_plugin::{Callback, Error, Request, Response, testing};
//! use serde_json::json;
//!
//! fn handle(request: Request) -> Result<Response, Error> {
//!     let order: serde_json::Value = request.json()?;
//!     Callback::post("http://localhost:9/paid").json(&json!({ "order": order["id"] })).schedule()?;
//!     Ok(Response::new(202))
//! }
//!
//! let mut gateway = testing::Gateway::new().at("2026-01-02T03:04:05Z");
//! let called = gateway.call(handle, testing::post("/orders").json(&json!({ "id": 7 })));
//! assert_eq!(called.response().status(), 202);
//! assert_eq!(called.callbacks[0].json(), json!({ "order": 7 }));
//! ```
//!
//! What is not as in a gateway: nothing is limited but the number of callbacks, Ed25519 is not signed, a renderer is a
//! function of the test's, and a panic of the hook fails the test. `ringback plugin test` runs vectors in a real store.

mod call;
mod called;
mod document;
mod gateway;
mod incoming;

pub(crate) use call::{Call, GOLDEN_GAMMA, with};
pub use called::{Called, LogLine, Scheduled};
pub(crate) use document::Document;
pub use gateway::Gateway;
pub use incoming::{Incoming, get, post, request};
