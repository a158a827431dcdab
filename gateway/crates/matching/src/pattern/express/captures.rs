//! What each capture of a sequence may take: the rules by which path-to-regexp 8.4.2 keeps its regular expressions from
//! backtracking (`toRegExpSource`).

use super::Piece;
use crate::{
    pattern::Complaint,
    tokens::{Capture, Extent, Instead, Token},
};

/// Tokens for a sequence without groups.
///
/// # Errors
/// When a capture follows another at once.
pub(super) fn bind(sequence: &[Piece]) -> Result<Vec<Token>, Complaint> {
    let wildcard_follows = wildcard_follows(sequence);
    let mut before = Before::default();
    let mut tokens = Vec::with_capacity(sequence.len());
    for (place, piece) in sequence.iter().enumerate() {
        let ahead = match sequence.get(place + 1) {
            Some(Piece::Text(text)) => text,
            _ => "",
        };
        let token = match piece {
            Piece::Group(_) => continue,
            Piece::Text(text) => {
                before.pass(text);
                Token::Text(text.as_bytes().into())
            }
            Piece::Param(name) => {
                let later = wildcard_follows.get(place).copied().unwrap_or(false);
                Token::Capture(before.param(name, later.then_some(ahead))?)
            }
            Piece::Wildcard(name) => Token::Capture(before.wildcard(name)?),
        };
        tokens.push(token);
    }
    Ok(tokens)
}

/// For each piece, whether a wildcard comes behind it in its segment.
fn wildcard_follows(sequence: &[Piece]) -> Vec<bool> {
    let mut follows = vec![];
    let mut found = false;
    for piece in sequence.iter().rev() {
        follows.push(found);
        match piece {
            Piece::Wildcard(_) => found = true,
            Piece::Text(text) if text.contains('/') => found = false,
            _ => {}
        }
    }
    follows.reverse();
    follows
}

/// What a sequence has had so far.
#[derive(Default)]
struct Before {
    /// The text since the last capture.
    text: String,
    /// The texts since the last wildcard, up to the next parameter.
    text_since_wildcard: String,
    last: Option<Kind>,
    /// Captures since the last slash.
    param_in_segment: bool,
    wildcard_in_segment: bool,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Param,
    Wildcard,
}

// === impl Before ===

impl Before {
    fn pass(&mut self, text: &str) {
        self.text.push_str(text);
        if self.last == Some(Kind::Wildcard) {
            self.text_since_wildcard.push_str(text);
        }
        if text.contains('/') {
            (self.param_in_segment, self.wildcard_in_segment) = (false, false);
        }
    }

    /// A parameter. `ahead` is the text behind it, if a wildcard comes later in its segment.
    fn param(&mut self, name: &str, ahead: Option<&str>) -> Result<Capture, Complaint> {
        let text = self.take_text(name)?;
        let (avoid, instead) = match ahead {
            _ if self.wildcard_in_segment => (text, None),
            Some(ahead) => (ahead.to_owned(), None),
            None if self.param_in_segment => (text, Some(Instead::Avoided)),
            None => (String::new(), None),
        };
        self.last = Some(Kind::Param);
        self.param_in_segment = true;
        Ok(Capture { name: name.into(), extent: Extent::Segment, avoid: avoid.into_bytes().into(), instead })
    }

    fn wildcard(&mut self, name: &str) -> Result<Capture, Complaint> {
        let text = self.take_text(name)?;
        let since = std::mem::take(&mut self.text_since_wildcard);
        let (avoid, instead) = match since.as_str() {
            _ if self.wildcard_in_segment => (text, None),
            "" => (String::new(), None),
            _ => (since, Some(Instead::Segment)),
        };
        self.last = Some(Kind::Wildcard);
        self.wildcard_in_segment = true;
        Ok(Capture { name: name.into(), extent: Extent::Path, avoid: avoid.into_bytes().into(), instead })
    }

    fn take_text(&mut self, name: &str) -> Result<String, Complaint> {
        if self.last.is_some() && self.text.is_empty() {
            return Err(Complaint::Touching(name.to_owned()));
        }
        Ok(std::mem::take(&mut self.text))
    }
}
