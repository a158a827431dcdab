//! `upstream`: other servers, asked while the client waits. Who sends is the gateway's; here is who may be asked.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Uri, header};
use ringback_model::{
    callback::Outgoing,
    http_values::{Request, field_text, is_hop_by_hop},
    limits,
    ports::{FetchBounds, FetchError, Fetched},
};

use crate::{
    bindings::ringback::gateway::{
        types::{AnswerResult, BodyResult, FieldResult, OutgoingResult},
        upstream::{Error, Host},
    },
    imports::callbacks::granted,
    state::State,
};

/// So long before its own time is over a call is told that there is no answer, so that it can still say something.
const MARGIN: Duration = Duration::from_millis(100);

impl Host for State {
    async fn forward(&mut self) -> wasmtime::Result<Result<AnswerResult, Error>> {
        self.budget.host_call()?;
        let Some(request) = self.request.clone() else {
            return Ok(Err(Error::Denied("there is no request to pass on".into())));
        };
        let Some(upstream) = self.upstream.clone() else {
            let route = &request.route;
            return Ok(Err(Error::Denied(format!("route `{route}` has no `upstream`"))));
        };
        let outgoing = match forwarded(&upstream, &request) {
            Ok(outgoing) => outgoing,
            Err(why) => return Ok(Err(Error::Invalid(why))),
        };
        Ok(self.ask(&outgoing).await.map(answer))
    }

    async fn fetch(&mut self, request: OutgoingResult) -> wasmtime::Result<Result<AnswerResult, Error>> {
        self.budget.host_call()?;
        let body: Bytes = match request.body {
            BodyResult::Empty => Bytes::new(),
            BodyResult::Text(text) => text.into(),
            BodyResult::Bytes(bytes) => bytes.into(),
        };
        let headers = request.headers.iter().map(|field| (field.name.as_str(), field.value.as_str()));
        let outgoing = match Outgoing::try_new(&request.method, &request.url, headers, body) {
            Ok(outgoing) => outgoing,
            Err(error) => return Ok(Err(Error::Invalid(error.to_string()))),
        };
        if let Err(why) = granted(&self.identity.grants.hosts, &outgoing.url) {
            return Ok(Err(Error::Denied(why)));
        }
        Ok(self.ask(&outgoing).await.map(answer))
    }
}

// === impl State ===

impl State {
    /// Sends a request that the plugin may send, and waits for the answer as long as the call may still take.
    pub(crate) async fn ask(&mut self, outgoing: &Outgoing) -> Result<Fetched, Error> {
        let Some(fetcher) = self.identity.fetcher.clone() else {
            return Err(Error::Denied("this gateway asks no other servers".into()));
        };
        let Some(environment) = self.environment().cloned() else {
            return Err(Error::Denied(
                "other servers are asked only while a request or a callback is worked on".into(),
            ));
        };
        if self.fetches >= limits::CALL_FETCHES_MAX {
            let most = limits::CALL_FETCHES_MAX;
            return Err(Error::Denied(format!("a call may ask other servers at most {most} times")));
        }
        self.fetches += 1;
        let left = self.identity.bounds.wall_max.saturating_sub(self.budget.elapsed()).saturating_sub(MARGIN);
        if left.is_zero() {
            return Err(Error::TimedOut);
        }
        let bounds = FetchBounds { body_max_bytes: limits::RESPONSE_BODY_MAX_BYTES, timeout: left };
        let asked = Instant::now();
        let answered = fetcher.fetch(&environment, outgoing, bounds).await;
        self.budget.waited(asked.elapsed());
        answered.map_err(|error| match error {
            FetchError::Denied(why) => Error::Denied(why),
            FetchError::TimedOut => Error::TimedOut,
            FetchError::Failed(why) => Error::Failed(why),
            error @ FetchError::TooLarge(_) => Error::TooLarge(error.to_string()),
        })
    }
}

/// A request as it is passed on: the same, but for where it goes and what belongs to the connection.
fn forwarded(upstream: &Uri, request: &Request) -> Result<Outgoing, String> {
    let base = upstream.path().trim_end_matches('/');
    let target = request.uri.path_and_query().map_or("/", |target| target.as_str());
    let (scheme, authority) = (upstream.scheme_str().unwrap_or("http"), upstream.authority());
    let url = format!("{scheme}://{}{base}{target}", authority.map_or("", |authority| authority.as_str()));
    let url = url.parse().map_err(|_| format!("`{url}` is not an absolute http or https URL"))?;
    let named = named_by_connection(&request.headers);
    let passes = |name: &HeaderName| {
        !is_hop_by_hop(name) && *name != header::HOST && *name != header::CONTENT_LENGTH && !named.contains(name)
    };
    let headers = request.headers.iter().filter(|(name, _)| passes(name));
    Ok(Outgoing {
        method: request.method.clone(),
        url,
        headers: headers.map(|(name, value)| (name.clone(), value.clone())).collect(),
        body: request.body.clone(),
    })
}

/// Fields that a `connection` field names belong to that connection, too (RFC 9110 section 7.6.1).
fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(|name| name.trim().parse().ok()).collect()
}

fn answer(fetched: Fetched) -> AnswerResult {
    let field = |(name, value): (&HeaderName, &http::HeaderValue)| FieldResult {
        name: name.as_str().into(),
        value: field_text(value.as_bytes()).into_owned(),
    };
    AnswerResult {
        status: fetched.status.as_u16(),
        headers: fetched.headers.iter().map(field).collect(),
        body: fetched.body.into(),
    }
}
