//! Checks the shape of a file against the JSON Schema of the definitions: unknown keys, missing keys, wrong types, wrong
//! words, numbers out of range, each with its place.
//!
//! What is wrong is taken out of the tree, with what can't do without it. So what is left can be read, and one mistake
//! does not hide the others. Only the keywords that our definitions produce are known here.

use std::{collections::HashSet, ops::Range, sync::Arc};

use ringback_diag::{Diagnostic, Diagnostics, listed, quoted, suggest};
use serde_json::Value;
use toml::{
    Spanned,
    de::{DeArray, DeInteger, DeTable, DeValue},
};

mod later;
mod shape;
mod table_name;

use shape::{Shape, example, kind, phrase};
use table_name::{Step, table_name};

pub(crate) use table_name::quoted_key;

/// What became of a tree.
#[derive(Default)]
pub(crate) struct Checked {
    /// What is wrong.
    pub(crate) found: Diagnostics,
    /// Where tables start that something was taken out of.
    pub(crate) broken: HashSet<usize>,
}

/// Checks a whole file, and takes out of it what is wrong.
pub(crate) fn check(schema: &Value, file: &Arc<str>, root: &mut Spanned<DeTable<'_>>) -> Checked {
    let mut checker = Checker { root: schema, file, path: vec![], checked: Checked::default() };
    let span = root.span();
    checker.table(checker.shape(schema), root.get_mut(), span);
    checker.checked
}

struct Checker<'a> {
    root: &'a Value,
    file: &'a Arc<str>,
    /// Where we are.
    path: Vec<Step>,
    checked: Checked,
}

// === impl Checker ===

