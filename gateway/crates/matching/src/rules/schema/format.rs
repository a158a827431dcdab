//! What a text must look like. The patterns are those of `ajv-formats` 3.0.1.
//!
//! MIT License, Copyright (c) 2020 Evgeny Poberezkin. Permission is hereby granted, free of charge, to any person obtaining
//! a copy of this software and associated documentation files, to deal in it without restriction, provided that this
//! notice is kept; it comes "as is", without warranty of any kind.

use std::{collections::HashMap, sync::OnceLock};

use ringback_values::{Regexp, Value};

/// A named format.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Format {
    /// Anything.
    Any,
    Date,
    Time {
        needs_zone: bool,
    },
    DateTime {
        needs_zone: bool,
    },
    Regex,
    /// Base64, in one of the text's lines.
    Byte,
    /// A pattern of the table, by its name.
    Pattern(&'static str),
    /// Of numbers: whole ones, within 32 bits or not.
    Whole {
        is_32: bool,
    },
}

// === impl Format ===

impl Format {
    /// Absent: there is no such format.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "date" => Self::Date,
            "time" => Self::Time { needs_zone: true },
            "iso-time" => Self::Time { needs_zone: false },
            "date-time" => Self::DateTime { needs_zone: true },
            "iso-date-time" => Self::DateTime { needs_zone: false },
            "regex" => Self::Regex,
            "byte" => Self::Byte,
            "int32" => Self::Whole { is_32: true },
            "int64" => Self::Whole { is_32: false },
            "float" | "double" | "password" | "binary" => Self::Any,
            name => Self::Pattern(PATTERNS.iter().find(|(known, ..)| *known == name)?.0),
        })
    }

    /// Whether a value has it; those of another type than it is for do.
    pub(crate) fn is_valid(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Whole { is_32 }, Value::Number(number)) => {
                number.fract() == 0.0 && (!is_32 || (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(number))
            }
            (Self::Whole { .. } | Self::Any, _) => true,
            (format, Value::String(text)) => format.is_text_valid(text),
            _ => true,
        }
    }

    fn is_text_valid(self, text: &str) -> bool {
        match self {
            Self::Date => is_date(text),
            Self::Time { needs_zone } => is_time(text, needs_zone),
            Self::DateTime { needs_zone } => {
                let mut parts = text.split(|c: char| matches!(c, 't' | 'T') || ringback_values::is_space(c));
                let (date, time) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
                parts.next().is_none() && is_date(date) && is_time(time, needs_zone)
            }
            Self::Regex => !ends_by_z(text) && Regexp::compile(text, "").is_ok(),
            Self::Byte => text.split(['\n', '\r', '\u{2028}', '\u{2029}']).any(is_base64),
            // Both of a colon and a slash are more than a fragment has.
            Self::Pattern("uri") if !text.contains(['/', ':']) => false,
            Self::Pattern(name) => patterns().get(name).is_some_and(|pattern| pattern.is_match(text)),
            Self::Any | Self::Whole { .. } => true,
        }
    }
}

fn is_date(text: &str) -> bool {
    let (Some(year), Some(month), Some(day)) = (digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)) else {
        return false;
    };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-") && (1..=days).contains(&day)
}

