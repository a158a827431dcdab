//! The document as Mockoon would write it.

use super::openapi;
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

    /// As an OpenAPI 3.0 description in JSON. `pretty`: over several lines.
    pub fn to_openapi_json(&self, pretty: bool) -> String {
        openapi::describe(&self.0).to_text(pretty)
    }

    /// As an OpenAPI 3.0 description in YAML.
    pub fn to_openapi_yaml(&self) -> String {
        openapi::describe(&self.0).to_yaml()
    }
}