impl<'a> Checker<'a> {
    fn shape(&self, schema: &'a Value) -> Shape<'a> {
        Shape::of(schema, self.root)
    }

    fn report(&mut self, message: String, span: Range<usize>, help: String) {
        self.checked.found.push(Diagnostic::error(message).at(self.file, span).help(help));
    }

    /// Checks a value. False: it can't be used, and it was said why.
    fn value(&mut self, shape: Shape<'a>, value: &mut Spanned<DeValue<'_>>) -> bool {
        let Some(branch) = shape.branch(kind(value.get_ref())) else {
            self.wrong_type(&shape, value);
            return false;
        };
        let span = value.span();
        match value.get_mut() {
            DeValue::String(word) => self.word(&shape, &branch, word, span),
            DeValue::Integer(number) => self.integer(&branch, number, span),
            DeValue::Array(elements) => {
                self.array(&branch, elements);
                true
            }
            DeValue::Table(table) => self.table(branch, table, span),
            _ => true,
        }
    }

    /// Checks the elements of an array; it can do without each of them.
    fn array(&mut self, shape: &Shape<'a>, elements: &mut DeArray<'_>) {
        let Some(items) = shape.items() else { return };
        let mut kept = DeArray::new();
        for (index, mut element) in std::mem::replace(elements, DeArray::new()).into_iter().enumerate() {
            self.path.push(Step::Index(index));
            if self.value(items.clone(), &mut element) {
                kept.push(element);
            }
            self.path.pop();
        }
        *elements = kept;
    }

    /// Checks a table. False: a key that it can't do without is missing or wrong.
    fn table(&mut self, shape: Shape<'a>, table: &mut DeTable<'_>, span: Range<usize>) -> bool {
        let unknown = self.unknown_keys(&shape, table);
        for key in shape.required().filter(|key| !table.contains_key(*key)) {
            // Whoever misspelt it was just told.
            if !unknown.iter().any(|name| suggest(name, [key]).is_some()) {
                self.missing_key(&shape, key, &span);
            }
        }
        let unusable = self.unusable_keys(&shape, table);
        if unknown.len() + unusable.len() > 0 && !self.path.is_empty() {
            self.checked.broken.insert(span.start);
        }
        for key in unknown.iter().chain(&unusable) {
            table.remove(&**key);
        }
        shape.required().all(|key| table.contains_key(key))
    }

    /// Reports the keys that nobody knows.
    fn unknown_keys(&mut self, shape: &Shape<'a>, table: &DeTable<'_>) -> Vec<String> {
        let unknown = table.keys().filter(|key| shape.property(key.get_ref()).is_none());
        let unknown = unknown.map(|key| (key.get_ref().to_string(), key.span()));
        unknown.inspect(|(key, span)| self.unknown_key(shape, key, span.clone())).map(|(key, _)| key).collect()
    }

    /// Checks the values of the known keys; those whose value can't be used.
    fn unusable_keys(&mut self, shape: &Shape<'a>, table: &mut DeTable<'_>) -> Vec<String> {
        let mut unusable = vec![];
        for (key, value) in table.iter_mut() {
            let Some(property) = shape.property(key.get_ref()) else { continue };
            self.path.push(Step::Key(key.get_ref().to_string()));
            if !self.value(property, value) {
                unusable.push(key.get_ref().to_string());
            }
            self.path.pop();
        }
        unusable
    }

    /// Checks a string against the words of its branch of a shape.
    fn word(&mut self, shape: &Shape<'_>, branch: &Shape<'_>, word: &str, span: Range<usize>) -> bool {
        let words = branch.words();
        if words.is_empty() || words.contains(&word) {
            return true;
        }
        let help = match suggest(word, words.iter().copied()) {
            Some(near) => format!("did you mean {}?", quoted(near)),
            None => format!("write {}{}", listed(words).unwrap_or_default(), shape.besides("string")),
        };
        self.report(format!("{} can't be {}", self.subject(), quoted(word)), span, help);
        false
    }

    fn integer(&mut self, shape: &Shape<'_>, number: &DeInteger<'_>, span: Range<usize>) -> bool {
        let (Some(min), Some(max)) = (shape.bound("minimum"), shape.bound("maximum")) else { return true };
        let value = i64::from_str_radix(number.as_str(), number.radix());
        if value.is_ok_and(|value| (min..=max).contains(&value)) {
            return true;
        }
        self.report(format!("{} is out of range", self.subject()), span, format!("write a number from {min} to {max}"));
        false
    }

    /// What the value at the path is called: its key, or an element of it.
    fn subject(&self) -> String {
        match &*self.path {
            [.., Step::Key(key), Step::Index(_)] => format!("an element of {}", quoted(key)),
            [.., Step::Key(key)] => quoted(key),
            _ => "this".into(),
        }
    }

    fn wrong_type(&mut self, shape: &Shape<'_>, value: &Spanned<DeValue<'_>>) {
        let found = kind(value.get_ref());
        let message = format!("{} must be {}, this is {}", self.subject(), shape.wanted(), phrase(found));
        let table = table_name(&self.path);
        let key = self.path.iter().rev().find_map(Step::key).unwrap_or_default();
        let help = match example(shape) {
            _ if found == "object" && shape.is_array_of_tables() => format!("write `[{table}]`"),
            _ if found == "array" && shape.is_table_of_tables() => format!("write `[{key}.NAME]`"),
            Some(example) if matches!(self.path.last(), Some(Step::Key(_))) => {
                format!("as in `{} = {example}`", quoted_key(key))
            }
            Some(example) => format!("as in `{example}`"),
            None if shape.is_table() => format!("write `{table}`"),
            None => format!("make it {}", shape.wanted()),
        };
        self.report(message, value.span(), help);
    }

    fn unknown_key(&mut self, shape: &Shape<'_>, key: &str, span: Range<usize>) {
        let place = if self.path.is_empty() { "at the top".into() } else { format!("in `{}`", table_name(&self.path)) };
        let known = || shape.keys();
        let help = if let Some(note) = later::note(&self.path, key) {
            note.into()
        } else if let Some(near) = suggest(key, known()) {
            format!("did you mean {}?", quoted(near))
        } else if let Some(home) = self.home(key) {
            format!("it belongs in `{home}`")
        } else {
            format!("known here: {}", listed(known()).unwrap_or_default())
        };
        self.report(format!("unknown key {} {place}", quoted(key)), span, help);
    }

    /// The table in which a key would be known: the outermost.
    fn home(&self, key: &str) -> Option<String> {
        let root = self.shape(self.root);
        let tables = root.keys().filter_map(|name| Some((name.to_owned(), root.property(name)?)));
        let tables: Vec<_> = tables.collect();
        let knows = |shape: &Shape<'_>| shape.keys().any(|known| known == key);
        tables.iter().find_map(|(name, shape)| match shape.items() {
            Some(items) if knows(&items) => Some(format!("[[{name}]]")),
            Some(items) => {
                let inner =
                    items.keys().find(|inner| items.property(inner).and_then(|s| s.items()).is_some_and(|s| knows(&s)));
                inner.map(|inner| format!("[[{name}.{inner}]]"))
            }
            None if knows(shape) => Some(format!("[{name}]")),
            None => shape.entries().filter(knows).map(|_| format!("[{name}.NAME]")),
        })
    }

    fn missing_key(&mut self, shape: &Shape<'_>, key: &str, span: &Range<usize>) {
        let table = table_name(&self.path);
        let value = shape.property(key).and_then(|property| example(&property)).unwrap_or_else(|| "…".into());
        let message = format!("{} is missing in `{table}`", quoted(key));
        self.report(message, span.clone(), format!("add `{key} = {value}`"));
    }
}
