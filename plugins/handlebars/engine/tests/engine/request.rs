//! What templates read of the request.

use crate::support::{Fixture, render, render_with};
use handlebars_engine::{Rendering, Template};

#[test]
fn the_request_helpers_print_what_mockoon_prints() {
    for (template, printed) in [
        ("{{method}}|{{hostname}}|{{ip}}|{{baseUrl}}", "POST|localhost|127.0.0.1|http://localhost:3000"),
        ("{{urlParam 'id'}}|{{urlParam 'zz'}}|{{{stringify (urlParams)}}}", "7||{\n  \"id\": \"7\"\n}"),
        (
            "{{queryParam 'x'}}|{{queryParamRaw 'x'}}|{{queryParam 'arr'}}|{{queryParam 'arr.1'}}",
            "<b>&|&lt;b&gt;&amp;|[\"p\",\"q\"]|q",
        ),
        ("{{queryParam 'zz' 'd'}}|{{queryParam 'n' '' true}}|{{queryParam '$.arr[0]'}}", "d|\"2\"|p"),
        ("{{header 'X-H'}}|{{{header 'x-h'}}}|{{header 'zz' 'd'}}|{{header}}", "&lt;H&gt;&quot;&#x27;|<H>\"'|d|"),
        ("{{cookie 'c'}}|{{cookie 'zz' 'd'}}|{{lookup (headers) 'x-h'}}", "&lt;v&gt;|d|&lt;H&gt;&quot;&#x27;"),
        ("{{body 'a'}}|{{body 'a.0.n'}}|{{body 'zz' 'd'}}|{{body 's' 'd' true}}", "[{\"n\":1},{\"n\":2}]|1|d|\"<s>\""),
        ("{{body 'nul'}}|{{bodyRaw 'nul'}}|{{body 'd\\.t'}}|{{body '$.a[1].n'}}", "null||dot|2"),
        ("{{#if (bodyRaw 'f')}}T{{else}}F{{/if}}{{#if (body 'f')}}T{{else}}F{{/if}}", "FT"),
        ("{{eq (body 'num') 2}}{{eq (bodyRaw 'num') 2}}{{add (body 'num') 1}}{{len (body 's')}}", "falsetrue30"),
        ("{{#each (bodyRaw 'a')}}{{n}},{{/each}}", "1,2,"),
    ] {
        assert_eq!(render(template).as_deref(), Ok(printed), "{template}");
    }
}

#[test]
fn a_body_that_is_not_its_type_has_no_members() {
    let mut fixture = Fixture { body: "{broken", ..Fixture::default() };
    assert_eq!(render_with(&mut fixture, "{{body}}|{{body 'a' 'd'}}|{{bodyRaw 'a' 'd'}}").unwrap(), "{broken|d|d");
}

#[test]
fn form_bodies_are_objects() {
    let headers = vec![("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
    let mut fixture = Fixture { body: "a[b]=1&c=x+y", headers, ..Fixture::default() };
    assert_eq!(render_with(&mut fixture, "{{body 'a.b'}}|{{body 'c'}}").unwrap(), "1|x y");
}

#[test]
fn the_last_status_that_is_one_counts() {
    for (template, status) in [
        ("{{status 201}}{{status '202'}}", Some(202)),
        ("{{status 201}}{{status 1000}}{{status 'x'}}", Some(201)),
        ("", None),
    ] {
        let mut fixture = Fixture::default();
        let mut rendering = Rendering::new(&mut fixture);
        assert_eq!(rendering.render(&Template::compile(template).unwrap()).unwrap(), "");
        assert_eq!(rendering.status(), status, "{template}");
    }
}

#[test]
fn log_goes_to_the_host() {
    let mut fixture = Fixture::default();
    render_with(&mut fixture, "{{log 'a' 1 (array 2 3)}}").unwrap();
    assert_eq!(fixture.logged, ["a 1 2,3"]);
}