/// `hh:mm:ss`, a fraction, and a zone: `Z`, `+hh`, `+hhmm` or `+hh:mm`. A leap second is one in UTC.
fn is_time(text: &str, needs_zone: bool) -> bool {
    let (Some(hour), Some(minute), Some(second)) = (digits(text, 0, 2), digits(text, 3, 2), digits(text, 6, 2)) else {
        return false;
    };
    if text.get(2..3) != Some(":") || text.get(5..6) != Some(":") {
        return false;
    }
    let mut rest = text.get(8..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix('.') {
        let after = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if after.len() == fraction.len() {
            return false;
        }
        rest = after;
    }
    let Some((sign, zone_hour, zone_minute)) = zone(rest) else { return false };
    if zone_hour > 23 || zone_minute > 59 || (needs_zone && rest.is_empty()) {
        return false;
    }
    if hour <= 23 && minute <= 59 && second < 60 {
        return true;
    }
    let (hour, minute) = (i64::from(hour), i64::from(minute));
    let utc_minute = minute - i64::from(zone_minute) * sign;
    let utc_hour = hour - i64::from(zone_hour) * sign - i64::from(utc_minute < 0);
    matches!(utc_hour, 23 | -1) && matches!(utc_minute, 59 | -1) && second < 61
}

/// A zone's sign, hours and minutes. `None`: it is none.
fn zone(text: &str) -> Option<(i64, u32, u32)> {
    if text.is_empty() || text.eq_ignore_ascii_case("z") {
        return Some((1, 0, 0));
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let rest = text.strip_prefix(['+', '-'])?;
    let hours = digits(rest, 0, 2)?;
    let minutes = rest.get(2..)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    match minutes.len() {
        0 if rest.len() == 2 => Some((sign, hours, 0)),
        2 => Some((sign, hours, digits(minutes, 0, 2)?)),
        _ => None,
    }
}

fn digits(text: &str, from: usize, count: usize) -> Option<u32> {
    let digits = text.get(from..from + count)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Whether a pattern has the anchor of other languages, which Ajv refuses.
fn ends_by_z(pattern: &str) -> bool {
    pattern
        .match_indices("\\Z")
        .any(|(at, _)| at > 0 && !pattern.get(..at).is_some_and(|before| before.ends_with('\\')))
}

fn is_base64(line: &str) -> bool {
    let padding = line.len() - line.trim_end_matches('=').len();
    let is_symbol = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    line.len().is_multiple_of(4) && padding <= 2 && line.bytes().rev().skip(padding).all(is_symbol)
}

fn patterns() -> &'static HashMap<&'static str, Regexp> {
    static COMPILED: OnceLock<HashMap<&'static str, Regexp>> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let compile = |(name, flags, pattern): &(&'static str, &str, &str)| {
            Regexp::compile(pattern, flags).ok().map(|pattern| (*name, pattern))
        };
        PATTERNS.iter().filter_map(compile).collect()
    })
}

