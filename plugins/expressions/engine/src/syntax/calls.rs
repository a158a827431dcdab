//! Calls: `name(arguments)`, or `$name` as Postman writes them.

use std::ops::Range;

use super::Parser;
use crate::{
    date::{Delta, Pattern},
    functions::{self, Fake},
    problem::Problem,
    program::{Argument, Call, DateDelta, DatePattern, Put},
};

/// Arguments with the places where they stand.
type Arguments = Vec<(Argument, Range<usize>)>;

// === impl Parser ===

impl Parser<'_> {
    /// The call that a piece of the text is.
    pub(super) fn call(&mut self, span: Range<usize>, depth: usize) -> Result<Call, Problem> {
        let text = self.text(span.start, span.end);
        let dollar = usize::from(text.starts_with('$'));
        let open = text.find('(').unwrap_or(text.len());
        let name_span = span.start + dollar..span.start + open;
        let name = self.text(name_span.start, name_span.end).trim_end().to_owned();
        let has_arguments = open < text.len();
        let open = span.start + open;
        let close = self.group_end(open).filter(|close| has_arguments && *close <= span.end);
        let arguments = match close {
            Some(close) => self.arguments(open + 1..close - 1, depth)?,
            None => vec![],
        };
        if !functions::is_known(&name) {
            let problem = Problem::odd(format!("there is no function `{name}`"), name_span);
            let help = functions::like(&name).map(|like| format!("did you mean `{like}`?"));
            self.problems.push(Problem { help, ..problem });
            return Ok(Call::Nothing);
        }
        if has_arguments && close.is_none() {
            self.problems.push(Problem::odd("`(` is never closed", open..open + 1));
            return Ok(Call::Nothing);
        }
        let behind = close.unwrap_or(span.end);
        if behind < span.end {
            let tail = self.text(behind, span.end).trim_start().len();
            self.problems.push(Problem::odd("there is more behind the function", span.end - tail..span.end));
        }
        self.function(&name, arguments, name_span)
    }

    fn function(&mut self, name: &str, arguments: Arguments, span: Range<usize>) -> Result<Call, Problem> {
        let plain = |arguments: Arguments| arguments.into_iter().map(|(argument, _)| argument).collect();
        Ok(match name {
            "now" | "timestamp" => return self.now(arguments),
            "uuid" | "guid" | "randomUUID" => Call::Uuid,
            "randomInt" => Call::RandomInt(plain(arguments)),
            "randomString" => {
                let only = arguments.len() == 1;
                Call::RandomString(arguments.into_iter().next().filter(|_| only).map(|(argument, _)| argument))
            }
            "randomBoolean" => Call::RandomBoolean,
            "randomValue" => Call::RandomValue(plain(arguments)),
            "put" => {
                let mut arguments = arguments.into_iter().map(|(argument, _)| argument);
                match (arguments.next(), arguments.next()) {
                    (Some(name), value) => Call::Put(Box::new(Put { name, value })),
                    (None, _) => {
                        let problem = Problem::odd("`put` needs a name", span);
                        self.problems.push(problem.help("write `put(name)`"));
                        Call::Nothing
                    }
                }
            }
            _ => Fake::by_name(name).map_or(Call::Nothing, Call::Fake),
        })
    }

    /// `now()`, `now(pattern)`, `now(pattern, delta)`; with more arguments Microcks takes none of them.
    fn now(&mut self, arguments: Arguments) -> Result<Call, Problem> {
        let count = arguments.len();
        let mut arguments = arguments.into_iter();
        let (Some((pattern, pattern_span)), delta) = (arguments.next(), arguments.next()) else {
            return Ok(Call::Millis);
        };
        if count > 2 {
            let problem = Problem::odd("a date takes a pattern and a delta", pattern_span);
            self.problems.push(problem.help("put a pattern with commas in quotes: `now('EEE, dd MMM')`"));
            return Ok(Call::Millis);
        }
        let pattern = match pattern {
            Argument::Text(text) => DatePattern::Known(
                Pattern::parse(&text).map_err(|why| Problem::fatal(why, pattern_span).help(PATTERN_HELP))?,
            ),
            made @ Argument::Operand(_) => DatePattern::Made(made),
        };
        let delta = delta.map(|(delta, span)| match delta {
            Argument::Text(text) => {
                let delta = Delta::parse(&text);
                if delta == Delta::NONE && text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
                    let problem = Problem::odd(format!("`{text}` is no delta"), span);
                    self.problems.push(problem.help("write a number and `m`, `H`, `d`, `M` or `y`: `-1d`"));
                }
                DateDelta::Known(delta)
            }
            made @ Argument::Operand(_) => DateDelta::Made(made),
        });
        Ok(Call::Now { pattern, delta })
    }
}

const PATTERN_HELP: &str = "letters are those of Java's `SimpleDateFormat`; other text stands in single quotes";
