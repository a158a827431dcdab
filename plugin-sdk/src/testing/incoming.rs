//! Requests that tests make.

use std::fmt::Display;

use serde::Serialize;

use crate::{Body, Request, Timestamp, host::Rest, outgoing::add_content_type, request::Head};

/// A request to be answered.
#[derive(Debug, Clone)]
#[must_use = "it is answered by `Gateway::call`"]
pub struct Incoming {
    head: Head,
    headers: Vec<(String, String)>,
    body: Body,
}

/// A `GET` of a path, a query behind it or not: `/orders?limit=3`.
pub fn get(target: &str) -> Incoming {
    request("GET", target)
}

/// A `POST` to a path.
pub fn post(target: &str) -> Incoming {
    request("POST", target)
}

/// A request of any method.
pub fn request(method: &str, target: &str) -> Incoming {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    let head = Head {
        method: method.into(),
        path: path.into(),
        query,
        route: "route".into(),
        session: "default".into(),
        ..Head::default()
    };
    Incoming { head, headers: vec![], body: Body::Empty }
}

// === impl Incoming ===

impl Incoming {
    /// A value that the route's path captured: `id` of `/orders/{id}`. The fakes know no routes.
    pub fn param(mut self, name: &str, value: impl Display) -> Self {
        self.head.params.push((name.into(), value.to_string()));
        self
    }

    /// A header field.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.into()));
        self
    }

    /// The content.
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// The content, as JSON, with its `content-type`.
    pub fn json(mut self, value: &(impl Serialize + ?Sized)) -> Self {
        self.body = Body::json(value);
        add_content_type(&mut self.headers, "application/json");
        self
    }

    /// The content, as a form, with its `content-type`; the text is sent as it is: `a=1&b=2`.
    pub fn form(mut self, text: &str) -> Self {
        self.body = text.into();
        add_content_type(&mut self.headers, "application/x-www-form-urlencoded");
        self
    }

    /// The session. Not given: `default`.
    pub fn session(mut self, name: &str) -> Self {
        self.head.session = name.into();
        self
    }

    /// The name of the route that matched. Not given: `route`.
    pub fn route(mut self, name: &str) -> Self {
        self.head.route = name.into();
        self
    }

    pub(super) fn arrive(mut self, number: u64, at: Timestamp) -> Request {
        let content_type = self.headers.iter().find(|(name, _)| name == "content-type");
        self.head.content_type = content_type.map(|(_, value)| value.clone());
        self.head.id = format!("request-{number}");
        self.head.number = number;
        self.head.received = at.unix_micros();
        Request::from_parts(self.head, Rest::new(self.headers, self.body.as_bytes().to_vec()))
    }
}
