//! Numbers as JavaScript reads and prints them.

/// Hands out a number as `String(n)` prints it: `1`, `0.1`, `1e+21`, `NaN`.
pub fn with_text<R>(number: f64, take: impl FnOnce(&str) -> R) -> R {
    // Every whole number below 2^53 is exact and prints as its digits.
    if number.trunc() == number && number.abs() < 9_007_199_254_740_992.0 {
        let mut digits = [0; 20];
        // Within i64 by the check above; -0 prints as 0 in JavaScript too.
        return take(whole(&mut digits, number as i64));
    }
    take(ryu_js::Buffer::new().format(number))
}

/// Appends what `String(n)` prints.
pub fn write(out: &mut String, number: f64) {
    with_text(number, |text| out.push_str(text));
}

/// The decimal digits of an integer, at the end of a buffer.
fn whole(buffer: &mut [u8; 20], number: i64) -> &str {
    let mut free = buffer.len();
    let mut put = |byte: u8| {
        free -= 1;
        if let Some(place) = buffer.get_mut(free) {
            *place = byte;
        }
    };
    let mut rest = number.unsigned_abs();
    loop {
        put(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        put(b'-');
    }
    buffer.get(free..).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default()
}

/// What `n.toFixed(digits)` gives: halves go away from zero, judged by the number's exact value.
#[must_use]
pub fn to_fixed(number: f64, digits: u8) -> String {
    if number.abs() >= 1e21 || number.is_nan() {
        let mut text = String::new();
        write(&mut text, number);
        return text;
    }
    // JavaScript prints the sign of a number that rounds to zero, but not of -0.
    let number = if number == 0.0 { 0.0 } else { number };
    ryu_js::Buffer::new().format_to_fixed(number, digits).to_owned()
}

/// What `Number(text)` gives: white space around it is ignored, nothing is 0, anything else must be a literal.
#[must_use]
pub fn parse(text: &str) -> f64 {
    let text = text.trim_matches(crate::is_space);
    let bytes = text.as_bytes();
    match bytes {
        [] => 0.0,
        [b'0', b'x' | b'X', ..] => parse_radix(text, 16),
        [b'0', b'o' | b'O', ..] => parse_radix(text, 8),
        [b'0', b'b' | b'B', ..] => parse_radix(text, 2),
        _ => match text {
            "Infinity" | "+Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            // Rust also reads `inf`, `nan` and `infinity`: a JavaScript literal has no other letter than `e`.
            _ if bytes.iter().any(|b| b.is_ascii_alphabetic() && !matches!(b, b'e' | b'E')) => f64::NAN,
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

/// What `parseInt(text, 10)` gives: the leading digits, NaN when there are none.
#[must_use]
pub fn parse_int(text: &str) -> f64 {
    let text = text.trim_start_matches(crate::is_space);
    let (sign, digits) = match text.as_bytes() {
        [b'-', ..] => (-1.0, text.get(1..)),
        [b'+', ..] => (1.0, text.get(1..)),
        _ => (1.0, Some(text)),
    };
    let digits = digits.unwrap_or_default();
    let end = digits.bytes().take_while(u8::is_ascii_digit).count();
    digits
        .get(..end)
        .filter(|digits| !digits.is_empty())
        .map_or(f64::NAN, |digits| sign * digits.parse().unwrap_or(f64::NAN))
}

#[cfg(test)]
mod tests {
    use super::{parse, parse_int, to_fixed, write};

    #[test]
    fn numbers_print_as_in_javascript() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (-12.0, "-12"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1e+21"),
            (123_456_789_e12, "123456789000000000000"),
            (1e-7, "1e-7"),
            (0.000_001, "0.000001"),
            (12_345_678_901_234_567_890.0, "12345678901234567000"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            let mut out = String::new();
            write(&mut out, number);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn texts_read_as_in_javascript() {
        for (text, number) in [("", 0.0), (" 12 ", 12.0), ("0x10", 16.0), ("1e3", 1000.0), (".5", 0.5), ("5.", 5.0)] {
            assert_eq!(parse(text), number, "{text:?}");
        }
        for text in ["x", "12px", "inf", "nan", "1_0", "0x", "1 2", "infinity", "-"] {
            assert!(parse(text).is_nan(), "{text:?}");
        }
        assert_eq!(parse_int("12px"), 12.0);
        assert_eq!(parse_int(" -7.9"), -7.0);
        assert!(parse_int("x").is_nan());
    }

    #[test]
    fn fixed_digits_round_the_exact_value_half_away_from_zero() {
        for (number, digits, text) in [
            (1.005, 2, "1.00"),
            (2.5, 0, "3"),
            (-2.5, 0, "-3"),
            (0.5, 0, "1"),
            (1e21, 2, "1e+21"),
            (0.0, 2, "0.00"),
            (1.45, 1, "1.4"),
        ] {
            assert_eq!(to_fixed(number, digits), text);
        }
    }
}
