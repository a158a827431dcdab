//! The gateway behind one set of functions: on wasm the contract's imports, elsewhere the fakes of `testing`. Functions and
//! no trait object, so that a plugin imports only what its code reaches.

#[cfg(not(target_arch = "wasm32"))]
mod fake;
#[cfg(target_arch = "wasm32")]
mod guest;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use fake::*;
#[cfg(target_arch = "wasm32")]
pub(crate) use guest::*;
