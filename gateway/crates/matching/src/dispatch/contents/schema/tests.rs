use proptest::prelude::*;

use super::*;

#[track_caller]
fn assert_told(schema: &str, value: &str, expected: &[&str]) {
    let told = Schema::read(schema).unwrap().errors(&serde_json::from_str(value).unwrap());
    assert_eq!(told, expected, "{value} by {schema}");
}

#[test]
fn each_error_is_told() {
    let pastry = r##"{"type":"object","required":["name","price"],"additionalProperties":false,
        "properties":{"name":{"type":"string","minLength":2,"pattern":"^[A-Z]"},"price":{"type":"number","minimum":0,
        "exclusiveMinimum":true},"size":{"enum":["S","M"]},"note":{"type":"string","nullable":true}}}"##;
    assert_told(pastry, r#"{"name":"Éclair","price":1}"#, &["does not match the regex pattern ^[A-Z]"]);
    assert_told(pastry, r#"{"name":"Ab","price":2.5,"size":"M","note":null}"#, &[]);
    assert_told(
        pastry,
        r#"{"price":"2.6","size":"L","colour":1}"#,
        &[
            "required property 'name' not found",
            "property 'colour' is not defined in the schema and the schema does not allow additional properties",
            "string found, number expected",
            r#"does not have a value in the enumeration ["S", "M"]"#,
        ],
    );
    assert_told(
        pastry,
        r#"{"name":"A","price":0}"#,
        &["must be at least 2 characters long", "must have an exclusive minimum value of 0"],
    );
    assert_told(pastry, "[]", &["array found, object expected"]);
}

#[test]
fn schemas_are_combined_and_refer_to_each_other() {
    let tree = r##"{"$ref":"#/$defs/node","$defs":{"node":{"required":["v"],"properties":{"next":{"$ref":"#/$defs/node"}}}}}"##;
    assert_told(tree, r#"{"v":1,"next":{"v":2,"next":{}}}"#, &["required property 'v' not found"]);
    assert_told(r##"{"$ref":"#"}"##, "1", &[]);
    assert_told(r##"{"allOf":[{"$ref":"#"},{"$ref":"#"}]}"##, "1", &[]);
    let one = r#"{"oneOf":[{"type":"integer"},{"type":"number"}]}"#;
    assert_told(one, "1.5", &[]);
    assert_told(one, "1", &["must be valid to one and only one schema, but 2 are valid"]);
    assert_told(
        r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#,
        "1",
        &["integer found, string expected", "integer found, null expected"],
    );
    assert_told(r#"{"type":["string","null"]}"#, "1", &["integer found, [string, null] expected"]);
    assert_told(r#"{"not":{"const":1}}"#, "1.0", &[r#"must not be valid to the schema {"const":1}"#]);
    assert_told(
        r#"{"if":{"type":"string"},"then":{"format":"date"}}"#,
        r#""x""#,
        &["does not match the date pattern must be a valid RFC 3339 full-date"],
    );
}

#[test]
fn arrays_are_looked_into() {
    let schema = r#"{"items":{"type":"integer"},"minItems":2,"uniqueItems":true,"contains":{"const":7}}"#;
    assert_told(schema, "[7,8.0]", &[]);
    assert_told(
        schema,
        r#"["a"]"#,
        &[
            "string found, integer expected",
            "must have at least 2 items but found 1",
            r#"does not contain an element that passes these validations: {"const":7}"#,
        ],
    );
    assert_told(
        r#"{"prefixItems":[{"type":"string"}],"items":false}"#,
        "[1,2]",
        &[
            "integer found, string expected",
            "index '1' is not defined in the schema and the schema does not allow additional items",
        ],
    );
}

proptest! {
    #[test]
    fn any_value_may_be_taken_for_a_schema(
        text in r#"\{"(type|items|properties|\$ref|allOf|enum|if|format|minimum|required|not|pattern)":("[a-z#/]{0,5}"|\[\]|\{\}|\[\{\}\]|null|1)\}"#
    ) {
        if let Ok(schema) = Schema::read(&text) {
            schema.errors(&serde_json::json!({"a": [1, "b"]}));
        }
    }
}
