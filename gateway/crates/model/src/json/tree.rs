//! Arrays and objects that share structure: shared vectors while small, persistent trees from [`SMALL_MAX`] entries on.

use std::sync::Arc;

use super::Json;

/// Entries up to which copying the whole is quicker than a tree and takes less memory (a tree's node holds 64).
pub const SMALL_MAX: usize = 32;

/// A JSON array.
#[derive(Debug, Clone)]
pub struct Array(Elements);

#[derive(Debug, Clone)]
enum Elements {
    Small(Arc<Vec<Json>>),
    Large(Box<imbl::Vector<Json>>),
}

/// A JSON object whose members keep the order in which they came.
#[derive(Debug, Clone)]
pub struct Object(Members);

pub(super) type Member = (Arc<str>, Json);

#[derive(Debug, Clone)]
enum Members {
    /// Names and values lie side by side: whoever looks a member up reads one piece of memory.
    Small(Arc<[Member]>),
    Large(Box<Indexed>),
}

/// Members by the order in which they came, and where each name is.
#[derive(Debug, Clone, Default)]
struct Indexed {
    members: imbl::OrdMap<u64, Member>,
    places: imbl::HashMap<Arc<str>, u64>,
    next: u64,
}

// === impl Array ===

impl Default for Array {
    fn default() -> Self {
        Self(Elements::Small(Arc::default()))
    }
}

impl Array {
    /// How many elements there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Elements::Small(elements) => elements.len(),
            Elements::Large(elements) => elements.len(),
        }
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at an index.
    pub fn get(&self, at: usize) -> Option<&Json> {
        match &self.0 {
            Elements::Small(elements) => elements.get(at),
            Elements::Large(elements) => elements.get(at),
        }
    }

    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &Json> {
        let (small, large) = match &self.0 {
            Elements::Small(elements) => (Some(elements.iter()), None),
            Elements::Large(elements) => (None, Some(elements.iter())),
        };
        small.into_iter().flatten().chain(large.into_iter().flatten())
    }

    /// Appends an element. The cost does not grow with the array.
    pub fn push(&mut self, value: Json) {
        match &mut self.0 {
            Elements::Small(elements) if elements.len() < SMALL_MAX => Arc::make_mut(elements).push(value),
            Elements::Small(elements) => {
                let mut tree: imbl::Vector<Json> = elements.iter().cloned().collect();
                tree.push_back(value);
                self.0 = Elements::Large(Box::new(tree));
            }
            Elements::Large(elements) => elements.push_back(value),
        }
    }

    /// The element at an index, to be changed; the index behind the last one appends a `null`.
    pub(super) fn slot(&mut self, at: usize) -> Option<&mut Json> {
        if at == self.len() {
            self.push(Json::Null);
        }
        match &mut self.0 {
            Elements::Small(elements) => Arc::make_mut(elements).get_mut(at),
            Elements::Large(elements) => elements.get_mut(at),
        }
    }

    /// Removes the element at an index.
    pub(super) fn remove(&mut self, at: usize) -> Option<Json> {
        if at >= self.len() {
            return None;
        }
        match &mut self.0 {
            Elements::Small(elements) => Some(Arc::make_mut(elements).remove(at)),
            Elements::Large(elements) => Some(elements.remove(at)),
        }
    }
}

impl PartialEq for Array {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl FromIterator<Json> for Array {
    fn from_iter<I: IntoIterator<Item = Json>>(values: I) -> Self {
        let mut array = Self::default();
        values.into_iter().for_each(|value| array.push(value));
        array
    }
}

// === impl Object ===

impl Default for Object {
    fn default() -> Self {
        Self(Members::Small(Arc::default()))
    }
}

impl Object {
    /// How many members there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Members::Small(members) => members.len(),
            Members::Large(indexed) => indexed.members.len(),
        }
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The member of a name.
    pub fn get(&self, name: &str) -> Option<&Json> {
        match &self.0 {
            Members::Small(members) => members.iter().find(|(key, _)| &**key == name).map(|(_, value)| value),
            Members::Large(indexed) => {
                let place = indexed.places.get(name)?;
                indexed.members.get(place).map(|(_, value)| value)
            }
        }
    }

