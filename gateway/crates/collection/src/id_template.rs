//! The expression in a bucket's template that makes the ids of its items, to make further ids with.
//!
//! Mockoon's rule (CRUD of 9.9): the template is read as something like JSON in which expressions are blank; the first
//! member at the key's path whose value is one or more expressions gives them.

use crate::Key;

/// The expressions that a bucket's template makes the value at `key` with. Absent: it has none.
pub fn id_template<'t>(template: &'t str, key: &Key) -> Option<&'t str> {
    let blank = blanked(template);
    let wanted = key.names().collect::<Vec<_>>().join(".");
    let parts = wanted.split('.').count();
    // The path of each open brace; the path of the member that was just named.
    let mut open: Vec<Vec<&str>> = vec![];
    let mut named: Option<Vec<&str>> = None;
    let mut at = 0;
    while let Some(byte) = blank.as_bytes().get(at) {
        match byte {
            b'{' => {
                let path = named.take().or_else(|| open.last().cloned()).unwrap_or_default();
                open.push(path);
                at += 1;
            }
            b'}' => {
                open.pop();
                named = None;
                at += 1;
            }
            _ => {
                let (end, name) = member(&blank, at);
                if let Some(name) = name {
                    let mut path = open.last().cloned().unwrap_or_default();
                    // One part longer than the key's is long enough to be another, however deep the template is.
                    path.truncate(parts);
                    path.push(name);
                    let found = (path.join(".") == wanted).then(|| expressions(template.get(end..)?)).flatten();
                    if found.is_some() {
                        return found;
                    }
                    named = Some(path);
                }
                at = end;
            }
        }
    }
    None
}

/// The text with spaces in place of its expressions, byte for byte.
fn blanked(template: &str) -> String {
    let mut blank = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        let (before, from) = rest.split_at(start);
        blank.push_str(before);
        match expression(from) {
            Some(length) => {
                blank.extend(std::iter::repeat_n(' ', length));
                rest = from.get(length..).unwrap_or_default();
            }
            None => {
                blank.push('{');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    blank.push_str(rest);
    blank
}

/// How many bytes the expression takes that a text begins with: `{{{ }}}`, else `{{ }}`.
fn expression(text: &str) -> Option<usize> {
    let ends = |open: &str, close: &str| {
        let inside = text.strip_prefix(open)?;
        Some(open.len() + inside.find(close)? + close.len())
    };
    ends("{{{", "}}}").or_else(|| ends("{{", "}}"))
}

/// The name of the member that begins at a place, quoted or not, and where reading goes on.
fn member(text: &str, at: usize) -> (usize, Option<&str>) {
    let is_quote = |b: &u8| matches!(b, b'"' | b'\'');
    let starts = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'_' | b'$');
    let goes_on = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$');
    let bytes = text.as_bytes();
    let first = if bytes.get(at).is_some_and(is_quote) { at + 1 } else { at };
    if !bytes.get(first).is_some_and(starts) {
        return (at + 1, None);
    }
    let length = bytes.iter().skip(first).take_while(|b| goes_on(b)).count();
    let end = first + length;
    let colon = if bytes.get(end).is_some_and(is_quote) { end + 1 } else { end };
    let rest = text.get(colon..).unwrap_or_default();
    let spaces = rest.len() - rest.trim_start_matches(ringback_values::is_space).len();
    match bytes.get(colon + spaces) {
        Some(b':') => (colon + spaces + 1, text.get(first..end)),
        _ => (end, None),
    }
}

/// The expressions that a value consists of, quoted or not.
fn expressions(value: &str) -> Option<&str> {
    let value = value.trim_start_matches(ringback_values::is_space);
    let value = value.strip_prefix('"').unwrap_or(value);
    let mut length = 0;
    while let Some(more) = value.get(length..).and_then(expression) {
        length += more;
    }
    value.get(..length).filter(|found| !found.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expression_that_makes_an_id_is_found() {
        for (template, key, found) in [
            (
                r#"[{{#repeat 2}}{"id":"{{faker 'string.uuid'}}","n":1}{{/repeat}}]"#,
                "id",
                Some("{{faker 'string.uuid'}}"),
            ),
            (r#"[{"n": {{x}}, "id" : {{{int 1 9}}} }]"#, "id", Some("{{{int 1 9}}}")),
            (r#"[{"id": "{{a}}{{b}}-1"}]"#, "id", Some("{{a}}{{b}}")),
            (r#"[{"id": "x{{a}}"}, {"id": {{b}}}]"#, "id", Some("{{b}}")),
            (r#"[{"a": {"id": {{x}}}, "id": {{y}}}]"#, "id", Some("{{y}}")),
            (r#"[{"a": {"id": {{x}}}, "id": {{y}}}]"#, "a.id", Some("{{x}}")),
            (r#"[{'id': {{x}}}]"#, "id", Some("{{x}}")),
            (r#"[{id: {{x}}}]"#, "id", Some("{{x}}")),
            (r#"[{"a":{"b":{"id":{{x}}}}}]"#, "id", None),
            (r#"[{"a":{"b":{"id":{{x}}}}}]"#, "a.id", None),
            (r#"[{"id": 1}]"#, "id", None),
            (r#"{{#each (array 1 2)}}{"é":1,"id":{{this}}},{{/each}}"#, "id", Some("{{this}}")),
            ("", "id", None),
            ("{{", "id", None),
        ] {
            assert_eq!(id_template(template, &Key::new(key)), found, "{template}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_searched(text in "[{}\"':a-c é\\n]{0,60}", key in "[a-c.\\\\]{0,5}") {
            let _ = id_template(&text, &Key::new(&key));
        }
    }
}
