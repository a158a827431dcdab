//! The index: all paths of a table, arranged so that a lookup's cost depends on the request's path and not on the number
//! of routes. Paths without parameters are in a hash map; the others are in a tree, a level per segment, and those that
//! segments can't express are in automata at the nodes that they begin at.
//!
//! Document order decides among all that match. So the map's entry for a literal path also lists every other pattern that
//! matches this path, worked out once when the table is built: a hit needs no look into the tree. In the tree, each node
//! knows the first alternative below it, and what can't come before the best one found so far is not walked.

use ringback_model::environment::PathSyntax;
use rustc_hash::FxHashMap;

use crate::{
    automaton::Automaton,
    methods::MethodSet,
    pattern::{Segment, Shape},
    tokens::Token,
};

/// One alternative of a route's path, where a lookup meets it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaf {
    /// Its place among all alternatives of the table: the smallest that matches wins.
    pub(crate) order: usize,
    /// What its route takes.
    pub(crate) methods: MethodSet,
}

/// What is called with leaves that match, in order, and with the best one so far, which it may lower: a walk leaves out
/// what can't come before it.
pub(crate) trait Meet: FnMut(&[Leaf], &mut usize) {}

impl<F: FnMut(&[Leaf], &mut usize)> Meet for F {}

/// All alternatives of a table.
#[derive(Debug)]
pub(crate) struct Index {
    syntax: PathSyntax,
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
    /// Patterns that take all the rest: at least a byte in Express, perhaps none in a template.
    rests: Vec<Leaf>,
    /// Patterns that are read byte by byte from here on, from the slash before the next segment.
    odd: Option<Box<Automaton>>,
    literals: FxHashMap<Box<[u8]>, Node>,
    param: Option<Box<Node>>,
}

// === impl Index ===

impl Index {
    /// Arranges alternatives, given in their order.
    pub(crate) fn build<'a>(alternatives: impl Iterator<Item = (&'a Shape, MethodSet)>, syntax: PathSyntax) -> Self {
        let mut index = Self { syntax, literals: FxHashMap::default(), tree: Node::default() };
        for (order, (shape, methods)) in alternatives.enumerate() {
            let leaf = Leaf { order, methods };
            match shape {
                Shape::Literal(path) => index.insert_literal(path, leaf),
                Shape::Segments(segments) => index.tree.insert(segments, leaf),
                Shape::Odd { prefix, tail, tokens } => index.tree.insert_odd(prefix, tail, tokens, leaf),
            }
        }
        let Self { literals, tree, .. } = &mut index;
        for (path, leaves) in literals {
            tree.every(path, syntax, |leaf| leaves.push(leaf));
            leaves.sort_by_key(|leaf| leaf.order);
        }
        index
    }

    fn insert_literal(&mut self, path: &[u8], leaf: Leaf) {
        self.literals.entry(path.into()).or_default().push(leaf);
        if self.syntax == PathSyntax::Express && !path.ends_with(b"/") {
            self.literals.entry([path, b"/"].concat().into()).or_default().push(leaf);
        }
    }

    /// The first alternative that matches a path and whose methods are as wanted, of those from the order `from` on.
    pub(crate) fn first(&self, path: &[u8], from: usize, wanted: impl Fn(MethodSet) -> bool) -> Option<usize> {
        let mut best = usize::MAX;
        let mut meet = |leaves: &[Leaf], best: &mut usize| {
            let late = if from == 0 { 0 } else { leaves.partition_point(|leaf| leaf.order < from) };
            let mut better = leaves.iter().skip(late).take_while(|leaf| leaf.order < *best);
            if let Some(leaf) = better.find(|leaf| wanted(leaf.methods)) {
                *best = leaf.order;
            }
        };
        match self.literals.get(path) {
            Some(leaves) => meet(leaves, &mut best),
            None => self.tree.walk(path, first_segment(path), self.syntax, &mut best, &mut meet),
        }
        (best != usize::MAX).then_some(best)
    }

    /// All methods that a path takes.
    pub(crate) fn methods(&self, path: &[u8]) -> MethodSet {
        let mut all = MethodSet::default();
        match self.literals.get(path) {
            Some(leaves) => leaves.iter().for_each(|leaf| all = all.with(leaf.methods)),
            None => self.tree.every(path, self.syntax, |leaf| all = all.with(leaf.methods)),
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
        Self { first: usize::MAX, ends: vec![], rests: vec![], odd: None, literals: FxHashMap::default(), param: None }
    }
}

impl Node {
    fn insert(&mut self, segments: &[Segment], leaf: Leaf) {
        self.first = self.first.min(leaf.order);
        let Some((segment, below)) = segments.split_first() else { return self.ends.push(leaf) };
        match segment {
            Segment::Literal(text) => self.literals.entry(text.clone()).or_default().insert(below, leaf),
            Segment::Param(_) => self.param.get_or_insert_default().insert(below, leaf),
            Segment::Rest(_) => self.rests.push(leaf),
        }
    }

    fn insert_odd(&mut self, prefix: &[Box<[u8]>], tail: &[Token], whole: &[Token], leaf: Leaf) {
        self.first = self.first.min(leaf.order);
        match prefix.split_first() {
            Some((text, below)) => self.literals.entry(text.clone()).or_default().insert_odd(below, tail, whole, leaf),
            None => self.odd.get_or_insert_default().insert(tail, whole, leaf),
        }
    }

    /// Calls `meet` with every leaf that matches a path.
    fn every(&self, path: &[u8], syntax: PathSyntax, mut meet: impl FnMut(Leaf)) {
        let mut meet_all = |leaves: &[Leaf], _: &mut usize| leaves.iter().for_each(|leaf| meet(*leaf));
        let mut no_bound = usize::MAX;
        self.walk(path, first_segment(path), syntax, &mut no_bound, &mut meet_all);
    }

    /// Calls `meet` with the leaves that match a path from the segment at `at` on (absent: the path is at its end), except
    /// those that can't come before `best`.
    fn walk(&self, path: &[u8], at: Option<usize>, syntax: PathSyntax, best: &mut usize, meet: &mut impl Meet) {
        if self.first >= *best {
            return;
        }
        let Some((at, rest)) = at.and_then(|at| Some((at, path.get(at..)?))) else {
            return meet(&self.ends, best);
        };
        let slash = memchr::memchr(b'/', rest);
        let next = slash.map(|slash| at + slash + 1);
        let segment = slash.and_then(|slash| rest.get(..slash)).unwrap_or(rest);
        if let Some(node) = self.literals.get(segment) {
            node.walk(path, next, syntax, best, meet);
        }
        if let Some(node) = self.param.as_ref().filter(|_| !segment.is_empty()) {
            node.walk(path, next, syntax, best, meet);
        }
        match (syntax, rest.is_empty()) {
            (PathSyntax::Express, true) => meet(&self.ends, best),
            _ => meet(&self.rests, best),
        }
        if let Some(odd) = self.odd.as_ref().filter(|odd| odd.first() < *best) {
            odd.read(path, at - 1, syntax, best, meet);
        }
    }
}

/// Whether two patterns match the same texts whatever their parameters are called.
pub(crate) fn same_form(a: &[Token], b: &[Token]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|pair| match pair {
            (Token::Text(a), Token::Text(b)) => a == b,
            (Token::Capture(a), Token::Capture(b)) => {
                (a.extent, &a.avoid, a.instead) == (b.extent, &b.avoid, b.instead)
            }
            _ => false,
        })
}
