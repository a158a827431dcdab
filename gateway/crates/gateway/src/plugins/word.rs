//! What a plugin says about itself, and what its operator says beside it: one manifest of both, held against what it was
//! granted.

use std::path::Path;

use ringback_config::manifest::{self, Manifest, Word};
use ringback_diag::{Diagnostic, Diagnostics, Sources, position};
use ringback_model::{environment::PluginDeclaration, ids::PluginName};

use super::{
    generation::Contribution,
    offer::{Offer, Side, Source},
};

/// What a plugin's manifests say together, with the operator's word put into its declaration. Absent: it has none.
///
/// # Errors
/// One of them is wrong.
pub(super) fn read(offer: &mut Offer) -> Result<Contribution, Diagnostic> {
    let name = offer.declaration.name.clone();
    let embedded = match offer.source {
        // A bundled plugin has nothing to say.
        Source::Bundled => None,
        _ => ringback_wasm::manifest(&offer.component),
    };
    let author = embedded.as_deref().map(|text| parse(&name, "its manifest", text, Word::Author)).transpose()?;
    let operator = offer.side.as_ref().map(|side| beside(&name, side)).transpose()?;
    let manifest = match (operator, author) {
        (Some(operator), Some(author)) => Some(operator.over(author)),
        (Some(operator), None) => Some(operator),
        (None, Some(mut author)) => {
            author.rename(&name);
            Some(author)
        }
        (None, None) => None,
    };
    if let Some(manifest) = &manifest {
        manifest.overrides.apply(&mut offer.declaration);
    }
    let side = offer.side.as_ref().map(|side| side.text.as_str());
    let texts = [embedded.as_deref(), side].map(Option::unwrap_or_default).join("\0");
    Ok(Contribution { manifest, texts })
}

/// Refuses a plugin that needs what it was not granted.
///
/// # Errors
/// All that is missing, with the line that grants it.
pub(super) fn granted(offer: &Offer, manifest: &Manifest) -> Result<(), Diagnostic> {
    let PluginDeclaration { name, grants, memory_max_bytes, .. } = &offer.declaration;
    let missing = manifest::missing(&manifest.needs, grants, *memory_max_bytes);
    if missing.is_empty() {
        return Ok(());
    }
    let what: Vec<&str> = missing.iter().map(|missing| missing.what.as_str()).collect();
    let mut lines: Vec<&str> = missing.iter().map(|missing| missing.line.as_str()).collect();
    lines.dedup();
    let lines = lines.iter().map(|line| format!("`{line}`")).collect::<Vec<_>>().join(" and ");
    let place = match &offer.source {
        Source::Declared(_) | Source::Bundled => format!("to `[plugin.{name}]`"),
        Source::Dropped(_) => format!("to `{name}.toml` beside it"),
        Source::Uploaded => format!("to a `[plugin.{name}]`, or what it grants to `[plugins]`"),
    };
    let message = format!("plugin `{name}` needs {}, which it was not granted", what.join(", "));
    Err(Diagnostic::error(message).help(format!("add {lines} {place}")))
}

fn beside(name: &PluginName, side: &Side) -> Result<Manifest, Diagnostic> {
    let folder = side.path.parent().unwrap_or(Path::new("."));
    let file = side.path.file_name().unwrap_or_default().to_string_lossy();
    parse(name, &format!("`{file}`"), &side.text, Word::Operator { plugin: name, folder })
}

fn parse(name: &PluginName, what: &str, text: &str, word: Word<'_>) -> Result<Manifest, Diagnostic> {
    let mut sources = Sources::default();
    let parsed = manifest::parse(what, text, word, &mut sources).map_err(|wrong| flat(name, what, text, wrong))?;
    Ok(parsed.manifest)
}

/// The first thing that is wrong, in one line: the text that it is about is not among the operator's documents.
fn flat(name: &PluginName, what: &str, text: &str, wrong: Diagnostics) -> Diagnostic {
    let more = wrong.as_slice().len().saturating_sub(1);
    let Some(first) = wrong.into_iter().next() else {
        return Diagnostic::error(format!("plugin `{name}`: {what} can't be read"));
    };
    let line =
        first.place.as_ref().map_or(String::new(), |place| format!(", line {}", position(text, place.span.start).line));
    let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
    let diagnostic = Diagnostic::error(format!("plugin `{name}`: {what}{line}: {}{more}", first.message));
    match first.help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}
