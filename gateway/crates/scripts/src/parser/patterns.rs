//! Several variables at once: `const { a, b: c = 1 } = value`, `let [first, ...rest] = list`, `def (a, b) = list`. Each becomes
//! a declaration of its own, of a part of the whole, which has a name that no script can write.

use std::sync::Arc;

use super::Parser;
use crate::{
    ScriptError,
    ast::{Access, Expression, ExpressionKind, Statement, StatementKind},
    lexer::Kind,
};

/// What the whole value is called.
const WHOLE: &str = "(whole)";

/// A variable, and what it begins with.
type Declared = (Arc<str>, Option<Expression>);

impl Parser {
    /// Whether a declaring word stands before several variables.
    pub(super) fn declares_several(&self) -> bool {
        super::DECLARING.iter().any(|word| self.is_word(word))
            && matches!(self.ahead(1).kind, Kind::Mark("{" | "[" | "("))
    }

    /// A declaration of several variables; the declaring word is next.
    pub(super) fn several(&mut self) -> Result<StatementKind, ScriptError> {
        self.at += 1;
        let parts = self.pattern()?;
        self.expect("=")?;
        let value = self.expression()?;
        Ok(StatementKind::Declare([vec![(WHOLE.into(), Some(value))], parts].concat()))
    }

    /// `for (const [key, value] of …)`; the declaring word is next. Absent: it is another loop, and nothing is taken.
    pub(super) fn each_of_several(&mut self) -> Result<Option<StatementKind>, ScriptError> {
        let (start, span) = (self.at, self.span());
        self.at += 1;
        let parts = self.pattern()?;
        if !self.eat_word("of") && !self.eat_word("in") {
            self.at = start;
            return Ok(None);
        }
        let of = self.expression()?;
        self.expect(")")?;
        let body = self.body()?;
        let declared = Statement { kind: StatementKind::Declare(parts), span: span.clone() };
        let body = Statement { kind: StatementKind::Block(vec![declared, *body]), span };
        Ok(Some(StatementKind::ForEach { name: WHOLE.into(), keys: false, of, body: Box::new(body) }))
    }

    fn pattern(&mut self) -> Result<Vec<Declared>, ScriptError> {
        let (end, is_object) = match self.kind() {
            Kind::Mark("{") => ("}", true),
            Kind::Mark("[") => ("]", false),
            _ => (")", false),
        };
        self.at += 1;
        let mut declared = vec![];
        let mut place = 0;
        while !self.eat(end) {
            let part = if is_object { self.named_part()? } else { self.placed_part(place)? };
            declared.extend(part);
            place += 1;
            if !self.is(end) {
                self.expect(",")?;
            }
        }
        Ok(declared)
    }

    /// `a`, `a: b`, `a = 1` of an object.
    fn named_part(&mut self) -> Result<Option<Declared>, ScriptError> {
        let from = self.span().start;
        let member = match self.kind().clone() {
            Kind::Name(name) | Kind::Text(name) => name,
            _ => return Err(self.unexpected("a name")),
        };
        self.at += 1;
        let name = if self.eat(":") { self.name()? } else { member.clone() };
        let object = self.made(from, ExpressionKind::Name(WHOLE.into()));
        let part = self.made(from, ExpressionKind::Member { object, name: member, access: Access::Safe });
        self.with_default(from, name, part).map(Some)
    }

    /// `a`, `a = 1`, `...rest` of a list; between two commas nothing.
    fn placed_part(&mut self, place: i64) -> Result<Option<Declared>, ScriptError> {
        let from = self.span().start;
        if self.is(",") {
            return Ok(None);
        }
        let object = self.made(from, ExpressionKind::Name(WHOLE.into()));
        let index = self.made(from, ExpressionKind::Int(place));
        if self.eat("...") {
            let name = self.name()?;
            let kind =
                ExpressionKind::Method { object, name: "slice".into(), arguments: vec![index], access: Access::Safe };
            return Ok(Some((name, Some(self.made(from, kind)))));
        }
        // A type may stand in front.
        while matches!((self.kind(), &self.ahead(1).kind), (Kind::Name(_), Kind::Name(_))) {
            self.at += 1;
        }
        let name = self.name()?;
        let part = self.made(from, ExpressionKind::Index { object, index });
        self.with_default(from, name, part).map(Some)
    }

    fn with_default(&mut self, from: usize, name: Arc<str>, part: Expression) -> Result<Declared, ScriptError> {
        if !self.eat("=") {
            return Ok((name, Some(part)));
        }
        let default = self.expression()?;
        Ok((name, Some(self.made(from, ExpressionKind::Coalesce(part, default)))))
    }
}
