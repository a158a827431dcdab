//! The lines of a document, as they are written one after the other.

use std::{fmt::Write, time::Duration};

use ringback_model::environment::Header;

use super::literal;

/// Longest value that stands in one line where it need not.
pub(super) const WIDTH: usize = 80;

/// A text that grows by lines.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
}

impl Lines {
    /// Begins a table: `[server]`.
    pub(super) fn table(&mut self, header: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.line(header);
    }

    pub(super) fn comment(&mut self, text: &str) {
        let text: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
        self.line(&format!("# {text}"));
    }

    /// A value as it is written.
    pub(super) fn value(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = {value}"));
    }

    pub(super) fn text(&mut self, key: &str, text: &str) {
        self.value(key, &literal::string(text));
    }

    pub(super) fn optional(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    /// A list of strings; an empty one is left out.
    pub(super) fn texts<'a>(&mut self, key: &str, texts: impl Iterator<Item = &'a str>) {
        let texts: Vec<_> = texts.map(literal::inline).collect();
        self.list(key, &texts);
    }

    /// A list of values as they are written; an empty one is left out.
    pub(super) fn list(&mut self, key: &str, values: &[String]) {
        let line = values.join(", ");
        match values {
            [] => {}
            _ if line.len() <= WIDTH => self.value(key, &format!("[{line}]")),
            _ => {
                let lines: String = values.iter().map(|value| format!("  {value},\n")).collect();
                self.value(key, &format!("[\n{lines}]"));
            }
        }
    }

    /// A truth that is not the usual one.
    pub(super) fn flag(&mut self, key: &str, flag: bool, usual: bool) {
        if flag != usual {
            self.value(key, &flag.to_string());
        }
    }

    /// A time that is longer than none.
    pub(super) fn duration(&mut self, key: &str, time: Duration) {
        if !time.is_zero() {
            self.text(key, &duration(time));
        }
    }

    /// Header fields, those of one name together, in the order of their first.
    pub(super) fn headers(&mut self, key: &str, headers: &[Header]) {
        self.fields(key, headers.iter().map(|Header { name, value }| (name.as_str(), &*value.source)));
    }

    /// Texts by name, those of one name together, in the order of their first; none are left out.
    pub(super) fn fields<'a>(&mut self, key: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) {
        if let Some(fields) = fields(pairs) {
            self.value(key, &format!("{{ {fields} }}"));
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn line(&mut self, line: &str) {
        // Writing to a string can't fail.
        let _ = writeln!(self.text, "{line}");
    }
}

/// Texts by name as they stand in the braces of a table: `a = "1", b = ["2", "3"]`. Absent: there are none.
pub(super) fn fields<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let mut fields: Vec<(&str, Vec<String>)> = vec![];
    for (name, value) in pairs {
        let value = literal::inline(value);
        match fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => fields.push((name, vec![value])),
        }
    }
    let fields: Vec<_> = fields.iter().map(|(name, values)| field(name, values)).collect();
    (!fields.is_empty()).then(|| fields.join(", "))
}

fn field(name: &str, values: &[String]) -> String {
    let name = literal::key(name);
    match values {
        [value] => format!("{name} = {value}"),
        values => format!("{name} = [{}]", values.join(", ")),
    }
}

/// A time as it is read again: to the nanosecond.
pub(super) fn duration(time: Duration) -> String {
    let nanos = time.as_nanos();
    let units = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us")];
    let whole = units.into_iter().find(|(unit, _)| nanos.is_multiple_of(*unit));
    let (unit, name) = whole.unwrap_or((1, "ns"));
    format!("{}{name}", nanos / unit)
}
