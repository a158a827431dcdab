//! Tokens to an expression (XPath 1.0, section 3).

use super::{
    ast::{Axis, Comparison, Expr, Function, Operator, Step, Test},
    lex::{Token, tokens},
};
use crate::limits::NESTING;

/// Operators and steps of one expression: evaluating operators recurses along them.
const MOST_OPERATORS: usize = 64;

struct Parser<'s> {
    tokens: Vec<Token<'s>>,
    at: usize,
    depth: usize,
    operators: usize,
}

/// Parses an expression. Absent: it is none.
pub(super) fn parse(source: &str) -> Option<Expr> {
    let mut parser = Parser { tokens: tokens(source)?, at: 0, depth: 0, operators: 0 };
    let expr = parser.expr()?;
    parser.peek().is_none().then_some(expr)
}

// === impl Parser ===

impl<'s> Parser<'s> {
    fn expr(&mut self) -> Option<Expr> {
        if self.depth == NESTING {
            return None;
        }
        self.depth += 1;
        let expr = self.or();
        self.depth -= 1;
        expr
    }

    fn or(&mut self) -> Option<Expr> {
        let mut left = self.and()?;
        while self.operator(&["or"]).is_some() {
            left = Expr::Or(left.into(), self.and()?.into());
            self.count()?;
        }
        Some(left)
    }

    fn and(&mut self) -> Option<Expr> {
        let mut left = self.equality()?;
        while self.operator(&["and"]).is_some() {
            left = Expr::And(left.into(), self.equality()?.into());
            self.count()?;
        }
        Some(left)
    }

    fn equality(&mut self) -> Option<Expr> {
        self.comparison(&["=", "!="], |parser| parser.comparison(&["<", "<=", ">", ">="], Self::additive))
    }

    fn comparison(&mut self, signs: &[&str], operand: impl Fn(&mut Self) -> Option<Expr>) -> Option<Expr> {
        let mut left = operand(self)?;
        while let Some(sign) = self.operator(signs) {
            let comparison = match sign {
                "=" => Comparison::Equal,
                "!=" => Comparison::Unequal,
                "<" => Comparison::Less,
                "<=" => Comparison::LessOrEqual,
                ">" => Comparison::More,
                _ => Comparison::MoreOrEqual,
            };
            left = Expr::Compare(comparison, left.into(), operand(self)?.into());
            self.count()?;
        }
        Some(left)
    }

    fn additive(&mut self) -> Option<Expr> {
        self.computation(&["+", "-"], |parser| parser.computation(&["*", "div", "mod"], Self::unary))
    }

