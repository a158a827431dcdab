//! Numbers as Java prints them (`Double.toString`): the fewest digits that mean the same, with a point, and with an exponent
//! from ten million up and below a thousandth.

use std::fmt::Write as _;

/// Appends the number that a text is.
pub(super) fn write(source: &str, out: &mut String) {
    let Ok(number) = source.parse::<f64>() else { return out.push_str(source) };
    if number.is_sign_negative() {
        out.push('-');
    }
    let number = number.abs();
    if number.is_infinite() {
        return out.push_str("Infinity");
    }
    if number == 0.0 {
        return out.push_str("0.0");
    }
    if (1e-3..1e7).contains(&number) {
        let start = out.len();
        // Writing to a text can't fail.
        let _ = write!(out, "{number}");
        if !out.get(start..).is_some_and(|digits| digits.contains('.')) {
            out.push_str(".0");
        }
        return;
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    out.push_str(digits);
    if !digits.contains('.') {
        out.push_str(".0");
    }
    out.push('E');
    out.push_str(exponent);
}
