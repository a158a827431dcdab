//! A member's place, remembered from object to object.

use std::sync::Arc;

use super::{Json, Object, tree::Member};

/// Finds the member of one name in object after object. A list's items mostly have the same members in the same order, and
/// those that were read from one document share their names: then the place says it all, no text is compared.
#[derive(Debug, Clone)]
pub struct Lookup {
    name: Box<str>,
    /// Where it was found last, and the very text that is its name there.
    last: Option<(usize, Arc<str>)>,
}

// === impl Lookup ===

impl Lookup {
    /// Of a name.
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), last: None }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The member of the name. Absent: the object has none.
    #[inline]
    pub fn find<'a>(&mut self, object: &'a Object) -> Option<&'a Json> {
        let Some(members) = object.as_slice() else { return object.get(&self.name) };
        match self.at_last_place(members) {
            Some(value) => Some(value),
            None => self.anywhere(members),
        }
    }

    #[inline]
    fn at_last_place<'a>(&self, members: &'a [Member]) -> Option<&'a Json> {
        let (at, last) = self.last.as_ref()?;
        let (name, value) = members.get(*at)?;
        (Arc::ptr_eq(name, last) || **name == *self.name).then_some(value)
    }

    fn anywhere<'a>(&mut self, members: &'a [Member]) -> Option<&'a Json> {
        let at = members.iter().position(|(name, _)| **name == *self.name)?;
        let (name, value) = members.get(at)?;
        self.last = Some((at, Arc::clone(name)));
        Some(value)
    }
}
