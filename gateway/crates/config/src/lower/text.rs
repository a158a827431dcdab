//! Strings: where their content stands, templates, durations and sizes.

use std::{ops::Range, time::Duration};

use ringback_model::environment::{Origin, Text};

use super::Lowering;
use crate::{
    document::{At, DurationText, SizeText},
    quantity,
};

/// The content of the string literal at a place: without its quotes, and without the newline that TOML drops after `'''`.
/// What is no string literal is its own content.
pub(super) fn content(text: &str, span: &Range<usize>) -> Range<usize> {
    let literal = text.get(span.clone()).unwrap_or_default();
    let quotes = ["'''", "\"\"\"", "'", "\""]
        .into_iter()
        .find(|quotes| literal.len() >= 2 * quotes.len() && literal.starts_with(quotes) && literal.ends_with(quotes));
    let Some(quotes) = quotes else { return span.clone() };
    let start = span.start + quotes.len();
    let end = span.end - quotes.len();
    let inner = text.get(start..end).unwrap_or_default();
    let dropped = match quotes.len() {
        3 if inner.starts_with("\r\n") => 2,
        3 if inner.starts_with('\n') => 1,
        _ => 0,
    };
    start + dropped..end
}

impl Lowering<'_> {
    /// A string that is rendered if it holds an expression.
    pub(super) fn template(&self, text: &At<String>) -> Text {
        Text::template(&text.value, self.text_origin(text))
    }

    /// Where a string's content was written: byte for byte where the file holds it without escapes.
    pub(super) fn text_origin(&self, text: &At<String>) -> Origin {
        match self.whole.get(&text.span.start) {
            Some(file) => Origin { file: Some(file.clone()), span: (0, text.value.len()) },
            None => self.origin(&content(self.text, &text.span)),
        }
    }

    /// A place within a string: the string itself, where it is written with escapes.
    pub(super) fn within(&self, text: &At<String>, span: Range<usize>) -> Range<usize> {
        let inner = content(self.text, &text.span);
        let is_plain = self.text.get(inner.clone()) == Some(&text.value);
        if is_plain { inner.start + span.start..inner.start + span.end } else { text.span.clone() }
    }

    pub(super) fn origin(&self, span: &Range<usize>) -> Origin {
        Origin { file: Some(self.file.clone()), span: (span.start, span.end) }
    }

    /// Reads a duration. Absent: it was not given, or it is none, which was reported.
    pub(super) fn duration(&mut self, text: Option<&At<DurationText>>) -> Option<Duration> {
        let text = text?;
        let read = quantity::duration(&text.value.0);
        if read.is_none() {
            let message = format!("{} is not a duration", self.written(&text.span));
            self.wrong(&text.span, message, "write a number and a unit: `250ms`, `10s`, `1h 30m`");
        }
        read
    }

    /// Reads a duration that must not be zero.
    pub(super) fn some_time(&mut self, text: Option<&At<DurationText>>) -> Option<Duration> {
        let read = self.duration(text)?;
        if read.is_zero()
            && let Some(text) = text
        {
            self.wrong(&text.span, "no time is too short", "write at least `1ms`");
        }
        Some(read)
    }

    /// Reads a size in bytes.
    pub(super) fn size(&mut self, text: Option<&At<SizeText>>) -> Option<usize> {
        let text = text?;
        let read = quantity::size(&text.value.0);
        if read.is_none() {
            let message = format!("{} is not a size", self.written(&text.span));
            self.wrong(&text.span, message, "write a whole number and a unit: `512 B`, `64 KiB`, `10 MiB`");
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_of_a_literal_is_between_its_quotes() {
        let inner = |text: &'static str| &text[content(text, &(0..text.len()))];
        assert_eq!(inner("'a'"), "a");
        assert_eq!(inner("\"\""), "");
        assert_eq!(inner("'''\na'b'''"), "a'b");
        assert_eq!(inner("'''\r\na'''"), "a");
        assert_eq!(inner("''''a''''"), "'a'");
        assert_eq!(inner("\"\"\"\n\na\"\"\""), "\na");
        assert_eq!(inner("42"), "42");
    }
}
