//! Durations, sizes and addresses, as people write them.

use std::time::Duration;

use jiff::{Span, SpanRelativeTo};
use ringback_model::environment::Listen;

/// Reads a duration: `10s`, `250ms`, `1h 30m`, `3d` (a day is 24 hours). Absent: the text is not one.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let span: Span = text.trim().parse().ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?.try_into().ok()
}

/// Names of sizes, and their bytes.
const SIZES: [(&str, usize); 8] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("KB", 1_000),
    ("B", 1),
];

/// Reads a size in bytes: `10 MiB`, `64KiB`, `512 B`. Absent: the text is not one.
pub(crate) fn size(text: &str) -> Option<usize> {
    let text = text.trim();
    let (number, unit) = SIZES.iter().find_map(|(name, bytes)| Some((text.strip_suffix(name)?, bytes)))?;
    let number = number.trim_end();
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| number.parse::<usize>().ok()?.checked_mul(*unit)).flatten()
}

/// Writes a size that is read again as the same: `64 MiB`.
pub(crate) fn size_text(bytes: usize) -> String {
    let whole = SIZES
        .iter()
        .filter(|(name, _)| name.ends_with("iB"))
        .find(|(_, unit)| bytes >= *unit && bytes.is_multiple_of(*unit));
    whole.map_or_else(|| format!("{bytes} B"), |(name, unit)| format!("{} {name}", bytes / unit))
}

/// Reads an address to listen on: `127.0.0.1:3000`, `localhost:3000`, `[::1]:3000`, `:3000`. Port 0 is any free one.
/// Absent: the text is not one.
pub(crate) fn listen(text: &str) -> Option<Listen> {
    let (host, port) = text.rsplit_once(':')?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let fits = match bare {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_')),
    };
    let digits = port.bytes().all(|b| b.is_ascii_digit());
    let port = port.parse().ok().filter(|_| fits && digits)?;
    Some(Listen { host: bare.unwrap_or(host).into(), port })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_written() {
        let ms = |text| duration(text).map(|duration| duration.as_millis());
        assert_eq!(ms("10s"), Some(10_000));
        assert_eq!(ms("250ms"), Some(250));
        assert_eq!(ms("1h 30m"), Some(5_400_000));
        assert_eq!(ms("3d"), Some(259_200_000));
        assert_eq!(ms("0s"), Some(0));
        assert_eq!(["", "10", "-1s", "1 month", "soon", "9999999y"].map(ms), [None; 6]);
    }

    #[test]
    fn sizes_are_read_as_written() {
        assert_eq!(
            ["10 MiB", "64KiB", "1 MB", "512 B"].map(size),
            [Some(10 << 20), Some(64 << 10), Some(1_000_000), Some(512)]
        );
        assert_eq!([3 << 30, 64 << 20, 1536, 1000, 0].map(size_text), ["3 GiB", "64 MiB", "1536 B", "1000 B", "0 B"]);
        assert_eq!(["", "10", "MiB", "-1 B", "1.5 MiB", "99999999999999 GiB"].map(size), [None; 6]);
    }

    #[test]
    fn addresses_are_read_as_written() {
        let read = |text| listen(text).map(|listen| (listen.host, listen.port));
        assert_eq!(read("127.0.0.1:3000"), Some(("127.0.0.1".into(), 3000)));
        assert_eq!(read("[::1]:0"), Some(("::1".into(), 0)));
        assert_eq!(read(":3000"), Some((String::new(), 3000)));
        for bad in ["", "3000", "::1:3000", "http://x:80", "x:99999", "x:", "x:+1", "[x]:1"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
