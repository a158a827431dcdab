//! What reading documents needs: the files, and what was already made of parts that several operations share.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use ringback_diag::quoted;
use ringback_model::environment::Text;

use super::{
    library::{Library, Spot},
    service::{Dialect, Named},
    text,
};

/// Reads one document.
pub(super) struct Reader<'l, 'a> {
    pub(super) library: &'l mut Library<'a>,
    pub(super) dialect: Dialect,
    /// Seeds what is generated.
    pub(super) seed: u64,
    /// Texts of objects and lists, by their ids: operations share examples.
    texts: HashMap<usize, Arc<str>>,
    /// Examples of requests and calls by their places, and of what they are: one that nothing uses is reported.
    offered: Vec<(Spot, Arc<str>, &'static str)>,
    used: HashSet<(usize, usize)>,
    /// What operations were given generated callbacks' bodies for: their names.
    pub(super) generated: Vec<Arc<str>>,
}

impl<'l, 'a> Reader<'l, 'a> {
    pub(super) fn new(library: &'l mut Library<'a>, dialect: Dialect, seed: u64) -> Self {
        Self { library, dialect, seed, texts: HashMap::new(), offered: vec![], used: HashSet::new(), generated: vec![] }
    }

    /// A value as the content of a message, or a part of a URL.
    pub(super) fn plain(&mut self, spot: &Spot) -> Arc<str> {
        match spot.node.id() {
            Some(id) => self.texts.entry(id).or_insert_with(|| text::plain(&spot.node)).clone(),
            None => text::plain(&spot.node),
        }
    }

    /// An example as the content of a message.
    pub(super) fn content(&mut self, example: &Named) -> Text {
        let text = match (&example.sent, &example.data) {
            (Some(sent), _) => sent.clone(),
            (None, Some(data)) => self.plain(data),
            (None, None) => "".into(),
        };
        self.template(&text, example.data.as_ref().unwrap_or(&example.at))
    }

    /// A text that is rendered if it holds an expression; where it was written.
    pub(super) fn template(&self, text: &Arc<str>, at: &Spot) -> Text {
        let origin = self.library.origin(at);
        Text { templated: text.contains("{{"), source: text.clone(), origin }
    }

    /// A member of an object that must be one itself, references followed. Absent: it is not there, or was reported.
    pub(super) fn object(&mut self, spot: &Spot, name: &str) -> Option<Spot> {
        let member = self.library.get(spot, name)?;
        if member.node.as_map().is_some() {
            return Some(member);
        }
        if !member.node.is_null() && self.library.is_new(&member) {
            let message = format!("`{name}` is an object, this is {}", member.node.kind());
            self.library.warn(&member, message, "it is left out");
        }
        None
    }

    /// Notes examples that something should use.
    pub(super) fn offer(&mut self, examples: &[Named], whose: &'static str) {
        let named = examples.iter().filter_map(|example| Some((example.at.clone(), example.name.clone()?, whose)));
        self.offered.extend(named);
    }

    /// Notes that an example is of use.
    pub(super) fn uses(&mut self, example: &Named) {
        self.used.insert((example.at.file, example.at.node.span.start));
    }

    /// Reports the examples that nothing used.
    pub(super) fn report_unused(&mut self) {
        for (at, name, whose) in std::mem::take(&mut self.offered) {
            if !self.used.contains(&(at.file, at.node.span.start)) && self.library.is_new(&at) {
                let message =
                    format!("example {} of a {whose} is ignored: no response has one of that name", quoted(&name));
                self.library.warn(
                    &at,
                    message,
                    "give both the same name, or list it in a response's `x-microcks-refs`",
                );
            }
        }
    }
}
