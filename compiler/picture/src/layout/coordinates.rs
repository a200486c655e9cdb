//! The heights of the vertices.
//!
//! In: sorted levels. Out: a height for each vertex, as near to the heights of those it is wired to
//! as its neighbours on the level allow. Never: vertices that overlap or change their order.
//!
//! For one level with the others fixed this is a least-squares problem under an order constraint
//! (isotonic regression), which pooling adjacent violators solves exactly. The levels take turns.

use super::levels::{Kind, Levels, Vertex};
use super::straighten::straighten;

/// How often every level has a turn.
const ROUNDS: usize = 60;

/// The height of the middle of each vertex; the topmost edge is at 0.
pub(super) fn assign(levels: &Levels) -> Vec<f64> {
    let wires = wires(levels);
    let mut ys = stacked(levels);
    for round in 0..ROUNDS {
        for step in 0..levels.rows.len() {
            let level = if round % 2 == 0 {
                step
            } else {
                levels.rows.len() - 1 - step
            };
            if let Some(row) = levels.rows.get(level) {
                settle(levels, row, &wires, &mut ys);
            }
        }
    }
    for _ in 0..3 {
        straighten(levels, &mut ys);
    }
    let tops = levels
        .vertices
        .iter()
        .zip(&ys)
        .map(|(vertex, y)| y - vertex.size.height / 2.0);
    let top = tops.fold(f64::INFINITY, f64::min);
    ys.iter().map(|y| y - top).collect()
}

/// A piece as one of its vertices sees it: the other vertex, how much higher that one is when the
/// piece is level, and how much it matters.
struct Pull {
    other: usize,
    offset: f64,
    weight: f64,
}

fn wires(levels: &Levels) -> Vec<Vec<Pull>> {
    let mut wires: Vec<Vec<Pull>> = Vec::new();
    wires.resize_with(levels.vertices.len(), Vec::new);
    for piece in &levels.pieces {
        let weight = weight(levels, piece.left.0) * weight(levels, piece.right.0);
        for (own, other) in [(piece.left, piece.right), (piece.right, piece.left)] {
            if let Some(pulls) = wires.get_mut(own.0) {
                let offset = other.1 - own.1;
                pulls.push(Pull {
                    other: other.0,
                    offset,
                    weight,
                });
            }
        }
    }
    wires
}

/// A bend far from the ends of a wire looks worse than one at a block.
fn weight(levels: &Levels, vertex: usize) -> f64 {
    match levels.vertices.get(vertex).map(|vertex| vertex.kind) {
        Some(Kind::Bend) => 3.0,
        Some(Kind::Label) => 2.0,
        Some(Kind::Turn) => 0.3,
        Some(Kind::Block) | None => 1.0,
    }
}

/// The vertices of each level one below the other, around the same middle.
fn stacked(levels: &Levels) -> Vec<f64> {
    let mut ys = vec![0.0; levels.vertices.len()];
    for row in &levels.rows {
        let offsets = offsets(levels, row);
        let height = offsets.last().copied().unwrap_or_default();
        for (vertex, offset) in row.iter().zip(offsets) {
            if let Some(y) = ys.get_mut(*vertex) {
                *y = offset - height / 2.0;
            }
        }
    }
    ys
}

/// How far below the first vertex each vertex of a level must be at least.
fn offsets(levels: &Levels, row: &[usize]) -> Vec<f64> {
    let mut offsets = Vec::with_capacity(row.len());
    let mut above: Option<(Vertex, f64)> = None;
    for vertex in row.iter().filter_map(|vertex| levels.vertices.get(*vertex)) {
        let offset = above.map_or(0.0, |(above, offset)| offset + distance(&above, vertex));
        offsets.push(offset);
        above = Some((*vertex, offset));
    }
    offsets
}

/// From the middle of a vertex to the middle of the next one.
pub(super) fn distance(above: &Vertex, below: &Vertex) -> f64 {
    let gap = match (above.kind, below.kind) {
        (Kind::Block, Kind::Block) => 34.0,
        (Kind::Block, _) | (_, Kind::Block) => 20.0,
        (Kind::Label, _) | (_, Kind::Label) => 8.0,
        _ => 4.0,
    };
    f64::midpoint(above.size.height, below.size.height) + gap
}

/// Vertices that touch: their common shift, its weight, and their number.
struct Pool {
    shift: f64,
    weight: f64,
    count: usize,
}

/// Moves the vertices of one level.
fn settle(levels: &Levels, row: &[usize], wires: &[Vec<Pull>], ys: &mut [f64]) {
    let offsets = offsets(levels, row);
    let mut pools: Vec<Pool> = Vec::new();
    for (vertex, offset) in row.iter().zip(&offsets) {
        let (wanted, weight) = wanted(*vertex, wires, ys);
        let mut pool = Pool {
            shift: wanted - offset,
            weight,
            count: 1,
        };
        while let Some(above) = pools.pop_if(|above| above.shift > pool.shift) {
            let weight = above.weight + pool.weight;
            pool.shift = (above.shift * above.weight + pool.shift * pool.weight) / weight;
            pool.weight = weight;
            pool.count += above.count;
        }
        pools.push(pool);
    }
    let shifts = pools
        .iter()
        .flat_map(|pool| std::iter::repeat_n(pool.shift, pool.count));
    for ((vertex, offset), shift) in row.iter().zip(&offsets).zip(shifts) {
        if let Some(y) = ys.get_mut(*vertex) {
            *y = offset + shift;
        }
    }
}

/// The best height of a vertex, and its weight; a vertex without wires stays where it is.
fn wanted(vertex: usize, wires: &[Vec<Pull>], ys: &[f64]) -> (f64, f64) {
    let y = |vertex: usize| ys.get(vertex).copied().unwrap_or_default();
    let (mut sum, mut weight) = (0.0, 0.0);
    for pull in wires.get(vertex).into_iter().flatten() {
        sum += pull.weight * (y(pull.other) + pull.offset);
        weight += pull.weight;
    }
    if weight > 0.0 {
        (sum / weight, weight)
    } else {
        (y(vertex), 0.01)
    }
}
