//! A gateway in memory, as one template of Microcks' sees it.

use expressions_engine::Host;

/// The body of a request that brings none.
pub(super) const JSON: &str = r#"{"a":[{"n":1},{"n":2.50}],"s":"<\"s\">","nul":null,"f":false,"d/t":{"~":"x"}}"#;
/// A body of the other kind.
pub(super) const XML: &str =
    r#"<o:list xmlns:o="urn:o" id="7"><item><name>a &lt; b</name></item><item>c</item></o:list>"#;

/// One request, and the response that it got.
pub(super) struct Memory<'b> {
    body: &'b str,
    draws: u64,
}

// === impl Memory ===

impl<'b> Memory<'b> {
    /// A request with a body.
    pub(super) fn new(body: &'b str) -> Self {
        Self { body, draws: 0 }
    }
}

impl Host for Memory<'_> {
    fn has_request(&mut self) -> bool {
        true
    }

    fn path(&mut self) -> String {
        "/hello/micro%20cks/%F0%9F".to_owned()
    }

    fn query(&mut self) -> Option<String> {
        Some("a=1&b=x+y&a=2&a%20b=%C3%A9&c".to_owned())
    }

    fn header(&mut self, name: &str) -> Option<String> {
        self.headers().into_iter().find_map(|(known, value)| (known == name).then_some(value))
    }

    fn headers(&mut self) -> Vec<(String, String)> {
        [("content-type", "application/json"), ("x-trace", "abc")]
            .map(|(name, value)| (name.into(), value.into()))
            .into()
    }

    fn body(&mut self) -> String {
        self.body.to_owned()
    }

    fn response_status(&mut self) -> Option<u16> {
        Some(201)
    }

    fn response_headers(&mut self) -> Vec<(String, String)> {
        self.headers()
    }

    fn response_body(&mut self) -> String {
        r#"{"status":"PENDING"}"#.to_owned()
    }

    fn data(&mut self) -> Option<String> {
        Some(r#"{"later":"of the response","$path":"/hello"}"#.to_owned())
    }

    fn offset_minutes(&mut self) -> i32 {
        -210
    }

    fn now(&mut self) -> u64 {
        // 2026-11-22T10:20:30.456Z, a Sunday.
        1_795_342_830_456_789
    }

    fn random(&mut self) -> u64 {
        // Any sequence will do, as long as it is the same each time.
        self.draws = self.draws.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.draws
    }
}
