//! Mockoon's helpers and, in `response`, Ringback's own; a file for each group. A group is a table of names; a
//! template's names become function pointers when it is compiled.

mod array;
mod block;
mod codec;
mod data;
mod date;
mod fake;
mod jwt;
mod logic;
mod math;
mod object;
mod path;
mod random;
mod request;
mod response;
mod sort;
mod system;
mod text;

use crate::{
    RenderError,
    program::Block,
    render::Rendering,
    scope::Scope,
    value::{Text, Value},
};

pub(crate) use block::each;

/// What a helper gives back: a value to print or to pass on, `Undefined` when it printed itself.
pub(crate) type Outcome = Result<Value, RenderError>;

/// How a helper runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Helper {
    /// From its arguments alone.
    Pure(fn(&Arguments<'_>) -> Outcome),
    /// With the request, the state, its blocks.
    Live(fn(&mut Rendering<'_>, &Arguments<'_>) -> Outcome),
}

/// A group's names.
type Table = &'static [(&'static str, Helper)];

const TABLES: [Table; 17] = [
    block::TABLE,
    request::TABLE,
    response::TABLE,
    data::TABLE,
    object::TABLE,
    array::TABLE,
    text::TABLE,
    math::TABLE,
    logic::TABLE,
    codec::TABLE,
    random::TABLE,
    date::TABLE,
    jwt::TABLE,
    system::TABLE,
    sort::TABLE,
    path::TABLE,
    fake::TABLE,
];

/// What an unknown name with arguments is: Mockoon's `helperMissing` prints nothing.
pub(crate) const MISSING: Helper = Helper::Pure(|_| Ok(Value::EMPTY));

/// The head of a block that is no helper: the empty string where it names nothing.
pub(crate) const OR_EMPTY: Helper = Helper::Pure(|arguments| {
    Ok(match arguments.first() {
        value if value.is_nullish() => Value::EMPTY,
        value => value.clone(),
    })
});

/// The helper of a name.
pub(crate) fn find(name: &str) -> Option<Helper> {
    TABLES.iter().flat_map(|table| table.iter()).find(|(known, _)| *known == name).map(|(_, helper)| *helper)
}

/// What a helper is called with.
pub(crate) struct Arguments<'a> {
    pub params: &'a [Value],
    /// Named arguments, in the order in which JavaScript enumerates them.
    pub hash: &'a [(Text, Value)],
    pub scope: Scope<'a>,
    /// The line of the template that the call stands in, from 1.
    pub line: u32,
    /// The arms, where the helper is a block's head.
    pub block: Option<&'a Block>,
}

// === impl Arguments ===

impl Arguments<'_> {
    /// An argument, `Undefined` where it was not given.
    pub(crate) fn get(&self, index: usize) -> &Value {
        self.params.get(index).unwrap_or(&Value::Undefined)
    }

    pub(crate) fn first(&self) -> &Value {
        self.get(0)
    }

    pub(crate) fn len(&self) -> usize {
        self.params.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.params.is_empty()
    }

    /// An argument with a safe string taken as a string.
    pub(crate) fn plain(&self, index: usize) -> Value {
        self.get(index).clone().unwrap_safe()
    }

    /// The default value of a lookup helper: the argument, or the empty string for `null` and for none.
    pub(crate) fn default_value(&self, index: usize) -> Value {
        match self.plain(index) {
            value if value.is_nullish() => Value::EMPTY,
            value => value,
        }
    }

    /// A named argument.
    pub(crate) fn named(&self, name: &str) -> Option<&Value> {
        self.hash.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::TABLES;

    #[test]
    fn no_name_is_in_two_tables() {
        let tables = TABLES.iter().flat_map(|table| table.iter()).map(|(name, _)| *name);
        let mut names: Vec<_> = tables.collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
