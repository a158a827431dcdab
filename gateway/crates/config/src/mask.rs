//! Keeps secrets out of messages: a message shows lines of the file, so what is shown is a copy in which the values of
//! `[secrets]`, and of a few other keys, are asterisks. Every other byte stands where it stood.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The table whose values are secrets.
const TABLE: &str = "secrets";
/// Keys elsewhere whose values are secrets: their tables, and themselves.
const KEYS: [&[&str]; 2] = [&["server", "tls", "passphrase"], &["mockoon", "admin-token"]];
/// What a value may hold that is no secret itself, up to a `}`.
const MARKS: [&str; 2] = ["${env:", "${file:"];

/// A copy of a file's text without its secrets.
pub(crate) fn masked(text: &str, root: &DeTable<'_>) -> String {
    let mut places = vec![];
    if let Some(secrets) = root.get(TABLE) {
        collect(secrets, &mut places);
    }
    places.extend(KEYS.iter().filter_map(|path| Some(value(root, path)?.span())));
    let mut copy = text.to_owned();
    for place in places {
        let stars = text.get(place.clone()).map(stars);
        copy = replaced(&copy, &place, stars);
    }
    copy
}

/// The same for a file that does not parse, line by line: all that stands behind a `=`, or on a line without one.
pub(crate) fn masked_lines(text: &str) -> String {
    let mut within = false;
    let lines = text.split_inclusive('\n').map(|line| {
        let trimmed = line.trim();
        if trimmed.starts_with('[') {
            within = trimmed.trim_start_matches(['[', ' ', '"', '\'']).starts_with(TABLE);
            return line.to_owned();
        }
        let dotted = trimmed.strip_prefix(TABLE).is_some_and(|rest| rest.trim_start().starts_with(['.', '=']));
        let named = KEYS.iter().filter_map(|path| path.last()).any(|key| line.contains(key));
        if !within && !dotted && !named {
            return line.to_owned();
        }
        let (key, value) = line.split_at(line.find('=').map_or(0, |equals| equals + 1));
        format!("{key}{}", stars(value))
    });
    lines.collect()
}

/// The value at a path of keys. Absent: there is none.
fn value<'a, 'b>(root: &'a DeTable<'b>, path: &[&str]) -> Option<&'a Spanned<DeValue<'b>>> {
    let (key, tables) = path.split_last()?;
    let table = tables.iter().try_fold(root, |table, name| table.get(*name)?.get_ref().as_table())?;
    table.get(*key)
}

fn collect(value: &Spanned<DeValue<'_>>, places: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::Table(table) => table.iter().for_each(|(_, value)| collect(value, places)),
        DeValue::Array(values) => values.iter().for_each(|value| collect(value, places)),
        _ => places.push(value.span()),
    }
}

fn replaced(text: &str, place: &Range<usize>, with: Option<String>) -> String {
    match (text.get(..place.start), with, text.get(place.end..)) {
        (Some(before), Some(with), Some(after)) => format!("{before}{with}{after}"),
        _ => text.to_owned(),
    }
}

/// As many asterisks as there are bytes. Line ends, quotes, blanks in front and `${env:NAME}` stay.
fn stars(secret: &str) -> String {
    let (mut stars, mut rest) = (String::new(), secret);
    while let Some(start) = MARKS.iter().filter_map(|mark| rest.find(mark)).min() {
        let (before, mark) = rest.split_at(start);
        let (mark, after) = mark.split_at(mark.find('}').map_or(mark.len(), |end| end + 1));
        star(before, &mut stars);
        stars.push_str(mark);
        rest = after;
    }
    star(rest, &mut stars);
    stars
}

fn star(text: &str, stars: &mut String) {
    for c in text.chars() {
        match c {
            '\n' | '\r' | '"' | '\'' => stars.push(c),
            ' ' if stars.is_empty() => stars.push(c),
            _ => stars.extend(std::iter::repeat_n('*', c.len_utf8())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_names_and_marks_is_starred_in_place() {
        let shown = |text: &str| masked(text, DeTable::parse_recoverable(text).0.get_ref());
        assert_eq!(shown("[secrets]\na = \"hush\" # b\n[x]\na = 'x'"), "[secrets]\na = \"****\" # b\n[x]\na = 'x'");
        assert_eq!(shown("secrets.a = 'é${env:A}h h'"), "secrets.a = '**${env:A}***'");
        assert_eq!(shown("secrets = 'hush'"), "secrets = '****'");
        assert_eq!(shown("secrets = { a = '''\nb\n''' }"), "secrets = { a = '''\n*\n''' }");
        assert_eq!(shown("plugin = { secrets = 'x' }"), "plugin = { secrets = 'x' }");
    }

    #[test]
    fn a_file_that_does_not_parse_is_starred_by_line() {
        let text = "[a]\nb = c\n[ secrets ]\nd = e f\n'''\ng'\n[h]\ni = j\n";
        let expected = "[a]\nb = c\n[ secrets ]\nd = ***\n'''\n*'\n[h]\ni = j\n";
        assert_eq!(masked_lines(text), expected);
        assert_eq!(masked_lines("secrets.a = b\nsecretsx = b"), "secrets.a = *\nsecretsx = b");
    }
}
