//! What a request says as values, and the languages that look into them. The first line says which reader is meant.

use ringback_values::{JmesPath, JsonPath, Text, Value, json, number, path, request};

use crate::Material;

/// Every reader of bodies once, with a content type that leads to it.
const BODIES: [(&str, &str); 4] = [
    ("application/xml", "<a b=\"1\"><c>x &amp; y</c><c/><![CDATA[z]]><!-- d --></a>"),
    ("application/x-www-form-urlencoded", "a[b][]=1&a[b][]=2&c.d=%C3%A9&e=+&f[3]=x"),
    ("application/json", "{\"a\":[1,-2.5e3,null,true,\"\\u00e9\\ud83d\\ude00\"]}"),
    (
        "multipart/form-data; boundary=b",
        "--b\r\ncontent-disposition: form-data; name=\"a[0]\"; filename*=utf-8''x.txt\r\n\r\n1\r\n--b--\r\n",
    ),
];
/// What paths look into where a text brings no document.
const DOCUMENT: &str = r#"{"a":[{"n":1,"s":"x"},{"n":2,"s":"y"}],"b":{"c":null,"d.e":true},"f":-1.5}"#;

/// Bodies and paths as the repository's files hold them, and one of each kind.
pub(crate) fn seeds(material: &Material) -> Vec<String> {
    let bodies = BODIES.map(|(kind, body)| format!("{kind}\n{body}"));
    let plain =
        ["query\na[b]=1&c[]=2", "cookie\na=%C3%A9; b=\"c\"", "number\n-0x1F", "path a.0.n\n"].map(str::to_owned);
    let quoted = |start: &'static str| {
        let texts = material.texts(move |_, text| text.starts_with(start) && text.len() < 2_000);
        texts.into_iter()
    };
    let xml = quoted("<").map(|text| format!("application/xml\n{text}"));
    let json = quoted("{\"").map(|text| format!("application/json\n{text}"));
    let paths = quoted("$").flat_map(|text| [format!("json-path {text}\n"), format!("jmes-path {text}\n")]);
    let expressions = ["json-path $..[?(@.n > 1)]\n", "jmes-path a[?n > `1`].s | sort(@)\n"].map(str::to_owned);
    bodies.into_iter().chain(plain).chain(expressions).chain(xml).chain(json).chain(paths).collect()
}

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (reader, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (word, argument) = reader.split_once(' ').unwrap_or((reader, ""));
    match word {
        "query" => printed(&request::parse_query(rest)),
        "cookie" => printed(&request::parse_cookies(rest)),
        "number" => numbers(rest),
        "json-path" => printed(&JsonPath::compile(argument).find(&document(rest)).unwrap_or_default()),
        "jmes-path" => {
            let found = JmesPath::compile(argument).map(|path| path.find(&document(rest)));
            printed(&found.unwrap_or_default());
        }
        "path" => looked_up(&document(rest), argument),
        _ => {
            printed(&request::parse_body(reader, &Text::from(rest)));
            let _ = request::parse_message(Some(reader), &Text::from(rest));
        }
    }
}

fn document(text: &str) -> Value {
    let text = if text.is_empty() { DOCUMENT } else { text };
    json::parse(&Text::from(text)).unwrap_or_default()
}

/// What a value prints is JSON, and that again the same.
fn printed(value: &Value) {
    let _ = (value.to_text(), value.to_number(), json::to_indented(value));
    let text = json::to_compact(value);
    if let Some(read) = json::parse(&text) {
        assert_eq!(json::to_compact(&read).as_str(), text.as_str());
    }
}

/// A number's text is read as the number.
fn numbers(text: &str) {
    let _ = number::parse_int(text);
    let number = number::parse(text);
    let mut printed = String::new();
    number::write(&mut printed, number);
    let read = number::parse(&printed);
    assert!(read == number || number.is_nan() && read.is_nan(), "{text:?} is {number}, which prints {printed}");
    let _ = (number::to_fixed(number, 0), number::to_fixed(number, 100));
}

fn looked_up(value: &Value, text: &str) {
    let _ = (path::split(text), path::bucket_path(&Text::from(text)), path::parent_of_length(text));
    printed(&path::get(value, text));
    printed(&path::try_lookup(value, &Value::string(text), Value::Null).unwrap_or_default());
}
