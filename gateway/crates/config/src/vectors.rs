//! Test vectors of plugins: `tests/*.toml` of a plugin's project, read as `ringback.toml` is, with a place for everything
//! that is wrong. What is done with them is the command line's.

use std::{collections::HashMap, ops::Range, sync::Arc, time::Duration};

use http::{HeaderName, HeaderValue, Method, Uri};
use ringback_diag::{Diagnostics, Sources};
use ringback_model::{
    environment::{Bucket, HostPattern, PathSyntax},
    secret::SecretName,
    time::Timestamp,
};
use serde_json::Value;

use crate::{
    document::{self, Conventions},
    lower::{Declared, Lowering},
    shaped, tree,
};

/// One file of vectors.
#[derive(Debug, Clone)]
pub struct Vectors {
    /// The file, as messages point at it.
    pub file: Arc<str>,
    /// The plugin's own table, an object.
    pub config: Value,
    /// The seed of all that is random.
    pub seed: u64,
    /// Where the clock stands.
    pub now: Timestamp,
    /// What the plugin signs with, as it would stand in `[secrets]`.
    pub secrets: Vec<(SecretName, String)>,
    /// Buckets and their content, those of the plugin's manifest that are not named left out.
    pub buckets: Vec<Bucket>,
    /// Hosts that callbacks may go to.
    pub callback_hosts: Vec<HostPattern>,
    /// One after the other.
    pub calls: Vec<Call>,
}

/// A call, and what must come of it.
#[derive(Debug, Clone)]
pub struct Call {
    /// What it shows: `an applicant is accepted`, or `POST /kyc/applicants`.
    pub name: String,
    /// Where it stands: `[[call]]` in bytes of the file.
    pub span: Range<usize>,
    /// What is done.
    pub act: Act,
    /// What must come of it.
    pub expect: Expect,
}

/// What is done.
#[derive(Debug, Clone)]
pub enum Act {
    /// A request.
    Request(Request),
    /// The clock is moved.
    Advance(Duration),
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its method.
    pub method: Method,
    /// Its path, with a query or without.
    pub path: Uri,
    /// Where the path stands.
    pub path_span: Range<usize>,
    /// Its header fields.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Its content; empty: none.
    pub body: String,
}

/// What must come of a call. Absent: anything.
#[derive(Debug, Clone, Default)]
pub struct Expect {
    /// The answer's status.
    pub status: Option<u16>,
    /// Header fields of the answer.
    pub headers: Vec<(HeaderName, String)>,
    /// The answer's content.
    pub content: Option<Content>,
    /// Buckets after the call, by name.
    pub buckets: Vec<(String, Value)>,
    /// Callbacks that the call scheduled.
    pub callbacks: Option<Vec<Callback>>,
    /// Callbacks that were sent.
    pub delivered: Option<Vec<Callback>>,
}

/// What a message must hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Members given must be there and equal, arrays whole.
    Json(Value),
    /// Exactly this.
    Text(String),
}

/// What must be true of a callback. Absent: anything.
#[derive(Debug, Clone, Default)]
pub struct Callback {
    /// Its name.
    pub name: Option<String>,
    /// How long after the answer it is due.
    pub delay: Option<Duration>,
    /// Its method.
    pub method: Option<String>,
    /// Its URL.
    pub url: Option<String>,
    /// Header fields.
    pub headers: Vec<(HeaderName, String)>,
    /// Its content.
    pub content: Option<Content>,
    /// Its ordering key.
    pub ordering_key: Option<String>,
    /// Its idempotency key.
    pub idempotency_key: Option<String>,
}

/// Reads a file of vectors. `file` is what messages call it.
///
/// # Errors
/// All that is wrong with it, sorted by place.
pub fn parse(file: &str, text: &str, sources: &mut Sources) -> Result<Vectors, Diagnostics> {
    let (file, root) = tree(file, text, sources)?;
    let mut found = Diagnostics::default();
    let (document, broken) = shaped::<document::Vectors>(&crate::schema::vectors(), &file, root, &mut found);
    let declared = Declared { open: true, ..Declared::default() };
    let mut lowering = Lowering {
        file,
        text,
        folder: std::path::Path::new(""),
        plugins_folder: None,
        own: None,
        conventions: Conventions::Ringback,
        bases: vec![],
        syntax: PathSyntax::Template,
        whole: HashMap::new(),
        declared,
        broken,
        found,
    };
    let vectors = lowering.vectors(&document);
    let mut diagnostics = lowering.found;
    diagnostics.sort();
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(vectors) }
}
