//! JSON is read in one way, so that its reader is in a plugin once: serde_json has one for texts and one for bytes.

use serde::de::DeserializeOwned;

/// Reads a JSON text.
pub(crate) fn read_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(text)
}
