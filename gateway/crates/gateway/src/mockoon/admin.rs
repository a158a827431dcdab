//! Mockoon's admin API, on the environment's own listener beneath `/mockoon-admin` (`mockoon.md`, section 7). Asked before
//! the routes: [`Admin::reach`] looks at the head alone and says what is meant; what it does not know goes on to the routes.
//! One file a resource; [`access`] says who may ask.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use ringback_model::{
    environment::{Environment, MockoonSettings},
    head::Head,
    ids::SessionId,
    journal::{Exchange, Matched},
};
use ringback_values::{Text, Value, json, request};

use super::{object, text};
use crate::{
    app::App,
    gateway::Door,
    http::{
        body::Body,
        pipeline::{Answered, Inbound},
    },
    respond::read_body,
    site::Site,
};

mod access;
mod data_buckets;
mod env_vars;
mod environment;
mod events;
mod global_vars;
mod logs;
mod state;

/// What its paths begin with.
const PREFIX: &str = "/mockoon-admin";
/// What its root says.
const WELCOME: &str = "Welcome to Mockoon's admin API. Check the documentation at https://mockoon.com/docs/latest/admin-api/overview/ for more information.";

/// The admin API of one environment.
#[derive(Debug)]
pub struct Admin {
    token: String,
    /// Whether nobody chose the token.
    drawn: bool,
    /// Origins that browsers may call from; `*` is any.
    cors_origins: Vec<String>,
    /// Transactions that are shown.
    transactions_max: usize,
    /// What variables' names begin with. Empty: none may be set.
    env_prefix: String,
    /// The number of the last event whose transaction was purged; a reload keeps it.
    purged: Arc<AtomicU64>,
}

/// What a request to the admin API means.
pub enum Reached {
    /// A page of a browser's asks whether it may call.
    Preflight,
    /// The token is missing or wrong.
    Stranger,
    /// One of these.
    Resource(Resource),
}

/// What there is.
pub enum Resource {
    /// The root.
    Welcome,
    /// Everything anew.
    PurgeState,
    /// Events as they happen.
    Events,
    /// Transactions.
    Logs,
    /// No transactions.
    PurgeLogs,
    /// A variable of the process.
    EnvVar(String),
    /// Sets one.
    SetEnvVar,
    /// A global variable.
    GlobalVar(String),
    /// Sets one.
    SetGlobalVar,
    /// No global variables.
    PurgeGlobalVars,
    /// What buckets there are.
    DataBuckets,
    /// A bucket by name, id or uuid.
    DataBucket(String),
    /// Buckets made anew.
    PurgeDataBuckets,
    /// Serves another environment in place of this one.
    PutEnvironment,
}

/// Who asks for what.
struct Caller<'a> {
    door: &'a Arc<Door>,
    site: &'a Arc<Site>,
    admin: &'a Admin,
    session: SessionId,
    parts: &'a Parts,
    body: Bytes,
}

/// An answer.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Body,
}

// === impl Admin ===

impl Admin {
    /// That of an environment; a token that was drawn for `previous`, and what was purged, stay. Absent: it is off.
    pub fn of(settings: &MockoonSettings, previous: Option<&Self>) -> Option<Self> {
        let given = settings.admin.as_ref()?;
        let kept = previous.filter(|previous| previous.drawn).map(|previous| previous.token.clone());
        Some(Self {
            token: given.token.clone().or(kept).unwrap_or_else(access::drawn),
            drawn: given.token.is_none(),
            cors_origins: given.cors_origins.clone(),
            transactions_max: settings.transactions_max,
            env_prefix: settings.env_prefix.clone(),
            purged: previous.map_or_else(Arc::default, |previous| previous.purged.clone()),
        })
    }

    /// The token, where nobody chose it and the operator must be told.
    pub fn drawn_token(&self) -> Option<&str> {
        self.drawn.then_some(self.token.as_str())
    }

