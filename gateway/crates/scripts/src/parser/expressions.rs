//! Expressions, by precedence.

use std::sync::Arc;

use super::Parser;
use crate::{
    Language, ScriptError,
    ast::{Access, Binary, Expression, ExpressionKind, Part, Unary},
    lexer::{Kind, Piece},
};

/// Binary operators, the loosest first; those of one line bind alike.
const LEVELS: [&[(&str, Binary)]; 6] = [
    &[
        ("==", Binary::Equal),
        ("!=", Binary::NotEqual),
        ("===", Binary::StrictEqual),
        ("!==", Binary::StrictNotEqual),
        ("<=>", Binary::Compare),
        ("=~", Binary::Finds),
        ("==~", Binary::Matches),
    ],
    &[
        ("<", Binary::Less),
        ("<=", Binary::LessOrEqual),
        (">", Binary::More),
        (">=", Binary::MoreOrEqual),
        ("in", Binary::In),
        ("instanceof", Binary::InstanceOf),
    ],
    &[("<<", Binary::Append)],
    &[("+", Binary::Add), ("-", Binary::Subtract)],
    &[("*", Binary::Multiply), ("/", Binary::Divide), ("%", Binary::Remainder)],
    &[("**", Binary::Power)],
];

const ASSIGNING: [(&str, Option<Binary>); 6] = [
    ("=", None),
    ("+=", Some(Binary::Add)),
    ("-=", Some(Binary::Subtract)),
    ("*=", Some(Binary::Multiply)),
    ("/=", Some(Binary::Divide)),
    ("%=", Some(Binary::Remainder)),
];

impl Parser {
    pub(super) fn expression(&mut self) -> Result<Expression, ScriptError> {
        self.deeper(Self::assignment)
    }

    fn assignment(&mut self) -> Result<Expression, ScriptError> {
        if self.is_arrow() {
            return self.arrow();
        }
        let from = self.span().start;
        let target = self.conditional()?;
        let Some((_, operator)) = ASSIGNING.iter().find(|(mark, _)| self.is(mark)) else { return Ok(target) };
        use ExpressionKind::{Index, Member, Name};
        if !matches!(*target.kind, Name(_) | Member { .. } | Index { .. }) {
            return Err(ScriptError::new(target.span, "nothing can be assigned to this"));
        }
        self.at += 1;
        let value = self.expression()?;
        Ok(self.made(from, ExpressionKind::Assign { target, operator: *operator, value }))
    }

    fn conditional(&mut self) -> Result<Expression, ScriptError> {
        let from = self.span().start;
        let condition = self.or()?;
        if self.eat("?:") {
            let otherwise = self.expression()?;
            return Ok(self.made(from, ExpressionKind::Elvis(condition, otherwise)));
        }
        if !self.eat("?") {
            return Ok(condition);
        }
        let then = self.expression()?;
        self.expect(":")?;
        let otherwise = self.expression()?;
        Ok(self.made(from, ExpressionKind::Conditional { condition, then, otherwise }))
    }

    fn or(&mut self) -> Result<Expression, ScriptError> {
        let from = self.span().start;
        let mut left = self.and()?;
        loop {
            if self.eat("||") {
                let right = self.and()?;
                left = self.made(from, ExpressionKind::Or(left, right));
            } else if self.eat("??") {
                let right = self.and()?;
                left = self.made(from, ExpressionKind::Coalesce(left, right));
            } else {
                return Ok(left);
            }
        }
    }

    fn and(&mut self) -> Result<Expression, ScriptError> {
        let from = self.span().start;
        let mut left = self.binary(0)?;
        while self.eat("&&") {
            let right = self.binary(0)?;
            left = self.made(from, ExpressionKind::And(left, right));
        }
        Ok(left)
    }

