//! What holds for every layout, whatever is laid out.

use proptest::prelude::*;

use super::*;

fn size() -> impl Strategy<Value = Block> {
    (40..240_u32, 30..200_u32).prop_map(|(width, height)| Block {
        width: f64::from(width),
        height: f64::from(height),
    })
}

fn graphs() -> impl Strategy<Value = (Vec<Block>, Vec<Wire>)> {
    prop::collection::vec(size(), 1..14).prop_flat_map(|blocks| {
        let ends = (0..blocks.len(), 0..blocks.len());
        let direction = prop::sample::select(vec![
            Direction::Right,
            Direction::PreferRight,
            Direction::Any,
        ]);
        let wire = (ends, 0.0..1.0, 0.0..1.0, size(), direction);
        let heights: Vec<_> = blocks.iter().map(|block| block.height).collect();
        let wires = prop::collection::vec(wire, 0..30).prop_map(move |wires| {
            let wire =
                |((from, to), out, into, label, direction): ((usize, usize), f64, f64, _, _)| {
                    Wire {
                        from: (from, out * heights[from]),
                        to: (to, into * heights[to]),
                        label,
                        direction,
                    }
                };
            wires.into_iter().map(wire).collect()
        });
        (Just(blocks), wires)
    })
}

fn overlap(a: &Area, b: &Area) -> bool {
    let apart = |a: f64, width: f64, b: f64| a + width <= b + 0.001;
    !(apart(a.x, a.width, b.x)
        || apart(b.x, b.width, a.x)
        || apart(a.y, a.height, b.y)
        || apart(b.y, b.height, a.y))
}

proptest! {
    #[test]
    fn nothing_overlaps((blocks, wires) in graphs()) {
        let layout = arrange(&blocks, &wires).unwrap();
        let labels = layout.wires.iter().map(|wire| wire.label);
        let areas: Vec<_> = layout.blocks.iter().copied().chain(labels).collect();
        for (index, area) in areas.iter().enumerate() {
            prop_assert!(area.x >= 0.0 && area.x + area.width <= layout.width + 0.001);
            prop_assert!(area.y >= -0.001 && area.y + area.height <= layout.height + 0.001);
            for other in &areas[index + 1..] {
                prop_assert!(!overlap(area, other), "{area:?} {other:?}");
            }
        }
    }

    #[test]
    fn wires_join_their_ports_and_avoid_blocks((blocks, wires) in graphs()) {
        let layout = arrange(&blocks, &wires).unwrap();
        for (wire, route) in wires.iter().zip(&layout.wires) {
            let (from, to) = (layout.blocks[wire.from.0], layout.blocks[wire.to.0]);
            let (start, end) = (route.points[0], route.points[route.points.len() - 1]);
            prop_assert!((start.from - from.x - from.width).abs() < 0.001);
            prop_assert!((start.y - from.y - wire.from.1).abs() < 0.001);
            prop_assert!((end.to - to.x).abs() < 0.001);
            prop_assert!((end.y - to.y - wire.to.1).abs() < 0.001);
            for passage in &route.points[1..route.points.len() - 1] {
                let line = Area {
                    x: passage.from.min(passage.to),
                    y: passage.y,
                    width: (passage.to - passage.from).abs(),
                    height: 0.0,
                };
                for block in &layout.blocks {
                    prop_assert!(!overlap(&line, block), "{passage:?} {block:?}");
                }
            }
        }
    }

    #[test]
    fn wires_lead_to_the_right_unless_there_is_a_cycle((blocks, wires) in graphs()) {
        let forward = |wire: &Wire| wire.from.0 < wire.to.0 && wire.direction != Direction::Any;
        let wires: Vec<_> = wires.into_iter().filter(forward).collect();
        let layout = arrange(&blocks, &wires).unwrap();
        for wire in &wires {
            let (from, to) = (layout.blocks[wire.from.0], layout.blocks[wire.to.0]);
            prop_assert!(from.x + from.width < to.x);
        }
    }
}

#[test]
fn too_much_is_refused_before_any_work() {
    let block = Block {
        width: 50.0,
        height: 50.0,
    };
    let wire = |from, to| Wire {
        from: (from, 10.0),
        to: (to, 10.0),
        label: block,
        direction: Direction::Right,
    };
    let chain = (1..500).map(|to| wire(to - 1, to));
    let long = (0..100).map(|from| wire(from, 499));
    let wires: Vec<_> = chain.chain(long).collect();
    assert!(arrange(&vec![block; 500], &wires).is_none());
}
