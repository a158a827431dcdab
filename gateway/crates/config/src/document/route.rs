//! `[[route]]` and `[[route.response]]`.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{At, Constraint, Delay, Dispatch, DurationText, Entries, File, Forward, Seed, TextOr, Texts, When};

/// A method and path, and who answers: responses, one response written directly on the route, a plugin, or another server.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Route {
    /// The name in logs and in the journal. Absent: method and path, as in `POST /orders`.
    #[schemars(example = &"create-order")]
    #[serde(default)]
    pub name: Option<At<String>>,
    /// Its id in another tool's document, which Mockoon's log and header fields name. Absent: it has none.
    #[schemars(example = &"81e08ce3-b640-47c8-a66f-7e18948d5a97")]
    #[serde(default)]
    pub id: Option<At<String>>,
    /// A method, or an array of them. Absent: every method; of a collection `GET`, `POST`, `PUT`, `PATCH` and `DELETE`.
    #[schemars(example = &"POST")]
    #[serde(default)]
    pub method: Option<At<Texts>>,
    /// The path, in the language that `[server]` names: `/orders/{id}` takes one segment as `id`, `/files/{*rest}` takes all the rest.
    #[schemars(example = &"/orders/{id}")]
    pub path: At<String>,
    /// How one of several responses is chosen. Absent: `default`.
    #[serde(default)]
    pub mode: Option<At<Mode>>,
    /// The bucket that clients list, read and change as a collection, on the path as a whole and on the path with an id behind
    /// it item by item; or a table that says more.
    #[schemars(example = &"orders")]
    #[serde(default)]
    pub collection: Option<At<TextOr<Collection>>>,
    /// Makes the route a WebSocket, whose messages are answered as requests would be: `{}`, or how often it sends by itself.
    #[schemars(extend("examples" = [{"broadcast": "5s"}]))]
    #[serde(default)]
    pub websocket: Option<At<WebSocket>>,
    /// Chooses among the responses as Microcks does, by a key of the request instead of conditions: a table says what the key
    /// is made of; with `any` they all fit, and `accept` decides.
    #[schemars(extend("examples" = [{"path": ["name"]}]))]
    #[serde(default)]
    pub dispatch: Option<At<Dispatch>>,
    /// With `dispatch`: the label of the response where none is chosen. Absent: the request is told 400.
    #[schemars(example = &"unknown")]
    #[serde(default)]
    pub fallback: Option<At<String>>,
    /// With `dispatch`: another server that answers all requests, or those for which no response is chosen.
    #[schemars(extend("examples" = [{"unmatched": "https://api.example.com"}]))]
    #[serde(default)]
    pub forward: Option<At<Forward>>,
    /// With `dispatch`: what must hold of a request's parameters before a response is chosen.
    #[schemars(extend("examples" = [[{"in": "query", "name": "page", "regexp": "[0-9]+"}]]))]
    #[serde(default)]
    pub constraints: Option<At<Vec<At<Constraint>>>>,
    /// With `dispatch`: what is waited, from the moment the request came, unless it asks for another delay itself. Absent:
    /// nothing.
    #[schemars(example = &"200ms")]
    #[serde(default)]
    pub delay: Option<At<TextOr<Delay>>>,
    /// With `dispatch`: JSON Schemas of what requests may hold, by media type, where an `[[alias]]` has them checked: a table,
    /// or JSON text.
    #[schemars(extend("examples" = [{"application/json": {"type": "object"}}]))]
    #[serde(default)]
    pub request_schema: Option<At<Entries<At<Seed>>>>,
    /// With `dispatch`: what stands in front of the API's own path in `path`, not percent-encoded. Absent: nothing; with
    /// Microcks' conventions `/rest/NAME/VERSION` of the service that `path` begins with.
    #[schemars(example = &"/rest/API Pastry/2.0.0")]
    #[serde(default)]
    pub base: Option<At<String>>,
    /// With `dispatch`: the operation's name. Absent: the method, and the path without `base`.
    #[schemars(example = &"GET /pastry/{name}")]
    #[serde(default)]
    pub operation: Option<At<String>>,
    /// The plugin that answers instead of responses.
    #[schemars(example = &"kyc")]
    #[serde(default)]
    pub responder: Option<At<String>>,
    /// The server that requests can be passed on to: `https://api.example.com/v1`, the request's path is added. A route with
    /// nothing else that answers passes all of them on.
    #[schemars(example = &"https://api.example.com")]
    #[serde(default)]
    pub upstream: Option<At<String>>,
    /// What a client gets when a plugin or a template fails: the `error`; what `upstream` answers (`passthrough`); or one of
    /// the responses (`fallback:LABEL`). Absent: `error`.
    #[schemars(example = &"fallback:maintenance", regex(pattern = "^(error|passthrough|fallback:.+)$"))]
    #[serde(default)]
    pub on_error: Option<At<String>>,
    /// The responses. Beside a `responder` they are what `on-error` picks from.
    #[serde(default)]
    pub response: Vec<At<Response>>,
    /// The status of the only response. Absent: 200.
    #[schemars(range(min = 100, max = 999), example = 200)]
    #[serde(default)]
    pub status: Option<At<i64>>,
    /// Header fields of the only response: a string, or an array for a repeated field. Values may be templates.
    #[schemars(extend("examples" = [{"content-type": "application/json"}]))]
    #[serde(default)]
    pub headers: Option<At<Entries<At<Texts>>>>,
    /// The content of the only response, a template. Absent: none.
    #[schemars(example = &"{}")]
    #[serde(default)]
    pub body: Option<At<String>>,
    /// A file as content of the only response: its path, a template, or a table that says more.
    #[schemars(example = &"receipt.pdf")]
    #[serde(default)]
    pub file: Option<At<TextOr<File>>>,
    /// The bucket whose value is the content of the only response.
    #[schemars(example = &"orders")]
    #[serde(default)]
    pub bucket: Option<At<String>>,
    /// Whether `body`, or what the file holds, is a template. Absent: it is.
    #[schemars(example = false)]
    #[serde(default)]
    pub templating: Option<At<bool>>,
    /// What is waited before the only response is sent. Absent: nothing.
    #[serde(default)]
    pub latency: Option<At<DurationText>>,
    /// Callbacks that the only response causes.
    #[serde(default)]
    pub callbacks: Option<At<Vec<At<Attach>>>>,
}

