//! Microcks' template language: parsing and rendering, natively, against a gateway in memory.

mod host;

use expressions_engine::{Bodies, RenderError, Rendering, Template};

use self::host::Memory;
use crate::Material;

/// What expressions are made of: few examples use much of it.
const EXPRESSIONS: [&str; 16] = [
    "request.body/a/1/n || request.body || 'none'",
    "request.body[a][0]",
    "request.body/@id",
    "request.body//item[2]/name",
    "request.params[b] request.params['a b']",
    "request.headers[X-Trace]",
    "request.path[1]",
    "response.body/status",
    "now(yyyy-MM-dd'T'HH:mm:ss.SSSZ, +1d-2h)",
    "timestamp(1h) > put(later)",
    "later",
    "uuid() > put(id) > put(again, copied)",
    "randomInt(-3, 10)",
    "randomString(32)",
    "randomValue(a, 'b', request.body/a)",
    "randomFullName() randomEmail() randomCountryCode() randomStreetAddress() randomPhoneNumber()",
];

/// Every text with a tag, and one of every kind of expression.
pub(crate) fn seeds(material: &Material) -> Vec<String> {
    let bodies = [host::JSON, host::XML];
    let own = EXPRESSIONS.iter().flat_map(|source| bodies.map(|body| format!("{{\"v\": {{{{ {source} }}}}}}\0{body}")));
    material.texts(|_, text| text.contains("{{")).into_iter().chain(own).collect()
}

/// The template, and behind a NUL the request's body. What makes no sense says where; what does is rendered alike whoever
/// compiled it, and twice alike.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (source, body) = text.split_once('\0').unwrap_or((text, host::JSON));
    let lenient = rendered(&Template::compile_leniently(source), body);
    match Template::compile(source) {
        Ok(template) => assert_eq!(rendered(&template, body), lenient, "{source:?} depends on who compiled it"),
        Err(problems) => {
            assert!(!problems.is_empty(), "{source:?} fails without a problem");
            for problem in problems {
                assert!(source.get(problem.span.clone()).is_some(), "{:?} is no part of {source:?}", problem.span);
                assert!(!problem.message.is_empty(), "{source:?} fails without a word");
            }
        }
    }
}

/// Two renderings by one request: the second sees what the first has put aside.
fn rendered(template: &Template, body: &str) -> [Result<String, RenderError>; 2] {
    let (mut host, bodies) = (Memory::new(body), Bodies::default());
    let mut rendering = Rendering::new(&mut host, &bodies);
    let both = [rendering.render(template), rendering.render(template)];
    if let Some(values) = rendering.values() {
        assert!(
            serde_json::from_str::<serde_json::Value>(&values).is_ok_and(|values| values.is_object()),
            "{values:?}"
        );
    }
    both
}
