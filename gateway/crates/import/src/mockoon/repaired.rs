//! The document as Mockoon would write it.

use crate::json::Node;

/// A document in Mockoon's current format, with every field that its schema knows and no other.
#[derive(Debug, Clone)]
pub struct Repaired(pub(super) Node);

// === impl Repaired ===

impl Repaired {
    /// As Mockoon's file. `pretty`: over several lines.
    pub fn to_json(&self, pretty: bool) -> String {
        self.0.to_text(pretty)
    }
}
