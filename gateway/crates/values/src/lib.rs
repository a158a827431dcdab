//! Values as JavaScript has them, and what a request says as such values.
//!
//! Mockoon is a JavaScript program, and that shows in everything it answers: what a number prints, what is true, in which
//! order an object's keys come, which form field makes an array. This crate holds that behaviour once, for templates (the
//! handlebars engine, within WebAssembly) and for rules (natively). It uses nothing of ours, does no I/O, and bounds the
//! depth of all that it reads; nothing in it panics.
//!
//! [`Value`] and [`Text`] are the types; [`json`], [`number`] and [`path`] read, print and look into them; [`request`]
//! makes them of a request's parts.

mod jmes_path;
pub mod json;
mod json_path;
pub mod number;
mod object;
pub mod path;
mod regexp;
pub mod request;
mod text;
mod value;

pub use jmes_path::JmesPath;
pub use json_path::{JsonPath, JsonPathError};
pub use object::{Object, array_index};
pub use regexp::{Regexp, RegexpError};
pub use text::Text;
pub use value::{Date, Value, is_space, utf16_len, write_joined};
