//! Operands: literals, references, variables; calls are left to `calls`.

use std::ops::Range;

use super::Parser;
use crate::{
    json::Pointer,
    problem::Problem,
    program::{Operand, Query, Reference},
    xpath::XPath,
};

/// The properties of a request.
const REQUEST: [&str; 4] = ["body", "path", "params", "headers"];

/// The properties of a response.
const RESPONSE: [&str; 3] = ["body", "headers", "status"];

// === impl Parser ===

impl Parser<'_> {
    /// The operand at a place, and where it ends.
    pub(super) fn operand(&mut self, at: usize) -> Result<(Operand, usize), Problem> {
        if self.rest(at).starts_with(['\'', '"'])
            && let Some(close) = self.literal_end(at)
        {
            return Ok((Operand::Literal(self.text(at + 1, close).into()), close + 1));
        }
        let end = self.operand_end(at);
        let operand = self.classify(at..at + self.text(at, end).trim_end().len(), 0)?;
        Ok((operand, end))
    }

    /// The operand that a piece of the text is.
    pub(super) fn classify(&mut self, span: Range<usize>, depth: usize) -> Result<Operand, Problem> {
        let text = self.text(span.start, span.end);
        if text.is_empty() {
            self.problems.push(Problem::odd("an operand is missing", span.start.saturating_sub(1)..span.end));
            return Ok(Operand::Literal("".into()));
        }
        if is_number(text) {
            return Ok(Operand::Literal(text.into()));
        }
        let name_length = text.find(|c: char| !is_name(c)).unwrap_or(text.len());
        let (name, rest) = text.split_at_checked(name_length).unwrap_or_default();
        if text.starts_with('$') || (!name.is_empty() && rest.trim_start().starts_with('(')) {
            return self.call(span, depth).map(Operand::Call);
        }
        let Some(path) = rest.strip_prefix('.') else {
            let is_plain = !name.is_empty() && rest.is_empty();
            let name: Box<str> = text.into();
            self.check_variable(&name, is_plain, span);
            return Ok(Operand::Variable { name, path: None });
        };
        let path_start = span.end - path.len();
        Ok(match name {
            "request" => Operand::Request(self.reference(path_start..span.end, "request", &REQUEST)),
            "response" => Operand::Response(self.reference(path_start..span.end, "response", &RESPONSE)),
            _ => Operand::Variable { name: name.into(), path: Some(Pointer::dotted(path)) },
        })
    }

    fn check_variable(&mut self, name: &str, is_plain: bool, span: Range<usize>) {
        if !is_plain {
            self.problems.push(Problem::odd("this is no expression", span));
        } else if matches!(name, "request" | "response") {
            let problem = Problem::odd(format!("`{name}` alone has no value"), span);
            self.problems.push(problem.help(format!("name a part of it: `{name}.body`")));
        }
    }

    /// What stands behind `request.` or `response.`.
    fn reference(&mut self, span: Range<usize>, root: &str, known: &[&str]) -> Reference {
        let text = self.text(span.start, span.end).to_owned();
        let property_end = text.find(['/', '[']).unwrap_or(text.len());
        let (property, path) = text.split_at_checked(property_end).unwrap_or_default();
        let property = property.trim_end();
        if !known.contains(&property) {
            let problem = Problem::odd(format!("`{root}` has no part `{property}`"), span);
            let known: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
            self.problems.push(problem.help(format!("it has {}", known.join(", "))));
            return Reference::Nothing;
        }
        let path_span = span.start + property_end..span.end;
        match property {
            "body" if path.starts_with('/') => Reference::Body(Some(query(path))),
            "body" => {
                self.check_tail(path, path_span, "`/` and a JSON pointer or an XPath");
                Reference::Body(None)
            }
            "status" => {
                self.check_tail(path, path_span, "nothing");
                Reference::Status
            }
            "path" => {
                let index = index_in(path);
                if index.is_none() {
                    self.check_tail(path, path_span, "an index, `[1]`");
                }
                Reference::Path(index)
            }
            _ => {
                let name = name_in(path);
                if name.is_none() {
                    self.check_tail(path, path_span, "a name, `[name]`");
                }
                match property {
                    "params" => Reference::Params(name.map(Into::into)),
                    _ => Reference::Headers(name.map(|name| name.to_ascii_lowercase().into())),
                }
            }
        }
    }

    fn check_tail(&mut self, tail: &str, span: Range<usize>, wanted: &str) {
        if !tail.is_empty() {
            let problem = Problem::odd(format!("`{tail}` has no meaning here"), span);
            self.problems.push(problem.help(format!("{wanted} can follow")));
        }
    }
}

fn query(path: &str) -> Box<Query> {
    // Whether it is meant as XPath, only the body tells: one that is none may be a JSON pointer.
    Box::new(Query { pointer: Pointer::parse(path), xpath: XPath::parse(path) })
}

/// Whether a character can be in the name of a variable or of a function.
fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    }
}

fn index_in(path: &str) -> Option<usize> {
    bracketed(path)?.parse().ok()
}

/// The name in `[name]`, in quotes or without.
fn name_in(path: &str) -> Option<&str> {
    let name = bracketed(path)?;
    let unquoted = |quote| name.strip_prefix(quote)?.strip_suffix(quote);
    Some(unquoted('\'').or_else(|| unquoted('"')).unwrap_or(name))
}

fn bracketed(path: &str) -> Option<&str> {
    path.strip_prefix('[')?.strip_suffix(']').map(str::trim)
}
