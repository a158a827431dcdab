//! What the admin API shows of what the gateway knows: JSON with camelCase members, times in RFC 3339, durations in
//! milliseconds. Secrets are taken out here, on the way to a person.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use ringback_model::{
    callback::{Attempt, Callback, CallbackState, Outcome},
    http_values::field_text,
    journal::{CallbackNote, Event, Exchange, Matched},
    unit::Cause,
};
use serde_json::{Map, Value, json};

use crate::journal::Numbered;

/// Header fields whose values are somebody's secrets.
const SECRET_HEADERS: [&str; 8] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "api-key",
    "x-auth-token",
    "x-amz-security-token",
];

/// What stands in a secret's place.
const REDACTED: &str = "[redacted]";

/// A request and its answer. `callbacks` are those that it scheduled, as they stand now.
pub fn exchange(exchange: &Exchange, callbacks: &[Callback]) -> Value {
    json!({
        "id": exchange.id,
        "received": exchange.received,
        "tookMs": milliseconds(exchange.took),
        "environment": exchange.environment,
        "session": exchange.session,
        "client": exchange.client.to_string(),
        "cause": exchange.cause,
        "request": {
            "method": exchange.method.as_str(),
            "path": exchange.head.path(),
            "query": exchange.head.query(),
            "headers": fields(exchange.head.fields()),
            "body": body(&exchange.body),
            "bodyBytes": exchange.body_bytes,
        },
        "match": matched(&exchange.matched),
        "response": {
            "status": exchange.status.as_u16(),
            "headers": headers(exchange.answer_headers.iter()),
            "body": if exchange.answer_streamed { Value::Null } else { body(&exchange.answer_body) },
            "bodyBytes": exchange.answer_bytes,
            "streamed": exchange.answer_streamed,
        },
        "changed": exchange.changed,
        "callbacks": callbacks.iter().map(callback).collect::<Vec<_>>(),
        "fault": exchange.fault,
    })
}

fn matched(matched: &Matched) -> Value {
    match matched {
        Matched::Response { route, response, because } => {
            json!({"route": route, "response": response, "because": because.phrase()})
        }
        Matched::Example { route, example, key, because } => {
            json!({"route": route, "example": example, "key": key, "because": because.phrase()})
        }
        Matched::Refused { route, why } => json!({"route": route, "because": "it was refused", "why": &**why}),
        Matched::Responder { route } => json!({"route": route, "because": "the route's responder"}),
        Matched::Upstream { route } => json!({"route": route, "because": "the route's upstream"}),
        Matched::Admin => json!({"route": null, "because": "the environment's admin API"}),
        Matched::Gateway(lines) => json!({"route": null, "nearest": &**lines}),
    }
}

/// A callback with its attempts.
pub fn callback(callback: &Callback) -> Value {
    let mut view = json!({
        "id": callback.id,
        "name": callback.name,
        "environment": callback.scope.environment,
        "session": callback.scope.session,
        "route": callback.route,
        "cause": cause(&callback.cause),
        "depth": callback.depth,
        "created": callback.created,
        "due": callback.due,
        "orderingKey": callback.ordering_key,
        "idempotencyKey": callback.idempotency_key,
        "policy": callback.policy.as_ref().map(|used| &used.plugin),
        "expects": callback.expects.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "scheduledBy": callback.scheduled_by,
        "request": {
            "method": callback.outgoing.method.as_str(),
            "url": callback.outgoing.url.to_string(),
            "headers": headers(callback.outgoing.headers.iter().map(|(name, value)| (name, value))),
            "body": body(&callback.outgoing.body),
        },
        "attempts": callback.attempts.iter().map(attempt).collect::<Vec<_>>(),
    });
    state(&mut view, &callback.state);
    view
}

/// One delivery try.
pub fn attempt(attempt: &Attempt) -> Value {
    let mut view = json!({
        "number": attempt.number,
        "started": attempt.started,
        "tookMs": milliseconds(attempt.took),
    });
    let outcome = match &attempt.outcome {
        Outcome::Answered { status, headers: fields, body: content } => json!({
            "outcome": "answered",
            "status": status.as_u16(),
            "headers": headers(fields.iter()),
            "body": body(content),
        }),
        Outcome::TimedOut => json!({"outcome": "timed-out"}),
        Outcome::Refused(reason) => json!({"outcome": "refused", "reason": reason}),
        Outcome::Failed(reason) => json!({"outcome": "failed", "reason": reason}),
    };
    merge(&mut view, outcome);
    view
}

