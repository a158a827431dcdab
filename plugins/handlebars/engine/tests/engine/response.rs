//! What templates of callbacks read of the response.

use crate::support::{Fixture, Responded, render, render_with};
use handlebars_engine::{Rendering, Template};

const HEADERS: &[(&str, &str)] = &[("location", "/o/<7>"), ("x-many", "a"), ("x-many", "b"), ("x-empty", "")];

fn responded(body: &'static str) -> Fixture {
    Fixture { response: Some(Responded { status: 201, headers: HEADERS, body }), ..Fixture::default() }
}

#[test]
fn callbacks_read_the_response_that_caused_them() {
    for (template, printed) in [
        ("{{responseStatus}}|{{add (responseStatus) 1}}|{{eq (responseStatus) 201}}", "201|202|true"),
        ("{{responseHeader 'Location'}}|{{{responseHeader 'location'}}}", "/o/&lt;7&gt;|/o/<7>"),
        ("{{responseHeader 'X-Many'}}|{{responseHeader 'x-empty' 'd'}}|{{responseHeader 'zz' 'd'}}", "a, b|d|d"),
        ("{{responseHeader 'zz'}}|{{responseHeader}}", "|"),
        ("{{responseBody}}", r#"{"id":"<i>","a":[{"n":1}],"nul":null,"d.t":5}"#),
        ("{{responseBody 'id'}}|{{responseBody 'a'}}|{{responseBody 'a.0.n'}}", "<i>|[{\"n\":1}]|1"),
        ("{{responseBody 'd\\.t'}}|{{responseBody '$.a[0].n'}}|{{responseBody 'nul'}}", "5|1|null"),
        ("{{responseBody 'zz' 'd'}}|{{responseBody 'zz'}}|{{body 'num'}}", "d||2"),
    ] {
        let mut fixture = responded(r#"{"id":"<i>","a":[{"n":1}],"nul":null,"d.t":5}"#);
        assert_eq!(render_with(&mut fixture, template).as_deref(), Ok(printed), "{template}");
    }
}

#[test]
fn a_response_that_is_not_json_has_no_members() {
    let mut fixture = responded("<ok>");
    assert_eq!(render_with(&mut fixture, "{{responseBody}}|{{responseBody 'a' 'd'}}").unwrap(), "<ok>|d");
    // An empty body is a body.
    assert_eq!(render_with(&mut responded(""), "{{responseBody '' 'd'}}|{{responseBody 'a' 'd'}}").unwrap(), "|d");
}

#[test]
fn before_there_is_a_response_the_default_stands() {
    for (template, printed) in [
        ("{{responseStatus}}|{{responseHeader 'x-many'}}|{{responseBody}}|{{responseBody 'id'}}", "|||"),
        ("{{responseHeader 'x-many' 'd'}}|{{responseBody '' 'd'}}|{{responseBody 'id' '<d>'}}", "d|d|<d>"),
    ] {
        assert_eq!(render(template).as_deref(), Ok(printed), "{template}");
    }
}

#[test]
fn the_response_is_read_when_a_template_needs_it_and_once() {
    let mut fixture = responded(r#"{"id":1}"#);
    let mut rendering = Rendering::new(&mut fixture);
    for template in ["{{responseStatus}}", "{{responseBody 'id'}}{{responseBody}}", "{{responseBody 'id'}}"] {
        rendering.render(&Template::compile(template).unwrap()).unwrap();
    }
    assert_eq!(*fixture.calls.borrow(), ["response body"]);
    let mut idle = responded("{}");
    render_with(&mut idle, "{{responseStatus}}{{responseHeader 'location'}}").unwrap();
    assert!(idle.calls.borrow().is_empty());
}
