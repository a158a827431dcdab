//! A script that names the example (`microcks.md`, section 2.4): what it sees of the request, and where it keeps texts between
//! requests: in a bucket of the gateway's own, so that they commit, and are put back, like all state.

use std::{borrow::Cow, time::Duration};

use ringback_matching::Key;
use ringback_model::{
    http_values::{Request, field_text},
    ids::BucketName,
    json::Json,
    path::DataPath,
    seed::Stream,
    unit::{Change, Unit},
};
use ringback_scripts::{Host, Outcome, ScriptError};
use serde_json::{Map, Value};

use super::{Keyed, inquiry};
use crate::{
    http::refusal::{Kind, Refusal},
    respond::answering::Situation,
    site::ScriptPlan,
};

/// Members of a kept text.
const VALUE: &str = "value";
/// Until when it is kept, in microseconds since 1970.
const UNTIL: &str = "until";

/// What a script sees of the gateway.
struct Lent<'a> {
    request: &'a Request,
    content: Cow<'a, str>,
    /// Whose texts: those of one service are not another's.
    service: &'a str,
    random: Stream,
    unit: Unit,
}

/// The key that a script makes of a request.
pub(super) fn key(work: &Situation<'_>, plan: &ScriptPlan, unit: Unit) -> Keyed {
    let script = match &plan.script {
        Ok(script) => script,
        Err(error) => return failed(work, plan, error, unit),
    };
    let request: &Request = work.request;
    let mut lent = Lent {
        request,
        content: String::from_utf8_lossy(&request.body),
        service: work.operation().map_or("", |operation| &operation.base),
        random: work.door.gateway.seed.of_request(request.id),
        unit,
    };
    match script.run(&mut lent) {
        Ok(Outcome { result, context }) => {
            let key =
                result.map_or_else(|| Key::Unknown("the script names no example".into()), |name| Key::named(&name));
            let values: Map<_, _> = context.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
            let values = (!values.is_empty()).then(|| Value::Object(values).to_string());
            Keyed { values, ..Keyed::of(key, lent.unit) }
        }
        Err(error) => failed(work, plan, &error, lent.unit),
    }
}

/// A script that came to nothing. The operation's fallback may still answer.
fn failed(work: &Situation<'_>, plan: &ScriptPlan, error: &ScriptError, unit: Unit) -> Keyed {
    let (line, column) = error.place(&plan.source);
    let told = format!("the dispatch script failed: {error} (line {line}, column {column})");
    tracing::warn!(request = %work.request.id, route = %work.route_name(), "{told}");
    let failed = Some(Refusal::new(Kind::Rules, told.clone()));
    Keyed { failed, ..Keyed::of(Key::Unknown(told), unit) }
}

fn member<'j>(kept: &'j Json, name: &str) -> Option<&'j Json> {
    if let Json::Object(kept) = kept { kept.get(name) } else { None }
}

fn text<'j>(kept: &'j Json, name: &str) -> Option<&'j str> {
    if let Json::String(text) = member(kept, name)? { Some(text) } else { None }
}

/// Until when a text is kept.
fn until(kept: &Json) -> u64 {
    if let Some(Json::Number(until)) = member(kept, UNTIL) { until.as_u64().unwrap_or(0) } else { 0 }
}

// === impl Lent ===

impl Lent<'_> {
    /// Where a text is kept: by service and name.
    fn path(&self, key: &str) -> String {
        let escaped = |name: &str| name.replace('.', r"\.");
        format!("{}.{}", escaped(self.service), escaped(key))
    }

    /// The names of the service's texts that are kept no longer.
    fn outlived(&mut self) -> Vec<String> {
        let (service, now) = (self.service.replace('.', r"\."), self.request.received.as_micros());
        let texts = self.unit.read(BucketName::SCRIPTS).ok().flatten();
        let Some(Json::Object(texts)) = texts.and_then(|all| all.at(&DataPath::parse(&service))) else { return vec![] };
        texts.iter().filter(|(_, kept)| until(kept) <= now).map(|(name, _)| name.to_string()).collect()
    }

    fn change(&mut self, change: Change) {
        if let Err(error) = self.unit.change(BucketName::SCRIPTS, change) {
            tracing::warn!(request = %self.request.id, "a script's text is not kept: {error}");
        }
    }
}

impl Host for Lent<'_> {
    fn content(&self) -> &str {
        &self.content
    }

    fn method(&self) -> &str {
        self.request.method.as_str()
    }

    fn path(&self) -> &str {
        self.request.uri.path()
    }

    fn query(&self) -> Option<&str> {
        self.request.uri.query()
    }

    fn headers(&self) -> Vec<(String, String)> {
        let fields = self.request.headers.iter();
        fields.map(|(name, value)| (name.to_string(), field_text(value.as_bytes()).into_owned())).collect()
    }

    fn path_parameters(&self) -> Vec<(String, String)> {
        self.request.params.iter().map(|(name, value)| (name.to_string(), value.as_str().to_owned())).collect()
    }

    fn query_parameters(&self) -> Vec<(String, String)> {
        inquiry(self.request).parameters()
    }

    fn now_ms(&self) -> i64 {
        i64::try_from(self.request.received.as_micros() / 1_000).unwrap_or(i64::MAX)
    }

    fn random(&mut self) -> f64 {
        super::drawn(self.random.next_u64())
    }

    fn load(&mut self, key: &str) -> Option<String> {
        let path = self.path(key);
        let kept = self.unit.read(BucketName::SCRIPTS).ok()??.at(&DataPath::parse(&path))?;
        let value = text(kept, VALUE)?.to_string();
        (until(kept) > self.request.received.as_micros()).then_some(value)
    }

    fn keep(&mut self, key: &str, value: &str, time_to_live: Duration) {
        let until = self.request.received.after(time_to_live).as_micros();
        let kept = serde_json::json!({ VALUE: value, UNTIL: until }).to_string();
        for gone in self.outlived() {
            self.forget(&gone);
        }
        if let Ok(kept) = Json::parse(&kept) {
            self.change(Change::Set(self.path(key).into(), kept));
        }
    }

    fn forget(&mut self, key: &str) {
        self.change(Change::Del(self.path(key).into()));
    }

    fn log(&mut self, level: &str, line: &str) {
        match level {
            "error" => tracing::error!(request = %self.request.id, "{line}"),
            "warn" => tracing::warn!(request = %self.request.id, "{line}"),
            "debug" => tracing::debug!(request = %self.request.id, "{line}"),
            _ => tracing::info!(request = %self.request.id, "{line}"),
        }
    }
}
