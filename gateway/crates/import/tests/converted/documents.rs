//! Environments over the whole of Mockoon's format (`mockoon.md`, section 1.1), as it writes them and as people do.

use proptest::{
    option,
    prelude::*,
    sample::{Index, select, subsequence},
};
use serde_json::{Value, json};

/// More things of a kind than these say nothing new.
const MOST: usize = 4;

/// One of some words.
fn word(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    select(words)
}

/// A UUID that says what it is of.
fn uuid(kind: u8, number: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012x}")
}

const FOLDER: u8 = 0xf;
const ROUTE: u8 = 0xa;
const RESPONSE: u8 = 0xb;
const CALLBACK: u8 = 0xc;
const BUCKET: u8 = 0xd;

/// A text as people write them, templates, quotation marks, line ends and all.
fn text() -> impl Strategy<Value = String> {
    let known = word(&[
        "",
        "plain",
        "{}",
        "{\"a\": [1, null]}\n",
        "{{faker 'person.firstName'}}",
        "{\n  \"id\": \"{{urlParam 'id'}}\",\n  \"b\": \"{{{body 'a.b'}}}\"\n}",
        "{{#repeat 2}}{{@index}}{{/repeat}}",
        "{{",
        "\\{{not}}",
        "${env:HOME} and ${file:/etc/hostname} and $${env:x}",
        "it's \"quoted\"",
        "'''",
        "\"\"\"",
        "ends with '",
        "back\\slash \\n",
        "tab\tand\r\nline ends\r",
        "\u{0}\u{1b}[31m\u{7f}\u{85}\u{2028}",
        "é 😀 \u{feff}",
        "# no comment = [1]",
    ]);
    prop_oneof![6 => known.prop_map(str::to_owned), 1 => "\\PC{0,20}", 1 => "[ -~\n]{0,30}"]
}

/// A number of milliseconds.
fn latency() -> impl Strategy<Value = Value> {
    select(vec![
        json!(0),
        json!(0),
        json!(1),
        json!(250),
        json!(1_500),
        json!(90_000),
        json!(0.5),
        json!(2_147_483_647),
    ])
}

fn headers() -> impl Strategy<Value = Value> {
    let names = word(&["Content-Type", "X-A", "x-a", "Set-Cookie", "Location", "", "no name", "X-é", "true"]);
    let values = word(&[
        "application/json",
        "text/plain; charset=latin1",
        "{{header 'x'}}",
        "a=b; Path=/",
        "",
        "a\nb",
        "é",
        "it's \"q\"",
    ]);
    let header = (names, values).prop_map(|(key, value)| json!({ "key": key, "value": value }));
    prop::collection::vec(header, 0..MOST).prop_map(Value::from)
}

/// The fields that responses and callbacks share.
fn content(file_as_body: bool) -> impl Strategy<Value = Value> {
    let files = word(&["", "body.json", "./a/{{urlParam 'id'}}.txt", "a\\b.html", "{{x}}", "it's.bin"]);
    let kind = select(vec!["INLINE", "INLINE", "FILE", "DATABUCKET"]);
    (text(), kind, files, word(&["", "ord1", "b2", "none"]), prop::bool::weighted(0.8)).prop_map(
        move |(body, kind, file, bucket, usual)| {
            json!({ "body": body, "bodyType": kind, "filePath": file, "databucketID": bucket, "sendFileAsBody": usual == file_as_body })
        },
    )
}

fn rule() -> impl Strategy<Value = Value> {
    let targets = word(&[
        "body",
        "query",
        "header",
        "cookie",
        "params",
        "path",
        "method",
        "request_number",
        "global_var",
        "data_bucket",
        "templating",
        "other",
    ]);
    let operators =
        word(&["equals", "regex", "regex_i", "null", "empty_array", "array_includes", "valid_json_schema", "other"]);
    let modifiers =
        word(&["", "id", "a.b.0", "$.a[?(@.b > 1)]", "X-A", "Orders.0.id", "ord1", "{{body 'x'}}", "it's", "a\nb"]);
    let values = word(&["", "1", "^a|b$", "(", "{{queryParam 'q'}}", "\"x\"", "ord1", "C:\\d+"]);
    (targets, operators, modifiers, values, any::<bool>()).prop_map(
        |(target, operator, modifier, value, invert)| {
            json!({ "target": target, "modifier": modifier, "value": value, "operator": operator, "invert": invert })
        },
    )
}

