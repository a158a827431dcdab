//! Tokens as trees: statements here, [`expressions`] beneath.

use std::{ops::Range, sync::Arc};

use crate::{
    Language, ScriptError,
    ast::{Expression, ExpressionKind, Function, Statement, StatementKind},
    lexer::{Kind, Token, lex},
};

mod expressions;
mod functions;
mod patterns;

/// How deep statements and expressions may lie in each other.
const DEPTH_MAX: usize = 60;

/// Words that declare a variable, whatever its type.
const DECLARING: [&str; 5] = ["def", "var", "let", "const", "final"];

pub(crate) fn parse(language: Language, source: &str) -> Result<Vec<Statement>, ScriptError> {
    let mut parser = Parser { language, tokens: lex(language, source)?, at: 0, depth: 0 };
    let mut statements = vec![];
    while *parser.kind() != Kind::End {
        statements.extend(parser.statement()?);
    }
    Ok(statements)
}

struct Parser {
    language: Language,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

/// What [`Parser::token`] gives past the end.
static END: Token = Token { kind: Kind::End, span: 0..0, first: true };

impl Parser {
    fn token(&self) -> &Token {
        self.tokens.get(self.at).or(self.tokens.last()).unwrap_or(&END)
    }

    fn kind(&self) -> &Kind {
        &self.token().kind
    }

    fn ahead(&self, by: usize) -> &Token {
        self.tokens.get(self.at + by).or(self.tokens.last()).unwrap_or(&END)
    }

    fn span(&self) -> Range<usize> {
        self.token().span.clone()
    }

    fn since(&self, from: usize) -> Range<usize> {
        let end = self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(from, |token| token.span.end);
        from..end.max(from)
    }

    fn is(&self, mark: &str) -> bool {
        matches!(self.kind(), Kind::Mark(found) if *found == mark)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.kind(), Kind::Name(found) if **found == *word)
    }

    fn eat(&mut self, mark: &str) -> bool {
        let is = self.is(mark);
        self.at += usize::from(is);
        is
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, mark: &str) -> Result<(), ScriptError> {
        if self.eat(mark) { Ok(()) } else { Err(self.unexpected(&format!("`{mark}`"))) }
    }

    fn name(&mut self) -> Result<Arc<str>, ScriptError> {
        let Kind::Name(name) = self.kind().clone() else { return Err(self.unexpected("a name")) };
        self.at += 1;
        Ok(name)
    }

