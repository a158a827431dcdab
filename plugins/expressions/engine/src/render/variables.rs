//! Values under names: those that templates put aside, and those that were there before.

use crate::{
    host::Host,
    json::{self, Json, Pointer},
    limits::VALUES_BYTES,
    problem::RenderError,
};

/// The values of one rendering.
#[derive(Default)]
pub(super) struct Variables {
    /// Put aside by this rendering, in order.
    own: Vec<(String, String)>,
    own_bytes: usize,
    /// What was there before. Absent: nobody has asked.
    given: Option<Given>,
}

/// Values that were there before, and the text that they were read from.
struct Given {
    text: String,
    /// Absent: there are none.
    json: Option<Json>,
}

// === impl Variables ===

impl Variables {
    /// Puts a value aside, in place of another of its name. One that begins with `$` nobody could read, and the gateway
    /// keeps such names for itself.
    pub(super) fn put(&mut self, name: String, value: String) -> Result<(), RenderError> {
        if name.starts_with('$') {
            return Ok(());
        }
        self.own_bytes += name.len() + value.len();
        if self.own_bytes > VALUES_BYTES {
            return Err(RenderError(format!("`put` keeps at most {} KiB", VALUES_BYTES >> 10)));
        }
        match self.own.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.own.push((name, value)),
        }
        Ok(())
    }

    /// Appends a value, or what a path leads to within it; nothing where there is none of that name.
    pub(super) fn write(&mut self, host: &mut dyn Host, name: &str, path: Option<&Pointer>, out: &mut String) {
        if let Some((_, value)) = self.own.iter().find(|(known, _)| known == name) {
            return match path {
                None => out.push_str(value),
                Some(path) => write_member(value, path, out),
            };
        }
        let given = self.given.get_or_insert_with(|| Given::read(host));
        let Some(json) = &given.json else { return };
        let Some(at) = json.find(&given.text, Json::ROOT, &Pointer::member(name)) else { return };
        match path.map(|path| json.find(&given.text, at, path)) {
            None => json.write(&given.text, at, out),
            Some(Some(member)) => json.write(&given.text, member, out),
            Some(None) => out.push_str("null"),
        }
    }

    /// What this rendering has put aside. Absent: nothing.
    pub(super) fn to_json(&self) -> Option<String> {
        if self.own.is_empty() {
            return None;
        }
        let mut out = String::with_capacity(self.own_bytes + self.own.len() * 6 + 2);
        for (index, (name, value)) in self.own.iter().enumerate() {
            out.push(if index == 0 { '{' } else { ',' });
            json::write_string(name, &mut out);
            out.push(':');
            json::write_string(value, &mut out);
        }
        out.push('}');
        Some(out)
    }
}

// === impl Given ===

impl Given {
    fn read(host: &mut dyn Host) -> Self {
        let text = host.data().unwrap_or_default();
        Self { json: Json::parse(&text).filter(Json::is_object), text }
    }
}

/// A member of a text that is JSON; `null` where it is none, or has none.
fn write_member(text: &str, path: &Pointer, out: &mut String) {
    match Json::parse(text).and_then(|json| Some((json.find(text, Json::ROOT, path)?, json))) {
        Some((at, json)) => json.write(text, at, out),
        None => out.push_str("null"),
    }
}
