//! Routes that can never answer, because an earlier one takes everything that they would.

use crate::{
    pattern::{Segment, Shape},
    table::{Branch, RouteTable},
    tokens::{Extent, Token},
};

/// Stands for a parameter's value. No path as written holds it, so only a parameter or wildcard can take it.
const ANY_VALUE: &[u8] = b"\x01";
/// Stands for a wildcard's value: deeper than paths with parameters are, so that only a wildcard takes it.
const ANY_REST_SEGMENTS: usize = 64;

impl RouteTable {
    /// Pairs of routes: one that never answers, and the earlier one that always answers in its place. What several
    /// earlier routes take away together is not found.
    pub fn shadowed(&self) -> Vec<(usize, usize)> {
        (0..self.routes.len()).filter_map(|route| Some((route, self.shadow_of(route)?))).collect()
    }

    fn shadow_of(&self, route: usize) -> Option<usize> {
        let mut shadow = None;
        for (branch, Branch { takes, .. }) in self.branches_of(route) {
            for probe in self.shapes_of_branch(branch).map(probe) {
                let by = self.first_taking_all(&probe, *takes).filter(|by| *by < route)?;
                shadow = shadow.max(Some(by));
            }
        }
        shadow
    }
}

/// A path that a shape matches, and that no shape matches which does not match all of its paths.
fn probe(shape: &Shape) -> Vec<u8> {
    match shape {
        Shape::Literal(path) => path.to_vec(),
        Shape::Odd { tokens, .. } => tokens.iter().flat_map(text).collect(),
        Shape::Segments(segments) => {
            segments.iter().flat_map(|segment| [b"/".to_vec(), part(segment)].concat()).collect()
        }
    }
}

fn part(segment: &Segment) -> Vec<u8> {
    match segment {
        Segment::Literal(text) => text.to_vec(),
        Segment::Param(_) => ANY_VALUE.to_vec(),
        Segment::Rest(_) => any_rest(),
    }
}

fn text(token: &Token) -> Vec<u8> {
    match token {
        Token::Text(text) => text.to_vec(),
        Token::Capture(capture) if capture.extent == Extent::Segment => ANY_VALUE.to_vec(),
        Token::Capture(_) => any_rest(),
    }
}

fn any_rest() -> Vec<u8> {
    vec![ANY_VALUE; ANY_REST_SEGMENTS].join(&b'/')
}
