//! The TOML with which an operator declares a plugin, as far as the plugin itself tells.

use std::{fmt::Write, path::Path};

use ringback_config::manifest::Manifest;
use ringback_wasm::{Grant, Inspection};

/// Where callbacks go that nobody has named: to the author's own machine.
const CALLBACK_HOST: &str = "localhost";
/// What stands for a name that the plugin does not tell.
const UNNAMED: &str = "...";

/// `[plugin.NAME]` with the grants that it needs, and `[secrets]` where it signs.
pub(super) fn toml(name: &str, file: &Path, inspected: &Inspection, manifest: Option<&Manifest>) -> String {
    let needs = manifest.map(|manifest| &manifest.needs);
    let of = |grant: Grant, names: Vec<String>, unnamed: &str| {
        let imported = inspected.needs.contains(&grant);
        if names.is_empty() && imported { vec![unnamed.to_owned()] } else { names }
    };
    let texts = |values: Option<Vec<String>>| values.unwrap_or_default();
    let secrets = of(Grant::Secrets, texts(needs.map(|needs| shown(&needs.secrets))), UNNAMED);
    let grants = [
        ("buckets", of(Grant::Buckets, texts(needs.map(|needs| shown(&needs.buckets))), UNNAMED)),
        (
            "callback-hosts",
            of(Grant::CallbackHosts, texts(needs.map(|needs| shown(&needs.callback_hosts))), CALLBACK_HOST),
        ),
        ("hosts", of(Grant::Hosts, texts(needs.map(|needs| shown(&needs.hosts))), UNNAMED)),
        ("secrets", secrets.clone()),
        ("env", texts(needs.map(|needs| needs.env.clone()))),
    ];
    let granted: Vec<String> = grants
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(key, names)| format!("{key} = [{}]", names.iter().map(|n| text(n)).collect::<Vec<_>>().join(", ")))
        .collect();
    let mut toml = format!("[plugin.{}]\npath = {}\n", key(name), text(&file.to_string_lossy()));
    if !granted.is_empty() {
        let _ = writeln!(toml, "grants = {{ {} }}", granted.join(", "));
    }
    if let Some(bytes) = needs.and_then(|needs| needs.memory_bytes) {
        let _ = writeln!(toml, "memory-max = {}", text(&size(bytes)));
    }
    if !secrets.is_empty() {
        let _ = writeln!(toml, "\n[secrets]");
    }
    for secret in secrets.iter().filter(|secret| *secret != UNNAMED) {
        let variable = secret.to_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        let _ = writeln!(toml, "{} = \"${{env:{variable}}}\"", key(secret));
    }
    toml
}

fn shown<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

/// A string of TOML. Its escapes are those of JSON.
pub(super) fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A key of TOML: bare where it may be.
fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if bare { name.into() } else { text(name) }
}

/// A number of bytes as a person reads it: `57.3 KiB`, `64 MiB`.
pub(super) fn size(bytes: usize) -> String {
    const UNITS: [(&str, usize); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    match UNITS.into_iter().find(|(_, unit)| bytes >= *unit) {
        None => format!("{bytes} B"),
        Some((name, unit)) if bytes.is_multiple_of(unit) => format!("{} {name}", bytes / unit),
        Some((name, unit)) => {
            let tenths = bytes.saturating_mul(10) / unit;
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_for_people() {
        assert_eq!([512, 64 << 20, 58_675, 19_293_798].map(size), ["512 B", "64 MiB", "57.2 KiB", "18.3 MiB"]);
    }
}
