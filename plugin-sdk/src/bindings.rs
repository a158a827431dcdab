//! What `wit-bindgen` makes of the contract: the imports once, and each hook in a world of its own, so that a plugin
//! exports the hooks that it has and no other.

#![allow(missing_docs, unreachable_pub, clippy::all, reason = "generated")]

wit_bindgen::generate!({ path: "wit", world: "imports", generate_unused_types: true });

/// One hook's world. `with` are interfaces that it uses beside `types`.
macro_rules! hook {
    ($module:ident, $name:literal, $macro:literal, { $($with:tt)* }, $world:literal) => {
        pub mod $module {
            wit_bindgen::generate!({
                path: "wit",
                inline: $world,
                pub_export_macro: true,
                export_macro_name: $macro,
                type_section_suffix: $name,
                with: {
                    "ringback:gateway/types@0.1.0": crate::bindings::ringback::gateway::types,
                    $($with)*
                },
            });
        }
    };
}

hook!(
    responder,
    "responder",
    "export_responder",
    { "ringback:gateway/requests@0.1.0": crate::bindings::ringback::gateway::requests },
    "package ringback:sdk; world responder-hook { export ringback:gateway/responder@0.1.0; }"
);
hook!(
    configuration,
    "configuration",
    "export_configuration",
    {},
    "package ringback:sdk; world configuration-hook { export ringback:gateway/configuration@0.1.0; }"
);
hook!(
    callback_policy,
    "callback-policy",
    "export_callback_policy",
    {},
    "package ringback:sdk; world callback-policy-hook { export ringback:gateway/callback-policy@0.1.0; }"
);
hook!(
    body_stream,
    "body-stream",
    "export_body_stream",
    {},
    "package ringback:sdk; world body-stream-hook { export ringback:gateway/body-stream@0.1.0; }"
);
