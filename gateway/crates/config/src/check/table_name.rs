//! What a table is called where it is written: `[server]`, `[[route.response]]`, `[callback."a b"]`.

/// One step into the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Into a table.
    Key(String),
    /// Into an array.
    Index(usize),
}

impl Step {
    /// The key, if it is one.
    pub(crate) fn key(&self) -> Option<&str> {
        match self {
            Self::Key(key) => Some(key),
            Self::Index(_) => None,
        }
    }
}

/// The header of the table at a path.
pub(crate) fn table_name(path: &[Step]) -> String {
    let keys: Vec<_> = path.iter().filter_map(Step::key).map(quoted_key).collect();
    let keys = keys.join(".");
    if matches!(path.last(), Some(Step::Index(_))) { format!("[[{keys}]]") } else { format!("[{keys}]") }
}

/// A key as TOML wants it: bare where it may be.
pub(crate) fn quoted_key(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if bare { key.into() } else { format!("\"{}\"", key.escape_debug()) }
}
