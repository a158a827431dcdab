//! What templates read beyond the request: tokens, global variables, the environment.

use crate::support::{Fixture, render, render_with};
use handlebars_engine::{Rendering, Template};

#[test]
fn a_token_says_its_header_and_payload() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIiwiYSI6eyJiIjpbMV19fQ.x";
    for (template, printed) in [
        ("{{jwtHeader 'T' 'alg'}}|{{jwtPayload 'Bearer T' 'sub'}}", "HS256|1"),
        (
            "{{#with (jwtPayload 'T')}}{{a.b.[0]}}{{/with}}|{{{stringify (jwtPayload 'T' 'a')}}}",
            "1|{\n  \"b\": [\n    1\n  ]\n}",
        ),
        ("{{jwtPayload 'T' 'zz'}}|{{jwtPayload 'x'}}|{{jwtPayload 'x.y'}}|{{jwtPayload 1}}|{{jwtHeader}}", "||||"),
    ] {
        assert_eq!(render(&template.replace('T', token)).as_deref(), Ok(printed), "{template}");
    }
}

#[test]
fn global_variables_outlive_a_template() {
    let mut fixture = Fixture::default();
    let mut rendering = Rendering::new(&mut fixture);
    let mut print = |source| rendering.render(&Template::compile(source).unwrap()).unwrap();
    assert_eq!(print("{{setGlobalVar 'a' (object b=(array 1 2))}}{{setGlobalVar 'c'}}"), "");
    assert_eq!(print("{{getGlobalVar 'a' 'b.1'}}|{{getGlobalVar 'a' '$.b[0]'}}|{{getGlobalVar 'a' 'z' 'd'}}"), "2|1|d");
    assert_eq!(print("{{getGlobalVar 'zz'}}|{{getGlobalVar 'zz' '' 'd'}}|{{getGlobalVar}}"), "|d|");
    assert_eq!(print("{{setGlobalVar 'a' undefined}}{{getGlobalVar 'a' '' 'gone'}}"), "gone");
}

#[test]
fn an_environment_variable_is_found_with_and_without_its_prefix() {
    let template =
        "{{getEnvVar 'A'}}|{{getEnvVar 'MOCKOON_A'}}|{{getEnvVar 'PATH' 'd'}}|{{getEnvVar 'B'}}|{{getEnvVar}}";
    assert_eq!(render_with(&mut Fixture::default(), template).unwrap(), "of the process|of the process|d||");
}
