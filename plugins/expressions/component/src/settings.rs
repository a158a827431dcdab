//! What the environment tells its templates: a JSON object, read at the first question.
//!
//! | key | value | absent |
//! |---|---|---|
//! | `conventions` | `microcks`: a template that does not parse, or can't be worked out, prints itself | such a template is refused when it is compiled, or fails when it is rendered |
//! | `time-zone` | the offset of dates from UTC: `+01:00` | UTC |

use std::cell::OnceCell;

use expressions_engine::member_text;

use crate::bindings::ringback::gateway::environment;

thread_local! {
    static SETTINGS: OnceCell<Settings> = const { OnceCell::new() };
}

/// The environment's settings.
pub(crate) struct Settings {
    is_microcks: bool,
    offset_minutes: i32,
}

/// Asks the settings, which one instance reads once.
pub(crate) fn with<R>(ask: impl FnOnce(&Settings) -> R) -> R {
    SETTINGS.with(|known| ask(known.get_or_init(|| Settings::read(&environment::settings()))))
}

// === impl Settings ===

impl Settings {
    fn read(json: &str) -> Self {
        Self {
            is_microcks: member_text(json, "conventions").is_some_and(|conventions| conventions == "microcks"),
            offset_minutes: member_text(json, "time-zone").and_then(|zone| offset(&zone)).unwrap_or(0),
        }
    }

    /// Whether the environment does as Microcks does.
    pub(crate) fn is_microcks(&self) -> bool {
        self.is_microcks
    }

    /// Minutes that local time is ahead of UTC.
    pub(crate) fn offset_minutes(&self) -> i32 {
        self.offset_minutes
    }
}

/// The minutes of `+01:00`.
fn offset(zone: &str) -> Option<i32> {
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let minutes = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    match zone.as_bytes().first()? {
        b'+' => Some(minutes),
        b'-' => Some(-minutes),
        _ => None,
    }
}
