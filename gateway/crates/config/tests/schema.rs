//! The schema that editors are pointed at is the one that the definitions make. `BLESS=1` writes it anew.

#[test]
fn the_committed_schema_is_that_of_the_definitions() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/ringback.schema.json");
    let schema = format!("{:#}\n", ringback_config::schema());
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &schema).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(committed == schema, "gateway/schema/ringback.schema.json is stale: run this test with `BLESS=1`");
}
