//! `/env-vars`: variables that templates can read. Their names begin with the prefix, whether the caller writes it or not;
//! with an empty one none can be set.

use http::StatusCode;
use ringback_model::ports::Surroundings as _;
use ringback_values::Value;

use super::{Caller, Reply, object, text};

impl Caller<'_> {
    pub(super) fn env_var(&self, name: &str) -> Reply {
        let name = self.prefixed(name);
        match self.site.surroundings.variable(&name) {
            Some(value) => Reply::ok(&object([("key", text(&name)), ("value", text(&value))])),
            None => Reply::message(StatusCode::NOT_FOUND, "Environment variable not found"),
        }
    }

    pub(super) fn set_env_var(&self) -> Reply {
        let Some((key, value)) = self.pair() else { return Reply::invalid() };
        if self.admin.env_prefix.is_empty() {
            let why = "Environment variable writes are disabled when the prefix is empty";
            return Reply::message(StatusCode::FORBIDDEN, why);
        }
        let Value::String(key) = key else { return Reply::invalid() };
        let (name, value) = (self.prefixed(&key), value.to_text());
        let done = format!("Environment variable '{name}' has been set to '{value}'", value = value.as_str());
        self.site.surroundings.set_variable(name, value.as_str().to_owned());
        Reply::done(&done)
    }

    fn prefixed(&self, name: &str) -> String {
        let prefix = &self.admin.env_prefix;
        if name.starts_with(prefix.as_str()) { name.to_owned() } else { format!("{prefix}{name}") }
    }
}
