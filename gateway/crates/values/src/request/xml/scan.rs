//! The events of an XML text, in order.

use std::collections::VecDeque;

use super::entities;

/// What comes next in a document.
pub(super) enum Event {
    /// Characters between two other events, their references resolved.
    Text(String),
    /// A comment's inside, never empty.
    Comment(String),
    /// A CDATA section's inside, never empty.
    Cdata(String),
    /// What stands between `<!DOCTYPE` and its `>`.
    Doctype(String),
    /// `<?name body?>`.
    Instruction { name: String, body: String },
    /// A start tag. Of two attributes of one name the first counts.
    Open { name: String, attributes: Vec<(String, String)> },
    /// An end tag, or the end of an empty element.
    Close,
}

/// Why reading stops.
enum Stop {
    /// The text ends in the middle of something, which then counts for nothing.
    End,
    /// The document is not well-formed.
    Malformed,
}

type Step<T> = Result<T, Stop>;

/// Gives the events; `None` within, as the last one, where the document is not well-formed.
pub(super) struct Scanner<'t> {
    rest: &'t str,
    /// Characters since the last event.
    text: String,
    queue: VecDeque<Event>,
    /// The names of the elements that are open.
    open: Vec<&'t str>,
    has_root: bool,
    /// The first root has ended.
    root_ended: bool,
    has_doctype: bool,
    is_done: bool,
}

impl Iterator for Scanner<'_> {
    type Item = Option<Event>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.queue.is_empty() && !self.is_done {
            match self.step() {
                Ok(()) => {}
                Err(Stop::Malformed) => {
                    self.is_done = true;
                    return Some(None);
                }
                Err(Stop::End) => {
                    self.is_done = true;
                    self.flush_text();
                }
            }
        }
        self.queue.pop_front().map(Some)
    }
}

