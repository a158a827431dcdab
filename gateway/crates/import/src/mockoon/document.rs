//! The definitions: every field of Mockoon's environments, with its default (`mockoon.md`, section 1.1).

use std::{ops::Range, sync::Arc};

use super::repair::{At, Fields, Repair};
use crate::json::Node;

/// Longest latency: JavaScript's timers count milliseconds in 31 bits.
const LATENCY_MAX_MS: u32 = i32::MAX as u32;
/// What a route may be for; the empty one is that of routes that are not of type `http`.
const ROUTE_METHODS: [&str; 16] = [
    "",
    "all",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "propfind",
    "proppatch",
    "move",
    "copy",
    "mkcol",
    "lock",
    "unlock",
];
/// What a callback may be sent with.
const CALLBACK_METHODS: &[&str] = ROUTE_METHODS.split_at(2).1;

pub(super) struct Environment {
    pub(super) name: At<Arc<str>>,
    pub(super) port: At<u32>,
    pub(super) hostname: At<Arc<str>>,
    pub(super) prefix: At<Arc<str>>,
    pub(super) latency: At<u32>,
    pub(super) cors: At<bool>,
    pub(super) headers: Vec<Header>,
    pub(super) routes: Vec<Route>,
    pub(super) folders: Vec<Folder>,
    pub(super) root_children: Vec<Child>,
    pub(super) buckets: Vec<Bucket>,
    pub(super) callbacks: Vec<Callback>,
}

pub(super) struct Header {
    pub(super) key: At<Arc<str>>,
    pub(super) value: At<Arc<str>>,
}

pub(super) struct Folder {
    pub(super) uuid: At<Arc<str>>,
    pub(super) children: Vec<Child>,
}

/// A place in the order of routes.
pub(super) struct Child {
    pub(super) uuid: At<Arc<str>>,
    pub(super) kind: At<&'static str>,
}

pub(super) struct Bucket {
    pub(super) id: At<Arc<str>>,
    pub(super) name: At<Arc<str>>,
    pub(super) value: At<Arc<str>>,
}

pub(super) struct Route {
    pub(super) uuid: At<Arc<str>>,
    pub(super) kind: At<&'static str>,
    pub(super) method: At<&'static str>,
    pub(super) endpoint: At<Arc<str>>,
    pub(super) mode: At<&'static str>,
    pub(super) responses: Vec<Response>,
    pub(super) place: Range<usize>,
}

pub(super) struct Response {
    pub(super) label: At<Arc<str>>,
    pub(super) status: At<u32>,
    pub(super) headers: Vec<Header>,
    pub(super) content: Content,
    pub(super) latency: At<u32>,
    pub(super) untemplated: At<bool>,
    pub(super) callbacks: Vec<Attachment>,
    pub(super) default: At<bool>,
    pub(super) place: Range<usize>,
}

/// Where a body comes from.
pub(super) struct Content {
    pub(super) body: At<Arc<str>>,
    /// Whether it is the body that is sent; else it was said that what is sent is not carried over yet.
    pub(super) inline: bool,
}

pub(super) struct Attachment {
    pub(super) uuid: At<Arc<str>>,
    pub(super) latency: At<u32>,
}

pub(super) struct Callback {
    pub(super) uuid: At<Arc<str>>,
    pub(super) name: At<Arc<str>>,
    pub(super) method: At<&'static str>,
    pub(super) uri: At<Arc<str>>,
    pub(super) headers: Vec<Header>,
    pub(super) content: Content,
    pub(super) place: Range<usize>,
}

impl Environment {
    pub(super) fn read(root: &Node, repair: &mut Repair<'_>) -> Self {
        let mut fields = Fields::new("an environment", root, repair);
        fields.skip(&["uuid"]);
        check_format(&mut fields);
        let environment = Self {
            name: fields.text("name", "New environment"),
            port: fields.whole("port", 3000, 0..=65_535),
            hostname: fields.text("hostname", ""),
            prefix: fields.text("endpointPrefix", ""),
            latency: fields.whole("latency", 0, 0..=LATENCY_MAX_MS),
            cors: fields.flag("cors", true),
            headers: fields.list("headers", "a header", Header::read),
            routes: fields.list("routes", "a route", Route::read),
            folders: fields.list("folders", "a folder", Folder::read),
            root_children: fields.list("rootChildren", "a child", Child::read),
            buckets: fields.list("data", "a data bucket", Bucket::read),
            callbacks: fields.list("callbacks", "a callback", Callback::read),
        };
        read_proxy(&mut fields);
        fields.object("tlsOptions", "the TLS options", read_tls);
        fields.finish();
        environment
    }
}

fn check_format(fields: &mut Fields<'_, '_>) {
    let format = fields.whole("lastMigration", 0, 0..=33);
    let message = match (format.given, format.value) {
        (true, 33) => return,
        (true, older) => {
            format!("this environment is in Mockoon's format {older}, it is read as if it were in format 33")
        }
        (false, _) => "`lastMigration` is missing: the environment is read as if it were in format 33".into(),
    };
    fields.warn(format.span, message, "open it in Mockoon once, and it is written in the current format");
}

