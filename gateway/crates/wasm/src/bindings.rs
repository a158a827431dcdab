//! What `wit/` says, as Rust: types, the traits behind the imports, typed calls of the exports.
//!
//! Generated for the world with every hook; a plugin exports some of them, so each interface is linked and looked up by
//! itself. Arguments of exports are borrowed, which saves an allocation for each text that crosses.
#![allow(missing_docs, clippy::all, clippy::pedantic, reason = "generated")]

wasmtime::component::bindgen!({
    path: "../../../wit",
    world: "plugin",
    imports: {
        // The first two ask the store, the others another plugin or another server; everything else answers from memory and never waits.
        "ringback:gateway/callbacks.cancel": async | trappable,
        "ringback:gateway/callbacks.list-pending": async | trappable,
        "ringback:gateway/templates.render": async | trappable,
        "ringback:gateway/upstream.forward": async | trappable,
        "ringback:gateway/upstream.fetch": async | trappable,
        default: trappable,
    },
    exports: { default: async },
    ownership: Borrowing { duplicate_if_necessary: true },
    with: { "ringback:gateway/requests.request": crate::imports::RequestHandle },
    require_store_data_send: true,
});
