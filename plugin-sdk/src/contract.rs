//! The version of the contract that a plugin was built for, in its custom section `ringback:contract`.

/// The version of `ringback:gateway` that this SDK speaks: `0.1.0`.
pub const CONTRACT_VERSION: &str = match std::str::from_utf8(BYTES) {
    Ok(version) => version,
    Err(_) => "",
};

const BYTES: &[u8; 5] = b"0.1.0";

/// Once in a plugin, however many hooks it has: the linker joins sections of one name.
#[cfg(target_arch = "wasm32")]
#[unsafe(link_section = "ringback:contract")]
#[used]
static SECTION: [u8; BYTES.len()] = *BYTES;

/// Every hook passes here. The linker takes this file, and the section with it, only when something of it is called.
#[cfg(target_arch = "wasm32")]
#[inline(never)]
pub(crate) fn stamp() {
    std::hint::black_box(());
}

#[cfg(test)]
mod tests {
    use super::CONTRACT_VERSION;

    #[test]
    fn the_version_is_that_of_the_contract() {
        let world = include_str!("../wit/world.wit");
        assert!(world.contains(&format!("package ringback:gateway@{CONTRACT_VERSION};")));
    }
}
