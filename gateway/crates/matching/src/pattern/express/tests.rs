//! What the original answers, as `golden.mjs` wrote it down: a line for each path, `valid` or `invalid`, its endpoint and its
//! prefix; then for each request its path, and `yes` with the parameters, `no`, or `undecodable`.

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ringback_model::{
    environment::{PathRules, PathSyntax},
    http_values::ParamValue,
};

use crate::{
    pattern::{Complaint, parse},
    table::{Found, RouteTable, tests::route_at},
};

const RULES: PathRules = PathRules { syntax: PathSyntax::Express, automatic_methods: false };
const GOLDEN: &str = include_str!("golden.txt");
/// What JavaScript's `encodeURIComponent` leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

fn value(value: &ParamValue) -> String {
    match value.segments() {
        None => encoded(value.as_str()),
        Some(segments) => format!("[{}]", segments.iter().map(|text| encoded(text)).collect::<Vec<_>>().join(",")),
    }
}

fn outcome(found: Found) -> String {
    match found {
        Found::Route { params, .. } => {
            let params = params.iter().map(|(name, of)| format!(" {}={}", encoded(name), value(of)));
            format!("yes{}", params.collect::<String>())
        }
        Found::BadPath { .. } => "undecodable".into(),
        _ => "no".into(),
    }
}

#[test]
fn paths_match_as_in_mockoon() {
    let mut table = None;
    for line in GOLDEN.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields[..] {
            ["", path, expected] => {
                let found = table.as_ref().map(|table: &RouteTable| table.find(&Method::GET, path));
                assert_eq!(found.map(outcome).as_deref(), Some(expected), "{path} with {table:?}");
            }
            [valid, endpoint, prefix] => {
                let built = RouteTable::build(&[route_at(endpoint)], RULES, prefix).unwrap();
                assert_eq!(built.invalid().is_empty(), valid == "valid", "{endpoint}: {:?}", built.invalid());
                table = Some(built);
            }
            _ => panic!("{line:?}"),
        }
    }
}

#[test]
fn faults_name_their_place() {
    let fault = |prefix: &str, path: &str| {
        let error = parse(0, path, prefix, RULES).unwrap_err();
        let whole = if error.route.is_some() { path } else { prefix };
        format!("{}: {}", &whole[error.span], error.complaint)
    };
    assert_eq!(fault("", "/suffix*"), "*: `*` follows a `/`, or has a name: `*rest`");
    assert_eq!(fault("", "/colon/:"), ":: a parameter needs a name");
    assert_eq!(fault("", "/a(b"), "(: `(` has no partner");
    assert_eq!(fault("", "/a{b"), "{: `{` has no partner");
    assert_eq!(fault("", "/a b)"), "): `)` has no partner");
    assert_eq!(fault("", "é?"), "?: `?` has nothing before it that it could modify");
    assert_eq!(fault("", "a\\"), "\\: `\\` has nothing before it that it could modify");
    assert_eq!(fault("", "/:id(\\d+)"), "+: a parameter can't have a regular expression");
    assert_eq!(fault("", "/:id([0-9]+)"), "[: a parameter can't have a regular expression");
    assert_eq!(fault("", "/[a]"), "[: `[` means nothing here: write `\\[` for the sign itself");
    assert_eq!(fault("", ":\"a"), "\": a parameter's name begins with `\"` and does not end");
    assert_eq!(fault("", ":a:b"), ":a:b: `b` needs a text before it, to tell where it begins");
    assert_eq!(fault("", "/{a}{b}{c}{d}{e}{f}{g}{h}{i}"), "/{a}{b}{c}{d}{e}{f}{g}{h}{i}: too many optional parts");
    assert_eq!(fault("v{x", "/a"), "{: `{` has no partner");
}

#[test]
fn deep_and_long_paths_are_read_in_reasonable_time() {
    let deep = format!("{}{}", "{a".repeat(100_000), "}".repeat(100_000));
    assert_eq!(parse(0, &deep, "", RULES).unwrap_err().complaint, Complaint::Alternatives);
    for long in ["(", "(a", "(a)", ":a-", "*/", "a?", "\\", "/:a?"] {
        let _ = parse(0, &long.repeat(20_000), "", RULES);
    }
}
