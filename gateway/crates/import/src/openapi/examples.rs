//! Examples of media types, parameters and header fields (OpenAPI 3.2, sections 4.8.19 and 4.8.14): the plural `examples`, by
//! name, or the singular `example`; `value`, and 3.2's `dataValue` and `serializedValue`; `externalValue`.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ringback_diag::quoted;

use super::{
    library::{Member, Spot},
    reader::Reader,
    service::Named,
};

impl Reader<'_, '_> {
    /// The examples of what may have some, in the order of the document.
    pub(super) fn examples(&mut self, holder: &Spot) -> Vec<Named> {
        let single = holder.get("example");
        let Some(given) = holder.get("examples") else {
            return single.map(|value| self.single(value)).into_iter().collect();
        };
        let Some(examples) = self.library.resolve(&given) else { return vec![] };
        if let Some(single) = single
            && self.library.is_new(&single)
        {
            self.library.warn(&single, "`example` is ignored: it stands beside `examples`", "give it a name there");
        }
        if examples.node.as_map().is_none() {
            if self.library.is_new(&examples) {
                let message = format!("`examples` are an object, by name, this is {}", examples.node.kind());
                self.library.warn(&examples, message, "write `examples: {NAME: {value: …}}`");
            }
            return vec![];
        }
        let members: Vec<_> = examples.members().filter(|member| !member.name.starts_with("x-")).collect();
        members.into_iter().filter_map(|member| self.named(&member)).collect()
    }

    /// The value of `example`.
    fn single(&mut self, value: Spot) -> Named {
        let value = self.library.resolve_value(&value);
        Named { name: None, at: value.clone(), data: Some(value), sent: None }
    }

    fn named(&mut self, member: &Member) -> Option<Named> {
        let example = self.library.resolve(&member.spot)?;
        let data = example.get("value").or_else(|| example.get("dataValue"));
        let data = data.map(|value| self.library.resolve_value(&value));
        let mut sent = example.get("serializedValue").and_then(|value| value.node.as_written());
        if data.is_none() && sent.is_none() {
            sent = match example.get("externalValue") {
                Some(external) => Some(self.external(&external)?),
                None => {
                    self.ignored(member, &example);
                    return None;
                }
            };
        }
        Some(Named { name: Some(member.name.clone()), at: member.at.clone(), data, sent })
    }

    fn ignored(&mut self, member: &Member, example: &Spot) {
        if self.library.is_new(&member.at) {
            let message = match example.node.as_map() {
                Some(_) => format!("example {} is ignored: it has no `value`", quoted(&member.name)),
                None => format!("example {} is ignored: it is {}", quoted(&member.name), example.node.kind()),
            };
            self.library.warn(&member.at, message, "write `value:`, and what it is below it");
        }
    }

    /// What `externalValue` names: a `data:` URL as it is, a file's text, or its bytes as such a URL. Absent: it can't be read,
    /// which was reported.
    fn external(&mut self, external: &Spot) -> Option<Arc<str>> {
        let named = external.node.as_text()?.clone();
        if named.starts_with("data:") {
            return Some(named);
        }
        let bytes = self.library.raw(external, &named)?;
        Some(match String::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(other) => format!("data:application/octet-stream;base64,{}", STANDARD.encode(other.as_bytes())).into(),
        })
    }
}
