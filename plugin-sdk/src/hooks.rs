//! What the attributes make of the functions that they stand on.

use std::rc::Rc;

use crate::{CallbackPolicy, Configuration, Error, Request, Response};

/// A function that answers requests: what `#[responder]` stands on. `Marker` tells the forms apart and is never written.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no responder",
    note = "a responder is `fn(Request) -> Result<Response, Error>`",
    note = "or `fn(Request, &Config) -> Result<Response, Error>`, where `Config` is a struct with `#[configuration]`"
)]
pub trait Handler<Marker> {
    /// Answers a request.
    ///
    /// # Errors
    /// Those of the function, and those of an answer that can't be sent.
    fn handle(self, request: Request) -> Result<Response, Error>;
}

impl<F, E> Handler<(E,)> for F
where
    F: FnOnce(Request) -> Result<Response, E>,
    E: Into<Error>,
{
    fn handle(self, request: Request) -> Result<Response, Error> {
        checked(self(request).map_err(Into::into)?)
    }
}

impl<F, C, E> Handler<(C, E)> for F
where
    F: FnOnce(Request, &C) -> Result<Response, E>,
    C: Configuration,
    E: Into<Error>,
{
    fn handle(self, request: Request) -> Result<Response, Error> {
        let config: Rc<C> = C::load()?;
        checked(self(request, &config).map_err(Into::into)?)
    }
}

fn checked(response: Response) -> Result<Response, Error> {
    match response.problem() {
        Some(problem) => Err(problem),
        None => Ok(response),
    }
}

/// Says at compile time whether a function is a responder.
#[doc(hidden)]
pub const fn check_responder<M, H: Handler<M> + Copy>(_: &H) {}

/// Says at compile time whether a function is a body stream.
#[doc(hidden)]
pub const fn check_stream(_: fn(u32) -> Result<Option<Vec<u8>>, Error>) {}

/// Says at compile time whether a type is a callback policy.
#[doc(hidden)]
pub const fn check_policy<P: CallbackPolicy>() {}

#[cfg(target_arch = "wasm32")]
mod exported;
#[cfg(target_arch = "wasm32")]
pub use exported::{BodyStreamHook, ConfigurationHook, PolicyHook, ResponderHook};
