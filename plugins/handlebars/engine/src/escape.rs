//! HTML escaping, as Handlebars does it.

/// Appends a text with `& < > " ' ` =` escaped. Runs of other characters are copied whole.
pub(crate) fn write(out: &mut String, text: &str) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let Some(escape) = of(byte) else { continue };
        out.push_str(text.get(plain..at).unwrap_or_default());
        out.push_str(escape);
        plain = at + 1;
    }
    out.push_str(text.get(plain..).unwrap_or_default());
}

#[inline]
fn of(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#x27;"),
        b'`' => Some("&#x60;"),
        b'=' => Some("&#x3D;"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn seven_characters_are_escaped() {
        let mut out = String::from("x");
        super::write(&mut out, "a&<>\"'`=é");
        assert_eq!(out, "xa&amp;&lt;&gt;&quot;&#x27;&#x60;&#x3D;é");
    }
}
