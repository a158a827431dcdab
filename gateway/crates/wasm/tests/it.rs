//! The plugin host against real and hostile guests. One binary, since linking wasmtime is what takes the time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod it {
    mod cache;
    mod contract;
    mod gate;
    mod hostile;
    mod instances;
    mod logging;
    mod policy;
    mod rendering;
    mod responding;
    mod silent;
    mod support;
    mod wasi;
}
