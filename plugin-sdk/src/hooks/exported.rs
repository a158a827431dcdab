//! The hooks as the contract has them: from the gateway's shapes to the SDK's and back.

use crate::{
    Body, CallbackPolicy, CommittedCallback, Configuration, Content, Decision, Error, Outcome, Outgoing, Request,
    Response, Timestamp,
    bindings::{body_stream, callback_policy, configuration, responder, ringback::gateway::types as wit},
    contract, host, panic,
};

use callback_policy::exports::ringback::gateway::callback_policy as policy_wit;
use responder::exports::ringback::gateway::responder as responder_wit;

/// Once before each hook's work.
fn enter() {
    contract::stamp();
    panic::report();
}

/// A responder, as the attribute implements it.
pub trait ResponderHook {
    /// Answers a request.
    fn respond(request: Request) -> Result<Response, Error>;
}

impl<H: ResponderHook> responder_wit::Guest for H {
    fn respond(
        head: responder_wit::Head,
        request: responder_wit::Request,
    ) -> Result<responder_wit::Response, responder_wit::Error> {
        enter();
        H::respond(host::request(head, request)).map(response).map_err(error)
    }
}

fn response(response: Response) -> responder_wit::Response {
    let (status, headers, content) = response.into_parts();
    let body = match content {
        Content::Body(Body::Empty | Body::Unwritable(_)) => responder_wit::Content::Empty,
        Content::Body(Body::Text(text)) => responder_wit::Content::Text(text),
        Content::Body(Body::Bytes(bytes)) => responder_wit::Content::Bytes(bytes),
        Content::File(path) => responder_wit::Content::File(path),
        Content::Streamed(number) => responder_wit::Content::Streamed(number),
    };
    responder_wit::Response { status, headers: host::fields(headers), body }
}

fn error(error: Error) -> wit::Error {
    let (message, detail) = error.into_parts();
    wit::Error { message, detail }
}

/// A configuration, as the attribute implements it.
pub trait ConfigurationHook {
    /// The struct.
    type Config: Configuration;
}

impl<H: ConfigurationHook> configuration::exports::ringback::gateway::configuration::Guest for H {
    fn configure(table: String) -> Result<(), Vec<wit::Diagnostic>> {
        enter();
        let problems = match H::Config::parse(&table) {
            Ok(_) => return Ok(()),
            Err(problems) => problems,
        };
        let diagnostic = |problem: crate::Diagnostic| wit::Diagnostic {
            message: problem.message,
            path: problem.path,
            span: None,
            help: problem.help,
        };
        Err(problems.into_iter().map(diagnostic).collect())
    }
}

/// A body stream, as the attribute implements it.
pub trait BodyStreamHook {
    /// The next piece.
    fn next(number: u32) -> Result<Option<Vec<u8>>, Error>;
}

impl<H: BodyStreamHook> body_stream::exports::ringback::gateway::body_stream::Guest for H {
    fn next(number: u32) -> Result<Option<Vec<u8>>, wit::Error> {
        enter();
        H::next(number).map_err(error)
    }
}

/// A callback policy, as the attribute implements it.
pub trait PolicyHook {
    /// The type that the trait is implemented for.
    type Policy: CallbackPolicy;
}

impl<H: PolicyHook> policy_wit::Guest for H {
    fn plan(callback: policy_wit::Callback, attempt: u32) -> Result<wit::Outgoing, wit::Error> {
        enter();
        let planned = H::Policy::plan(&committed(callback), attempt).and_then(sendable);
        planned.map(host::outgoing).map_err(error)
    }

    fn decide(callback: policy_wit::Callback, attempt: u32, outcome: policy_wit::Outcome) -> policy_wit::Decision {
        enter();
        let outcome = match outcome {
            policy_wit::Outcome::Answered(answer) => Outcome::Answered(host::answer(answer)),
            policy_wit::Outcome::TimedOut => Outcome::TimedOut,
            policy_wit::Outcome::Failed(why) => Outcome::Failed(why),
        };
        decision(H::Policy::decide(&committed(callback), attempt, &outcome))
    }
}

fn committed(callback: policy_wit::Callback) -> CommittedCallback {
    let request = callback.request;
    CommittedCallback {
        id: callback.id.into(),
        name: callback.name,
        request: Outgoing {
            method: request.method,
            url: request.url,
            headers: host::pairs(request.headers),
            body: match request.body {
                wit::Body::Empty => Body::Empty,
                wit::Body::Text(text) => Body::Text(text),
                wit::Body::Bytes(bytes) => Body::Bytes(bytes),
            },
        },
        due: Timestamp::from_unix_micros(callback.due),
        cause: callback.cause,
        depth: callback.depth,
        settings: callback.settings,
    }
}

fn decision(decision: Decision) -> policy_wit::Decision {
    match decision {
        Decision::Done => policy_wit::Decision::Done,
        Decision::Retry(after) => policy_wit::Decision::Retry(crate::clock::micros(after)),
        Decision::GiveUp(why) => policy_wit::Decision::GiveUp(why),
        Decision::Then(follow) => {
            let sendable = |callback: crate::Callback| {
                Ok((host::outgoing(sendable(callback.request)?), host::options(callback.options)))
            };
            match follow.into_iter().map(sendable).collect::<Result<_, Error>>() {
                Ok(follow) => policy_wit::Decision::Then(follow),
                Err(error) => policy_wit::Decision::GiveUp(error.to_string()),
            }
        }
    }
}

fn sendable(request: Outgoing) -> Result<Outgoing, Error> {
    match &request.body {
        Body::Unwritable(why) => Err(Error::new("the content can't be written as JSON").detail(why)),
        _ => Ok(request),
    }
}
