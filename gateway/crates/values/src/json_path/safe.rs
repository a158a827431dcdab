//! Which paths Mockoon evaluates at all.

use std::sync::OnceLock;

use crate::{Regexp, utf16_len};

/// Longer paths are not looked at, in UTF-16 units.
const LONGEST: usize = 1000;

/// What a filter may be, each between `&&` and `||` by itself (Mockoon's `isSafeJSONPath`): a name or a call of `match`,
/// then perhaps an operator and what it compares with.
const FILTER: &str = concat!(
    r"^[(]*",
    r"(@{0,1}\.{0,1}[_a-zA-Z0-9\-\[\]\.]*|@{0,1}\['[_a-zA-Z0-9\s]*'\]|@[a-zA-Z0-9_\s'\-\[\]\.]*.match\(.*\))",
    r"\s*(==|!=|===|!==|<|<=|>|>=)?\s*",
    r#"("[^"]*"|'[^']*'|[0-9.]+|@{0,1}\${0,1}[\.a-zA-Z0-9_\[\]\s']*|true|false|undefined)?"#,
    r"[)]*$"
);

/// Whether a path has no filters, or only harmless ones.
pub(super) fn is_safe(path: &str) -> bool {
    if utf16_len(path) > LONGEST {
        return false;
    }
    let line = path.lines().find_map(|line| Some((line.find('(')?, line.rfind(')')?, line)));
    let Some(filters) = line.and_then(|(open, close, line)| line.get(open + 1..close)) else { return true };
    if filters.is_empty() {
        return true;
    }
    let Some(pattern) = pattern() else { return false };
    filters.split("&&").flat_map(|part| part.split("||")).all(|filter| pattern.is_match(filter.trim()))
}

fn pattern() -> Option<&'static Regexp> {
    static PATTERN: OnceLock<Option<Regexp>> = OnceLock::new();
    PATTERN.get_or_init(|| Regexp::compile(FILTER, "").ok()).as_ref()
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn comparisons_are_safe_and_calls_are_not() {
        for path in [
            "$.a[*].b",
            "$..[?(@.price<10)]",
            "$[?(@['Account Name'] === 'x')]",
            "$[(@.length-1)]",
            "$[?(@.a == 'x' && (@.b > 2 || @.c))]",
            "$[?(@.a.match(/x(y)/i))]",
            "$.a[?(@property === 'price')]",
        ] {
            assert!(is_safe(path), "{path}");
        }
        for path in ["$[?(process.exit())]", "$[?(@.a + 1 > 2)]", "$.a[?(@.x==1)].b[?(@.y==2)]"] {
            assert!(!is_safe(path), "{path}");
        }
        assert!(!is_safe(&format!("$.{}", "a".repeat(999))));
    }
}
