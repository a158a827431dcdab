//! `[microcks]`, `[[alias]]`, `[[webhook]]`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{At, TextOr};

/// What Microcks serves. It counts with `conventions = "microcks"` in `[server]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Microcks {
    /// Whether answers carry CORS fields, and `OPTIONS` requests that no route takes are answered with them. Absent: yes.
    #[schemars(example = false)]
    pub cors: Option<bool>,
    /// The services, each an API in one version, whose routes begin with `/rest/NAME/VERSION`.
    pub service: Vec<At<Service>>,
}

/// A service of Microcks'.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Service {
    /// The API's title.
    #[schemars(example = &"API Pastry")]
    pub name: At<String>,
    /// Its version.
    #[schemars(example = &"2.0.0")]
    pub version: At<String>,
    /// Its operations. Absent: those of the routes whose `base` is the service's, in their order.
    #[schemars(extend("examples" = [["GET /pastry/{name}"]]))]
    #[serde(default)]
    pub operations: Option<Vec<String>>,
}

/// A path under which routes are reached besides their own. The first alias that fits a request's path counts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Alias {
    /// What the path begins with, whole segments. Absent: every path does.
    #[schemars(example = &"/rest-valid")]
    #[serde(default)]
    pub from: Option<At<String>>,
    /// What is meant instead.
    #[schemars(example = &"/rest")]
    pub to: At<String>,
    /// Whether the request's content is checked against `request-schema` of its route. Absent: no.
    #[schemars(example = true)]
    #[serde(default)]
    pub validates: bool,
}

/// A call that no request causes: whoever fires it, `POST /__admin/webhooks/NAME/fire`, says where it goes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Webhook {
    /// Its name.
    #[schemars(example = &"new-pet")]
    pub name: At<String>,
    /// The service that it belongs to, as `NAME:VERSION`. Absent: the only one of `[microcks]`, or none.
    #[schemars(example = &"Petstore:1.0.0")]
    #[serde(default)]
    pub service: Option<At<String>>,
    /// The method of its calls. Absent: `POST`.
    #[schemars(example = &"POST")]
    #[serde(default)]
    pub method: Option<At<String>>,
    /// What can be sent: callbacks without `url`, by name, or with a name of their own.
    #[schemars(extend("examples" = [["new-pet"]]))]
    pub examples: At<Vec<At<TextOr<WebhookExample>>>>,
}

/// A callback that a webhook can send, with a name of its own.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct WebhookExample {
    /// The example's name. Absent: the callback's.
    #[schemars(example = &"a cat")]
    #[serde(default)]
    pub name: Option<At<String>>,
    /// The name of a `[callback.NAME]`.
    #[serde(rename = "use")]
    #[schemars(example = &"new-pet")]
    pub callback: At<String>,
}
