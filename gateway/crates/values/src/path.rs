//! Paths into values, as Mockoon's helpers take them: `a.0.b`, with `\.` for a dot within a name (npm `object-path`).

use crate::{JmesPath, JsonPath, JsonPathError, Text, Value, array_index};

/// The names of a path, in order.
#[must_use]
pub fn split(path: &str) -> Vec<Text> {
    let mut names = Vec::new();
    let mut name = String::new();
    let mut pieces = path.split('.').peekable();
    while let Some(piece) = pieces.next() {
        match piece.strip_suffix('\\') {
            Some(escaped) if pieces.peek().is_some() => {
                name.push_str(escaped);
                name.push('.');
            }
            _ => {
                name.push_str(piece);
                names.push(Text::from(std::mem::take(&mut name)));
            }
        }
    }
    names
}

/// The value at a path, `Undefined` when nothing is there. The common path without escapes allocates nothing.
#[must_use]
pub fn get(value: &Value, path: &str) -> Value {
    if path.as_bytes().contains(&b'\\') {
        return split(path).iter().try_fold(value.clone(), |value, name| member(&value, name)).unwrap_or_default();
    }
    let mut names = path.split('.');
    let Some(first) = names.next() else { return Value::Undefined };
    names.try_fold(member(value, first).unwrap_or_default(), |value, name| member(&value, name)).unwrap_or_default()
}

/// One step: own members of objects and arrays, characters of strings.
fn member(value: &Value, name: &str) -> Option<Value> {
    match value.property(name) {
        Value::Undefined => None,
        found => Some(found),
    }
}

/// What Mockoon's `getValueFromPath` gives: the whole where the path is empty or there is nothing to look into,
/// the default where nothing is found. Paths that begin with `$` are JSONPath.
///
/// # Errors
///
/// What a filter of a JSONPath throws, which Mockoon tells the client.
pub fn try_lookup(data: &Value, path: &Value, default: Value) -> Result<Value, JsonPathError> {
    let Value::String(path) = path else { return Ok(data.clone()) };
    if !data.is_object_like() || path.is_empty() {
        return Ok(data.clone());
    }
    Ok(match find(data, path)? {
        Value::Undefined => default,
        found => found,
    })
}

fn find(data: &Value, path: &str) -> Result<Value, JsonPathError> {
    match path.strip_prefix('$') {
        None => Ok(get(data, path)),
        Some(_) => json_path(data, path),
    }
}

/// What a JSONPath leads to, `Undefined` when that is nowhere. The path that nearly every template has is followed
/// without being compiled: names and indexes only.
///
/// # Errors
///
/// What a filter throws.
pub fn json_path(data: &Value, path: &str) -> Result<Value, JsonPathError> {
    match path.strip_prefix('$').map(|steps| plain_json_path(data, steps)) {
        Some(Some(found)) if data.is_truthy() => Ok(found),
        _ => JsonPath::compile(path).find(data),
    }
}

/// What a JMESPath gives; `Undefined` where it finds nothing, fails, or is none.
#[must_use]
pub fn jmes_path(data: &Value, path: &str) -> Value {
    JmesPath::compile(path).map(|path| path.find(data)).unwrap_or_default()
}

/// A path as buckets take it: JSONPath of names and indexes in dots, anything else as it is. `None`: a JSONPath that
/// only a parsed document could answer.
#[must_use]
pub fn bucket_path(path: &Text) -> Option<Text> {
    let Some(mut rest) = path.strip_prefix('$') else { return Some(path.clone()) };
    let mut dotted = String::new();
    while !rest.is_empty() {
        let (name, after) = json_path_step(rest)?;
        if !dotted.is_empty() {
            dotted.push('.');
        }
        dotted.push_str(&name.replace('.', "\\."));
        rest = after;
    }
    Some(Text::from(dotted))
}

/// The array that a path asks the length of.
#[must_use]
pub fn parent_of_length(path: &str) -> Option<&str> {
    if path == "length" { Some("") } else { path.strip_suffix(".length") }
}

/// `$.a.b[0]['c d']`: names and indexes only; `None` for anything else.
fn plain_json_path(data: &Value, steps: &str) -> Option<Value> {
    let mut value = data.clone();
    let mut rest = steps;
    while !rest.is_empty() {
        let (name, after) = json_path_step(rest)?;
        // What is false has no members, not even a length.
        value = if value.is_truthy() { value.property(name) } else { Value::Undefined };
        rest = after;
    }
    Some(value)
}

fn json_path_step(rest: &str) -> Option<(&str, &str)> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if let Some(rest) = rest.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        return (!name.is_empty() && name.chars().all(is_plain)).then_some((name, after));
    }
    let (inside, after) = rest.strip_prefix('[')?.split_once(']')?;
    let quoted = ['\'', '"'].into_iter().find_map(|quote| inside.strip_prefix(quote)?.strip_suffix(quote));
    let quoted = quoted.filter(|name| !name.is_empty() && name.chars().all(|c| is_plain(c) || c == ' '));
    let name = quoted.or_else(|| array_index(inside).map(|_| inside))?;
    Some((name, after))
}

#[cfg(test)]
mod tests {
    use super::{get, split, try_lookup};
    use crate::{Text, Value, json};

    fn value(text: &str) -> Value {
        json::parse(&Text::from(text)).unwrap()
    }

    fn printed(value: &Value) -> String {
        json::to_compact(value).as_str().to_owned()
    }

    #[test]
    fn names_are_separated_by_dots_that_are_not_escaped() {
        let names = |path| split(path).iter().map(|name| name.as_str().to_owned()).collect::<Vec<_>>();
        assert_eq!(names("a.b"), ["a", "b"]);
        assert_eq!(names("a\\.b.c\\."), ["a.b", "c."]);
        assert_eq!(names(""), [""]);
    }

    #[test]
    fn paths_lead_through_objects_arrays_and_strings() {
        let data = value(r#"{"a":[{"n":1},"xy"],"d.t":5,"z":null}"#);
        for (path, found) in [
            ("a.0.n", "1"),
            ("a.1.1", "\"y\""),
            ("d\\.t", "5"),
            ("a.9", ""),
            ("z.y", ""),
            ("z", "null"),
            ("a.length", "2"),
        ] {
            assert_eq!(printed(&get(&data, path)), found, "{path}");
        }
    }

    #[test]
    fn a_default_stands_in_for_what_is_not_there() {
        let data = value(r#"{"a":{"b c":[7]}}"#);
        let find = |path| printed(&try_lookup(&data, &Value::string(path), Value::string("no")).unwrap());
        assert_eq!(find("a.x"), "\"no\"");
        assert_eq!(find("$.a['b c'][0]"), "7");
        assert_eq!(find("$.a.x"), "\"no\"");
        assert_eq!(find("$.a[*]"), "[[7]]");
        assert_eq!(find(""), printed(&data));
        assert_eq!(printed(&try_lookup(&Value::string("s"), &Value::string("a"), Value::Null).unwrap()), "\"s\"");
    }
}
