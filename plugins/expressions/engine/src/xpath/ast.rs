//! Expressions of XPath, parsed.

/// An expression.
#[derive(Debug)]
pub(super) enum Expr {
    Or(Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    Compute(Operator, Box<Expr>, Box<Expr>),
    Negate(Box<Expr>),
    Union(Box<Expr>, Box<Expr>),
    Number(f64),
    Text(Box<str>),
    Call(Function, Box<[Expr]>),
    /// Steps from the document, or from where the expression stands.
    Path {
        is_absolute: bool,
        steps: Box<[Step]>,
    },
    /// Steps from what an expression gives, of which predicates choose.
    From {
        start: Box<Expr>,
        predicates: Box<[Expr]>,
        steps: Box<[Step]>,
    },
}

/// `=`, `!=` and those that compare numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// `axis::test[predicate]`.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) axis: Axis,
    pub(super) test: Test,
    pub(super) predicates: Box<[Expr]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Ancestor,
    AncestorOrSelf,
    Attribute,
    Child,
    Descendant,
    DescendantOrSelf,
    Following,
    FollowingSibling,
    Parent,
    Preceding,
    PrecedingSibling,
    Itself,
}

/// Which nodes of an axis are meant.
#[derive(Debug)]
pub(super) enum Test {
    /// `*`
    Any,
    Name(Box<str>),
    /// `node()`
    Node,
    /// `text()`
    Text,
    /// `comment()`
    Comment,
    /// `processing-instruction()`, of a name where one is given.
    Instruction(Option<Box<str>>),
}

/// The functions of XPath's core library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Boolean,
    Ceiling,
    Concat,
    Contains,
    Count,
    False,
    Floor,
    Id,
    Lang,
    Last,
    LocalName,
    Name,
    NamespaceUri,
    NormalizeSpace,
    Not,
    Number,
    Position,
    Round,
    StartsWith,
    String,
    StringLength,
    Substring,
    SubstringAfter,
    SubstringBefore,
    Sum,
    Translate,
    True,
}

// === impl Step ===

impl Step {
    /// What `//` stands for.
    pub(super) fn anywhere() -> Self {
        Self { axis: Axis::DescendantOrSelf, test: Test::Node, predicates: [].into() }
    }
}

// === impl Axis ===

impl Axis {
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "ancestor" => Self::Ancestor,
            "ancestor-or-self" => Self::AncestorOrSelf,
            "attribute" => Self::Attribute,
            "child" => Self::Child,
            "descendant" => Self::Descendant,
            "descendant-or-self" => Self::DescendantOrSelf,
            "following" => Self::Following,
            "following-sibling" => Self::FollowingSibling,
            "parent" => Self::Parent,
            "preceding" => Self::Preceding,
            "preceding-sibling" => Self::PrecedingSibling,
            "self" => Self::Itself,
            _ => return None,
        })
    }
}

// === impl Function ===

impl Function {
    /// The function of a name, where it takes so many arguments.
    pub(super) fn by_name(name: &str, arguments: usize) -> Option<Self> {
        let (function, least, most) = match name {
            "boolean" => (Self::Boolean, 1, 1),
            "ceiling" => (Self::Ceiling, 1, 1),
            "concat" => (Self::Concat, 2, usize::MAX),
            "contains" => (Self::Contains, 2, 2),
            "count" => (Self::Count, 1, 1),
            "false" => (Self::False, 0, 0),
            "floor" => (Self::Floor, 1, 1),
            "id" => (Self::Id, 1, 1),
            "lang" => (Self::Lang, 1, 1),
            "last" => (Self::Last, 0, 0),
            "local-name" => (Self::LocalName, 0, 1),
            "name" => (Self::Name, 0, 1),
            "namespace-uri" => (Self::NamespaceUri, 0, 1),
            "normalize-space" => (Self::NormalizeSpace, 0, 1),
            "not" => (Self::Not, 1, 1),
            "number" => (Self::Number, 0, 1),
            "position" => (Self::Position, 0, 0),
            "round" => (Self::Round, 1, 1),
            "starts-with" => (Self::StartsWith, 2, 2),
            "string" => (Self::String, 0, 1),
            "string-length" => (Self::StringLength, 0, 1),
            "substring" => (Self::Substring, 2, 3),
            "substring-after" => (Self::SubstringAfter, 2, 2),
            "substring-before" => (Self::SubstringBefore, 2, 2),
            "sum" => (Self::Sum, 1, 1),
            "translate" => (Self::Translate, 3, 3),
            "true" => (Self::True, 0, 0),
            _ => return None,
        };
        (least..=most).contains(&arguments).then_some(function)
    }
}
