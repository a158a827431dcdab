//! The attributes of `ringback-plugin`. Each leaves what it stands on as it is, checks its form, and adds what exports it
//! on `wasm32`.

mod body_stream;
mod callback_policy;
mod configuration;
mod function;
mod responder;

use proc_macro::TokenStream;
use syn::{Error, Result};

/// Makes a function the plugin's responder: `fn(Request) -> Result<Response, Error>`, or with the configuration,
/// `fn(Request, &Config) -> Result<Response, Error>`.
///
/// The error may be of any type that becomes the SDK's `Error`.
#[proc_macro_attribute]
pub fn responder(attribute: TokenStream, item: TokenStream) -> TokenStream {
    or_told(responder::expand(attribute.into(), item.clone().into()), item)
}

/// Makes an `impl CallbackPolicy for ...` the plugin's callback policy.
#[proc_macro_attribute]
pub fn callback_policy(attribute: TokenStream, item: TokenStream) -> TokenStream {
    or_told(callback_policy::expand(attribute.into(), item.clone().into()), item)
}

/// Makes a function the one that gives streamed answers piece by piece: `fn(u32) -> Result<Option<Vec<u8>>, Error>`.
#[proc_macro_attribute]
pub fn body_stream(attribute: TokenStream, item: TokenStream) -> TokenStream {
    or_told(body_stream::expand(attribute.into(), item.clone().into()), item)
}

/// Makes a struct the plugin's configuration: what the operator may write in `config = { ... }`.
///
/// Fields become keys in kebab case (`reject_after`: `reject-after`) and are read by serde, whose attributes apply;
/// `#[serde(default)]` on the struct makes every key optional. A key that no field has is refused, with the nearest name. All
/// mistakes are told at once, each with its place.
///
/// `#[must_be("a whole number of at least 1")]` on a field says what is wrong with a value that does not fit its type.
/// `#[configuration(check)]` calls `fn check(&self) -> Result<(), Diagnostic>` of the struct once it is read.
///
/// ```
/// use std::num::NonZeroU32;
///
/// use ringback_plugin::{Configuration, configuration};
///
/// /// What the operator may set.
/// #[configuration]
/// #[serde(default)]
/// struct Config {
///     /// Tries that an applicant has.
///     #[must_be("a whole number of at least 1")]
///     reject_after: NonZeroU32,
/// }
///
/// impl Default for Config {
///     fn default() -> Self {
///         Self { reject_after: NonZeroU32::MIN }
///     }
/// }
///
/// let config = Config::parse(r#"{ "reject-after": 3 }"#).ok().unwrap();
/// assert_eq!(config.reject_after.get(), 3);
/// let wrong = Config::parse(r#"{ "reject-after": 0 }"#).err().unwrap();
/// assert_eq!(wrong[0].to_string(), "/reject-after: `reject-after` must be a whole number of at least 1");
/// ```
#[proc_macro_attribute]
pub fn configuration(attribute: TokenStream, item: TokenStream) -> TokenStream {
    configuration::expand(attribute.into(), item.into()).unwrap_or_else(Error::into_compile_error).into()
}

/// What was made of an item, or the item as it is beside what is wrong with it: its own mistakes are told as well, and its
/// imports are used.
fn or_told(expanded: Result<proc_macro2::TokenStream>, item: TokenStream) -> TokenStream {
    match expanded {
        Ok(expanded) => expanded.into(),
        Err(error) => [TokenStream::from(error.into_compile_error()), item].into_iter().collect(),
    }
}
