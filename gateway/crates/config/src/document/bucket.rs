//! `[bucket.NAME]`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{At, Seed};

/// A named JSON document that the routes share, with more to say than its content.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Bucket {
    /// Its content at start, as in `[buckets]`. Absent: `null`.
    pub seed: Option<At<Seed>>,
    /// Whether a `seed` with `{{` is a template. Absent: it is.
    #[schemars(example = false)]
    pub templating: Option<bool>,
    /// When a template is rendered. Absent: at `start`.
    pub render: Option<At<Render>>,
    /// By what templates know it beside its name: its id in a Mockoon environment. Absent: by nothing.
    #[schemars(example = &"a1b2")]
    pub id: Option<At<String>>,
    /// By what Mockoon's admin API knows it beside its name. Absent: by nothing.
    #[schemars(example = &"8f9f5b0e-3f0c-4b7c-9d6b-0a1c9f3a1f11")]
    pub uuid: Option<At<String>>,
}

/// When a bucket's template is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum Render {
    /// When the gateway starts, and when its state is reset.
    #[default]
    Start,
    /// For the first request to a route that refers to the bucket, which the template sees.
    FirstUse,
}
