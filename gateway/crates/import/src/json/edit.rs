//! Changes to JSON; what stays, and what is moved, keeps its place.

use std::{ops::Range, sync::Arc};

use super::{Member, Node, Value};

impl Node {
    /// A string that stands for something written elsewhere.
    pub(crate) fn string(text: impl Into<Arc<str>>, span: Range<usize>) -> Self {
        Self { value: Value::String(text.into()), span }
    }

    /// What JavaScript takes for true.
    pub(crate) fn is_truthy(&self) -> bool {
        match &self.value {
            Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::String(text) => !text.is_empty(),
            Value::Array(_) | Value::Object(_) => true,
        }
    }

    /// A member of an object. Absent: it has no such member, or is no object.
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        let Value::Object(members) = &mut self.value else { return None };
        members.iter_mut().rev().find(|member| member.name == name).map(|member| &mut member.node)
    }

    /// The elements of an array; none of what is no array.
    pub(crate) fn elements_mut(&mut self) -> &mut [Self] {
        match &mut self.value {
            Value::Array(elements) => elements,
            _ => &mut [],
        }
    }

    /// Gives an object a member, instead of the one of this name that it may have. What is no object stays.
    pub(crate) fn set(&mut self, name: &'static str, node: Self) {
        self.remove(name);
        if let Value::Object(members) = &mut self.value {
            members.push(Member { name: name.into(), span: node.span.clone(), node });
        }
    }

    /// Takes a member away. Absent: there was none.
    pub(crate) fn remove(&mut self, name: &str) -> Option<Self> {
        let Value::Object(members) = &mut self.value else { return None };
        members.extract_if(.., |member| member.name == name).last().map(|member| member.node)
    }

    /// Whether an object has a member that is there and not `null`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|node| node.value != Value::Null)
    }
}
