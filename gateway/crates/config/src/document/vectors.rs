//! `tests/*.toml` of a plugin's project.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{At, DurationText, Entries, Seed};

/// Requests to a plugin, and what must come of them.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(title = "test vectors")]
pub(crate) struct Vectors {
    /// The plugin's own table, as `config` in `[plugin.NAME]`.
    #[schemars(extend("type" = "object"))]
    pub config: Entries<At<Seed>>,
    /// The seed of all that is random. Absent: 1.
    #[schemars(range(min = 0, max = 9_223_372_036_854_775_807_i64), example = 7)]
    pub seed: Option<At<i64>>,
    /// Where the clock stands. Absent: `2026-01-01T00:00:00Z`.
    #[schemars(example = &"2026-01-02T03:04:05Z")]
    pub now: Option<At<String>>,
    /// What the plugin signs with, by name.
    pub secrets: Entries<At<String>>,
    /// Buckets and their content at the start. Absent: those of the manifest.
    pub buckets: Entries<At<Seed>>,
    /// Hosts that callbacks may go to, beside those of the manifest. Nothing is ever sent. Absent: `localhost`, `127.0.0.1`
    /// and `example.com`.
    #[schemars(extend("examples" = [["api.acme.test"]]))]
    pub callback_hosts: Option<Vec<At<String>>>,
    /// The calls, one after the other, each on what the ones before it left.
    pub call: Vec<At<VectorCall>>,
}

/// A request, or a step of the clock, and what must come of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct VectorCall {
    /// What it shows, for the report. Absent: its method and path.
    #[schemars(example = &"an applicant is accepted")]
    #[serde(default)]
    pub name: Option<String>,
    /// The request's method. Absent: `GET`.
    #[schemars(example = &"POST")]
    #[serde(default)]
    pub method: Option<At<String>>,
    /// The request's path, with a query or without.
    #[schemars(example = &"/kyc/applicants")]
    #[serde(default)]
    pub path: Option<At<String>>,
    /// The request's header fields.
    #[serde(default)]
    pub headers: Entries<At<String>>,
    /// The request's content, sent as compact JSON; `content-type` is `application/json` unless `headers` say otherwise.
    #[serde(default)]
    pub json: Option<At<Seed>>,
    /// The request's content, as it is.
    #[serde(default)]
    pub body: Option<At<String>>,
    /// Instead of a request: how far the clock is moved. What becomes due is captured.
    #[serde(default)]
    pub advance: Option<At<DurationText>>,
    /// What must come of it.
    #[serde(default)]
    pub expect: VectorExpect,
}

/// What must come of a call. What is absent may be anything.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct VectorExpect {
    /// The answer's status.
    #[schemars(range(min = 100, max = 599), example = 202)]
    pub status: Option<At<i64>>,
    /// Header fields that the answer must have, with these values.
    pub headers: Entries<At<String>>,
    /// The answer's content: members given must be there and equal, arrays whole.
    pub json: Option<At<Seed>>,
    /// The answer's content, exactly.
    pub body: Option<At<String>>,
    /// Buckets after the call, by name, compared as `json` is.
    pub buckets: Entries<At<Seed>>,
    /// The callbacks that the call scheduled, in order. `[]`: none.
    pub callbacks: Option<Vec<VectorCallback>>,
    /// The callbacks that were sent while the clock moved, in order. `[]`: none.
    pub delivered: Option<At<Vec<VectorCallback>>>,
}

/// What must be true of a callback. What is absent may be anything.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct VectorCallback {
    /// Its name.
    #[schemars(example = &"kyc-received")]
    pub name: Option<String>,
    /// How long after the answer it is due.
    pub delay: Option<At<DurationText>>,
    /// Its method.
    #[schemars(example = &"POST")]
    pub method: Option<String>,
    /// Its URL.
    #[schemars(example = &"http://localhost:9/hook")]
    pub url: Option<String>,
    /// Header fields that it must have, with these values.
    pub headers: Entries<At<String>>,
    /// Its content: members given must be there and equal, arrays whole.
    pub json: Option<At<Seed>>,
    /// Its content, exactly.
    pub body: Option<String>,
    /// Its ordering key.
    pub ordering_key: Option<String>,
    /// Its idempotency key.
    pub idempotency_key: Option<String>,
}
