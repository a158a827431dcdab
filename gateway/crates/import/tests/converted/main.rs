//! `ringback import`: what an environment of Mockoon's becomes as `ringback.toml` is read as the same environment. For 200
//! documents over the whole of Mockoon's format, always the same ones.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;

use proptest::{prelude::*, test_runner::RngSeed};
use ringback_diag::{Colour, Sources, render, report};
use ringback_import::mockoon;
use ringback_model::environment::{Answering, Body, Combine, Environment, Header, Operator, Response, Rules};

mod documents;

/// Reads a document, writes it as TOML, and reads that: both environments, and the text between.
fn converted(document: &str) -> (Environment, Environment, String) {
    let mut sources = Sources::default();
    let imported = mockoon("environment.json", document, &mut sources)
        .unwrap_or_else(|errors| panic!("{}\n{document}", render(&errors, &sources, Colour::Plain)));
    let text = ringback_config::write(&imported.environment, &report(&imported.warnings, &sources));
    let loaded = ringback_config::read("ringback.toml", &text, Path::new(""), &|_| None, &mut sources)
        .unwrap_or_else(|refused| panic!("{}\n{text}", render(&refused.diagnostics, &sources, Colour::Plain)));
    (imported.environment, loaded.environment, text)
}

/// All that the gateway sees of an environment: a line for each thing that it says, and no places.
fn seen(mut environment: Environment) -> Vec<String> {
    grouped(&mut environment.headers);
    environment.callbacks.iter_mut().for_each(|callback| grouped(&mut callback.headers));
    if let Some(proxy) = &mut environment.proxy {
        grouped(&mut proxy.request_headers);
        grouped(&mut proxy.response_headers);
    }
    for route in &mut environment.routes {
        if let Answering::Responses { responses, .. }
        | Answering::Collection { responses, .. }
        | Answering::Socket { responses, .. } = &mut route.answer
        {
            plain(responses);
        }
    }
    let text = format!("{environment:#?}");
    let mut lines = vec![];
    let mut within_origin = None;
    for line in text.lines() {
        let depth = line.len() - line.trim_start().len();
        match within_origin {
            Some(end) if depth > end => {}
            Some(_) => within_origin = None,
            None if line.ends_with("Origin {") => within_origin = Some(depth),
            None => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Puts fields of one name together: that is how they are sent.
fn grouped(headers: &mut [Header]) {
    let names: Vec<_> = headers.iter().map(|header| header.name.clone()).collect();
    headers.sort_by_key(|header| names.iter().position(|name| *name == header.name));
}

/// Leaves out what the gateway never looks at: second defaults, what is compared with nothing, how no rules combine.
fn plain(responses: &mut [Response]) {
    let first = responses.iter().position(|response| response.default);
    for (index, response) in responses.iter_mut().enumerate() {
        grouped(&mut response.headers);
        response.default = Some(index) == first;
        if response.rules.rules.is_empty() {
            response.rules = Rules { combine: Combine::Any, rules: vec![] };
        }
        for rule in &mut response.rules.rules {
            if matches!(rule.operator, Operator::Null | Operator::EmptyArray) {
                rule.value = ringback_model::environment::Text::fixed("");
            }
        }
        if matches!(&response.body, Body::Text(text) if text.source.is_empty()) {
            response.body = Body::Empty;
        }
    }
}

/// Fails with the first thing that differs.
fn assert_same(before: Environment, after: Environment, text: &str) {
    let (before, after) = (seen(before), seen(after));
    let parted = before.iter().zip(&after).position(|(before, after)| before != after);
    let Some(parted) = parted.or((before.len() != after.len()).then_some(before.len().min(after.len()))) else {
        return;
    };
    let around = |lines: &[String]| lines[parted.saturating_sub(12)..lines.len().min(parted + 3)].join("\n");
    panic!("imported:\n{}\n\nread:\n{}\n\n{text}", around(&before), around(&after));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        rng_seed: RngSeed::Fixed(4),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_converted_is_the_same_to_the_gateway(document in documents::environment()) {
        let (before, after, text) = converted(&document.to_string());
        assert_same(before, after, &text);
    }
}

#[test]
fn the_tutorial_is_converted_whole() {
    let (before, after, text) = converted(include_str!("../../../../../examples/orders/mockoon.json"));
    assert_same(before, after, &text);
}
