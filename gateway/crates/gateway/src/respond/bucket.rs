//! The value of a bucket as content: as JavaScript writes it, a text without quotes.

use ringback_model::json::Json;

/// The content that a value makes.
pub(super) fn content(value: &Json) -> String {
    let mut out = String::new();
    match value {
        Json::String(text) => out.push_str(text),
        value => write(value, &mut out),
    }
    out
}

fn write(value: &Json, out: &mut String) {
    match value {
        // Every number is a double there.
        Json::Number(number) => match number.as_f64() {
            Some(double) => ringback_values::number::write(out, double),
            None => out.push_str("null"),
        },
        Json::Array(array) => {
            out.push('[');
            for (at, element) in array.iter().enumerate() {
                separated(at, out);
                write(element, out);
            }
            out.push(']');
        }
        Json::Object(object) => {
            out.push('{');
            for (at, (name, member)) in object.iter().enumerate() {
                separated(at, out);
                out.push_str(&Json::String(name.clone()).to_text());
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
        value => out.push_str(&value.to_text()),
    }
}

fn separated(at: usize, out: &mut String) {
    if at > 0 {
        out.push(',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_reads_as_javascript_writes_it() {
        let text = |json: &str| content(&Json::parse(json).unwrap());
        assert_eq!(text(r#""bare \"text\"""#), "bare \"text\"");
        assert_eq!(
            text(r#"{ "a": 1.0, "b": [1e21, true, null, "x\n"], "c": {} }"#),
            r#"{"a":1,"b":[1e+21,true,null,"x\n"],"c":{}}"#
        );
        assert_eq!(text("null"), "null");
        assert_eq!(text("12345678901234567890"), "12345678901234567000");
    }
}
