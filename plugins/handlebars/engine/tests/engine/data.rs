//! Templates that begin in an object of somebody's: a plugin's own values.

use handlebars_engine::{RenderError, Rendering, Template};

use crate::support::Fixture;

fn with_data(data: &str, source: &str) -> Result<String, RenderError> {
    let template = Template::compile(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    Rendering::new(&mut Fixture::default()).with_data(data)?.render(&template)
}

#[test]
fn its_members_are_reached_by_name() {
    let data = r#"{"name":"Ada & co","tries":[1,2],"user":{"town":"London"},"method":"mine"}"#;
    let cases = [
        ("{{name}}|{{{name}}}", "Ada &amp; co|Ada & co"),
        ("{{user.town}}{{#with user}}{{town}}{{../name}}{{/with}}", "LondonLondonAda &amp; co"),
        ("{{#each tries}}{{this}},{{/each}}{{@root.tries.length}}", "1,2,2"),
        ("{{method}} {{this.method}}", "POST mine"),
        ("{{nothing}}|{{#if nothing}}a{{else}}b{{/if}}", "|b"),
    ];
    for (template, printed) in cases {
        assert_eq!(with_data(data, template).as_deref(), Ok(printed), "{template}");
    }
}

#[test]
fn what_is_no_object_is_told() {
    for data in ["", "[]", "1", "{"] {
        assert_eq!(with_data(data, "x").unwrap_err().message(), "the data is no JSON object", "{data}");
    }
}
