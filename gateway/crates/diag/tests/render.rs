//! What people and programs are shown, word for word.

use std::{path::Path, sync::Arc};

use proptest::prelude::*;
use ringback_diag::{Colour, Diagnostic, Diagnostics, Sources, render, report};

const CONFIG: &str = "[server]\nlisten = \"127.0.0.1:3000\"\n\n[[route]]\nrespnse = { status = 200 }\n";

fn sources(file: &str, text: &str) -> (Sources, Arc<str>) {
    let mut sources = Sources::new(Path::new("/app"));
    let file = sources.add(file, text);
    (sources, file)
}

/// How one diagnostic about one file is shown.
fn shown(text: &str, diagnostic: impl FnOnce(&Arc<str>) -> Diagnostic) -> String {
    let (sources, file) = sources("/app/ringback.toml", text);
    render(&diagnostic(&file).into(), &sources, Colour::Plain)
}

#[test]
fn a_line_has_carets_and_one_help_beneath_it() {
    let start = CONFIG.find("respnse").unwrap();
    let diagnostic = |file: &_| {
        let diagnostic = Diagnostic::error("unknown key `respnse` in `[[route]]`").at(file, start..start + 7);
        diagnostic.help("did you mean `response`?")
    };
    let expected = "\
error: unknown key `respnse` in `[[route]]`
  --> ringback.toml:5:1
 5 | respnse = { status = 200 }
   | ^^^^^^^ help: did you mean `response`?
";
    assert_eq!(shown(CONFIG, diagnostic), expected);
}

#[test]
fn a_line_of_megabytes_is_shown_around_its_carets() {
    let text = format!("{}here{}\n", "a, ".repeat(1 << 20), ", b".repeat(1 << 20));
    let start = text.find("here").unwrap();
    let expected = format!(
        "\
error: here
  --> ringback.toml:1:{}
 1 | … {}here{}, …
   |  {}^^^^
",
        start + 1,
        "a, ".repeat(13),
        ", b".repeat(18),
        " ".repeat(40),
    );
    assert_eq!(shown(&text, |file| Diagnostic::error("here").at(file, start..start + 4)), expected);
}

#[test]
fn warnings_that_differ_in_what_they_quote_are_counted() {
    let wrong = |n: usize| Diagnostic::warning(format!("example `x{n}` of response {n} is ignored"));
    let mut all: Diagnostics = (0..5).map(wrong).chain([Diagnostic::warning("something else")]).collect();
    let mut few: Diagnostics = (0..3).map(wrong).collect();
    let mut errors: Diagnostics = (0..5).map(|n| Diagnostic::error(format!("`{n}` is missing"))).collect();
    all.fold(2);
    few.fold(2);
    errors.fold(2);
    let said: Vec<_> = all.as_slice().iter().map(|diagnostic| &*diagnostic.message).collect();
    assert_eq!(
        said,
        [
            "example `x0` of response 0 is ignored",
            "example `x1` of response 1 is ignored",
            "3 more like this: example `x2` of response 2 is ignored",
            "something else"
        ]
    );
    assert_eq!((few.as_slice().len(), errors.as_slice().len()), (3, 5));
}

