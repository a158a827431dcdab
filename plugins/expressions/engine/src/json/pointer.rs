//! JSON pointers (RFC 6901).

use super::{Json, Kind, Node, print};

/// A pointer, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pointer(Box<[Token]>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    name: Box<str>,
    /// Absent: it is no index of an array.
    index: Option<u32>,
}

// === impl Pointer ===

impl Pointer {
    /// A pointer as it is written: `/a/0/b~1c`. What stands before the first `/` does not count.
    pub(crate) fn parse(text: &str) -> Self {
        Self(text.split('/').skip(1).map(|token| Token::new(token.replace("~1", "/").replace("~0", "~"))).collect())
    }

    /// The members of a value that a variable has: `a.b`, `a/b`, `a[0]`.
    pub(crate) fn dotted(text: &str) -> Self {
        let names = text.split(['.', '/', '[']).map(|name| name.trim_end_matches(']'));
        Self(names.filter(|name| !name.is_empty()).map(|name| Token::new(name.to_owned())).collect())
    }

    /// The one member of an object.
    pub(crate) fn member(name: &str) -> Self {
        Self([Token::new(name.to_owned())].into())
    }
}

// === impl Token ===

impl Token {
    fn new(name: String) -> Self {
        let is_index = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        let is_index = is_index && (name == "0" || !name.starts_with('0'));
        Self { index: is_index.then(|| name.parse().ok()).flatten(), name: name.into() }
    }
}

// === impl Json ===

impl Json {
    /// What a pointer leads to from a value, by its index. Absent: nothing.
    pub(crate) fn find(&self, text: &str, from: usize, pointer: &Pointer) -> Option<usize> {
        pointer.0.iter().try_fold(from, |at, token| {
            let node = self.node(at)?;
            match node.kind {
                Kind::Object => self.named(text, at, node, &token.name),
                Kind::Array => self.nth(at, node, token.index?),
                _ => None,
            }
        })
    }

    /// The value of an object's member; of several of one name the last one's.
    fn named(&self, text: &str, at: usize, object: Node, name: &str) -> Option<usize> {
        let (mut at, mut found) = (at + 1, None);
        while at < object.next as usize {
            if self.is_named(text, self.node(at)?, name) {
                found = Some(at + 1);
            }
            at = self.node(at + 1)?.next as usize;
        }
        found
    }

    fn is_named(&self, text: &str, node: Node, name: &str) -> bool {
        let source = Self::source(node, text);
        match node.kind {
            Kind::Escaped => {
                let mut decoded = String::new();
                print::unescape(source, &mut decoded);
                decoded == name
            }
            _ => source == name,
        }
    }

    fn nth(&self, at: usize, array: Node, index: u32) -> Option<usize> {
        let mut at = at + 1;
        for _ in 0..index {
            at = self.node(at).filter(|_| at < array.next as usize)?.next as usize;
        }
        (at < array.next as usize).then_some(at)
    }
}
