//! Tokens of XPath (section 3.7): whether `*` or `and` is an operator, what stands before tells.

/// A token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'s> {
    /// `(`, `)`, `[`, `]`, `.`, `..`, `@`, `,`, `::`, and `*` as a test.
    Sign(&'static str),
    /// `/`, `//`, `|`, `+`, `-`, `=`, `!=`, `<`, `<=`, `>`, `>=`, `*`, `and`, `or`, `mod`, `div`.
    Operator(&'static str),
    Name(&'s str),
    Number(f64),
    Text(&'s str),
}

const SIGNS: [&str; 9] = ["::", "..", "(", ")", "[", "]", ".", "@", ","];
const OPERATORS: [&str; 11] = ["//", "!=", "<=", ">=", "/", "|", "+", "-", "=", "<", ">"];
const WORDS: [&str; 4] = ["and", "or", "mod", "div"];

/// Takes a text apart. Absent: it holds what is no token.
pub(super) fn tokens(source: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = source.trim_start();
    while !rest.is_empty() {
        let (token, length) = token(rest, tokens.last())?;
        tokens.push(token);
        rest = rest.get(length..)?.trim_start();
    }
    Some(tokens)
}

fn token<'s>(rest: &'s str, before: Option<&Token<'_>>) -> Option<(Token<'s>, usize)> {
    let first = rest.chars().next()?;
    if matches!(first, '\'' | '"') {
        let close = rest.get(1..)?.find(first)?;
        return Some((Token::Text(rest.get(1..=close)?), close + 2));
    }
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let is_number = first.is_ascii_digit() || (first == '.' && digits(rest.get(1..)?) > 0);
    if is_number {
        let whole = digits(rest);
        let fraction = rest.get(whole..)?.strip_prefix('.').map_or(0, |fraction| digits(fraction) + 1);
        let number = rest.get(..whole + fraction)?;
        return Some((Token::Number(number.parse().ok()?), number.len()));
    }
    let is_operator_place =
        !matches!(before, None | Some(Token::Operator(_) | Token::Sign("@" | "::" | "(" | "[" | ",")));
    if first == '*' {
        return Some((if is_operator_place { Token::Operator("*") } else { Token::Sign("*") }, 1));
    }
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        return Some((Token::Sign(sign), sign.len()));
    }
    if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
        return Some((Token::Operator(operator), operator.len()));
    }
    if !(first.is_alphabetic() || first == '_') {
        return None;
    }
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{b7}');
    let name = rest.get(..rest.find(|c| !is_name(c)).unwrap_or(rest.len()))?;
    let word = WORDS.iter().find(|word| is_operator_place && **word == name);
    Some((word.map_or(Token::Name(name), |word| Token::Operator(word)), name.len()))
}
