//! Texts that match an expression, as far as Faker understands expressions: it rewrites the first match of each of four
//! patterns until none is left.

use super::string;
use crate::{Error, Value, faker::Faker, math, method::Outcome, options::arg};

/// How often something is repeated.
#[derive(Clone, Debug, PartialEq)]
enum Quantifier {
    None,
    /// `?`, `*` or `+`.
    Symbol(char),
    /// `{3}` or `{3,5}`.
    Count(f64, Option<f64>),
}

/// A pattern: what lies at a place of a text and where it ends.
type Pattern<T> = fn(&[char], usize) -> Option<(T, usize)>;

/// A match of a pattern in a text of characters.
struct Match<T> {
    start: usize,
    end: usize,
    found: T,
}

pub(super) fn from_reg_exp(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let mut text: Vec<char> = arg(args, 0).to_text().chars().collect();
    if !matches!(arg(args, 0), Value::String(_)) {
        // The original finds its patterns in what a value prints, but then cuts the value itself.
        let is_found = first(&text, single).is_some()
            || first(&text, class).is_some()
            || first(&text, ranged).is_some()
            || first(&text, counted).is_some();
        return if is_found { Err(Error::thrown("e.slice is not a function")) } else { Ok(arg(args, 0).clone()) };
    }
    while let Some(Match { start, end, found: (c, quantifier) }) = first(&text, single) {
        let count = drawn(faker, &quantifier)?;
        let made =
            if c == '.' { string::alphanumeric_of(faker, count, "mixed", "")? } else { repeated(faker, c, count)? };
        replace(faker, &mut text, start, end, &made)?;
    }
    while let Some(Match { start, end, found }) = first(&text, class) {
        let made = of_class(faker, &found)?;
        replace(faker, &mut text, start, end, &made)?;
    }
    while let Some(Match { start, end, found: (c, min, max) }) = first(&text, ranged) {
        if min > max {
            return Err(Error::faker("Numbers out of order in {} quantifier."));
        }
        let count = faker.int(min, max)?;
        let made = repeated(faker, c, count)?;
        replace(faker, &mut text, start, end, &made)?;
    }
    repeat_counted(faker, &mut text)?;
    Ok(Value::from(text.into_iter().collect::<String>()))
}

/// Writes out `x{2,5}`, `x{3}` and `[1-9]` in a credit card's pattern.
pub(super) fn expand_ranges(faker: &mut Faker<'_>, pattern: &str) -> Result<String, Error> {
    let mut text: Vec<char> = pattern.chars().collect();
    while let Some(Match { start, end, found: (c, min, max) }) = first(&text, ranged) {
        let count = faker.int(min.min(max), min.max(max))?;
        let made = repeated(faker, c, count)?;
        replace(faker, &mut text, start, end, &made)?;
    }
    repeat_counted(faker, &mut text)?;
    while let Some(Match { start, end, found: (min, max) }) = first(&text, digits) {
        let number = faker.int(min.min(max), min.max(max))?;
        replace(faker, &mut text, start, end, &math::to_text(number))?;
    }
    Ok(text.into_iter().collect())
}

fn repeat_counted(faker: &mut Faker<'_>, text: &mut Vec<char>) -> Result<(), Error> {
    while let Some(Match { start, end, found: (c, count) }) = first(text, counted) {
        let made = repeated(faker, c, count)?;
        replace(faker, text, start, end, &made)?;
    }
    Ok(())
}

fn repeated(faker: &mut Faker<'_>, c: char, count: f64) -> Result<String, Error> {
    faker.repeat(c.encode_utf8(&mut [0; 4]), count)
}

fn replace(faker: &mut Faker<'_>, text: &mut Vec<char>, start: usize, end: usize, by: &str) -> Result<(), Error> {
    faker.spend(1 + text.len() / 16)?;
    text.splice(start..end, by.chars());
    Ok(())
}

/// The first match.
fn first<T>(text: &[char], at: Pattern<T>) -> Option<Match<T>> {
    (0..text.len()).find_map(|start| at(text, start).map(|(found, end)| Match { start, end, found }))
}

/// `/([.A-Za-z0-9])(?:\{(\d+)(?:,(\d+)|)\}|(\?|\*|\+))(?![^[]*]|[^{]*})/`
fn single(text: &[char], at: usize) -> Option<((char, Quantifier), usize)> {
    let c = *text.get(at)?;
    if c != '.' && !c.is_ascii_alphanumeric() {
        return None;
    }
    let (quantifier, end) = quantifier(text, at + 1);
    let behind = text.get(end..).unwrap_or_default();
    let closes =
        |open: char, close: char| behind.iter().find(|c| **c == open || **c == close).is_some_and(|c| *c == close);
    let is_open = closes('[', ']') || closes('{', '}');
    (quantifier != Quantifier::None && !is_open).then_some(((c, quantifier), end))
}

/// A class of characters, and how many of them.
struct Class {
    is_negated: bool,
    has_dash: bool,
    inner: Vec<char>,
    quantifier: Quantifier,
}

