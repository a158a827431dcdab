//! Test vectors of plugins.

use http::{HeaderName, HeaderValue, Method, Uri};
use ringback_diag::quoted;
use ringback_model::{environment::HostPattern, secret::SecretName, time::Timestamp};

use super::Lowering;
use crate::{
    document::{self, At, DurationText, Entries, Seed},
    vectors::{Act, Call, Callback, Content, Expect, Request, Vectors},
};

/// 2026-01-01T00:00:00Z: where the clock of vectors stands that do not say.
const NOW: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);
/// Hosts of callbacks that vectors may speak of without more words: nothing is ever sent.
const CALLBACK_HOSTS: [&str; 4] = ["localhost", "127.0.0.1", "example.com", "*.example.com"];

impl Lowering<'_> {
    /// The vectors of a document.
    pub(crate) fn vectors(&mut self, document: &document::Vectors) -> Vectors {
        let now = document.now.as_ref().and_then(|now| self.moment(now)).unwrap_or(NOW);
        let seed = document.seed.as_ref().and_then(|seed| u64::try_from(seed.value).ok()).unwrap_or(1);
        let secrets = document.secrets.0.iter();
        let secrets: Vec<_> = secrets.map(|(name, value)| (name, value.value.clone())).collect();
        let secrets =
            secrets.into_iter().filter_map(|(name, value)| Some((self.name(name, SecretName::try_new)?, value)));
        let secrets = secrets.collect();
        Vectors {
            config: self.table(&document.config),
            seed,
            now,
            secrets,
            buckets: self.buckets(&document.buckets),
            callback_hosts: self.callback_hosts(document.callback_hosts.as_deref()),
            calls: document.call.iter().filter_map(|call| self.call(call)).collect(),
            file: self.file.clone(),
        }
    }

    fn call(&mut self, call: &At<document::VectorCall>) -> Option<Call> {
        let document::VectorCall { name, advance, expect, .. } = &call.value;
        let act = match advance {
            Some(by) => self.advance(&call.value, by)?,
            None => Act::Request(self.request(call)?),
        };
        let shown = match &act {
            Act::Request(request) => format!("{} {}", request.method, request.path),
            Act::Advance(_) => format!("advance {}", advance.as_ref().map_or("", |by| by.value.0.as_str())),
        };
        let expect = self.expect(expect, &act);
        Some(Call { name: name.clone().unwrap_or(shown), span: call.span.clone(), act, expect })
    }

    fn advance(&mut self, call: &document::VectorCall, by: &At<DurationText>) -> Option<Act> {
        let also = [
            (call.method.as_ref().map(|method| &method.span), "method"),
            (call.path.as_ref().map(|path| &path.span), "path"),
            (call.json.as_ref().map(|json| &json.span), "json"),
            (call.body.as_ref().map(|body| &body.span), "body"),
        ];
        for (span, key) in also {
            if let Some(span) = span {
                let message = format!("a call that moves the clock has no {}", quoted(key));
                self.wrong(&span.clone(), message, "make two calls of it: `advance` stands instead of a request");
            }
        }
        self.duration(Some(by)).map(Act::Advance)
    }

    fn request(&mut self, call: &At<document::VectorCall>) -> Option<Request> {
        let document::VectorCall { method, path, headers, json, body, .. } = &call.value;
        let Some(path) = path else {
            self.wrong(
                &call.span,
                "a call has neither `path` nor `advance`",
                "add `path = \"/...\"`, or `advance = \"5s\"`",
            );
            return None;
        };
        let method = match method {
            None => Some(Method::GET),
            Some(method) => {
                let read = Method::from_bytes(method.value.as_bytes()).ok();
                if read.is_none() {
                    self.wrong(&method.span, format!("{} is no method", quoted(&method.value)), "as in `\"POST\"`");
                }
                read
            }
        };
        let target = path.value.parse::<Uri>().ok().filter(|_| path.value.starts_with('/'));
        if target.is_none() {
            let message = format!("{} is no path", quoted(&path.value));
            self.wrong(&path.span, message, "it starts with `/`; what is no plain character is percent-encoded");
        }
        if let (Some(json), Some(_)) = (json, body) {
            self.wrong(&json.span, "a request has `json` and `body`", "keep one of them");
        }
        let mut headers = self.sent(headers);
        let mut content = body.as_ref().map(|body| body.value.clone()).unwrap_or_default();
        if let Some(json) = json.as_ref().and_then(|json| self.json(json)) {
            content = json.to_string();
            if !headers.iter().any(|(name, _)| name == http::header::CONTENT_TYPE) {
                headers.push((http::header::CONTENT_TYPE, HeaderValue::from_static("application/json")));
            }
        }
        Some(Request { method: method?, path: target?, path_span: path.span.clone(), headers, body: content })
    }

    fn sent(&mut self, headers: &Entries<At<String>>) -> Vec<(HeaderName, HeaderValue)> {
        let mut sent = vec![];
        for (name, value) in &headers.0 {
            let read = HeaderValue::from_str(&value.value).ok();
            if read.is_none() {
                self.wrong(&value.span, "a header's value has no control characters", "leave it out");
            }
            sent.extend(self.field(name).zip(read));
        }
        sent
    }

    fn field(&mut self, name: &At<String>) -> Option<HeaderName> {
        let read = HeaderName::from_bytes(name.value.as_bytes()).ok();
        if read.is_none() {
            let message = format!("{} is no header's name", quoted(&name.value));
            self.wrong(&name.span, message, "as in `content-type`");
        }
        read
    }

    fn expect(&mut self, expect: &document::VectorExpect, act: &Act) -> Expect {
        match act {
            Act::Advance(_) => {
                let span = expect.status.as_ref().map(|status| &status.span);
                let span = span.or_else(|| expect.json.as_ref().map(|json| &json.span));
                if let Some(span) = span.or_else(|| expect.body.as_ref().map(|body| &body.span)) {
                    self.wrong(&span.clone(), "a step of the clock has no answer", "expect `delivered`, or `buckets`");
                }
            }
            Act::Request(_) => {
                if let Some(delivered) = &expect.delivered {
                    let help = "expect `callbacks` of a request, and `delivered` of a call with `advance`";
                    self.wrong(&delivered.span, "callbacks are sent when the clock moves", help);
                }
            }
        }
        let buckets = &expect.buckets.0;
        Expect {
            status: expect.status.as_ref().and_then(|status| u16::try_from(status.value).ok()),
            headers: self.expected_fields(&expect.headers),
            content: self.content(expect.json.as_ref(), expect.body.as_ref().map(|body| &body.value)),
            buckets: buckets.iter().filter_map(|(name, value)| Some((name.value.clone(), self.json(value)?))).collect(),
            callbacks: expect.callbacks.as_ref().map(|callbacks| self.expected(callbacks)),
            delivered: expect.delivered.as_ref().map(|callbacks| self.expected(&callbacks.value)),
        }
    }

    fn expected(&mut self, callbacks: &[document::VectorCallback]) -> Vec<Callback> {
        callbacks
            .iter()
            .map(|callback| Callback {
                name: callback.name.clone(),
                delay: self.duration(callback.delay.as_ref()),
                method: callback.method.clone(),
                url: callback.url.clone(),
                headers: self.expected_fields(&callback.headers),
                content: self.content(callback.json.as_ref(), callback.body.as_ref()),
                ordering_key: callback.ordering_key.clone(),
                idempotency_key: callback.idempotency_key.clone(),
            })
            .collect()
    }

    fn expected_fields(&mut self, headers: &Entries<At<String>>) -> Vec<(HeaderName, String)> {
        headers.0.iter().filter_map(|(name, value)| Some((self.field(name)?, value.value.clone()))).collect()
    }

    fn content(&mut self, json: Option<&At<Seed>>, body: Option<&String>) -> Option<Content> {
        if let (Some(json), Some(_)) = (json, body) {
            self.wrong(&json.span, "a content is expected twice, as `json` and as `body`", "keep one of them");
        }
        match json {
            Some(json) => self.json(json).map(Content::Json),
            None => body.cloned().map(Content::Text),
        }
    }

    fn moment(&mut self, text: &At<String>) -> Option<Timestamp> {
        let read = text.value.parse::<jiff::Timestamp>().ok();
        let micros = read.and_then(|read| u64::try_from(read.as_microsecond()).ok());
        if micros.is_none() {
            let message = format!("{} is no moment since 1970", quoted(&text.value));
            self.wrong(&text.span, message, "as in `\"2026-01-02T03:04:05Z\"`");
        }
        micros.map(Timestamp::from_micros)
    }

    fn callback_hosts(&mut self, hosts: Option<&[At<String>]>) -> Vec<HostPattern> {
        let Some(hosts) = hosts else {
            return CALLBACK_HOSTS.into_iter().filter_map(|host| HostPattern::try_new(host).ok()).collect();
        };
        let mut read = vec![];
        for host in hosts {
            match HostPattern::try_new(&host.value) {
                Ok(pattern) => read.push(pattern),
                Err(error) => self.wrong(&host.span, error.to_string(), "a name, with a port or without"),
            }
        }
        read
    }
}
