//! The definitions: every field of Mockoon's environments, with its default (`mockoon.md`, section 1.1), in the order of its
//! schema. Fields that say nothing about what is served are read for the repaired document alone.

use std::{ops::Range, sync::Arc};

use super::{
    FORMAT,
    repair::{At, Fields, Repair, Wrong},
};
use crate::json::{Node, Value};

/// What a route may be for. The empty one is that of routes that are not of type `http`.
pub(super) const ROUTE_METHODS: [&str; 16] = [
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
const MODES: [&str; 5] = ["", "RANDOM", "SEQUENTIAL", "DISABLE_RULES", "FALLBACK"];
const BODY_TYPES: [&str; 3] = ["INLINE", "DATABUCKET", "FILE"];
const TARGETS: [&str; 11] = [
    "body",
    "query",
    "header",
    "cookie",
    "params",
    "path",
    "method",
    "request_number",
    "global_var",
    "data_bucket",
    "templating",
];
const OPERATORS: [&str; 7] =
    ["equals", "regex", "regex_i", "null", "empty_array", "array_includes", "valid_json_schema"];

pub(super) struct Environment {
    pub(super) uuid: At<Arc<str>>,
    pub(super) name: At<Arc<str>>,
    pub(super) prefix: At<Arc<str>>,
    pub(super) latency: At<f64>,
    pub(super) port: At<f64>,
    pub(super) hostname: At<Arc<str>>,
    pub(super) root_children: Vec<Child>,
    pub(super) folders: Vec<Folder>,
    pub(super) routes: Vec<Route>,
    pub(super) proxy: Proxy,
    pub(super) tls: Tls,
    pub(super) cors: At<bool>,
    pub(super) headers: Vec<Header>,
    pub(super) buckets: Vec<Bucket>,
    pub(super) callbacks: Vec<Callback>,
}

pub(super) struct Header {
    pub(super) key: At<Arc<str>>,
    pub(super) value: At<Arc<str>>,
}

pub(super) struct Proxy {
    pub(super) enabled: At<bool>,
    pub(super) host: At<Arc<str>>,
    pub(super) remove_prefix: At<bool>,
    pub(super) request_headers: Vec<Header>,
    pub(super) response_headers: Vec<Header>,
}

pub(super) struct Tls {
    pub(super) enabled: At<bool>,
    pub(super) kind: At<&'static str>,
    pub(super) pfx: At<Arc<str>>,
    pub(super) certificate: At<Arc<str>>,
    pub(super) key: At<Arc<str>>,
    pub(super) chain: At<Arc<str>>,
    pub(super) passphrase: At<Arc<str>>,
}

pub(super) struct Folder {
    pub(super) uuid: At<Arc<str>>,
    pub(super) name: At<Arc<str>>,
    pub(super) children: Vec<Child>,
}

/// A place in the order of routes.
pub(super) struct Child {
    pub(super) uuid: At<Arc<str>>,
    pub(super) is_folder: bool,
}

pub(super) struct Bucket {
    pub(super) uuid: At<Arc<str>>,
    pub(super) id: At<Arc<str>>,
    pub(super) name: At<Arc<str>>,
    pub(super) value: At<Arc<str>>,
}

pub(super) struct Route {
    pub(super) uuid: At<Arc<str>>,
    pub(super) kind: At<&'static str>,
    pub(super) method: At<&'static str>,
    pub(super) endpoint: At<Arc<str>>,
    pub(super) responses: Vec<Response>,
    pub(super) mode: At<&'static str>,
    pub(super) streaming: At<&'static str>,
    pub(super) interval: At<f64>,
    pub(super) place: Range<usize>,
}

pub(super) struct Response {
    pub(super) uuid: At<Arc<str>>,
    pub(super) content: Content,
    pub(super) latency: At<f64>,
    pub(super) status: At<f64>,
    pub(super) label: At<Arc<str>>,
    pub(super) headers: Vec<Header>,
    pub(super) rules: Vec<Rule>,
    pub(super) combine: At<&'static str>,
    pub(super) untemplated: At<bool>,
    pub(super) fallback_to_404: At<bool>,
    pub(super) default: At<bool>,
    pub(super) crud_key: At<Arc<str>>,
    pub(super) callbacks: Vec<Attachment>,
    pub(super) place: Range<usize>,
}

pub(super) struct Rule {
    pub(super) target: At<&'static str>,
    pub(super) modifier: At<Arc<str>>,
    pub(super) value: At<Arc<str>>,
    pub(super) invert: At<bool>,
    pub(super) operator: At<&'static str>,
    pub(super) place: Range<usize>,
}

/// Where a body comes from: the fields that responses and callbacks share.
pub(super) struct Content {
    pub(super) kind: At<&'static str>,
    pub(super) body: At<Arc<str>>,
    pub(super) file: At<Arc<str>>,
    pub(super) bucket: At<Arc<str>>,
    pub(super) file_as_body: At<bool>,
}

pub(super) struct Attachment {
    pub(super) uuid: At<Arc<str>>,
    pub(super) latency: At<f64>,
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
    /// The environment, and the document that says just that and leaves nothing open.
    pub(super) fn read(root: &Node, repair: &mut Repair<'_>) -> (Self, Node) {
        let mut fields = Fields::new("an environment", root, repair);
        let environment = Self {
            uuid: fields.uuid(),
            name: {
                // Whatever it was, it has been brought to this one.
                fields.fixed("lastMigration", Value::Number(FORMAT));
                fields.text("name", "New environment")
            },
            prefix: fields.text("endpointPrefix", ""),
            latency: fields.number("latency", 0.0, 0.0..=f64::MAX),
            port: fields.number("port", 3000.0, 0.0..=65_535.0),
            hostname: fields.text("hostname", ""),
            root_children: fields.list("rootChildren", "a child", Wrong::IsLeftOut, Child::read),
            folders: fields.list("folders", "a folder", Wrong::IsDefault, Folder::read),
            routes: fields.list("routes", "a route", Wrong::IsDefault, Route::read),
            proxy: Proxy::read(&mut fields),
            tls: fields.object("tlsOptions", "the TLS options", Tls::read),
            cors: fields.flag("cors", true),
            headers: headers(&mut fields, "headers"),
            buckets: fields.list("data", "a data bucket", Wrong::IsLeftOut, Bucket::read),
            callbacks: fields.list("callbacks", "a callback", Wrong::IsLeftOut, Callback::read),
        };
        (environment, fields.finish())
    }
}

fn headers(fields: &mut Fields<'_, '_>, name: &'static str) -> Vec<Header> {
    fields.list(name, "a header", Wrong::IsDefault, |fields| {
        Some(Header { key: fields.text("key", ""), value: fields.text("value", "") })
    })
}

impl Proxy {
    /// From the environment's own fields.
    fn read(fields: &mut Fields<'_, '_>) -> Self {
        Self {
            enabled: fields.flag("proxyMode", false),
            host: fields.text("proxyHost", ""),
            remove_prefix: fields.flag("proxyRemovePrefix", false),
            request_headers: headers(fields, "proxyReqHeaders"),
            response_headers: headers(fields, "proxyResHeaders"),
        }
    }
}

impl Tls {
    fn read(fields: &mut Fields<'_, '_>) -> Self {
        Self {
            enabled: fields.flag("enabled", false),
            kind: fields.word("type", "CERT", &["CERT", "PFX"], false),
            pfx: fields.text("pfxPath", ""),
            certificate: fields.text("certPath", ""),
            key: fields.text("keyPath", ""),
            chain: fields.text("caPath", ""),
            passphrase: fields.text("passphrase", ""),
        }
    }
}

impl Folder {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        Some(Self {
            uuid: fields.uuid(),
            name: fields.text("name", "New folder"),
            children: fields.list("children", "a child", Wrong::IsLeftOut, Child::read),
        })
    }
}