// === impl Scanner ===

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            rest: text.strip_prefix('\u{feff}').unwrap_or(text),
            text: String::new(),
            queue: VecDeque::new(),
            open: Vec::new(),
            has_root: false,
            root_ended: false,
            has_doctype: false,
            is_done: false,
        }
    }

    fn step(&mut self) -> Step<()> {
        if self.rest.is_empty() {
            return Err(Stop::End);
        }
        if !self.eat("<") {
            return self.characters();
        }
        self.skip_space();
        match self.peek()? {
            '!' => self.declaration(),
            '?' => self.instruction(),
            '/' => self.end_tag(),
            c if is_name_start(c) => self.start_tag(),
            _ => Err(Stop::Malformed),
        }
    }

    fn emit(&mut self, event: Event) {
        self.flush_text();
        self.queue.push_back(event);
    }

    fn flush_text(&mut self) {
        if !self.text.is_empty() {
            self.queue.push_back(Event::Text(std::mem::take(&mut self.text)));
        }
    }

    /// Text up to the next `<`. Outside of the first root it may only be white space.
    fn characters(&mut self) -> Step<()> {
        let end = self.rest.find(['<', '&']).unwrap_or(self.rest.len());
        let plain = self.take(end);
        let is_inside = self.has_root && !self.root_ended;
        if !is_inside && (self.rest.starts_with('&') || !plain.chars().all(is_space)) {
            return Err(Stop::Malformed);
        }
        self.text.push_str(plain);
        if self.eat("&") {
            let character = self.reference()?;
            self.text.push_str(&character);
        }
        Ok(())
    }

    /// What follows a `&`.
    fn reference(&mut self) -> Step<String> {
        let end = self.rest.find(';').unwrap_or(self.rest.len());
        let name = self.rest.get(..end).unwrap_or_default();
        let is_name =
            name.chars().enumerate().all(|(at, c)| c == '#' || if at == 0 { is_name_start(c) } else { is_name(c) });
        if !is_name {
            return Err(Stop::Malformed);
        }
        self.take(end);
        if !self.eat(";") {
            return Err(Stop::End);
        }
        if let Some(text) = entities::named(name) {
            return Ok(text.to_owned());
        }
        numbered(name).map(String::from).ok_or(Stop::Malformed)
    }

    /// `<!` and what may follow.
    fn declaration(&mut self) -> Step<()> {
        self.take(1);
        if self.eat("--") {
            return self.comment();
        }
        if self.eat_word("[CDATA[") {
            self.flush_text();
            let inside = self.until("]]>")?;
            if !inside.is_empty() {
                self.emit(Event::Cdata(inside.to_owned()));
            }
            return Ok(());
        }
        if self.eat_word("DOCTYPE") {
            if self.has_doctype || self.has_root {
                return Err(Stop::Malformed);
            }
            self.has_doctype = true;
            return self.doctype();
        }
        // Any other declaration is skipped. One with a quote in it never ends: `sax` waits for a quote that it never
        // knows.
        let end = self.rest.find(['>', '"', '\'']).ok_or(Stop::End)?;
        self.take(end);
        self.flush_text();
        if self.eat(">") { Ok(()) } else { Err(Stop::End) }
    }

    fn comment(&mut self) -> Step<()> {
        let inside = self.until("--")?;
        if !inside.is_empty() {
            self.emit(Event::Comment(inside.to_owned()));
        }
        match self.peek()? {
            '>' => {
                self.take(1);
                Ok(())
            }
            _ => Err(Stop::Malformed),
        }
    }

    /// The rest of a document type, its internal subset as it is but for comments, which are comments.
    fn doctype(&mut self) -> Step<()> {
        let mut text = String::new();
        let mut is_subset = false;
        loop {
            let c = self.next_char()?;
            match c {
                '>' if !is_subset => break,
                '[' => is_subset = true,
                ']' => is_subset = false,
                '"' | '\'' => {
                    text.push(c);
                    text.push_str(self.until(c.encode_utf8(&mut [0; 4]))?);
                }
                '<' if is_subset && self.eat("!--") => {
                    self.comment()?;
                    continue;
                }
                '<' if is_subset && !self.rest.starts_with('!') => return Err(Stop::Malformed),
                _ => {}
            }
            text.push(c);
        }
        self.emit(Event::Doctype(text));
        Ok(())
    }

    fn instruction(&mut self) -> Step<()> {
        self.take(1);
        let end = self.rest.find(|c| c == '?' || is_space(c)).ok_or(Stop::End)?;
        let name = self.take(end).to_owned();
        self.skip_space();
        let mut body = String::new();
        loop {
            match self.next_char()? {
                '?' => match self.next_char()? {
                    '>' => break,
                    other => body.extend(['?', other]),
                },
                other => body.push(other),
            }
        }
        self.emit(Event::Instruction { name, body });
        Ok(())
    }

    fn start_tag(&mut self) -> Step<()> {
        let name = self.name()?;
        if !matches!(self.peek()?, '>' | '/') && !is_space(self.peek()?) {
            return Err(Stop::Malformed);
        }
        let mut attributes: Vec<(String, String)> = Vec::new();
        loop {
            let spaced = self.skip_space();
            match self.peek()? {
                '>' => break,
                '/' => break,
                c if is_name_start(c) && spaced => {
                    let (name, value) = self.attribute()?;
                    if !attributes.iter().any(|(known, _)| *known == name) {
                        attributes.push((name, value));
                    }
                }
                _ => return Err(Stop::Malformed),
            }
        }
        let is_empty = self.eat("/");
        match self.peek()? {
            '>' => self.take(1),
            _ => return Err(Stop::Malformed),
        };
        self.has_root = true;
        self.open.push(name);
        self.emit(Event::Open { name: name.to_owned(), attributes });
        if is_empty {
            self.close();
        }
        Ok(())
    }

    fn attribute(&mut self) -> Step<(String, String)> {
        let name = self.name()?.to_owned();
        self.skip_space();
        if self.next_char()? != '=' {
            return Err(Stop::Malformed);
        }
        self.skip_space();
        let quote = self.next_char()?;
        if !matches!(quote, '"' | '\'') {
            return Err(Stop::Malformed);
        }
        let mut value = String::new();
        loop {
            let end = self.rest.find([quote, '&']).ok_or(Stop::End)?;
            value.push_str(self.take(end));
            if self.next_char()? == quote {
                return Ok((name, value));
            }
            value.push_str(&self.reference()?);
        }
    }

    fn end_tag(&mut self) -> Step<()> {
        self.take(1);
        self.skip_space();
        if !is_name_start(self.peek()?) {
            return Err(Stop::Malformed);
        }
        let name = self.name()?;
        self.skip_space();
        if self.next_char()? != '>' || self.open.last() != Some(&name) {
            return Err(Stop::Malformed);
        }
        self.close();
        Ok(())
    }

    fn close(&mut self) {
        self.emit(Event::Close);
        self.open.pop();
        self.root_ended |= self.open.is_empty();
    }

    fn name(&mut self) -> Step<&'t str> {
        let end = self.rest.find(|c| !is_name(c)).ok_or(Stop::End)?;
        Ok(self.take(end))
    }

    fn until(&mut self, end: &str) -> Step<&'t str> {
        let (inside, rest) = self.rest.split_once(end).ok_or(Stop::End)?;
        self.rest = rest;
        Ok(inside)
    }

    /// The next bytes, which end between two characters.
    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn peek(&self) -> Step<char> {
        self.rest.chars().next().ok_or(Stop::End)
    }

    fn next_char(&mut self) -> Step<char> {
        let c = self.peek()?;
        self.take(c.len_utf8());
        Ok(c)
    }

    fn eat(&mut self, token: &str) -> bool {
        let after = self.rest.strip_prefix(token);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    /// Eats a word in whatever case.
    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if found {
            self.take(word.len());
        }
        found
    }

    /// Whether there was any.
    fn skip_space(&mut self) -> bool {
        let after = self.rest.trim_start_matches(is_space);
        let skipped = after.len() < self.rest.len();
        self.rest = after;
        skipped
    }
}

