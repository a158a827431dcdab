//! A list of named things in the order of their first appearance, found by name however many there are.

use std::collections::HashMap;

use crate::Text;

/// Names up to which a linear search beats an index.
const FEW: usize = 16;

pub(super) struct Ordered<T> {
    list: Vec<(Text, T)>,
    /// The place of each name, once there are more than a few.
    places: HashMap<Text, usize>,
}

// === impl Ordered ===

impl<T> Ordered<T> {
    pub(super) fn new() -> Self {
        Self { list: Vec::new(), places: HashMap::new() }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        let at = self.place(name)?;
        self.list.get_mut(at).map(|(_, thing)| thing)
    }

    /// The thing of a name, made where there is none yet.
    pub(super) fn entry(&mut self, name: Text, make: impl FnOnce() -> T) -> Option<&mut T> {
        let at = match self.place(&name) {
            Some(at) => at,
            None => self.push(name, make()),
        };
        self.list.get_mut(at).map(|(_, thing)| thing)
    }

    pub(super) fn into_list(self) -> Vec<(Text, T)> {
        self.list
    }

    fn place(&self, name: &str) -> Option<usize> {
        if self.places.is_empty() {
            return self.list.iter().position(|(known, _)| known == name);
        }
        self.places.get(name).copied()
    }

    fn push(&mut self, name: Text, thing: T) -> usize {
        let at = self.list.len();
        if !self.places.is_empty() {
            self.places.insert(name.clone(), at);
        }
        self.list.push((name, thing));
        if self.places.is_empty() && self.list.len() > FEW {
            self.places = self.list.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
        }
        at
    }
}
