//! Parts of the request and of the response.

use crate::support::{Fixture, of_body};

#[test]
fn json_prints_as_jackson_prints_it() {
    let body = r#"{"f":1.50,"i":-0,"e":1e3,"big":123456789012345678901,"tiny":0.00012,"huge":1.0E10,"one":1.0,
        "t":true,"n":null,"s":"a\"\u00e9\ud83d\ude00\n","o":{"b":2,"a":[ 1.0 , {} , [] , "x\/y\u0001" ]},"":"empty","a/b":{"~":"tilde"}}"#;
    for (pointer, printed) in [
        ("f", "1.5"),
        ("i", "0"),
        ("e", "1000.0"),
        ("big", "123456789012345678901"),
        ("tiny", "1.2E-4"),
        ("huge", "1.0E10"),
        ("one", "1.0"),
        ("t", "true"),
        ("n", "null"),
        ("s", "a\"\u{e9}\u{1f600}\n"),
        ("o", r#"{"b":2,"a":[1.0,{},[],"x/y\u0001"]}"#),
        ("o/a/0", "1.0"),
        ("o/a/01", ""),
        ("o/a/9", ""),
        ("o/a/x", ""),
        ("s/0", ""),
        ("", "empty"),
        ("a~1b/~0", "tilde"),
        ("none", ""),
    ] {
        assert_eq!(of_body(body, &format!("{{{{ request.body/{pointer} }}}}")), printed, "{pointer}");
    }
    assert_eq!(of_body(" [ {\"a\": 1}, {\"a\": 2} ]", "{{ request.body/1/a }}{{ request.body/0 }}"), "2{\"a\":1}");
    assert_eq!(of_body(r#"{"a":1,"a":2}"#, "{{ request.body/a }}"), "2");
}

#[test]
fn bodies_that_cannot_be_looked_into_give_null() {
    for body in ["not json nor xml", "{\"broken\": ", "<broken", "name=Ada&x=1", "{\"a\":01}", "[1,]", "\"\""] {
        assert_eq!(of_body(body, "[{{ request.body/x }}]"), "[null]", "{body}");
    }
    assert_eq!(of_body("", "[{{ request.body }}]"), "[null]");
    assert_eq!(of_body("<a/>", "{{ request.body//ns:a }}{{ request.body/a[ }}"), "nullnull");
    let deep = format!("{}1{}", "[".repeat(2000), "]".repeat(2000));
    assert_eq!(of_body(&deep, "{{ request.body/0 }}"), "null");
    let deep = "<a>".repeat(5000) + "x" + &"</a>".repeat(5000);
    assert_eq!(of_body(&deep, "{{ request.body//a[not(a)] }}"), "x");
    // Entities that grow are not expanded.
    assert_eq!(of_body("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "{{ request.body/a }}"), "null");
}

#[test]
fn xml_is_looked_into_with_xpath() {
    let body = " <ns:q xmlns:ns='u'><ns:name><first value='Laurent'/></ns:name></ns:q>";
    assert_eq!(of_body(body, "{{ request.body//*[local-name() = 'name']/first/@value }}"), "Laurent");
    assert_eq!(of_body(body, "[{{ request.body/q/name }}]"), "[]");
}

#[test]
fn path_params_and_headers() {
    let mut fixture = Fixture::default();
    let mut render = |template: &str| fixture.render(template).unwrap();
    assert_eq!(
        render("{{ request.path[0] }}|{{request.path[1]}}|{{ request.path[2] }}|{{ request.path[3] }}"),
        "|hello|micro%20cks|null"
    );
    assert_eq!(render("{{ request.params[a] }}{{ request.params[b] }}{{ request.params[c] }}"), "1x ynull");
    assert_eq!(
        render("{{ request.headers[X-Trace] }}{{ request.headers['x-trace'] }}{{ request.headers[y] }}"),
        "abcabcnull"
    );
    assert_eq!(render("{{ request.params }}{{ request.path }}"), r#"{"a":"1","b":"x y"}["","hello","micro%20cks"]"#);
    assert_eq!(render("{{ request.headers }}"), r#"{"x-trace":"abc","content-type":"application/json"}"#);
}

#[test]
fn fields_of_a_form_are_parameters() {
    let mut fixture = Fixture::of_body("name=Ada+L&a=9");
    assert_eq!(fixture.render("{{ request.params[name] }}").unwrap(), "null");
    fixture.headers = vec![("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(fixture.render("{{ request.params[name] }}{{ request.params[a] }}").unwrap(), "Ada L1");
    assert_eq!(fixture.render("{{ request.params }}").unwrap(), r#"{"a":"1","b":"x y","name":"Ada L"}"#);
}

#[test]
fn callbacks_see_the_response_and_others_see_none() {
    let template =
        "{{ response.status }} {{ response.body/id }} {{ response.headers[Location] }} {{ response.headers[x] }}";
    let mut fixture = Fixture { response: Some((201, r#"{"id":7}"#)), ..Fixture::default() };
    assert_eq!(fixture.render(template).unwrap(), "201 7 /orders/7 null");
    assert_eq!(Fixture::default().render(template).unwrap(), "   ");
    let mut alone = Fixture { has_request: false, ..Fixture::default() };
    assert_eq!(alone.render("[{{ request.body/x }}{{ request.path[1] }}]").unwrap(), "[]");
}

#[test]
fn a_host_is_asked_for_what_templates_name_and_once() {
    let mut fixture = Fixture::of_body(r#"{"a":1}"#);
    fixture
        .render("{{ request.body/a }}{{ request.body }}{{ request.path[1] }}{{ request.path[2] }}{{ x }}{{ y }}")
        .unwrap();
    assert_eq!(fixture.asked, ["body", "path", "data"]);
}

#[test]
fn a_template_that_looks_into_no_body_fails_as_a_whole() {
    let mut fixture = Fixture::default();
    let error = fixture.render("a{{ request.body/x }}b").unwrap_err();
    assert_eq!(error.message(), "`request.body` is looked into, and the request has no body");
    assert_eq!(fixture.render_leniently("a{{ request.body/x }}b"), "a{{ request.body/x }}b");
}
