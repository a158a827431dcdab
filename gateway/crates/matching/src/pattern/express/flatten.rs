//! Optional groups to alternatives.

use super::Piece;

/// The most alternatives that path-to-regexp makes; a path with more is none.
pub(super) const ALTERNATIVES_MAX: usize = 256;

/// All sequences that pieces stand for, without groups, in the order in which path-to-regexp tries them: with a group
/// first, then without. Texts that meet are one. Absent: too many.
pub(super) fn flatten(pieces: &[Piece]) -> Option<Vec<Vec<Piece>>> {
    let mut sequences = vec![vec![]];
    for piece in pieces {
        match piece {
            Piece::Group(inner) => {
                let with = flatten(inner)?;
                // Checked before they are made: each may be long.
                if sequences.len() * (with.len() + 1) > ALTERNATIVES_MAX {
                    return None;
                }
                sequences = sequences.into_iter().flat_map(|so_far| either(so_far, &with)).collect();
            }
            _ => sequences.iter_mut().for_each(|sequence| append(sequence, piece)),
        }
    }
    Some(sequences)
}

fn either(so_far: Vec<Piece>, with: &[Vec<Piece>]) -> Vec<Vec<Piece>> {
    let mut both: Vec<Vec<Piece>> = with
        .iter()
        .map(|more| {
            let mut sequence = so_far.clone();
            more.iter().for_each(|piece| append(&mut sequence, piece));
            sequence
        })
        .collect();
    both.push(so_far);
    both
}

fn append(sequence: &mut Vec<Piece>, piece: &Piece) {
    match (sequence.last_mut(), piece) {
        (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(text),
        _ => sequence.push(piece.clone()),
    }
}