fn read_proxy(fields: &mut Fields<'_, '_>) {
    let enabled = fields.flag("proxyMode", false);
    fields.not_yet(&enabled, !enabled.value, "proxyMode", "what no route takes is told 404");
    fields.skip(&["proxyHost", "proxyRemovePrefix", "proxyReqHeaders", "proxyResHeaders"]);
}

fn read_tls(mut fields: Fields<'_, '_>) {
    let enabled = fields.flag("enabled", false);
    fields.not_yet(&enabled, !enabled.value, "enabled", "it is served without TLS");
    fields.skip(&["type", "pfxPath", "certPath", "keyPath", "caPath", "passphrase"]);
    fields.finish();
}

impl Header {
    fn read(mut fields: Fields<'_, '_>) -> Self {
        let header = Self { key: fields.text("key", ""), value: fields.text("value", "") };
        fields.finish();
        header
    }
}

impl Folder {
    fn read(mut fields: Fields<'_, '_>) -> Self {
        fields.skip(&["name"]);
        let folder = Self { uuid: fields.text("uuid", ""), children: fields.list("children", "a child", Child::read) };
        fields.finish();
        folder
    }
}

impl Child {
    fn read(mut fields: Fields<'_, '_>) -> Self {
        let child = Self { uuid: fields.text("uuid", ""), kind: fields.word("type", "route", &["route", "folder"]) };
        fields.finish();
        child
    }
}

impl Bucket {
    fn read(mut fields: Fields<'_, '_>) -> Self {
        fields.skip(&["uuid", "documentation"]);
        let bucket =
            Self { id: fields.text("id", ""), name: fields.text("name", ""), value: fields.text("value", "[]") };
        fields.finish();
        bucket
    }
}

impl Route {
    fn read(mut fields: Fields<'_, '_>) -> Self {
        fields.skip(&["documentation"]);
        let kind = fields.word("type", "http", &["http", "crud", "ws"]);
        let route = Self {
            uuid: fields.text("uuid", ""),
            method: fields.word("method", "get", &ROUTE_METHODS),
            endpoint: fields.text("endpoint", ""),
            mode: fields.word("responseMode", "", &["", "RANDOM", "SEQUENTIAL", "DISABLE_RULES", "FALLBACK"]),
            responses: fields.list("responses", "a response", Response::read),
            place: fields.place(),
            kind,
        };
        fields.not_yet(&route.kind, route.kind.value == "http", "type", "the route is left out");
        let instead = "requests that no rule takes get the default response";
        fields.not_yet(&route.mode, route.mode.value != "FALLBACK", "responseMode", instead);
        // Only routes of type `ws` stream, and those were reported as a whole.
        fields.skip(&["streamingMode", "streamingInterval"]);
        fields.finish();
        route
    }
}

impl Response {
    fn read(mut fields: Fields<'_, '_>) -> Self {
        let content = Content::read(&mut fields, "{}", "the response has no content");
        fields.skip(&["uuid", "rulesOperator", "crudKey", "fallbackTo404"]);
        fields.list_not_yet("rules", "no request chooses this response by them");
        let response = Self {
            label: fields.text("label", ""),
            status: fields.whole("statusCode", 200, 100..=999),
            headers: fields.list("headers", "a header", Header::read),
            latency: fields.whole("latency", 0, 0..=LATENCY_MAX_MS),
            untemplated: fields.flag("disableTemplating", false),
            callbacks: fields.list("callbacks", "an attachment", Attachment::read),
            default: fields.flag("default", false),
            place: fields.place(),
            content,
        };
        fields.finish();
        response
    }
}

impl Content {
    /// The fields that responses and callbacks share. A file without a path is the inline body (section 2.4).
    fn read(fields: &mut Fields<'_, '_>, default: &str, instead: &str) -> Self {
        let kind = fields.word("bodyType", "INLINE", &["INLINE", "FILE", "DATABUCKET"]);
        let path = fields.text("filePath", "");
        fields.skip(&["databucketID", "sendFileAsBody"]);
        let inline = kind.value == "INLINE" || (kind.value == "FILE" && path.value.is_empty());
        fields.not_yet(&kind, inline, "bodyType", instead);
        Self { body: fields.text("body", default), inline }
    }
}

impl Attachment {
    fn read(mut fields: Fields<'_, '_>) -> Self {
        let attachment =
            Self { uuid: fields.text("uuid", ""), latency: fields.whole("latency", 0, 0..=LATENCY_MAX_MS) };
        fields.finish();
        attachment
    }
}

impl Callback {
    fn read(mut fields: Fields<'_, '_>) -> Self {
        fields.skip(&["id", "documentation"]);
        let callback = Self {
            content: Content::read(&mut fields, "", "the callback has no content"),
            uuid: fields.text("uuid", ""),
            name: fields.text("name", "Callback"),
            method: fields.word("method", "post", CALLBACK_METHODS),
            uri: fields.text("uri", ""),
            headers: fields.list("headers", "a header", Header::read),
            place: fields.place(),
        };
        fields.finish();
        callback
    }
}
