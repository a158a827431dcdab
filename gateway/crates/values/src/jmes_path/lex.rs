//! An expression's tokens.

use super::Failed;
use crate::{Text, Value, json};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name without quotes, and a name in double ones.
    Name(String),
    Quoted(String),
    Variable(String),
    Number(f64),
    /// A text in single quotes, or JSON in back quotes.
    Literal(Literal),
    /// Anything else, by its text: `(`, `[?`, `||`. A multiplication sign is not a star.
    Sign(&'static str),
    End,
}

/// A literal's value. Equal to nothing: nobody compares tokens of it.
#[derive(Clone, Debug)]
pub(super) struct Literal(pub Value);

impl PartialEq for Literal {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// Longer ones before those that they begin with.
const SIGNS: [(&str, &str); 35] = [
    ("[?", "[?"),
    ("[]", "[]"),
    ("!=", "!="),
    ("<=", "<="),
    (">=", ">="),
    ("==", "=="),
    ("&&", "&&"),
    ("||", "||"),
    ("//", "//"),
    ("(", "("),
    (")", ")"),
    ("*", "*"),
    (",", ","),
    (".", "."),
    (":", ":"),
    ("@", "@"),
    ("[", "["),
    ("]", "]"),
    ("{", "{"),
    ("}", "}"),
    ("+", "+"),
    ("%", "%"),
    ("?", "?"),
    ("-", "-"),
    ("\u{2212}", "-"),
    ("\u{d7}", "\u{d7}"),
    ("\u{f7}", "/"),
    ("!", "!"),
    ("<", "<"),
    (">", ">"),
    ("=", "="),
    ("&", "&"),
    ("|", "|"),
    ("/", "/"),
    ("$", "$"),
];

pub(super) fn tokens(expression: &str) -> Result<Vec<Token>, Failed> {
    let mut tokens = Vec::new();
    let mut rest = expression;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let Some(first) = rest.chars().next() else {
            tokens.push(Token::End);
            return Ok(tokens);
        };
        let (token, after) = match first {
            c if is_letter(c) => {
                let (name, after) = split(rest, is_name);
                (Token::Name(name.to_owned()), after)
            }
            '0'..='9' => number(rest),
            '-' if rest.chars().nth(1).is_some_and(is_digit) => number(rest),
            '$' if rest.chars().nth(1).is_some_and(is_letter) => {
                let (name, after) = split(rest.get(1..).unwrap_or_default(), is_name);
                (Token::Variable(name.to_owned()), after)
            }
            '"' => quoted(rest)?,
            '\'' => raw(rest),
            '`' => literal(rest)?,
            _ => {
                let (text, sign) = SIGNS.iter().find(|(text, _)| rest.starts_with(text)).ok_or(Failed)?;
                (Token::Sign(sign), rest.get(text.len()..).unwrap_or_default())
            }
        };
        tokens.push(token);
        rest = after;
    }
}

fn number(text: &str) -> (Token, &str) {
    let (digits, after) = split(text, is_digit);
    (Token::Number(crate::number::parse_int(digits)), after)
}

fn quoted(text: &str) -> Result<(Token, &str), Failed> {
    let (inside, after) = enclosed(text, '"');
    match json::parse(&Text::from(format!("\"{inside}\""))) {
        Some(Value::String(name)) => Ok((Token::Quoted(name.as_str().to_owned()), after)),
        _ => Err(Failed),
    }
}

fn raw(text: &str) -> (Token, &str) {
    let (inside, after) = enclosed(text, '\'');
    let value = Value::string(inside.replace("\\\\", "\\").replace("\\'", "'"));
    (Token::Literal(Literal(value)), after)
}

fn literal(text: &str) -> Result<(Token, &str), Failed> {
    let (inside, after) = enclosed(text, '`');
    let inside = inside.trim_start_matches(crate::is_space).replacen("\\`", "`", 1);
    let value = json::parse(&Text::from(inside)).ok_or(Failed)?;
    Ok((Token::Literal(Literal(value)), after))
}

/// What stands between quotes, and behind them. A backslash keeps a quote or a backslash from counting; a quote that is
/// missing is none.
fn enclosed(text: &str, quote: char) -> (&str, &str) {
    let mut escaped = false;
    let inside = text.get(1..).unwrap_or_default();
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => {
                let next = inside.get(at + 1..).and_then(|rest| rest.chars().next());
                escaped = next.is_some_and(|next| next == '\\' || next == quote);
            }
            c if c == quote => {
                return (inside.get(..at).unwrap_or_default(), inside.get(at + 1..).unwrap_or_default());
            }
            _ => {}
        }
    }
    (inside, "")
}

fn split(text: &str, belongs: fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// A sign counts as a digit, as it does in the original: `1-2` is the number 1.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || c == '-'
}
