//! Texts as tokens. Both languages have the same ones, but for quotes.

use std::{ops::Range, sync::Arc};

use rust_decimal::Decimal;

use crate::{Language, ScriptError};

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) span: Range<usize>,
    /// Whether it is the first of its line.
    pub(crate) first: bool,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Name(Arc<str>),
    Text(Arc<str>),
    /// A text with expressions in it: their sources, with where they begin.
    Template(Vec<Piece>),
    /// A regular expression of JavaScript, and its flags.
    Pattern(Arc<str>, Arc<str>),
    Int(i64),
    Decimal(Decimal),
    Double(f64),
    Mark(&'static str),
    End,
}

/// A piece of a text with expressions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece {
    Text(Arc<str>),
    Expression(Arc<str>, usize),
}

/// Marks, longer ones first.
const MARKS: [&str; 60] = [
    ">>>=", "...", "===", "!==", "==~", "**=", "<=>", "?.", "??", "?:", "*.", "=>", "->", "==", "!=", "<=", ">=", "&&",
    "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "=~", "**", "..<", "..", "<<", "::", "(", ")", "[", "]", "{", "}",
    ",", ";", ":", "?", ".", "=", "<", ">", "+", "-", "*", "/", "%", "!", "&", "|", "^", "~", "@", "#", "\\", "$",
];

/// Reads a text.
pub(crate) fn lex(language: Language, source: &str) -> Result<Vec<Token>, ScriptError> {
    let mut lexer = Lexer { language, source, at: 0, first: true, tokens: vec![] };
    while lexer.token()? {}
    let end = source.len();
    lexer.tokens.push(Token { kind: Kind::End, span: end..end, first: true });
    Ok(lexer.tokens)
}

