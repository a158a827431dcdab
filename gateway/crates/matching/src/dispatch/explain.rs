//! Which dispatcher chooses, and why it chose nothing: for whoever has to mend a request or a document.

use std::{fmt::Write as _, sync::Arc};

use super::{Dispatcher, Key, KeyOf};

/// How many examples an explanation names.
const EXAMPLES_MAX: usize = 3;
/// How many keys are compared with a request's: a client decides how often that happens.
const COMPARED_MAX: usize = 500;
/// Longer keys are not compared letter by letter: the cost of that grows with the square.
const COMPARED_MAX_BYTES: usize = 96;

// === impl Dispatcher ===

impl Dispatcher {
    /// The dispatcher in Microcks' words, with what it looks at: ``URI_PARAMS: `page`, `limit` ``.
    pub fn describe(&self) -> String {
        match &self.key {
            KeyOf::Nothing => "none: any example fits".into(),
            KeyOf::Parts(names) => format!("URI_PARTS: {}", listed(names)),
            KeyOf::Parameters(names) => format!("URI_PARAMS: {}", listed(names)),
            KeyOf::Elements { parts, parameters } => {
                format!("URI_ELEMENTS: {} of the path, {} of the query", listed(parts), listed(parameters))
            }
            KeyOf::Headers(names) => format!("QUERY_HEADER: {}", listed(names)),
            KeyOf::JsonBody(cases) => format!("JSON_BODY: `{}` of the content", cases.body.pointer),
            KeyOf::Plugin(plugin) => format!("plugin `{plugin}`"),
            KeyOf::Script => "a script".into(),
        }
    }

    /// What a client is told where no example is chosen, in Microcks' words.
    pub fn refusal(key: &Key) -> String {
        match key {
            Key::Of(key) => format!("The response {key} does not exist!"),
            Key::Any | Key::Unknown(_) => "The response null does not exist!".into(),
        }
    }

    /// Why no example is chosen by a key: a line each.
    pub fn why_not(&self, key: &Key) -> Vec<String> {
        let mut lines = vec![match key {
            Key::Of(key) => format!("no example has the key or name `{key}`, made by {}", self.describe()),
            Key::Unknown(why) => format!("{why} ({})", self.describe()),
            Key::Any => "the operation has no example".into(),
        }];
        let wanted = key.text().map_or("", |key| key);
        let mut nearest: Vec<_> =
            self.known().take(COMPARED_MAX).map(|known| (distance(wanted, known), known)).collect();
        nearest.sort();
        if !nearest.is_empty() {
            let mut line = String::from("there are");
            for (at, (_, known)) in nearest.iter().take(EXAMPLES_MAX).enumerate() {
                let _ = write!(line, "{} `{known}`", if at == 0 { "" } else { "," });
            }
            if nearest.len() > EXAMPLES_MAX {
                let _ = write!(line, " and {} more", nearest.len() - EXAMPLES_MAX);
            }
            lines.push(line);
        }
        lines
    }

    /// What examples are chosen by: their keys, or where they have none, their names.
    fn known(&self) -> impl Iterator<Item = &Arc<str>> {
        let names = self.by_key.is_empty().then(|| self.by_name.keys());
        self.by_key.keys().chain(names.into_iter().flatten())
    }
}

fn distance(wanted: &str, known: &str) -> usize {
    match wanted.len() <= COMPARED_MAX_BYTES && known.len() <= COMPARED_MAX_BYTES {
        true => strsim::levenshtein(wanted, known),
        false => usize::MAX,
    }
}

fn listed(names: &[Arc<str>]) -> String {
    match names {
        [] => "nothing".into(),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}