#[test]
fn a_template_that_stands_in_the_file_as_it_is_is_shown_there() {
    let text = "body = '''\n{{#if a}}\n{{b}'''";
    let template: Arc<str> = "{{#if a}}\n{{b}".into();
    let diagnostic = |file: &_| Diagnostic::error("`{{b` is never closed").at(file, 11..25).within(&template, 10..14);
    let expected = "\
error: `{{b` is never closed
  --> ringback.toml:3:1
 3 | {{b}'''
   | ^^^^
";
    assert_eq!(shown(text, diagnostic), expected);
}

#[test]
fn a_template_that_was_written_with_escapes_is_shown_by_itself() {
    let text = r#"{ "body": "{\n  \"kind\": 1,\n    {{#if kind}}\n}" }"#;
    let template: Arc<str> = "{\n  \"kind\": 1,\n    {{#if kind}}\n}".into();
    let start = text.find(r"{\n").unwrap();
    let place = start..text.len() - 3;
    let opened = template.find("{{").unwrap();
    let diagnostic = |file: &_| {
        let diagnostic =
            Diagnostic::error("`{{#if` is never closed").at(file, place).within(&template, opened..opened + 5);
        diagnostic.help("add `{{/if}}` before the end of the template")
    };
    let expected = "\
error: `{{#if` is never closed
  --> ringback.toml:1:12 (line 3, column 5 of the template)
 3 |     {{#if kind}}
   |     ^^^^^ help: add `{{/if}}` before the end of the template
";
    assert_eq!(shown(text, diagnostic), expected);
}

#[test]
fn what_was_put_into_a_template_is_not_shown() {
    let text = "body = \"${env:KEY} {{#if a}}\"";
    let template: Arc<str> = "a secret {{#if a}}".into();
    let diagnostic = |file: &_| Diagnostic::error("`{{#if` is never closed").at(file, 8..28).within(&template, 9..14);
    let expected = "\
error: `{{#if` is never closed
  --> ringback.toml:1:9 (line 1, column 10 of the template)
 1 | body = \"${env:KEY} {{#if a}}\"
   |         ^^^^^^^^^^^^^^^^^^^^
";
    assert_eq!(shown(text, diagnostic), expected);
}

#[test]
fn carets_line_up_beneath_tabs_and_wide_characters() {
    let text = "\tname = \"日本\" # é";
    let start = text.find("日本").unwrap();
    let expected = "\
error: wide
  --> ringback.toml:1:10
 1 |     name = \"日本\" # é
   |             ^^^^
";
    assert_eq!(shown(text, |file| Diagnostic::error("wide").at(file, start..start + 6)), expected);
}

#[test]
fn a_long_line_is_shown_around_the_carets() {
    let text = format!("{} here {}", "a".repeat(500), "b".repeat(500));
    let expected = format!(
        "\
error: long
  --> ringback.toml:1:502
 1 | …{} here {}…
   |  {}^^^^
",
        "a".repeat(39),
        "b".repeat(55),
        " ".repeat(40)
    );
    assert_eq!(shown(&text, |file| Diagnostic::error("long").at(file, 501..505)), expected);
}

#[test]
fn several_lines_are_marked_to_the_end_of_the_first() {
    let expected = "error: all\n  --> ringback.toml:1:1\n 1 | [server]\n   | ^^^^^^^^\n";
    assert_eq!(shown(CONFIG, |file| Diagnostic::error("all").at(file, 0..CONFIG.len())), expected);
}

#[test]
fn a_place_without_width_has_one_caret() {
    let expected = "error: unclosed\n  --> ringback.toml:1:9\n 1 | [server]\n   |         ^\n";
    assert_eq!(shown(CONFIG, |file| Diagnostic::error("unclosed").at(file, 8..8)), expected);
    let expected = "error: at the end\n  --> ringback.toml:6:1\n 6 |\n   | ^\n";
    assert_eq!(shown(CONFIG, |file| Diagnostic::error("at the end").at(file, 999..1000)), expected);
}

#[test]
fn what_has_no_line_says_what_it_has() {
    let (sources, _) = sources("/app/ringback.toml", "");
    let mut all = Diagnostics::from(Diagnostic::error("port 3000 is in use").help("pass `--port`"));
    all.push(Diagnostic::warning("it was not kept").at(&"/app/other.toml".into(), 3..4).help("keep it"));
    let expected = "\
error: port 3000 is in use
  help: pass `--port`

warning: it was not kept
  --> other.toml
  help: keep it
";
    assert_eq!(render(&all, &sources, Colour::Plain), expected);
}

#[test]
fn nothing_in_a_file_reaches_the_terminal_as_a_command() {
    let text = "a = '\u{1b}[2Jx\u{202e}y'";
    let said = shown(text, |file| Diagnostic::error("`\u{1b}[2J` is\nbad").at(file, 4..5).help("\u{7}"));
    assert!(said.chars().all(|c| c == '\n' || !c.is_control()), "{said:?}");
    assert!(!said.contains('\u{202e}'), "{said:?}");
    assert!(said.starts_with("error: `\u{fffd}[2J` is bad\n"), "{said:?}");
}

#[test]
fn colours_are_only_colours() {
    let (sources, file) = sources("/app/ringback.toml", CONFIG);
    let diagnostics = Diagnostics::from(Diagnostic::warning("odd").at(&file, 0..3).help("look"));
    let colourful = render(&diagnostics, &sources, Colour::Ansi);
    assert!(colourful.starts_with("\u{1b}[1m\u{1b}[33mwarning\u{1b}[0m"), "{colourful:?}");
    let mut plain = String::new();
    for part in colourful.split('\u{1b}') {
        plain += part.split_once('m').filter(|_| part.starts_with('[')).map_or(part, |(_, rest)| rest);
    }
    assert_eq!(plain, render(&diagnostics, &sources, Colour::Plain));
}

#[test]
fn they_are_sorted_by_file_and_place() {
    let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
    let mut all = Diagnostics::default();
    all.push(Diagnostic::error("4").at(&b, 0..1));
    all.push(Diagnostic::error("3").at(&a, 20..21));
    all.push(Diagnostic::warning("2").at(&a, 3..90));
    all.push(Diagnostic::error("1"));
    all.sort();
    let order: String = all.as_slice().iter().map(|diagnostic| &*diagnostic.message).collect();
    assert_eq!(order, "1234");
    assert!(all.has_errors());
    assert!(!Diagnostics::from(Diagnostic::warning("w")).has_errors());
}

#[test]
fn programs_get_lines_and_columns() {
    let (sources, file) = sources("/app/ringback.toml", CONFIG);
    let mut all = Diagnostics::from(Diagnostic::error("odd").at(&file, 9..15).help("look"));
    all.push(Diagnostic::warning("nowhere"));
    all.push(Diagnostic::error("templated").at(&file, 9..15).within(&"\n {{".into(), 2..4));
    let expected = serde_json::json!([
        {
            "severity": "error", "message": "odd", "file": "ringback.toml", "help": "look",
            "start": { "line": 2, "column": 1 }, "end": { "line": 2, "column": 7 },
        },
        { "severity": "warning", "message": "nowhere" },
        {
            "severity": "error", "message": "templated", "file": "ringback.toml",
            "start": { "line": 2, "column": 1 }, "end": { "line": 2, "column": 7 },
            "template": { "line": 2, "column": 2 },
        },
    ]);
    assert_eq!(serde_json::to_value(report(&all, &sources)).unwrap(), expected);
}

proptest! {
    #[test]
    fn any_place_in_any_text_can_be_shown(
        text in "[\\PC\t\r\n\u{0}]{0,300}", template in "\\PC*", file in any::<(usize, usize)>(), inner in any::<(usize, usize)>(),
    ) {
        let near = |(from, to): (usize, usize)| from % 400..to % 400;
        for (place, within) in [(near(file), near(inner)), (file.0..file.1, inner.0..inner.1)] {
            let said = shown(&text, |name| Diagnostic::error("odd").at(name, place.clone()).within(&template.as_str().into(), within.clone()));
            prop_assert!(said.chars().all(|c| c == '\n' || !c.is_control()));
            prop_assert!(shown(&text, |name| Diagnostic::error("odd").at(name, place)).lines().count() == 4);
        }
    }
}
