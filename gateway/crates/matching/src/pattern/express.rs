//! Mockoon's paths: Express 4's syntax as Mockoon translates it for path-to-regexp 8. `:id`, `:id?`, `:path+`, `:path*`,
//! `*`, `*name`, `{optional}`, `(optional)`, `ab?c`, `ab+c`, `\` before a sign that is meant as itself. Case does not count,
//! runs of `/` count as one, a space is sent as `%20`, and one trailing slash is optional: it is one more alternative.

use super::{Complaint, Fault, Piece, flatten};
use crate::tokens::Token;

/// The prefix before the path, and where the path then begins.
pub(super) fn join(prefix: &str, path: &str) -> (String, usize) {
    match prefix {
        "" => (format!("/{path}"), 1),
        _ => (format!("/{prefix}/{path}"), prefix.len() + 2),
    }
}

/// Reads a whole path into its alternatives, in the order in which they are tried.
pub(super) fn parse(text: &str, path_at: usize) -> Result<Vec<Vec<Token>>, Fault> {
    let mut reader = Reader { text, at: 0, pieces: vec![], open: vec![], bare_wildcards: 0 };
    while let Some(character) = reader.bump() {
        reader.read(character)?;
    }
    if let Some(unclosed) = reader.open.pop() {
        return Err((unclosed.at..unclosed.at + 1, Complaint::Unbalanced(unclosed.bracket)));
    }
    let whole = path_at..text.len();
    let mut sequences = flatten(&reader.pieces).ok_or((whole.clone(), Complaint::Alternatives))?;
    for sequence in &mut sequences {
        separate(sequence).map_err(|complaint| (whole.clone(), complaint))?;
    }
    let slashed: Vec<_> = sequences.iter().filter_map(|sequence| with_slash(sequence)).collect();
    sequences.extend(slashed);
    Ok(sequences)
}

/// The same with a slash at its end. Absent: it has one, or ends in a wildcard, which takes the slash.
fn with_slash(sequence: &[Token]) -> Option<Vec<Token>> {
    let open_end = match sequence.last() {
        Some(Token::Text(text)) => !text.ends_with(b"/"),
        Some(Token::Param { .. }) => true,
        Some(Token::Wildcard { .. }) | None => false,
    };
    open_end.then(|| {
        let mut slashed = sequence.to_vec();
        super::append(&mut slashed, &Token::Text(b"/".as_slice().into()));
        slashed
    })
}

/// Gives each later parameter of a segment the text before it to avoid (path-to-regexp 8), and refuses those without.
fn separate(sequence: &mut [Token]) -> Result<(), Complaint> {
    let mut before: Box<[u8]> = Box::default();
    let mut first_of_segment = true;
    for token in sequence {
        match token {
            Token::Text(text) => {
                first_of_segment |= text.contains(&b'/');
                before = text.clone();
            }
            Token::Param { name, .. } | Token::Wildcard { name, .. } if !first_of_segment && before.is_empty() => {
                return Err(Complaint::Touching(name.to_string()));
            }
            Token::Param { avoid, .. } => {
                *avoid = if first_of_segment { Box::default() } else { std::mem::take(&mut before) };
                (before, first_of_segment) = (Box::default(), false);
            }
            Token::Wildcard { .. } => (before, first_of_segment) = (Box::default(), false),
        }
    }
    Ok(())
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Read so far, within the innermost open bracket.
    pieces: Vec<Piece>,
    open: Vec<Open>,
    bare_wildcards: usize,
}

/// A bracket that waits for its partner.
struct Open {
    bracket: char,
    at: usize,
    before: Vec<Piece>,
}

// === impl Reader ===

