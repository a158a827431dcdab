//! The inside of a tag: heads, arguments, paths.

use std::ops::Range;

use super::{Parsed, Parser};
use crate::{
    SyntaxError,
    syntax::{
        ast::{Call, Expression, Path},
        lex::{Kind, Token},
    },
    value::{Text, Value},
};

impl Parser<'_> {
    /// A head and its arguments, up to what closes them.
    pub(super) fn call(&mut self, opener: &Token) -> Parsed<Call> {
        let start = self.peek().span.start;
        if self.ends_tag() {
            let token = self.peek();
            return Err(self.unexpected(token, opener));
        }
        let head = self.head()?;
        let path = head_path(head);
        self.arguments(path, start)
    }

    fn arguments(&mut self, path: Path, start: usize) -> Parsed<Call> {
        let mut call = Call { path, params: Vec::new(), hash: Vec::new(), span: start..start };
        loop {
            if self.is_hash_key() {
                let key = self.hash_key();
                let value = self.param()?;
                call.hash.push((key, value));
                continue;
            }
            let token = self.peek();
            if !starts_param(&token.kind) {
                break;
            }
            if !call.hash.is_empty() {
                return Err(SyntaxError::new("an argument without a name follows one with a name", token.span.clone())
                    .help("put `name=value` arguments last"));
            }
            let value = self.param()?;
            call.params.push(value);
        }
        call.span.end = self.tokens.get(self.at.saturating_sub(1)).map_or(start, |last| last.span.end);
        Ok(call)
    }

    fn is_hash_key(&self) -> bool {
        let is_id = matches!(self.peek().kind, Kind::Id(_) | Kind::BracketId(_));
        is_id && self.tokens.get(self.at + 1).is_some_and(|token| token.kind == Kind::Equals)
    }

    fn hash_key(&mut self) -> Text {
        let token = self.next();
        self.at += 1;
        match &token.kind {
            Kind::Id(name) | Kind::BracketId(name) => name.clone(),
            _ => Text::EMPTY,
        }
    }

    fn param(&mut self) -> Parsed<Expression> {
        let token = self.peek();
        if token.kind != Kind::OpenCall {
            return self.head();
        }
        self.deeper(token.span.clone(), Self::sub_expression)
    }

    fn sub_expression(&mut self) -> Parsed<Expression> {
        let open = self.next();
        let call = self.call(open)?;
        let token = self.next();
        if token.kind != Kind::CloseCall {
            let span = open.span.start..call.span.end;
            return Err(
                SyntaxError::new(format!("`{}` is never closed", self.shown(span.clone())), span).help("add `)`")
            );
        }
        Ok(Expression::Call(Box::new(call)))
    }

    /// A name, a path or a literal.
    pub(super) fn head(&mut self) -> Parsed<Expression> {
        let token = self.next();
        Ok(Expression::Literal(match &token.kind {
            Kind::String(text) => Value::String(text.clone()),
            Kind::Number(number) => Value::Number(*number),
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Undefined => Value::Undefined,
            Kind::Null => Value::Null,
            Kind::Data => return Ok(Expression::Path(self.path(true, token.span.start)?)),
            Kind::Id(_) | Kind::BracketId(_) => {
                self.at -= 1;
                return Ok(Expression::Path(self.path(false, token.span.start)?));
            }
            _ => return Err(self.no_value(token)),
        }))
    }

    fn no_value(&self, token: &Token) -> SyntaxError {
        if token.span.is_empty() {
            return SyntaxError::new("the template ends inside a tag", token.span.clone()).help("add `}}`");
        }
        let message = format!("`{}` stands where a name or a value belongs", self.shown(token.span.clone()));
        SyntaxError::new(message, token.span.clone())
    }

    fn path(&mut self, data: bool, start: usize) -> Parsed<Path> {
        let mut path = Path { data, ..Path::default() };
        let mut original = String::from(if data { "@" } else { "" });
        loop {
            let token = self.next();
            let (name, bracketed) = match &token.kind {
                Kind::Id(name) => (name, false),
                Kind::BracketId(name) => (name, true),
                _ => return Err(self.no_value(token)),
            };
            original.push_str(name);
            match name.as_str() {
                ".." | "." | "this" if !bracketed && !path.parts.is_empty() => {
                    return Err(invalid_path(&original, start..token.span.end));
                }
                ".." if !bracketed => path.depth += 1,
                "." | "this" if !bracketed => {}
                _ => path.parts.push(name.clone()),
            }
            let separator = self.peek();
            if separator.kind != Kind::Separator {
                break;
            }
            self.at += 1;
            original.push_str(self.shown(separator.span.clone()));
        }
        path.original = Text::from(original);
        Ok(path)
    }

    /// `as |a b|`.
    pub(super) fn block_params(&mut self) -> Parsed<Vec<Text>> {
        let open = self.peek();
        if open.kind != Kind::OpenParams {
            return Ok(Vec::new());
        }
        self.at += 1;
        let mut names = Vec::new();
        loop {
            let token = self.next();
            match &token.kind {
                Kind::Id(name) | Kind::BracketId(name) => names.push(name.clone()),
                Kind::CloseParams if !names.is_empty() => return Ok(names),
                _ => {
                    return Err(SyntaxError::new("`as |` wants names and a closing `|`", open.span.clone())
                        .help("write `as |value key|`"));
                }
            }
        }
    }

    /// The name of a partial and its arguments.
    pub(super) fn partial_head(&mut self, opener: &Token) -> Parsed<(Expression, Call)> {
        let token = self.peek();
        if token.kind != Kind::OpenCall {
            let call = self.call(opener)?;
            many_contexts(&call, opener)?;
            return Ok((Expression::Literal(Value::String(call.path.original.clone())), call));
        }
        let start = token.span.start;
        let name = self.param()?;
        let call = self.arguments(Path::default(), start)?;
        many_contexts(&call, opener)?;
        Ok((name, call))
    }

    fn ends_tag(&self) -> bool {
        matches!(
            self.peek().kind,
            Kind::Close { .. } | Kind::CloseUnescaped { .. } | Kind::CloseRaw | Kind::End | Kind::CloseCall
        )
    }
}

fn many_contexts(call: &Call, opener: &Token) -> Parsed<()> {
    if call.params.len() <= 1 {
        return Ok(());
    }
    let message = format!("unsupported number of partial arguments: {}", call.params.len());
    let thrown = format!("Unsupported number of partial arguments: {}", call.params.len());
    Err(SyntaxError::new(message, call.span.clone())
        .thrown_at(thrown, opener.span.start)
        .help("a partial takes one context, and `name=value` arguments"))
}

fn invalid_path(original: &str, span: Range<usize>) -> SyntaxError {
    let at = span.start;
    SyntaxError::new(format!("invalid path: `{original}`"), span)
        .thrown_at(format!("Invalid path: {original}"), at)
        .help("`..`, `.` and `this` come first; write `[this]` for a member of that name")
}

/// The head of a tag as a name: a literal stands for the member or helper that is named so.
fn head_path(head: Expression) -> Path {
    match head {
        Expression::Path(path) => path,
        Expression::Literal(value) => {
            let name = value.to_text();
            Path { parts: vec![name.clone()], original: name, ..Path::default() }
        }
        Expression::Call(_) => Path::default(),
    }
}

fn starts_param(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Id(_)
            | Kind::BracketId(_)
            | Kind::String(_)
            | Kind::Number(_)
            | Kind::Bool(_)
            | Kind::Undefined
            | Kind::Null
            | Kind::Data
            | Kind::OpenCall
    )
}
