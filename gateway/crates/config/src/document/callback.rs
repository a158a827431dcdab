//! `[callback.NAME]`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{At, DurationText, Entries, File, Policy, TextOr, Texts};

/// An outbound request that responses can cause. Its templates see the request and the response that led to it, and the buckets.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Callback {
    /// The method, a template. Absent: `POST`.
    #[schemars(example = &"POST")]
    #[serde(default)]
    pub method: Option<At<String>>,
    /// The URL, a template: absolute, `http` or `https`; or a path, for a route of this gateway. Or a text with OpenAPI's
    /// runtime expressions: `{$request.body#/callbackUrl}/paid`. Absent: a `[[webhook]]` is told where it goes.
    #[schemars(example = &"http://localhost:8080/webhook")]
    #[serde(default)]
    pub url: Option<At<String>>,
    /// Added to the query of a URL of runtime expressions, or of a webhook's. Values may be templates.
    #[schemars(extend("examples" = [{"id": "7"}]))]
    #[serde(default)]
    pub query: Option<At<Entries<At<Texts>>>>,
    /// Header fields: a string, or an array for a repeated field. Values may be templates.
    #[schemars(extend("examples" = [{"content-type": "application/json"}]))]
    #[serde(default)]
    pub headers: Option<At<Entries<At<Texts>>>>,
    /// The content, a template. Absent: none.
    #[schemars(example = &"{}")]
    #[serde(default)]
    pub body: Option<At<String>>,
    /// A file as content instead of `body`: its path, a template, or a table that says more.
    #[schemars(example = &"receipt.pdf")]
    #[serde(default)]
    pub file: Option<At<TextOr<File>>>,
    /// The bucket whose value is the content, instead of `body`.
    #[schemars(example = &"orders")]
    #[serde(default)]
    pub bucket: Option<At<String>>,
    /// Whether `body`, or what the file holds, is a template. Absent: it is.
    #[schemars(example = false)]
    #[serde(default)]
    pub templating: Option<At<bool>>,
    /// A template: callbacks of one key are sent one after the other. Absent, or rendered empty: in no order.
    #[schemars(example = &"{{body 'orderId'}}")]
    #[serde(default)]
    pub ordering_key: Option<At<String>>,
    /// The plugin that decides how it is delivered, by name, or `{ use = "NAME" }` with what that plugin is told beside it.
    /// Absent: one attempt, any 2xx is success.
    #[serde(default)]
    pub policy: Option<At<Policy>>,
    /// The statuses that mean success, where no policy decides: `201`, `2XX`, `200-204`. Absent: any 2xx.
    #[schemars(extend("examples" = [["201", "4XX"]]))]
    #[serde(default)]
    pub expects: Option<At<Texts>>,
    /// How long an attempt may take, connecting included. Absent: `30s`.
    #[serde(default)]
    pub timeout: Option<At<DurationText>>,
}
