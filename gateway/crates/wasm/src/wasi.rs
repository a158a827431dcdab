//! WASI 0.2 for guests whose language runtime asks for it: none yet.

/// Whether a guest may import an interface.
pub(crate) fn offers(_name: &str, _version: &str) -> bool {
    false
}
