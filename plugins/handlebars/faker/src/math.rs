//! Numbers as JavaScript reads, prints and computes them. Powers and logarithms come from `libm`, whose algorithms are
//! those of V8, so that a component and a native build give the same digits as the original.

mod power;
mod trigonometry;

pub(crate) use power::power;
pub(crate) use trigonometry::{cos, sin};

/// The largest whole number below which all are exact.
pub(crate) const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// What `String(number)` gives.
pub(crate) fn to_text(number: f64) -> String {
    // -0 prints as 0 in JavaScript.
    let number = if number == 0.0 { 0.0 } else { number };
    ryu_js::Buffer::new().format(number).to_owned()
}

/// What `number.toFixed(digits)` gives; nothing where JavaScript throws, above 100 digits.
pub(crate) fn to_fixed(number: f64, digits: f64) -> Option<String> {
    let digits = if digits.is_nan() { 0.0 } else { digits.trunc() };
    if !(0.0..=100.0).contains(&digits) {
        return None;
    }
    if number.abs() >= 1e21 || number.is_nan() {
        return Some(to_text(number));
    }
    let number = if number == 0.0 { 0.0 } else { number };
    Some(ryu_js::Buffer::new().format_to_fixed(number, digits as u8).to_owned())
}

/// What `number.toString(radix)` gives for a whole number and a power of two.
pub(crate) fn to_radix(number: f64, radix: u32) -> String {
    if !number.is_finite() {
        return to_text(number);
    }
    let mut rest = number.abs().trunc();
    let radix_f64 = f64::from(radix);
    let mut digits = Vec::new();
    loop {
        // Division by a power of two loses nothing.
        let digit = rest % radix_f64;
        digits.push(char::from_digit(digit as u32, radix).unwrap_or('0'));
        rest = ((rest - digit) / radix_f64).trunc();
        if rest == 0.0 {
            break;
        }
    }
    if number < 0.0 {
        digits.push('-');
    }
    digits.iter().rev().collect()
}

/// What `Number(text)` gives: white space around it is ignored, nothing is 0, anything else must be a literal.
pub(crate) fn parse(text: &str) -> f64 {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    match text.get(..2) {
        Some("0x" | "0X") => parse_radix(text, 16),
        Some("0o" | "0O") => parse_radix(text, 8),
        Some("0b" | "0B") => parse_radix(text, 2),
        _ => match text {
            "" => 0.0,
            "Infinity" | "+Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            // Rust also reads `inf` and `nan`: a JavaScript literal has no other letter than `e`.
            _ if text.bytes().any(|b| b.is_ascii_alphabetic() && !matches!(b, b'e' | b'E')) => f64::NAN,
            _ => text.parse().unwrap_or(f64::NAN),
        },
    }
}

fn parse_radix(text: &str, radix: u32) -> f64 {
    let digits = text.get(2..).unwrap_or_default();
    if digits.is_empty() {
        return f64::NAN;
    }
    let mut number = 0.0;
    for digit in digits.chars() {
        let Some(digit) = digit.to_digit(radix) else { return f64::NAN };
        number = number * f64::from(radix) + f64::from(digit);
    }
    number
}

/// What `number >>> 0` gives.
pub(crate) fn to_u32(number: f64) -> u32 {
    if !number.is_finite() {
        return 0;
    }
    // Within u32 after the remainder by 2^32.
    number.trunc().rem_euclid(4_294_967_296.0) as u32
}

/// What `Math.round(number)` gives.
pub(crate) fn round(number: f64) -> f64 {
    let floor = number.floor();
    if number - floor >= 0.5 { floor + 1.0 } else { floor }
}

/// Whether `Number.isInteger(number)` holds.
pub(crate) fn is_integer(number: f64) -> bool {
    number.is_finite() && number.trunc() == number
}

/// What `Math.sign(number)` gives.
pub(crate) fn sign(number: f64) -> f64 {
    if number > 0.0 {
        1.0
    } else if number < 0.0 {
        -1.0
    } else {
        number
    }
}