    /// Whether a path is beneath it: this much every request pays.
    pub fn is_beneath(path: &str) -> bool {
        path.as_bytes().get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX.as_bytes()))
    }

    /// What a request beneath its prefix means. Absent: nothing that it knows, the routes are asked.
    pub fn reach(&self, method: &Method, path: &str, query: &str, headers: &HeaderMap) -> Option<Reached> {
        if *method == Method::OPTIONS {
            return Some(Reached::Preflight);
        }
        let resource = resource(method, path);
        let streams = matches!(resource, Some(Resource::Events));
        if !self.admits(headers, streams.then_some(query)) {
            return Some(Reached::Stranger);
        }
        resource.map(Reached::Resource)
    }
}

/// By method and path, letters of either case, one slash at the end.
fn resource(method: &Method, path: &str) -> Option<Resource> {
    let path = path.get(PREFIX.len()..)?;
    let path = path.strip_suffix('/').unwrap_or(path);
    let segments: Vec<String> = path.split('/').skip(1).map(str::to_ascii_lowercase).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    // The last segment as it was sent: names of variables have a case.
    let named = || {
        let last = path.rsplit('/').next().unwrap_or_default();
        String::from_utf8(percent_encoding::percent_decode_str(last).collect()).ok()
    };
    let (get, purge) = (*method == Method::GET || *method == Method::HEAD, method.as_str() == "PURGE");
    let post = *method == Method::POST;
    let set = post || *method == Method::PUT || *method == Method::PATCH;
    Some(match *segments.as_slice() {
        [] if get && path.is_empty() => Resource::Welcome,
        ["state"] if purge => Resource::PurgeState,
        ["state", "purge"] if post => Resource::PurgeState,
        ["events"] if get => Resource::Events,
        ["logs"] if get => Resource::Logs,
        ["logs"] if purge => Resource::PurgeLogs,
        ["logs", "purge"] if post => Resource::PurgeLogs,
        ["env-vars", _] if get => Resource::EnvVar(named()?),
        ["env-vars"] if set => Resource::SetEnvVar,
        ["global-vars", _] if get => Resource::GlobalVar(named()?),
        ["global-vars"] if set => Resource::SetGlobalVar,
        ["global-vars"] if purge => Resource::PurgeGlobalVars,
        ["global-vars", "purge"] if post => Resource::PurgeGlobalVars,
        ["data-buckets"] if get => Resource::DataBuckets,
        ["data-buckets"] if purge => Resource::PurgeDataBuckets,
        ["data-buckets", "purge"] if post => Resource::PurgeDataBuckets,
        ["data-buckets", _] if get => Resource::DataBucket(named()?),
        ["environment"] if *method == Method::PUT => Resource::PutEnvironment,
        _ => return None,
    })
}

/// Answers what was reached.
pub async fn answer(door: Arc<Door>, site: Arc<Site>, reached: Reached, inbound: Inbound) -> Answered {
    let Inbound { id, received, client, request } = inbound;
    let (parts, incoming) = request.into_parts();
    let session = session(&parts);
    let mut reply = match &site.admin {
        None => Reply::message(StatusCode::NOT_FOUND, "Not found"),
        Some(admin) => match &reached {
            Reached::Preflight => admin.preflight(&parts.headers),
            Reached::Stranger => Reply::message(StatusCode::UNAUTHORIZED, "Unauthorized"),
            Reached::Resource(resource) => match read_body(incoming, door.gateway.limits.request_body_bytes).await {
                Err(_) => Reply::message(StatusCode::PAYLOAD_TOO_LARGE, "Payload too large"),
                Ok(body) => {
                    let caller =
                        Caller { door: &door, site: &site, admin, session: session.clone(), parts: &parts, body };
                    caller.answer(resource).await
                }
            },
        },
    };
    if let Some(admin) = &site.admin {
        admin.allow_origin(&parts.headers, &mut reply.headers);
    }
    // Mockoon records who was turned away, and not what the others did.
    let matched = match reached {
        Reached::Resource(_) => Matched::Admin,
        Reached::Preflight | Reached::Stranger => {
            Matched::Gateway(Arc::new(["Mockoon's admin API turned it away".to_owned()]))
        }
    };
    let Reply { status, headers, body } = reply;
    let exchange = Exchange {
        id,
        received,
        took: std::time::Duration::ZERO,
        environment: site.name.clone(),
        session,
        client,
        cause: None,
        head: Head::of(&parts.uri, &parts.headers),
        method: parts.method,
        body: Bytes::new(),
        body_bytes: 0,
        matched,
        status,
        answer_headers: Arc::new(headers.clone()),
        // What it answers is state, which has a place of its own; and credentials of the environment may be in it.
        answer_body: Bytes::new(),
        answer_bytes: body.length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0),
        answer_streamed: body.whole().is_none(),
        changed: Vec::new(),
        scheduled: Vec::new(),
        fault: None,
    };
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Answered {
        response,
        exchange: Box::new(exchange),
        scheduled: Vec::new(),
        telling: None,
        latency: std::time::Duration::ZERO,
        metrics: site.unmatched.clone(),
        at_once: false,
    }
}

