//! From a method and a path to a route and its parameters, and from a route to one of its responses. Pure: no I/O, no
//! async, no clock, so that `check --explain` and a running gateway give the same answer.
//!
//! Read in this order: a path as the operator wrote it becomes [`Token`](tokens::Token)s, alternatives of them and
//! [`Shape`](pattern::Shape)s ([`pattern`], one file per syntax); the shapes of all routes become an index ([`index`],
//! with an [`automaton`] for those that segments can't express) whose cost does not grow with their number; a
//! [`RouteTable`] answers `find` from it, and says why not in [`explain`]; a [`Chooser`] picks the response,
//! a [`Dispatcher`] the example of an operation ([`dispatch`]).
//!
//! Invariant: of all routes that match, the first of the document answers, exactly as if they were tried one by one.

mod automaton;
mod choose;
mod dispatch;
mod explain;
mod index;
mod methods;
mod pattern;
mod rules;
mod shadow;
mod subject;
mod table;
mod tokens;

pub use self::{
    choose::Chooser,
    dispatch::{Chosen, Constraints, Contents, DELAY_MAX, Dispatcher, Inquiry, Key, NoDelay, Verdict, asked_delay},
    explain::{Advice, Difference, Near},
    pattern::{Complaint, PatternError},
    rules::{Facts, RequestFacts, RequestParts, RuleError, RuleSet},
    subject::single_slashes,
    table::{Found, Place, RouteTable},
};
