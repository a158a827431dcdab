//! What the operator may write for a plugin, as a struct.

use std::rc::Rc;

use serde::de::{DeserializeOwned, value::MapDeserializer};
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};

use crate::{
    Diagnostic, Error,
    diagnostic::{append_segment, nearest},
    host,
    json::read_json,
};

/// What the operator may write for a plugin (`config = { ... }` in ringback.toml). Implemented by the attribute
/// [`configuration`](macro@crate::configuration).
pub trait Configuration: Sized + 'static {
    /// Reads a table, a JSON object.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    fn parse(table: &str) -> Result<Self, Vec<Diagnostic>>;

    /// What the operator wrote, read once for each instance.
    ///
    /// # Errors
    /// When it is wrong. A plugin with a wrong one never serves, so this is seen in tests only.
    fn load() -> Result<Rc<Self>, Error>;

    /// As [`Configuration::load`].
    ///
    /// # Panics
    /// Where that is an error.
    #[expect(clippy::panic, reason = "documented; the gateway has checked what is read here")]
    fn get() -> Rc<Self> {
        Self::load().unwrap_or_else(|error| panic!("{error}"))
    }
}

/// What a key must be, in the words of its `#[must_be("...")]`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct MustBe {
    pub key: &'static str,
    pub wanted: &'static str,
}

/// The configuration of an instance, read once. In tests, where it changes, each time.
#[doc(hidden)]
#[derive(Debug)]
pub struct Cached<C> {
    #[cfg(target_arch = "wasm32")]
    kept: std::cell::OnceCell<Rc<C>>,
    #[cfg(not(target_arch = "wasm32"))]
    kept: std::marker::PhantomData<C>,
}

// === impl Cached ===

impl<C: Configuration> Cached<C> {
    /// Nothing has been read.
    #[allow(clippy::new_without_default, reason = "only a constant is made of it")]
    pub const fn new() -> Self {
        #[cfg(target_arch = "wasm32")]
        let kept = std::cell::OnceCell::new();
        #[cfg(not(target_arch = "wasm32"))]
        let kept = std::marker::PhantomData;
        Self { kept }
    }

    /// What was read, or is now.
    ///
    /// # Errors
    /// When it is wrong.
    pub fn load(&self) -> Result<Rc<C>, Error> {
        #[cfg(target_arch = "wasm32")]
        if let Some(kept) = self.kept.get() {
            return Ok(Rc::clone(kept));
        }
        let read = C::parse(&host::config()).map(Rc::new).map_err(|problems| refused(&problems))?;
        #[cfg(target_arch = "wasm32")]
        let read = Rc::clone(self.kept.get_or_init(|| read));
        Ok(read)
    }
}

fn refused(problems: &[Diagnostic]) -> Error {
    let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
    Error::new("the plugin's configuration is wrong").detail(problems.join("; "))
}

/// Reads a table into a struct, and says everything that is wrong: a key that is wrong is taken out, and the rest is read
/// again.
///
/// # Errors
/// A diagnostic for each mistake, in the order in which they are found.
#[doc(hidden)]
pub fn load<C: DeserializeOwned>(
    table: &str,
    must_be: &[MustBe],
    check: impl FnOnce(&C) -> Result<(), Diagnostic>,
) -> Result<C, Vec<Diagnostic>> {
    let table: Map<String, Value> = match read_json(table.as_bytes()) {
        Ok(table) => table,
        Err(error) => return Err(vec![Diagnostic::new("the configuration is no JSON object").help(error)]),
    };
    let mut keys: Vec<(String, Value)> = table.into_iter().collect();
    let mut problems = vec![];
    loop {
        let pairs = MapDeserializer::new(keys.iter().map(|(key, value)| (key.as_str(), value)));
        let wrong = match serde_path_to_error::deserialize::<_, C>(pairs) {
            Ok(config) if problems.is_empty() => {
                return check(&config).map(|()| config).map_err(|problem| vec![problem]);
            }
            Ok(_) => return Err(problems),
            Err(wrong) => wrong,
        };
        let (key, problem) = explain(wrong.path(), &wrong.inner().to_string(), must_be);
        // A key that was taken out is missing now: no mistake of the operator's.
        let is_ours = key.is_none() && !problems.is_empty();
        if !is_ours {
            problems.push(problem);
        }
        let left = keys.len();
        keys.retain(|(known, _)| Some(known) != key.as_ref());
        if keys.len() == left {
            return Err(problems);
        }
    }
}

/// The key of the table that is wrong, if it is one of them, and what is wrong with it.
fn explain(path: &Path, why: &str, must_be: &[MustBe]) -> (Option<String>, Diagnostic) {
    let mut segments: Vec<String> = path.iter().filter_map(segment).collect();
    let unknown = unknown_key(why);
    if let Some((key, _)) = unknown
        && segments.last().is_none_or(|last| last != key)
    {
        segments.push(key.to_owned());
    }
    let key = segments.first().cloned();
    let mut pointer = String::new();
    segments.iter().for_each(|segment| append_segment(&mut pointer, segment));
    let wanted = must_be.iter().find(|must_be| key.as_deref() == Some(must_be.key));
    let mut diagnostic = match (wanted, unknown) {
        (Some(MustBe { key, wanted }), _) => Diagnostic::new(format!("`{key}` must be {wanted}")),
        (None, Some((key, known))) => unknown_diagnostic(key, &known),
        (None, None) => Diagnostic::new(in_words(&segments.join("."), why)),
    };
    diagnostic.path = (!pointer.is_empty()).then_some(pointer);
    (key, diagnostic)
}

fn segment(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// The key and the known ones, of serde's ``unknown field `a`, expected one of `b`, `c` ``.
fn unknown_key(why: &str) -> Option<(&str, Vec<&str>)> {
    let mut quoted = why.strip_prefix("unknown field ")?.split('`');
    // Between the backticks lie the names, beside them the words.
    let mut names = std::iter::from_fn(|| quoted.nth(1));
    Some((names.next()?, names.collect()))
}

/// What serde says, with the place and in words for an operator: a gateway may show the message alone.
fn in_words(place: &str, why: &str) -> String {
    if let Some(field) = why.strip_prefix("missing field ") {
        return format!("{field} is missing");
    }
    let mismatch = why.strip_prefix("invalid type: ").or_else(|| why.strip_prefix("invalid value: "));
    match mismatch.and_then(|mismatch| mismatch.rsplit_once(", expected ")) {
        _ if place.is_empty() => why.into(),
        Some((found, wanted)) => format!("`{place}` must be {wanted}, not {found}"),
        None => format!("`{place}` is wrong: {why}"),
    }
}

fn unknown_diagnostic(key: &str, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(format!("unknown key `{key}`"));
    if let Some(near) = nearest(key, known.iter().copied()) {
        return diagnostic.help(format!("did you mean `{near}`?"));
    }
    let known: Vec<_> = known.iter().map(|known| format!("`{known}`")).collect();
    let known = if known.is_empty() { "none".into() } else { known.join(", ") };
    diagnostic.help(format!("known: {known}"))
}
