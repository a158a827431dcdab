//! Which media type a file has, by its extension, as Mockoon's users know it.

use std::{collections::HashMap, path::Path, sync::LazyLock};

/// By extension, in lower case.
static TYPES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let lines = include_str!("media_types.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).collect()
});

/// Types whose files may hold templates (`mockoon.md`, section 2.4).
const TEMPLATED: [&str; 10] = [
    "application/json",
    "text/html",
    "text/css",
    "text/csv",
    "application/javascript",
    "application/typescript",
    "text/plain",
    "application/xhtml+xml",
    "application/xml",
    "text/x-handlebars-template",
];

/// The type of a file. Absent: its name tells none.
pub fn of(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    TYPES.get(extension.as_str()).copied()
}

/// Whether a file of this name and type may hold templates.
pub fn may_hold_templates(path: &Path, media_type: Option<&str>) -> bool {
    media_type.is_some_and(|known| TEMPLATED.contains(&known)) || path.extension().is_some_and(|e| e == "handlebars")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_follows_from_the_extension() {
        for (path, expected) in [
            ("a/Logo.PNG", Some("image/png")),
            ("x.json", Some("application/json")),
            ("x.js", Some("application/javascript")),
            ("x.ts", Some("video/mp2t")),
            ("x.xml", Some("application/xml")),
            ("x.zip", Some("application/zip")),
            (".json", None),
            ("README", None),
            ("x.unheardof", None),
        ] {
            assert_eq!(of(Path::new(path)), expected, "{path}");
        }
        let may = |path: &str| may_hold_templates(Path::new(path), of(Path::new(path)));
        assert!(["a.json", "a.html", "a.hbs", "a.handlebars"].iter().all(|path| may(path)));
        assert!(!["a.md", "a.yaml", "a.svg", "a", "a.ts"].iter().any(|path| may(path)));
    }
}
