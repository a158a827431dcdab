//! The choice of one of an operation's examples, as Microcks' dispatchers make it (`microcks.md`, sections 2.3 and 2.4): a
//! key is made of the request, an example answers that has it, or is called so, else the operation's fallback.
//!
//! All is worked out once per load: patterns compiled, cases read, examples indexed by key and by name, each with one example
//! for each media type. A choice costs the making of the key and two look-ups, however many examples there are. Where
//! Microcks knows no key (content that is no JSON, no case and no default) it takes any example; here none is chosen then.

use std::sync::Arc;

use ringback_model::{
    environment::{Dispatch, Example, Operation},
    journal::Because,
};
use rustc_hash::FxHashMap;

mod accept;
mod constraints;
mod contents;
mod delay;
mod explain;
mod inquiry;
mod json_body;
mod keys;
mod pattern;
mod range;

use self::{accept::Variants, json_body::Cases};
pub use self::{
    constraints::Constraints,
    contents::{Contents, Verdict},
    delay::{DELAY_MAX, NoDelay, asked_delay},
    inquiry::Inquiry,
};

/// The choice among an operation's examples, prepared.
#[derive(Debug)]
pub struct Dispatcher {
    key: KeyOf,
    by_key: FxHashMap<Arc<str>, Variants>,
    by_name: FxHashMap<Arc<str>, Variants>,
    all: Variants,
    /// The examples that answer where none is chosen. Absent: none does.
    fallback: Option<Variants>,
}

/// What a key is made of.
#[derive(Debug)]
enum KeyOf {
    Nothing,
    Parts(Vec<Arc<str>>),
    Parameters(Vec<Arc<str>>),
    Elements { parts: Vec<Arc<str>>, parameters: Vec<Arc<str>> },
    Headers(Vec<Arc<str>>),
    JsonBody(Cases),
    Plugin(Arc<str>),
    Script,
}

/// The key of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// None is needed: any example fits.
    Any,
    /// This one, which may be the name of an example.
    Of(Arc<str>),
    /// It can't be said, for this reason: no example is chosen.
    Unknown(String),
}

/// A choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// The example's index.
    pub example: usize,
    /// Why that one.
    pub because: Because,
}

// === impl Dispatcher ===

impl Dispatcher {
    /// Prepares an operation's choice, and says what can't be as it is written: a phrase each.
    pub fn new(operation: &Operation) -> (Self, Vec<String>) {
        let examples = || operation.examples.iter().enumerate();
        let mut problems = vec![];
        let key = KeyOf::new(&operation.dispatch, &mut problems);
        let by_name = indexed(examples().map(|(index, example)| (example.name.clone(), index, example)));
        if let KeyOf::JsonBody(cases) = &key {
            problems
                .extend(cases.names().filter(|name| !by_name.contains_key(*name)).map(|name| stranger("case", name)));
        }
        let fallback = operation.fallback.as_ref().and_then(|name| {
            let known = by_name.get(name).cloned();
            problems.extend(known.is_none().then(|| stranger("fallback", name)));
            known
        });
        let dispatcher = Self {
            key,
            by_key: indexed(examples().filter_map(|(index, example)| Some((example.key.clone()?, index, example)))),
            by_name,
            all: examples().fold(Variants::default(), |all, (index, example)| all.with(index, example)),
            fallback,
        };
        (dispatcher, problems)
    }

    /// The example that answers every request, whatever it asks for. Absent: it depends.
    pub fn fixed(&self) -> Option<usize> {
        matches!(self.key, KeyOf::Nothing).then(|| self.all.only()).flatten()
    }

    /// Whether the key is made of the request's content.
    pub fn reads_content(&self) -> bool {
        matches!(self.key, KeyOf::JsonBody(_))
    }

    /// Makes the key of a request. Where a plugin or a script does, what it says is the key instead ([`Key::named`]).
    pub fn key(&self, inquiry: &Inquiry<'_>) -> Key {
        match &self.key {
            KeyOf::Nothing => Key::Any,
            KeyOf::Parts(names) => Key::Of(keys::parts(names, inquiry).into()),
            KeyOf::Parameters(names) => Key::Of(keys::parameters(names, inquiry).into()),
            KeyOf::Elements { parts, parameters } => {
                Key::Of((keys::parts(parts, inquiry) + &keys::parameters(parameters, inquiry)).into())
            }
            KeyOf::Headers(names) => Key::Of(keys::headers(names, inquiry).into()),
            KeyOf::JsonBody(cases) => cases.key(inquiry.body),
            KeyOf::Plugin(plugin) => Key::Unknown(format!("plugin `{plugin}` was not asked")),
            KeyOf::Script => Key::Unknown("its script was not run".into()),
        }
    }

    /// Chooses an example by a request's key, of those that have it the one that the request accepts best. Absent: none is
    /// meant.
    pub fn choose(&self, key: &Key, inquiry: &Inquiry<'_>) -> Option<Chosen> {
        let found = match key {
            Key::Any => Some((&self.all, Because::Any)),
            Key::Of(key) => {
                let of_key = self.by_key.get(key).map(|variants| (variants, Because::Key));
                of_key.or_else(|| self.by_name.get(key).map(|variants| (variants, Because::Name)))
            }
            Key::Unknown(_) => None,
        };
        let (variants, because) = found.or_else(|| Some((self.fallback.as_ref()?, Because::Substitute)))?;
        Some(Chosen { example: variants.accepted(inquiry.headers)?, because })
    }
}

fn stranger(what: &str, name: &str) -> String {
    format!("its {what} `{name}` is none of its examples")
}

/// Examples under a text each.
fn indexed<'e>(named: impl Iterator<Item = (Arc<str>, usize, &'e Example)>) -> FxHashMap<Arc<str>, Variants> {
    let mut index = FxHashMap::<Arc<str>, Variants>::default();
    for (name, number, example) in named {
        let variants = index.entry(name).or_default();
        *variants = std::mem::take(variants).with(number, example);
    }
    index
}

// === impl KeyOf ===

impl KeyOf {
    fn new(dispatch: &Dispatch, problems: &mut Vec<String>) -> Self {
        match dispatch {
            Dispatch::Any => Self::Nothing,
            Dispatch::Parts(names) => Self::Parts(names.clone()),
            Dispatch::Parameters(names) => Self::Parameters(names.clone()),
            Dispatch::Elements { parts, parameters } => {
                Self::Elements { parts: parts.clone(), parameters: parameters.clone() }
            }
            Dispatch::Headers(names) => {
                Self::Headers(names.iter().map(|name| name.to_ascii_lowercase().into()).collect())
            }
            Dispatch::JsonBody(body) => Self::JsonBody(Cases::new(body, problems)),
            Dispatch::Plugin(plugin) => Self::Plugin(plugin.as_str().into()),
            Dispatch::Script(_) => Self::Script,
        }
    }
}

// === impl Key ===

impl Key {
    /// What a plugin answered: the name of an example, or a key. Blanks around it do not count.
    pub fn named(answer: &str) -> Self {
        Self::Of(answer.trim().into())
    }

    /// The key as a text. Absent: there is none.
    pub fn text(&self) -> Option<&Arc<str>> {
        match self {
            Self::Of(key) => Some(key),
            Self::Any | Self::Unknown(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
