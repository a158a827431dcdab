//! A request's target and header fields as the journal keeps them: one small copy. The originals are slices of the buffer
//! that the connection reads into; keeping them would keep whole buffers alive, and make every connection get new ones.

use http::{HeaderMap, Uri};

/// A target and header fields, copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The target, then for each field its name and its value.
    bytes: Box<[u8]>,
    /// Where the target ends, then for each field where its name and where its value ends.
    ends: Box<[u32]>,
}

impl Head {
    /// Copies a target and header fields.
    pub fn of(target: &Uri, fields: &HeaderMap) -> Self {
        let path = target.path_and_query().map_or("", |target| target.as_str());
        let long = fields.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>();
        let mut bytes = Vec::with_capacity(path.len() + long);
        let mut ends = Vec::with_capacity(1 + 2 * fields.len());
        let mut add = |text: &[u8]| {
            bytes.extend_from_slice(text);
            // Heads are bounded far below 4 GiB by the limits of the listener.
            ends.push(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        };
        add(path.as_bytes());
        for (name, value) in fields {
            add(name.as_str().as_bytes());
            add(value.as_bytes());
        }
        Self { bytes: bytes.into(), ends: ends.into() }
    }

    /// Path and query, as sent. Empty: the request had none, as `CONNECT` has.
    pub fn target(&self) -> &str {
        str::from_utf8(self.piece(0)).unwrap_or_default()
    }

    /// The path, as sent.
    pub fn path(&self) -> &str {
        self.target().split_once('?').map_or(self.target(), |(path, _)| path)
    }

    /// The query without `?`. Absent: the target has none.
    pub fn query(&self) -> Option<&str> {
        self.target().split_once('?').map(|(_, query)| query)
    }

    /// The header fields in the order of the map that they came from; repeated ones stay separate.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &[u8])> {
        (1..self.ends.len())
            .step_by(2)
            .map(|at| (str::from_utf8(self.piece(at)).unwrap_or_default(), self.piece(at + 1)))
    }

    fn piece(&self, at: usize) -> &[u8] {
        let end = |at: usize| self.ends.get(at).map_or(0, |end| *end as usize);
        let start = at.checked_sub(1).map_or(0, end);
        self.bytes.get(start..end(at)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_head_gives_back_what_it_was_made_of() {
        let mut fields = HeaderMap::new();
        fields.append("x-a", HeaderValue::from_static("1"));
        fields.append("x-a", HeaderValue::from_static(""));
        fields.append("x-b", HeaderValue::from_bytes(b"\xff").unwrap());
        let head = Head::of(&"http://shop/orders?a=b?c".parse().unwrap(), &fields);
        assert_eq!((head.target(), head.path(), head.query()), ("/orders?a=b?c", "/orders", Some("a=b?c")));
        let got: Vec<_> = head.fields().collect();
        assert_eq!(got, [("x-a", &b"1"[..]), ("x-a", b""), ("x-b", b"\xff")]);
        let bare = Head::of(&"/".parse().unwrap(), &HeaderMap::new());
        assert_eq!((bare.path(), bare.query(), bare.fields().count()), ("/", None, 0));
    }
}