fn response() -> impl Strategy<Value = Value> {
    let statuses = vec![
        json!(200),
        json!(201),
        json!(204),
        json!(404),
        json!(500),
        json!(599),
        json!(999),
        json!("302"),
        json!(100),
    ];
    let labels = word(&["", "", "found", "it's", "201 created", "{{x}}"]);
    let own = (select(statuses), labels, latency(), headers());
    let rules = (prop::collection::vec(rule(), 0..MOST), word(&["OR", "AND"]));
    let flags = (prop::bool::weighted(0.3), prop::bool::weighted(0.2), prop::bool::weighted(0.3));
    let attachment = (0..MOST + 1, latency())
        .prop_map(|(number, latency)| json!({ "uuid": uuid(CALLBACK, number), "latency": latency }));
    let more = (content(false), word(&["id", "", "a.b", "it's"]), prop::collection::vec(attachment, 0..3));
    (own, rules, flags, more).prop_map(
        |((status, label, latency, headers), (rules, combine), flags, (content, key, callbacks))| {
            let mut response = json!({
                "statusCode": status, "label": label, "latency": latency, "headers": headers,
                "rules": rules, "rulesOperator": combine, "crudKey": key, "callbacks": callbacks,
                "disableTemplating": flags.0, "fallbackTo404": flags.1, "default": flags.2,
            });
            merge(&mut response, content);
            response
        },
    )
}

fn route() -> impl Strategy<Value = Value> {
    let methods = word(&["all", "get", "post", "put", "patch", "delete", "head", "options", "propfind", "unlock", ""]);
    let endpoints = word(&[
        "",
        "/",
        "orders",
        "orders/:id",
        "/orders//:id?/",
        "files/*",
        "a b",
        "opt{/:x}",
        "x(y)?",
        "v:major.:minor",
        "bad/:id(\\d+)",
        "it's",
        "é/\"q\"",
        "deep/:a/:b-:c",
        "${env:HOME}",
        "{{x}}",
    ]);
    let modes = vec![
        json!(null),
        json!("RANDOM"),
        json!("SEQUENTIAL"),
        json!("DISABLE_RULES"),
        json!("FALLBACK"),
        json!("odd"),
    ];
    let streaming = vec![json!(null), json!("UNICAST"), json!("BROADCAST")];
    let kind = prop_oneof![4 => Just("http"), 1 => Just("crud"), 1 => Just("ws")];
    let responses = prop::collection::vec(response(), 0..MOST);
    (kind, methods, endpoints, select(modes), select(streaming), 0..5_000u32, responses).prop_map(
        |(kind, method, endpoint, mode, streaming, interval, responses)| {
            json!({
                "type": kind, "method": method, "endpoint": endpoint, "documentation": "", "responseMode": mode,
                "streamingMode": streaming, "streamingInterval": interval, "responses": responses,
            })
        },
    )
}

/// Buckets of two known ids and one that nothing refers to.
fn buckets() -> impl Strategy<Value = Value> {
    let values = word(&[
        "[]",
        "[{\"id\": 1}, {\"id\": 2, \"name\": \"é\"}]",
        "{\"a\": 1.50, \"b\": -0, \"c\": 12345678901234567890}",
        "\"x\"",
        "null",
        "not JSON",
        "",
        "{{#repeat 3}}{{@index}},{{/repeat}}",
        "[{{body 'x'}}]",
        "\"{{now}}\"",
        "\"\\{{\"",
        "{ \"\\u0000\": \"\\ud83d\\ude00\" }",
        "\"'''\\n\\\"\\\"\\\"\"",
    ]);
    let names = word(&["Orders", "Orders", "", "a.b [c]", "it's", "$globals", "é\n"]);
    let bucket = (names, values);
    let ids = subsequence(vec!["ord1", "b2", "zzzz"], 0..4);
    (ids, prop::collection::vec(bucket, 3)).prop_map(|(ids, buckets)| {
        let bucket = |(number, (id, (name, value))): (usize, (&str, (&str, &str)))| {
            json!({ "uuid": uuid(BUCKET, number), "id": id, "name": name, "documentation": "", "value": value })
        };
        ids.into_iter().zip(buckets).enumerate().map(bucket).collect()
    })
}

