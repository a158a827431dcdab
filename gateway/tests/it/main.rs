//! The gateway from outside: started in this process on free ports, with a clock that the test moves, and asked over HTTP.
//! One binary, since linking the wasm host takes longer than running all of it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on has failed"
)]

mod admin;
mod artifacts;
mod authoring;
mod bad_input;
mod callbacks;
mod command_line;
mod dispatchers;
mod expressions;
mod guest;
mod http;
mod kyc;
mod mockoon_admin;
mod mockoon_callbacks;
mod mockoon_collections;
mod mockoon_proxy;
mod mockoon_serving;
mod mockoon_sockets;
mod openapi_callbacks;
mod operations;
mod plugins;
mod reload;
mod routing;
mod support;
mod tls;
mod transcript;
mod tutorial;
mod units;
mod user_registration;
mod webhooks;