impl Child {
    /// Absent: it does not say what it is.
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        const UNKNOWN: &str = "";
        let uuid = fields.uuid();
        let kind = fields.word("type", UNKNOWN, &["route", "folder"], false);
        Some(Self { uuid, is_folder: kind.value == "folder" }).filter(|_| kind.value != UNKNOWN)
    }
}

impl Bucket {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let (uuid, id, name) = (fields.uuid(), fields.short_id(), fields.text("name", "New data"));
        fields.text("documentation", "");
        Some(Self { uuid, id, name, value: fields.text("value", "[\n]") })
    }
}

impl Route {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let (uuid, kind) = (fields.uuid(), fields.word("type", "http", &["http", "crud", "ws"], false));
        fields.text("documentation", "");
        Some(Self {
            uuid,
            kind,
            method: fields.word("method", "get", &ROUTE_METHODS, false),
            endpoint: fields.text("endpoint", ""),
            responses: fields.list("responses", "a response", Wrong::IsDefault, Response::read),
            mode: fields.word("responseMode", "", &MODES, true),
            streaming: fields.word("streamingMode", "", &["", "UNICAST", "BROADCAST"], true),
            interval: fields.number("streamingInterval", 0.0, 0.0..=f64::MAX),
            place: fields.place(),
        })
    }
}

