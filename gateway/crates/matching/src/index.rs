//! The index: all paths of a table, arranged so that a lookup's cost depends on the request's path and not on the number
//! of routes. Paths without parameters are in a hash map; the others are in a tree, a level per segment.
//!
//! Document order decides among all that match. So the map's entry for a literal path also lists every other pattern that
//! matches this path, worked out once when the table is built: a hit needs no look into the tree. In the tree, each node
//! knows the first alternative below it, and what can't come before the best one found so far is not walked.

use rustc_hash::FxHashMap;

use crate::{
    methods::MethodSet,
    pattern::{Segment, Shape},
    tokens::{Token, spans},
};

/// One alternative of a route's path, where a lookup meets it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaf {
    /// Its place among all alternatives of the table: the smallest that matches wins.
    pub(crate) order: usize,
    /// What its route takes.
    pub(crate) methods: MethodSet,
}

/// All alternatives of a table.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// By whole path: all that match it, in order.
    literals: FxHashMap<Box<[u8]>, Vec<Leaf>>,
    tree: Node,
}

/// What is left to match after the segments that lead here.
#[derive(Debug)]
struct Node {
    /// The smallest order here and below.
    first: usize,
    /// Patterns that end here.
    ends: Vec<Leaf>,
    /// Patterns that take all the rest; whether it may be the empty segment.
    rests: Vec<(Leaf, bool)>,
    /// Patterns that only the general matcher can decide: over the whole path.
    odd: Vec<(Leaf, Box<[Token]>)>,
    literals: FxHashMap<Box<[u8]>, Node>,
    param: Option<Box<Node>>,
    mixed: Vec<(Box<[Token]>, Node)>,
}

// === impl Index ===

impl Index {
    /// Arranges alternatives, given in their order.
    pub(crate) fn build<'a>(alternatives: impl Iterator<Item = (&'a Shape, MethodSet)>) -> Self {
        let mut index = Self::default();
        for (order, (shape, methods)) in alternatives.enumerate() {
            let leaf = Leaf { order, methods };
            match shape {
                Shape::Literal(path) => index.literals.entry(path.clone()).or_default().push(leaf),
                Shape::Segments(segments) => index.tree.insert(segments, leaf),
                Shape::Odd { prefix, tokens } => index.tree.insert_odd(prefix, tokens, leaf),
            }
        }
        let Self { literals, tree } = &mut index;
        for (path, leaves) in literals {
            tree.every(path, |leaf| leaves.push(leaf));
            leaves.sort_by_key(|leaf| leaf.order);
        }
        index
    }

    /// The first alternative that matches a path and whose methods are as wanted.
    pub(crate) fn first(&self, path: &[u8], wanted: impl Fn(MethodSet) -> bool) -> Option<usize> {
        if let Some(leaves) = self.literals.get(path) {
            return leaves.iter().find(|leaf| wanted(leaf.methods)).map(|leaf| leaf.order);
        }
        let mut best = usize::MAX;
        self.tree.walk(path, first_segment(path), &mut best, &mut |leaf, best| {
            if wanted(leaf.methods) {
                *best = leaf.order.min(*best);
            }
        });
        (best != usize::MAX).then_some(best)
    }

    /// All methods that a path takes.
    pub(crate) fn methods(&self, path: &[u8]) -> MethodSet {
        let mut all = MethodSet::default();
        match self.literals.get(path) {
            Some(leaves) => leaves.iter().for_each(|leaf| all = all.with(leaf.methods)),
            None => self.tree.every(path, |leaf| all = all.with(leaf.methods)),
        }
        all
    }
}

/// Where a path's first segment begins: behind its slash. Absent: it has none.
fn first_segment(path: &[u8]) -> Option<usize> {
    path.starts_with(b"/").then_some(1)
}

// === impl Node ===

impl Default for Node {
    fn default() -> Self {
        Self {
            first: usize::MAX,
            ends: vec![],
            rests: vec![],
            odd: vec![],
            literals: FxHashMap::default(),
            param: None,
            mixed: vec![],
        }
    }
}

impl Node {
    fn insert(&mut self, segments: &[Segment], leaf: Leaf) {
        self.first = self.first.min(leaf.order);
        let Some((segment, below)) = segments.split_first() else { return self.ends.push(leaf) };
        match segment {
            Segment::Literal(text) => self.literals.entry(text.clone()).or_default().insert(below, leaf),
            Segment::Param(_) => self.param.get_or_insert_default().insert(below, leaf),
            Segment::Mixed(tokens) => match self.mixed.iter_mut().find(|(known, _)| same_form(known, tokens)) {
                Some((_, node)) => node.insert(below, leaf),
                None => {
                    let mut node = Self::default();
                    node.insert(below, leaf);
                    self.mixed.push((tokens.clone(), node));
                }
            },
            Segment::Rest { may_be_empty, .. } => self.rests.push((leaf, *may_be_empty)),
        }
    }

    fn insert_odd(&mut self, prefix: &[Box<[u8]>], tokens: &[Token], leaf: Leaf) {
        self.first = self.first.min(leaf.order);
        match prefix.split_first() {
            Some((text, below)) => self.literals.entry(text.clone()).or_default().insert_odd(below, tokens, leaf),
            None => self.odd.push((leaf, tokens.into())),
        }
    }

    /// Calls `meet` with every leaf that matches a path.
    fn every(&self, path: &[u8], mut meet: impl FnMut(Leaf)) {
        let mut no_bound = usize::MAX;
        self.walk(path, first_segment(path), &mut no_bound, &mut |leaf, _| meet(leaf));
    }

    /// Calls `meet` with every leaf that matches a path from the segment at `at` on (absent: the path is at its end),
    /// except those that can't come before `best`, which `meet` may lower.
    fn walk(&self, path: &[u8], at: Option<usize>, best: &mut usize, meet: &mut impl FnMut(Leaf, &mut usize)) {
        if self.first >= *best {
            return;
        }
        for (leaf, tokens) in &self.odd {
            if leaf.order < *best && spans(tokens, path).is_some() {
                meet(*leaf, best);
            }
        }
        let Some((at, rest)) = at.and_then(|at| Some((at, path.get(at..)?))) else {
            return self.ends.iter().for_each(|leaf| meet(*leaf, best));
        };
        for (leaf, may_be_empty) in &self.rests {
            if *may_be_empty || !rest.is_empty() {
                meet(*leaf, best);
            }
        }
        let slash = memchr::memchr(b'/', rest);
        let next = slash.map(|slash| at + slash + 1);
        let segment = slash.and_then(|slash| rest.get(..slash)).unwrap_or(rest);
        if let Some(node) = self.literals.get(segment) {
            node.walk(path, next, best, meet);
        }
        if let Some(node) = self.param.as_ref().filter(|_| !segment.is_empty()) {
            node.walk(path, next, best, meet);
        }
        for (tokens, node) in &self.mixed {
            if node.first < *best && spans(tokens, segment).is_some() {
                node.walk(path, next, best, meet);
            }
        }
    }
}

/// Whether two patterns match the same texts whatever their parameters are called.
pub(crate) fn same_form(a: &[Token], b: &[Token]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|pair| match pair {
            (Token::Text(a), Token::Text(b)) => a == b,
            (Token::Param { avoid: a, .. }, Token::Param { avoid: b, .. }) => a == b,
            (Token::Wildcard { may_be_empty: a, .. }, Token::Wildcard { may_be_empty: b, .. }) => a == b,
            _ => false,
        })
}
