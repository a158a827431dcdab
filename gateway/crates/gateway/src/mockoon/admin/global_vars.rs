//! `/global-vars`: the variables that templates share, members of a hidden bucket.

use http::StatusCode;
use ringback_model::{ids::BucketName, json::Json, unit::Change};
use ringback_values::{Value, json};

use super::{Caller, Reply, data_buckets::value, object, text};

impl Caller<'_> {
    pub(super) async fn global_var(&self, name: &str) -> Reply {
        let view = match self.view().await {
            Ok(view) => view,
            Err(reply) => return reply,
        };
        let globals =
            view.get(BucketName::GLOBALS).and_then(|document| document.value.as_ref().map(value)).unwrap_or_default();
        match globals.property(name) {
            Value::Undefined => Reply::message(StatusCode::NOT_FOUND, "Global variable not found"),
            value => Reply::ok(&object([("key", text(name)), ("value", value)])),
        }
    }

    pub(super) async fn set_global_var(&self) -> Reply {
        let Some((key, value)) = self.pair() else { return Reply::invalid() };
        let (key, shown) = (key.to_text(), value.to_text());
        let Ok(value) = Json::parse(&json::to_compact(&value)) else { return Reply::invalid() };
        // A name is one member, whatever it holds.
        let path = key.as_str().replace('\\', "\\\\").replace('.', "\\.");
        match self
            .change(|unit| unit.change(BucketName::GLOBALS, Change::Set(path.as_str().into(), value.clone())))
            .await
        {
            Ok(()) => Reply::done(&format!("Global variable '{}' has been set to '{}'", key.as_str(), shown.as_str())),
            Err(reply) => reply,
        }
    }

    pub(super) async fn purge_global_vars(&self) -> Reply {
        match self.change(|unit| unit.change(BucketName::GLOBALS, Change::Set("".into(), Json::object()))).await {
            Ok(()) => Reply::done("Global variables have been purged"),
            Err(reply) => reply,
        }
    }
}
