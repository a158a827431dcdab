//! Where a name is looked up: contexts for `this` and `../`, frames for `@x`, block parameters, inline partials.
//!
//! All four are chains that live on the stack of the render that opened them, innermost first. A frame is the only
//! thing that changes after it was opened.

use std::cell::{Cell, RefCell};

use smallvec::SmallVec;

use crate::{
    program::{Inline, Program},
    value::{Text, Value},
};

/// Everything that an expression can name.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    pub context: &'s Context<'s>,
    pub frame: &'s Frame<'s>,
    pub params: Option<&'s Params<'s>>,
    pub partials: Option<&'s Partials<'s>>,
}

/// A context and those around it: `../` goes up.
pub(crate) struct Context<'s> {
    pub value: Value,
    pub up: Option<&'s Context<'s>>,
}

/// What `as |a b|` names.
pub(crate) struct Params<'s> {
    pub values: SmallVec<[Value; 2]>,
    pub up: Option<&'s Params<'s>>,
}

/// Partials that can be named here, the innermost first.
pub(crate) struct Partials<'s> {
    pub known: Known<'s>,
    /// The scope that they were written in: their `../` and block parameters are that one's.
    pub home: Option<Scope<'s>>,
    pub up: Option<&'s Partials<'s>>,
}

pub(crate) enum Known<'s> {
    /// A program's `{{#*inline}}`s, their names evaluated.
    Inlines { names: SmallVec<[Text; 2]>, inlines: &'s [Inline] },
    /// The content of `{{#> name}}`, which the partial calls `@partial-block`.
    Block(&'s Program),
}

/// `@` variables: those of a loop and those that `setVar` made.
pub(crate) struct Frame<'s> {
    /// Whose variables are seen through this frame.
    pub base: Option<&'s Frame<'s>>,
    /// What `@../` means here.
    pub outer: Option<&'s Frame<'s>>,
    pub pass: Pass,
    variables: RefCell<Vec<(Text, Value)>>,
}

/// The state of a loop.
#[derive(Default)]
pub(crate) struct Pass {
    pub kind: PassKind,
    pub index: Cell<usize>,
    pub last: Cell<bool>,
    /// `each`: the member's name or the index.
    pub key: RefCell<Value>,
    /// `repeat`: how many.
    pub total: f64,
}

#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum PassKind {
    #[default]
    None,
    Each,
    Repeat,
}

// === impl Context ===

impl<'s> Context<'s> {
    pub(crate) fn ancestor(&'s self, up: usize) -> Option<&'s Self> {
        let mut context = self;
        for _ in 0..up {
            context = context.up?;
        }
        Some(context)
    }
}

// === impl Params ===

impl<'s> Params<'s> {
    pub(crate) fn value(&'s self, up: usize, index: usize) -> Option<&'s Value> {
        let mut params = self;
        for _ in 0..up {
            params = params.up?;
        }
        params.values.get(index)
    }
}

// === impl Partials ===

impl<'s> Partials<'s> {
    pub(crate) fn find(&'s self, name: &str) -> Option<(&'s Program, &'s Self)> {
        let mut partials = Some(self);
        while let Some(candidate) = partials {
            if let Some(program) = candidate.known.find(name) {
                return Some((program, candidate));
            }
            partials = candidate.up;
        }
        None
    }
}

impl<'s> Known<'s> {
    fn find(&self, name: &str) -> Option<&'s Program> {
        match self {
            Self::Block(program) => (name == "@partial-block").then_some(program),
            // Of two with one name the later counts.
            Self::Inlines { names, inlines } => {
                let at = names.iter().rposition(|known| known == name)?;
                inlines.get(at).map(|inline| &inline.program)
            }
        }
    }
}

// === impl Frame ===

impl<'s> Frame<'s> {
    /// The frame of a template, which has none around it.
    pub(crate) fn root() -> Self {
        Self { base: None, outer: None, pass: Pass::default(), variables: RefCell::default() }
    }

    /// The frame of a loop. A `repeat` copies its parent where `each` opens a level: `@../` skips it.
    pub(crate) fn of_loop(parent: &'s Self, kind: PassKind, total: f64) -> Self {
        let outer = if kind == PassKind::Each { Some(parent) } else { parent.outer };
        let pass = Pass { kind, total, ..Pass::default() };
        Self { base: Some(parent), outer, pass, variables: RefCell::default() }
    }

    /// The frame of a partial that has a block.
    pub(crate) fn of_partial(parent: &'s Self) -> Self {
        Self { base: Some(parent), outer: Some(parent), pass: Pass::default(), variables: RefCell::default() }
    }

    pub(crate) fn outer(&'s self, up: usize) -> Option<&'s Self> {
        let mut frame = self;
        for _ in 0..up {
            frame = frame.outer?;
        }
        Some(frame)
    }

    /// The value of `@name`.
    pub(crate) fn get(&self, name: &str) -> Value {
        let mut frame = Some(self);
        while let Some(candidate) = frame {
            if let Some(value) = candidate.own(name) {
                return value;
            }
            frame = candidate.base;
        }
        Value::Undefined
    }

    fn own(&self, name: &str) -> Option<Value> {
        if let Some((_, value)) = self.variables.borrow().iter().find(|(known, _)| known == name) {
            return Some(value.clone());
        }
        match (self.pass.kind, name) {
            (PassKind::None, _) => None,
            (_, "index") => Some(Value::Number(self.pass.index.get() as f64)),
            (_, "first") => Some(Value::Bool(self.pass.index.get() == 0)),
            (_, "last") => Some(Value::Bool(self.pass.last.get())),
            (PassKind::Each, "key") => Some(self.pass.key.borrow().clone()),
            (PassKind::Repeat, "total") => Some(Value::Number(self.pass.total)),
            _ => None,
        }
    }

    /// Sets a variable of this frame.
    pub(crate) fn set(&self, name: Text, value: Value) {
        let mut variables = self.variables.borrow_mut();
        match variables.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => variables.push((name, value)),
        }
    }

    /// Begins a loop's next pass, which sets its variables anew.
    pub(crate) fn begin_pass(&self, index: usize, last: bool, key: Value) {
        self.pass.index.set(index);
        self.pass.last.set(last);
        *self.pass.key.borrow_mut() = key;
        let mut variables = self.variables.borrow_mut();
        if !variables.is_empty() {
            let own = if self.pass.kind == PassKind::Each { "key" } else { "total" };
            variables.retain(|(name, _)| *name != *own && !matches!(name.as_str(), "index" | "first" | "last"));
        }
    }
}
