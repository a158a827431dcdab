//! One try at sending a callback.

use std::{error::Error, sync::Arc};

use arc_swap::ArcSwap;
use bytes::BytesMut;
use http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Request, Response, Url};
use ringback_model::{
    callback::{Callback, Outcome, Outgoing},
    http_values::{CALLBACK_HEADER, DEPTH_HEADER, SESSION_HEADER},
    ids::EnvironmentName,
    limits,
    ports::{BoxFuture, Courier},
};
use rustc_hash::FxHashMap;

use crate::{
    client::Clients,
    policy::{EgressPolicy, Refusal},
    redirect,
};

/// Sends callbacks over HTTP, each as the policy of its environment allows.
#[derive(Debug, Default)]
pub struct HttpCourier {
    pub(crate) clients: Clients,
    policies: ArcSwap<FxHashMap<EnvironmentName, EgressPolicy>>,
}

// === impl HttpCourier ===

impl HttpCourier {
    /// A courier that knows no environment yet: until it does it sends to the internet alone. Costs nothing; the first
    /// callback pays for reading certificates.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the policies of all environments in place of those before. Attempts under way are not affected.
    pub fn set_policies(&self, policies: impl IntoIterator<Item = (EnvironmentName, EgressPolicy)>) {
        self.policies.store(Arc::new(policies.into_iter().collect()));
    }

    /// Trusts these certificates, DER, whatever name they are for: those of the gateway's own listeners.
    pub fn set_own_certificates(&self, certificates: impl IntoIterator<Item = Vec<u8>>) {
        self.clients.own.store(Arc::new(certificates.into_iter().collect()));
    }

    /// Checks a URL against the policy of an environment, and says whether that lets private addresses be called.
    pub(crate) fn allowed(&self, environment: &EnvironmentName, url: &Url) -> Result<bool, Refusal> {
        let (policies, strict) = (self.policies.load(), EgressPolicy::default());
        let policy = policies.get(environment).unwrap_or(&strict);
        policy.check(url).map(|()| policy.private)
    }

    async fn attempt(&self, callback: &Callback, outgoing: &Outgoing) -> Result<Outcome, Outcome> {
        let url = Url::parse(&outgoing.url.to_string()).map_err(|error| Outcome::Failed(error.to_string()))?;
        let environment = &callback.scope.environment;
        let most = self.policies.load().get(environment).map_or(0, |policy| policy.redirects_max);
        let mut request = request(callback, outgoing, url);
        for left in (0..=most).rev() {
            // What may be sent again is kept; its content is shared, not copied.
            let again = if left > 0 { request.try_clone() } else { None };
            let private = self.allowed(environment, request.url());
            let private = private.map_err(|refusal| Outcome::Refused(refusal.to_string()))?;
            let client = self.clients.get(private).await.map_err(|error| outcome_of(&error))?;
            let response = client.execute(request).await.map_err(|error| outcome_of(&error))?;
            match again.and_then(|sent| redirect::next(sent, response.status(), response.headers())) {
                Some(next) => request = next,
                None if left == 0 && most > 0 && redirect::leads_on(response.status(), response.headers()) => break,
                None => return read(response).await.map_err(|error| outcome_of(&error)),
            }
        }
        Err(Outcome::Failed(format!("there are more than {most} redirects")))
    }
}

impl Courier for HttpCourier {
    fn send<'a>(&'a self, callback: &'a Callback, outgoing: &'a Outgoing) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            match tokio::time::timeout(callback.timeout, self.attempt(callback, outgoing)).await {
                Ok(Ok(outcome) | Err(outcome)) => outcome,
                Err(_) => Outcome::TimedOut,
            }
        })
    }
}

/// The request as it is sent: what the policy planned, and the fields by which a gateway, this one or another, links it
/// to its cause. Those are the gateway's own: a plan that holds them is overruled.
fn request(callback: &Callback, outgoing: &Outgoing, url: Url) -> Request {
    let mut request = Request::new(outgoing.method.clone(), url);
    *request.body_mut() = Some(outgoing.body.clone().into());
    let headers = request.headers_mut();
    headers.reserve(outgoing.headers.len() + 3);
    for (name, value) in &outgoing.headers {
        headers.append(name.clone(), value.clone());
    }
    put(headers, CALLBACK_HEADER, callback.id.as_str());
    put(headers, DEPTH_HEADER, &callback.depth.to_string());
    match callback.scope.session.is_default() {
        true => drop(headers.remove(SESSION_HEADER)),
        false => put(headers, SESSION_HEADER, callback.scope.session.as_str()),
    }
    request
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    // Ids and sessions are made of visible ASCII.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// The answer, up to what is kept of it. The connection of a longer one is closed.
async fn read(mut response: Response) -> Result<Outcome, reqwest::Error> {
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let mut body = BytesMut::new();
    while body.len() < limits::ATTEMPT_ANSWER_MAX_BYTES
        && let Some(chunk) = response.chunk().await?
    {
        let room = limits::ATTEMPT_ANSWER_MAX_BYTES - body.len();
        body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
    }
    Ok(Outcome::Answered { status, headers, body: body.freeze() })
}

/// What an error means: the resolver's refusal, if that is what it comes from, or what went wrong in words.
fn outcome_of(error: &(dyn Error + 'static)) -> Outcome {
    match cause(error) {
        Ok(refusal) => Outcome::Refused(refusal.to_string()),
        Err(what) => Outcome::Failed(what),
    }
}

/// The resolver's refusal that an error comes from, or else what went wrong in words.
pub(crate) fn cause(error: &(dyn Error + 'static)) -> Result<Refusal, String> {
    let mut causes = vec![];
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(refusal) = cause.downcast_ref::<Refusal>() {
            return Ok(refusal.clone());
        }
        causes.push(cause.to_string());
        next = cause.source();
    }
    // The outer two say that a request was being sent, and repeat its URL.
    let inner = causes.len().saturating_sub(1).min(2);
    Err(causes.split_off(inner).join(": "))
}
