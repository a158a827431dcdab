//! Functions, closures and what they are called with.

use std::sync::Arc;

use super::Parser;
use crate::{
    Language, ScriptError,
    ast::{Expression, ExpressionKind, Function, Statement, StatementKind},
    lexer::Kind,
};

/// A parameter's name, and its default.
type Parameter = (Arc<str>, Option<Expression>);

impl Parser {
    /// `(a, String b = 1)`
    pub(super) fn parameters(&mut self) -> Result<Vec<Parameter>, ScriptError> {
        self.expect("(")?;
        let mut parameters = vec![];
        while !self.eat(")") {
            parameters.push(self.parameter()?);
            if !self.is(")") {
                self.expect(",")?;
            }
        }
        Ok(parameters)
    }

    fn parameter(&mut self) -> Result<Parameter, ScriptError> {
        // A type may stand in front.
        while matches!((self.kind(), &self.ahead(1).kind), (Kind::Name(_), Kind::Name(_))) {
            self.at += 1;
        }
        let name = self.name()?;
        let default = if self.eat("=") { Some(self.expression()?) } else { None };
        Ok((name, default))
    }

    /// `{ a, b -> … }`, `{ … }` with `it`; the brace is next.
    pub(super) fn closure(&mut self) -> Result<Expression, ScriptError> {
        let from = self.span().start;
        self.expect("{")?;
        let start = self.at;
        let parameters = self.closure_parameters().filter(|_| self.eat("->"));
        if parameters.is_none() {
            self.at = start;
        }
        let body = self.deeper(|parser| parser.statements("}"))?;
        let implicit = parameters.is_none();
        let function = Function { parameters: parameters.unwrap_or_default(), implicit, body };
        Ok(self.made(from, ExpressionKind::Function(Arc::new(function))))
    }

    fn closure_parameters(&mut self) -> Option<Vec<Parameter>> {
        let mut parameters = vec![];
        while !self.is("->") {
            parameters.push(self.parameter().ok()?);
            if !self.eat(",") {
                break;
            }
        }
        Some(parameters)
    }

    /// Whether an arrow function begins here: `x =>`, `(a, b) =>`.
    pub(super) fn is_arrow(&self) -> bool {
        if self.language == Language::Groovy {
            return false;
        }
        if matches!(self.kind(), Kind::Name(_)) {
            return matches!(self.ahead(1).kind, Kind::Mark("=>"));
        }
        if !self.is("(") {
            return false;
        }
        let (mut depth, mut by) = (0_usize, 0);
        loop {
            match self.ahead(by).kind {
                Kind::Mark("(") => depth += 1,
                Kind::Mark(")") => depth -= 1,
                Kind::End => return false,
                _ => {}
            }
            by += 1;
            if depth == 0 {
                return matches!(self.ahead(by).kind, Kind::Mark("=>"));
            }
        }
    }

    pub(super) fn arrow(&mut self) -> Result<Expression, ScriptError> {
        let from = self.span().start;
        let parameters = if self.is("(") { self.parameters()? } else { vec![(self.name()?, None)] };
        self.expect("=>")?;
        let body = if self.is("{") { self.deeper(Self::block)? } else { returning(self.expression()?) };
        let function = Function { parameters, implicit: false, body };
        Ok(self.made(from, ExpressionKind::Function(Arc::new(function))))
    }

    /// `function (a) { … }` as a value.
    pub(super) fn function_value(&mut self) -> Result<Expression, ScriptError> {
        let from = self.span().start;
        self.at += 1;
        if matches!(self.kind(), Kind::Name(_)) {
            self.at += 1;
        }
        let parameters = self.parameters()?;
        let body = self.deeper(Self::block)?;
        Ok(self.made(from, ExpressionKind::Function(Arc::new(Function { parameters, implicit: false, body }))))
    }

    /// `(a, b)`, and Groovy's closures behind it. Named arguments of Groovy's are one map.
    pub(super) fn arguments(&mut self) -> Result<Vec<Expression>, ScriptError> {
        let mut arguments = vec![];
        if self.eat("(") {
            let (from, mut named) = (self.span().start, vec![]);
            while !self.eat(")") {
                if let (Language::Groovy, Kind::Name(name), Kind::Mark(":")) =
                    (self.language, self.kind().clone(), &self.ahead(1).kind)
                {
                    let key = self.made(self.span().start, ExpressionKind::Text(name));
                    self.at += 2;
                    named.push((key, self.expression()?));
                } else {
                    arguments.push(self.expression()?);
                }
                if !self.is(")") {
                    self.expect(",")?;
                }
            }
            if !named.is_empty() {
                arguments.insert(0, self.made(from, ExpressionKind::Map(named)));
            }
        }
        if self.is_trailing_closure() {
            arguments.push(self.closure()?);
        }
        Ok(arguments)
    }

    /// Whether a closure of Groovy's follows on the same line, as an argument.
    pub(super) fn is_trailing_closure(&self) -> bool {
        self.language == Language::Groovy && self.is("{") && !self.token().first
    }
}

fn returning(value: Expression) -> Vec<Statement> {
    let span = value.span.clone();
    vec![Statement { kind: StatementKind::Return(Some(value)), span }]
}
