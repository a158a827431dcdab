//! Sine and cosine as V8 computes them, digit for digit: `libm` and other libraries round some of the last digits
//! otherwise. After fdlibm's `k_sin.c`, `k_cos.c` and `e_rem_pio2.c`, for angles below 2^19 quarter turns:
//!
//! Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun Microsystems, Inc.
//! business. Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice
//! is preserved.

/// 2/pi, and pi/2 in parts of 33 bits with what is left of it behind each.
const INVERSE: f64 = std::f64::consts::FRAC_2_PI;
const PARTS: [(f64, f64); 3] = [
    (f64::from_bits(0x3ff9_21fb_5440_0000), f64::from_bits(0x3dd0_b461_1a62_6331)),
    (f64::from_bits(0x3dd0_b461_1a60_0000), f64::from_bits(0x3ba3_198a_2e03_7073)),
    (f64::from_bits(0x3ba3_198a_2e00_0000), f64::from_bits(0x397b_839a_2520_49c1)),
];

/// The sine of an angle in radians.
pub(crate) fn sin(angle: f64) -> f64 {
    let (quarter, rest, tail) = reduced(angle);
    match quarter {
        0 => near_sin(rest, tail),
        1 => near_cos(rest, tail),
        2 => -near_sin(rest, tail),
        _ => -near_cos(rest, tail),
    }
}

/// The cosine of an angle in radians.
pub(crate) fn cos(angle: f64) -> f64 {
    let (quarter, rest, tail) = reduced(angle);
    match quarter {
        0 => near_cos(rest, tail),
        1 => -near_sin(rest, tail),
        2 => -near_cos(rest, tail),
        _ => near_sin(rest, tail),
    }
}

/// An angle's quarter turn, and what is left of it, within an eighth turn of 0, with what its last bit does not hold.
fn reduced(angle: f64) -> (u32, f64, f64) {
    if angle.abs() <= std::f64::consts::FRAC_PI_4 {
        return (0, angle, 0.0);
    }
    let positive = angle.abs();
    let quarters = (positive * INVERSE + 0.5).floor();
    let [(first, _), ..] = PARTS;
    let mut rest = positive - quarters * first;
    let mut lost = quarters * PARTS[0].1;
    let mut reduced = rest - lost;
    for (round, enough) in [(1, 16), (2, 49)] {
        if exponent(positive) - exponent(reduced) <= enough {
            break;
        }
        // Many bits cancelled out, so more of pi/2 is needed.
        let Some((part, left)) = PARTS.get(round).copied() else { break };
        let before = rest;
        lost = quarters * part;
        rest = before - lost;
        lost = quarters * left - ((before - rest) - lost);
        reduced = rest - lost;
    }
    let tail = (rest - reduced) - lost;
    // Below 2^19.
    let quarter = quarters as u32 & 3;
    if angle < 0.0 { ((4 - quarter) & 3, -reduced, -tail) } else { (quarter, reduced, tail) }
}

fn exponent(number: f64) -> i64 {
    (number.to_bits() >> 52 & 0x7ff) as i64
}

fn near_sin(x: f64, tail: f64) -> f64 {
    const S1: f64 = -1.666_666_666_666_663_2e-1;
    const S2: f64 = 8.333_333_333_322_49e-3;
    const S3: f64 = -1.984_126_982_985_795e-4;
    const S4: f64 = 2.755_731_370_707_006_8e-6;
    const S5: f64 = -2.505_076_025_340_686_3e-8;
    const S6: f64 = 1.589_690_995_211_55e-10;
    if exponent(x) < 0x3e4 {
        return x;
    }
    let z = x * x;
    let v = z * x;
    let r = S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)));
    if tail == 0.0 { x + v * (S1 + z * r) } else { x - ((z * (0.5 * tail - v * r) - tail) - v * S1) }
}

fn near_cos(x: f64, tail: f64) -> f64 {
    const C1: f64 = 4.166_666_666_666_66e-2;
    const C2: f64 = -1.388_888_888_887_411e-3;
    const C3: f64 = 2.480_158_728_947_673e-5;
    const C4: f64 = -2.755_731_435_139_066_3e-7;
    const C5: f64 = 2.087_572_321_298_175e-9;
    const C6: f64 = -1.135_964_755_778_819_5e-11;
    if exponent(x) < 0x3e4 {
        return 1.0;
    }
    let z = x * x;
    let r = z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6)))));
    let high = (x.to_bits() >> 32) as u32 & 0x7fff_ffff;
    if high < 0x3fd3_3333 {
        return 1.0 - (0.5 * z - (z * r - x * tail));
    }
    let part = if high > 0x3fe9_0000 { 0.281_25 } else { f64::from_bits(u64::from(high - 0x0020_0000) << 32) };
    let half = 0.5 * z - part;
    (1.0 - part) - (half - (z * r - x * tail))
}

#[cfg(test)]
mod tests {
    use super::{cos, sin};

    #[test]
    fn angles_have_the_sines_that_v8_gives() {
        // Of node 20.
        for (angle, sine, cosine) in [
            (0.00001, 0.000009999999999833334, 0.99999999995),
            (0.3, 0.29552020666133955, 0.955336489125606),
            (0.9, 0.7833269096274834, 0.6216099682706644),
            (1.5, 0.9974949866040544, 0.0707372016677029),
            (1.65, 0.9968650284539189, -0.07912088880673386),
            (2.35, 0.7114733527908443, -0.7027130767735539),
            (3.1, 0.04158066243329049, -0.9991351502732795),
            (4.7, -0.9999232575641008, -0.01238866346289056),
            (5.5, -0.7055403255703919, 0.70866977429126),
            (6.1, -0.18216250427209588, 0.9832684384425845),
            (-2.4, -0.675463180551151, -0.7373937155412454),
        ] {
            assert_eq!((sin(angle), cos(angle)), (sine, cosine), "{angle}");
        }
    }
}
