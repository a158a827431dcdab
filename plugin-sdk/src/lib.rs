//! Write plugins for the Ringback gateway in Rust.
//!
//! A plugin is a crate of the type `cdylib` that implements *hooks*: plain functions with an attribute. On
//! `wasm32-unknown-unknown` the attributes export them to the gateway; everywhere else they are ordinary Rust, and
//! [`testing`] stands in for the gateway, so that `cargo test` tries a plugin without one.
//!
//! ```
//! use ringback_plugin::{Error, Request, Response, bucket, log, responder};
//! use serde_json::json;
//!
//! /// Greets, and counts how often.
//! #[responder]
//! fn handle(request: Request) -> Result<Response, Error> {
//!     let name = request.param("name").unwrap_or("nobody");
//!     let visits = bucket("visits").inc(name, 1.0)?;
//!     log::info!("greeted", name = name);
//!     Ok(Response::json(200, &json!({ "hello": name, "visits": visits })))
//! }
//!
//! // What `cargo test` does with it:
//! use ringback_plugin::testing::{Gateway, get};
//!
//! let mut gateway = Gateway::new().bucket("visits", json!({}));
//! let called = gateway.call(handle, get("/hello/ada").param("name", "ada"));
//! assert_eq!(called.response().status(), 200);
//! assert_eq!(gateway.bucket_value("visits"), json!({ "ada": 1 }));
//! ```
//!
//! # Hooks
//!
//! | attribute | on | called |
//! |---|---|---|
//! | [`#[responder]`](responder) | `fn(Request) -> Result<Response, Error>`, or `fn(Request, &Config) -> ...` | for each request of a route |
//! | [`#[configuration]`](configuration) | a struct: what the operator may write in `config = { ... }` | once, before the plugin serves |
//! | [`#[callback_policy]`](callback_policy) | `impl CallbackPolicy for ...` | around every attempt of a callback |
//! | [`#[body_stream]`](body_stream) | `fn(u32) -> Result<Option<Vec<u8>>, Error>` | for each piece of a streamed answer |
//!
//! Each exports only its own interface; a crate may have one of each.
//!
//! # What a hook can do
//!
//! [`bucket`] (JSON documents shared by the routes), [`Callback`] (requests that the gateway sends later), [`clock`],
//! [`random`], [`log`](mod@log), [`signer`] (keys that the plugin never sees), [`templates`], [`upstream`]. What a hook
//! changes and schedules is staged: it becomes visible, all of it, when the hook returns `Ok`, and is dropped when it
//! returns an error or panics. Buckets, callbacks, secrets and hosts need a grant of the operator; a plugin asks only for
//! those that it uses, since what its code does not reach is not imported.
//!
//! # Failing
//!
//! Any error of the standard kind becomes an [`Error`] through `?`: the client sees its message, the log has the chain of
//! its causes. A panic ends the call; its message and place go to the log.

#[cfg(all(target_arch = "wasm32", feature = "arena"))]
mod arena;
#[cfg(target_arch = "wasm32")]
mod bindings;
mod bucket;
mod callback;
pub mod clock;
mod configuration;
mod contract;
mod diagnostic;
mod error;
mod hooks;
mod host;
mod json;
pub mod log;
mod outgoing;
#[cfg(target_arch = "wasm32")]
mod panic;
mod policy;
pub mod random;
mod request;
mod response;
pub mod signer;
pub mod templates;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod upstream;

pub use bucket::{Bucket, BucketError, bucket, escape};
pub use callback::{Callback, CallbackId, PendingCallback, ScheduleError, cancel, pending};
pub use clock::Timestamp;
pub use configuration::Configuration;
pub use contract::CONTRACT_VERSION;
pub use diagnostic::Diagnostic;
pub use error::{Context, Error};
pub use hooks::Handler;
pub use outgoing::{Answer, Body, Outgoing};
pub use policy::{CallbackPolicy, CommittedCallback, Decision, Outcome};
pub use request::Request;
pub use response::{Content, Response};
pub use ringback_plugin_macros::{body_stream, callback_policy, configuration, responder};

#[doc(hidden)]
pub mod __private {
    //! What the attributes expand to. No part of the interface: it may change with any release.
    pub use serde;

    #[cfg(target_arch = "wasm32")]
    pub use crate::bindings::{body_stream, callback_policy, configuration, responder};
    pub use crate::configuration::{Cached, MustBe, load};
    #[cfg(target_arch = "wasm32")]
    pub use crate::hooks::{BodyStreamHook, ConfigurationHook, PolicyHook, ResponderHook};
    pub use crate::hooks::{check_policy, check_responder, check_stream};
}
