//! The fakes behind `testing::Gateway`: what the contract says of each import, on a call of this thread.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;

use crate::{
    Answer, BucketError, Error, Outgoing, PendingCallback, Request, ScheduleError,
    bucket::Change,
    callback::Options,
    log::Level,
    signer::{Algorithm, SignError},
    testing::{Call, Document, GOLDEN_GAMMA, LogLine, Scheduled, with},
    upstream::UpstreamError,
};

/// As the gateway's: callbacks that a call may schedule.
const CALLBACKS_MAX: usize = 100;
/// As the gateway's: header fields that nobody else may set.
const OWN_HEADERS: [&str; 9] = [
    "host",
    "content-length",
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What the gateway keeps of a request.
#[derive(Debug)]
pub(crate) struct Rest {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

// === impl Rest ===

impl Rest {
    pub(crate) fn new(headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        Self { headers, body }
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let separator = if name.eq_ignore_ascii_case("cookie") { "; " } else { ", " };
        let values = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let values: Vec<_> = values.map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(separator))
    }

    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        self.headers.clone()
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        self.body.clone()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn origin(&self) -> String {
        "http://localhost:3000".into()
    }

    pub(crate) fn client(&self) -> String {
        "127.0.0.1".into()
    }
}

// === impl Request ===

impl Request {
    /// The request as it would be passed on, with its target for a URL.
    pub(crate) fn forwarded(&self) -> Option<Outgoing> {
        let query = self.query().map(|query| format!("?{query}")).unwrap_or_default();
        let mut request = Outgoing::new(self.method(), format!("{}{query}", self.path())).body(self.bytes());
        request.headers = self.headers();
        Some(request)
    }
}

// === impl Call ===

impl Call {
    fn bucket(&mut self, name: &str) -> Result<&mut Document, BucketError> {
        let known: Vec<_> = self.buckets.iter().map(|(known, _)| format!("`{known}`")).collect();
        let known = if known.is_empty() { "none".into() } else { known.join(", ") };
        let bucket = self.buckets.iter_mut().find(|(known, _)| known == name).map(|(_, document)| document);
        let missing = || format!("there is no bucket `{name}`, or it was not granted; granted: {known}");
        bucket.ok_or_else(|| BucketError::NoSuchBucket(missing()))
    }

    fn schedule(&mut self, request: Outgoing, options: Options) -> Result<String, ScheduleError> {
        check(&request).map_err(ScheduleError::Invalid)?;
        if options.name.is_empty() {
            return Err(ScheduleError::Invalid("a name must not be empty".into()));
        }
        self.check_host(&request.url).map_err(ScheduleError::Denied)?;
        if self.staged.len() >= CALLBACKS_MAX {
            return Err(ScheduleError::TooMany(format!("a call may schedule at most {CALLBACKS_MAX} callbacks")));
        }
        if let Some(first) = options.idempotency_key.as_ref().and_then(|key| self.scheduled_before(key)) {
            return Ok(first);
        }
        self.ordinal += 1;
        let id = format!("callback-{}-{}", self.request, self.ordinal);
        self.staged.push(Scheduled {
            id: id.clone().into(),
            name: options.name,
            request,
            delay: options.delay,
            due: self.now + options.delay,
            ordering_key: options.ordering_key,
            idempotency_key: options.idempotency_key,
            policy: options.policy,
        });
        Ok(id)
    }

    fn scheduled_before(&self, key: &str) -> Option<String> {
        let waiting = self.pending.iter().chain(&self.staged);
        let mut waiting = waiting.filter(|callback| callback.idempotency_key.as_deref() == Some(key));
        let settled = || self.settled_keys.iter().find(|(settled, _)| settled == key).map(|(_, id)| id.clone());
        waiting.next().map(|callback| callback.id.to_string()).or_else(settled)
    }

    fn check_host(&self, url: &str) -> Result<(), String> {
        let Some(granted) = &self.services.callback_hosts else { return Ok(()) };
        let (host, port) = target(url).unwrap_or_default();
        let authority = format!("{host}:{port}");
        if granted.iter().any(|granted| *granted == host || *granted == authority) {
            return Ok(());
        }
        let granted: Vec<_> = granted.iter().map(|granted| format!("`{granted}`")).collect();
        Err(format!("host `{authority}` was not granted; granted: {}", granted.join(", ")))
    }

    fn cancel(&mut self, id: &str) -> bool {
        let staged = self.staged.len();
        self.staged.retain(|callback| callback.id.as_str() != id);
        if self.staged.len() < staged {
            return true;
        }
        let waits = self.pending.iter().map(|callback| &callback.id).find(|pending| pending.as_str() == id);
        let Some(id) = waits.filter(|id| !self.cancelled.contains(id)).cloned() else { return false };
        self.cancelled.push(id);
        true
    }
}

/// Refuses what the gateway can't send, in its words.
fn check(request: &Outgoing) -> Result<(), String> {
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    if !is_token(&request.method) {
        return Err(format!("`{}` is not a method", request.method));
    }
    if target(&request.url).is_none() {
        return Err(format!("`{}` is not an absolute http or https URL", request.url));
    }
    for (name, value) in &request.headers {
        let why = if !is_token(name) {
            "the name is not a token"
        } else if OWN_HEADERS.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            "the gateway sets it itself"
        } else if value.chars().any(|letter| letter.is_control() && letter != '\t') {
            "the value holds control characters"
        } else {
            continue;
        };
        return Err(format!("header `{}` can't be sent: {why}", name.escape_debug()));
    }
    Ok(())
}

