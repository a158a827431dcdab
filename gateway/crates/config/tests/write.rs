//! What is written is read as the same.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use proptest::prelude::*;
use ringback_config::{read, write};
use ringback_diag::{Colour, Diagnostic, Sources, render, report};
use ringback_model::{
    environment::{Bucket, Environment, Origin, Seeding, Text},
    ids::BucketName,
    json::Json,
};

/// Documents of all that an importer can make.
const DOCUMENTS: [&str; 4] = [
    include_str!("../../../../examples/orders/ringback.toml"),
    include_str!("ui/everything_else.toml"),
    include_str!("ui/mockoon.toml"),
    include_str!("ui/microcks.toml"),
];

fn environment(text: &str) -> Result<Environment, String> {
    let env = |name: &str| (name == "SET").then(|| "a secret".to_owned());
    let mut sources = Sources::default();
    let read = read("mocks/ringback.toml", text, Path::new("mocks"), &env, &mut sources);
    let refused = |refused: ringback_config::Refused| render(&refused.diagnostics, &sources, Colour::Plain) + text;
    read.map_err(refused).map(|loaded| loaded.environment)
}

/// All that an environment says, but where it was written.
fn said(environment: &Environment) -> String {
    let text = format!("{environment:?}");
    let mut said = String::new();
    let mut rest = &*text;
    while let Some((before, origin)) = rest.split_once("Origin {") {
        said.push_str(before);
        rest = origin.split_once("span: (").and_then(|(_, span)| span.split_once('}')).map_or("", |(_, after)| after);
    }
    said + rest
}

#[test]
fn what_is_written_is_read_as_the_same() {
    for document in DOCUMENTS {
        let first = environment(document).unwrap();
        let written = write(&first, &[]);
        let second = environment(&written).unwrap();
        assert_eq!(said(&first), said(&second), "{written}");
        assert_eq!(write(&second, &[]), written);
    }
}

#[test]
fn the_tutorial_is_written_as_a_person_would() {
    let written = write(&environment(DOCUMENTS[0]).unwrap(), &[]);
    let expected = include_str!("write/orders.toml");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write("tests/write/orders.toml", &written).unwrap();
    }
    assert!(written == expected, "tests/write/orders.toml is stale: run this test with `BLESS=1`\n{written}");
}

#[test]
fn what_is_told_about_a_document_becomes_comments() {
    let mut sources = Sources::default();
    let file = sources.add("shop.json", "{\n}");
    let told = Diagnostic::warning("there is no callback\n`a`").at(&file, 2..3).help("leave it out");
    let notes = report(&told.into(), &sources);
    let written = write(&environment("").unwrap(), &notes);
    assert!(written.starts_with("# line 2: there is no callback `a`; leave it out\n"), "{written}");
}

proptest! {
    #[test]
    fn any_text_is_read_as_it_was(text in r#"([\PC]|['"\\$\n\r\t\x00-\x1f\x7f]|\$\{env:|\$\$\{file:a\}|'''|""")*"#, name in "\\PC{1,20}") {
        let mut before = environment("[[route]]\npath = '/'\nbody = 'x'\nheaders = { a = 'b' }").unwrap();
        let ringback_model::environment::Answering::Responses { responses, .. } = &mut before.routes[0].answer else { return Ok(()) };
        responses[0].body = Some(Text::template(&text, Origin::default())).filter(|text| !text.source.is_empty()).into();
        let value = |text: &str| Json::String(text.into());
        let bucket = |name: &str, seed| BucketName::try_new(name).map(|name| Bucket { name, id: None, uuid: None, seed, origin: Origin::default() });
        before.buckets.extend(bucket(&name, Seeding::Value(value(&text))));
        let written = write(&before, &[]);
        let after = environment(&written).unwrap();
        prop_assert_eq!(said(&before), said(&after), "{}", written);
    }
}
