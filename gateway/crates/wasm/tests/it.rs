//! The plugin host against real and hostile guests. One binary, since linking wasmtime is what takes the time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod it {
    mod answering;
    mod cache;
    mod contract;
    mod gate;
    mod hostile;
    mod instances;
    mod logging;
    mod measuring;
    mod outgoing;
    mod policy;
    mod rendering;
    mod responding;
    mod signing;
    mod silent;
    mod streaming;
    mod support;
    mod templates;
    mod upstream;
    mod wasi;
}