/// Whose state is meant: that of requests that name no session, unless the caller names one.
fn session(parts: &Parts) -> SessionId {
    let named = parts.headers.get(ringback_model::http_values::SESSION_HEADER);
    named.and_then(|name| SessionId::try_new(name.to_str().ok()?).ok()).unwrap_or_default()
}

// === impl Caller ===

impl Caller<'_> {
    async fn answer(&self, resource: &Resource) -> Reply {
        match resource {
            Resource::Welcome => Reply::said(WELCOME),
            Resource::PurgeState => self.purge_state().await,
            Resource::Events => self.events(),
            Resource::Logs => self.logs(),
            Resource::PurgeLogs => self.purge_logs(),
            Resource::EnvVar(name) => self.env_var(name),
            Resource::SetEnvVar => self.set_env_var(),
            Resource::GlobalVar(name) => self.global_var(name).await,
            Resource::SetGlobalVar => self.set_global_var().await,
            Resource::PurgeGlobalVars => self.purge_global_vars().await,
            Resource::DataBuckets => self.data_buckets().await,
            Resource::DataBucket(name) => self.data_bucket(name).await,
            Resource::PurgeDataBuckets => self.purge_data_buckets().await,
            Resource::PutEnvironment => self.put_environment().await,
        }
    }

    /// The body as its content type says.
    fn value(&self) -> Value {
        let kind = self.parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let text = String::from_utf8_lossy(&self.body);
        request::parse_body(kind, &Text::from(&*text))
    }

    /// `key` and `value` of the body. Absent: one of them is missing.
    fn pair(&self) -> Option<(Value, Value)> {
        let body = self.value();
        let (key, value) = (body.property("key"), body.property("value"));
        let there = |value: &Value| !matches!(value, Value::Undefined);
        (there(&key) && there(&value)).then_some((key, value))
    }

    /// The value of a member of the query. Absent: it is missing, or repeated.
    fn asked(&self, name: &str) -> Option<String> {
        let value = request::parse_query(self.parts.uri.query().unwrap_or_default()).property(name);
        value.as_text().map(|text| text.as_str().to_owned())
    }

    /// The gateway. Absent: it is ending.
    fn app(&self) -> Option<Arc<App>> {
        self.door.app.upgrade()
    }

    /// What the site was made of. Absent: something else serves by now.
    fn environment(&self) -> Option<Environment> {
        self.app()?.environment(&self.site.name)
    }
}

// === impl Reply ===

impl Reply {
    fn json(status: StatusCode, value: &Value) -> Self {
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        let body = Body::Whole(Bytes::copy_from_slice(json::to_compact(value).as_bytes()));
        Self { status, headers, body }
    }

    fn ok(value: &Value) -> Self {
        Self::json(StatusCode::OK, value)
    }

    fn message(status: StatusCode, message: &str) -> Self {
        Self::json(status, &object([("message", text(message))]))
    }

    fn done(message: &str) -> Self {
        Self::message(StatusCode::OK, message)
    }

    fn said(response: &str) -> Self {
        Self::ok(&object([("response", text(response))]))
    }

    fn invalid() -> Self {
        Self::message(StatusCode::BAD_REQUEST, "Invalid request")
    }
}

/// The number of the last event whose transaction was purged.
fn purged(admin: &Admin) -> u64 {
    admin.purged.load(Ordering::Relaxed)
}
