//! `multipart/form-data` as npm `busboy` 1.6 reads it with Mockoon's limits: fields under their names, of which brackets
//! make objects and arrays, and of each file its name, type and size.

mod field;
mod header;

use self::{
    field::Form,
    header::{Header, latin1},
};
use crate::{Text, Value};

/// Files that are read; more are skipped.
const MOST_FILES: usize = 10;
/// Bytes of a file that are counted.
const LARGEST_FILE_BYTES: usize = 10_000_000;
/// A field as long as this or longer is dropped.
const LARGEST_FIELD_BYTES: usize = 1 << 20;
/// A part's header, in bytes. A form with a longer one is read up to there.
const LARGEST_HEADER_BYTES: usize = 16 << 10;

/// The object of a form. `Undefined`: its type names no boundary, or it has no parts that count. A form that breaks off
/// counts as far as it came.
pub(super) fn parse(content_type: &str, body: &[u8]) -> Value {
    let Some(boundary) = header::boundary(content_type) else { return Value::Undefined };
    let mut form = Form::new();
    let mut files = Vec::new();
    let mut is_empty = true;
    for part in Parts::new(&boundary, body) {
        match Part::read(&part) {
            Some(Part::Field { name, value }) => {
                is_empty = false;
                if let (Some(name), Some(value)) = (name, value) {
                    form.add(&name, value.into());
                }
            }
            Some(Part::File { name, file }) if files.len() < MOST_FILES => {
                is_empty = false;
                files.push((name, file));
            }
            Some(Part::File { .. }) | None => {}
        }
    }
    // A file's size is known when it has been read, which is after all fields.
    for (name, file) in files {
        if let Some(name) = name {
            form.add(&name, file);
        }
    }
    if is_empty { Value::Undefined } else { form.into_value() }
}

/// The parts of a body: header and content, that are whole.
struct Parts<'b> {
    delimiter: Vec<u8>,
    rest: &'b [u8],
}

/// One part, not looked into.
struct RawPart<'b> {
    header: Header,
    content: &'b [u8],
}

enum Part {
    /// Absent: it has no name, or is too long.
    Field { name: Option<Text>, value: Option<Text> },
    /// Absent: it has no name.
    File { name: Option<Text>, file: Value },
}

// === impl Parts ===

impl<'b> Parts<'b> {
    fn new(boundary: &str, body: &'b [u8]) -> Self {
        let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
        // The first delimiter may stand at the very beginning, without its line break.
        let first = delimiter.get(2..).unwrap_or_default();
        let rest = match body.strip_prefix(first) {
            Some(rest) => rest,
            None => find(body, &delimiter).map_or(&[][..], |(_, rest)| rest),
        };
        Self { delimiter, rest }
    }
}

impl<'b> Iterator for Parts<'b> {
    type Item = RawPart<'b>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.rest.starts_with(b"--") {
                return None;
            }
            let Some(part) = self.rest.strip_prefix(b"\r\n") else {
                // A delimiter that nothing allowed follows separates nothing.
                self.rest = find(self.rest, &self.delimiter)?.1;
                continue;
            };
            let bounded = part.get(..LARGEST_HEADER_BYTES).unwrap_or(part);
            let Some((header, length)) = Header::read(bounded) else {
                // A part that is malformed is passed over.
                self.rest = find(part, &self.delimiter)?.1;
                continue;
            };
            let (content, rest) = find(part.get(length..)?, &self.delimiter)?;
            self.rest = rest;
            return Some(RawPart { header, content });
        }
    }
}

/// What stands before a pattern and behind it.
fn find<'b>(bytes: &'b [u8], pattern: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = memchr::memmem::find(bytes, pattern)?;
    let (before, rest) = bytes.split_at_checked(at)?;
    Some((before, rest.get(pattern.len()..)?))
}

// === impl Part ===

impl Part {
    /// `None`: it is not a part of a form.
    fn read(part: &RawPart<'_>) -> Option<Self> {
        let disposition = part.header.disposition()?;
        let name = disposition.name.map(Text::from);
        let kind = part.header.content_type();
        let mime = kind.as_ref().map_or("text/plain", |kind| &kind.essence);
        if mime == "application/octet-stream" || disposition.filename.is_some() {
            let size = part.content.len().min(LARGEST_FILE_BYTES);
            let filename = disposition.filename.map_or(Value::Undefined, Value::string);
            let file = Value::object(vec![
                (Text::fixed("filename"), filename),
                (Text::fixed("mimetype"), Value::string(mime)),
                (Text::fixed("size"), Value::Number(size as f64)),
            ]);
            return Some(Self::File { name, file });
        }
        let is_whole = part.content.len() < LARGEST_FIELD_BYTES;
        let charset = kind.as_ref().and_then(|kind| kind.charset.as_deref()).unwrap_or("utf8");
        let value = is_whole.then(|| Text::from(decode(part.content, charset)));
        Some(Self::Field { name, value })
    }
}

/// A field's content in its charset; in one that is not known here, as UTF-8.
fn decode(bytes: &[u8], charset: &str) -> String {
    match charset {
        "latin1" | "ascii" | "us-ascii" | "iso-8859-1" | "iso8859-1" | "iso88591" | "iso_8859-1" | "windows-1252"
        | "iso_8859-1:1987" | "cp1252" | "x-cp1252" => latin1(bytes),
        "utf16le" | "utf-16le" | "ucs2" | "ucs-2" => {
            let units = bytes.chunks_exact(2).filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::{Value, json::to_compact};

    fn read(body: &str) -> String {
        let body = body.replace('\n', "\r\n");
        to_compact(&parse("multipart/form-data; boundary=X", body.as_bytes())).as_str().to_owned()
    }

    fn field(name: &str, value: &str) -> String {
        format!("--X\nContent-Disposition: form-data; name=\"{name}\"\n\n{value}\n")
    }

    #[test]
    fn fields_and_files_become_an_object() {
        let body = [
            "--X\nContent-Disposition: form-data; name=f; filename=\"C:\\\\a\\\\b.txt\"\nContent-Type: text/csv\n\n1,2\n",
            &field("a", "é"),
            &field("l", "1"),
            &field("l", "2"),
            &field("o[p][]", "x"),
            "--X--\n",
        ]
        .concat();
        let json = r#"{"a":"é","l":["1","2"],"o":{"p":["x"]},"f":{"filename":"b.txt","mimetype":"text/csv","size":3}}"#;
        assert_eq!(read(&body), json);
    }

    #[test]
    fn a_form_that_breaks_off_counts_as_far_as_it_came() {
        assert_eq!(
            read(&[&field("a", "1"), "--X\nContent-Disposition: form-data; name=b\n\ncut"].concat()),
            r#"{"a":"1"}"#
        );
        assert!(matches!(parse("multipart/form-data; boundary=X", b"nothing"), Value::Undefined));
        assert!(matches!(parse("multipart/form-data", b"--X"), Value::Undefined));
    }
}
