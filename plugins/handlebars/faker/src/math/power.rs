//! `base ** exponent` as V8 computes it, digit for digit: `10 ** -5` is 0.000009999999999999999 there. After fdlibm's
//! `e_pow.c`, with V8's reading of its last division:
//!
//! Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved. Permission to use, copy, modify, and distribute this
//! software is freely granted, provided that this notice is preserved.

/// The logarithm's polynomial, and the exponential's.
const LOG: [f64; 6] = [
    5.999_999_999_999_946e-1,
    4.285_714_285_785_502e-1,
    3.333_333_298_183_774_3e-1,
    2.727_281_238_085_34e-1,
    2.306_607_457_755_617_5e-1,
    2.069_750_178_003_384_2e-1,
];
const EXP: [f64; 5] = [
    1.666_666_666_666_660_2e-1,
    -2.777_777_777_701_559_3e-3,
    6.613_756_321_437_934e-5,
    -1.653_390_220_546_525_2e-6,
    4.138_136_797_057_238_5e-8,
];
/// The logarithm of 1.5 to base 2, in two parts.
const LOG_1_5: (f64, f64) = (f64::from_bits(0x3fe2_b803_4000_0000), 1.350_039_202_129_749e-8);
/// `2 / (3 ln 2)`, and in two parts.
const CP: (f64, f64, f64) =
    (9.617_966_939_259_756e-1, f64::from_bits(0x3fee_c709_e000_0000), -7.028_461_650_952_758e-9);
/// `ln 2`, and in two parts.
const LN_2: (f64, f64, f64) =
    (std::f64::consts::LN_2, f64::from_bits(0x3fe6_2e43_0000_0000), -1.904_654_299_957_768e-9);
/// Beyond these binary exponents there is only infinity and 0.
const EXPONENTS: std::ops::RangeInclusive<f64> = -1080.0..=1025.0;

/// The power of a base above 0 that is no subnormal number.
pub(crate) fn power(base: f64, exponent: f64) -> f64 {
    if exponent == 0.0 || base == 1.0 {
        return 1.0;
    }
    if !exponent.is_finite() || !base.is_normal() || base < 0.0 {
        return libm::pow(base, exponent);
    }
    let (log, log_tail) = log_2(base);
    // The product's upper part is exact.
    let upper = high_word(exponent);
    let low = (exponent - upper) * log + exponent * log_tail;
    let high = upper * log;
    if !EXPONENTS.contains(&(low + high)) {
        return if low + high > 0.0 { f64::INFINITY } else { 0.0 };
    }
    exp_2(high, low)
}

/// The logarithm to base 2, in two parts.
fn log_2(number: f64) -> (f64, f64) {
    let high = number.to_bits() >> 32;
    let mantissa = high & 0xf_ffff;
    let mut exponent = (high >> 20) as f64 - 1023.0;
    let mut scaled = mantissa | 0x3ff0_0000;
    let (nearest, log_nearest, is_upper) = match mantissa {
        0..=0x3_988e => (1.0, (0.0, 0.0), 0),
        0x3_988f..0xb_b67a => (1.5, LOG_1_5, 1),
        _ => {
            exponent += 1.0;
            scaled -= 0x10_0000;
            (1.0, (0.0, 0.0), 0)
        }
    };
    let number = f64::from_bits(scaled << 32 | (number.to_bits() & 0xffff_ffff));
    // s = (x - c) / (x + c), in two parts.
    let difference = number - nearest;
    let inverse = 1.0 / (number + nearest);
    let s = difference * inverse;
    let s_high = high_word(s);
    let sum_high = f64::from_bits(((scaled >> 1 | 0x2000_0000) + 0x8_0000 + (is_upper << 18)) << 32);
    let sum_low = number - (sum_high - nearest);
    let s_low = inverse * ((difference - s_high * sum_high) - s_high * sum_low);
    let square = s * s;
    let mut r = square * square * polynomial(&LOG, square);
    r += s_low * (s_high + s);
    let square = s_high * s_high;
    let three_high = high_word(3.0 + square + r);
    let three_low = r - ((three_high - 3.0) - square);
    let (u, v) = (s_high * three_high, s_low * three_high + three_low * s);
    let p_high = high_word(u + v);
    let p_low = v - (p_high - u);
    let z_high = CP.1 * p_high;
    let z_low = CP.2 * p_high + p_low * CP.0 + log_nearest.1;
    let log = high_word(((z_high + z_low) + log_nearest.0) + exponent);
    (log, z_low - (((log - exponent) - log_nearest.0) - z_high))
}

/// 2 to the power of a sum.
fn exp_2(high: f64, low: f64) -> f64 {
    let z = low + high;
    let whole = (z.abs() + 0.5).floor().copysign(z);
    let high = high - whole;
    let t = high_word(low + high);
    let u = t * LN_2.1;
    let v = (low - (t - high)) * LN_2.0 + t * LN_2.2;
    let z = u + v;
    let w = v - (z - u);
    let t = z * z;
    let t = z - t * polynomial(&EXP, t);
    // fdlibm subtracts behind the division.
    let r = (z * t) / ((t - 2.0) - (w + z * w));
    // Within i32 by the check of exponents.
    libm::scalbn(1.0 - (r - z), whole as i32)
}

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().copied().reduce(|sum, coefficient| coefficient + x * sum).unwrap_or_default()
}

/// A number without the lower half of its bits.
fn high_word(number: f64) -> f64 {
    f64::from_bits(number.to_bits() & 0xffff_ffff_0000_0000)
}

#[cfg(test)]
mod tests {
    use super::power;

    #[test]
    fn powers_are_those_that_v8_gives() {
        for (base, exponent, expected) in [
            (10.0, 5.0, 1e5),
            (10.0, -4.0, 0.000_099_999_999_999_999_99),
            (10.0, -5.0, 0.000_009_999_999_999_999_999),
            (10.0, 26.0, 9.999_999_999_999_999e25),
            (10.0, 96.0, 9.999_999_999_999_999e95),
            (10.0, 308.0, 1e308),
            (10.0, 309.0, f64::INFINITY),
            (10.0, -400.0, 0.0),
            (0.1, 2.0, 0.010_000_000_000_000_002),
            (0.1, 8.0, 1.0000000000000005e-8),
            (0.1, 0.0, 1.0),
        ] {
            assert_eq!(power(base, exponent), expected, "{base} ** {exponent}");
        }
    }
}
