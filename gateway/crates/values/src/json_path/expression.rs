//! The expressions of filters, as npm `jsep` reads them: literals, names, members, operators, and calls of `match`.

use crate::{Regexp, Value, number};

/// An expression in each other's parentheses and operators. Deeper ones are refused.
const DEEPEST: u32 = 64;

/// An expression and the text it came from, which errors repeat.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    pub source: String,
    /// Within: why it is none.
    pub tree: Result<Node, String>,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    Literal(Value),
    /// `/pattern/flags`
    Pattern(Regexp),
    /// `@`
    Current,
    /// `@property` and its like, without the `@`; or a name that means nothing here.
    Name(String),
    Member(Box<Node>, Box<Node>),
    /// A method's call.
    Call(Box<Node>, Vec<Node>),
    Unary(&'static str, Box<Node>),
    Binary(&'static str, Box<Node>, Box<Node>),
}

/// Operators with their precedence; longer ones before those that they begin with.
const OPERATORS: [(&str, u8); 17] = [
    ("||", 1),
    ("&&", 2),
    ("===", 6),
    ("!==", 6),
    ("==", 6),
    ("!=", 6),
    ("<=", 7),
    (">=", 7),
    ("<", 7),
    (">", 7),
    ("+", 9),
    ("-", 9),
    ("*", 10),
    ("/", 10),
    ("%", 10),
    ("|", 3),
    ("&", 5),
];

const UNARY: [&str; 6] = ["typeof", "void", "-", "!", "+", "~"];

/// What `@` may be followed by to be a name of its own.
const NAMES: [&str; 5] = ["parentProperty", "parent", "property", "root", "path"];

struct Parser<'s> {
    source: &'s str,
    rest: &'s str,
    depth: u32,
}

type Parsed<T> = Result<T, String>;

// === impl Expression ===

impl Expression {
    pub(super) fn compile(source: &str) -> Self {
        let mut parser = Parser { source, rest: source, depth: 0 };
        let tree = parser.binary(0).and_then(|node| parser.end().map(|()| node));
        Self { source: source.to_owned(), tree }
    }
}

// === impl Parser ===

