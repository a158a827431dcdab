//! Builds the tree: Handlebars 4.7's grammar by recursive descent, with errors that say what to do.

mod call;

use std::ops::Range;

use super::{
    ast::{Block, Call, Content, Expression, Mustache, Partial, Program, Statement, Strip},
    lex::{Kind, Token},
};
use crate::{SyntaxError, value::Text};

/// Blocks and sub-expressions in each other. Both parsing and rendering recurse, and a guest's stack is small.
const DEEPEST: usize = 64;

type Parsed<T> = Result<T, SyntaxError>;

/// The tree of a token list.
pub(crate) fn program(source: &Text, tokens: &[Token]) -> Parsed<Program> {
    let mut parser = Parser { source, tokens, at: 0, depth: 0, is_empty: true, arms: Arms::None };
    let program = parser.program()?;
    match &parser.peek().kind {
        Kind::End => Ok(program),
        _ => Err(parser.stray_tag()),
    }
}

struct Parser<'t> {
    source: &'t Text,
    tokens: &'t [Token],
    at: usize,
    depth: usize,
    /// Whether the statements parsed last were none.
    is_empty: bool,
    /// What could follow them besides the block's end.
    arms: Arms,
}

/// The tags of a block that could follow its statements, besides its end: what Handlebars lists where none comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arms {
    /// `{{else}}` and `{{else if x}}`.
    All,
    /// `{{else}}`.
    Else,
    /// None.
    None,
}

const END: &Token = &Token { kind: Kind::End, span: 0..0 };

// === impl Parser ===

