//! `request.` and `response.`.

use super::{Found, Rendering};
use crate::{
    json,
    program::Reference,
    request::{form_fields, form_value, path_pieces},
};

// === impl Rendering ===

impl Rendering<'_> {
    /// Appends a part of the request; nothing where there is no request.
    pub(super) fn request(&mut self, reference: &Reference, out: &mut String) -> Found {
        if !self.host.has_request() {
            return Found::Something;
        }
        match reference {
            Reference::Body(query) => {
                let text = self.request.body.text(|| self.host.body());
                match query {
                    Some(_) if text.is_empty() => return Found::NoBody("request"),
                    Some(query) => self.request.body.write(text, query, out),
                    None => out.push_str(if text.is_empty() { "null" } else { text }),
                }
            }
            Reference::Path(index) => {
                let path = self.request.path.get_or_init(|| self.host.path());
                match index {
                    Some(index) => out.push_str(path_pieces(path).nth(*index).unwrap_or("null")),
                    None => write_list(path_pieces(path), out),
                }
            }
            Reference::Params(Some(name)) => self.param(name, out),
            Reference::Params(None) => self.params(out),
            Reference::Headers(Some(name)) => match self.host.header(name) {
                Some(value) => out.push_str(&value),
                None => out.push_str("null"),
            },
            Reference::Headers(None) => write_object(self.host.headers().iter(), out),
            Reference::Status | Reference::Nothing => out.push_str("null"),
        }
        Found::Something
    }

    fn param(&mut self, name: &str, out: &mut String) {
        let query = self.request.query.get_or_init(|| self.host.query()).as_deref();
        if let Some(value) = query.and_then(|query| form_value(query, name)) {
            return out.push_str(&value);
        }
        let form = match self.request.is_form(self.host) {
            true => self.request.body.text(|| self.host.body()),
            false => "",
        };
        match form_value(form, name) {
            Some(value) => out.push_str(&value),
            None => out.push_str("null"),
        }
    }

    /// All of them as a JSON object, the first value of each.
    fn params(&mut self, out: &mut String) {
        let form = match self.request.is_form(self.host) {
            true => self.request.body.text(|| self.host.body()),
            false => "",
        };
        let query = self.request.query.get_or_init(|| self.host.query()).as_deref().unwrap_or_default();
        let fields: Vec<_> = form_fields(query).chain(form_fields(form)).collect();
        let firsts = fields
            .iter()
            .enumerate()
            .filter(|(index, (name, _))| !fields.iter().take(*index).any(|(before, _)| before == name));
        write_object(firsts.map(|(_, field)| field), out);
    }

    /// Appends a part of the response that causes a callback; nothing where there is none.
    pub(super) fn response(&mut self, reference: &Reference, out: &mut String) -> Found {
        let Some(status) = self.host.response_status() else { return Found::Something };
        match reference {
            Reference::Body(query) => {
                let text = self.response.text(|| self.host.response_body());
                match query {
                    Some(_) if text.is_empty() => return Found::NoBody("response"),
                    Some(query) => self.response.write(text, query, out),
                    None => out.push_str(if text.is_empty() { "null" } else { text }),
                }
            }
            Reference::Headers(Some(wanted)) => {
                let headers = self.host.response_headers();
                let found = headers.iter().find(|(name, _)| **name == **wanted);
                out.push_str(found.map_or("null", |(_, value)| value));
            }
            Reference::Headers(None) => write_object(self.host.response_headers().iter(), out),
            Reference::Status => out.push_str(&status.to_string()),
            Reference::Path(_) | Reference::Params(_) | Reference::Nothing => out.push_str("null"),
        }
        Found::Something
    }
}

fn write_list<'i>(items: impl Iterator<Item = &'i str>, out: &mut String) {
    out.push('[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        json::write_string(item, out);
    }
    out.push(']');
}

fn write_object<'m, T: AsRef<str> + 'm>(members: impl Iterator<Item = &'m (T, T)>, out: &mut String) {
    out.push('{');
    for (index, (name, value)) in members.enumerate() {
        if index > 0 {
            out.push(',');
        }
        json::write_string(name.as_ref(), out);
        out.push(':');
        json::write_string(value.as_ref(), out);
    }
    out.push('}');
}
