//! The response that caused a callback, read as far as templates have asked: header fields and body once each.

use crate::{
    render::Rendering,
    value::{Text, Value, json},
};

/// What has been read so far.
#[derive(Default)]
pub(crate) struct Response {
    fields: Option<Vec<(Text, Text)>>,
    /// Within: absent where there is no response.
    text: Option<Option<Text>>,
    body: Option<Value>,
}

impl Rendering<'_> {
    /// A header field's value, whatever the case of its name. Absent: no field, or no response.
    pub(crate) fn response_header(&mut self, name: &str) -> Option<Text> {
        let fields = self.response.fields.get_or_insert_with(|| self.host.response_headers());
        joined(fields, name)
    }

    /// The body as it goes out. Absent: there is no response.
    pub(crate) fn response_text(&mut self) -> Option<Text> {
        self.response.text.get_or_insert_with(|| self.host.response_body()).clone()
    }

    /// The body as JSON. `Undefined` when it does not parse, or when there is no response.
    pub(crate) fn response_body(&mut self) -> Value {
        if let Some(body) = &self.response.body {
            return body.clone();
        }
        let body = self.response_text().and_then(|text| json::parse(&text)).unwrap_or_default();
        self.response.body = Some(body.clone());
        body
    }
}

/// The values of a field's every line, in order (RFC 9110, section 5.2).
fn joined(fields: &[(Text, Text)], name: &str) -> Option<Text> {
    let mut values = fields.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let first = values.next()?.clone();
    Some(values.fold(first, |joined, value| Text::from([joined.as_str(), ", ", value].concat())))
}

#[cfg(test)]
mod tests {
    use super::joined;
    use crate::value::Text;

    #[test]
    fn a_field_is_found_in_any_case_and_its_lines_are_joined() {
        let field = |name, value| (Text::fixed(name), Text::fixed(value));
        let fields = [field("x-a", "1"), field("age", "9"), field("X-A", "2"), field("x-a", "")];
        let found = |name| joined(&fields, name).map(|value| value.as_str().to_owned());
        assert_eq!(found("X-a").as_deref(), Some("1, 2, "));
        assert_eq!(found("Age").as_deref(), Some("9"));
        assert_eq!(found("x-"), None);
    }
}
