//! `x-microcks-operation` (`microcks.md`, section 1.3), whose members APIMetadata repeats.

use std::{sync::Arc, time::Duration};

use ringback_diag::{quoted, suggest};
use ringback_model::environment::{Constraint, Place, Spread};

use super::{library::Spot, reader::Reader, service::Settings};

/// Longest delay, in milliseconds: a request is over before.
const DELAY_MAX_MS: f64 = 30_000.0;
/// What the extension may say.
const KNOWN: [&str; 5] = ["delay", "delayStrategy", "dispatcher", "dispatcherRules", "parameterConstraints"];
/// What it may say about messages that no request causes.
const OF_EVENTS: [&str; 3] = ["frequency", "frequencyStrategy", "triggers"];

impl Reader<'_, '_> {
    /// What an operation's extension says.
    pub(super) fn settings(&mut self, extension: &Spot) -> Settings {
        self.report_unknown(extension);
        let constraints = self.library.get(extension, "parameterConstraints");
        let constraints: Vec<_> = constraints.iter().flat_map(Spot::elements).collect();
        Settings {
            dispatcher: extension.get("dispatcher").filter(|spot| !spot.node.is_null()),
            rules: extension.get("dispatcherRules").filter(|spot| !spot.node.is_null()),
            delay: self.milliseconds(extension, "delay"),
            spread: extension.text("delayStrategy").map(|text| Spread::read(&text)),
            constraints: constraints.into_iter().filter_map(|spot| self.constraint(&spot)).collect(),
        }
    }

    fn report_unknown(&mut self, extension: &Spot) {
        for member in extension.members().collect::<Vec<_>>() {
            let name = &*member.name;
            if KNOWN.contains(&name) || name.starts_with("x-") || !self.library.is_new(&member.at) {
                continue;
            }
            let (message, help) =
                if OF_EVENTS.contains(&name) {
                    let message = format!("`{name}` is ignored: it is about asynchronous messages");
                    (message, "only requests and their callbacks are mocked".into())
                } else {
                    let meant = suggest(name, KNOWN).map(|known| format!("did you mean `{known}`?"));
                    (format!("{} is ignored: nothing is called so here", quoted(name)), meant.unwrap_or_else(|| {
                    "`delay`, `delayStrategy`, `dispatcher`, `dispatcherRules` and `parameterConstraints` are".into()
                }))
                };
            self.library.warn(&member.at, message, help);
        }
    }

    /// A time in milliseconds, or with its unit. Absent: it is not there, or none, which was reported.
    pub(super) fn milliseconds(&mut self, holder: &Spot, name: &str) -> Option<Duration> {
        let spot = holder.get(name)?;
        let milliseconds = spot.node.as_number().or_else(|| spot.node.as_text().and_then(|text| with_unit(text)));
        match milliseconds {
            Some(number) if (0.0..=f64::from(u32::MAX)).contains(&number) => {
                if name == "delay"
                    && number > DELAY_MAX_MS
                    && holder.get("order").is_none()
                    && self.library.is_new(&spot)
                {
                    let message = format!("a delay of {number} ms is longer than a request may take");
                    self.library.warn(&spot, message, "requests end after 30 s");
                }
                Some(Duration::from_secs_f64(number / 1000.0))
            }
            _ => {
                if self.library.is_new(&spot) && !spot.node.is_null() {
                    self.library.warn(
                        &spot,
                        format!("`{name}` is ignored: it is no time"),
                        "write milliseconds: `1500`",
                    );
                }
                None
            }
        }
    }

    fn constraint(&mut self, spot: &Spot) -> Option<Constraint> {
        let place = match spot.text("in").as_deref() {
            Some("path") => Some(Place::Path),
            Some("query") => Some(Place::Query),
            Some("header") => Some(Place::Header),
            Some("cookie") => Some(Place::Cookie),
            Some("formData") => Some(Place::Form),
            _ => None,
        };
        let (Some(name), Some(place)) = (spot.text("name"), place) else {
            let message = "this constraint is ignored: it has no `name`, or no `in` that is known";
            self.library.warn(spot, message, "`in` is `path`, `query`, `header`, `cookie` or `formData`");
            return None;
        };
        Some(Constraint {
            name,
            place,
            required: spot.says("required"),
            recopy: spot.says("recopy"),
            pattern: spot.text("mustMatchRegexp").filter(|pattern| !pattern.is_empty()),
        })
    }
}

/// Milliseconds of a text like `1500ms`, `3s`, `2m`.
fn with_unit(text: &str) -> Option<f64> {
    let text = text.trim();
    let units = [("ms", 1.0), ("s", 1000.0), ("m", 60_000.0)];
    units.into_iter().find_map(|(unit, factor)| Some(text.strip_suffix(unit)?.trim().parse::<f64>().ok()? * factor))
}

// === impl Settings ===

impl Settings {
    /// What another document says of the same operation: it counts where it says something, constraints add up.
    pub(super) fn merge(&mut self, other: Self) {
        if other.dispatcher.is_some() {
            self.dispatcher = other.dispatcher;
            self.rules = other.rules;
        } else if other.rules.is_some() {
            self.rules = other.rules;
        }
        self.delay = other.delay.or(self.delay);
        self.spread = other.spread.or(self.spread);
        for constraint in other.constraints {
            constrain(&mut self.constraints, constraint);
        }
    }
}

/// Adds a constraint; one of the same parameter gives way.
pub(super) fn constrain(all: &mut Vec<Constraint>, constraint: Constraint) {
    let is_same = |other: &&mut Constraint| {
        let same_name = match other.place {
            Place::Header => other.name.eq_ignore_ascii_case(&constraint.name),
            _ => other.name == constraint.name,
        };
        other.place == constraint.place && same_name
    };
    match all.iter_mut().find(is_same) {
        Some(other) => *other = constraint,
        None => all.push(constraint),
    }
}

/// A name as it may stand for a plugin: letters and digits in lower case, everything else a `-`.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for character in text.chars() {
        match character {
            c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// The name of the plugin that stands for a script: `{title}-{operationId}`, or the operation's name for want of an id.
pub(super) fn plugin(title: &str, id: Option<&Arc<str>>, operation: &str) -> String {
    let name = format!("{}-{}", slug(title), slug(id.map_or(operation, |id| id)));
    let cut: String = name.trim_matches('-').chars().take(64).collect();
    if cut.is_empty() { "dispatcher".into() } else { cut.trim_end_matches('-').to_owned() }
}