/// One event, as `GET /__admin/events` sends it: its name, and its data.
pub fn event((number, event): &Numbered) -> (&'static str, Value) {
    let (name, mut data) = match event {
        Event::Exchange(done) => ("request", exchange(done, &[])),
        Event::Scheduled(note) => ("callback-scheduled", noted(note)),
        Event::Moved(note) => ("callback-moved", noted(note)),
        Event::Attempted(note, tried) => {
            let mut view = noted(note);
            merge(&mut view, json!({"attempt": attempt(tried)}));
            ("callback-attempted", view)
        }
        Event::Reloaded { at, summary, applied } => {
            ("reloaded", json!({"at": at, "summary": summary, "applied": applied}))
        }
        Event::Plugin(note) => (
            "plugin",
            json!({
                "at": note.at,
                "plugin": note.plugin,
                "generation": note.generation,
                "change": note.change.name(),
                "summary": note.summary,
            }),
        ),
    };
    merge(&mut data, json!({"number": number}));
    (name, data)
}

fn noted(note: &CallbackNote) -> Value {
    let mut view = json!({
        "at": note.at,
        "id": note.id,
        "name": note.name,
        "session": note.scope.session,
        "cause": cause(&note.cause),
        "method": note.outgoing.method.as_str(),
        "url": note.outgoing.url.to_string(),
        "due": note.due,
    });
    state(&mut view, &note.state);
    view
}

fn cause(cause: &Cause) -> Value {
    match cause {
        Cause::Request(id) => json!({"request": id}),
        Cause::Callback(id) => json!({"callback": id}),
        Cause::Webhook(id) => json!({"webhook": id}),
    }
}

fn state(view: &mut Value, state: &CallbackState) {
    // The state serialises as its name, and its reason where it has one.
    if let Ok(state) = serde_json::to_value(state) {
        merge(view, state);
    }
}

fn merge(view: &mut Value, more: Value) {
    if let (Value::Object(view), Value::Object(more)) = (view, more) {
        view.extend(more);
    }
}

/// The fields of a map.
fn headers<'a>(map: impl Iterator<Item = (&'a HeaderName, &'a HeaderValue)>) -> Value {
    fields(map.map(|(name, value)| (name.as_str(), value.as_bytes())))
}

/// Header fields as an object; repeated ones as an array, secret ones without their value.
fn fields<'a>(fields: impl Iterator<Item = (&'a str, &'a [u8])>) -> Value {
    let mut object = Map::new();
    for (name, value) in fields {
        let text: Value = if SECRET_HEADERS.contains(&name) { REDACTED.into() } else { field_text(value).into() };
        match object.get_mut(name) {
            None => drop(object.insert(name.into(), text)),
            Some(Value::Array(values)) => values.push(text),
            Some(first) => *first = json!([first.take(), text]),
        }
    }
    Value::Object(object)
}

/// A body as text; one that is not UTF-8 by its first bytes in hexadecimal.
fn body(bytes: &Bytes) -> Value {
    const SHOWN_BYTES: usize = 64;
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        // A cut within a character is still text.
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(bytes).into(),
        Err(_) => {
            let hex = bytes.iter().take(SHOWN_BYTES).map(|byte| format!("{byte:02x}")).collect::<String>();
            json!({"hex": hex, "bytes": bytes.len()})
        }
    }
}

/// A duration for people and programs: milliseconds, down to the microsecond.
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    #[test]
    fn secrets_are_taken_out_and_repeats_are_kept() {
        let mut fields = HeaderMap::new();
        fields.append("x-a", HeaderValue::from_static("1"));
        fields.append("x-a", HeaderValue::from_static("2"));
        fields.append("authorization", HeaderValue::from_static("Bearer secret"));
        let view = headers(fields.iter());
        assert_eq!(view, json!({"x-a": ["1", "2"], "authorization": REDACTED}));
    }

    #[test]
    fn a_body_is_text_where_it_can_be() {
        assert_eq!(body(&Bytes::from_static(b"{}")), json!("{}"));
        assert_eq!(body(&Bytes::from_static(b"\xff\x00")), json!({"hex": "ff00", "bytes": 2}));
    }
}
