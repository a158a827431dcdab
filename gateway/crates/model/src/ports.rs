//! The ports: what the levels above ask of each other without knowing each other. `store` implements [`Store`], `wasm`
//! the plugin ports, `egress` the [`Courier`], the gateway the [`Journal`].

use std::{pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri};

use crate::{
    callback::{Action, Callback, CallbackFilter, Decision, Outcome, Outgoing, Settlement},
    fault::{CommitError, PluginFault, StoreError},
    http_values::{Answer, Request, Responded},
    ids::{BucketName, CallbackId, EnvironmentName, SessionId},
    journal::Event,
    seed::Stream,
    time::Timestamp,
    unit::{Changes, Document, Scope, Unit, View},
};

/// A boxed future, as trait objects need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Called when the time at which something is due may have moved.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// State: buckets and the callback queue, partitioned by session. Implementations differ in what survives a crash, and
/// in nothing else: all of them pass one conformance suite.
pub trait Store: Send + Sync + 'static {
    /// Makes an environment's buckets known with their content at start. Buckets that have state keep it; a bucket that
    /// is no longer named is forgotten in every session.
    fn declare<'a>(
        &'a self,
        environment: &'a EnvironmentName,
        buckets: Vec<(BucketName, Document)>,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// The buckets of a scope at this moment. A session's first view opens it with the content at start; refused when
    /// there are [`SESSIONS_MAX`](crate::limits::SESSIONS_MAX).
    fn view<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<View, StoreError>>;

    /// Commits a unit of work, whole or not at all, and returns the callbacks that are now in the queue for it: those
    /// scheduled, but for an idempotency key that is known the one that has it. Cancel safe: dropped before it is polled
    /// it does nothing, afterwards the commit may have happened.
    fn commit(&self, changes: Changes) -> BoxFuture<'_, Result<Vec<Arc<Callback>>, CommitError>>;

    /// Puts buckets back to their content at start and drops all callbacks, of one session or of all.
    fn reset<'a>(&'a self, session: Option<&'a SessionId>) -> BoxFuture<'a, Result<(), StoreError>>;

    /// The earliest time at which a callback can be claimed. Absent: none can.
    fn next_due(&self) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>>;

    /// Takes up to `max` callbacks that are due, by due time, at most one of each ordering key, and marks them as
    /// attempting until `lease` has passed.
    fn claim(&self, now: Timestamp, max: usize, lease: Duration) -> BoxFuture<'_, Result<Vec<Callback>, StoreError>>;

    /// Ends an attempt: its record, where the callback stands, and what follows from it, in one commit. A callback that
    /// was cancelled meanwhile stays cancelled and keeps the attempt. Returns the callback as it stands; absent: it is gone.
    fn settle<'a>(
        &'a self,
        id: &'a CallbackId,
        settlement: Settlement,
    ) -> BoxFuture<'a, Result<Option<Callback>, StoreError>>;

    /// One callback. Absent: there is none of that id.
    fn callback<'a>(&'a self, id: &'a CallbackId) -> BoxFuture<'a, Result<Option<Callback>, StoreError>>;

    /// Callbacks by due time, then by id.
    fn callbacks<'a>(&'a self, filter: &'a CallbackFilter) -> BoxFuture<'a, Result<Vec<Callback>, StoreError>>;

    /// An operator's action. Returns the callback as it stands and whether the action applied: a settled callback is left
    /// alone. Absent: there is none of that id.
    fn act<'a>(
        &'a self,
        id: &'a CallbackId,
        action: Action,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<(Callback, bool)>, StoreError>>;

    /// How many callbacks are not settled.
    fn pending(&self) -> BoxFuture<'_, Result<usize, StoreError>>;

    /// Calls `wake` after each commit, settlement or action that may have moved the next due time.
    fn on_due(&self, wake: Wake);
}

/// What a plugin call works with.
pub struct Call {
    /// The request. Absent: rendered while no request is there.
    pub request: Option<Arc<Request>>,
    /// The effects so far.
    pub unit: Unit,
    /// The gateway's time; it does not move during the call.
    pub now: Timestamp,
    /// The call's random numbers.
    pub random: Stream,
    /// The server that the route can pass requests on to. Absent: it has none.
    pub upstream: Option<Arc<Uri>>,
    /// What its environment says beside its buckets. Absent: nothing.
    pub surroundings: Option<Arc<dyn Surroundings>>,
}

/// What an environment says to its templates beside buckets.
pub trait Surroundings: Send + Sync + 'static {
    /// Settings for the renderer: a JSON object whose members the renderer defines. Never changes.
    fn settings(&self) -> &str;

    /// The value of a variable of the gateway's process that templates may see. Absent: not set, or not to be seen.
    fn variable(&self, name: &str) -> Option<String>;

    /// The next 32 bits of the sequence that the environment's calls share. Absent: the operator gave no seed for it.
    fn draw(&self) -> Option<u32>;

    /// The buckets in the order of declaration, but for hidden ones.
    fn buckets(&self) -> &[BucketName];

    /// Ids by which templates know buckets beside their names, in the order of declaration.
    fn bucket_ids(&self) -> &[(Arc<str>, BucketName)];
}

/// A template as the operator wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Template {
    /// Its source.
    pub source: Arc<str>,
    /// What its output is for.
    pub purpose: Purpose,
}

