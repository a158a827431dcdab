//! A gateway in memory, as one template sees it.

use std::collections::BTreeMap;

use handlebars_engine::{Bucket, BucketError, Change, Host, Text};
use handlebars_faker::Mersenne;
use ringback_model::{
    json::{Json, JsonError},
    path::DataPath,
};

/// The body of a request that brings none.
pub(super) const BODY: &str = r#"{"a":[{"n":1},{"n":2}],"s":"<s>","nul":null,"f":false,"d.t":"dot","num":2}"#;
/// The header fields of request and response.
const FIELDS: [(&str, &str); 4] = [
    ("host", "localhost:3000"),
    ("content-type", "application/json"),
    ("cookie", "c=%3Cv%3E; d=e"),
    ("authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."),
];

/// One request and the state that it finds.
pub(super) struct Memory<'b> {
    body: &'b str,
    buckets: BTreeMap<String, Json>,
    globals: BTreeMap<String, Text>,
    draws: u64,
    shared: Mersenne,
}

// === impl Memory ===

impl<'b> Memory<'b> {
    /// A gateway that has just started, and a request with a body.
    pub(super) fn new(body: &'b str) -> Self {
        let bucket = |(name, text): (&str, &str)| Some((name.to_owned(), Json::parse(text).ok()?));
        let buckets = [
            ("users", r#"[{"id":1,"name":"<u>"},{"id":2,"name":"v"}]"#),
            ("count", "1"),
            ("settings", r#"{"n":1,"list":[1,2,3],"deep":{"a":{"b":null}}}"#),
        ];
        let buckets = buckets.into_iter().filter_map(bucket).collect();
        Self { body, buckets, globals: BTreeMap::new(), draws: 0, shared: Mersenne::from_u32(1) }
    }
}

impl Host for Memory<'_> {
    fn method(&mut self) -> Text {
        Text::fixed("POST")
    }

    fn query(&mut self) -> Option<Text> {
        Some(Text::fixed("x=%3Cb%3E%26&n=2&arr=p&arr=q&o[a]=b"))
    }

    fn param(&mut self, name: &str) -> Option<Text> {
        (name == "id").then(|| Text::fixed("7"))
    }

    fn params(&mut self) -> Vec<(Text, Text)> {
        vec![(Text::fixed("id"), Text::fixed("7"))]
    }

    fn header(&mut self, name: &str) -> Option<Text> {
        FIELDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| Text::fixed(value))
    }

    fn headers(&mut self) -> Vec<(Text, Text)> {
        FIELDS.iter().map(|(name, value)| (Text::fixed(name), Text::fixed(value))).collect()
    }

    fn body(&mut self) -> Text {
        Text::from(self.body)
    }

    fn origin(&mut self) -> Text {
        Text::fixed("http://localhost:3000")
    }

    fn client(&mut self) -> Text {
        Text::fixed("127.0.0.1")
    }

    fn response_status(&mut self) -> Option<u16> {
        Some(201)
    }

    fn response_headers(&mut self) -> Vec<(Text, Text)> {
        self.headers()
    }

    fn response_body(&mut self) -> Option<Text> {
        Some(Text::fixed(BODY))
    }

    fn buckets(&mut self) -> Vec<Bucket> {
        let bucket = |name: &String| Bucket { name: Text::from(name.as_str()), id: None };
        self.buckets.keys().map(bucket).collect()
    }

    fn bucket_get(&mut self, bucket: &str, path: &str) -> Result<Option<Text>, BucketError> {
        let value = self.buckets.get(bucket).ok_or(BucketError::NoSuchBucket)?;
        Ok(value.at(&DataPath::parse(path)).map(|value| Text::from(value.to_text())))
    }

    fn bucket_change(&mut self, bucket: &str, path: &str, change: Change<'_>) -> Result<(), BucketError> {
        let value = self.buckets.get_mut(bucket).ok_or(BucketError::NoSuchBucket)?;
        changed(value, &DataPath::parse(path), change).map_err(|_| BucketError::DoesNotApply)
    }

    fn global_get(&mut self, name: &str) -> Result<Option<Text>, BucketError> {
        Ok(self.globals.get(name).cloned())
    }

    fn global_set(&mut self, name: &str, json: Option<&str>) -> Result<(), BucketError> {
        match json {
            Some(json) => self.globals.insert(name.to_owned(), Text::from(json)),
            None => self.globals.remove(name),
        };
        Ok(())
    }

    fn env(&mut self, name: &str) -> Option<Text> {
        (name == "MOCKOON_A").then(|| Text::fixed("of the process"))
    }

    fn env_prefix(&mut self) -> Text {
        Text::fixed("MOCKOON_")
    }

    fn zone(&mut self) -> Text {
        Text::fixed("CET-1CEST,M3.5.0,M10.5.0/3")
    }

    fn now(&mut self) -> u64 {
        // 2026-11-22T10:20:30.456Z, a Sunday.
        1_795_342_830_456_789
    }

    fn random(&mut self) -> u64 {
        // SplitMix64: any sequence will do, as long as it is the same each time.
        self.draws = self.draws.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.draws ^ (self.draws >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 27)
    }

    fn shared_random(&mut self) -> Option<u32> {
        Some(self.shared.next_u32())
    }

    fn faker_locale(&mut self) -> Text {
        Text::fixed("en")
    }

    fn log(&mut self, _: &str) {}
}

fn changed(value: &mut Json, path: &DataPath<'_>, change: Change<'_>) -> Result<(), JsonError> {
    let read = |text: &str| Json::parse(text).unwrap_or(Json::Null);
    match change {
        Change::Set(json) => value.set(path, read(json)).map(drop),
        Change::Push(json) => value.push(path, read(json)),
        Change::Merge(json) => value.merge(path, &read(json)),
        Change::Delete => {
            value.del(path);
            Ok(())
        }
        // Numbers are the gateway's business: what comes of it shows in the next reading only.
        Change::Add(_) => Ok(()),
    }
}