impl<'t> Parser<'t> {
    fn peek(&self) -> &'t Token {
        self.tokens.get(self.at).unwrap_or(END)
    }

    fn next(&mut self) -> &'t Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    /// Statements up to a tag that belongs to a block around them.
    fn program(&mut self) -> Parsed<Program> {
        let mut program = Program::default();
        while let Some(statement) = self.statement()? {
            program.body.push(statement);
        }
        self.is_empty = program.body.is_empty();
        Ok(program)
    }

    fn statement(&mut self) -> Parsed<Option<Statement>> {
        let token = self.peek();
        let statement = match &token.kind {
            Kind::Content(text) => {
                self.at += 1;
                Statement::Content(Content::new(text))
            }
            Kind::Comment(flags) => {
                self.at += 1;
                Statement::Comment((*flags).into())
            }
            Kind::Open { strip, unescaped, decorator } => {
                return self.mustache(*strip, !unescaped, *decorator).map(Some);
            }
            Kind::OpenUnescaped { strip } => return self.mustache(*strip, false, false).map(Some),
            Kind::OpenBlock { .. } | Kind::OpenInverse { .. } | Kind::OpenRaw | Kind::OpenPartialBlock { .. } => {
                return self.deeper(token.span.clone(), Self::block_like).map(Some);
            }
            Kind::OpenPartial { strip } => self.partial(*strip)?,
            _ => return Ok(None),
        };
        Ok(Some(statement))
    }

    /// Runs a part of the grammar that recurses.
    fn deeper<T>(&mut self, span: Range<usize>, parse: fn(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == DEEPEST {
            let message = format!("more than {DEEPEST} blocks or sub-expressions lie in each other");
            return Err(SyntaxError::new(message, span).help("move the inner part into an inline partial"));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn block_like(&mut self) -> Parsed<Statement> {
        let token = self.next();
        match &token.kind {
            Kind::OpenBlock { strip, decorator } => self.block(token, *strip, *decorator),
            Kind::OpenInverse { strip } => self.inverse_block(token, *strip),
            Kind::OpenPartialBlock { strip } => self.partial_block(token, *strip),
            _ => self.raw_block(),
        }
    }

    fn mustache(&mut self, open: bool, escaped: bool, decorator: bool) -> Parsed<Statement> {
        let token = self.next();
        let call = self.call(token)?;
        let raw = matches!(token.kind, Kind::OpenUnescaped { .. });
        let close = if raw { self.close_unescaped(token)? } else { self.close(token)? };
        if decorator {
            let message = format!("missing decorator: `{}`", call.path.original.as_str());
            return Err(SyntaxError::new(message, call.span)
                .thrown_as(format!("Missing decorator: \"{}\"", call.path.original.as_str()))
                .help("the only decorator is `{{#*inline \"name\"}}`"));
        }
        Ok(Statement::Mustache(Mustache { call, escaped, strip: Strip { open, close } }))
    }

    fn block(&mut self, token: &Token, open: bool, decorator: bool) -> Parsed<Statement> {
        let call = self.call(token)?;
        let params = self.block_params()?;
        let close = self.close(token)?;
        let mut program = self.program()?;
        self.arms = Arms::All;
        program.params = params;
        let chain = self.else_chain(token)?;
        let end = self.end_tag(token, &call)?;
        if decorator && chain.is_some() {
            return Err(SyntaxError::new("an inline partial has no `{{else}}`", token.span.clone()).help("remove it"));
        }
        if decorator && call.path.original != *"inline" {
            let message = format!("missing decorator: `{}`", call.path.original.as_str());
            return Err(SyntaxError::new(message, call.span)
                .thrown_as(format!("Missing decorator: \"{}\"", call.path.original.as_str()))
                .help("the only decorator is `{{#*inline \"name\"}}`"));
        }
        let (inverse, inverse_strip) = chain.map(|chain| chain.finish(end)).unzip();
        Ok(Statement::Block(Box::new(Block {
            call,
            program: Some(program),
            inverse,
            open: Strip { open, close },
            inverse_strip: inverse_strip.unwrap_or_default(),
            close: end,
            decorator,
        })))
    }

    /// `{{^name}}`: the first arm is the inverse.
    fn inverse_block(&mut self, token: &Token, open: bool) -> Parsed<Statement> {
        let call = self.call(token)?;
        let params = self.block_params()?;
        let close = self.close(token)?;
        let mut inverse = self.program()?;
        self.arms = Arms::Else;
        inverse.params = params;
        let chain = if matches!(self.peek().kind, Kind::Else(_)) { self.else_chain(token)? } else { None };
        let end = self.end_tag(token, &call)?;
        let (program, inverse_strip) = chain.map(|chain| chain.finish(end)).unzip();
        Ok(Statement::Block(Box::new(Block {
            call,
            program,
            inverse: Some(inverse),
            open: Strip { open, close },
            inverse_strip: inverse_strip.unwrap_or_default(),
            close: end,
            decorator: false,
        })))
    }

    /// `{{else}}...` or `{{else if x}}...{{else}}...` of the block that `opener` opened.
    fn else_chain(&mut self, opener: &Token) -> Parsed<Option<Else>> {
        let token = self.peek();
        match &token.kind {
            Kind::Else(flags) => {
                self.at += 1;
                let program = self.program()?;
                self.arms = Arms::None;
                if let Kind::Else(_) | Kind::OpenElse { .. } = self.peek().kind {
                    let span = self.peek().span.clone();
                    return Err(
                        SyntaxError::new("this block has an `{{else}}` already", span).help("remove one of them")
                    );
                }
                Ok(Some(Else { program, strip: (*flags).into() }))
            }
            Kind::OpenElse { strip } => {
                self.at += 1;
                let open = *strip;
                let call = self.call(token)?;
                let params = self.block_params()?;
                let close = self.close(token)?;
                let mut program = self.program()?;
                self.arms = Arms::All;
                program.params = params;
                self.depth += 1;
                let rest = self.deeper_chain(opener)?;
                self.depth -= 1;
                Ok(Some(Else::chained(call, program, Strip { open, close }, rest)))
            }
            _ => Ok(None),
        }
    }

    fn deeper_chain(&mut self, opener: &Token) -> Parsed<Option<Else>> {
        if self.depth > DEEPEST {
            let message = format!("more than {DEEPEST} `{{{{else if}}}}` follow each other");
            return Err(SyntaxError::new(message, self.peek().span.clone()).help("use `{{#switch}}` with `{{#case}}`"));
        }
        self.else_chain(opener)
    }

    /// The tokens that Handlebars' grammar could take where a block is not closed, as it lists them.
    fn expected(&self) -> String {
        let [statements, more]: [&[&str]; 2] = if self.is_empty {
            let first = &["COMMENT", "CONTENT", "OPEN_RAW_BLOCK", "OPEN_BLOCK", "OPEN_INVERSE"];
            [first, &["OPEN", "OPEN_UNESCAPED", "OPEN_PARTIAL", "OPEN_PARTIAL_BLOCK"]]
        } else {
            [&[], &[]]
        };
        let arms: &[&str] = match self.arms {
            Arms::All => &["OPEN_INVERSE_CHAIN", "INVERSE"],
            Arms::Else => &["INVERSE"],
            Arms::None => &[],
        };
        let all = [statements, arms, &["OPEN_ENDBLOCK"], more].concat();
        all.iter().map(|token| format!("'{token}'")).collect::<Vec<_>>().join(", ")
    }

    /// `{{/name}}`, which must be the block's own.
    fn end_tag(&mut self, opener: &Token, call: &Call) -> Parsed<Strip> {
        let name = call.path.original.as_str();
        let opened = self.shown(opener.span.start..call.path_end(opener));
        let token = self.next();
        let Kind::OpenEnd { strip } = token.kind else {
            let span = opener.span.start..call.path_end(opener);
            return Err(SyntaxError::new(format!("`{opened}` is never closed"), span)
                .thrown_at_end(self.expected())
                .help(format!("add `{{{{/{name}}}}}` before the end of the template")));
        };
        let head = self.head()?;
        let closed = match head {
            Expression::Path(path) => path.original,
            Expression::Literal(value) => value.to_text(),
            Expression::Call(_) => Text::EMPTY,
        };
        if closed != *name {
            let span = token.span.start
                ..self.tokens.get(self.at.saturating_sub(1)).map_or(token.span.end, |last| last.span.end);
            return Err(SyntaxError::new(format!("`{{{{/{}}}}}` does not close `{opened}`", closed.as_str()), span)
                .thrown_at(format!("{name} doesn't match {}", closed.as_str()), call.span.start)
                .help(format!("write `{{{{/{name}}}}}`")));
        }
        let close = self.close(token)?;
        Ok(Strip { open: strip, close })
    }

    fn raw_block(&mut self) -> Parsed<Statement> {
        let open = self.tokens.get(self.at.saturating_sub(1)).unwrap_or(END);
        let call = self.call(open)?;
        if self.next().kind != Kind::CloseRaw {
            return Err(SyntaxError::new("the head of this raw block has no closing `}}}}`", open.span.clone()));
        }
        let mut body = Vec::new();
        if let Kind::Content(text) = &self.peek().kind {
            self.at += 1;
            body.push(Statement::Content(Content::new(text)));
        }
        let end = self.next();
        let name = call.path.original.as_str();
        match &end.kind {
            Kind::EndRaw(closed) if *closed == *name => {}
            _ => {
                let message = format!("this does not close the raw block `{name}`");
                return Err(
                    SyntaxError::new(message, end.span.clone()).help(format!("write `{{{{{{{{/{name}}}}}}}}}`"))
                );
            }
        }
        let program = Some(Program { body, ..Program::default() });
        let none = Strip::default();
        let block =
            Block { call, program, inverse: None, open: none, inverse_strip: none, close: none, decorator: false };
        Ok(Statement::Block(Box::new(block)))
    }

    fn partial(&mut self, open: bool) -> Parsed<Statement> {
        let token = self.next();
        let (name, call) = self.partial_head(token)?;
        let close = self.close(token)?;
        let none = Strip::default();
        let strip = Strip { open, close };
        Ok(Statement::Partial(Box::new(Partial { name, call, block: None, strip, close: none, indent: Text::EMPTY })))
    }

    fn partial_block(&mut self, token: &Token, open: bool) -> Parsed<Statement> {
        let (name, call) = self.partial_head(token)?;
        let close = self.close(token)?;
        let program = self.program()?;
        self.arms = Arms::None;
        let end = self.end_tag(token, &call)?;
        let strip = Strip { open, close };
        let block = Some(program);
        Ok(Statement::Partial(Box::new(Partial { name, call, block, strip, close: end, indent: Text::EMPTY })))
    }

    fn close(&mut self, opener: &Token) -> Parsed<bool> {
        let token = self.next();
        match token.kind {
            Kind::Close { strip } => Ok(strip),
            Kind::CloseUnescaped { .. } => {
                Err(SyntaxError::new("a tag that opens with `{{` closes with `}}}`", token.span.clone())
                    .help("put a space before a `}` that is text, or open the tag with `{{{`"))
            }
            _ => Err(self.unexpected(token, opener)),
        }
    }

    fn close_unescaped(&mut self, opener: &Token) -> Parsed<bool> {
        let token = self.next();
        match token.kind {
            Kind::CloseUnescaped { strip } => Ok(strip),
            Kind::Close { .. } => {
                Err(SyntaxError::new("a tag that opens with `{{{` closes with `}}`", token.span.clone())
                    .help("add one `}`, or open it with `{{`"))
            }
            _ => Err(self.unexpected(token, opener)),
        }
    }

    fn unexpected(&self, token: &Token, opener: &Token) -> SyntaxError {
        if token.span.is_empty() {
            return SyntaxError::new("this tag is never closed", opener.span.clone()).help("add `}}`");
        }
        let shown = self.shown(token.span.clone());
        let error = SyntaxError::new(format!("unexpected `{shown}` in a tag"), token.span.clone());
        match token.kind {
            Kind::Close { .. } | Kind::CloseUnescaped { .. } => {
                SyntaxError::new("this tag has no name", opener.span.start..token.span.end)
                    .help("write a helper or a value between the braces")
            }
            Kind::OpenCall => error.help("a sub-expression must follow a helper's name"),
            Kind::CloseCall => error.help("remove it, or open it with `(`"),
            _ => error,
        }
    }

    fn stray_tag(&self) -> SyntaxError {
        let token = self.peek();
        match &token.kind {
            Kind::Else(_) | Kind::OpenElse { .. } => {
                SyntaxError::new("`{{else}}` stands outside of a block", token.span.clone())
                    .help("remove it, or open a block before it")
            }
            Kind::OpenEnd { .. } => {
                let name = self.tokens.get(self.at + 1).map_or(0..0, |name| name.span.clone());
                let message = format!("`{{{{/{}}}}}` closes a block that is not open", self.shown(name.clone()));
                SyntaxError::new(message, token.span.start..name.end.max(token.span.end))
                    .help("remove it, or open the block before it")
            }
            _ => SyntaxError::new(format!("unexpected `{}`", self.shown(token.span.clone())), token.span.clone()),
        }
    }

    fn shown(&self, span: Range<usize>) -> &'t str {
        self.source.as_str().get(span).unwrap_or_default()
    }
}

/// What stands behind a block's first arm.
struct Else {
    program: Program,
    strip: Strip,
}

// === impl Else ===

impl Else {
    /// `{{else if x}}`: an arm that is one block, which ends where the whole chain does.
    fn chained(call: Call, program: Program, open: Strip, rest: Option<Self>) -> Self {
        // Of the chain's blocks only the first ever sees the end tag; the others end as they begin.
        let close = rest.as_ref().map(|rest| rest.strip).unwrap_or_default();
        let (inverse, inverse_strip) = rest.map(|rest| rest.finish(close)).unzip();
        let block = Block {
            call,
            program: Some(program),
            inverse,
            open,
            inverse_strip: inverse_strip.unwrap_or_default(),
            close,
            decorator: false,
        };
        let body = vec![Statement::Block(Box::new(block))];
        Self { program: Program { body, chained: true, ..Program::default() }, strip: open }
    }

    /// The arm, once the block's end tag is known: an `else if` takes that tag's tildes.
    fn finish(mut self, end: Strip) -> (Program, Strip) {
        if self.program.chained
            && let Some(Statement::Block(block)) = self.program.body.first_mut()
        {
            block.close = end;
        }
        (self.program, self.strip)
    }
}

impl Content {
    fn new(text: &Text) -> Self {
        Self { original: text.clone(), value: text.clone(), left_stripped: false, right_stripped: false }
    }
}

impl Call {
    /// Where the head of a tag ends, for messages that show it.
    fn path_end(&self, opener: &Token) -> usize {
        let written = self.path.original.len();
        self.span.start.max(opener.span.end) + written
    }
}