/// `/\[(\^|)(-|)(.+?)\](?:\{(\d+)(?:,(\d+)|)\}|(\?|\*|\+)|)/`
fn class(text: &[char], at: usize) -> Option<(Class, usize)> {
    if text.get(at) != Some(&'[') {
        return None;
    }
    let has = |at: usize, c: char| text.get(at) == Some(&c);
    for is_negated in [true, false] {
        if is_negated && !has(at + 1, '^') {
            continue;
        }
        let from = at + 1 + usize::from(is_negated);
        for has_dash in [true, false] {
            if has_dash && !has(from, '-') {
                continue;
            }
            let from = from + usize::from(has_dash);
            let line = text.get(from..).unwrap_or_default().iter().take_while(|c| !is_line_end(**c)).count();
            let Some(len) = (1..=line).find(|len| has(from + len, ']')) else { continue };
            let inner = text.get(from..from + len).unwrap_or_default().to_vec();
            let (quantifier, end) = quantifier(text, from + len + 1);
            return Some((Class { is_negated, has_dash, inner, quantifier }, end));
        }
    }
    None
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// `/(.)\{(\d+),(\d+)\}/`
fn ranged(text: &[char], at: usize) -> Option<((char, f64, f64), usize)> {
    let c = text.get(at).copied().filter(|c| !is_line_end(*c))?;
    match braces(text, at + 1)? {
        (min, Some(max), end) => Some(((c, min, max), end)),
        _ => None,
    }
}

/// `/(.)\{(\d+)\}/`
fn counted(text: &[char], at: usize) -> Option<((char, f64), usize)> {
    let c = text.get(at).copied().filter(|c| !is_line_end(*c))?;
    match braces(text, at + 1)? {
        (count, None, end) => Some(((c, count), end)),
        _ => None,
    }
}

/// `/\[(\d+)-(\d+)\]/`
fn digits(text: &[char], at: usize) -> Option<((f64, f64), usize)> {
    let is = |at: usize, c: char| (text.get(at) == Some(&c)).then_some(at + 1);
    let (min, end) = number(text, is(at, '[')?)?;
    let (max, end) = number(text, is(end, '-')?)?;
    Some(((min, max), is(end, ']')?))
}

/// The quantifier at a place, and where it ends.
fn quantifier(text: &[char], at: usize) -> (Quantifier, usize) {
    match text.get(at) {
        Some(symbol @ ('?' | '*' | '+')) => (Quantifier::Symbol(*symbol), at + 1),
        _ => match braces(text, at) {
            Some((min, max, end)) => (Quantifier::Count(min, max), end),
            None => (Quantifier::None, at),
        },
    }
}

/// `{3}` or `{3,5}`.
fn braces(text: &[char], at: usize) -> Option<(f64, Option<f64>, usize)> {
    if text.get(at) != Some(&'{') {
        return None;
    }
    let (min, end) = number(text, at + 1)?;
    match text.get(end)? {
        '}' => Some((min, None, end + 1)),
        ',' => {
            let (max, end) = number(text, end + 1)?;
            (text.get(end) == Some(&'}')).then_some((min, Some(max), end + 1))
        }
        _ => None,
    }
}

fn number(text: &[char], at: usize) -> Option<(f64, usize)> {
    let digits: String = text.get(at..)?.iter().take_while(|c| c.is_ascii_digit()).collect();
    Some((digits.parse().ok()?, at + digits.len()))
}

fn drawn(faker: &mut Faker<'_>, quantifier: &Quantifier) -> Result<f64, Error> {
    match quantifier {
        Quantifier::None => Ok(1.0),
        Quantifier::Count(min, None) => Ok(*min),
        Quantifier::Count(min, Some(max)) => faker.int(*min, *max),
        Quantifier::Symbol('?') => Ok(if faker.boolean()? { 0.0 } else { 1.0 }),
        Quantifier::Symbol(symbol) => {
            let mut most = 1.0;
            while faker.boolean()? {
                most *= 2.0;
            }
            faker.int(if *symbol == '+' { 1.0 } else { 0.0 }, most)
        }
    }
}

/// Characters of a class, as many as its quantifier says.
fn of_class(faker: &mut Faker<'_>, class: &Class) -> Result<String, Error> {
    let mut allowed = Vec::new();
    if class.has_dash {
        allowed.push('-');
    }
    let mut inner = class.inner.as_slice();
    while let Some((piece, _)) = (0..inner.len()).find_map(|at| piece(inner, at)) {
        match piece {
            Piece::One('-') => {}
            Piece::One(c) => allowed.push(c),
            Piece::Range(from, to) if from > to => {
                return Err(Error::faker("Character range provided is out of order."));
            }
            Piece::Range(from, to) => allowed.extend(from..=to),
        }
        // As many as the piece has are cut off the front, wherever it was found.
        let len = if matches!(piece, Piece::Range(..)) { 3 } else { 1 };
        inner = inner.get(len..).unwrap_or_default();
    }
    let count = drawn(faker, &class.quantifier)?;
    if class.is_negated {
        for c in ('0'..='9').chain('A'..='Z').chain('a'..='z') {
            match allowed.iter().position(|allowed| *allowed == c) {
                Some(index) => {
                    allowed.remove(index);
                }
                None => allowed.push(c),
            }
        }
    }
    Ok(faker.several(count, |faker| faker.pick(&allowed))?.into_iter().collect())
}

/// What a class lists.
#[derive(Clone, Copy)]
enum Piece {
    One(char),
    Range(char, char),
}

/// `/(\d-\d|\w-\w|\d|\w|[-!@#$&()`.+,/"])/`
fn piece(text: &[char], at: usize) -> Option<(Piece, usize)> {
    let c = *text.get(at)?;
    let is_word = crate::text::is_word;
    if is_word(c) {
        if let (Some('-'), Some(to)) = (text.get(at + 1), text.get(at + 2).filter(|to| is_word(**to))) {
            return Some((Piece::Range(c, *to), at + 3));
        }
        return Some((Piece::One(c), at + 1));
    }
    "-!@#$&()`.+,/\"".contains(c).then_some((Piece::One(c), at + 1))
}
