//! What a component carries for the gateway beside its code: the manifest and the contract's version, each in a custom
//! section of the component itself.

use std::borrow::Cow;

use sha2::{Digest, Sha256};
use wasm_encoder::{ComponentSection, CustomSection};

/// The section with the manifest: the text of `plugin.toml`.
pub const MANIFEST_SECTION: &str = "ringback:manifest";
/// The section with the version of the contract that the component was built for.
pub const CONTRACT_SECTION: &str = "ringback:contract";
/// The version of the contract that this crate carries.
pub const CONTRACT: &str = "0.1.0";
/// A manifest is read before a component is trusted, so it is small.
pub const MANIFEST_MAX_BYTES: usize = 64 << 10;

/// A component with its manifest and its contract's version.
pub(crate) fn stamp(mut component: Vec<u8>, manifest: &str) -> Vec<u8> {
    for (name, data) in [(MANIFEST_SECTION, manifest), (CONTRACT_SECTION, CONTRACT)] {
        let section = CustomSection { name: Cow::Borrowed(name), data: Cow::Borrowed(data.as_bytes()) };
        section.append_to_component(&mut component);
    }
    component
}

/// The SHA-256 of some bytes, in lower-case hexadecimal, as `sha256` in `ringback.toml` takes it.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
