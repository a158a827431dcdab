//! The patterns that segments can't express (`/mid/*/end`, `/:from-:to`), as one automaton that reads a path once, however
//! many they are: a tree of bytes and captures in which patterns share what they begin with, and every state that the bytes
//! read so far lead to is kept. So time is linear in the path, with a factor that the patterns set and a client can't.
//!
//! A capture takes any text of its extent here. Where path-to-regexp lets it take less ([`Capture::is_free`]), the patterns
//! that come out are looked at a second time, by the general matcher.
//!
//! [`Capture::is_free`]: crate::tokens::Capture::is_free

use ringback_model::environment::PathSyntax;
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use crate::{
    index::{Leaf, Meet},
    tokens::{Extent, Token, spans},
};

/// A state's place among all.
type Id = u32;
/// Where reading begins. It is below no other, so as a state below it means that there is none.
const START: Id = 0;

/// States active at once, on the stack: ordinary patterns have a handful.
type Active = SmallVec<[Id; 32]>;

/// Patterns that are read byte by byte.
#[derive(Debug, Default)]
pub(crate) struct Automaton {
    states: Vec<State>,
    /// By state and byte.
    bytes: FxHashMap<(Id, u8), Id>,
}

#[derive(Debug)]
struct State {
    /// The smallest order here and below.
    first: usize,
    /// What the capture takes that this state is within. Absent: it is behind a text.
    within: Option<Extent>,
    /// The state within a parameter that follows, or [`START`].
    param: Id,
    /// The state within a wildcard that follows, or [`START`].
    wildcard: Id,
    /// Patterns that end here, in order. They differ in names only.
    ends: Vec<Leaf>,
    /// Those patterns, where what comes out has to be looked at again.
    doubtful: Option<Box<[Token]>>,
}

// === impl Automaton ===

impl Automaton {
    /// Adds a pattern. `tail` is what it reads; `whole` is the pattern from the path's beginning on.
    pub(crate) fn insert(&mut self, tail: &[Token], whole: &[Token], leaf: Leaf) {
        if self.states.is_empty() {
            self.states.push(State::new(None));
        }
        let mut at = START;
        self.touch(at, leaf);
        for (place, token) in tail.iter().enumerate() {
            if let Token::Capture(capture) = token
                && capture.extent == Extent::PathOrNothing
                && place + 1 == tail.len()
            {
                self.end(at, whole, leaf);
            }
            at = self.follow(at, token, leaf);
        }
        self.end(at, whole, leaf);
    }

    fn follow(&mut self, mut at: Id, token: &Token, leaf: Leaf) -> Id {
        match token {
            Token::Text(text) => {
                for byte in text {
                    at = match self.bytes.get(&(at, *byte)) {
                        Some(known) => *known,
                        None => {
                            let new = self.add(None);
                            self.bytes.insert((at, *byte), new);
                            new
                        }
                    };
                    self.touch(at, leaf);
                }
                at
            }
            Token::Capture(capture) => {
                let known = self.state(at).map_or(START, |state| *state.capture(capture.extent));
                let below = if known == START { self.add(Some(capture.extent)) } else { known };
                if let Some(state) = self.states.get_mut(at as usize) {
                    *state.capture_mut(capture.extent) = below;
                }
                self.touch(below, leaf);
                below
            }
        }
    }

    fn add(&mut self, within: Option<Extent>) -> Id {
        self.states.push(State::new(within));
        (self.states.len() - 1) as Id
    }

    fn touch(&mut self, at: Id, leaf: Leaf) {
        if let Some(state) = self.states.get_mut(at as usize) {
            state.first = state.first.min(leaf.order);
        }
    }

    fn end(&mut self, at: Id, whole: &[Token], leaf: Leaf) {
        let Some(state) = self.states.get_mut(at as usize) else { return };
        state.ends.push(leaf);
        let free = |token: &Token| !matches!(token, Token::Capture(capture) if !capture.is_free());
        if state.doubtful.is_none() && !whole.iter().all(free) {
            state.doubtful = Some(whole.into());
        }
    }

    fn state(&self, at: Id) -> Option<&State> {
        self.states.get(at as usize)
    }

    /// The smallest order of all patterns.
    pub(crate) fn first(&self) -> usize {
        self.state(START).map_or(usize::MAX, |start| start.first)
    }

    /// Reads a path from `from` on, and calls `meet` with the patterns that match it, but for those that can't come before
    /// `best`.
    pub(crate) fn read(&self, path: &[u8], from: usize, syntax: PathSyntax, best: &mut usize, meet: &mut impl Meet) {
        let text = path.get(from..).unwrap_or_default();
        let (mut active, mut next): (Active, Active) = (smallvec![START], smallvec![]);
        for (place, byte) in text.iter().enumerate() {
            if syntax == PathSyntax::Express && *byte == b'/' && place + 1 == text.len() {
                self.meet(&active, path, syntax, best, meet);
            }
            for at in active.drain(..) {
                self.step(at, *byte, *best, &mut next);
            }
            if next.is_empty() {
                return;
            }
            std::mem::swap(&mut active, &mut next);
        }
        self.meet(&active, path, syntax, best, meet);
    }

    /// Adds the states that a byte leads to.
    fn step(&self, at: Id, byte: u8, best: usize, next: &mut Active) {
        let Some(state) = self.state(at) else { return };
        let useful = |id: Id| self.state(id).is_some_and(|state| state.first < best);
        // A state behind a text is reached from one state only; one within a capture also from itself.
        let mut add_once = |id: Id| {
            if useful(id) && !next.contains(&id) {
                next.push(id);
            }
        };
        if state.within.is_some_and(|extent| extent.holds(byte)) {
            add_once(at);
        }
        if state.param != START && Extent::Segment.holds(byte) {
            add_once(state.param);
        }
        if state.wildcard != START {
            add_once(state.wildcard);
        }
        if let Some(below) = self.bytes.get(&(at, byte))
            && useful(*below)
        {
            next.push(*below);
        }
    }

    fn meet(&self, active: &[Id], path: &[u8], syntax: PathSyntax, best: &mut usize, meet: &mut impl Meet) {
        for state in active.iter().filter_map(|at| self.state(*at)) {
            let matches = |tokens: &[Token]| spans(tokens, path, syntax).is_some();
            if state.ends.first().is_some_and(|leaf| leaf.order < *best)
                && state.doubtful.as_deref().is_none_or(matches)
            {
                meet(&state.ends, best);
            }
        }
    }
}

// === impl State ===

impl State {
    fn new(within: Option<Extent>) -> Self {
        Self { first: usize::MAX, within, param: START, wildcard: START, ends: vec![], doubtful: None }
    }

    fn capture(&self, extent: Extent) -> &Id {
        if extent == Extent::Segment { &self.param } else { &self.wildcard }
    }

    fn capture_mut(&mut self, extent: Extent) -> &mut Id {
        if extent == Extent::Segment { &mut self.param } else { &mut self.wildcard }
    }
}

// === impl Extent ===

impl Extent {
    fn holds(self, byte: u8) -> bool {
        self != Self::Segment || byte != b'/'
    }
}
