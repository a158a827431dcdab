//! What holds for any template.

use crate::support::{Fixture, render};
use handlebars_engine::{Rendering, Template};
use proptest::prelude::*;

/// Pieces that make most of what a template can be, whole and broken.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "{{",
            "}}",
            "{{{",
            "}}}",
            "{{{{",
            "}}}}",
            "{{#",
            "{{/",
            "{{^",
            "{{else",
            "{{>",
            "{{#>",
            "{{#*inline",
            "{{!",
            "{{!--",
            "--}}",
            "{{&",
            "~",
            "if",
            "each",
            "with",
            "repeat",
            "switch",
            "array",
            "object",
            "concat",
            "setVar",
            "body",
            "data",
            "this",
            "..",
            ".",
            "/",
            "@index",
            "(",
            ")",
            "=",
            "|",
            "as |",
            "[",
            "]",
            "'a'",
            "\"",
            "'",
            "1",
            "-1.5",
            "true",
            "null",
            "undefined",
            " ",
            "\n",
            "\\",
            "x",
            "é",
            "p",
            "{{#if 1}}",
            "{{/if}}",
            "{{else}}",
            "{{#each (array 1 2)}}",
            "{{/each}}",
            "{{> p}}",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ]
}

fn template() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_text_makes_the_engine_panic(source in template()) {
        match Template::compile(&source) {
            Ok(template) => {
                let _ = Rendering::new(&mut Fixture::default()).render(&template);
            }
            Err(error) => {
                prop_assert!(source.get(error.span.clone()).is_some(), "{:?} is no part of {source:?}", error.span);
                prop_assert!(!error.message.is_empty());
                prop_assert!(error.position(&source).0 >= 1);
                prop_assert!(!error.thrown(&source).is_empty());
            }
        }
    }

    #[test]
    fn text_without_tags_comes_back(source in "[^{]{0,200}") {
        prop_assert_eq!(render(&source), Ok(source));
    }

    #[test]
    fn a_string_argument_prints_escaped(text in "[^'\\\\]{0,50}") {
        let printed = render(&format!("{{{{{{concat '{text}'}}}}}}"));
        prop_assert_eq!(printed, Ok(text));
    }
}
