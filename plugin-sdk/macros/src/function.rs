//! What holds for every function that is a hook.

use proc_macro2::TokenStream;
use syn::{Error, ItemFn, Result, ReturnType, parse2, spanned::Spanned};

/// Reads a function that is a hook.
///
/// # Errors
/// When it is none, or of a form that no hook has. `wanted` says which has.
pub(crate) fn parse(attribute: &TokenStream, item: TokenStream, wanted: &str) -> Result<ItemFn> {
    if !attribute.is_empty() {
        return Err(Error::new_spanned(attribute, format!("nothing belongs here\nhelp: {wanted}")));
    }
    let span = item.span();
    let function: ItemFn =
        parse2(item).map_err(|_| Error::new(span, format!("this is no function\nhelp: {wanted}")))?;
    let signature = &function.sig;
    let problem = if let Some(asyncness) = &signature.asyncness {
        Some((asyncness.span(), "a hook can't be async: the gateway waits for it"))
    } else if let Some(unsafety) = signature.constness.as_ref() {
        Some((unsafety.span(), "a hook can't be const"))
    } else if !signature.generics.params.is_empty() {
        Some((signature.generics.span(), "a hook can't be generic: nobody says for which types"))
    } else if let Some(receiver) = signature.receiver() {
        Some((receiver.span(), "a hook has no `self`: each call may be on an instance of its own"))
    } else if let ReturnType::Default = signature.output {
        Some((signature.ident.span(), "a hook returns a result"))
    } else {
        None
    };
    match problem {
        Some((span, why)) => Err(Error::new(span, format!("{why}\nhelp: {wanted}"))),
        None => Ok(function),
    }
}

/// Refuses another number of arguments.
///
/// # Errors
/// When there are fewer or more.
pub(crate) fn check_arguments(function: &ItemFn, allowed: &[usize], wanted: &str) -> Result<()> {
    let count = function.sig.inputs.len();
    if allowed.contains(&count) {
        return Ok(());
    }
    let why = format!("this takes {count} arguments\nhelp: {wanted}");
    Err(Error::new(function.sig.paren_token.span.join(), why))
}