    fn computation(&mut self, signs: &[&str], operand: impl Fn(&mut Self) -> Option<Expr>) -> Option<Expr> {
        let mut left = operand(self)?;
        while let Some(sign) = self.operator(signs) {
            let operator = match sign {
                "+" => Operator::Add,
                "-" => Operator::Subtract,
                "*" => Operator::Multiply,
                "div" => Operator::Divide,
                _ => Operator::Remainder,
            };
            left = Expr::Compute(operator, left.into(), operand(self)?.into());
            self.count()?;
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Expr> {
        let mut is_negative = false;
        while self.operator(&["-"]).is_some() {
            is_negative = !is_negative;
        }
        let mut left = self.path()?;
        while self.operator(&["|"]).is_some() {
            left = Expr::Union(left.into(), self.path()?.into());
            self.count()?;
        }
        Some(if is_negative { Expr::Negate(left.into()) } else { left })
    }

    fn count(&mut self) -> Option<()> {
        self.operators += 1;
        (self.operators <= MOST_OPERATORS).then_some(())
    }

    fn path(&mut self) -> Option<Expr> {
        if let Some(slash) = self.operator(&["/", "//"]) {
            if slash == "/" && !self.starts_step() {
                return Some(Expr::Path { is_absolute: true, steps: [].into() });
            }
            let steps = self.steps(slash == "//")?;
            return Some(Expr::Path { is_absolute: true, steps });
        }
        if !self.starts_primary() {
            return Some(Expr::Path { is_absolute: false, steps: self.steps(false)? });
        }
        let start = self.primary()?;
        let predicates = self.predicates()?;
        let steps = match self.operator(&["/", "//"]) {
            Some(slash) => self.steps(slash == "//")?,
            None if predicates.is_empty() => return Some(start),
            None => [].into(),
        };
        Some(Expr::From { start: start.into(), predicates, steps })
    }

    /// Whether what follows is no step: a text, a number, a parenthesis, a function.
    fn starts_primary(&self) -> bool {
        match self.peek() {
            Some(Token::Text(_) | Token::Number(_) | Token::Sign("(")) => true,
            Some(Token::Name(name)) => {
                self.tokens.get(self.at + 1) == Some(&Token::Sign("(")) && node_test(name).is_none()
            }
            _ => false,
        }
    }

    fn starts_step(&self) -> bool {
        matches!(self.peek(), Some(Token::Name(_) | Token::Sign("." | ".." | "@" | "*")))
    }

    fn primary(&mut self) -> Option<Expr> {
        match self.next()? {
            Token::Text(text) => Some(Expr::Text(text.into())),
            Token::Number(number) => Some(Expr::Number(number)),
            Token::Sign(_) => {
                let expr = self.expr()?;
                self.sign(")").then_some(expr)
            }
            Token::Name(name) => {
                let arguments = self.arguments()?;
                Some(Expr::Call(Function::by_name(name, arguments.len())?, arguments.into()))
            }
            Token::Operator(_) => None,
        }
    }

    fn arguments(&mut self) -> Option<Vec<Expr>> {
        let mut arguments = Vec::new();
        if !self.sign("(") {
            return None;
        }
        if self.sign(")") {
            return Some(arguments);
        }
        loop {
            arguments.push(self.expr()?);
            if self.sign(")") {
                return Some(arguments);
            }
            self.sign(",").then_some(())?;
        }
    }

    fn steps(&mut self, is_anywhere: bool) -> Option<Box<[Step]>> {
        let mut steps = Vec::new();
        if is_anywhere {
            steps.push(Step::anywhere());
        }
        loop {
            steps.push(self.step()?);
            match self.operator(&["/", "//"]) {
                Some("//") => steps.push(Step::anywhere()),
                Some(_) => {}
                None => return Some(steps.into()),
            }
        }
    }

    fn step(&mut self) -> Option<Step> {
        for (sign, axis) in [(".", Axis::Itself), ("..", Axis::Parent)] {
            if self.sign(sign) {
                return Some(Step { axis, test: Test::Node, predicates: [].into() });
            }
        }
        let axis = if self.sign("@") {
            Axis::Attribute
        } else if self.tokens.get(self.at + 1) == Some(&Token::Sign("::")) {
            let Token::Name(name) = self.next()? else { return None };
            self.at += 1;
            Axis::by_name(name)?
        } else {
            Axis::Child
        };
        let test = self.test()?;
        Some(Step { axis, test, predicates: self.predicates()? })
    }

    fn test(&mut self) -> Option<Test> {
        if self.sign("*") {
            return Some(Test::Any);
        }
        let Token::Name(name) = self.next()? else { return None };
        if !self.sign("(") {
            return Some(Test::Name(name.into()));
        }
        let mut test = node_test(name)?;
        if let (Test::Instruction(wanted), Some(Token::Text(name))) = (&mut test, self.peek()) {
            *wanted = Some(name.into());
            self.at += 1;
        }
        self.sign(")").then_some(test)
    }

    fn predicates(&mut self) -> Option<Box<[Expr]>> {
        let mut predicates = Vec::new();
        while self.sign("[") {
            predicates.push(self.expr()?);
            self.sign("]").then_some(())?;
        }
        Some(predicates.into())
    }

    fn peek(&self) -> Option<Token<'s>> {
        self.tokens.get(self.at).copied()
    }

    fn next(&mut self) -> Option<Token<'s>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(known)) if known == sign);
        self.at += usize::from(found);
        found
    }

    fn operator(&mut self, among: &[&str]) -> Option<&'static str> {
        let Some(Token::Operator(operator)) = self.peek() else { return None };
        among.contains(&operator).then(|| {
            self.at += 1;
            operator
        })
    }
}

fn node_test(name: &str) -> Option<Test> {
    Some(match name {
        "node" => Test::Node,
        "text" => Test::Text,
        "comment" => Test::Comment,
        "processing-instruction" => Test::Instruction(None),
        _ => return None,
    })
}
