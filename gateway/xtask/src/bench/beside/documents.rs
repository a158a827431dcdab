//! The environments that both serve, as Mockoon 9.9 writes them.

use serde_json::{Value, json};

/// A fixed answer and a templated one.
pub(super) fn plain() -> Value {
    let templated = r#"{"id":"{{urlParam 'x'}}{{header 'x-id'}}","amount":{{body 'amount'}},"currency":"{{body 'currency'}}","status":"pending"}"#;
    let hello = route(1, "http", "get", "hello", &response(1, "INLINE", r#"{"message":"hello"}"#, "", true));
    let echo = route(2, "http", "post", "echo", &response(2, "INLINE", templated, "", false));
    environment("plain", vec![hello, echo], json!([]))
}

/// A collection of so many items.
pub(super) fn items(count: usize) -> Value {
    const CITIES: [&str; 3] = ["Oslo", "Rome", "Bern"];
    // Any sequence that mixes well does (MINSTD, Park and Miller).
    let mut drawn: u64 = 1;
    let mut draw = |below: u64| {
        drawn = drawn * 48_271 % 0x7fff_ffff;
        drawn % below
    };
    let mut item = |id: usize| {
        let city = CITIES.get(draw(3) as usize).copied().unwrap_or_default();
        json!({ "id": id, "name": format!("user {}", draw(10_000)), "age": draw(90), "city": city })
    };
    let items: Vec<Value> = (0..count).map(&mut item).collect();
    let users = route(1, "crud", "", "users", &response(1, "DATABUCKET", "", "usrs", false));
    let bucket = json!({
        "uuid": uuid(5, 1), "id": "usrs", "name": "users", "documentation": "", "value": Value::Array(items).to_string(),
    });
    environment("items", vec![users], json!([bucket]))
}

/// So many routes with a parameter each.
pub(super) fn routes(count: usize) -> Value {
    let route = |n: usize| {
        let response = response(n, "INLINE", r#"{"message":"hello"}"#, "", true);
        route(n, "http", "get", &format!("resource-{n}/:id"), &response)
    };
    environment("routes", (0..count).map(route).collect(), json!([]))
}

fn environment(name: &str, routes: Vec<Value>, data: Value) -> Value {
    let children: Vec<Value> = routes.iter().map(|route| json!({ "type": "route", "uuid": route["uuid"] })).collect();
    json!({
        "uuid": uuid(1, 1), "lastMigration": 33, "name": name, "port": 3000, "hostname": "127.0.0.1",
        "endpointPrefix": "", "latency": 0, "cors": true, "headers": [], "proxyMode": false, "proxyHost": "",
        "proxyRemovePrefix": false, "proxyReqHeaders": [], "proxyResHeaders": [],
        "tlsOptions": {
            "enabled": false, "type": "CERT", "pfxPath": "", "certPath": "", "keyPath": "", "caPath": "", "passphrase": "",
        },
        "folders": [], "rootChildren": children, "routes": routes, "data": data, "callbacks": [],
    })
}

fn route(n: usize, kind: &str, method: &str, endpoint: &str, response: &Value) -> Value {
    json!({
        "uuid": uuid(2, n), "type": kind, "documentation": "", "method": method, "endpoint": endpoint,
        "responses": [response], "responseMode": null, "streamingMode": null, "streamingInterval": 0,
    })
}

fn response(n: usize, kind: &str, body: &str, bucket: &str, is_plain: bool) -> Value {
    json!({
        "uuid": uuid(3, n), "body": body, "latency": 0, "statusCode": 200, "label": "",
        "headers": [{ "key": "Content-Type", "value": "application/json" }], "bodyType": kind, "filePath": "",
        "databucketID": bucket, "sendFileAsBody": false, "rules": [], "rulesOperator": "OR",
        "disableTemplating": is_plain, "fallbackTo404": false, "default": true, "crudKey": "id", "callbacks": [],
    })
}

/// An id as Mockoon's are, of a kind of thing and its number.
fn uuid(kind: usize, n: usize) -> String {
    format!("{kind}0000000-0000-4000-8000-{n:012}")
}