impl Reader<'_> {
    fn read(&mut self, character: char) -> Result<(), Fault> {
        let at = self.at - character.len_utf8();
        match character {
            '\\' => {
                let escaped = self.bump().ok_or((at..at + 1, Complaint::Dangling('\\')))?;
                self.push_text(escaped);
            }
            ':' => self.param(at)?,
            '*' => self.star(at)?,
            '{' | '(' => {
                self.open.push(Open { bracket: character, at, before: std::mem::take(&mut self.pieces) });
            }
            '}' | ')' => self.close(character, at)?,
            '?' => {
                let last = self.pop_text().ok_or((at..at + 1, Complaint::Dangling('?')))?;
                self.pieces.push(optional_text(last));
            }
            '+' => {
                let last = self.pop_text().ok_or((at..at + 1, Complaint::Dangling('+')))?;
                self.push_text(last);
                self.pieces.push(optional_text(last));
            }
            ' ' => "%20".chars().for_each(|c| self.push_text(c)),
            '/' if self.last_text() == Some('/') => {}
            _ => self.push_text(character),
        }
        Ok(())
    }

    fn param(&mut self, at: usize) -> Result<(), Fault> {
        let name = self.name();
        if name.is_empty() {
            return Err((at..at + 1, Complaint::NoName));
        }
        let param = Piece::Token(Token::Param { name: name.as_str().into(), avoid: Box::default() });
        let wildcard = Piece::Token(Token::Wildcard { name: name.as_str().into(), may_be_empty: false });
        match self.peek() {
            Some('(') => return Err((at..self.at + 1, Complaint::Regex)),
            Some('?') => self.optional(param),
            Some('*') => self.optional(wildcard),
            Some('+') => {
                self.bump();
                self.pieces.push(wildcard);
            }
            _ => self.pieces.push(param),
        }
        Ok(())
    }

    /// A parameter that may be left out, and with it the `/` or `.` before it.
    fn optional(&mut self, piece: Piece) {
        self.bump();
        let mut group = vec![];
        if let Some(separator @ ('/' | '.')) = self.last_text() {
            self.pop_text();
            group.push(text(separator));
        }
        group.push(piece);
        self.pieces.push(Piece::Optional(group));
    }

    fn star(&mut self, at: usize) -> Result<(), Fault> {
        let name = self.name();
        if name.is_empty() && self.last_text() != Some('/') {
            return Err((at..at + 1, Complaint::BareStar));
        }
        let bare = format!("wildcard{}", self.bare_wildcards);
        self.bare_wildcards += usize::from(name.is_empty());
        let name = if name.is_empty() { bare.as_str() } else { name.as_str() };
        // Alone it takes everything, `/` too; elsewhere it takes something.
        let alone = self.text.get(..at).is_some_and(|before| before.bytes().all(|byte| byte == b'/'));
        let may_be_empty = alone && self.at == self.text.len();
        self.pieces.push(Piece::Token(Token::Wildcard { name: name.into(), may_be_empty }));
        Ok(())
    }

    fn close(&mut self, bracket: char, at: usize) -> Result<(), Fault> {
        let partner = if bracket == ')' { '(' } else { '{' };
        match self.open.pop() {
            Some(open) if open.bracket == partner => {
                let inner = std::mem::replace(&mut self.pieces, open.before);
                self.pieces.push(Piece::Optional(inner));
            }
            _ => return Err((at..at + 1, Complaint::Unbalanced(bracket))),
        }
        if bracket == ')' && self.peek() == Some('?') {
            self.bump();
        }
        Ok(())
    }

    /// A JavaScript identifier, or nothing.
    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(c) = self.peek().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '$')) {
            if name.is_empty() && c.is_numeric() {
                break;
            }
            name.push(c);
            self.bump();
        }
        name
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn push_text(&mut self, character: char) {
        self.pieces.push(text(character));
    }

    fn last_text(&self) -> Option<char> {
        match self.pieces.last()? {
            Piece::Token(Token::Text(text)) => std::str::from_utf8(text).ok()?.chars().next_back(),
            _ => None,
        }
    }

    fn pop_text(&mut self) -> Option<char> {
        let last = self.last_text()?;
        self.pieces.pop();
        Some(last)
    }
}

/// One character, in lower case: keys are. Texts are joined when the alternatives are made.
fn text(character: char) -> Piece {
    let mut buffer = [0; 4];
    Piece::Token(Token::Text(character.to_ascii_lowercase().encode_utf8(&mut buffer).as_bytes().into()))
}

fn optional_text(character: char) -> Piece {
    Piece::Optional(vec![text(character)])
}
