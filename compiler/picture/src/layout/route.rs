//! Where everything ends up.
//!
//! In: levels and heights. Out: areas and routes. Never: a wire that passes through a block.

use super::levels::{Kind, Levels, Vertex};
use super::{Area, Block, Layout, Passage, Route, Wire};

/// The least space between two levels.
const MIN_GAP: f64 = 34.0;

/// How much of the height that a wire has to overcome between two levels is added to the gap.
const SLOPE: f64 = 0.12;

/// The most space between two levels.
const MAX_GAP: f64 = 90.0;

/// The positions of everything.
pub(super) fn routes(levels: &Levels, ys: &[f64], blocks: &[Block], wires: &[Wire]) -> Layout {
    let columns = columns(levels, ys);
    let area = |vertex: usize| area(levels, &columns, ys, vertex);
    let blocks: Vec<_> = (0..blocks.len()).map(area).collect();
    let wires = levels.wires.iter().zip(wires);
    let wires = wires.map(|(vertices, wire)| route(levels, &columns, ys, vertices, wire, &blocks));
    let bottoms = levels
        .vertices
        .iter()
        .zip(ys)
        .map(|(vertex, y)| y + vertex.size.height / 2.0);
    Layout {
        width: columns.last().map_or(0.0, |(x, width)| x + width),
        height: bottoms.fold(0.0, f64::max),
        wires: wires.collect(),
        blocks,
    }
}

/// Left side and width of each level.
fn columns(levels: &Levels, ys: &[f64]) -> Vec<(f64, f64)> {
    let mut steepest = vec![0.0_f64; levels.rows.len()];
    for piece in &levels.pieces {
        let y =
            |(vertex, offset): (usize, f64)| ys.get(vertex).copied().unwrap_or_default() + offset;
        let level = levels.vertices.get(piece.left.0).map(|vertex| vertex.level);
        if let Some(steepest) = level.and_then(|level| steepest.get_mut(level)) {
            *steepest = steepest.max((y(piece.left) - y(piece.right)).abs());
        }
    }
    let mut x = 0.0;
    let mut columns = Vec::new();
    for (row, steepest) in levels.rows.iter().zip(steepest) {
        let widths = row.iter().filter_map(|vertex| levels.vertices.get(*vertex));
        let width = widths.map(|vertex| vertex.size.width).fold(0.0, f64::max);
        columns.push((x, width));
        x += width
            + if row.is_empty() {
                0.0
            } else {
                (MIN_GAP + SLOPE * steepest).min(MAX_GAP)
            };
    }
    columns
}

fn column(columns: &[(f64, f64)], vertex: &Vertex) -> (f64, f64) {
    columns.get(vertex.level).copied().unwrap_or_default()
}

/// Blocks are as wide as their column, labels as they are.
fn area(levels: &Levels, columns: &[(f64, f64)], ys: &[f64], vertex: usize) -> Area {
    let (Some(found), Some(y)) = (levels.vertices.get(vertex), ys.get(vertex)) else {
        return Area::default();
    };
    let (x, width) = column(columns, found);
    let (width, x) = match found.kind {
        Kind::Label => (found.size.width, x + (width - found.size.width) / 2.0),
        _ => (width, x),
    };
    Area {
        x,
        y: y - found.size.height / 2.0,
        width,
        height: found.size.height,
    }
}

fn route(
    levels: &Levels,
    columns: &[(f64, f64)],
    ys: &[f64],
    vertices: &[(usize, f64)],
    wire: &Wire,
    blocks: &[Area],
) -> Route {
    let block = |index: usize| blocks.get(index).copied().unwrap_or_default();
    let (from, to) = (block(wire.from.0), block(wire.to.0));
    let end = |x, y| Passage {
        from: x,
        to: x,
        y,
        backward: false,
    };
    let mut route = Route::default();
    route
        .points
        .push(end(from.x + from.width, from.y + wire.from.1));
    let mut backward = false;
    for (vertex, _) in vertices {
        let Some(found) = levels.vertices.get(*vertex) else {
            continue;
        };
        let area = area(levels, columns, ys, *vertex);
        let y = area.y + area.height / 2.0;
        match found.kind {
            Kind::Turn => {
                backward = !backward;
                continue;
            }
            // The ends.
            Kind::Block => continue,
            Kind::Label => route.label = area,
            Kind::Bend => {}
        }
        let (left, right) = (area.x, area.x + area.width);
        let (from, to) = if backward {
            (right, left)
        } else {
            (left, right)
        };
        route.points.push(Passage {
            from,
            to,
            y,
            backward,
        });
    }
    route.points.push(end(to.x, to.y + wire.to.1));
    route
}
