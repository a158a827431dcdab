//! Numbers as texts: as they were written, unless JSON has no such number or they have an exponent, which Microcks writes as
//! Java does (`microcks.md`, section 1.2).

/// From here on Java writes an exponent, and below one thousandth.
const PLAIN: std::ops::Range<f64> = 1e-3..1e7;

/// What a number means. Absent: it is none that is finite.
pub(super) fn value(written: &str) -> Option<f64> {
    let digits = written.trim_start_matches(['+', '-']);
    let radix = [("0x", 16), ("0o", 8)]
        .into_iter()
        .find_map(|(mark, radix)| digits.strip_prefix(mark).and_then(|digits| u64::from_str_radix(digits, radix).ok()));
    let number = radix.map(|whole| whole as f64).or_else(|| written.parse().ok())?;
    number.is_finite().then_some(number)
}

/// A number as it stands in JSON, and in a text. What is not finite is `null`.
pub(super) fn text(written: &str) -> String {
    if is_plain_json(written) {
        return written.to_owned();
    }
    let Some(number) = value(written) else { return "null".into() };
    let is_whole = !written.contains('.') && (!written.contains(['e', 'E']) || written.starts_with("0x"));
    if is_whole && number.abs() < 9.0e15 {
        return format!("{number:.0}");
    }
    java(number)
}

/// A floating-point number as `Double.toString` writes it.
fn java(number: f64) -> String {
    if number == 0.0 || PLAIN.contains(&number.abs()) {
        return format!("{number:?}");
    }
    let text = format!("{number:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}

/// Whether a text is a JSON number without an exponent.
fn is_plain_json(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, part)| (whole, Some(part)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && (whole.len() == 1 || !whole.starts_with('0')) && fraction.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_as_they_were_written() {
        let same = ["4.0", "0", "-1.50", "12345678901234567890", "0.1"];
        assert_eq!(same.map(text), same);
        assert_eq!(
            ["1e3", "1E-5", "0x1F", "017", "+5", ".5", "1.", "1e400", "1e10"].map(text),
            ["1000.0", "1.0E-5", "31", "17", "5", "0.5", "1.0", "null", "1.0E10"]
        );
    }
}
