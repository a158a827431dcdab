//! Where expressions begin and end, fallbacks, chains, values that are put aside.

use expressions_engine::{Bodies, Rendering, Template};

use crate::support::{Fixture, of_body};

#[test]
fn text_stands_as_it_is() {
    for text in ["", "no expression", "plain { single } braces }}", "a } b }} c"] {
        assert_eq!(of_body("", text), text);
    }
}

#[test]
fn a_brace_of_the_document_behind_an_expression_stays() {
    let body = r#"{"n":7}"#;
    assert_eq!(of_body(body, r#"{"b":{{ request.body/n }}}"#), r#"{"b":7}"#);
    assert_eq!(of_body(body, r#"{"a":{"b":{{request.body/n}}}}"#), r#"{"a":{"b":7}}"#);
    assert_eq!(of_body(body, "a{{{request.body/n}}}b"), "a{7}b");
    assert_eq!(of_body(body, "{{{{ request.body/n }}}}"), "{{7}}");
    assert_eq!(of_body(body, "{{ request.body/n }}{{ request.body/n }}"), "77");
}

#[test]
fn quotes_arguments_and_predicates_hold_what_would_end_or_split_an_expression() {
    assert_eq!(of_body("", "{{ '}}' }} {{ '{{' }} {{ 'a > b || c' }}"), "}} {{ a > b || c");
    assert_eq!(of_body("", "{{ randomValue('a}}, (b)') }}"), "a}}, (b)");
    assert_eq!(of_body("", "{{ randomValue(it's) }} {{ randomValue(that's) }}"), "it's that's");
    let xml = "<r><a n='1'>x</a><a n='2'>}}</a></r>";
    assert_eq!(of_body(xml, "{{ request.body//a[@n > 1 or . = '||'] > put(v) }}|{{ v }}"), "}}|}}");
    assert_eq!(of_body(xml, "{{ request.body//a[. = '}}']/@n }}"), "2");
    assert_eq!(of_body(r#"{"it's [1":"a"}"#, "{{ request.body/it's [1 }}"), "a");
}

#[test]
fn literals_are_quoted_texts_and_numbers() {
    assert_eq!(of_body("", r#"{{ 'a' }}{{ "b" }}{{ 42 }}{{ -1.50 }}{{ '' }}"#), "ab42-1.50");
    assert_eq!(of_body("", "{{ 'it's' }} {{ 'don't' || 'b' }}"), "it's don't");
}

#[test]
fn the_first_alternative_that_gives_something_counts() {
    let body = r#"{"a":"","n":null,"f":false,"z":0}"#;
    assert_eq!(of_body(body, "{{ request.body/a || 'x' }}"), "x");
    assert_eq!(of_body(body, "{{ request.body/n || request.params[no] || \"x\" }}"), "x");
    assert_eq!(of_body(body, "{{ request.body/f || 'x' }}{{ request.body/z || 'x' }}"), "false0");
    assert_eq!(of_body(body, "{{ request.params[no] || request.params[none] }}"), "null");
    // Without a body there is nothing to look into, which an alternative makes up for.
    assert_eq!(of_body("", "{{ request.body/a || 'x' }}"), "x");
}

#[test]
fn values_that_are_put_aside_are_seen_by_what_comes_later() {
    let body = r#"{"name":"Ada","o":{"k":[1,2]}}"#;
    assert_eq!(of_body(body, "{{ v }}{{ request.body/name > put(v) > put(w) }}/{{ v }}/{{w}}"), "Ada/Ada/Ada");
    assert_eq!(of_body(body, "[{{ put(v, hello) }}]{{ v }}"), "[]hello");
    assert_eq!(of_body(body, "{{ request.body/none || 'x' > put(v) }}{{ v }}"), "xx");
    assert_eq!(of_body(body, "{{ 'a' > put(v, b) }}{{ v }}"), "ab");
    assert_eq!(
        of_body(body, "{{ request.body/o > put(o) }} {{ o.k }} {{ o.k[1] }} {{ o.no }}"),
        r#"{"k":[1,2]} [1,2] 2 null"#
    );
    assert_eq!(of_body(body, "[{{ foo }}{{ foo.bar }}]"), "[]");
}

#[test]
fn values_go_from_one_rendering_to_the_next() {
    let mut fixture = Fixture::default();
    let (template, bodies) =
        (Template::compile("{{ uuid() > put(id) }}{{ put(q, '\"') }}").unwrap(), Bodies::default());
    let mut rendering = Rendering::new(&mut fixture, &bodies);
    assert_eq!(rendering.values(), None);
    let id = rendering.render(&template).unwrap();
    let values = rendering.values().unwrap();
    assert_eq!(values, format!(r#"{{"id":"{id}","q":"\""}}"#));
    fixture.data = Some(values);
    assert_eq!(fixture.render("{{ id }}{{ q }}").unwrap(), format!("{id}\""));
    fixture.data = Some(r#"{"n":1.50,"o":{"a":[null]},"s":"x"}"#.to_owned());
    assert_eq!(
        fixture.render("{{ n }} {{ o }} {{ o.a }} {{ s }} {{ s.t }} {{ put(s, y) }}{{ s }}").unwrap(),
        r#"1.5 {"a":[null]} [null] x null y"#
    );
    fixture.data = Some("[]".to_owned());
    assert_eq!(fixture.render("[{{ n }}]").unwrap(), "[]");
    // Names of the gateway's own are not put aside.
    let template = Template::compile("{{ put($path, x) }}").unwrap();
    let bodies = Bodies::default();
    let mut rendering = Rendering::new(&mut fixture, &bodies);
    assert_eq!((rendering.render(&template).unwrap(), rendering.values()), (String::new(), None));
}