/// How one of several responses is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum Mode {
    /// The first whose conditions hold, else the one marked `default = true`, else the first.
    Default,
    /// The first whose conditions hold, else none: the next route that matches is tried.
    Fallback,
    /// The one marked `default = true`, else the first, whatever the conditions.
    WithoutRules,
    /// One after the other, then from the start.
    Sequential,
    /// Any, from the gateway's seed.
    Random,
}

/// A bucket as a collection.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Collection {
    /// The bucket. Absent: that of the response that is chosen.
    #[schemars(example = &"orders")]
    pub bucket: Option<At<String>>,
    /// Where an item has its id: a name, or a path of names. Absent: `id`.
    #[schemars(example = &"orderId")]
    pub key: Option<String>,
}

/// What a WebSocket sends without being asked. Empty: nothing, it answers each message.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct WebSocket {
    /// Something to each client by itself, so often.
    pub unicast: Option<At<DurationText>>,
    /// The same to all clients at once, so often.
    pub broadcast: Option<At<DurationText>>,
}

/// An answer that a route may give.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Response {
    /// What it is called in logs and messages. Absent: its status.
    #[schemars(example = &"created")]
    pub label: Option<At<String>>,
    /// Its id in another tool's document, which Mockoon's log and header fields name. Absent: it has none.
    #[schemars(example = &"b45237a6-9ee6-4d1e-aded-b26a2e499208")]
    pub id: Option<String>,
    /// With `dispatch`: the request that it is for, by the parameters or header fields that are looked at.
    #[serde(rename = "for")]
    #[schemars(extend("examples" = [{"name": "Millefeuille"}]))]
    pub request: Option<At<Entries<At<Texts>>>>,
    /// With `dispatch`: the key instead of `for`, as Microcks writes it.
    #[schemars(example = &"/name=Millefeuille")]
    pub key: Option<At<String>>,
    /// With `dispatch`: the media type that `accept` is compared with, or `off`. Absent: what `content-type` names.
    #[schemars(example = &"application/json")]
    pub media_type: Option<At<String>>,
    /// The conditions under which it is chosen, as `when.all` or `when.any`. Absent: by none.
    #[schemars(extend("examples" = [{"all": [{"in": "query", "at": "page", "equals": "2"}]}]))]
    pub when: Option<At<When>>,
    /// The status. Absent: 200.
    #[schemars(range(min = 100, max = 999), example = 201)]
    pub status: Option<At<i64>>,
    /// Header fields: a string, or an array for a repeated field. Values may be templates.
    #[schemars(extend("examples" = [{"content-type": "application/json"}]))]
    pub headers: Option<At<Entries<At<Texts>>>>,
    /// The content, a template. Absent: none.
    #[schemars(example = &"{}")]
    pub body: Option<At<String>>,
    /// A file as content instead of `body`: its path, a template, or a table that says more.
    #[schemars(example = &"receipt.pdf")]
    pub file: Option<At<TextOr<File>>>,
    /// The bucket whose value is the content, instead of `body`.
    #[schemars(example = &"orders")]
    pub bucket: Option<At<String>>,
    /// Whether `body`, or what the file holds, is a template. Absent: it is.
    #[schemars(example = false)]
    pub templating: Option<At<bool>>,
    /// What is waited before it is sent. Absent: nothing.
    pub latency: Option<At<DurationText>>,
    /// Callbacks that it causes, in this order.
    pub callbacks: Option<At<Vec<At<Attach>>>>,
    /// Whether it is chosen when nothing else is. Absent: the first response is.
    #[schemars(example = true)]
    pub default: Option<At<bool>>,
}

/// A response's use of a callback: its name, or its name and a delay.
#[derive(Debug, Clone)]
pub(crate) enum Attach {
    /// At once.
    Name(String),
    /// With more to say.
    Table(Attachment),
}

/// A response's use of a callback.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Attachment {
    /// The name of a `[callback.NAME]`.
    #[serde(rename = "use")]
    #[schemars(example = &"payment-processing")]
    pub callback: At<String>,
    /// Counted from the moment the response leaves. Absent: none.
    #[serde(default)]
    pub delay: Option<At<DurationText>>,
    /// Whether it waits until the one before it of this response, which waits too, is settled. Absent: no.
    #[schemars(example = true)]
    #[serde(default)]
    pub in_turn: bool,
}

// === impl Attach ===

impl<'de> Deserialize<'de> for Attach {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Attach;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a callback, or a table")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Attach, E> {
                Ok(Attach::Name(name.into()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Attach, A::Error> {
                Attachment::deserialize(MapAccessDeserializer::new(map)).map(Attach::Table)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl JsonSchema for Attach {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Attach".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<Attachment>();
        json_schema!({ "anyOf": [{ "type": "string", "examples": ["payment-processing"] }, table] })
    }
}