/// Host and port of an absolute `http` or `https` URL.
fn target(url: &str) -> Option<(String, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let by_scheme = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#']).next()?;
    let is_written =
        !authority.is_empty() && !url.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    let authority = authority.rsplit_once('@').map_or(authority, |(_, authority)| authority);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (authority, by_scheme),
    };
    (is_written && !host.is_empty()).then(|| (host.to_ascii_lowercase(), port))
}

pub(crate) fn bucket_names() -> Vec<String> {
    with(|call| call.buckets.iter().map(|(name, _)| name.clone()).collect())
}

pub(crate) fn bucket_get(bucket: &str, path: &str) -> Result<Option<String>, BucketError> {
    with(|call| Ok(call.bucket(bucket)?.get(path).map(Value::to_string)))
}

pub(crate) fn bucket_change(bucket: &str, path: &str, change: Change<'_>) -> Result<(), BucketError> {
    let value = |text| serde_json::from_str(text).map_err(|error| BucketError::NotJson(error.to_string()));
    with(|call| {
        let document = call.bucket(bucket)?;
        match change {
            Change::Set(text) => document.set(path, value(text)?),
            Change::Push(text) => document.push(path, value(text)?),
            Change::Merge(text) => document.merge(path, value(text)?),
            Change::Del => {
                document.del(path);
                Ok(())
            }
        }
    })
}

pub(crate) fn bucket_inc(bucket: &str, path: &str, by: f64) -> Result<f64, BucketError> {
    with(|call| call.bucket(bucket)?.inc(path, by))
}

pub(crate) fn schedule(request: Outgoing, options: Options) -> Result<String, ScheduleError> {
    with(|call| call.schedule(request, options))
}

pub(crate) fn cancel(id: &str) -> bool {
    with(|call| call.cancel(id))
}

pub(crate) fn pending() -> Vec<PendingCallback> {
    with(|call| {
        let waiting = call.pending.iter().filter(|callback| !call.cancelled.contains(&callback.id));
        let mut pending: Vec<_> = waiting
            .chain(&call.staged)
            .map(|callback| PendingCallback {
                id: callback.id.clone(),
                name: callback.name.clone(),
                due: callback.due,
                attempts: 0,
            })
            .collect();
        pending.sort_by(|a, b| (a.due, &a.id).cmp(&(b.due, &b.id)));
        pending
    })
}

pub(crate) fn now() -> u64 {
    with(|call| call.now.unix_micros())
}

/// SplitMix64, as the gateway's.
pub(crate) fn random() -> u64 {
    with(|call| {
        call.random = call.random.wrapping_add(GOLDEN_GAMMA);
        let mut bits = call.random;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    })
}

pub(crate) fn config() -> String {
    with(|call| call.services.config.clone())
}

pub(crate) fn log(level: Level, message: &str, fields: Vec<(String, String)>) {
    with(|call| call.logs.push(LogLine { level, message: message.into(), fields }));
}

pub(crate) fn sign(algorithm: Algorithm, secret: &str, message: &[u8]) -> Result<Vec<u8>, SignError> {
    let key = with(|call| call.services.secrets.iter().find(|(known, _)| known == secret).map(|(_, key)| key.clone()));
    let missing = || SignError::NoSuchSecret(format!("there is no secret `{secret}`, or it was not granted"));
    let key = key.ok_or_else(missing)?;
    match algorithm {
        Algorithm::HmacSha256 => hmac::<Hmac<sha2::Sha256>>(&key, message),
        Algorithm::HmacSha512 => hmac::<Hmac<sha2::Sha512>>(&key, message),
        Algorithm::HmacSha1 => hmac::<Hmac<sha1::Sha1>>(&key, message),
        Algorithm::Ed25519 => {
            Err(SignError::WrongKey("the fakes do not sign with Ed25519; `ringback plugin test` does".into()))
        }
    }
}

fn hmac<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Result<Vec<u8>, SignError> {
    let mac = <M as KeyInit>::new_from_slice(key).map_err(|error| SignError::WrongKey(error.to_string()))?;
    Ok(mac.chain_update(message).finalize().into_bytes().to_vec())
}

pub(crate) fn render(renderer: &str, source: &str, data: &str) -> Result<String, Error> {
    let render = with(|call| call.services.renderer.clone());
    let render =
        render.ok_or_else(|| Error::new(format!("the test has no renderer: `Gateway::renderer`, for `{renderer}`")))?;
    Ok(render(renderer, source, &serde_json::from_str(data)?))
}

pub(crate) fn forward() -> Result<Answer, UpstreamError> {
    let request = with(|call| call.forwarded.clone());
    let request = request.ok_or_else(|| UpstreamError::Denied("this call is about no request".into()))?;
    ask(&request)
}

pub(crate) fn fetch(request: Outgoing) -> Result<Answer, UpstreamError> {
    check(&request).map_err(UpstreamError::Invalid)?;
    ask(&request)
}

fn ask(request: &Outgoing) -> Result<Answer, UpstreamError> {
    match with(|call| call.services.upstream.clone()) {
        Some(answer) => answer(request),
        None => Err(UpstreamError::Denied("the test has no upstream: `Gateway::upstream`".into())),
    }
}
