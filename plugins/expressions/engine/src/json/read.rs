//! Reads a JSON text (RFC 8259) without recursion. What follows the value is not looked at, as with Jackson.

use super::{Json, Kind, Node};
use crate::limits::JSON_DEPTH;

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    /// The arrays and objects that are open, by their index.
    open: Vec<usize>,
}

// === impl Json ===

impl Json {
    /// Reads a text of less than 4 GiB. Absent: it is no JSON, or nested too deep.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        u32::try_from(text.len()).ok()?;
        let mut reader = Reader { bytes: text.as_bytes(), at: 0, nodes: Vec::new(), open: Vec::new() };
        reader.read()?;
        Some(Self { nodes: reader.nodes })
    }
}

// === impl Reader ===

impl Reader<'_> {
    fn read(&mut self) -> Option<()> {
        loop {
            self.skip_space();
            match self.peek()? {
                opens @ (b'{' | b'[') => {
                    if self.enter(opens == b'{')? {
                        continue;
                    }
                }
                _ => self.scalar()?,
            }
            if !self.after_value()? {
                return Some(());
            }
        }
    }

    /// Goes on behind a value. Whether there is another one to read.
    fn after_value(&mut self) -> Option<bool> {
        while let Some(&container) = self.open.last() {
            let is_object = self.nodes.get(container)?.kind == Kind::Object;
            self.skip_space();
            match (self.next()?, is_object) {
                (b',', true) => {
                    self.name()?;
                    return Some(true);
                }
                (b',', false) => return Some(true),
                (b'}', true) | (b']', false) => self.leave()?,
                _ => return None,
            }
        }
        Some(false)
    }

    /// Opens an array or an object. Whether it holds anything; an empty one is closed.
    fn enter(&mut self, is_object: bool) -> Option<bool> {
        if self.open.len() == JSON_DEPTH {
            return None;
        }
        self.open.push(self.nodes.len());
        self.push(if is_object { Kind::Object } else { Kind::Array }, self.at, self.at);
        self.at += 1;
        self.skip_space();
        match (self.peek()?, is_object) {
            (b'}', true) | (b']', false) => {
                self.at += 1;
                self.leave()?;
                Some(false)
            }
            (_, true) => self.name().map(|()| true),
            (_, false) => Some(true),
        }
    }

    fn leave(&mut self) -> Option<()> {
        let (end, next) = (self.at, self.nodes.len());
        let node = self.nodes.get_mut(self.open.pop()?)?;
        // Both are below 4 Gi: so long is no text.
        (node.end, node.next) = (end as u32, next as u32);
        Some(())
    }

    fn name(&mut self) -> Option<()> {
        self.skip_space();
        self.string()?;
        self.skip_space();
        (self.next()? == b':').then_some(())
    }

    fn scalar(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string(),
            b't' => self.word("true", Kind::True),
            b'f' => self.word("false", Kind::False),
            b'n' => self.word("null", Kind::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, kind: Kind) -> Option<()> {
        let start = self.at;
        self.bytes.get(start..)?.starts_with(word.as_bytes()).then_some(())?;
        self.at += word.len();
        self.push(kind, start, self.at);
        self.ends()
    }

    /// Nothing that could be a part of it follows a word or a number.
    fn ends(&self) -> Option<()> {
        let glued =
            self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+'));
        (!glued).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        let mut kind = Kind::Integer;
        if self.eat(b'.') {
            kind = Kind::Float;
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            kind = Kind::Float;
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        self.push(kind, start, self.at);
        self.ends()
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn string(&mut self) -> Option<()> {
        (self.next()? == b'"').then_some(())?;
        let (start, mut kind) = (self.at, Kind::Plain);
        loop {
            match self.next()? {
                b'"' => break,
                b'\\' => {
                    kind = Kind::Escaped;
                    self.escape()?;
                }
                0..=0x1f => return None,
                _ => {}
            }
        }
        self.push(kind, start, self.at - 1);
        Some(())
    }

    fn escape(&mut self) -> Option<()> {
        match self.next()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => (0..4).all(|_| self.next().is_some_and(|byte| byte.is_ascii_hexdigit())).then_some(()),
            _ => None,
        }
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let next = self.nodes.len() + 1;
        // All are below 4 Gi: so long is no text.
        self.nodes.push(Node { kind, start: start as u32, end: end as u32, next: next as u32 });
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }
}
