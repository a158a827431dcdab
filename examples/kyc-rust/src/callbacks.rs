//! What an applicant is told later: that the application was received, and what was decided.

use std::time::Duration;

use ringback_plugin::{
    Callback, clock,
    signer::{self, SignError},
};
use serde::Serialize;

use crate::{Config, application::Application};

/// The secret that callbacks are signed with.
const SECRET: &str = "kyc-webhook";
const RECEIVED_AFTER: Duration = Duration::from_secs(1);
const DECIDED_AFTER: Duration = Duration::from_secs(5);

/// A callback's content. The signature is over its bytes, so its members have an order.
#[derive(Serialize)]
struct Event<'a> {
    id: &'a str,
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a str>,
}

/// The two callbacks of a try.
///
/// # Errors
/// When nothing can be signed: the secret was not granted.
pub(crate) fn of(application: &Application, tries: u32, config: &Config) -> Result<[Callback; 2], SignError> {
    let id = &application.id;
    let result = if config.blocked.contains(&application.country) { "rejected" } else { "approved" };
    let received = Event { id, event: "received", result: None };
    let decided = Event { id, event: "decided", result: Some(result) };
    Ok([
        callback(application, tries, &received)?.name("kyc-received").delay(RECEIVED_AFTER),
        callback(application, tries, &decided)?.name("kyc-decided").delay(DECIDED_AFTER),
    ])
}

fn callback(application: &Application, tries: u32, event: &Event<'_>) -> Result<Callback, SignError> {
    let callback = Callback::post(&application.callback_url).json(event);
    let time = clock::now().unix_seconds();
    let signature = signer::hmac_sha256(SECRET, [format!("{time}.").as_bytes(), callback.bytes()].concat())?;
    Ok(callback
        .header("kyc-signature", format!("t={time},v1={}", signature.hex()))
        .ordering_key(event.id)
        .idempotency_key(format!("{}-{tries}-{}", event.id, event.event)))
}
