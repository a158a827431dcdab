//! `#[callback_policy]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, ItemImpl, Result, parse2, spanned::Spanned};

const WANTED: &str = "a callback policy is `impl CallbackPolicy for Retry { fn decide(callback: &CommittedCallback, \
     attempt: u32, outcome: &Outcome) -> Decision { ... } }`";

pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let wrong = |span, why: &str| Error::new(span, format!("{why}\nhelp: {WANTED}"));
    if !attribute.is_empty() {
        return Err(wrong(attribute.span(), "nothing belongs here"));
    }
    let span = item.span();
    let implementation: ItemImpl =
        parse2(item).map_err(|_| wrong(span, "this is no implementation of `CallbackPolicy`"))?;
    if implementation.trait_.is_none() {
        return Err(wrong(implementation.self_ty.span(), "this implements no trait"));
    }
    if !implementation.generics.params.is_empty() {
        return Err(wrong(implementation.generics.span(), "a hook can't be generic: nobody says for which types"));
    }
    let policy = &implementation.self_ty;
    Ok(quote! {
        #implementation

        const _: () = ::ringback_plugin::__private::check_policy::<#policy>();

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Hook;

            impl ::ringback_plugin::__private::PolicyHook for Hook {
                type Policy = #policy;
            }

            ::ringback_plugin::__private::callback_policy::export_callback_policy!(
                Hook with_types_in ::ringback_plugin::__private::callback_policy
            );
        };
    })
}
