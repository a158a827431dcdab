//! The schemas that editors are pointed at are those that the definitions make. `BLESS=1` writes them anew.
#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::Value;

fn check(name: &str, schema: &Value) {
    let path = format!("{}/../../schema/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let schema = format!("{schema:#}\n");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == schema, "gateway/schema/{name}.schema.json is stale: run this test with `BLESS=1`");
}

#[test]
fn the_committed_schema_is_that_of_the_definitions() {
    check("ringback", &ringback_config::schema());
}

#[test]
fn the_committed_schema_of_manifests_is_that_of_the_definitions() {
    check("plugin", &ringback_config::manifest::schema());
}