    /// The members side by side. Absent: they are too many.
    pub(super) fn as_slice(&self) -> Option<&[Member]> {
        match &self.0 {
            Members::Small(members) => Some(members),
            Members::Large(_) => None,
        }
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Json)> {
        let (small, large) = match &self.0 {
            Members::Small(members) => (Some(members.iter()), None),
            Members::Large(indexed) => (None, Some(indexed.members.values())),
        };
        let members = small.into_iter().flatten().chain(large.into_iter().flatten());
        members.map(|(key, value)| (key, value))
    }

    /// Puts a member, at its place if there is one of its name, and returns what was there.
    pub fn insert(&mut self, name: &str, value: Json) -> Option<Json> {
        let before = self.get(name).is_some();
        let old = std::mem::replace(self.slot(name), value);
        before.then_some(old)
    }

    /// The member of a name, to be changed; a missing one is created as `null`.
    pub(super) fn slot(&mut self, name: &str) -> &mut Json {
        if matches!(&self.0, Members::Small(members) if members.len() >= SMALL_MAX && self.get(name).is_none()) {
            self.grow();
        }
        match &mut self.0 {
            Members::Small(members) => small_slot(members, name),
            Members::Large(indexed) => indexed.slot(name),
        }
    }

    /// Removes the member of a name.
    pub(super) fn remove(&mut self, name: &str) -> Option<Json> {
        match &mut self.0 {
            Members::Small(members) => {
                let at = members.iter().position(|(key, _)| &**key == name)?;
                let mut left = members.to_vec();
                let (_, removed) = left.remove(at);
                *members = left.into();
                Some(removed)
            }
            Members::Large(indexed) => {
                let place = indexed.places.remove(name)?;
                indexed.members.remove(&place).map(|(_, value)| value)
            }
        }
    }

    fn grow(&mut self) {
        if let Members::Small(members) = &self.0 {
            let mut indexed = Indexed::default();
            for (key, value) in members.iter() {
                *indexed.slot(key) = value.clone();
            }
            self.0 = Members::Large(Box::new(indexed));
        }
    }
}

impl FromIterator<(Arc<str>, Json)> for Object {
    /// Of two members with one name, the last value counts, at the first one's place.
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Json)>>(members: I) -> Self {
        let mut members = members.into_iter();
        let mut small: Vec<Member> = Vec::new();
        while small.len() <= SMALL_MAX {
            let Some((name, value)) = members.next() else {
                return Self(Members::Small(small.into()));
            };
            match small.iter_mut().find(|(key, _)| *key == name) {
                Some((_, earlier)) => *earlier = value,
                None => small.push((name, value)),
            }
        }
        let mut indexed = Indexed::default();
        for (name, value) in small.into_iter().chain(members) {
            *indexed.slot(&name) = value;
        }
        Self(Members::Large(Box::new(indexed)))
    }
}

fn small_slot<'a>(members: &'a mut Arc<[Member]>, name: &str) -> &'a mut Json {
    let at = members.iter().position(|(key, _)| &**key == name).unwrap_or_else(|| {
        *members = members.iter().cloned().chain([(name.into(), Json::Null)]).collect();
        members.len() - 1
    });
    #[expect(clippy::indexing_slicing, reason = "`at` was found or added in the lines above")]
    &mut Arc::make_mut(members)[at].1
}

impl PartialEq for Object {
    /// Two objects are equal when they have the same members, in any order (RFC 8259 section 4).
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

// === impl Indexed ===

impl Indexed {
    fn slot(&mut self, name: &str) -> &mut Json {
        let place = match self.places.get(name) {
            Some(place) => *place,
            None => {
                self.places.insert(name.into(), self.next);
                self.next += 1;
                self.next - 1
            }
        };
        &mut self.members.entry(place).or_insert_with(|| (name.into(), Json::Null)).1
    }
}
