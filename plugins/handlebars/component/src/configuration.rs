//! What the operator, or the import of an environment, wrote for this plugin: a JSON object, read at the first question.
//!
//! | key | value | absent |
//! |---|---|---|
//! | `env` | an object of the environment variables that templates may see, by their whole names | none |
//! | `env-prefix` | what their names begin with, where a template leaves it out | `MOCKOON_` |
//! | `time-zone` | an offset (`+01:00`) or a POSIX rule (`CET-1CEST,M3.5.0,M10.5.0/3`) | UTC |
//! | `faker-locale` | the locale of random data, by Faker's name | `en` |
//! | `engine` | `mockoon`: a template that does not parse is refused when it is rendered, with Handlebars' message | it is refused when it is compiled |
//! | `bucket-ids` | an object of Mockoon's short ids of the buckets, by the buckets' names | no ids |

use std::cell::OnceCell;

use handlebars_engine::{Text, Value, parse_json};

use crate::bindings::ringback::gateway::config;

thread_local! {
    static CONFIGURATION: OnceCell<Configuration> = const { OnceCell::new() };
}

/// The plugin's table.
pub(crate) struct Configuration(Value);

/// Asks the configuration, which one instance reads once.
pub(crate) fn with<R>(ask: impl FnOnce(&Configuration) -> R) -> R {
    let read = || Configuration(parse_json(&Text::from(config::table())).unwrap_or_default());
    CONFIGURATION.with(|known| ask(known.get_or_init(read)))
}

// === impl Configuration ===

impl Configuration {
    /// An environment variable.
    pub(crate) fn env(&self, name: &str) -> Option<Text> {
        self.0.property("env").property(name).as_text().cloned()
    }

    /// What the names of environment variables begin with.
    pub(crate) fn env_prefix(&self) -> Text {
        self.0.property("env-prefix").as_text().cloned().unwrap_or(Text::fixed("MOCKOON_"))
    }

    /// The time zone of dates, empty for UTC.
    pub(crate) fn zone(&self) -> Text {
        self.0.property("time-zone").as_text().cloned().unwrap_or_default()
    }

    /// The locale of random data.
    pub(crate) fn faker_locale(&self) -> Text {
        self.0.property("faker-locale").as_text().cloned().unwrap_or(Text::fixed("en"))
    }

    /// Whether templates that do not parse fail as late as Mockoon's do.
    pub(crate) fn fails_late(&self) -> bool {
        self.0.property("engine").as_text().is_some_and(|engine| engine.as_str() == "mockoon")
    }

    /// The short id of a bucket.
    pub(crate) fn bucket_id(&self, name: &str) -> Option<Text> {
        self.0.property("bucket-ids").property(name).as_text().cloned()
    }
}
