//! Scripts as trees.

use std::{ops::Range, sync::Arc};

use rust_decimal::Decimal;

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    pub(crate) kind: Box<ExpressionKind>,
    pub(crate) span: Range<usize>,
}

#[derive(Debug, Clone)]
pub(crate) enum ExpressionKind {
    Null,
    Bool(bool),
    Int(i64),
    Decimal(Decimal),
    Double(f64),
    Text(Arc<str>),
    Template(Vec<Part>),
    Pattern {
        pattern: Arc<str>,
        flags: Arc<str>,
    },
    List(Vec<Expression>),
    Map(Vec<(Expression, Expression)>),
    Range {
        from: Expression,
        to: Expression,
        exclusive: bool,
    },
    Name(Arc<str>),
    /// `object.name`, `object?.name`, `list*.name`.
    Member {
        object: Expression,
        name: Arc<str>,
        access: Access,
    },
    Index {
        object: Expression,
        index: Expression,
    },
    /// A function that a value is.
    Call {
        callee: Expression,
        arguments: Vec<Expression>,
    },
    Method {
        object: Expression,
        name: Arc<str>,
        arguments: Vec<Expression>,
        access: Access,
    },
    New {
        class: Arc<str>,
        arguments: Vec<Expression>,
    },
    Unary {
        operator: Unary,
        operand: Expression,
    },
    Binary {
        operator: Binary,
        left: Expression,
        right: Expression,
    },
    And(Expression, Expression),
    Or(Expression, Expression),
    /// `a ?: b`
    Elvis(Expression, Expression),
    /// `a ?? b`
    Coalesce(Expression, Expression),
    Conditional {
        condition: Expression,
        then: Expression,
        otherwise: Expression,
    },
    /// `a = b`, `a += b`.
    Assign {
        target: Expression,
        operator: Option<Binary>,
        value: Expression,
    },
    /// `a++`, `--a`: by 1 or -1; whether the new value is meant.
    Step {
        target: Expression,
        by: i64,
        new: bool,
    },
    Function(Arc<Function>),
    /// `value as Type`
    Cast {
        value: Expression,
        class: Arc<str>,
    },
}

/// How a member is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Plain,
    /// `?.`: of `null` it is `null`.
    Safe,
    /// `*.`: of each element.
    Spread,
}

#[derive(Debug, Clone)]
pub(crate) enum Part {
    Text(Arc<str>),
    Expression(Expression),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unary {
    Not,
    Minus,
    Plus,
    TypeOf,
    /// `~text`: a text read as a pattern.
    Pattern,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Equal,
    NotEqual,
    StrictEqual,
    StrictNotEqual,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    Compare,
    /// `=~`
    Finds,
    /// `==~`
    Matches,
    In,
    InstanceOf,
    /// `list << value`
    Append,
}

/// A function, a closure.
#[derive(Debug)]
pub(crate) struct Function {
    /// With their defaults.
    pub(crate) parameters: Vec<(Arc<str>, Option<Expression>)>,
    /// Whether its only argument is `it`.
    pub(crate) implicit: bool,
    pub(crate) body: Vec<Statement>,
}

/// A statement and where it begins.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) kind: StatementKind,
    pub(crate) span: Range<usize>,
}

#[derive(Debug, Clone)]
pub(crate) enum StatementKind {
    Expression(Expression),
    Declare(Vec<(Arc<str>, Option<Expression>)>),
    If {
        condition: Expression,
        then: Box<Statement>,
        otherwise: Option<Box<Statement>>,
    },
    ForEach {
        name: Arc<str>,
        keys: bool,
        of: Expression,
        body: Box<Statement>,
    },
    For {
        first: Option<Box<Statement>>,
        condition: Option<Expression>,
        next: Vec<Expression>,
        body: Box<Statement>,
    },
    While {
        condition: Expression,
        body: Box<Statement>,
    },
    Return(Option<Expression>),
    Break,
    Continue,
    Block(Vec<Statement>),
    /// Absent: `default`.
    Switch {
        subject: Expression,
        cases: Vec<(Option<Expression>, Vec<Statement>)>,
    },
    Function {
        name: Arc<str>,
        function: Arc<Function>,
    },
    Throw(Expression),
    Try {
        body: Vec<Statement>,
        name: Option<Arc<str>>,
        catch: Option<Vec<Statement>>,
        finally: Vec<Statement>,
    },
}
