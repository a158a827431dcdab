//! `[server.tls]`, `[proxy]`, `[mockoon]`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{At, Entries, SecretText, SizeText, Texts};

/// Whose conventions hold where a document leaves something open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum Conventions {
    /// The gateway's own.
    #[default]
    Ringback,
    /// Mockoon's: how bodies are read, what is answered where no route is, which peculiarities are kept.
    Mockoon,
    /// Microcks': how a response is chosen, what is answered where none is.
    Microcks,
}

/// The language that paths are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum PathLanguage {
    /// `/orders/{id}`, `/files/{*rest}`.
    Template,
    /// Mockoon's: `/orders/:id`, `/files/*`, matched without regard to case or one trailing slash.
    Express,
}

/// TLS of the listener. Paths are relative to this file. Without `certificate` and `pkcs12` a certificate for `localhost` is
/// made, which nobody trusts.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Tls {
    /// The certificate, a PEM file.
    #[schemars(example = &"server.pem")]
    pub certificate: Option<At<String>>,
    /// The certificate's private key, a PEM file.
    #[schemars(example = &"server.key")]
    pub key: Option<At<String>>,
    /// Certificate and private key in one PKCS #12 file.
    #[schemars(example = &"server.p12")]
    pub pkcs12: Option<At<String>>,
    /// Further certificates of the chain, a PEM file. Absent: none.
    #[schemars(example = &"chain.pem")]
    pub chain: Option<At<String>>,
    /// What the private key is locked with, best as `"${env:NAME}"`. Absent: nothing.
    pub passphrase: Option<At<SecretText>>,
    /// Authorities, a PEM file, of one of which every client must show a certificate. Absent: clients show none.
    #[schemars(example = &"clients.pem")]
    pub client_authorities: Option<At<String>>,
}

/// A server that answers what no route does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Proxy {
    /// Scheme, host and a path that stands before the request's.
    #[schemars(example = &"https://api.example.com")]
    pub upstream: At<String>,
    /// Whether the environment's `prefix` is taken off the path. Absent: no.
    #[schemars(example = true)]
    #[serde(default)]
    pub strip_prefix: bool,
    /// Header fields that are set on the request. Values may be templates.
    #[schemars(extend("examples" = [{"x-mock": "yes"}]))]
    #[serde(default)]
    pub request_headers: Option<At<Entries<At<Texts>>>>,
    /// Header fields that are set on the answer. Values may be templates.
    #[schemars(extend("examples" = [{"x-mock": "yes"}]))]
    #[serde(default)]
    pub response_headers: Option<At<Entries<At<Texts>>>>,
}

/// What Mockoon's command line can set. It counts with `conventions = "mockoon"` in `[server]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Mockoon {
    /// The environment's id in Mockoon's document, which log lines carry. Absent: it has none.
    #[schemars(example = &"66443366-4198-4d83-abaf-9f08a26be358")]
    pub environment_id: Option<At<String>>,
    /// Whether `OPTIONS` requests that no route takes are answered with CORS fields. Absent: yes.
    #[schemars(example = false)]
    pub cors: Option<bool>,
    /// Whether Mockoon's admin API is served beneath `/mockoon-admin/`. Absent: yes.
    #[schemars(example = false)]
    pub admin: Option<bool>,
    /// What clients of that admin API show, best as `"${env:NAME}"`. Absent: it is drawn at start, and logged.
    pub admin_token: Option<At<SecretText>>,
    /// Origins that browsers may call that admin API from. Absent: none.
    #[schemars(extend("examples" = [["http://localhost:5173"]]))]
    pub admin_cors_origins: Vec<String>,
    /// Seeds the faker. Absent: it is random.
    #[schemars(range(min = 0, max = 4_294_967_295_i64), example = 7)]
    pub faker_seed: Option<At<i64>>,
    /// The faker's locale. Absent: `en`.
    #[schemars(example = &"fr_CA")]
    pub faker_locale: Option<String>,
    /// What the names of environment variables that templates see begin with; empty: they see all. Absent: `MOCKOON_`.
    #[schemars(example = &"MOCKOON_")]
    pub env_prefix: Option<String>,
    /// Under which URL clients reach the environment. Absent: scheme, host and port as it listens.
    #[schemars(example = &"https://mock.example.com")]
    pub public_base_url: Option<String>,
    /// Largest body that a request to this environment may have. Absent: `request-body-max` of `[server]`.
    pub request_body_max: Option<At<SizeText>>,
    /// Whether answers name their route and response in `x-mockoon-route-*` fields. Absent: no.
    #[schemars(example = true)]
    pub route_headers: bool,
    /// Whether whole transactions are logged. Absent: no.
    #[schemars(example = true)]
    pub log_transactions: bool,
    /// How many transactions are kept. Absent: 100.
    #[schemars(range(min = 0, max = 100_000), example = 100)]
    pub transactions_max: Option<At<i64>>,
    /// How long a chain of callbacks may be. Absent: 100.
    #[schemars(range(min = 0, max = 4_294_967_295_i64), example = 100)]
    pub callback_depth_max: Option<At<i64>>,
}