    fn unexpected(&self, wanted: &str) -> ScriptError {
        let found = match self.kind() {
            Kind::Name(name) => format!("`{name}`"),
            Kind::Mark(mark) => format!("`{mark}`"),
            Kind::End => "the end".into(),
            Kind::Text(_) | Kind::Template(_) | Kind::Pattern(..) => "a text".into(),
            Kind::Int(_) | Kind::Decimal(_) | Kind::Double(_) => "a number".into(),
        };
        ScriptError::new(self.span(), format!("{wanted} is expected here, this is {found}"))
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, ScriptError>) -> Result<T, ScriptError> {
        if self.depth >= DEPTH_MAX {
            return Err(ScriptError::new(self.span(), "this lies too deep"));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn block(&mut self) -> Result<Vec<Statement>, ScriptError> {
        self.expect("{")?;
        self.statements("}")
    }

    /// Statements up to a mark, which is taken.
    fn statements(&mut self, end: &str) -> Result<Vec<Statement>, ScriptError> {
        let mut statements = vec![];
        while !self.eat(end) {
            if *self.kind() == Kind::End {
                return Err(self.unexpected(&format!("`{end}`")));
            }
            statements.extend(self.statement()?);
        }
        Ok(statements)
    }

    /// One statement. Absent: an empty one.
    fn statement(&mut self) -> Result<Option<Statement>, ScriptError> {
        self.deeper(Self::any_statement)
    }

    fn any_statement(&mut self) -> Result<Option<Statement>, ScriptError> {
        let from = self.span().start;
        if self.eat(";") {
            return Ok(None);
        }
        if self.is_word("import") || self.is_word("package") {
            while !(self.ahead(1).first || matches!(self.kind(), Kind::End) || self.is(";")) {
                self.at += 1;
            }
            self.at += 1;
            return Ok(None);
        }
        let kind = match self.kind().clone() {
            Kind::Mark("{") => {
                self.at += 1;
                StatementKind::Block(self.statements("}")?)
            }
            Kind::Name(word) => self.worded(&word)?,
            _ => StatementKind::Expression(self.expression()?),
        };
        self.end_of_statement(&kind)?;
        Ok(Some(Statement { kind, span: self.since(from) }))
    }

    fn end_of_statement(&mut self, kind: &StatementKind) -> Result<(), ScriptError> {
        use StatementKind::{Block, For, ForEach, Function, If, Switch, Try, While};
        let is_closed = matches!(
            kind,
            Block(_)
                | For { .. }
                | ForEach { .. }
                | Function { .. }
                | If { .. }
                | Switch { .. }
                | Try { .. }
                | While { .. }
        );
        let ends = self.eat(";") || is_closed || self.token().first || self.is("}") || *self.kind() == Kind::End;
        if ends || self.is_word("case") || self.is_word("default") {
            Ok(())
        } else {
            Err(self.unexpected("the end of the statement"))
        }
    }

    fn worded(&mut self, word: &str) -> Result<StatementKind, ScriptError> {
        match word {
            "if" => return self.condition(),
            "for" => return self.repetition(),
            "while" => {
                self.at += 1;
                let condition = self.in_parentheses()?;
                return Ok(StatementKind::While { condition, body: self.body()? });
            }
            "return" => {
                self.at += 1;
                let ends = self.token().first || self.is(";") || self.is("}") || *self.kind() == Kind::End;
                return Ok(StatementKind::Return(if ends { None } else { Some(self.expression()?) }));
            }
            "break" => {
                self.at += 1;
                return Ok(StatementKind::Break);
            }
            "continue" => {
                self.at += 1;
                return Ok(StatementKind::Continue);
            }
            "throw" => {
                self.at += 1;
                return Ok(StatementKind::Throw(self.expression()?));
            }
            "switch" => return self.switch(),
            "try" => return self.attempt(),
            "function" if matches!(self.ahead(1).kind, Kind::Name(_)) => {
                self.at += 1;
                return self.named_function();
            }
            "class" | "interface" | "enum" | "async" | "yield" | "await" => {
                return Err(ScriptError::new(self.span(), format!("`{word}` is not known here")));
            }
            _ => {}
        }
        if DECLARING.contains(&word) || self.is_typed_declaration() {
            self.declaration()
        } else {
            Ok(StatementKind::Expression(self.expression()?))
        }
    }

    /// `String name`, `List<Item> items = …`: a type stands in front of a name on the same line.
    fn is_typed_declaration(&self) -> bool {
        let is_type = matches!(self.kind(), Kind::Name(word) if **word != *"new" && **word != *"typeof");
        if self.language == Language::JavaScript || !is_type {
            return false;
        }
        let mut by = 1;
        while matches!(self.ahead(by).kind, Kind::Mark(".")) && matches!(self.ahead(by + 1).kind, Kind::Name(_)) {
            by += 2;
        }
        if matches!(self.ahead(by).kind, Kind::Mark("<")) {
            let mut depth = 0_usize;
            loop {
                match &self.ahead(by).kind {
                    Kind::Mark("<") => depth += 1,
                    Kind::Mark(">") => depth -= 1,
                    Kind::Name(_) | Kind::Mark("," | "." | "?") => {}
                    _ => return false,
                }
                by += 1;
                if depth == 0 {
                    break;
                }
            }
        }
        if matches!(self.ahead(by).kind, Kind::Mark("[")) && matches!(self.ahead(by + 1).kind, Kind::Mark("]")) {
            by += 2;
        }
        let (name, after) = (self.ahead(by), self.ahead(by + 1));
        let is_name = matches!(&name.kind, Kind::Name(word) if !matches!(&**word, "in" | "as" | "instanceof"));
        is_name && !name.first && (after.first || matches!(after.kind, Kind::Mark("=" | ";" | "(") | Kind::End))
    }

    fn skip_type(&mut self) {
        while DECLARING.iter().any(|word| self.is_word(word)) && matches!(self.ahead(1).kind, Kind::Name(_)) {
            self.at += 1;
        }
        while self.is_typed_declaration() {
            self.at += 1;
            while !matches!(self.kind(), Kind::Name(_)) {
                self.at += 1;
                if self.is("]") {
                    self.at += 1;
                    break;
                }
            }
        }
    }

    fn declaration(&mut self) -> Result<StatementKind, ScriptError> {
        if self.declares_several() {
            return self.several();
        }
        self.skip_type();
        if matches!(self.ahead(1).kind, Kind::Mark("(")) && self.language == Language::Groovy {
            return self.named_function();
        }
        let mut declared = vec![];
        loop {
            let name = self.name()?;
            let value = if self.eat("=") { Some(self.expression()?) } else { None };
            declared.push((name, value));
            if !self.eat(",") {
                return Ok(StatementKind::Declare(declared));
            }
        }
    }

    fn in_parentheses(&mut self) -> Result<Expression, ScriptError> {
        self.expect("(")?;
        let inner = self.expression()?;
        self.expect(")")?;
        Ok(inner)
    }

    /// What a condition or a loop governs.
    fn body(&mut self) -> Result<Box<Statement>, ScriptError> {
        let span = self.span();
        let empty = Statement { kind: StatementKind::Block(vec![]), span };
        Ok(Box::new(self.statement()?.unwrap_or(empty)))
    }

    fn condition(&mut self) -> Result<StatementKind, ScriptError> {
        self.at += 1;
        let condition = self.in_parentheses()?;
        let then = self.body()?;
        let otherwise = if self.eat_word("else") { Some(self.body()?) } else { None };
        Ok(StatementKind::If { condition, then, otherwise })
    }

    fn repetition(&mut self) -> Result<StatementKind, ScriptError> {
        self.at += 1;
        self.expect("(")?;
        let start = self.at;
        if self.declares_several()
            && let Some(each) = self.each_of_several()?
        {
            return Ok(each);
        }
        self.skip_type();
        if let Kind::Name(name) = self.kind().clone() {
            let (each, keys) = match &self.ahead(1).kind {
                Kind::Name(word) if **word == *"of" => (true, false),
                Kind::Name(word) if **word == *"in" => (true, self.language == Language::JavaScript),
                Kind::Mark(":") => (true, false),
                _ => (false, false),
            };
            if each {
                self.at += 2;
                let of = self.expression()?;
                self.expect(")")?;
                return Ok(StatementKind::ForEach { name, keys, of, body: self.body()? });
            }
        }
        self.at = start;
        let first = if self.eat(";") {
            None
        } else {
            let first = self.statement()?;
            first.map(Box::new)
        };
        let condition = if self.is(";") { None } else { Some(self.expression()?) };
        self.expect(";")?;
        let mut next = vec![];
        while !self.eat(")") {
            next.push(self.expression()?);
            self.eat(",");
        }
        Ok(StatementKind::For { first, condition, next, body: self.body()? })
    }

    fn switch(&mut self) -> Result<StatementKind, ScriptError> {
        self.at += 1;
        let subject = self.in_parentheses()?;
        self.expect("{")?;
        let mut cases: Vec<(Option<Expression>, Vec<Statement>)> = vec![];
        while !self.eat("}") {
            let case = if self.eat_word("default") {
                None
            } else if self.eat_word("case") {
                Some(self.expression()?)
            } else {
                return Err(self.unexpected("`case`"));
            };
            if !(self.eat(":") || self.eat("->")) {
                return Err(self.unexpected("`:`"));
            }
            let mut body = vec![];
            while !(self.is("}") || self.is_word("case") || self.is_word("default") || *self.kind() == Kind::End) {
                body.extend(self.statement()?);
            }
            cases.push((case, body));
        }
        Ok(StatementKind::Switch { subject, cases })
    }

    fn attempt(&mut self) -> Result<StatementKind, ScriptError> {
        self.at += 1;
        let body = self.block()?;
        let (mut name, mut catch) = (None, None);
        while self.eat_word("catch") {
            if self.eat("(") {
                while let Kind::Name(word) = self.kind().clone() {
                    name = Some(word);
                    self.at += 1;
                    while self.eat(".") || self.eat("|") {}
                }
                self.expect(")")?;
            }
            let block = self.block()?;
            catch.get_or_insert(block);
        }
        let finally = if self.eat_word("finally") { self.block()? } else { vec![] };
        Ok(StatementKind::Try { body, name, catch, finally })
    }

    fn named_function(&mut self) -> Result<StatementKind, ScriptError> {
        let name = self.name()?;
        let parameters = self.parameters()?;
        let body = self.block()?;
        Ok(StatementKind::Function { name, function: Arc::new(Function { parameters, implicit: false, body }) })
    }

    fn made(&self, from: usize, kind: ExpressionKind) -> Expression {
        Expression { kind: Box::new(kind), span: self.since(from) }
    }
}
