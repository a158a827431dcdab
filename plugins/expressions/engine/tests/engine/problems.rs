//! What is told of templates that can't be meant, and what Microcks makes of them.

use expressions_engine::Template;

use crate::support::Fixture;

/// The messages with the text that each is about.
fn problems(template: &str) -> Vec<(String, &str)> {
    let found = Template::compile(template).err().unwrap_or_default();
    found.into_iter().map(|problem| (problem.message, template.get(problem.span).unwrap())).collect()
}

#[test]
fn every_problem_is_told_with_its_place() {
    for (template, message, place) in [
        ("a {{ request.params[a] and no end", "`{{` is never closed", "{{"),
        ("a {{ }} b", "the expression is empty", "{{ }}"),
        ("{{ nope(1) }}", "there is no function `nope`", "nope"),
        ("{{ $nope }}", "there is no function `nope`", "nope"),
        ("{{ request.boddy/a }}", "`request` has no part `boddy`", "boddy/a"),
        ("{{ request.status }}", "`request` has no part `status`", "status"),
        ("{{ response.path[1] }}", "`response` has no part `path`", "path[1]"),
        ("{{ request.path[x] }}", "`[x]` has no meaning here", "[x]"),
        ("{{ request.body[0] }}", "`[0]` has no meaning here", "[0]"),
        ("{{ request }}", "`request` alone has no value", "request"),
        ("{{ a b }}", "this is no expression", "a b"),
        ("{{ 'a' || }}", "an operand is missing", " "),
        ("{{ 'a' > b }}", "only `put` has a meaning behind `>`", "b"),
        ("{{ 'a' > put() }}", "`put` needs a name", "put"),
        ("{{ now() x }}", "there is more behind the function", "x"),
        ("{{ now( }}", "`(` is never closed", "("),
        ("{{ now(foo) }}", "`f` is no letter of a date pattern", "foo"),
        ("{{ now(yyyy, 1x) }}", "`1x` is no delta", "1x"),
        ("{{ now(EEE, dd, 1d) }}", "a date takes a pattern and a delta", "EEE"),
    ] {
        assert_eq!(problems(template), [(message.to_owned(), place)], "{template}");
    }
    assert_eq!(problems("{{ a b }} {{ nope() }} {{ now(").len(), 3);
    let nested = format!("{{{{ {}1{} }}}}", "randomInt(".repeat(100), ")".repeat(100));
    assert_eq!(problems(&nested).pop().unwrap().0, "functions are nested too deep");
}

#[test]
fn a_name_that_is_nearly_right_is_helped_with() {
    let help = |template| Template::compile(template).unwrap_err().remove(0).help;
    assert_eq!(help("{{ randomint(3) }}").as_deref(), Some("did you mean `randomInt`?"));
    assert_eq!(help("{{ randomFirst() }}").as_deref(), Some("did you mean `randomFirstName`?"));
    assert_eq!(help("{{ foo(1) }}"), None);
}

#[test]
fn microcks_takes_everything() {
    let mut fixture = Fixture::of_body(r#"{"a":"1","b":"2"}"#);
    for (template, text) in [
        ("before {{ }} after", "before {{ }} after"),
        ("before {{}} after {{ now() }}", "before {{}} after {{ now() }}"),
        ("before {{ request.params[a] and no end", "before {{ request.params[a] and no end"),
        ("{{ now() }} {{ now(foo) }}", "{{ now() }} {{ now(foo) }}"),
        ("[{{ unknownFunction(1) }}]", "[]"),
        ("[{{ a b }}]", "[]"),
        ("[{{ request.nothing }}]", "[null]"),
        ("{{ request.body/a > request.body/b }}", "1"),
        ("{{ request.body/a > randomInt(5) }}", "1"),
        ("{{ || request.body/b }}", "2"),
    ] {
        assert_eq!(fixture.render_leniently(template), text, "{template}");
    }
}