impl Parser<'_> {
    fn binary(&mut self, above: u8) -> Parsed<Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.unexpected());
        }
        let mut left = self.unary()?;
        while let Some((operator, precedence)) = self.operator(above) {
            let right = self.binary(precedence)?;
            left = Node::Binary(operator, Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operator(&mut self, above: u8) -> Option<(&'static str, u8)> {
        self.skip_space();
        let found = *OPERATORS.iter().find(|(operator, _)| self.rest.starts_with(operator))?;
        (found.1 > above && self.eat(found.0)).then_some(found)
    }

    fn unary(&mut self) -> Parsed<Node> {
        self.skip_space();
        for operator in UNARY {
            let is_word = operator.len() > 1;
            let follows = self.rest.strip_prefix(operator).and_then(|rest| rest.chars().next());
            if follows.is_some_and(|next| !is_word || !is_name(next)) && self.eat(operator) {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(self.unexpected());
                }
                let node = Node::Unary(operator, Box::new(self.unary()?));
                self.depth -= 1;
                return Ok(node);
            }
        }
        let mut node = self.primary()?;
        loop {
            self.skip_space();
            if self.eat(".") {
                self.skip_space();
                let name = self.name();
                if name.is_empty() {
                    return Err(self.unexpected());
                }
                node = Node::Member(Box::new(node), Box::new(Node::Literal(Value::string(name))));
            } else if self.eat("[") {
                let name = self.binary(0)?;
                self.expect("]")?;
                node = Node::Member(Box::new(node), Box::new(name));
            } else if self.eat("(") {
                node = Node::Call(Box::new(node), self.arguments()?);
            } else {
                return Ok(node);
            }
        }
    }

    fn arguments(&mut self) -> Parsed<Vec<Node>> {
        let mut arguments = Vec::new();
        self.skip_space();
        while !self.eat(")") {
            arguments.push(self.binary(0)?);
            self.skip_space();
            if !self.eat(",") && !self.rest.starts_with(')') {
                return Err(self.unexpected());
            }
            self.skip_space();
        }
        Ok(arguments)
    }

    fn primary(&mut self) -> Parsed<Node> {
        self.skip_space();
        match self.rest.chars().next() {
            Some('(') => {
                self.eat("(");
                let node = self.binary(0)?;
                self.expect(")")?;
                Ok(node)
            }
            Some(quote @ ('"' | '\'')) => self.string(quote),
            Some('/') => self.pattern(),
            Some('@') => self.current(),
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if is_name(c) => Ok(match self.name() {
                "true" => Node::Literal(Value::Bool(true)),
                "false" => Node::Literal(Value::Bool(false)),
                "null" => Node::Literal(Value::Null),
                "undefined" => Node::Literal(Value::Undefined),
                name => Node::Name(name.to_owned()),
            }),
            _ => Err(self.unexpected()),
        }
    }

    /// `@` alone must be followed by something that it can be told from.
    fn current(&mut self) -> Parsed<Node> {
        let after = self.rest.get(1..).unwrap_or_default();
        if let Some(name) = NAMES.into_iter().find(|name| after.starts_with(name)) {
            self.rest = after.get(name.len()..).unwrap_or_default();
            return Ok(Node::Name(name.to_owned()));
        }
        if !after.starts_with(|c: char| matches!(c, '.' | ')' | '[') || c.is_whitespace()) {
            return Err(self.unexpected());
        }
        self.rest = after;
        Ok(Node::Current)
    }

    fn string(&mut self, quote: char) -> Parsed<Node> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => text.push(match chars.next() {
                    Some((_, 'n')) => '\n',
                    Some((_, 'r')) => '\r',
                    Some((_, 't')) => '\t',
                    Some((_, 'b')) => '\u{8}',
                    Some((_, 'f')) => '\u{c}',
                    Some((_, 'v')) => '\u{b}',
                    Some((_, other)) => other,
                    None => break,
                }),
                c if c == quote => {
                    self.rest = self.rest.get(at + 1..).unwrap_or_default();
                    return Ok(Node::Literal(Value::string(text)));
                }
                c => text.push(c),
            }
        }
        Err(format!("Unclosed quote after \"{text}\" at character {}", self.source.len()))
    }

    fn number(&mut self) -> Parsed<Node> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        let value = number::parse(digits);
        if value.is_nan() || rest.starts_with(is_name) {
            return Err(self.unexpected());
        }
        self.rest = rest;
        Ok(Node::Literal(Value::Number(value)))
    }

    fn pattern(&mut self) -> Parsed<Node> {
        let (mut in_class, mut escaped) = (false, false);
        for (at, c) in self.rest.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => {
                    let pattern = self.rest.get(1..at).unwrap_or_default();
                    self.rest = self.rest.get(at + 1..).unwrap_or_default();
                    let flags = self.name();
                    return Regexp::compile(pattern, flags).map(Node::Pattern).map_err(|error| error.to_string());
                }
                _ => {}
            }
        }
        Err(format!("Unclosed Regex at character {}", self.source.len()))
    }

    fn name(&mut self) -> &str {
        let end = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        self.rest = rest;
        name
    }

    fn end(&mut self) -> Parsed<()> {
        self.skip_space();
        if self.rest.is_empty() { Ok(()) } else { Err(self.unexpected()) }
    }

    fn expect(&mut self, token: &str) -> Parsed<()> {
        self.skip_space();
        if self.eat(token) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn eat(&mut self, token: &str) -> bool {
        let after = self.rest.strip_prefix(token);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn unexpected(&self) -> String {
        let at = self.source.len() - self.rest.len();
        let what = self.rest.chars().next().map_or("period".to_owned(), |c| format!("\"{c}\""));
        format!("Unexpected {what} at character {at}")
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '$' | '_') || !c.is_ascii()
}
