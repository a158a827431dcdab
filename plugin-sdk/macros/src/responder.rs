//! `#[responder]`.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::Result;

use crate::function;

const WANTED: &str = "a responder is `fn handle(request: Request) -> Result<Response, Error>`, or with `config: &Config` \
     as a second argument";

pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let function = function::parse(&attribute, item, WANTED)?;
    function::check_arguments(&function, &[1, 2], WANTED)?;
    let name = &function.sig.ident;
    Ok(quote_spanned! { name.span() =>
        #function

        const _: () = ::ringback_plugin::__private::check_responder(&#name);

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Hook;

            impl ::ringback_plugin::__private::ResponderHook for Hook {
                fn respond(
                    request: ::ringback_plugin::Request,
                ) -> ::std::result::Result<::ringback_plugin::Response, ::ringback_plugin::Error> {
                    ::ringback_plugin::Handler::handle(#name, request)
                }
            }

            ::ringback_plugin::__private::responder::export_responder!(
                Hook with_types_in ::ringback_plugin::__private::responder
            );
        };
    })
}
