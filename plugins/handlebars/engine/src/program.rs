//! What a template is compiled to: a tree whose helpers are function pointers, whose literals are values and whose
//! paths know what they start from, so that rendering looks nothing up by name but members.

use crate::{
    helpers::Helper,
    value::{Text, Value},
};

/// A sequence of nodes: a template, or one arm of a block.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub nodes: Vec<Node>,
    /// `{{#*inline}}`s, which hold in the whole program wherever they stand in it.
    pub inlines: Vec<Inline>,
    /// How many names `as |a b|` declares.
    pub params: usize,
}

#[derive(Debug)]
pub(crate) enum Node {
    Text(Text),
    Emit {
        value: Expression,
        escaped: bool,
    },
    Block(Box<Block>),
    /// A block whose head is no helper: its value decides, by Handlebars' `blockHelperMissing`.
    ValueBlock(Box<ValueBlock>),
    Partial(Box<PartialCall>),
}

#[derive(Debug)]
pub(crate) enum Expression {
    Literal(Value),
    Path(Path),
    Call(Box<Call>),
}

/// A helper with its arguments.
#[derive(Debug)]
pub(crate) struct Call {
    pub helper: Helper,
    /// The line of the template that it stands in, from 1.
    pub line: u32,
    pub params: Vec<Expression>,
    /// In the order in which they are evaluated and enumerated: the reverse of how they are written.
    pub hash: Vec<(Text, Expression)>,
}

/// Where a path starts and what it walks.
#[derive(Debug)]
pub(crate) struct Path {
    pub start: Start,
    pub names: Vec<Text>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    /// `this`, or as many levels up.
    Context { up: usize },
    /// `@`, or as many frames up.
    Data { up: usize },
    /// A block parameter: how many declaring blocks up, and which of its names.
    Param { up: usize, index: usize },
}

/// A helper's arms.
#[derive(Debug)]
pub(crate) struct Block {
    pub call: Call,
    pub program: Option<Program>,
    pub inverse: Option<Program>,
}

#[derive(Debug)]
pub(crate) struct ValueBlock {
    pub value: Expression,
    pub program: Option<Program>,
    pub inverse: Option<Program>,
}

#[derive(Debug)]
pub(crate) struct Inline {
    pub name: Expression,
    pub program: Program,
}

#[derive(Debug)]
pub(crate) struct PartialCall {
    pub name: Expression,
    pub context: Option<Expression>,
    pub hash: Vec<(Text, Expression)>,
    /// `{{#> name}}...{{/name}}`: what `@partial-block` is there, and what stands in for a partial that is not.
    pub block: Option<Program>,
    pub indent: Text,
}