/// Name, flags, pattern.
#[rustfmt::skip]
const PATTERNS: [(&str, &str, &str); 13] = [
    (
        "uri",
        "i",
        concat!(
            r##"^(?:[a-z][a-z0-9+\-.]*:)(?:\/?\/(?:(?:[a-z0-9\-._~!$&'()*+,;=:]|%[0-9a-f]{2})*@)?(?:\[(?:(?:(?:(?:"##,
            r##"[0-9a-f]{1,4}:){6}|::(?:[0-9a-f]{1,4}:){5}|(?:[0-9a-f]{1,4})?::(?:[0-9a-f]{1,4}:){4}|(?:(?:[0-9a-f"##,
            r##"]{1,4}:){0,1}[0-9a-f]{1,4})?::(?:[0-9a-f]{1,4}:){3}|(?:(?:[0-9a-f]{1,4}:){0,2}[0-9a-f]{1,4})?::(?:"##,
            r##"[0-9a-f]{1,4}:){2}|(?:(?:[0-9a-f]{1,4}:){0,3}[0-9a-f]{1,4})?::[0-9a-f]{1,4}:|(?:(?:[0-9a-f]{1,4}:)"##,
            r##"{0,4}[0-9a-f]{1,4})?::)(?:[0-9a-f]{1,4}:[0-9a-f]{1,4}|(?:(?:25[0-5]|2[0-4]\d|[01]?\d\d?)\.){3}(?:2"##,
            r##"5[0-5]|2[0-4]\d|[01]?\d\d?))|(?:(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4})?::[0-9a-f]{1,4}|(?:(?:[0-9a-"##,
            r##"f]{1,4}:){0,6}[0-9a-f]{1,4})?::)|[Vv][0-9a-f]+\.[a-z0-9\-._~!$&'()*+,;=:]+)\]|(?:(?:25[0-5]|2[0-4]"##,
            r##"\d|[01]?\d\d?)\.){3}(?:25[0-5]|2[0-4]\d|[01]?\d\d?)|(?:[a-z0-9\-._~!$&'()*+,;=]|%[0-9a-f]{2})*)(?:"##,
            r##":\d*)?(?:\/(?:[a-z0-9\-._~!$&'()*+,;=:@]|%[0-9a-f]{2})*)*|\/(?:(?:[a-z0-9\-._~!$&'()*+,;=:@]|%[0-9"##,
            r##"a-f]{2})+(?:\/(?:[a-z0-9\-._~!$&'()*+,;=:@]|%[0-9a-f]{2})*)*)?|(?:[a-z0-9\-._~!$&'()*+,;=:@]|%[0-9"##,
            r##"a-f]{2})+(?:\/(?:[a-z0-9\-._~!$&'()*+,;=:@]|%[0-9a-f]{2})*)*)(?:\?(?:[a-z0-9\-._~!$&'()*+,;=:@/?]|"##,
            r##"%[0-9a-f]{2})*)?(?:#(?:[a-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*)?$"##,
        ),
    ),
    (
        "duration",
        "",
        r##"^P(?!$)((\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?|(\d+W)?)$"##,
    ),
    (
        "uri-reference",
        "i",
        concat!(
            r##"^(?:[a-z][a-z0-9+\-.]*:)?(?:\/?\/(?:(?:[a-z0-9\-._~!$&'()*+,;=:]|%[0-9a-f]{2})*@)?(?:\[(?:(?:(?:(?"##,
            r##":[0-9a-f]{1,4}:){6}|::(?:[0-9a-f]{1,4}:){5}|(?:[0-9a-f]{1,4})?::(?:[0-9a-f]{1,4}:){4}|(?:(?:[0-9a-"##,
            r##"f]{1,4}:){0,1}[0-9a-f]{1,4})?::(?:[0-9a-f]{1,4}:){3}|(?:(?:[0-9a-f]{1,4}:){0,2}[0-9a-f]{1,4})?::(?"##,
            r##":[0-9a-f]{1,4}:){2}|(?:(?:[0-9a-f]{1,4}:){0,3}[0-9a-f]{1,4})?::[0-9a-f]{1,4}:|(?:(?:[0-9a-f]{1,4}:"##,
            r##"){0,4}[0-9a-f]{1,4})?::)(?:[0-9a-f]{1,4}:[0-9a-f]{1,4}|(?:(?:25[0-5]|2[0-4]\d|[01]?\d\d?)\.){3}(?:"##,
            r##"25[0-5]|2[0-4]\d|[01]?\d\d?))|(?:(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4})?::[0-9a-f]{1,4}|(?:(?:[0-9a"##,
            r##"-f]{1,4}:){0,6}[0-9a-f]{1,4})?::)|[Vv][0-9a-f]+\.[a-z0-9\-._~!$&'()*+,;=:]+)\]|(?:(?:25[0-5]|2[0-4"##,
            r##"]\d|[01]?\d\d?)\.){3}(?:25[0-5]|2[0-4]\d|[01]?\d\d?)|(?:[a-z0-9\-._~!$&'"()*+,;=]|%[0-9a-f]{2})*)("##,
            r##"?::\d*)?(?:\/(?:[a-z0-9\-._~!$&'"()*+,;=:@]|%[0-9a-f]{2})*)*|\/(?:(?:[a-z0-9\-._~!$&'"()*+,;=:@]|%"##,
            r##"[0-9a-f]{2})+(?:\/(?:[a-z0-9\-._~!$&'"()*+,;=:@]|%[0-9a-f]{2})*)*)?|(?:[a-z0-9\-._~!$&'"()*+,;=:@]"##,
            r##"|%[0-9a-f]{2})+(?:\/(?:[a-z0-9\-._~!$&'"()*+,;=:@]|%[0-9a-f]{2})*)*)?(?:\?(?:[a-z0-9\-._~!$&'"()*+"##,
            r##",;=:@/?]|%[0-9a-f]{2})*)?(?:#(?:[a-z0-9\-._~!$&'"()*+,;=:@/?]|%[0-9a-f]{2})*)?$"##,
        ),
    ),
    (
        "uri-template",
        "i",
        concat!(
            r##"^(?:(?:[^\x00-\x20"'<>%\\^`{|}]|%[0-9a-f]{2})|\{[+#./;?&=,!@|]?(?:[a-z0-9_]|%[0-9a-f]{2})+(?::[1-9"##,
            r##"][0-9]{0,3}|\*)?(?:,(?:[a-z0-9_]|%[0-9a-f]{2})+(?::[1-9][0-9]{0,3}|\*)?)*\})*$"##,
        ),
    ),
    (
        "url",
        "iu",
        concat!(
            r##"^(?:https?|ftp):\/\/(?:\S+(?::\S*)?@)?(?:(?!(?:10|127)(?:\.\d{1,3}){3})(?!(?:169\.254|192\.168)(?:"##,
            r##"\.\d{1,3}){2})(?!172\.(?:1[6-9]|2\d|3[0-1])(?:\.\d{1,3}){2})(?:[1-9]\d?|1\d\d|2[01]\d|22[0-3])(?:\"##,
            r##".(?:1?\d{1,2}|2[0-4]\d|25[0-5])){2}(?:\.(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-4]))|(?:(?:[a-z0-9\u{00a1}"##,
            r##"-\u{ffff}]+-)*[a-z0-9\u{00a1}-\u{ffff}]+)(?:\.(?:[a-z0-9\u{00a1}-\u{ffff}]+-)*[a-z0-9\u{00a1}-\u{f"##,
            r##"fff}]+)*(?:\.(?:[a-z\u{00a1}-\u{ffff}]{2,})))(?::\d{2,5})?(?:\/[^\s]*)?$"##,
        ),
    ),
    (
        "email",
        "i",
        concat!(
            r##"^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])"##,
            r##"?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$"##,
        ),
    ),
    (
        "hostname",
        "i",
        concat!(
            r##"^(?=.{1,253}\.?$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-0-9a-z]{0,61}[0-9a-z])?)*\."##,
            r##"?$"##,
        ),
    ),
    (
        "ipv4",
        "",
        r##"^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$"##,
    ),
    (
        "ipv6",
        "i",
        concat!(
            r##"^((([0-9a-f]{1,4}:){7}([0-9a-f]{1,4}|:))|(([0-9a-f]{1,4}:){6}(:[0-9a-f]{1,4}|((25[0-5]|2[0-4]\d|1\"##,
            r##"d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3})|:))|(([0-9a-f]{1,4}:){5}(((:[0-9a-f]{1,4}){"##,
            r##"1,2})|:((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3})|:))|(([0-9a-f]{"##,
            r##"1,4}:){4}(((:[0-9a-f]{1,4}){1,3})|((:[0-9a-f]{1,4})?:((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]"##,
            r##"|2[0-4]\d|1\d\d|[1-9]?\d)){3}))|:))|(([0-9a-f]{1,4}:){3}(((:[0-9a-f]{1,4}){1,4})|((:[0-9a-f]{1,4})"##,
            r##"{0,2}:((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}))|:))|(([0-9a-f]{"##,
            r##"1,4}:){2}(((:[0-9a-f]{1,4}){1,5})|((:[0-9a-f]{1,4}){0,3}:((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25["##,
            r##"0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}))|:))|(([0-9a-f]{1,4}:){1}(((:[0-9a-f]{1,4}){1,6})|((:[0-9a-f]{1"##,
            r##",4}){0,4}:((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}))|:))|(:(((:["##,
            r##"0-9a-f]{1,4}){1,7})|((:[0-9a-f]{1,4}){0,5}:((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|"##,
            r##"1\d\d|[1-9]?\d)){3}))|:)))$"##,
        ),
    ),
    (
        "uuid",
        "i",
        r##"^(?:urn:uuid:)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$"##,
    ),
    (
        "json-pointer",
        "",
        r##"^(?:\/(?:[^~/]|~0|~1)*)*$"##,
    ),
    (
        "json-pointer-uri-fragment",
        "i",
        r##"^#(?:\/(?:[a-z0-9_\-.!$&'()*+,;:=@]|%[0-9a-f]{2}|~0|~1)*)*$"##,
    ),
    (
        "relative-json-pointer",
        "",
        r##"^(?:0|[1-9][0-9]*)(?:#|(?:\/(?:[^~/]|~0|~1)*)*)$"##,
    ),
];

