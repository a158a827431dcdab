//! What holds for any template and any body.

use expressions_engine::{Bodies, Rendering, Template};
use proptest::prelude::*;

use crate::support::Fixture;

/// Pieces that make most of what a template can be, whole and broken.
const PIECES: [&str; 66] = [
    "{{",
    "}}",
    "{{{",
    "}}}",
    "{",
    "}",
    "request.body",
    "request.body/",
    "request.body//",
    "/a",
    "/0",
    "//*",
    "@id",
    "[",
    "]",
    "(",
    ")",
    "[1]",
    "[last()]",
    "local-name()",
    "text()",
    "count(//a)",
    "ancestor::",
    "request.path[1]",
    "request.params[a]",
    "request.headers[X-Trace]",
    "request.params",
    "response.status",
    "response.body/a",
    "foo",
    "foo.bar",
    "now()",
    "now(",
    "yyyy",
    "dd MMM",
    "-1d",
    "uuid()",
    "$guid",
    "$",
    "randomInt(",
    "randomString(9)",
    "randomValue(",
    "randomEmail()",
    "put(",
    "put(v)",
    "put(v, w)",
    "v",
    ",",
    "'",
    "\"",
    "'a'",
    "''",
    "||",
    "|",
    ">",
    ">=",
    "=",
    "+",
    "-",
    "*",
    "and",
    "or",
    "1",
    "-1.5",
    "null",
    "\u{e9}",
];

fn template() -> impl Strategy<Value = String> {
    let piece = prop_oneof![8 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned), 3 => Just(" ".to_owned()), 1 => ".{0,3}"];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Texts that look like JSON or XML, whole and broken.
fn body() -> impl Strategy<Value = String> {
    let json = ["{", "}", "[", "]", "\"a\"", ":", ",", "1", "-", "0.5e3", "null", "\"\\u00e9\\n\"", "true", " "];
    let xml = [
        "<a>",
        "</a>",
        "<b id='1'/>",
        "<ns:c xmlns:ns='u'>",
        "</ns:c>",
        "text",
        "&amp;",
        "<![CDATA[x]]>",
        "<!--",
        "-->",
        "<?p q?>",
    ];
    let of = |pieces: &'static [&'static str]| {
        prop::collection::vec(prop::sample::select(pieces), 0..16).prop_map(|pieces| pieces.concat())
    };
    prop_oneof![
        of(Vec::leak(json.to_vec())),
        of(Vec::leak(xml.to_vec())).prop_map(|inner| format!("<r>{inner}</r>")),
        Just(r#"{"a":[{"id":1.0},"x"],"b":{"a":null}}"#.to_owned()),
        Just("<r><a id='1'>x<a>y</a></a><b/></r>".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_panics_and_places_are_within_the_text(source in template(), body in body()) {
        let mut fixture = Fixture::of_body(&body);
        fixture.response = Some((200, r#"{"a":1}"#));
        let lenient = fixture.render_leniently(&source);
        match Template::compile(&source) {
            Ok(template) => {
                // Where all is well, both ways agree.
                fixture.random = 0;
                let bodies = Bodies::default();
                let rendered = Rendering::new(&mut fixture, &bodies).render(&template);
                prop_assert_eq!(rendered.unwrap_or_else(|_| source.clone()), lenient);
            }
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                for problem in problems {
                    prop_assert!(source.get(problem.span.clone()).is_some(), "{:?} of {:?}", problem, source);
                }
            }
        }
    }

    #[test]
    fn text_without_expressions_is_itself(text in "[^{]*(\\{[^{]+)*") {
        prop_assert_eq!(Fixture::default().render(&text).unwrap(), text);
    }

    #[test]
    fn any_text_can_be_a_json_body(text in ".*") {
        let body = format!("{{\"k\":{}}}", json_string(&text));
        prop_assert_eq!(Fixture::of_body(&body).render("{{ request.body/k }}").unwrap(), text.as_str());
        // What is printed as JSON is read as the same.
        let whole = Fixture::of_body(&format!("[{body}]")).render("{{ request.body/0 }}").unwrap();
        prop_assert_eq!(Fixture::of_body(&whole).render("{{ request.body/k }}").unwrap(), text);
    }

    #[test]
    fn any_text_that_is_put_aside_comes_back(text in "[^}]*") {
        let mut fixture = Fixture { path: "/x", ..Fixture::of_body(&text) };
        let template = Template::compile("{{ request.body > put(v) }}").unwrap();
        let bodies = Bodies::default();
        let mut rendering = Rendering::new(&mut fixture, &bodies);
        let printed = rendering.render(&template).unwrap();
        fixture.data = rendering.values();
        prop_assert_eq!(fixture.render("{{ v }}").unwrap(), printed);
    }

    #[test]
    fn numbers_print_as_the_same_number(number in prop::num::f64::NORMAL) {
        let printed = Fixture::of_body(&format!("[{number:e}]")).render("{{ request.body/0 }}").unwrap();
        prop_assert_eq!(printed.parse::<f64>().unwrap(), number, "{}", printed);
    }
}

fn json_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        let mut units = [0; 2];
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if !(' '..='\u{ff}').contains(&c) => {
                out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
            }
            c => out.push(c),
        }
    }
    out + "\""
}
