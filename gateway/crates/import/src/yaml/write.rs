//! YAML in blocks. Texts that could be read as anything else stand in JSON's quotes, which are YAML's too.

use super::plain;
use crate::json::{Node, Value};

/// How far members stand in, for each level.
const INDENT: &str = "  ";

impl Node {
    /// As YAML.
    pub(crate) fn to_yaml(&self) -> String {
        let mut text = String::new();
        self.write_yaml(&mut text, 0);
        text.push('\n');
        text
    }

    /// Writes what follows a `-` or a `:`, or a whole document.
    fn write_yaml(&self, text: &mut String, level: usize) {
        match &self.value {
            Value::Array(elements) if !elements.is_empty() => {
                for (index, element) in elements.iter().enumerate() {
                    line(text, level, index);
                    text.push_str("- ");
                    element.write_yaml(text, level + 1);
                }
            }
            Value::Object(members) if !members.is_empty() => {
                for (index, member) in members.iter().enumerate() {
                    line(text, level, index);
                    text.push_str(&scalar(&member.name));
                    text.push(':');
                    let is_block = match &member.node.value {
                        Value::Array(elements) => !elements.is_empty(),
                        Value::Object(members) => !members.is_empty(),
                        _ => false,
                    };
                    if is_block {
                        text.push('\n');
                        (0..=level).for_each(|_| text.push_str(INDENT));
                    } else {
                        text.push(' ');
                    }
                    member.node.write_yaml(text, level + 1);
                }
            }
            Value::String(string) => text.push_str(&scalar(string)),
            _ => text.push_str(&self.to_text(false)),
        }
    }
}

/// The first line stands where its parent has come to.
fn line(text: &mut String, level: usize, index: usize) {
    if index > 0 {
        text.push('\n');
        (0..level).for_each(|_| text.push_str(INDENT));
    }
}

/// A text without quotes, where it is read as just that.
fn scalar(text: &str) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '/' | '.' | '_' | '-' | '(' | ')' | '+');
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_'));
    let is_plain =
        begins && text.chars().all(is_safe) && !text.ends_with(' ') && matches!(plain(text), Value::String(_));
    // What other versions of YAML read as truth and dates.
    let is_word = !matches!(text.to_ascii_lowercase().as_str(), "y" | "n" | "yes" | "no" | "on" | "off");
    let is_name = text.starts_with(|c: char| !c.is_ascii_digit());
    if is_plain && is_word && is_name {
        return text.into();
    }
    Node::string(text, 0..0).to_text(false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{json, yaml};

    #[test]
    fn a_document_is_written_in_blocks() {
        let node = json::parse(
            &"x".into(),
            r#"{"a":[{"b":1,"c":[]},[2]],"200":{"d":"yes","e":"x: y","f":{}},"g":"plain text"}"#,
        )
        .unwrap();
        let expected =
            "a:\n  - b: 1\n    c: []\n  - - 2\n\"200\":\n  d: \"yes\"\n  e: \"x: y\"\n  f: {}\ng: plain text\n";
        assert_eq!(node.to_yaml(), expected);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(texts in prop::collection::vec("\\PC{0,12}|[-:# '\"0-9a-z\\n\\t]{0,8}", 1..6)) {
            let quoted: Vec<_> = texts.iter().map(|text| Node::string(text.as_str(), 0..0).to_text(false)).collect();
            let document = format!("[{}, {{{}: [1]}}]", quoted.join(","), quoted[0]);
            let node = json::parse(&"x".into(), &document).unwrap();
            let again = yaml::parse(&"x".into(), &node.to_yaml()).unwrap();
            prop_assert_eq!(again.to_text(false), node.to_text(false));
        }
    }
}