    fn binary(&mut self, level: usize) -> Result<Expression, ScriptError> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let from = self.span().start;
        let mut left = self.binary(level + 1)?;
        loop {
            // A line of Groovy's ends where it can.
            if self.token().first && self.language == Language::Groovy {
                return Ok(left);
            }
            let found = operators.iter().find(|(text, _)| self.is(text) || self.is_word(text));
            let Some((_, operator)) = found else { break };
            self.at += 1;
            let right = self.binary(level + 1)?;
            left = self.made(from, ExpressionKind::Binary { operator: *operator, left, right });
        }
        if level == 3 && (self.is("..") || self.is("..<")) {
            let exclusive = self.is("..<");
            self.at += 1;
            let to = self.binary(level)?;
            left = self.made(from, ExpressionKind::Range { from: left, to, exclusive });
        }
        if level == 1 && self.eat_word("as") {
            let class = self.class_name()?;
            left = self.made(from, ExpressionKind::Cast { value: left, class });
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, ScriptError> {
        let from = self.span().start;
        let operator = match self.kind() {
            Kind::Mark("!") => Some(Unary::Not),
            Kind::Mark("-") => Some(Unary::Minus),
            Kind::Mark("+") => Some(Unary::Plus),
            Kind::Mark("~") if self.language == Language::Groovy => Some(Unary::Pattern),
            Kind::Name(word) if **word == *"typeof" => Some(Unary::TypeOf),
            _ => None,
        };
        if let Some(operator) = operator {
            self.at += 1;
            let operand = self.deeper(Self::unary)?;
            return Ok(self.made(from, ExpressionKind::Unary { operator, operand }));
        }
        if let Some(by) = self.step() {
            let target = self.deeper(Self::unary)?;
            return Ok(self.made(from, ExpressionKind::Step { target, by, new: true }));
        }
        let target = self.postfix()?;
        if self.token().first {
            return Ok(target);
        }
        match self.step() {
            Some(by) => Ok(self.made(from, ExpressionKind::Step { target, by, new: false })),
            None => Ok(target),
        }
    }

    fn step(&mut self) -> Option<i64> {
        if self.eat("++") {
            return Some(1);
        }
        self.eat("--").then_some(-1)
    }

    fn postfix(&mut self) -> Result<Expression, ScriptError> {
        let from = self.span().start;
        let mut value = self.primary()?;
        loop {
            let access = match self.kind() {
                Kind::Mark(".") => Some(Access::Plain),
                Kind::Mark("?.") => Some(Access::Safe),
                Kind::Mark("*.") => Some(Access::Spread),
                _ => None,
            };
            if let Some(access) = access {
                self.at += 1;
                value = self.member(from, value, access)?;
            } else if self.is("(") && !self.token().first {
                let arguments = self.arguments()?;
                value = self.made(from, ExpressionKind::Call { callee: value, arguments });
            } else if self.is("[") && !self.token().first {
                self.at += 1;
                let index = self.expression()?;
                self.expect("]")?;
                value = self.made(from, ExpressionKind::Index { object: value, index });
            } else {
                return Ok(value);
            }
        }
    }

    fn member(&mut self, from: usize, object: Expression, access: Access) -> Result<Expression, ScriptError> {
        let name = match self.kind().clone() {
            Kind::Name(name) | Kind::Text(name) => name,
            Kind::Mark("[") if access == Access::Safe => {
                self.at += 1;
                let index = self.expression()?;
                self.expect("]")?;
                return Ok(self.made(from, ExpressionKind::Index { object, index }));
            }
            _ => return Err(self.unexpected("a name")),
        };
        self.at += 1;
        if (self.is("(") && !self.token().first) || self.is_trailing_closure() {
            let arguments = self.arguments()?;
            return Ok(self.made(from, ExpressionKind::Method { object, name, arguments, access }));
        }
        Ok(self.made(from, ExpressionKind::Member { object, name, access }))
    }

    fn primary(&mut self) -> Result<Expression, ScriptError> {
        let from = self.span().start;
        let kind = match self.kind().clone() {
            Kind::Int(number) => ExpressionKind::Int(number),
            Kind::Decimal(number) => ExpressionKind::Decimal(number),
            Kind::Double(number) => ExpressionKind::Double(number),
            Kind::Text(text) => ExpressionKind::Text(text),
            Kind::Pattern(pattern, flags) => ExpressionKind::Pattern { pattern, flags },
            Kind::Template(pieces) => ExpressionKind::Template(self.parts(pieces)?),
            Kind::Name(word) => return self.word(&word),
            Kind::Mark("(") => return self.in_parentheses(),
            Kind::Mark("[") => return self.list(),
            Kind::Mark("{") if self.language == Language::Groovy => return self.closure(),
            Kind::Mark("{") => return self.object(),
            _ => return Err(self.unexpected("a value")),
        };
        self.at += 1;
        Ok(self.made(from, kind))
    }

    fn word(&mut self, word: &Arc<str>) -> Result<Expression, ScriptError> {
        let from = self.span().start;
        let kind = match &**word {
            "null" | "undefined" => ExpressionKind::Null,
            "true" => ExpressionKind::Bool(true),
            "false" => ExpressionKind::Bool(false),
            "function" => return self.function_value(),
            "new" => {
                self.at += 1;
                let class = self.class_name()?;
                let arguments = if self.is("(") { self.arguments()? } else { vec![] };
                return Ok(self.made(from, ExpressionKind::New { class, arguments }));
            }
            _ => ExpressionKind::Name(word.clone()),
        };
        self.at += 1;
        Ok(self.made(from, kind))
    }

    /// The last part of a class's name: `JsonSlurper` of `groovy.json.JsonSlurper`; what stands in `<>` is passed over.
    fn class_name(&mut self) -> Result<Arc<str>, ScriptError> {
        let mut name = self.name()?;
        while self.eat(".") {
            name = self.name()?;
        }
        if self.eat("<") {
            while !self.eat(">") {
                if *self.kind() == Kind::End {
                    return Err(self.unexpected("`>`"));
                }
                self.at += 1;
            }
        }
        Ok(name)
    }

    fn parts(&mut self, pieces: Vec<Piece>) -> Result<Vec<Part>, ScriptError> {
        let mut parts = vec![];
        for piece in pieces {
            match piece {
                Piece::Text(text) => parts.push(Part::Text(text)),
                Piece::Expression(source, at) => {
                    let moved = |error: ScriptError| {
                        ScriptError::new(error.span.start + at..error.span.end + at, error.message)
                    };
                    let tokens = crate::lexer::lex(self.language, &source).map_err(moved)?;
                    let mut inner = Self { language: self.language, tokens, at: 0, depth: self.depth };
                    let mut expression = inner.expression().map_err(moved)?;
                    if *inner.kind() != Kind::End {
                        return Err(moved(inner.unexpected("`}`")));
                    }
                    expression.span = expression.span.start + at..expression.span.end + at;
                    parts.push(Part::Expression(expression));
                }
            }
        }
        Ok(parts)
    }

    /// `[1, 2]`, and Groovy's maps: `[a: 1, (key): 2]`, `[:]`.
    fn list(&mut self) -> Result<Expression, ScriptError> {
        let from = self.span().start;
        self.at += 1;
        if self.language == Language::Groovy && self.is(":") && matches!(self.ahead(1).kind, Kind::Mark("]")) {
            self.at += 2;
            return Ok(self.made(from, ExpressionKind::Map(vec![])));
        }
        let (mut elements, mut members) = (vec![], vec![]);
        while !self.eat("]") {
            let key = self.map_key()?;
            match key {
                Some(key) => members.push((key, self.expression()?)),
                None => elements.push(self.expression()?),
            }
            if !self.is("]") {
                self.expect(",")?;
            }
        }
        let kind = if members.is_empty() { ExpressionKind::List(elements) } else { ExpressionKind::Map(members) };
        Ok(self.made(from, kind))
    }

    /// A key of a map and the colon behind it. Absent: there is none.
    fn map_key(&mut self) -> Result<Option<Expression>, ScriptError> {
        let from = self.span().start;
        if matches!(self.ahead(1).kind, Kind::Mark(":")) {
            let kind = match self.kind().clone() {
                Kind::Name(name) | Kind::Text(name) => ExpressionKind::Text(name),
                Kind::Int(number) => ExpressionKind::Text(number.to_string().into()),
                Kind::Double(number) => ExpressionKind::Text(number.to_string().into()),
                Kind::Template(pieces) => ExpressionKind::Template(self.parts(pieces)?),
                _ => return Ok(None),
            };
            self.at += 2;
            return Ok(Some(self.made(from, kind)));
        }
        if self.language == Language::JavaScript || !self.is("(") {
            return Ok(None);
        }
        let start = self.at;
        let key = self.in_parentheses();
        if let Ok(key) = key
            && self.eat(":")
        {
            return Ok(Some(key));
        }
        self.at = start;
        Ok(None)
    }

    /// `{a: 1, "b": 2, [key]: 3, short}`
    fn object(&mut self) -> Result<Expression, ScriptError> {
        let from = self.span().start;
        self.at += 1;
        let mut members = vec![];
        while !self.eat("}") {
            let at = self.span().start;
            if self.eat("[") {
                let key = self.expression()?;
                self.expect("]")?;
                self.expect(":")?;
                members.push((key, self.expression()?));
            } else if let Some(key) = self.map_key()? {
                members.push((key, self.expression()?));
            } else {
                let name = self.name()?;
                let key = self.made(at, ExpressionKind::Text(name.clone()));
                members.push((key, self.made(at, ExpressionKind::Name(name))));
            }
            if !self.is("}") {
                self.expect(",")?;
            }
        }
        Ok(self.made(from, ExpressionKind::Map(members)))
    }
}
