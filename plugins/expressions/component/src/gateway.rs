//! The engine's host: the gateway, through the contract's imports.

use expressions_engine::{Host, member_text};

use crate::{
    bindings::{
        exports::ringback::gateway::renderer::{Context, Responded},
        ringback::gateway::{
            clock, random,
            requests::{Head, Request},
        },
    },
    settings::{self, Settings},
};

/// The member of the data that holds the path below what an API is served at. Absent: the request's whole path counts.
const PATH: &str = "$path";

/// One render call's view of the gateway.
pub(crate) struct Gateway<'c> {
    head: Option<&'c Head>,
    request: Option<&'c Request>,
    response: Option<&'c Responded>,
    data: Option<&'c str>,
}

// === impl Gateway ===

impl<'c> Gateway<'c> {
    pub(crate) fn new(context: &'c Context, request: Option<&'c Request>) -> Self {
        let (head, response) = (context.head.as_ref(), context.response.as_ref());
        Self { head, request, response, data: context.data.as_deref() }
    }
}

impl Host for Gateway<'_> {
    fn has_request(&mut self) -> bool {
        self.head.is_some()
    }

    fn path(&mut self) -> String {
        let given = self.data.and_then(|data| member_text(data, PATH));
        given.or_else(|| self.head.map(|head| head.path.clone())).unwrap_or_default()
    }

    fn query(&mut self) -> Option<String> {
        self.head?.query.clone()
    }

    fn header(&mut self, name: &str) -> Option<String> {
        match name {
            // It has crossed already.
            "content-type" => self.head?.content_type.clone(),
            _ => self.request?.header(name),
        }
    }

    fn headers(&mut self) -> Vec<(String, String)> {
        let fields = self.request.map(Request::headers).unwrap_or_default();
        fields.into_iter().map(|field| (field.name, field.value)).collect()
    }

    fn body(&mut self) -> String {
        self.request.map(Request::text).unwrap_or_default()
    }

    fn response_status(&mut self) -> Option<u16> {
        self.response.map(|response| response.status)
    }

    fn response_headers(&mut self) -> Vec<(String, String)> {
        let fields = self.response.map(|response| response.headers.as_slice()).unwrap_or_default();
        fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect()
    }

    fn response_body(&mut self) -> String {
        self.response.map(|response| response.body.clone()).unwrap_or_default()
    }

    fn data(&mut self) -> Option<String> {
        self.data.map(str::to_owned)
    }

    fn offset_minutes(&mut self) -> i32 {
        settings::with(Settings::offset_minutes)
    }

    fn now(&mut self) -> u64 {
        clock::now()
    }

    fn random(&mut self) -> u64 {
        random::next()
    }
}
