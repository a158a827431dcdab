//! The syntax of path-to-regexp 8.4.2: `:name`, `*name`, `:"any name"`, `{group}`, `\` before a sign that is meant as itself.

use unicode_id_start::{is_id_continue, is_id_start};

use super::{Piece, Unit};
use crate::pattern::{Complaint, express::flatten::ALTERNATIVES_MAX};

/// Where in the path as written, and what.
type Fault = (usize, Complaint);

/// Reads a converted path.
pub(super) fn read(units: &[Unit]) -> Result<Vec<Piece>, Fault> {
    let mut reader = Reader { units, at: 0, pieces: vec![], text: String::new(), open: vec![] };
    while let Some(unit) = reader.bump() {
        reader.take(unit)?;
    }
    reader.end_text();
    match reader.open.pop() {
        Some((open, _)) => Err((open.at, Complaint::Unbalanced(open.character))),
        None => Ok(reader.pieces),
    }
}

struct Reader<'u> {
    units: &'u [Unit],
    at: usize,
    /// Of the innermost open group.
    pieces: Vec<Piece>,
    /// What follows them.
    text: String,
    /// Open groups: their braces, and the pieces before them.
    open: Vec<(Unit, Vec<Piece>)>,
}

// === impl Reader ===

impl Reader<'_> {
    fn take(&mut self, unit: Unit) -> Result<(), Fault> {
        match unit.character {
            '\\' => {
                let escaped = self.bump().ok_or((unit.at, Complaint::Dangling('\\')))?;
                self.push(escaped.character);
            }
            ':' => {
                let name = self.name()?.ok_or((unit.at, Complaint::NoName))?;
                self.end_text();
                self.pieces.push(Piece::Param(name));
            }
            '*' => {
                let name = self.name()?.ok_or((unit.at, Complaint::BareStar))?;
                self.end_text();
                self.pieces.push(Piece::Wildcard(name));
            }
            '{' => {
                self.end_text();
                self.open.push((unit, std::mem::take(&mut self.pieces)));
                // A group makes one alternative more, also within another.
                if self.open.len() >= ALTERNATIVES_MAX {
                    return Err((unit.at, Complaint::Alternatives));
                }
            }
            '}' if !self.open.is_empty() => {
                self.end_text();
                if let Some((_, before)) = self.open.pop() {
                    let inner = std::mem::replace(&mut self.pieces, before);
                    self.pieces.push(Piece::Group(inner));
                }
            }
            bracket @ ('(' | ')' | '}') => return Err((unit.at, Complaint::Unbalanced(bracket))),
            sign @ ('?' | '+') => return Err((unit.at, Complaint::Dangling(sign))),
            sign @ ('[' | ']' | '!') => return Err((unit.at, Complaint::Reserved(sign))),
            character => self.push(character),
        }
        Ok(())
    }

    /// A JavaScript identifier, or any text between quotation marks. Absent: neither is there, or the text is empty.
    fn name(&mut self) -> Result<Option<String>, Fault> {
        let mut name = String::new();
        match self.peek() {
            Some(first) if matches!(first.character, '$' | '_') || is_id_start(first.character) => {
                while let Some(next) = self.peek().filter(|next| continues(next.character)) {
                    name.push(next.character);
                    self.at += 1;
                }
            }
            Some(quote @ Unit { character: '"', .. }) => {
                self.at += 1;
                let open = (quote.at, Complaint::OpenQuote);
                loop {
                    let character = match self.bump().ok_or(open.clone())?.character {
                        '"' => break,
                        '\\' => self.bump().ok_or(open.clone())?.character,
                        character => character,
                    };
                    name.push(character);
                }
            }
            _ => {}
        }
        Ok((!name.is_empty()).then_some(name))
    }

    fn peek(&self) -> Option<Unit> {
        self.units.get(self.at).copied()
    }

    fn bump(&mut self) -> Option<Unit> {
        let unit = self.peek()?;
        self.at += 1;
        Some(unit)
    }

    fn push(&mut self, character: char) {
        self.text.push(character.to_ascii_lowercase());
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(&mut self.text)));
        }
    }
}

fn continues(character: char) -> bool {
    matches!(character, '$' | '\u{200c}' | '\u{200d}') || is_id_continue(character)
}
