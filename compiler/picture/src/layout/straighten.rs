//! Straight stretches for long wires.
//!
//! In: levels and heights. Out: heights with fewer steps: the bends of a long wire move to one
//! height, as far as what is above and below them allows. Never: a block or label that moves.

use super::coordinates::distance;
use super::levels::{Kind, Levels};

/// Moves bends; nothing else moves.
pub(super) fn straighten(levels: &Levels, ys: &mut [f64]) {
    let rooms = Rooms::of(levels);
    for wire in &levels.wires {
        let is_bend = |vertex: &(usize, f64)| kind(levels, vertex.0) == Some(Kind::Bend);
        let mut rest = wire.as_slice();
        while let Some(start) = rest.iter().position(is_bend) {
            let (before, bends) = rest.split_at(start);
            let count = bends.iter().take_while(|vertex| is_bend(vertex)).count();
            let (bends, after) = bends.split_at(count);
            let end = |end: Option<&(usize, f64)>| {
                end.and_then(|(vertex, offset)| Some(ys.get(*vertex)? + offset))
            };
            let ends = [end(before.last()), end(after.first())];
            level(bends, ends, &rooms, levels, ys);
            rest = after;
        }
    }
}

fn kind(levels: &Levels, vertex: usize) -> Option<Kind> {
    levels.vertices.get(vertex).map(|vertex| vertex.kind)
}

/// Splits bends into as few stretches as the room allows, each at one height: that of an end of the
/// wire where possible.
fn level(
    bends: &[(usize, f64)],
    ends: [Option<f64>; 2],
    rooms: &Rooms,
    levels: &Levels,
    ys: &mut [f64],
) {
    let mut rest = bends;
    while !rest.is_empty() {
        let mut room = (f64::NEG_INFINITY, f64::INFINITY);
        let mut count = 0;
        for (vertex, _) in rest {
            let (top, bottom) = rooms.around(*vertex, levels, ys);
            let both = (room.0.max(top), room.1.min(bottom));
            if both.0 > both.1 {
                break;
            }
            room = both;
            count += 1;
        }
        let (stretch, others) = rest.split_at(count.max(1));
        if count > 0 {
            let height = height(stretch, ends, room, ys);
            for (vertex, _) in stretch {
                if let Some(y) = ys.get_mut(*vertex) {
                    *y = height;
                }
            }
        }
        rest = others;
    }
}

/// The height of an end, if there is room there; otherwise that of the middle of the bends, as nearly
/// as the room allows.
fn height(
    stretch: &[(usize, f64)],
    ends: [Option<f64>; 2],
    (top, bottom): (f64, f64),
    ys: &[f64],
) -> f64 {
    let heights: Vec<_> = stretch
        .iter()
        .filter_map(|(vertex, _)| ys.get(*vertex))
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "few bends")]
    let middle = heights.iter().copied().sum::<f64>() / heights.len().max(1) as f64;
    let possible = ends
        .into_iter()
        .flatten()
        .filter(|end| (top..=bottom).contains(end));
    let nearest = possible.min_by(|a, b| (a - middle).abs().total_cmp(&(b - middle).abs()));
    nearest.unwrap_or(middle.clamp(top, bottom))
}

/// The vertices above and below each vertex.
struct Rooms(Vec<(Option<usize>, Option<usize>)>);

impl Rooms {
    fn of(levels: &Levels) -> Self {
        let mut rooms = vec![(None, None); levels.vertices.len()];
        for row in &levels.rows {
            for pair in row.windows(2) {
                if let [above, below] = *pair {
                    if let Some(room) = rooms.get_mut(above) {
                        room.1 = Some(below);
                    }
                    if let Some(room) = rooms.get_mut(below) {
                        room.0 = Some(above);
                    }
                }
            }
        }
        Self(rooms)
    }

    /// The least and the largest height that a vertex can have.
    fn around(&self, vertex: usize, levels: &Levels, ys: &[f64]) -> (f64, f64) {
        let (above, below) = self.0.get(vertex).copied().unwrap_or_default();
        let found = |vertex: usize| Some((levels.vertices.get(vertex)?, *ys.get(vertex)?));
        let own = found(vertex);
        let top = above.and_then(found).zip(own);
        let bottom = below.and_then(found).zip(own);
        (
            top.map_or(f64::NEG_INFINITY, |((above, y), (own, _))| {
                y + distance(above, own)
            }),
            bottom.map_or(f64::INFINITY, |((below, y), (own, _))| {
                y - distance(own, below)
            }),
        )
    }
}
