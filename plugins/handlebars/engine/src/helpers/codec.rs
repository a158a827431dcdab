//! Base64, of an argument or of a block.

use super::{Arguments, Helper, Outcome, Table, block};
use crate::{
    RenderError,
    render::Rendering,
    value::{Text, Value},
};

pub(super) const TABLE: Table = &[
    ("base64", Helper::Live(|rendering, arguments| apply(rendering, arguments, |text| encode(text, STANDARD, true)))),
    (
        "base64url",
        Helper::Live(|rendering, arguments| apply(rendering, arguments, |text| encode(text, URL_SAFE, false))),
    ),
    ("base64Decode", Helper::Live(|rendering, arguments| apply(rendering, arguments, decode))),
    ("base64urlDecode", Helper::Live(|rendering, arguments| apply(rendering, arguments, decode))),
];

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn apply(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>, change: fn(&str) -> String) -> Outcome {
    let text = match (arguments.params.first(), arguments.block) {
        (Some(Value::Undefined), _) => {
            return Err(RenderError::new("Cannot read properties of undefined (reading 'toString')"));
        }
        (Some(Value::Null), _) => return Err(RenderError::new("Cannot read properties of null (reading 'toString')")),
        (Some(value), _) => value.to_text(),
        (None, Some(body)) => rendering.capture(body.program.as_ref(), arguments.scope, block::options())?,
        (None, None) => return Err(RenderError::new("hbsOptions.fn is not a function")),
    };
    Ok(Value::Safe(Text::from(change(&text))))
}

fn encode(text: &str, alphabet: &[u8; 64], padded: bool) -> String {
    let mut out = String::with_capacity(text.len().div_ceil(3) * 4);
    for chunk in text.as_bytes().chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            if digit <= chunk.len() {
                let index = (bits >> (18 - 6 * digit)) & 63;
                out.push(alphabet.get(index as usize).copied().map_or('=', char::from));
            } else if padded {
                out.push('=');
            }
        }
    }
    out
}

/// Node's decoder: both alphabets, anything else skipped, the end at the first `=`. Bytes that are not UTF-8 become
/// U+FFFD.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.bytes().take_while(|byte| *byte != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(digit);
        held += 6;
        if held >= 8 {
            held -= 8;
            // The upper bits were taken before.
            bytes.push((bits >> held) as u8);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{STANDARD, URL_SAFE, decode, encode};

    #[test]
    fn base64_of_every_remainder() {
        for (text, standard, url) in
            [("", "", ""), ("a", "YQ==", "YQ"), ("é<", "w6k8", "w6k8"), ("a?>~", "YT8+fg==", "YT8-fg")]
        {
            assert_eq!(encode(text, STANDARD, true), standard);
            assert_eq!(encode(text, URL_SAFE, false), url);
            assert_eq!(decode(standard), text);
            assert_eq!(decode(url), text);
        }
        assert_eq!(decode(" w6\nk8 "), "é<");
    }
}
