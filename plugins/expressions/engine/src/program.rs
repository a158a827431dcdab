//! A template as it is rendered: everything that can be worked out before there is a request is.

use crate::{
    date::{Delta, Pattern},
    functions::Fake,
    json::Pointer,
    xpath::XPath,
};

/// A part of a template.
#[derive(Debug)]
pub(crate) enum Part {
    /// Text as it stands.
    Text(Box<str>),
    /// What stands between `{{` and `}}`.
    Expression(Expression),
}

/// `a || b > put(c)`.
#[derive(Debug)]
pub(crate) struct Expression {
    /// The first that gives something is printed; the last one whatever it gives.
    pub(crate) alternatives: Box<[Operand]>,
    /// What is printed is put aside under these names.
    pub(crate) puts: Box<[Put]>,
}

/// `put(name)` behind a `>`, or `put(name, value)` there.
#[derive(Debug)]
pub(crate) struct Put {
    pub(crate) name: Argument,
    /// Absent: what stands before the `>`.
    pub(crate) value: Option<Argument>,
}

/// One alternative.
#[derive(Debug)]
pub(crate) enum Operand {
    /// A quoted text, or a number.
    Literal(Box<str>),
    /// A value that was put aside, or a member of one that is JSON.
    Variable { name: Box<str>, path: Option<Pointer> },
    /// `request.`
    Request(Reference),
    /// `response.`
    Response(Reference),
    /// A function.
    Call(Call),
}

/// A part of a request or of a response.
#[derive(Debug)]
pub(crate) enum Reference {
    /// `body`, and what is looked up in it.
    Body(Option<Box<Query>>),
    /// `path[i]`; absent: all of it.
    Path(Option<usize>),
    /// `params[name]`; absent: all of them.
    Params(Option<Box<str>>),
    /// `headers[name]` with the name in lower case; absent: all of them.
    Headers(Option<Box<str>>),
    /// `status`, which a response has.
    Status,
    /// A property that there is not.
    Nothing,
}

/// What is looked up in a body: which of the two it is, only the body tells.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) pointer: Pointer,
    /// Absent: it is no XPath.
    pub(crate) xpath: Option<XPath>,
}

/// A function and its arguments.
#[derive(Debug)]
pub(crate) enum Call {
    /// Prints nothing: an unknown function, or one without the arguments that it can't do without.
    Nothing,
    /// Milliseconds since 1970.
    Millis,
    /// A date.
    Now {
        pattern: DatePattern,
        delta: Option<DateDelta>,
    },
    Uuid,
    /// Bounds as `randomInt` takes them.
    RandomInt(Box<[Argument]>),
    /// A length.
    RandomString(Option<Argument>),
    RandomBoolean,
    /// One of these.
    RandomValue(Box<[Argument]>),
    Fake(Fake),
    /// Prints nothing, and puts a value aside.
    Put(Box<Put>),
}

/// The pattern of a date.
#[derive(Debug)]
pub(crate) enum DatePattern {
    Known(Pattern),
    /// Known only when it is rendered.
    Made(Argument),
}

/// What is added to a date.
#[derive(Debug)]
pub(crate) enum DateDelta {
    Known(Delta),
    /// Known only when it is rendered.
    Made(Argument),
}

/// An argument of a function.
#[derive(Debug)]
pub(crate) enum Argument {
    Text(Box<str>),
    /// A call, or a part of the request or of the response.
    Operand(Box<Operand>),
}
