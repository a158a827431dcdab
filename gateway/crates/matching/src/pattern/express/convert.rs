//! Mockoon's `preparePath` and `express5PathConvert` (@mockoon/commons 9.9.0): one rewriting after the other over the whole
//! path, as its regular expressions do, so that what they do to each other's output comes out the same.

use super::Unit;

/// The path that path-to-regexp gets.
pub(super) fn convert(text: &str, path_at: usize) -> Vec<Unit> {
    let units = prepare(text, path_at);
    let units = name_wildcards(&units);
    let units = bracket_groups(&units, true);
    let units = bracket_groups(&units, false);
    let units = rewrite(&units, optional_param);
    let units = rewrite(&units, repeated_param);
    let units = rewrite(&units, optional_repeated_param);
    let units = rewrite(&units, optional_character);
    rewrite(&units, repeated_character)
}

/// A character that a parameter's name may hold, for Mockoon.
pub(super) fn in_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '$')
}

/// Runs of `/` as one, spaces of the path as they are sent.
fn prepare(text: &str, path_at: usize) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character {
            '/' if units.last().is_some_and(|last| last.character == '/') => {}
            ' ' if at >= path_at => units.extend(written("%20", at)),
            _ => units.push(Unit { character, at }),
        }
    }
    units
}

fn written(text: &str, at: usize) -> impl Iterator<Item = Unit> {
    text.chars().map(move |character| Unit { character, at })
}

/// What a rule puts in the place of how many units.
type Rewritten = Option<(usize, Vec<Unit>)>;

/// Rewrites what a rule matches, from the left. A rule sees the character before, and the rest.
fn rewrite(units: &[Unit], mut rule: impl FnMut(Option<char>, &[Unit]) -> Rewritten) -> Vec<Unit> {
    let mut rewritten = Vec::with_capacity(units.len());
    let (mut before, mut rest) = (None, units);
    while let [first, behind @ ..] = rest {
        let (taken, left) = match rule(before, rest) {
            Some((length, instead)) => {
                rewritten.extend(instead);
                rest.split_at_checked(length).unwrap_or((rest, &[]))
            }
            None => {
                rewritten.push(*first);
                (std::slice::from_ref(first), behind)
            }
        };
        before = taken.last().map(|unit| unit.character);
        rest = left;
    }
    rewritten
}

/// `/*` to `/*wildcard0`: `(^|\/)\*(?![A-Za-z0-9_"])`. A path begins with a slash, so the `^` never counts.
fn name_wildcards(units: &[Unit]) -> Vec<Unit> {
    let mut number = 0;
    rewrite(units, |_, rest| {
        let [Unit { character: '/', .. }, Unit { character: '*', at }, behind @ ..] = rest else { return None };
        if behind.first().is_some_and(|next| next.character.is_ascii_alphanumeric() || "_\"".contains(next.character)) {
            return None;
        }
        let named = written("/*wildcard", *at).chain(written(&number.to_string(), *at)).collect();
        number += 1;
        Some((2, named))
    })
}

/// `(ou)?`, or `(ou)`, to `{ou}`: `(?<!\\)\(([^)]+)\)\?` and the same without `\?`.
fn bracket_groups(units: &[Unit], optional: bool) -> Vec<Unit> {
    // How many units are left behind the nearest `)`: looked for once, however many `(` come before it.
    let mut left_behind_close = usize::MAX;
    rewrite(units, |before, rest| {
        let [open @ Unit { character: '(', .. }, inner @ ..] = rest else { return None };
        if left_behind_close >= inner.len() {
            let close = inner.iter().position(|unit| unit.character == ')');
            left_behind_close = close.map_or(0, |close| inner.len() - close - 1);
        }
        let (inner, behind) = inner.split_at_checked(inner.len() - left_behind_close)?;
        let (close, group) = inner.split_last().filter(|(close, group)| close.character == ')' && !group.is_empty())?;
        let marked = behind.first().is_some_and(|unit| unit.character == '?');
        if before == Some('\\') || (optional && !marked) {
            return None;
        }
        let (start, end) = (Unit { character: '{', ..*open }, Unit { character: '}', ..*close });
        let instead = [start].into_iter().chain(group.iter().copied()).chain([end]).collect();
        Some((inner.len() + 1 + usize::from(optional), instead))
    })
}