impl Response {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        Some(Self {
            uuid: fields.uuid(),
            content: Content::read(fields, "{}", false),
            latency: fields.number("latency", 0.0, 0.0..=f64::MAX),
            status: fields.number("statusCode", 200.0, 100.0..=999.0),
            label: fields.text("label", ""),
            headers: headers(fields, "headers"),
            rules: fields.list("rules", "a rule", Wrong::IsDefault, Rule::read),
            combine: fields.word("rulesOperator", "OR", &["OR", "AND"], false),
            untemplated: fields.flag("disableTemplating", false),
            fallback_to_404: fields.flag("fallbackTo404", false),
            default: fields.flag("default", false),
            crud_key: fields.filled_text("crudKey", "id"),
            callbacks: fields.list("callbacks", "an attachment", Wrong::IsLeftOut, Attachment::read),
            place: fields.place(),
        })
    }
}

impl Rule {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        Some(Self {
            target: fields.word("target", "body", &TARGETS, false),
            modifier: fields.text("modifier", ""),
            value: fields.text("value", ""),
            invert: fields.flag("invert", false),
            operator: fields.word("operator", "equals", &OPERATORS, false),
            place: fields.place(),
        })
    }
}

impl Content {
    fn read(fields: &mut Fields<'_, '_>, body: &str, file_as_body: bool) -> Self {
        Self {
            body: fields.text("body", body),
            kind: fields.word("bodyType", "INLINE", &BODY_TYPES, false),
            file: fields.text("filePath", ""),
            bucket: fields.text("databucketID", ""),
            file_as_body: fields.flag("sendFileAsBody", file_as_body),
        }
    }
}

impl Attachment {
    /// Absent: its latency is no number, for which Mockoon has no default.
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let (uuid, given) = (fields.uuid(), fields.has("latency"));
        let latency = fields.number("latency", 0.0, f64::MIN..=f64::MAX);
        if given && !latency.given {
            fields.leave_out("has a latency that is no number");
            return None;
        }
        Some(Self { uuid, latency })
    }
}

impl Callback {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let uuid = fields.uuid();
        fields.short_id();
        let name = fields.filled_text("name", "Callback");
        fields.text("documentation", "");
        Some(Self {
            uuid,
            name,
            method: fields.word("method", "post", CALLBACK_METHODS, false),
            uri: fields.text("uri", ""),
            headers: headers(fields, "headers"),
            content: Content::read(fields, "", true),
            place: fields.place(),
        })
    }
}
