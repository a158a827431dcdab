//! `#[body_stream]`.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::Result;

use crate::function;

const WANTED: &str = "a body stream is `fn pieces(number: u32) -> Result<Option<Vec<u8>>, Error>`";

pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let function = function::parse(&attribute, item, WANTED)?;
    function::check_arguments(&function, &[1], WANTED)?;
    let name = &function.sig.ident;
    Ok(quote_spanned! { name.span() =>
        #function

        const _: () = ::ringback_plugin::__private::check_stream(#name);

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Hook;

            impl ::ringback_plugin::__private::BodyStreamHook for Hook {
                fn next(
                    number: u32,
                ) -> ::std::result::Result<::std::option::Option<::std::vec::Vec<u8>>, ::ringback_plugin::Error> {
                    #name(number)
                }
            }

            ::ringback_plugin::__private::body_stream::export_body_stream!(
                Hook with_types_in ::ringback_plugin::__private::body_stream
            );
        };
    })
}