#[cfg(test)]
mod tests {
    use ringback_values::Value;

    use super::{Format, PATTERNS, patterns};

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(patterns().len(), PATTERNS.len());
    }

    #[test]
    fn texts_have_formats_or_not() {
        for (format, valid, invalid) in [
            ("time", "23:59:60Z", "12:00:00"),
            ("date-time", "2024-01-01T00:00:00.5+02:00", "2024-01-01"),
            ("iso-date-time", "2024-01-01 00:00:00", "2024-13-01 00:00:00"),
            ("email", "a.b@example.com", "a@b"),
            ("uri", "http://example.com/a?b#c", "/a"),
            ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567"),
            ("ipv4", "127.0.0.1", "256.0.0.1"),
            ("ipv6", "::1", "1::2::3"),
            ("hostname", "example.com", "-a"),
            ("regex", "^a$", "("),
            ("byte", "YWJj", "YWJ"),
            ("duration", "P1DT2H", "P"),
            ("json-pointer", "/a~1b", "a"),
        ] {
            let format = Format::named(format).unwrap();
            assert!(format.is_valid(&Value::string(valid)), "{valid}");
            assert!(!format.is_valid(&Value::string(invalid)), "{invalid}");
        }
        assert!(Format::named("no-such").is_none());
    }
}