/// The name that follows: `[A-Za-z_$][A-Za-z0-9_$]*`, and what is behind it.
fn name(rest: &[Unit]) -> Option<(&[Unit], &[Unit])> {
    let length = rest.iter().take_while(|unit| in_name(unit.character)).count();
    let (name, behind) = rest.split_at_checked(length)?;
    name.first().is_some_and(|first| !first.character.is_ascii_digit()).then_some((name, behind))
}

/// `/:id?` to `{/:id}`: `([/.~-]):([A-Za-z_$][A-Za-z0-9_$]*)\?`.
fn optional_param(_: Option<char>, rest: &[Unit]) -> Rewritten {
    let [separator, colon @ Unit { character: ':', .. }, behind @ ..] = rest else { return None };
    let (name, behind) = name(behind).filter(|_| "/.~-".contains(separator.character))?;
    let [mark @ Unit { character: '?', .. }, ..] = behind else { return None };
    Some((name.len() + 3, group(&[*separator, *colon], name, *mark)))
}

/// `:path+` to `*path`: `:([A-Za-z_$][A-Za-z0-9_$]*)\+`.
fn repeated_param(_: Option<char>, rest: &[Unit]) -> Rewritten {
    let [colon @ Unit { character: ':', .. }, behind @ ..] = rest else { return None };
    let (name, [Unit { character: '+', .. }, ..]) = name(behind)? else { return None };
    let star = Unit { character: '*', ..*colon };
    Some((name.len() + 2, [star].into_iter().chain(name.iter().copied()).collect()))
}

/// `/:path*` to `{/*path}`: `\/:([A-Za-z_$][A-Za-z0-9_$]*)\*`.
fn optional_repeated_param(_: Option<char>, rest: &[Unit]) -> Rewritten {
    let [slash @ Unit { character: '/', .. }, colon @ Unit { character: ':', .. }, behind @ ..] = rest else {
        return None;
    };
    let (name, [mark @ Unit { character: '*', .. }, ..]) = name(behind)? else { return None };
    let star = Unit { character: '*', ..*colon };
    Some((name.len() + 3, group(&[*slash, star], name, *mark)))
}

/// `b?` to `{b}`: `(?<!\\)([a-zA-Z0-9_])\?`.
fn optional_character(before: Option<char>, rest: &[Unit]) -> Rewritten {
    let [character, mark @ Unit { character: '?', .. }, ..] = rest else { return None };
    is_word(before, *character).then(|| (2, group(&[], &[*character], *mark)))
}

/// `b+` to `b{b}`: `(?<!\\)([a-zA-Z0-9_])\+`.
fn repeated_character(before: Option<char>, rest: &[Unit]) -> Rewritten {
    let [character, mark @ Unit { character: '+', .. }, ..] = rest else { return None };
    let again = || [*character].into_iter().chain(group(&[], &[*character], *mark)).collect();
    is_word(before, *character).then(|| (2, again()))
}

fn is_word(before: Option<char>, unit: Unit) -> bool {
    before != Some('\\') && (unit.character.is_ascii_alphanumeric() || unit.character == '_')
}

/// Units in braces.
fn group(start: &[Unit], rest: &[Unit], close: Unit) -> Vec<Unit> {
    let at = start.first().or(rest.first()).map_or(close.at, |first| first.at);
    let open = Unit { character: '{', at };
    let close = Unit { character: '}', ..close };
    [open].iter().chain(start).chain(rest).chain([&close]).copied().collect()
}
