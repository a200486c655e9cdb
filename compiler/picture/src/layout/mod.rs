//! Layered layout, after Sugiyama.
//!
//! In: the sizes of blocks, and the wires between them. Out: the areas of blocks and labels and the
//! routes of wires, in layers from left to right. Never: any knowledge of what is drawn, or more
//! work than [`MAX_PIECES`] allows.
//!
//! `ranks` puts every block into a layer so that as many wires as possible lead to the right.
//! `levels` cuts wires at every layer they pass and gives each label a vertex of its own between
//! two layers. `order` sorts the layers so that few wires cross, `coordinates` moves blocks and
//! bends so that wires are straight, `straighten` does the rest for long wires, and `route` reads
//! off where each wire runs. Lengths are in pixels.

mod coordinates;
mod levels;
mod order;
mod ranks;
mod route;
mod straighten;
#[cfg(test)]
mod tests;

/// A block before it has a position.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A wire from the right side of a block to the left side of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wire {
    /// The block it leaves, and how far below that block's top.
    pub(super) from: (usize, f64),
    /// The block it enters, and how far below that block's top.
    pub(super) to: (usize, f64),
    /// The size of its label.
    pub(super) label: Block,
    /// Which way it should lead.
    pub(super) direction: Direction,
}

/// Which way a wire should lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// To the right, unless a cycle makes that impossible.
    Right,
    /// To the right, but in a cycle it is the first to give way.
    PreferRight,
    /// Either way: the other wires decide where its ends are.
    Any,
}

/// An area: left, top, width, height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Where everything goes; the corner is at 0, 0.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// The blocks; all blocks of a layer have one width.
    pub(super) blocks: Vec<Area>,
    /// The wires.
    pub(super) wires: Vec<Route>,
}

/// Where a wire runs.
#[derive(Debug, Default)]
pub(super) struct Route {
    /// Where it starts, where it passes through something on a straight line, and where it ends.
    pub(super) points: Vec<Passage>,
    /// Its label.
    pub(super) label: Area,
}

/// A horizontal line; the start and the end of a wire are lines of length 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Passage {
    /// Where the wire reaches it.
    pub(super) from: f64,
    /// Where the wire leaves it.
    pub(super) to: f64,
    pub(super) y: f64,
    /// Whether the wire runs to the left.
    pub(super) backward: bool,
}

/// The most pieces of wires; it limits the work.
const MAX_PIECES: usize = 20_000;

/// Lays everything out; none if that is too much work.
pub(super) fn arrange(blocks: &[Block], wires: &[Wire]) -> Option<Layout> {
    let ranks = ranks::ranks(blocks.len(), wires);
    let pieces = |wire: &Wire| {
        let rank = |block: usize| ranks.get(block).copied().unwrap_or_default();
        2 * rank(wire.from.0).abs_diff(rank(wire.to.0)) + 3
    };
    if wires.iter().map(pieces).sum::<usize>() > MAX_PIECES {
        return None;
    }
    let mut levels = levels::Levels::new(blocks, wires, &ranks);
    order::order(&mut levels);
    let ys = coordinates::assign(&levels);
    Some(route::routes(&levels, &ys, blocks, wires))
}
