//! `#[configuration]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Fields, Ident, ItemStruct, LitStr, Result, parse2, spanned::Spanned};

const WANTED: &str = "a configuration is a struct with named fields: `struct Config { reject_after: u32 }`";

pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let checks = wants_check(attribute)?;
    let span = item.span();
    let mut config: ItemStruct =
        parse2(item).map_err(|_| Error::new(span, format!("this is no struct\nhelp: {WANTED}")))?;
    if !config.generics.params.is_empty() {
        let why = format!("a configuration can't be generic\nhelp: {WANTED}");
        return Err(Error::new(config.generics.span(), why));
    }
    let must_be = take_must_be(&mut config)?;
    let name = &config.ident;
    let check = if checks { quote!(#name::check) } else { quote!(|_| ::std::result::Result::Ok(())) };
    Ok(quote! {
        #[derive(::ringback_plugin::__private::serde::Deserialize)]
        #[serde(crate = "::ringback_plugin::__private::serde", rename_all = "kebab-case", deny_unknown_fields)]
        #config

        impl ::ringback_plugin::Configuration for #name {
            fn parse(
                table: &str,
            ) -> ::std::result::Result<Self, ::std::vec::Vec<::ringback_plugin::Diagnostic>> {
                ::ringback_plugin::__private::load(table, &[#(#must_be),*], #check)
            }

            fn load() -> ::std::result::Result<::std::rc::Rc<Self>, ::ringback_plugin::Error> {
                ::std::thread_local! {
                    static CACHED: ::ringback_plugin::__private::Cached<#name> =
                        const { ::ringback_plugin::__private::Cached::new() };
                }
                CACHED.with(::ringback_plugin::__private::Cached::load)
            }
        }

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Hook;

            impl ::ringback_plugin::__private::ConfigurationHook for Hook {
                type Config = #name;
            }

            ::ringback_plugin::__private::configuration::export_configuration!(
                Hook with_types_in ::ringback_plugin::__private::configuration
            );
        };
    })
}

/// Whether `check` stands in the attribute.
fn wants_check(attribute: TokenStream) -> Result<bool> {
    if attribute.is_empty() {
        return Ok(false);
    }
    let span = attribute.span();
    match parse2::<Ident>(attribute) {
        Ok(word) if word == "check" => Ok(true),
        _ => Err(Error::new(
            span,
            "only `check` belongs here\nhelp: `#[configuration(check)]` calls `fn check(&self) -> Result<(), Diagnostic>` \
             of the struct once it is read",
        )),
    }
}

/// Takes `#[must_be("...")]` off the fields.
fn take_must_be(config: &mut ItemStruct) -> Result<Vec<TokenStream>> {
    let Fields::Named(fields) = &mut config.fields else {
        return Err(Error::new(config.ident.span(), format!("this has no named fields\nhelp: {WANTED}")));
    };
    let mut found = vec![];
    for field in &mut fields.named {
        let Some(name) = &field.ident else { continue };
        let key = key(name, &field.attrs);
        for attribute in field.attrs.extract_if(.., |attribute| attribute.path().is_ident("must_be")) {
            let wanted: LitStr = attribute.parse_args().map_err(|error| {
                Error::new(error.span(), "a text is wanted\nhelp: `#[must_be(\"a whole number of at least 1\")]`")
            })?;
            found.push(quote!(::ringback_plugin::__private::MustBe { key: #key, wanted: #wanted }));
        }
    }
    Ok(found)
}

/// The key of a field: its name in kebab case, or what serde is told.
fn key(name: &Ident, attributes: &[syn::Attribute]) -> String {
    let mut renamed = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What is wrong in it, serde says.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                renamed = Some(meta.value()?.parse::<LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<LitStr>()?;
            }
            Ok(())
        });
    }
    let name = name.to_string();
    renamed.unwrap_or_else(|| name.trim_start_matches("r#").replace('_', "-"))
}
