//! Faker's methods of version 7 as version 8 calls them, in the text of templates.
//!
//! Within `{{` and `}}`, after the word `faker`, the last mention of an old name is replaced, once for each expression and
//! name: Mockoon's rule (`fakerv8-migration`), with all that it overlooks.

use std::sync::Arc;

use regex::{Captures, Regex};

mod names;

use names::NAMES;

/// The old names, ready to be looked for.
pub(super) struct Renaming(Vec<Renamed>);

struct Renamed {
    old: Regex,
    new: &'static str,
    arguments: &'static str,
}

// === impl Renaming ===

impl Renaming {
    pub(super) fn new() -> Self {
        let renamed = |(old, new, arguments): (&str, &'static str, &'static str)| {
            // As in the original, a dot stands for any sign but the end of a line.
            let old = old.replace('.', "[^\n\r\u{2028}\u{2029}]");
            let pattern = format!(r"(\{{{{2,3}}[^{{]*faker[^}}]*){old}([^}})]*)([^}}]*\}}{{2,3}})");
            Regex::new(&pattern).ok().map(|old| Renamed { old, new, arguments })
        };
        Self(NAMES.into_iter().filter_map(renamed).collect())
    }

    pub(super) fn apply(&self, text: &mut Arc<str>) {
        if !text.contains("faker") {
            return;
        }
        for Renamed { old, new, arguments } in &self.0 {
            let replaced = old.replace_all(text, |found: &Captures<'_>| {
                let [before, after, end] = [1, 2, 3].map(|group| found.get(group).map_or("", |group| group.as_str()));
                match (new.is_empty(), arguments.is_empty()) {
                    (true, _) => String::new(),
                    (false, true) => format!("{before}{new}{after}{end}"),
                    (false, false) => format!("{before}{new}{after} {arguments}{end}"),
                }
            });
            if let std::borrow::Cow::Owned(replaced) = replaced {
                *text = replaced.into();
            }
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
        assert_eq!(renaming.0.len(), NAMES.len(), "every pattern is one");
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
