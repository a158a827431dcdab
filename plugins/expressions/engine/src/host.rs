//! What a template can ask of the world around it: the only way out of the engine.

/// The gateway, as a template sees it. Everything is asked for when a template first needs it.
pub trait Host {
    /// Whether there is a request.
    fn has_request(&mut self) -> bool;

    /// The path that `request.path` splits, percent-encoding kept.
    fn path(&mut self) -> String;

    /// The query as sent, without `?`. Absent: there is none.
    fn query(&mut self) -> Option<String>;

    /// The value of a header field of the request. `name` is in lower case. Absent: no such field.
    fn header(&mut self, name: &str) -> Option<String>;

    /// Every header field of the request, names in lower case, in the order received.
    fn headers(&mut self) -> Vec<(String, String)>;

    /// The request's body as text; empty when there is none.
    fn body(&mut self) -> String;

    /// The status of the response that causes a callback. Absent: there is no response yet.
    fn response_status(&mut self) -> Option<u16>;

    /// Every header field of that response, names in lower case, in its order; none when there is no response yet.
    fn response_headers(&mut self) -> Vec<(String, String)>;

    /// The body of that response as text; empty when there is none.
    fn response_body(&mut self) -> String;

    /// The values that were put aside before, by name: the text of a JSON object. Absent: none.
    fn data(&mut self) -> Option<String>;

    /// Minutes that local time is ahead of UTC.
    fn offset_minutes(&mut self) -> i32;

    /// The gateway's time in microseconds since 1970.
    fn now(&mut self) -> u64;

    /// The next 64 random bits of this call.
    fn random(&mut self) -> u64;
}
