//! From text to program. An expression ends where its grammar says so, not at the first two braces: quoted texts, arguments and
//! predicates may hold what would end it or split it elsewhere.
//!
//! ```text
//! template    = { text | "{{" expression "}}" }
//! expression  = operand { "||" operand } { ">" operand }
//! operand     = literal | call | reference | variable
//! ```

mod arguments;
mod calls;
mod extent;
mod operands;

use crate::{
    problem::Problem,
    program::{Call, Expression, Operand, Part, Put},
};

/// What a text came to.
pub(crate) struct Parsed {
    /// As far as it was understood.
    pub(crate) parts: Vec<Part>,
    pub(crate) problems: Vec<Problem>,
}

/// Reads one template.
struct Parser<'s> {
    source: &'s str,
    problems: Vec<Problem>,
}

/// What stands between two operands.
enum Next {
    Alternative,
    Chain,
    End,
}

/// Parses a template.
pub(crate) fn parse(source: &str) -> Parsed {
    let mut parser = Parser { source, problems: vec![] };
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(open) = parser.next_open(at) {
        if open > at {
            parts.push(Part::Text(parser.text(at, open).into()));
        }
        match parser.expression(open) {
            Ok((expression, end)) => {
                parts.push(Part::Expression(expression));
                at = end;
            }
            Err(problem) => {
                parser.problems.push(problem);
                return Parsed { parts, problems: parser.problems };
            }
        }
    }
    if at < source.len() {
        parts.push(Part::Text(parser.text(at, source.len()).into()));
    }
    Parsed { parts, problems: parser.problems }
}

// === impl Parser ===

impl Parser<'_> {
    fn text(&self, from: usize, to: usize) -> &str {
        self.source.get(from..to).unwrap_or_default()
    }

    fn rest(&self, at: usize) -> &str {
        self.source.get(at..).unwrap_or_default()
    }

    /// The place of the next `{{`. Of more than two braces the last two count: `{{{ x }}}` is a value in braces.
    fn next_open(&self, at: usize) -> Option<usize> {
        let open = at + self.rest(at).find("{{")?;
        let braces = self.rest(open).bytes().take_while(|byte| *byte == b'{').count();
        Some(open + braces - 2)
    }

    /// The expression that opens at a place, and where it ends.
    fn expression(&mut self, open: usize) -> Result<(Expression, usize), Problem> {
        let said = self.problems.len();
        let mut at = self.skip_space(open + 2);
        if self.rest(at).starts_with("}}") {
            let problem = Problem::fatal("the expression is empty", open..at + 2);
            return Err(problem.help("to print two braces, write `{{ '{{' }}`"));
        }
        let (mut alternatives, mut puts) = (Vec::new(), Vec::new());
        let mut is_target = false;
        loop {
            let (operand, end) = self.operand(at)?;
            if is_target {
                let length = self.text(at, end).trim_end().len();
                puts.extend(self.target(operand, at..at + length));
            } else {
                alternatives.push(operand);
            }
            let Some((next, after)) = self.next(end) else {
                // What it holds was never meant to be in it.
                self.problems.truncate(said);
                let problem = Problem::fatal("`{{` is never closed", open..open + 2);
                return Err(problem.help("add `}}` behind the expression"));
            };
            match next {
                // What is put aside is printed before: alternatives of a target have no meaning.
                Next::Alternative if is_target => {
                    self.problems.push(Problem::odd("`||` behind `>` has no meaning", end..after));
                }
                Next::Alternative => {}
                Next::Chain => is_target = true,
                Next::End => {
                    return Ok((Expression { alternatives: alternatives.into(), puts: puts.into() }, after));
                }
            }
            at = self.skip_space(after);
        }
    }

    /// What a `>` leads to: only `put` does something there.
    fn target(&mut self, operand: Operand, span: std::ops::Range<usize>) -> Option<Put> {
        match operand {
            Operand::Call(Call::Put(put)) => return Some(*put),
            // Whatever is wrong with it has been said.
            Operand::Call(Call::Nothing) => {}
            _ => {
                let problem = Problem::odd("only `put` has a meaning behind `>`", span);
                self.problems.push(problem.help("write `> put(name)`"));
            }
        }
        None
    }

    /// What follows an operand, and where that ends. Absent: the text ends.
    fn next(&self, at: usize) -> Option<(Next, usize)> {
        let at = self.skip_space(at);
        let rest = self.rest(at);
        if rest.starts_with("}}") {
            return Some((Next::End, at + 2));
        }
        if rest.starts_with("||") {
            return Some((Next::Alternative, at + 2));
        }
        rest.starts_with('>').then_some((Next::Chain, at + 1))
    }

    fn skip_space(&self, at: usize) -> usize {
        let rest = self.rest(at);
        at + (rest.len() - rest.trim_start().len())
    }
}
