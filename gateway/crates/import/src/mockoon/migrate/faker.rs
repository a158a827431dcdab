//! Faker's methods of version 7 as version 8 calls them, in the text of templates.
//!
//! Within `{{` and `}}`, after the word `faker`, the last mention of an old name is replaced, once for each expression and
//! name: Mockoon's rule (`fakerv8-migration`), with all that it overlooks.

use std::{borrow::Cow, cell::OnceCell, sync::Arc};

use regex::{Captures, Regex};

mod names;

use names::NAMES;

/// The old names, each ready to be looked for once it is met.
pub(super) struct Renaming(Vec<Renamed>);

struct Renamed {
    old: &'static str,
    pattern: OnceCell<Option<Regex>>,
    new: &'static str,
    arguments: &'static str,
}

// === impl Renaming ===

impl Renaming {
    pub(super) fn new() -> Self {
        let renamed = |(old, new, arguments)| Renamed { old, pattern: OnceCell::new(), new, arguments };
        Self(NAMES.into_iter().map(renamed).collect())
    }

    pub(super) fn apply(&self, text: &mut Arc<str>) {
        // Most texts mention none of them, and neighbours in the table begin alike.
        let mut met: Option<(&str, bool)> = None;
        for renamed in &self.0 {
            let begins = renamed.old.split('.').next().unwrap_or_default();
            let is_met = match met {
                Some((known, is_met)) if known == begins => is_met,
                _ => mentions(text, begins),
            };
            met = Some((begins, is_met));
            if let Some(replaced) = renamed.pattern().filter(|_| is_met).and_then(|old| renamed.replace(old, text)) {
                *text = replaced.into();
                met = None;
            }
        }
    }
}

/// Whether a word stands between `faker` and the end of its expression.
fn mentions(text: &str, word: &str) -> bool {
    text.match_indices("faker").any(|(at, faker)| {
        let rest = text.get(at + faker.len()..).unwrap_or_default();
        rest.split('}').next().is_some_and(|expression| expression.contains(word))
    })
}

// === impl Renamed ===

impl Renamed {
    fn pattern(&self) -> Option<&Regex> {
        let compile = || {
            // As in the original, a dot stands for any sign but the end of a line.
            let old = self.old.replace('.', "[^\n\r\u{2028}\u{2029}]");
            Regex::new(&format!(r"(\{{{{2,3}}[^{{]*faker[^}}]*){old}([^}})]*)([^}}]*\}}{{2,3}})")).ok()
        };
        self.pattern.get_or_init(compile).as_ref()
    }

    /// Absent: nothing was to be replaced.
    fn replace(&self, old: &Regex, text: &str) -> Option<String> {
        let replaced = old.replace_all(text, |found: &Captures<'_>| {
            let [before, after, end] = [1, 2, 3].map(|group| found.get(group).map_or("", |group| group.as_str()));
            match (self.new.is_empty(), self.arguments.is_empty()) {
                (true, _) => String::new(),
                (false, true) => format!("{before}{}{after}{end}", self.new),
                (false, false) => format!("{before}{}{after} {}{end}", self.new, self.arguments),
            }
        });
        match replaced {
            Cow::Owned(replaced) => Some(replaced),
            Cow::Borrowed(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Mockoon 9.9 makes of these.
    #[test]
    fn names_are_replaced_as_mockoon_replaces_them() {
        let renaming = Renaming::new();
        assert!(renaming.0.iter().all(|renamed| renamed.pattern().is_some()), "every pattern is one");
        for (before, after) in [
            ("{{faker 'name.firstName'}}", "{{faker 'person.firstName'}}"),
            (
                r#"{{{setVar 'x' (faker "datatype.number" min=1)}}}"#,
                r#"{{{setVar 'x' (faker "number.int" min=1 max=99999)}}}"#,
            ),
            ("{{faker 'datatype.number'}}", "{{faker 'number.int' max=99999}}"),
            ("{{faker 'address.stateAbbr'}}", "{{faker 'location.stateAbbr'}}"),
            ("a {{faker 'datatype.json'}} b", "a  b"),
            ("{{faker 'faker.phone.phoneNumber'}}", "{{faker 'helper.phone.number'}}"),
            ("{{faker 'phone.phoneNumber'}}", "{{faker 'phone.phoneNumber'}}"),
            ("{{name.firstName}} faker", "{{name.firstName}} faker"),
            ("{{#each x}}{{faker 'random.word'}}{{/each}}", "{{#each x}}{{faker 'word.sample'}}{{/each}}"),
            (
                "{{faker 'random.words' 3}} {{faker 'random.word'}}",
                "{{faker 'word.samples' 3}} {{faker 'word.sample'}}",
            ),
            ("{{faker 'address.cityName'}}", "{{faker 'location.cityName'}}"),
            ("{{faker 'image.imageUrl' 3 4}}", "{{faker 'image.urlUrl' 3 4}}"),
            ("{{faker 'fake' '{{name.firstName}} x'}}", "{{faker 'helper.fake' '{{person.firstName}} x'}}"),
            (
                "{{concat (faker 'name.firstName') (faker 'name.firstName')}}",
                "{{concat (faker 'name.firstName') (helper.faker 'person.firstName')}}",
            ),
            (
                "{{faker 'company.companySuffix'}}{{faker 'image.city'}}",
                r#"{{faker 'company.name'}}{{faker 'image.urlLoremFlickr' category="city"}}"#,
            ),
            (
                "{{#if x}}\n{{faker 'address.city'}}\n{{/if}} {{faker 'address.countryCode' 'alpha-2'}}",
                "{{#if x}}\n{{faker 'location.city'}}\n{{/if}} {{faker 'location.countryCode' 'alpha-2'}}",
            ),
            ("faker name.firstName", "faker name.firstName"),
        ] {
            let mut text: Arc<str> = before.into();
            renaming.apply(&mut text);
            assert_eq!(&*text, after, "{before}");
        }
    }
}
