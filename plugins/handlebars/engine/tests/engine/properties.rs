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

/// Arguments of every kind, calls in calls among them.
fn argument() -> impl Strategy<Value = String> {
    let plain = prop::sample::select(vec![
        "''",
        "'a'",
        "'abc def'",
        "'-1'",
        "'1.5'",
        "'$&'",
        "'é😀'",
        "'2024-02-29'",
        "'yyyy ww'",
        "'a.0.n'",
        "'$.a[*].n'",
        "'users'",
        "'set'",
        "'del'",
        "'-2'",
        "'number.int'",
        "'{\"a\":[1]}'",
        "0",
        "-1",
        "2",
        "99999999999",
        "1e9",
        "0.1",
        "true",
        "false",
        "null",
        "undefined",
        "x",
        "@index",
        "this",
        "(body 's')",
        "(bodyRaw)",
        "(array)",
        "(array 3 'b' null (object a=1) 1)",
        "(object a=1 length=2)",
        "(faker 'date.past')",
        "days=1",
        "date='x'",
        "comma=false",
        "min=5",
    ]);
    plain.prop_map(str::to_owned)
}

fn helper() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "add",
        "array",
        "base64",
        "base64Decode",
        "body",
        "bodyRaw",
        "ceil",
        "concat",
        "cookie",
        "data",
        "dataRaw",
        "date",
        "dateFormat",
        "dateTimeShift",
        "divide",
        "eq",
        "faker",
        "filter",
        "find",
        "float",
        "getEnvVar",
        "getGlobalVar",
        "getVar",
        "gt",
        "header",
        "includes",
        "indexOf",
        "int",
        "isValidDate",
        "jmesPath",
        "join",
        "jsonParse",
        "jsonPath",
        "jwtPayload",
        "len",
        "lookup",
        "lorem",
        "lowercase",
        "modulo",
        "multiply",
        "now",
        "object",
        "objectMerge",
        "objectPath",
        "oneOf",
        "padEnd",
        "padStart",
        "parseInt",
        "queryParam",
        "repeat",
        "replace",
        "replaceAll",
        "reverse",
        "round",
        "setData",
        "setGlobalVar",
        "setVar",
        "slice",
        "someOf",
        "sort",
        "sortBy",
        "split",
        "status",
        "stringify",
        "substr",
        "subtract",
        "time",
        "title",
        "toFixed",
        "uppercase",
        "urlParam",
    ])
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
    fn no_arguments_make_a_helper_panic(
        outer in helper(),
        inner in helper(),
        given in prop::collection::vec(argument(), 0..4),
        more in prop::collection::vec(argument(), 0..4),
    ) {
        let (given, more) = (given.join(" "), more.join(" "));
        for source in [
            format!("{{{{{outer} {given}}}}}"),
            format!("{{{{{outer} ({inner} {given}) {more}}}}}"),
            format!("{{{{#{outer} {given}}}}}{{{{{inner} {more}}}}}{{{{/{outer}}}}}"),
        ] {
            if let Ok(template) = Template::compile(&source) {
                let _ = Rendering::new(&mut Fixture::default()).render(&template);
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
