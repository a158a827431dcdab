//! `[server]`, `[journal]`, `[egress]`.

use ringback_model::ids::PluginName;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{At, Conventions, DurationText, Entries, PathLanguage, SizeText, Texts, Tls};

/// Where the environment and its admin API listen, and how much they take.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Server {
    /// The name of the environment. Absent: the name of the file, or of the folder when the file is `ringback.toml`.
    #[schemars(example = &"orders")]
    pub name: Option<At<String>>,
    /// Host and port to listen on: `127.0.0.1:3000`, `[::1]:3000`; `:3000` is every interface. Absent: `127.0.0.1:3000`.
    #[schemars(example = &"127.0.0.1:3000")]
    pub listen: Option<At<String>>,
    /// Host and port of the admin API, or `off`. Absent: `127.0.0.1:3001`.
    #[schemars(example = &"127.0.0.1:3001")]
    pub admin: Option<At<String>>,
    /// The language of the templates in bodies, headers, URLs and buckets. Absent: `handlebars`; with Microcks' conventions
    /// `expressions`.
    pub template_language: Option<At<TemplateLanguage>>,
    /// Whose conventions hold where this file leaves something open. Absent: the gateway's own, `ringback`.
    pub conventions: Option<At<Conventions>>,
    /// The language of the routes' paths. Absent: `template`; with Mockoon's conventions `express`.
    pub path_language: Option<At<PathLanguage>>,
    /// Whether `GET` routes answer `HEAD`, and `OPTIONS` is answered with `allow` where no route takes it. Absent: yes; with
    /// Mockoon's or Microcks' conventions no.
    #[schemars(example = false)]
    pub automatic_methods: Option<bool>,
    /// Stands before the path of every route. Absent: nothing does.
    #[schemars(example = &"/api/v1")]
    pub prefix: Option<At<String>>,
    /// Header fields of every response that does not set them itself: a string, or an array for a repeated field. Values may
    /// be templates.
    #[schemars(extend("examples" = [{"x-served-by": "ringback"}]))]
    pub headers: Option<At<Entries<At<Texts>>>>,
    /// `content-type` of a response that has none, or `off`. Absent: `text/plain; charset=utf-8`; with Mockoon's conventions
    /// `text/html; charset=utf-8`, with Microcks' `off`.
    #[schemars(example = &"application/json")]
    pub default_content_type: Option<At<String>>,
    /// What is waited before every answer. Absent: nothing.
    pub latency: Option<At<DurationText>>,
    /// Whether each request draws its latency, this one and its response's own, from nothing up to what is written. Absent: no.
    #[schemars(example = true)]
    pub latency_random: bool,
    /// TLS. Absent: requests come without.
    pub tls: Option<At<Tls>>,
    /// Largest body that a request may have; more is told 413. Absent: `10 MiB`.
    pub request_body_max: Option<At<SizeText>>,
    /// How many requests are answered at once; more are told 503. Absent: 1024.
    #[schemars(range(min = 1, max = 1_000_000), example = 1024)]
    pub requests_in_flight_max: Option<At<i64>>,
    /// How long an answer may take, its configured latency not counted. Absent: `30s`.
    pub request_timeout: Option<At<DurationText>>,
    /// How long open requests get to finish after Ctrl-C or SIGTERM. Absent: `10s`.
    pub drain_grace: Option<At<DurationText>>,
}

/// The language of templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum TemplateLanguage {
    /// Handlebars with Mockoon's helpers.
    Handlebars,
    /// Microcks' expressions.
    Expressions,
}

impl TemplateLanguage {
    /// The one that is meant where none is named.
    pub(crate) fn usual(conventions: Conventions) -> Self {
        match conventions {
            Conventions::Ringback | Conventions::Mockoon => Self::Handlebars,
            Conventions::Microcks => Self::Expressions,
        }
    }

    /// The bundled plugin that renders it.
    pub(crate) fn plugin(self) -> PluginName {
        match self {
            Self::Handlebars => PluginName::handlebars(),
            Self::Expressions => PluginName::expressions(),
        }
    }
}

/// What is remembered of requests, callbacks and changes of state.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Journal {
    /// How many events are kept; the oldest go first. Absent: 1000.
    #[schemars(range(min = 1, max = 1_000_000), example = 1000)]
    pub events_max: Option<At<i64>>,
    /// How much of each body is kept. Absent: `16 KiB`.
    pub body_max: Option<At<SizeText>>,
}

/// Where callbacks may go. Cloud metadata and link-local addresses are never called, whatever stands here.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Egress {
    /// The hosts: `localhost`, `api.example.com:8443`, `*.example.com`. Absent or empty: any.
    #[schemars(extend("examples" = [["localhost", "*.example.com"]]))]
    pub allow: Vec<At<String>>,
    /// Whether loopback and private addresses may be called. Absent: yes while the environment listens on loopback.
    #[schemars(example = true)]
    pub private: Option<bool>,
}
