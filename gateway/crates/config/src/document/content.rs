//! `file = "PATH"`, or `file = { path = "PATH", attachment = true }`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::At;

/// A file as content, with more to say than its path.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct File {
    /// The file, relative to this one, a template. A rendered path stays within the folder that stands before its first `{{`.
    #[schemars(example = &"receipt.pdf")]
    pub path: At<String>,
    /// Of a response: whether a browser is told to save it. Of a callback: whether it is sent as a form's file. Absent: no.
    #[schemars(example = true)]
    #[serde(default)]
    pub attachment: bool,
    /// What a response with status 404 says where the file is missing, a template. Absent: what says so, with the response's
    /// own status.
    #[schemars(example = &"there is no such receipt")]
    #[serde(default)]
    pub missing: Option<At<String>>,
}
