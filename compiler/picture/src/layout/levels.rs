//! A graph in which every wire leads from one level to the next.
//!
//! In: blocks, wires and ranks. Out: [`Levels`]: blocks on odd levels, labels between them on even
//! ones, and bends where wires pass. Never: a piece of a wire that skips a level.

use super::{Block, Wire};

/// The room that a wire takes where it passes.
const BEND: Block = Block {
    width: 0.0,
    height: 10.0,
};

/// What is on a level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vertex {
    pub(super) level: usize,
    pub(super) size: Block,
    pub(super) kind: Kind,
}

/// The kinds of vertices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Block,
    Label,
    /// A wire passes.
    Bend,
    /// A wire turns back.
    Turn,
}

/// A piece of a wire: between vertices of neighbouring levels, and how far below the middle of
/// each it ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) left: (usize, f64),
    pub(super) right: (usize, f64),
}

/// The graph.
#[derive(Debug)]
pub(super) struct Levels {
    /// Blocks first, in their order.
    pub(super) vertices: Vec<Vertex>,
    pub(super) pieces: Vec<Piece>,
    /// The vertices along each wire with its ends, and how far below the middle of each it runs.
    pub(super) wires: Vec<Vec<(usize, f64)>>,
    /// The vertices of each level from top to bottom.
    pub(super) rows: Vec<Vec<usize>>,
}

impl Levels {
    pub(super) fn new(blocks: &[Block], wires: &[Wire], ranks: &[usize]) -> Self {
        let blocks = blocks.iter().zip(ranks);
        let blocks = blocks.map(|(block, rank)| Vertex {
            level: level_of(*rank),
            size: *block,
            kind: Kind::Block,
        });
        let mut levels = Self {
            vertices: blocks.collect(),
            pieces: Vec::new(),
            wires: Vec::new(),
            rows: Vec::new(),
        };
        for wire in wires {
            let vertices = levels.add(wire);
            levels.wires.push(vertices);
        }
        levels.rows = levels.discovered();
        levels
    }

    /// Cuts a wire; the vertices along it.
    fn add(&mut self, wire: &Wire) -> Vec<(usize, f64)> {
        let level = |block: usize| self.vertices.get(block).map_or(1, |vertex| vertex.level);
        let (from, to) = (level(wire.from.0), level(wire.to.0));
        let stops = if from < to {
            forward(from, to)
        } else {
            backward(from, to)
        };
        let mut passed = Vec::new();
        for (level, kind) in stops {
            let size = if kind == Kind::Label {
                wire.label
            } else {
                BEND
            };
            passed.push(self.vertices.len());
            self.vertices.push(Vertex { level, size, kind });
        }
        let ends = [wire.from, wire.to].map(|(block, below_top)| {
            let height = self
                .vertices
                .get(block)
                .map_or(0.0, |vertex| vertex.size.height);
            (block, below_top - height / 2.0)
        });
        let inner = passed.iter().map(|vertex| (*vertex, 0.0));
        let all: Vec<_> = [ends[0]]
            .into_iter()
            .chain(inner)
            .chain([ends[1]])
            .collect();
        for pair in all.windows(2) {
            if let [a, b] = pair {
                let level =
                    |end: &(usize, f64)| self.vertices.get(end.0).map(|vertex| vertex.level);
                let (left, right) = if level(a) < level(b) {
                    (*a, *b)
                } else {
                    (*b, *a)
                };
                self.pieces.push(Piece { left, right });
            }
        }
        all
    }

    /// The vertices of each level in the order in which a walk along the wires finds them.
    fn discovered(&self) -> Vec<Vec<usize>> {
        let count = self.vertices.iter().map(|vertex| vertex.level + 1).max();
        let mut rows = vec![Vec::new(); count.unwrap_or(0)];
        let mut neighbours = vec![Vec::new(); self.vertices.len()];
        for piece in &self.pieces {
            for (vertex, other) in [(piece.left.0, piece.right.0), (piece.right.0, piece.left.0)] {
                if let Some(neighbours) = neighbours.get_mut(vertex) {
                    neighbours.push(other);
                }
            }
        }
        let mut found = vec![false; self.vertices.len()];
        for start in 0..self.vertices.len() {
            let mut open = vec![start];
            while let Some(vertex) = open.pop() {
                let Some(known) = found.get_mut(vertex) else {
                    continue;
                };
                if std::mem::replace(known, true) {
                    continue;
                }
                let level = self.vertices.get(vertex).map_or(0, |vertex| vertex.level);
                if let Some(row) = rows.get_mut(level) {
                    row.push(vertex);
                }
                open.extend(neighbours.get(vertex).into_iter().flatten().rev());
            }
        }
        rows
    }
}

/// Blocks are on every other level; level 0 is for wires that turn back.
fn level_of(rank: usize) -> usize {
    2 * rank + 1
}

/// The label comes first, then a bend on every level.
fn forward(from: usize, to: usize) -> Vec<(usize, Kind)> {
    let kind = |level| {
        if level == from + 1 {
            Kind::Label
        } else {
            Kind::Bend
        }
    };
    (from + 1..to).map(|level| (level, kind(level))).collect()
}

/// Out to the right, back past both blocks, and to the right again.
fn backward(from: usize, to: usize) -> Vec<(usize, Kind)> {
    let label = if from == to { from } else { from - 1 };
    let kind = |level| {
        if level == label {
            Kind::Label
        } else {
            Kind::Bend
        }
    };
    let back = (to..=from).rev().map(|level| (level, kind(level)));
    let start = [(from + 1, Kind::Turn)].into_iter();
    start.chain(back).chain([(to - 1, Kind::Turn)]).collect()
}