/// What a template's output is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The content of a response.
    ResponseBody,
    /// A header field's value.
    Header,
    /// A part of a callback: method, URL, ordering key.
    Callback,
    /// The content of a callback.
    CallbackBody,
    /// The initial content of a bucket.
    Bucket,
    /// Anything else.
    Value,
}

/// A template that does not parse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// Its index among those given.
    pub template: usize,
    /// What is wrong, one phrase.
    pub message: String,
    /// The bytes of its source. Absent: all of it.
    pub span: Option<(usize, usize)>,
    /// What to do. Absent: nothing better than the message.
    pub help: Option<String>,
}

/// What templates can speak of beside the request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The response that causes a callback. Absent: there is none yet.
    pub response: Option<Responded<'a>>,
    /// Values by name: the text of a JSON object. Absent: none.
    pub data: Option<&'a str>,
}

/// What came of rendering.
pub struct Rendering {
    /// One for each template asked for; the text of a failed one says why.
    pub outputs: Vec<Result<String, String>>,
    /// A status that a template asked for.
    pub status: Option<StatusCode>,
    /// What the templates have put aside under names, for those that are rendered later in the same exchange: the text of a
    /// JSON object, checked. Absent: nothing.
    pub values: Option<String>,
    /// The effects, those of the templates included.
    pub unit: Unit,
}

/// A renderer plugin: turns templates into text.
pub trait Renderer: Send + Sync + 'static {
    /// Compiles all templates of a generation. May take a while: call it off the request path.
    /// `surroundings` are those of the environment that the templates are of.
    fn compile(
        &self,
        templates: Vec<Template>,
        surroundings: Option<Arc<dyn Surroundings>>,
    ) -> BoxFuture<'_, Result<Arc<dyn Templates>, CompileError>>;
}

/// Why templates were not compiled.
#[derive(Debug)]
pub enum CompileError {
    /// They do not parse: all of them that don't.
    Templates(Vec<TemplateError>),
    /// The renderer failed.
    Fault(PluginFault),
}

/// The compiled templates of one generation, numbered as they were given.
pub trait Templates: Send + Sync + 'static {
    /// Renders templates in one crossing, in order. On a fault all effects of the call are dropped.
    fn render<'a>(
        &'a self,
        templates: &'a [usize],
        context: Context<'a>,
        call: Call,
    ) -> BoxFuture<'a, Result<Rendering, PluginFault>>;
}

/// A responder plugin: answers whole requests.
pub trait Responder: Send + Sync + 'static {
    /// Answers a request. The answer has been checked. On a fault all effects of the call are dropped.
    /// Dropping the future ends the call.
    fn respond(self: Arc<Self>, call: Call) -> BoxFuture<'static, Result<(Answer, Unit), PluginFault>>;
}

/// Content that a plugin makes piece by piece, after its call's effects were committed. Dropping it ends it.
pub trait BodyStream: Send {
    /// The next piece. Absent: that was all; it is not asked again then, nor after a fault.
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, PluginFault>>;
}

/// A callback policy: decides how a callback is delivered.
pub trait CallbackPolicy: Send + Sync + 'static {
    /// The request to send for an attempt, counted from 1.
    fn plan<'a>(&'a self, callback: &'a Callback, attempt: u32) -> BoxFuture<'a, Result<Outgoing, PluginFault>>;

    /// What an attempt's outcome means.
    fn decide<'a>(
        &'a self,
        callback: &'a Callback,
        attempt: u32,
        outcome: &'a Outcome,
    ) -> BoxFuture<'a, Result<Decision, PluginFault>>;
}

/// Sends outbound requests, once each, without following redirects.
pub trait Courier: Send + Sync + 'static {
    /// Sends one request and waits for the answer at most `timeout`, in real time. Says in the outcome when the policy
    /// refuses the target. Cancel safe: dropping it closes the connection.
    fn send<'a>(&'a self, callback: &'a Callback, outgoing: &'a Outgoing) -> BoxFuture<'a, Outcome>;
}

/// Asks other servers while a client waits.
pub trait Fetcher: Send + Sync + 'static {
    /// Sends one request, without following redirects, and reads the whole answer. Where it may go is the egress policy's
    /// of the environment. Cancel safe: dropping it closes the connection.
    fn fetch<'a>(
        &'a self,
        environment: &'a EnvironmentName,
        outgoing: &'a Outgoing,
        bounds: FetchBounds,
    ) -> BoxFuture<'a, Result<Fetched, FetchError>>;
}

/// How far a fetch may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchBounds {
    /// The answer's content, in bytes.
    pub body_max_bytes: usize,
    /// Connecting, sending and reading together, in real time.
    pub timeout: Duration,
}

/// What another server answered, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its status.
    pub status: StatusCode,
    /// Its header fields, as sent.
    pub headers: HeaderMap,
    /// Its content, as sent: not decompressed.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The gateway's policy does not let it call this target, and why.
    #[error("{0}")]
    Denied(String),
    /// [`FetchBounds::timeout`].
    #[error("no answer in time")]
    TimedOut,
    /// No connection, a broken one, or no HTTP, and what.
    #[error("{0}")]
    Failed(String),
    /// The answer's content is over [`FetchBounds::body_max_bytes`].
    #[error("the answer has more than {0} bytes")]
    TooLarge(usize),
}

/// Takes note of what happened. Never blocks, never fails, keeps a bounded number.
pub trait Journal: Send + Sync + 'static {
    /// Takes note of one thing.
    fn record(&self, event: Event);
}