/// The attributes of an XML declaration, read as leniently as `xml-js` does: what is no `name=value` is passed over.
pub(super) fn declared(body: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('=') {
        let before = before.trim_end();
        let start = before
            .rfind(|c: char| !is_word(c) && c != ':' && c != '-')
            .map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
        let name = before.get(start..).unwrap_or_default();
        let (value, after) = declared_value(after.trim_start()).unwrap_or(("", after));
        rest = after;
        if name.is_empty() {
            continue;
        }
        match found.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value.to_owned(),
            None => found.push((name.to_owned(), value.to_owned())),
        }
    }
    found
}

/// A value in quotes, or a word, and what follows it.
fn declared_value(text: &str) -> Option<(&str, &str)> {
    for quote in ['"', '\''] {
        if let Some(found) = text.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return Some(found);
        }
    }
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    if end == 0 { None } else { text.split_at_checked(end) }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\r' | '\t')
}

/// The character of `#65` or `#x41`. Absent: not in its shortest form but for zeros, or not one that XML has.
fn numbered(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let (digits, radix) = digits.strip_prefix(['x', 'X']).map_or((digits, 10), |digits| (digits, 16));
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let code = u32::from_str_radix(digits, radix).ok()?;
    let is_xml = matches!(code, 0x9 | 0xa | 0xd | 0x20..=0xd7ff | 0xe000..=0xfffd | 0x1_0000..=0x10_ffff);
    char::from_u32(code).filter(|_| is_xml)
}

/// The first character of a name. Those outside of the basic plane are none, as JavaScript sees halves of them.
fn is_name_start(c: char) -> bool {
    matches!(c,
        ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}')
}

fn is_name(c: char) -> bool {
    is_name_start(c) || matches!(c, '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}' | '.' | '0'..='9' | '-')
}
