//! Arguments of a function: split at commas, but for those in quotes and within brackets.

use std::ops::Range;

use super::Parser;
use crate::{
    functions,
    limits::NESTING,
    problem::Problem,
    program::{Argument, Operand},
};

// === impl Parser ===

impl Parser<'_> {
    /// The arguments that a piece of the text holds. As in Java, empty ones at the end are none.
    pub(super) fn arguments(
        &mut self,
        span: Range<usize>,
        depth: usize,
    ) -> Result<Vec<(Argument, Range<usize>)>, Problem> {
        let mut spans = self.split(span);
        while spans.last().is_some_and(Range::is_empty) {
            spans.pop();
        }
        spans.into_iter().map(|span| Ok((self.argument(span.clone(), depth)?, span))).collect()
    }

    /// The trimmed spans between commas.
    fn split(&self, span: Range<usize>) -> Vec<Range<usize>> {
        let bytes = self.source.as_bytes();
        let (mut spans, mut start, mut at) = (Vec::new(), span.start, span.start);
        let (mut depth, mut is_start) = (0_usize, true);
        while at < span.end {
            let byte = bytes.get(at).copied().unwrap_or_default();
            match byte {
                b',' if depth == 0 => {
                    spans.push(self.trimmed(start..at));
                    start = at + 1;
                }
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth = depth.saturating_sub(1),
                // A quote elsewhere is a part of a text: `dd'T'HH`, `it's`.
                b'\'' | b'"' if is_start => at = self.quoted(at, span.end).unwrap_or(at),
                _ => {}
            }
            is_start = matches!(byte, b',' | b'(') || (is_start && byte.is_ascii_whitespace());
            at += 1;
        }
        spans.push(self.trimmed(start..span.end));
        spans
    }

    /// The place of the quote that ends an argument in quotes: a doubled one does not, and a comma, a parenthesis or the end
    /// follows. Absent: it is no argument in quotes.
    fn quoted(&self, open: usize, end: usize) -> Option<usize> {
        let bytes = self.source.as_bytes();
        let quote = *bytes.get(open)?;
        let mut at = open + 1;
        while at < end {
            if bytes.get(at) == Some(&quote) {
                if at + 1 < end && bytes.get(at + 1) == Some(&quote) {
                    at += 1;
                } else {
                    let rest = self.text(at + 1, end).trim_start();
                    return (rest.is_empty() || rest.starts_with([',', ')'])).then_some(at);
                }
            }
            at += 1;
        }
        None
    }

    fn trimmed(&self, span: Range<usize>) -> Range<usize> {
        let text = self.text(span.start, span.end);
        let start = span.start + (text.len() - text.trim_start().len());
        start..(start + text.trim().len())
    }

    fn argument(&mut self, span: Range<usize>, depth: usize) -> Result<Argument, Problem> {
        let text = self.text(span.start, span.end);
        if let (Some(quote), Some(close)) =
            (text.chars().next().filter(|c| matches!(c, '\'' | '"')), self.quoted(span.start, span.end))
            && close + 1 == span.end
        {
            let inner = self.text(span.start + 1, close);
            return Ok(Argument::Text(inner.replace(&format!("{quote}{quote}"), &quote.to_string()).into()));
        }
        if !is_operand(text) {
            return Ok(Argument::Text(text.into()));
        }
        if depth >= NESTING {
            return Err(Problem::fatal("functions are nested too deep", span));
        }
        match self.classify(span, depth + 1)? {
            Operand::Literal(text) => Ok(Argument::Text(text)),
            operand => Ok(Argument::Operand(Box::new(operand))),
        }
    }
}

/// Whether an argument is more than its text: a call of a function that there is, or a part of the request or of the
/// response.
fn is_operand(text: &str) -> bool {
    if let Some(name) = text.strip_prefix('$') {
        return functions::is_known(name.split('(').next().unwrap_or_default());
    }
    let is_reference =
        |root: &str| text.strip_prefix(root).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
    let is_call = text.ends_with(')') && text.split_once('(').is_some_and(|(name, _)| functions::is_known(name.trim()));
    is_call || is_reference("request.") || is_reference("response.")
}
