//! The tree that a template is, as its author wrote it.

use std::ops::Range;

use crate::value::{Text, Value};

/// A sequence of statements: a template, or one arm of a block.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub body: Vec<Statement>,
    /// The names of `as |a b|`.
    pub params: Vec<Text>,
    /// Whether it is the `else if` of a block: one block statement and nothing else.
    pub chained: bool,
}

/// One thing in a program.
#[derive(Debug)]
pub(crate) enum Statement {
    Content(Content),
    /// A comment leaves nothing but its effect on white space.
    Comment(Strip),
    Mustache(Mustache),
    Block(Box<Block>),
    Partial(Box<Partial>),
}

/// Text between tags. White-space control shortens `value`; `original` stays, because it judges by that.
#[derive(Debug)]
pub(crate) struct Content {
    pub original: Text,
    pub value: Text,
    pub left_stripped: bool,
    pub right_stripped: bool,
}

/// The tildes of one tag: `{{~` is open, `~}}` is close.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Strip {
    pub open: bool,
    pub close: bool,
}

/// `{{name}}`, `{{{name}}}`, `{{helper arg key=value}}`.
#[derive(Debug)]
pub(crate) struct Mustache {
    pub call: Call,
    pub escaped: bool,
    pub strip: Strip,
}

/// `{{#name}}...{{else}}...{{/name}}`, raw blocks, and `{{#*inline "x"}}`.
#[derive(Debug)]
pub(crate) struct Block {
    pub call: Call,
    pub program: Option<Program>,
    pub inverse: Option<Program>,
    pub open: Strip,
    pub inverse_strip: Strip,
    pub close: Strip,
    /// `{{#*inline`.
    pub decorator: bool,
}

/// `{{> name context key=value}}` and `{{#> name}}...{{/name}}`.
#[derive(Debug)]
pub(crate) struct Partial {
    /// A literal or path name in the path, or a sub-expression that gives it.
    pub name: Expression,
    pub call: Call,
    pub block: Option<Program>,
    pub strip: Strip,
    /// The closing tag's, for a block.
    pub close: Strip,
    /// White space in front of a partial that stands alone on its line: every line of it is indented so.
    pub indent: Text,
}

/// A head with its arguments.
#[derive(Debug)]
pub(crate) struct Call {
    pub path: Path,
    pub params: Vec<Expression>,
    pub hash: Vec<(Text, Expression)>,
    pub span: Range<usize>,
}

/// An argument.
#[derive(Debug)]
pub(crate) enum Expression {
    Literal(Value),
    Path(Path),
    Call(Box<Call>),
}

/// `a.b`, `../a`, `@index`, `this`, or a literal that stands where a name does.
#[derive(Debug, Default)]
pub(crate) struct Path {
    /// `@`.
    pub data: bool,
    /// How many `../`.
    pub depth: usize,
    pub parts: Vec<Text>,
    /// As written, for comparing a block's two ends.
    pub original: Text,
}

// === impl Path ===

impl Path {
    /// Whether it names the current scope (`this.x`, `./x`) and so never a helper. Handlebars' own test, which also
    /// takes names that end in `this`.
    pub(crate) fn is_scoped(&self) -> bool {
        self.original.starts_with('.')
            || self.original.match_indices("this").any(|(at, word)| {
                let after = self.original.get(at + word.len()..).unwrap_or_default();
                !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            })
    }

    /// Whether it is one name that a helper may have.
    pub(crate) fn is_simple(&self) -> bool {
        self.parts.len() == 1 && !self.is_scoped() && self.depth == 0
    }
}
