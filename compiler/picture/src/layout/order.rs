//! The order of the vertices on each level.
//!
//! In: levels. Out: the same levels, sorted so that few wires cross. Never: a worse order than that
//! of the input.
//!
//! Each vertex goes to the mean position of those it is wired to, level by level, back and forth;
//! the best order found is kept.

use super::levels::{Levels, Piece};

/// How often the levels are swept.
const SWEEPS: usize = 24;

/// Sorts the levels.
pub(super) fn order(levels: &mut Levels) {
    let pieces = by_level(levels);
    let mut best = (crossings(levels, &pieces), levels.rows.clone());
    for sweep in 0..SWEEPS {
        let to_the_right = sweep % 2 == 0;
        let count = levels.rows.len();
        for step in 1..count {
            let level = if to_the_right { step } else { count - 1 - step };
            sort(levels, &pieces, level, to_the_right);
        }
        let found = crossings(levels, &pieces);
        if found < best.0 {
            best = (found, levels.rows.clone());
        }
        if best.0 == 0 {
            break;
        }
    }
    levels.rows = best.1;
}

/// The pieces between each level and the next.
fn by_level(levels: &Levels) -> Vec<Vec<Piece>> {
    let mut pieces = vec![Vec::new(); levels.rows.len()];
    for piece in &levels.pieces {
        let level = levels.vertices.get(piece.left.0).map(|vertex| vertex.level);
        if let Some(between) = level.and_then(|level| pieces.get_mut(level)) {
            between.push(*piece);
        }
    }
    pieces
}

/// The position of each vertex on its level.
fn positions(levels: &Levels) -> Vec<f64> {
    let mut positions = vec![0.0; levels.vertices.len()];
    for row in &levels.rows {
        let mut index = 0.0;
        for vertex in row {
            if let Some(position) = positions.get_mut(*vertex) {
                *position = index;
            }
            index += 1.0;
        }
    }
    positions
}

/// Where the end of a piece is on its level: the position of the vertex, and within it that of the port.
fn position(levels: &Levels, positions: &[f64], end: (usize, f64)) -> f64 {
    let index = positions.get(end.0).copied().unwrap_or_default();
    let height = levels
        .vertices
        .get(end.0)
        .map_or(1.0, |vertex| vertex.size.height);
    // A port is within half a step of the middle of its block.
    index + 0.9 * end.1 / height.max(1.0)
}

/// Sorts one level by what is on the level before it, as seen in the direction of the sweep.
fn sort(levels: &mut Levels, pieces: &[Vec<Piece>], level: usize, to_the_right: bool) {
    let positions = positions(levels);
    let mut sums = vec![(0.0, 0.0); levels.vertices.len()];
    let between = if to_the_right { level - 1 } else { level };
    for piece in pieces.get(between).into_iter().flatten() {
        let (own, other) = if to_the_right {
            (piece.right, piece.left)
        } else {
            (piece.left, piece.right)
        };
        if let Some((sum, count)) = sums.get_mut(own.0) {
            // Of two ports of a block, the upper one's wire comes from above.
            *sum += position(levels, &positions, other);
            *count += 1.0;
        }
    }
    let wanted = |vertex: &usize| match sums.get(*vertex) {
        Some((sum, count)) if *count > 0.0 => sum / count,
        _ => positions.get(*vertex).copied().unwrap_or_default(),
    };
    if let Some(mut row) = levels.rows.get(level).cloned() {
        row.sort_by(|a, b| wanted(a).total_cmp(&wanted(b)));
        if let Some(old) = levels.rows.get_mut(level) {
            *old = row;
        }
    }
}

/// How many pairs of pieces cross.
fn crossings(levels: &Levels, pieces: &[Vec<Piece>]) -> usize {
    let positions = positions(levels);
    let between = |pieces: &Vec<Piece>| {
        let ends = |piece: &Piece| {
            let end = |end| position(levels, &positions, end);
            (end(piece.left), end(piece.right))
        };
        let mut ends: Vec<_> = pieces.iter().map(ends).collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        inversions(&mut ends.into_iter().map(|(_, right)| right).collect::<Vec<_>>())
    };
    pieces.iter().map(between).sum()
}

/// How many pairs are in the wrong order; sorts the numbers on the way, by merging.
fn inversions(numbers: &mut [f64]) -> usize {
    if numbers.len() < 2 {
        return 0;
    }
    let (left, right) = numbers.split_at_mut(numbers.len() / 2);
    let mut count = inversions(left) + inversions(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let mut rest = left.iter().copied().peekable();
    let mut waiting = left.len();
    for right in right.iter() {
        while let Some(left) = rest.next_if(|left| left <= right) {
            merged.push(left);
            waiting -= 1;
        }
        count += waiting;
        merged.push(*right);
    }
    merged.extend(rest);
    numbers.copy_from_slice(&merged);
    count
}

#[cfg(test)]
mod tests {
    #[test]
    fn inversions_are_pairs_in_the_wrong_order() {
        let count = |numbers: &[f64]| super::inversions(&mut numbers.to_vec());
        assert_eq!(count(&[1.0, 2.0, 2.0, 3.0]), 0);
        assert_eq!(count(&[3.0, 2.0, 1.0]), 3);
        assert_eq!(count(&[2.0, 1.0, 4.0, 3.0, 0.0]), 6);
    }
}