fn callbacks() -> impl Strategy<Value = Value> {
    let methods = word(&["get", "post", "put", "patch", "delete", "head", "options", "propfind"]);
    let uris = word(&[
        "http://127.0.0.1:9/hook",
        "/hook/{{body 'id'}}",
        "https://{{header 'h'}}/x?y=it's",
        "",
        "no url",
        "/a b",
    ]);
    let names = word(&["Callback", "Callback", "paid", "a\"b", ""]);
    let callback = (names, methods, uris, headers(), content(true));
    prop::collection::vec(callback, 0..MOST).prop_map(|callbacks| {
        let callbacks = callbacks.into_iter().enumerate().map(|(number, (name, method, uri, headers, content))| {
            let mut callback = json!({
                "uuid": uuid(CALLBACK, number), "id": format!("c{number}"), "name": name, "documentation": "",
                "method": method, "uri": uri, "headers": headers,
            });
            merge(&mut callback, content);
            callback
        });
        callbacks.collect()
    })
}

/// What stands beside the routes.
fn serving() -> impl Strategy<Value = Value> {
    let server = (
        text(),
        word(&["", "api", "/v1/", "a/:tenant", "with space", "it's"]),
        word(&["", "127.0.0.1", "0.0.0.0", "localhost", "::1", "::", "host.example"]),
        prop_oneof![Just(0u32), Just(3_000), Just(80), Just(65_535), Just(70_000)],
    );
    let hosts = word(&["", "http://localhost:9", "https://api.example.com/v2/", "ftp://x", "no url"]);
    let proxy = (any::<bool>(), hosts, any::<bool>(), headers(), headers());
    let files = word(&["", "cert.pem", "{{getEnvVar 'X'}}.key", "it's"]);
    let tls = (any::<bool>(), word(&["CERT", "PFX"]), prop::collection::vec(files, 5));
    (server, proxy, option::weighted(0.2, tls), latency(), any::<bool>(), headers()).prop_map(
        |((name, prefix, hostname, port), (proxy, host, strip, request, response), tls, latency, cors, headers)| {
            let (enabled, kind, files) = tls.unwrap_or((false, "CERT", vec![""; 5]));
            json!({
                "name": name, "endpointPrefix": prefix, "hostname": hostname, "port": port, "latency": latency, "cors": cors,
                "headers": headers, "proxyMode": proxy, "proxyHost": host, "proxyRemovePrefix": strip,
                "proxyReqHeaders": request, "proxyResHeaders": response,
                "tlsOptions": {
                    "enabled": enabled, "type": kind, "pfxPath": files[0], "certPath": files[1], "keyPath": files[2],
                    "caPath": files[3], "passphrase": files[4],
                },
            })
        },
    )
}

/// A whole environment: every route lies at the root, in one of three folders of which the last is in the first, or nowhere.
pub(crate) fn environment() -> impl Strategy<Value = Value> {
    let routes = prop::collection::vec((route(), any::<Index>()), 0..6);
    (serving(), routes, buckets(), callbacks()).prop_map(|(mut environment, routes, data, callbacks)| {
        let mut places = vec![vec![]; 5];
        let mut all = vec![];
        for (number, (mut route, place)) in routes.into_iter().enumerate() {
            merge(&mut route, json!({ "uuid": uuid(ROUTE, number) }));
            for (index, response) in route["responses"].as_array_mut().into_iter().flatten().enumerate() {
                merge(response, json!({ "uuid": uuid(RESPONSE, number * MOST + index) }));
            }
            all.push(route);
            places[place.index(5)].push(json!({ "type": "route", "uuid": uuid(ROUTE, number) }));
        }
        let child = |number: usize| json!({ "type": "folder", "uuid": uuid(FOLDER, number) });
        places[1].insert(0, child(3));
        places[0].extend([child(1), child(2)]);
        let folder = |number: usize| json!({ "uuid": uuid(FOLDER, number), "name": format!("folder {number}"), "children": places[number] });
        merge(
            &mut environment,
            json!({
                "uuid": uuid(0xe, 1), "lastMigration": 33, "rootChildren": places[0], "folders": [folder(1), folder(2), folder(3)],
                "routes": all, "data": data, "callbacks": callbacks,
            }),
        );
        environment
    })
}

/// Puts an object's members into another.
fn merge(object: &mut Value, members: Value) {
    if let (Value::Object(object), Value::Object(members)) = (object, members) {
        object.extend(members);
    }
}