struct Lexer<'s> {
    language: Language,
    source: &'s str,
    at: usize,
    first: bool,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn wrong(&self, from: usize, message: &str) -> ScriptError {
        ScriptError::new(from..self.at.max(from), message)
    }

    fn push(&mut self, kind: Kind, from: usize) {
        self.tokens.push(Token { kind, span: from..self.at, first: std::mem::take(&mut self.first) });
    }

    /// Reads one token. Returns whether there may be more.
    fn token(&mut self) -> Result<bool, ScriptError> {
        self.blanks()?;
        let from = self.at;
        let Some(next) = self.peek() else { return Ok(false) };
        match next {
            '"' | '\'' | '`' => self.quoted(next)?,
            '0'..='9' => self.number()?,
            '/' if self.may_be_pattern() => self.pattern()?,
            _ if is_name(next, true) => {
                while self.peek().is_some_and(|next| is_name(next, false)) {
                    self.bump();
                }
                let name = self.source.get(from..self.at).unwrap_or_default().into();
                self.push(Kind::Name(name), from);
            }
            _ => {
                let Some(mark) = MARKS.iter().find(|mark| self.rest().starts_with(**mark)) else {
                    self.bump();
                    return Err(self.wrong(from, "this character means nothing here"));
                };
                self.at += mark.len();
                self.push(Kind::Mark(mark), from);
            }
        }
        Ok(true)
    }

    fn blanks(&mut self) -> Result<(), ScriptError> {
        loop {
            let rest = self.rest();
            if rest.starts_with("//") || rest.starts_with("#!") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                let from = self.at;
                let Some(end) = rest.find("*/") else { return Err(self.wrong(from, "this comment does not end")) };
                self.at += end + 2;
            } else {
                match self.peek() {
                    Some('\n') => self.first = true,
                    Some(next) if next.is_whitespace() || next == '\u{feff}' => {}
                    _ => return Ok(()),
                }
                self.bump();
            }
        }
    }

    fn number(&mut self) -> Result<(), ScriptError> {
        let from = self.at;
        let mut fraction = false;
        while let Some(next) = self.peek() {
            let after = self.rest().chars().nth(1);
            match next {
                '0'..='9' | '_' => {}
                '.' if !fraction && after.is_some_and(|after| after.is_ascii_digit()) => fraction = true,
                'e' | 'E' if after.is_some_and(|after| after.is_ascii_digit() || matches!(after, '+' | '-')) => {
                    fraction = true;
                    self.bump();
                }
                _ => break,
            }
            self.bump();
        }
        let digits: String = self.source.get(from..self.at).unwrap_or_default().replace('_', "");
        let suffix = self.peek().filter(|next| "lLgGdDfFiI".contains(*next));
        if suffix.is_some() {
            self.bump();
        }
        let double = || digits.parse().ok().map(Kind::Double);
        let kind = match (self.language, suffix) {
            (Language::JavaScript, _) | (_, Some('d' | 'D' | 'f' | 'F')) => double(),
            _ if fraction => digits.parse().ok().map(Kind::Decimal).or_else(double),
            _ => digits.parse().ok().map(Kind::Int).or_else(double),
        };
        let kind = kind.ok_or_else(|| self.wrong(from, "this is no number"))?;
        self.push(kind, from);
        Ok(())
    }

    /// Whether a slash begins a pattern: where a value is expected.
    fn may_be_pattern(&self) -> bool {
        match self.tokens.last().map(|token| &token.kind) {
            None => true,
            Some(Kind::Mark(mark)) => !matches!(*mark, ")" | "]" | "}"),
            Some(Kind::Name(name)) => matches!(&**name, "return" | "in" | "case" | "typeof"),
            Some(_) => false,
        }
    }

    /// `/…/`: a pattern with flags in JavaScript, a text in Groovy.
    fn pattern(&mut self) -> Result<(), ScriptError> {
        let from = self.at;
        self.bump();
        let (mut text, mut class) = (String::new(), false);
        loop {
            match self.bump() {
                None | Some('\n') => return Err(self.wrong(from, "this pattern does not end")),
                Some('/') if !class => break,
                Some('\\') => {
                    let escaped = self.bump().unwrap_or_default();
                    if escaped != '/' {
                        text.push('\\');
                    }
                    text.push(escaped);
                }
                Some(next) => {
                    class = if next == '[' { true } else { class && next != ']' };
                    text.push(next);
                }
            }
        }
        if self.language == Language::Groovy {
            self.push(Kind::Text(text.into()), from);
            return Ok(());
        }
        let flags = self.at;
        while self.peek().is_some_and(|next| next.is_ascii_alphabetic()) {
            self.bump();
        }
        let flags = self.source.get(flags..self.at).unwrap_or_default().into();
        self.push(Kind::Pattern(text.into(), flags), from);
        Ok(())
    }

    fn quoted(&mut self, quote: char) -> Result<(), ScriptError> {
        let from = self.at;
        let triple: String = std::iter::repeat_n(quote, 3).collect();
        let is_triple = self.language == Language::Groovy && self.rest().starts_with(&triple);
        let end = if is_triple { triple } else { quote.to_string() };
        let holds_expressions = match self.language {
            Language::Groovy => quote == '"',
            Language::JavaScript => quote == '`',
        };
        self.at += end.len();
        let (mut pieces, mut text) = (vec![], String::new());
        loop {
            if self.rest().starts_with(&end) {
                self.at += end.len();
                break;
            }
            let Some(next) = self.bump() else { return Err(self.wrong(from, "this text does not end")) };
            match next {
                '\n' if end.len() == 1 && quote != '`' => return Err(self.wrong(from, "this text does not end")),
                '\\' => self.escaped(&mut text),
                '$' if holds_expressions && self.peek() == Some('{') => {
                    self.bump();
                    let piece = self.expression(from)?;
                    pieces.push(Piece::Text(std::mem::take(&mut text).into()));
                    pieces.push(piece);
                }
                '$' if quote == '"' && self.peek().is_some_and(|next| is_name(next, true) && next != '$') => {
                    if self.language == Language::JavaScript {
                        text.push('$');
                        continue;
                    }
                    pieces.push(Piece::Text(std::mem::take(&mut text).into()));
                    pieces.push(self.dotted());
                }
                next => text.push(next),
            }
        }
        if pieces.is_empty() {
            self.push(Kind::Text(text.into()), from);
        } else {
            pieces.push(Piece::Text(text.into()));
            self.push(Kind::Template(pieces), from);
        }
        Ok(())
    }

    fn escaped(&mut self, text: &mut String) {
        match self.bump() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('\n') | None => {}
            Some('u') => {
                let digits = self.rest().get(..4).unwrap_or_default();
                let code = u32::from_str_radix(digits, 16).ok();
                if code.is_some() {
                    self.at += 4;
                }
                text.push(code.and_then(char::from_u32).unwrap_or('\u{fffd}'));
            }
            Some(next) => text.push(next),
        }
    }

    /// The expression of `${…}`, up to the brace that closes it.
    fn expression(&mut self, from: usize) -> Result<Piece, ScriptError> {
        let (start, mut depth, mut quote) = (self.at, 0_usize, None);
        loop {
            let at = self.at;
            let Some(next) = self.bump() else { return Err(self.wrong(from, "`${` does not end")) };
            match (quote, next) {
                (Some(open), next) if open == next => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(next),
                (None, '{') => depth += 1,
                (None, '}') if depth == 0 => {
                    return Ok(Piece::Expression(self.source.get(start..at).unwrap_or_default().into(), start));
                }
                (None, '}') => depth -= 1,
                (None, _) => {}
            }
        }
    }

    /// `$name.other` in a text of Groovy's.
    fn dotted(&mut self) -> Piece {
        let start = self.at;
        loop {
            while self.peek().is_some_and(|next| is_name(next, false) && next != '$') {
                self.bump();
            }
            let mut after = self.rest().chars();
            if after.next() != Some('.') || !after.next().is_some_and(|next| is_name(next, true) && next != '$') {
                return Piece::Expression(self.source.get(start..self.at).unwrap_or_default().into(), start);
            }
            self.bump();
        }
    }
}

fn is_name(next: char, first: bool) -> bool {
    next == '_' || next == '$' || next.is_alphabetic() || (!first && next.is_alphanumeric())
}
