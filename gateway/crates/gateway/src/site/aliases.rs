//! Under which other paths routes are reached: a request's path is rewritten before it is looked up. Where nothing is to be
//! rewritten, that costs a search for one byte at most.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use ringback_model::environment::{Alias, Environment};

/// What clients encode in a path, so that an alias is compared with a path as it comes (WHATWG URL, path percent-encode set).
const SENT_ENCODED: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'^').add(b'{').add(b'}').add(b'?').add(b'#');

/// The same where `+` stands for a blank: a plus is encoded there.
const BLANKS_ENCODED: &AsciiSet = &SENT_ENCODED.add(b'+');

/// Beneath these, `+` stands for a blank (`microcks.md`, section 2.1).
const BLANKS_BENEATH: [&str; 2] = ["/rest", "/rest-valid"];

/// An environment's aliases, percent-encoded.
#[derive(Debug, Default)]
pub struct Aliases {
    entries: Vec<Alias>,
    /// Whether `+` stands for a blank beneath Microcks' paths.
    blanks: bool,
}

/// What a request's path means.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meant {
    /// The path that is looked up. Absent: the one that was sent.
    pub path: Option<String>,
    /// Whether the content is checked against its schema.
    pub validates: bool,
}

// === impl Aliases ===

impl Aliases {
    /// The aliases of an environment.
    pub fn of(environment: &Environment) -> Self {
        let blanks = environment.conventions.microcks().is_some();
        let encoded = |path: &str| {
            let set = if blanks && has_blanks(path) { BLANKS_ENCODED } else { SENT_ENCODED };
            utf8_percent_encode(path.trim_end_matches('/'), set).to_string()
        };
        let entries = environment.aliases.iter();
        let entries = entries.map(|alias| Alias { from: encoded(&alias.from), to: encoded(&alias.to), ..*alias });
        Self { entries: entries.collect(), blanks }
    }

    /// What a path means.
    pub fn meant(&self, path: &str) -> Meant {
        let spaced = self.spaced(path);
        let path = spaced.as_deref().unwrap_or(path);
        let fits = |alias: &&Alias| is_beneath(path, &alias.from) && !is_beneath(path, &alias.to);
        match self.entries.iter().find(fits) {
            None => Meant { path: spaced, validates: false },
            Some(alias) => {
                let rest = path.get(alias.from.len()..).unwrap_or_default();
                let rewritten = format!("{}{rest}", alias.to);
                let path = if rewritten.is_empty() { "/".into() } else { rewritten };
                Meant { path: Some(path), validates: alias.validates }
            }
        }
    }

    /// The other paths of a route, by its own, each with whether the content is checked there.
    pub fn others(&self, path: &str) -> impl Iterator<Item = (String, bool)> {
        let fitting = self.entries.iter().filter(move |alias| is_beneath(path, &alias.to));
        fitting.map(move |alias| {
            let rest = path.get(alias.to.len()..).unwrap_or_default();
            (format!("{}{rest}", alias.from), alias.validates)
        })
    }

    /// A path with blanks for `+`, where they are meant. Absent: there are none.
    fn spaced(&self, path: &str) -> Option<String> {
        let spaced = self.blanks && path.contains('+') && has_blanks(path);
        spaced.then(|| path.replace('+', "%20"))
    }
}

/// Whether `+` stands for a blank in a path.
fn has_blanks(path: &str) -> bool {
    BLANKS_BENEATH.iter().any(|root| is_beneath(path, root))
}

/// Whether a path begins with another, whole segments of it.
pub(crate) fn is_beneath(path: &str, other: &str) -> bool {
    path.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

// === impl Meant ===

impl Meant {
    /// The path that is looked up.
    pub fn path<'a>(&'a self, sent: &'a str) -> &'a str {
        self.path.as_deref().unwrap_or(sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases() -> Aliases {
        let alias = |from: &str, to: &str, validates| Alias { from: from.into(), to: to.into(), validates };
        Aliases { entries: vec![alias("/rest-valid", "/rest", true), alias("", "/rest/A%20B/1", false)], blanks: true }
    }

    #[test]
    fn a_path_is_rewritten_by_the_first_alias_that_fits() {
        for (sent, path, validates) in [
            ("/rest/A%20B/1/c", "/rest/A%20B/1/c", false),
            ("/rest/A+B/1/c+d", "/rest/A%20B/1/c%20d", false),
            ("/rest-valid/A+B/1/c", "/rest/A%20B/1/c", true),
            ("/c+d", "/rest/A%20B/1/c+d", false),
            ("/", "/rest/A%20B/1/", false),
            ("/restful", "/rest/A%20B/1/restful", false),
        ] {
            let meant = aliases().meant(sent);
            assert_eq!((meant.path(sent), meant.validates), (path, validates), "{sent}");
        }
        assert_eq!(aliases().meant("/rest/A%20B/1/c"), Meant::default(), "nothing is copied");
        assert_eq!(Aliases::default().meant("/a+b"), Meant::default());
    }

    #[test]
    fn a_route_has_other_paths() {
        let others: Vec<_> = aliases().others("/rest/A%20B/1/c").collect();
        assert_eq!(others, [("/rest-valid/A%20B/1/c".into(), true), ("/c".into(), false)]);
    }
}
