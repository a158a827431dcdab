//! A host with one request, in memory.

use expressions_engine::{Bodies, Host, RenderError, Rendering, Template};

/// What the tests' templates see.
pub(crate) struct Fixture {
    pub path: &'static str,
    pub query: Option<&'static str>,
    pub headers: Vec<(&'static str, &'static str)>,
    pub body: String,
    pub response: Option<(u16, &'static str)>,
    pub data: Option<String>,
    pub has_request: bool,
    pub now: u64,
    pub random: u64,
    pub offset: i32,
    /// What was asked for, in order.
    pub asked: Vec<&'static str>,
}

impl Default for Fixture {
    fn default() -> Self {
        Self {
            path: "/hello/micro%20cks",
            query: Some("a=1&b=x+y&a=2"),
            headers: vec![("x-trace", "abc"), ("content-type", "application/json")],
            body: String::new(),
            response: None,
            data: None,
            has_request: true,
            now: 1_772_600_767_089_000,
            random: 0,
            offset: 0,
            asked: vec![],
        }
    }
}

impl Fixture {
    pub(crate) fn of_body(body: &str) -> Self {
        Self { body: body.to_owned(), ..Self::default() }
    }

    /// A template's text, which parses.
    pub(crate) fn render(&mut self, template: &str) -> Result<String, RenderError> {
        let compiled = Template::compile(template).unwrap_or_else(|found| panic!("`{template}`: {found:?}"));
        Rendering::new(self, &Bodies::default()).render(&compiled)
    }

    /// A template's text, as Microcks renders it.
    pub(crate) fn render_leniently(&mut self, template: &str) -> String {
        let compiled = Template::compile_leniently(template);
        let rendered = Rendering::new(self, &Bodies::default()).render(&compiled);
        rendered.unwrap_or_else(|_| compiled.source().to_owned())
    }
}

/// A template's text for a body.
pub(crate) fn of_body(body: &str, template: &str) -> String {
    Fixture::of_body(body).render(template).unwrap()
}

impl Host for Fixture {
    fn has_request(&mut self) -> bool {
        self.has_request
    }

    fn path(&mut self) -> String {
        self.asked.push("path");
        self.path.to_owned()
    }

    fn query(&mut self) -> Option<String> {
        self.asked.push("query");
        self.query.map(str::to_owned)
    }

    fn header(&mut self, name: &str) -> Option<String> {
        self.asked.push("header");
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    fn headers(&mut self) -> Vec<(String, String)> {
        self.headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn body(&mut self) -> String {
        self.asked.push("body");
        self.body.clone()
    }

    fn response_status(&mut self) -> Option<u16> {
        self.response.map(|(status, _)| status)
    }

    fn response_headers(&mut self) -> Vec<(String, String)> {
        vec![("location".to_owned(), "/orders/7".to_owned())]
    }

    fn response_body(&mut self) -> String {
        self.response.map(|(_, body)| body.to_owned()).unwrap_or_default()
    }

    fn data(&mut self) -> Option<String> {
        self.asked.push("data");
        self.data.clone()
    }

    fn offset_minutes(&mut self) -> i32 {
        self.offset
    }

    fn now(&mut self) -> u64 {
        self.now
    }

    fn random(&mut self) -> u64 {
        // SplitMix64.
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
