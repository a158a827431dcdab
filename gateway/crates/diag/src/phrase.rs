//! Pieces of messages: what was written, and lists of names.

/// Characters of a quoted text; more are cut, since a message is one line.
const QUOTE_MAX_CHARS: usize = 60;
/// Names in a list; the others are counted.
const LIST_MAX: usize = 10;

/// A text in backticks, cut after 60 characters: `` `orders` ``.
pub fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTE_MAX_CHARS) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}

/// Names in backticks, the first ten of them: `` `a`, `b` and 3 more ``. Absent: there are none.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut names = names.into_iter();
    let shown: Vec<_> = names.by_ref().take(LIST_MAX).map(quoted).collect();
    let rest = names.count();
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    (!shown.is_empty()).then(|| shown.join(", ") + &more)
}

/// A text as it may stand in one line of a terminal: without control characters and without marks that reorder a line.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { ' ' } else { printable_char(c) }).collect()
}

/// A character as it may stand in a terminal.
pub(crate) fn printable_char(c: char) -> char {
    // Unicode TR36: these let a line show something else than what it says.
    let reorders = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c.is_control() || reorders { char::REPLACEMENT_CHARACTER } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_and_lists_are_cut() {
        assert_eq!(quoted("orders"), "`orders`");
        assert_eq!(quoted(&"é".repeat(61)), format!("`{}…`", "é".repeat(60)));
        assert_eq!(listed(["a", "b"]).unwrap(), "`a`, `b`");
        assert_eq!(listed([]), None);
        let names: Vec<_> = (0..13).map(|n| n.to_string()).collect();
        assert!(listed(names.iter().map(String::as_str)).unwrap().ends_with("`9` and 3 more"));
    }
}
