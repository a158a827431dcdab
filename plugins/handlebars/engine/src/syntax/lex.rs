//! Splits a template into tokens, by the rules of Handlebars 4.7's lexer in their order.
//!
//! Outside of tags everything is content, but for `\{{` (a literal `{{`) and `\\{{` (a backslash, then a tag). Inside
//! a tag white space separates and means nothing. In a raw block everything is content up to its closing tag.

mod shape;
mod token;

use shape::{closing, ends_id, is_id, number_length, opening, params_length};
use token::StripFlags;
pub(crate) use token::{Kind, Token};

use crate::{
    SyntaxError,
    value::{Text, is_space},
};

/// The tokens of a template, `End` last.
pub(crate) fn tokens(source: &Text) -> Result<Vec<Token>, SyntaxError> {
    let mut lexer = Lexer { source, text: source.as_str(), at: 0, tokens: Vec::new() };
    while lexer.at < lexer.text.len() {
        lexer.content()?;
    }
    let end = lexer.text.len();
    lexer.tokens.push(Token { kind: Kind::End, span: end..end });
    Ok(lexer.tokens)
}

struct Lexer<'s> {
    source: &'s Text,
    text: &'s str,
    at: usize,
    tokens: Vec<Token>,
}

// === impl Lexer ===

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let start = self.at;
        self.at += length;
        self.tokens.push(Token { kind, span: start..self.at });
    }

    fn push_content(&mut self, from: usize, to: usize) {
        if from < to {
            self.tokens.push(Token { kind: Kind::Content(self.source.slice(from, to)), span: from..to });
        }
    }

    /// Text up to the next tag, then that tag.
    fn content(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let Some(tag) = self.rest().find("{{").map(|found| start + found) else {
            self.push_content(start, self.text.len());
            self.at = self.text.len();
            return Ok(());
        };
        self.at = tag;
        let before = self.text.get(start..tag).unwrap_or_default();
        if before.ends_with("\\\\") {
            self.push_content(start, tag - 1);
            return self.tag();
        }
        if before.ends_with('\\') {
            self.push_content(start, tag - 1);
            self.escaped_tag();
            return Ok(());
        }
        self.push_content(start, tag);
        self.tag()
    }

    /// After `\`: the `{{` and what follows it are text, up to the next tag or escape.
    fn escaped_tag(&mut self) {
        let start = self.at;
        let inside = self.text.get(start + 2..).unwrap_or_default();
        let next = inside.find("{{").map_or(self.text.len(), |found| {
            let brace = start + 2 + found;
            let escapes =
                self.text.get(start + 2..brace).unwrap_or_default().bytes().rev().take(2).take_while(|b| *b == b'\\');
            brace - escapes.count()
        });
        self.push_content(start, next);
        self.at = next;
    }

    /// One tag, from its braces to its closing braces.
    fn tag(&mut self) -> Result<(), SyntaxError> {
        let open = self.at;
        if self.rest().starts_with("{{{{") {
            return self.raw_block();
        }
        if self.comment()? || self.lone_else() {
            return Ok(());
        }
        let (kind, length) = opening(self.rest());
        self.push(kind, length);
        loop {
            self.skip_space();
            if self.rest().starts_with("}}}}") {
                return Err(SyntaxError::new("unexpected `}}}}` in a tag", self.at..self.at + 4).help(
                    "close the tag with as many braces as opened it, and put a space before a brace that is text",
                ));
            }
            match closing(self.rest()) {
                Some((kind, length)) => {
                    self.push(kind, length);
                    return Ok(());
                }
                None => self.inside(open)?,
            }
        }
    }

    /// `{{! ... }}` and `{{!-- ... --}}`, whose text may hold anything but their end.
    fn comment(&mut self) -> Result<bool, SyntaxError> {
        let rest = self.rest();
        let strip_open = rest.starts_with("{{~");
        let Some(inside) = rest.get(2 + usize::from(strip_open)..).and_then(|rest| rest.strip_prefix('!')) else {
            return Ok(false);
        };
        let (end, length) =
            if inside.starts_with("--") {
                let plain = rest.find("--}}").map(|at| (at, 4));
                let tilde = rest.find("--~}}").map(|at| (at, 5));
                plain.into_iter().chain(tilde).min()
            } else {
                rest.find("}}").map(|at| (at, 2))
            }
            .ok_or_else(|| {
                SyntaxError::new("this comment is never closed", self.at..self.at + 3)
                    .help(if inside.starts_with("--") { "end it with `--}}`" } else { "end it with `}}`" })
            })?;
        let flags =
            StripFlags { open: strip_open, close: rest.get(..end + length).is_some_and(|tag| tag.ends_with("~}}")) };
        self.push(Kind::Comment(flags), end + length);
        Ok(true)
    }

    /// `{{else}}` and `{{^}}`, which are one token.
    fn lone_else(&mut self) -> bool {
        let rest = self.rest();
        let open = rest.starts_with("{{~");
        let inside = rest.get(2 + usize::from(open)..).unwrap_or_default();
        let after = match inside.strip_prefix('^') {
            Some(after) => after,
            None => match inside.trim_start_matches(is_space).strip_prefix("else") {
                Some(after) => after,
                None => return false,
            },
        };
        let after = after.trim_start_matches(is_space);
        let close = after.starts_with('~');
        let Some(after) = after.get(usize::from(close)..).and_then(|after| after.strip_prefix("}}")) else {
            return false;
        };
        let length = rest.len() - after.len();
        self.push(Kind::Else(StripFlags { open, close }), length);
        true
    }

    /// One token inside a tag.
    fn inside(&mut self, open: usize) -> Result<(), SyntaxError> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Err(self.unclosed_tag(open)) };
        match first {
            '(' => self.push(Kind::OpenCall, 1),
            ')' => self.push(Kind::CloseCall, 1),
            '=' => self.push(Kind::Equals, 1),
            '@' => self.push(Kind::Data, 1),
            '|' => self.push(Kind::CloseParams, 1),
            '"' | '\'' => return self.string(first),
            '[' => return self.bracket_id(),
            _ if rest.starts_with("..") => self.push(Kind::Id(Text::fixed("..")), 2),
            '.' if rest.get(1..).is_some_and(|after| after.starts_with(ends_id)) => {
                self.push(Kind::Id(Text::fixed(".")), 1);
            }
            '.' | '/' => self.push(Kind::Separator, 1),
            _ if rest.starts_with("{{") => return Err(self.unclosed_tag(open)),
            _ => return self.word(open),
        }
        Ok(())
    }

    fn unclosed_tag(&self, open: usize) -> SyntaxError {
        let tag = self.text.get(open..self.at).unwrap_or_default();
        let first_line = tag.lines().next().unwrap_or_default();
        let shown: String = first_line.trim_end().chars().take(24).collect();
        let braces = if tag.starts_with("{{{") { "}}}" } else { "}}" };
        SyntaxError::new(format!("`{shown}` has no closing `{braces}`"), open..open + shown.len())
            .help(format!("add `{braces}`"))
    }

    fn string(&mut self, quote: char) -> Result<(), SyntaxError> {
        let rest = self.rest();
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            if c == quote && !rest.get(..at).is_some_and(|before| before.ends_with('\\')) {
                let text = self.source.slice(self.at + 1, self.at + at);
                let text =
                    if escaped { Text::from(text.replace(&format!("\\{quote}"), &quote.to_string())) } else { text };
                self.push(Kind::String(text), at + 1);
                return Ok(());
            }
            escaped |= c == '\\';
        }
        Err(SyntaxError::new(format!("this string has no closing `{quote}`"), self.at..self.at + 1)
            .help(format!("add `{quote}`")))
    }

    fn bracket_id(&mut self) -> Result<(), SyntaxError> {
        let rest = self.rest();
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                ']' => {
                    let name = self.source.slice(self.at + 1, self.at + at);
                    let name = if name.contains('\\') {
                        Text::from(name.replace("\\\\", "\\").replace("\\]", "]"))
                    } else {
                        name
                    };
                    self.push(Kind::BracketId(name), at + 1);
                    return Ok(());
                }
                _ => {}
            }
        }
        Err(SyntaxError::new("this `[` has no closing `]`", self.at..self.at + 1).help("add `]`"))
    }

    /// A number, `true`, `null`, `as |` or a name.
    fn word(&mut self, open: usize) -> Result<(), SyntaxError> {
        let rest = self.rest();
        if let Some(length) = number_length(rest) {
            let number = rest.get(..length).and_then(|digits| digits.parse().ok()).unwrap_or_default();
            self.push(Kind::Number(number), length);
            return Ok(());
        }
        if let Some(length) = params_length(rest) {
            self.push(Kind::OpenParams, length);
            return Ok(());
        }
        let length = rest.find(|c: char| !is_id(c)).unwrap_or(rest.len());
        let Some(next) = rest.get(length..).and_then(|after| after.chars().next()) else {
            self.at += length;
            return Err(self.unclosed_tag(open));
        };
        if length == 0 || !ends_id(next) {
            return Err(self.unexpected(length, next));
        }
        let literal = matches!(next, '~' | '}' | ')') || is_space(next);
        let kind = match rest.get(..length).unwrap_or_default() {
            "true" if literal => Kind::Bool(true),
            "false" if literal => Kind::Bool(false),
            "undefined" if literal => Kind::Undefined,
            "null" if literal => Kind::Null,
            _ => Kind::Id(self.source.slice(self.at, self.at + length)),
        };
        self.push(kind, length);
        Ok(())
    }

    fn unexpected(&self, word: usize, next: char) -> SyntaxError {
        let at = self.at + word;
        let error = SyntaxError::new(format!("unexpected `{next}` in a tag"), at..at + next.len_utf8());
        match next {
            '}' => error.help("close the tag with as many braces as opened it"),
            '"' | '\'' => error.help("separate arguments with a space"),
            ',' => error.help("arguments are separated by spaces alone"),
            _ => error.help("write a name with unusual characters as `[name]`"),
        }
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_space).len();
    }

    /// `{{{{name}}}} ... {{{{/name}}}}`: the head is a tag, everything else is content, inner raw blocks included.
    fn raw_block(&mut self) -> Result<(), SyntaxError> {
        let open = self.at;
        self.push(Kind::OpenRaw, 4);
        loop {
            self.skip_space();
            if self.rest().starts_with("}}}}") {
                self.push(Kind::CloseRaw, 4);
                break;
            }
            self.inside(open)?;
        }
        let mut depth = 1;
        let mut start = self.at;
        loop {
            let Some(tag) = self.rest().find("{{{{").map(|found| self.at + found) else {
                return Err(SyntaxError::new("this raw block is never closed", open..open + 4)
                    .help("end it with its name: `{{{{/name}}}}`"));
            };
            self.at = tag;
            let Some(name) = self.rest().strip_prefix("{{{{/").and_then(|rest| Some(rest.split_once("}}}}")?.0)) else {
                depth += 1;
                self.at += 4;
                continue;
            };
            let (length, name) = (name.len(), self.source.slice(tag + 5, tag + 5 + name.len()));
            depth -= 1;
            if depth > 0 {
                self.at += length + 9;
                continue;
            }
            self.push_content(start, tag);
            start = tag;
            self.at = start;
            self.push(Kind::EndRaw(name), length + 9);
            return Ok(());
        }
    }
}
