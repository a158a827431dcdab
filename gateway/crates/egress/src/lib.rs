//! Outbound HTTP: who may be called, and one try at calling them: for a callback ([`HttpCourier`] as a `Courier`), for a
//! plugin that asks while a client waits (as a `Fetcher`), and for a client whose request is passed on
//! ([`HttpCourier::open`]).
//!
//! An attempt passes two checks. The [`policy`](EgressPolicy) of the callback's environment looks at the URL's host; a
//! host that is an address is checked there and then. A host that is a name is resolved, and the addresses are checked
//! by the resolver that the connection is made with, so that a name can't change its mind in between. Only then are
//! bytes sent, once, and a bounded part of the answer is read in a bounded time. A redirect is followed only where the
//! policy says so, and passes both checks anew.

mod addresses;
mod client;
mod courier;
mod direct;
mod fetch;
mod own;
mod policy;
mod redirect;
mod spelling;

pub use courier::HttpCourier;
pub use fetch::Opened;
pub use policy::EgressPolicy;
pub use spelling::spelled;
