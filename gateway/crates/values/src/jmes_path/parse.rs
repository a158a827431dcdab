//! Tokens to a tree, by their binding powers.

use super::{
    DEEPEST, Failed,
    lex::{Literal, Token},
};
use crate::Value;

#[derive(Clone, Debug)]
pub(super) enum Node {
    /// `@`
    Current,
    /// `$`
    Root,
    Field(String),
    Variable(String),
    Literal(Value),
    Index(f64),
    Slice([Option<f64>; 3]),
    /// The right of what the left gives, which must be something.
    Sub(Box<Node>, Box<Node>),
    /// The right of what the left gives, whatever it is.
    Then(Box<Node>, Box<Node>),
    /// The right of each element; of a text where it is a slice's.
    Each {
        of: Box<Node>,
        take: Box<Node>,
        takes_text: bool,
    },
    EachValue {
        of: Box<Node>,
        take: Box<Node>,
    },
    Filter {
        of: Box<Node>,
        take: Box<Node>,
        condition: Box<Node>,
    },
    Flatten(Box<Node>),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
    Or(Box<Node>, Box<Node>),
    And(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Compare(&'static str, Box<Node>, Box<Node>),
    Arithmetic(&'static str, Box<Node>, Box<Node>),
    Sign {
        negates: bool,
        of: Box<Node>,
    },
    Ternary(Box<Node>, Box<Node>, Box<Node>),
    Call(String, Vec<Node>),
    /// `&expression`: an argument of functions.
    Reference(Box<Node>),
    /// `$name = value`, within `let`.
    Binding(String, Box<Node>),
    Let(Vec<Node>, Box<Node>),
}

type Parsed = Result<Node, Failed>;

struct Parser {
    tokens: std::vec::IntoIter<Token>,
    depth: u32,
}

const PROJECTION: u8 = 10;
const STAR: u8 = 20;
const FILTER: u8 = 21;
const DOT: u8 = 40;

pub(super) fn parse(tokens: Vec<Token>) -> Parsed {
    let mut parser = Parser { tokens: tokens.into_iter(), depth: 0 };
    let node = parser.expression(0)?;
    if *parser.peek() == Token::End { Ok(node) } else { Err(Failed) }
}

/// How strongly a token binds what is left of it. Absent: it never follows an operand.
fn power(token: &Token) -> Option<u8> {
    let Token::Sign(sign) = token else {
        return (!matches!(token, Token::Literal(_))).then_some(0);
    };
    Some(match *sign {
        "]" | ")" | "," | "}" | "@" | "&" | "$" => 0,
        "=" | "|" => 1,
        "?" => 2,
        "||" => 3,
        "&&" => 4,
        "==" | ">" | "<" | ">=" | "<=" | "!=" => 5,
        "-" | "+" => 6,
        "//" | "/" | "%" | "\u{d7}" => 7,
        "[]" => 9,
        "*" => STAR,
        "[?" => FILTER,
        "." => DOT,
        "!" => 45,
        "{" => 50,
        "[" => 55,
        "(" => 60,
        _ => return None,
    })
}

// === impl Parser ===

impl Parser {
    fn expression(&mut self, above: u8) -> Parsed {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Failed);
        }
        let first = self.next();
        let mut left = self.operand(first)?;
        while power(self.peek()).is_some_and(|power| above < power) {
            let sign = match self.next() {
                Token::Sign(sign) => sign,
                _ => return Err(Failed),
            };
            left = self.operator(sign, left)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self, token: Token) -> Parsed {
        Ok(match token {
            Token::Name(name) if name == "let" && matches!(self.peek(), Token::Variable(_)) => self.let_in()?,
            Token::Quoted(_) if self.is_next("(") => return Err(Failed),
            Token::Name(name) | Token::Quoted(name) => Node::Field(name),
            Token::Variable(name) => Node::Variable(name),
            Token::Literal(Literal(value)) => Node::Literal(value),
            Token::Sign("!") => Node::Not(Box::new(self.expression(45)?)),
            Token::Sign(sign @ ("-" | "+")) => Node::Sign { negates: sign == "-", of: Box::new(self.expression(6)?) },
            Token::Sign("*") => Node::EachValue { of: Box::new(Node::Current), take: Box::new(self.projected(STAR)?) },
            Token::Sign(sign @ ("[?" | "[]")) => self.operator(sign, Node::Current)?,
            Token::Sign("{") => self.object()?,
            Token::Sign("[") => {
                let is_index = matches!(self.peek(), Token::Number(_)) || self.is_next(":");
                let is_star = self.is_next("*") && self.peek_at(1) == Some(&Token::Sign("]"));
                if is_index || is_star { self.operator("[", Node::Current)? } else { self.list()? }
            }
            Token::Sign("@") => Node::Current,
            Token::Sign("$") => Node::Root,
            Token::Sign("&") => Node::Reference(Box::new(self.expression(0)?)),
            Token::Sign("(") => {
                let node = self.expression(0)?;
                self.expect(")")?;
                node
            }
            Token::Number(_) | Token::Sign(_) | Token::End => return Err(Failed),
        })
    }

    fn operator(&mut self, sign: &'static str, left: Node) -> Parsed {
        let left = Box::new(left);
        Ok(match sign {
            "?" => {
                let yes = self.expression(0)?;
                self.expect(":")?;
                Node::Ternary(left, Box::new(yes), Box::new(self.expression(0)?))
            }
            "." if self.is_next("*") => {
                self.next();
                Node::EachValue { of: left, take: Box::new(self.projected(DOT)?) }
            }
            "." => Node::Sub(left, Box::new(self.after_dot(DOT)?)),
            "|" => Node::Then(left, Box::new(self.expression(1)?)),
            "||" => Node::Or(left, Box::new(self.expression(3)?)),
            "&&" => Node::And(left, Box::new(self.expression(4)?)),
            "(" => match *left {
                Node::Field(name) => Node::Call(name, self.arguments()?),
                _ => return Err(Failed),
            },
            "[?" => {
                let condition = Box::new(self.expression(0)?);
                self.expect("]")?;
                let take = if self.is_next("[]") { Node::Current } else { self.projected(FILTER)? };
                Node::Filter { of: left, take: Box::new(take), condition }
            }
            "[]" => {
                let of = Box::new(Node::Flatten(left));
                Node::Each { of, take: Box::new(self.projected(9)?), takes_text: false }
            }
            "=" => match *left {
                Node::Variable(name) => Node::Binding(name, Box::new(self.expression(0)?)),
                _ => return Err(Failed),
            },
            "==" | "!=" | ">" | ">=" | "<" | "<=" => Node::Compare(sign, left, Box::new(self.expression(5)?)),
            "+" | "-" => Node::Arithmetic(sign, left, Box::new(self.expression(6)?)),
            "\u{d7}" | "/" | "//" | "%" => Node::Arithmetic(sign, left, Box::new(self.expression(7)?)),
            "*" => Node::Arithmetic(sign, left, Box::new(self.expression(STAR)?)),
            "[" => self.index(left)?,
            _ => return Err(Failed),
        })
    }

    fn index(&mut self, left: Box<Node>) -> Parsed {
        if self.is_next("*") {
            self.next();
            self.expect("]")?;
            return Ok(Node::Each { of: left, take: Box::new(self.projected(STAR)?), takes_text: false });
        }
        let is_slice = self.is_next(":") || self.peek_at(1) == Some(&Token::Sign(":"));
        if !is_slice {
            let Token::Number(index) = self.next() else { return Err(Failed) };
            self.expect("]")?;
            return Ok(Node::Then(left, Box::new(Node::Index(index))));
        }
        let mut parts = [None; 3];
        let mut at = 0;
        while !self.is_next("]") {
            match self.next() {
                Token::Sign(":") => at += 1,
                Token::Number(number) => *parts.get_mut(at).ok_or(Failed)? = Some(number),
                _ => return Err(Failed),
            }
            if at == parts.len() {
                return Err(Failed);
            }
        }
        self.expect("]")?;
        let of = Box::new(Node::Then(left, Box::new(Node::Slice(parts))));
        Ok(Node::Each { of, take: Box::new(self.projected(STAR)?), takes_text: true })
    }

    /// What follows a projection and is taken of each element.
    fn projected(&mut self, above: u8) -> Parsed {
        if power(self.peek()).is_some_and(|power| power < PROJECTION) {
            return Ok(Node::Current);
        }
        match self.peek() {
            Token::Sign("[" | "[?") => self.expression(above),
            Token::Sign(".") => {
                self.next();
                self.after_dot(above)
            }
            _ => Err(Failed),
        }
    }

    fn after_dot(&mut self, above: u8) -> Parsed {
        match self.peek() {
            Token::Name(_) | Token::Quoted(_) | Token::Sign("*") => self.expression(above),
            Token::Sign("[") => {
                self.next();
                self.list()
            }
            Token::Sign("{") => {
                self.next();
                self.object()
            }
            _ => Err(Failed),
        }
    }

    fn list(&mut self) -> Parsed {
        let mut nodes = Vec::new();
        while !self.is_next("]") {
            nodes.push(self.expression(0)?);
            if self.is_next(",") {
                self.next();
                if self.is_next("]") {
                    return Err(Failed);
                }
            }
        }
        self.expect("]")?;
        Ok(Node::List(nodes))
    }

    fn object(&mut self) -> Parsed {
        let mut members = Vec::new();
        loop {
            let (Token::Name(name) | Token::Quoted(name)) = self.next() else { return Err(Failed) };
            self.expect(":")?;
            members.push((name, self.expression(0)?));
            match self.peek() {
                Token::Sign(",") => {
                    self.next();
                }
                Token::Sign("}") => {
                    self.next();
                    return Ok(Node::Object(members));
                }
                // As in the original: the comma may be missing.
                _ => {}
            }
        }
    }

    fn arguments(&mut self) -> Result<Vec<Node>, Failed> {
        let mut nodes = Vec::new();
        while !self.is_next(")") {
            nodes.push(self.expression(0)?);
            if self.is_next(",") {
                self.next();
            }
        }
        self.expect(")")?;
        Ok(nodes)
    }

    fn let_in(&mut self) -> Parsed {
        let mut bindings = Vec::new();
        while !matches!(self.peek(), Token::Name(name) if name == "in") {
            bindings.push(self.expression(0)?);
            if self.is_next(",") {
                self.next();
            }
        }
        self.next();
        Ok(Node::Let(bindings, Box::new(self.expression(0)?)))
    }

    fn peek(&self) -> &Token {
        self.peek_at(0).unwrap_or(&Token::End)
    }

    fn peek_at(&self, offset: usize) -> Option<&Token> {
        self.tokens.as_slice().get(offset)
    }

    fn is_next(&self, sign: &'static str) -> bool {
        *self.peek() == Token::Sign(sign)
    }

    fn next(&mut self) -> Token {
        self.tokens.next().unwrap_or(Token::End)
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), Failed> {
        if self.next() == Token::Sign(sign) { Ok(()) } else { Err(Failed) }
    }
}
