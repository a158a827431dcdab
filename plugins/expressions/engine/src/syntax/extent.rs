//! Where quoted texts, arguments and predicates end.

use super::Parser;

// === impl Parser ===

impl Parser<'_> {
    /// The end of an operand that is no quoted text: before `||`, `>` or `}}`, but for those within brackets.
    pub(super) fn operand_end(&self, from: usize) -> usize {
        let bytes = self.source.as_bytes();
        let mut at = from;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'(' | b'[' => at = self.group_end(at).unwrap_or(at + 1),
                b'>' => return at,
                b'|' if bytes.get(at + 1) == Some(&b'|') => return at,
                b'}' if bytes.get(at + 1) == Some(&b'}') => return at,
                _ => at += 1,
            }
        }
        at
    }

    /// The place of the quote that ends a quoted text, whose first quote is at a place. It has an operator or the
    /// expression's end behind it, so that `'it's'` is one text. Absent: it does not end.
    pub(super) fn literal_end(&self, open: usize) -> Option<usize> {
        let quote = *self.source.as_bytes().get(open)?;
        let mut at = open + 1;
        while let Some(close) = self.quote_end(open, at, quote) {
            if self.next(close + 1).is_some() {
                return Some(close);
            }
            at = close + 1;
        }
        None
    }

    /// The next quote from a place on, unless the text between leads out of this expression and into another.
    fn quote_end(&self, open: usize, from: usize, quote: u8) -> Option<usize> {
        let close = from + self.rest(from).bytes().position(|byte| byte == quote)?;
        let between = self.text(open, close);
        let leads_out =
            between.find("}}").is_some_and(|end| between.get(end..).is_some_and(|rest| rest.contains("{{")));
        (!leads_out).then_some(close)
    }

    /// The place behind the bracket that closes the one at a place. Absent: none does within the expression.
    pub(super) fn group_end(&self, open: usize) -> Option<usize> {
        let limit = self.rest(open).find("}}").map_or(self.source.len(), |end| open + end);
        self.group_end_within(open, limit, true)
            .or_else(|| self.group_end_within(open, self.source.len(), true))
            .or_else(|| self.group_end_within(open, limit, false))
    }

    /// The same, ahead of a limit, with quotes as quotes or as any character.
    fn group_end_within(&self, open: usize, limit: usize, quoted: bool) -> Option<usize> {
        let bytes = self.source.as_bytes();
        let mut closers = Vec::new();
        let mut at = open;
        while at < limit {
            match bytes.get(at)? {
                b'(' => closers.push(b')'),
                b'[' => closers.push(b']'),
                quote @ (b'\'' | b'"') if quoted => {
                    at = self.quote_end(at, at + 1, *quote).filter(|close| *close < limit)?;
                }
                b'}' if bytes.get(at + 1) == Some(&b'}') => return None,
                byte if closers.last() == Some(byte) => {
                    closers.pop();
                    if closers.is_empty() {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        None
    }
}
