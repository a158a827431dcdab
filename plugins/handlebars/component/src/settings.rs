//! What the environment tells its templates beside buckets: a JSON object, read at the first question.
//!
//! | key | value | absent |
//! |---|---|---|
//! | `conventions` | `mockoon`: `baseUrl` is made as Mockoon makes it, and a template that does not parse fails when it is rendered, with Handlebars' message | `baseUrl` is what the client asked for; such a template is refused when it is compiled |
//! | `public-base-url` | what `baseUrl` begins with | scheme, host and port |
//! | `prefix`, `tls`, `port` | the environment's, for `baseUrl` | none, no, the client's |
//! | `env-prefix` | what the names of environment variables begin with, where a template leaves it out | `MOCKOON_` |
//! | `faker-locale` | the locale of random data, by Faker's name | `en` |
//! | `time-zone` | an offset (`+01:00`) or a POSIX rule (`CET-1CEST,M3.5.0,M10.5.0/3`) | UTC |

use std::cell::OnceCell;

use handlebars_engine::{Text, Value, parse_json};

use crate::bindings::ringback::gateway::environment;

thread_local! {
    static SETTINGS: OnceCell<Settings> = const { OnceCell::new() };
}

/// The environment's settings.
pub(crate) struct Settings(Value);

/// Asks the settings, which one instance reads once.
pub(crate) fn with<R>(ask: impl FnOnce(&Settings) -> R) -> R {
    let read = || Settings(parse_json(&Text::from(environment::settings())).unwrap_or_default());
    SETTINGS.with(|known| ask(known.get_or_init(read)))
}

// === impl Settings ===

impl Settings {
    /// Whether the environment does as Mockoon does.
    pub(crate) fn is_mockoon(&self) -> bool {
        self.text("conventions").is_some_and(|conventions| conventions.as_str() == "mockoon")
    }

    /// What Mockoon's `baseUrl` prints for a host. Absent: these settings do not say it.
    pub(crate) fn base_url(&self, host: &str) -> Option<Text> {
        let prefix = self.text("prefix").unwrap_or_default();
        let prefix = prefix.trim_matches('/');
        let slash = if prefix.is_empty() { "" } else { "/" };
        if let Some(public) = self.text("public-base-url").filter(|public| !public.is_empty()) {
            return Some(Text::from([public.as_str(), slash, prefix].concat()));
        }
        let Value::Number(port) = self.0.property("port") else { return None };
        let scheme = if self.0.property("tls").is_truthy() { "https" } else { "http" };
        (self.is_mockoon() && port > 0.0).then(|| Text::from(format!("{scheme}://{host}:{port}{slash}{prefix}")))
    }

    /// What the names of environment variables begin with.
    pub(crate) fn env_prefix(&self) -> Text {
        self.text("env-prefix").unwrap_or(Text::fixed("MOCKOON_"))
    }

    /// The time zone of dates, empty for UTC.
    pub(crate) fn zone(&self) -> Text {
        self.text("time-zone").unwrap_or_default()
    }

    /// The locale of random data.
    pub(crate) fn faker_locale(&self) -> Text {
        self.text("faker-locale").unwrap_or(Text::fixed("en"))
    }

    fn text(&self, key: &str) -> Option<Text> {
        self.0.property(key).as_text().cloned()
    }
}
