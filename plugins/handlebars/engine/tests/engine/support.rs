//! A host with one request and a few buckets, in memory.

use std::{cell::RefCell, collections::HashMap};

use handlebars_engine::{Bucket, BucketError, Change, Host, RenderError, Rendering, Template, Text};
use handlebars_faker::Mersenne;

/// What the tests' templates see.
pub(crate) struct Fixture {
    pub query: &'static str,
    pub params: Vec<(&'static str, &'static str)>,
    pub headers: Vec<(&'static str, &'static str)>,
    pub body: &'static str,
    /// Names and JSON; an empty text is a bucket that holds nothing.
    pub buckets: Vec<(&'static str, &'static str)>,
    pub response: Option<Responded>,
    /// Every change and every read of a bucket, and every read of the response's body, in order.
    pub calls: RefCell<Vec<String>>,
    pub logged: Vec<String>,
    pub random: u64,
    pub globals: HashMap<String, String>,
    pub zone: &'static str,
    /// The environment's generator, where it has a seed.
    pub shared: Option<Mersenne>,
}

/// The response that a callback's templates see.
pub(crate) struct Responded {
    pub status: u16,
    pub headers: &'static [(&'static str, &'static str)],
    pub body: &'static str,
}

impl Default for Fixture {
    fn default() -> Self {
        Self {
            query: "x=%3Cb%3E%26&n=2&arr=p&arr=q",
            params: vec![("id", "7")],
            headers: vec![
                ("host", "localhost:3000"),
                ("x-h", "<H>\"'"),
                ("cookie", "c=%3Cv%3E"),
                ("content-type", "application/json"),
            ],
            body: r#"{"a":[{"n":1},{"n":2}],"s":"<s>","nul":null,"f":false,"d.t":"dot","num":2}"#,
            buckets: vec![("Old orders", r#"[{"id":1}]"#), ("users", r#"{"n":1,"name":"<u>"}"#), ("word", "\"a<b\"")],
            response: None,
            calls: RefCell::default(),
            logged: Vec::new(),
            random: 0,
            globals: HashMap::new(),
            zone: "",
            shared: None,
        }
    }
}

impl Host for Fixture {
    fn method(&mut self) -> Text {
        Text::fixed("POST")
    }

    fn query(&mut self) -> Option<Text> {
        Some(Text::fixed(self.query))
    }

    fn param(&mut self, name: &str) -> Option<Text> {
        self.params.iter().find(|(known, _)| *known == name).map(|(_, value)| Text::fixed(value))
    }

    fn params(&mut self) -> Vec<(Text, Text)> {
        self.params.iter().map(|(name, value)| (Text::fixed(name), Text::fixed(value))).collect()
    }

    fn header(&mut self, name: &str) -> Option<Text> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| Text::fixed(value))
    }

    fn headers(&mut self) -> Vec<(Text, Text)> {
        self.headers.iter().map(|(name, value)| (Text::fixed(name), Text::fixed(value))).collect()
    }

    fn body(&mut self) -> Text {
        Text::fixed(self.body)
    }

    fn origin(&mut self) -> Text {
        Text::fixed("http://localhost:3000")
    }

    fn client(&mut self) -> Text {
        Text::fixed("127.0.0.1")
    }

    fn response_status(&mut self) -> Option<u16> {
        self.response.as_ref().map(|response| response.status)
    }

    fn response_headers(&mut self) -> Vec<(Text, Text)> {
        let fields = self.response.as_ref().map_or(&[][..], |response| response.headers);
        fields.iter().map(|(name, value)| (Text::fixed(name), Text::fixed(value))).collect()
    }

    fn response_body(&mut self) -> Option<Text> {
        self.calls.borrow_mut().push("response body".into());
        self.response.as_ref().map(|response| Text::fixed(response.body))
    }

    fn buckets(&mut self) -> Vec<Bucket> {
        self.buckets.iter().map(|(name, _)| Bucket { name: Text::fixed(name), id: None }).collect()
    }

    fn bucket_get(&mut self, bucket: &str, path: &str) -> Result<Option<Text>, BucketError> {
        self.calls.borrow_mut().push(format!("get {bucket} {path}"));
        let text = self.buckets.iter().find(|(name, _)| *name == bucket).map(|(_, text)| *text);
        if text.is_none() {
            return Err(BucketError::NoSuchBucket);
        }
        Ok(match path {
            "" => text.filter(|text| !text.is_empty()).map(Text::fixed),
            "n" => Some(Text::fixed("1")),
            "name" => Some(Text::fixed("\"<u>\"")),
            "flag" => Some(Text::fixed("true")),
            _ => None,
        })
    }

    fn bucket_change(&mut self, bucket: &str, path: &str, change: Change<'_>) -> Result<(), BucketError> {
        self.calls.borrow_mut().push(format!("{change:?} {bucket} {path}"));
        match (change, path) {
            (Change::Merge(_), "n") => Err(BucketError::DoesNotApply),
            (_, "fails") => Err(BucketError::Failed("no such bucket".into())),
            _ => Ok(()),
        }
    }

    fn global_get(&mut self, name: &str) -> Result<Option<Text>, BucketError> {
        Ok(self.globals.get(name).map(|json| Text::from(json.as_str())))
    }

    fn global_set(&mut self, name: &str, json: Option<&str>) -> Result<(), BucketError> {
        match json {
            Some(json) => self.globals.insert(name.into(), json.into()),
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
        Text::fixed(self.zone)
    }

    fn now(&mut self) -> u64 {
        // 2026-11-22T10:20:30.456Z, a Sunday.
        1_795_342_830_456_789
    }

    fn random(&mut self) -> u64 {
        self.random
    }

    fn shared_random(&mut self) -> Option<u32> {
        self.shared.as_mut().map(Mersenne::next_u32)
    }

    fn faker_locale(&mut self) -> Text {
        Text::fixed("en")
    }

    fn log(&mut self, message: &str) {
        self.logged.push(message.into());
    }
}

/// What a template prints for a host.
pub(crate) fn render_with(fixture: &mut Fixture, source: &str) -> Result<String, RenderError> {
    let template = Template::compile(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    Rendering::new(fixture).render(&template)
}

/// What a template prints for the default host.
pub(crate) fn render(source: &str) -> Result<String, RenderError> {
    render_with(&mut Fixture::default(), source)
}
