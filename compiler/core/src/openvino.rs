//! The OpenVINO version of a pipeline, by the host library's rules.

use std::collections::{BTreeMap, BTreeSet};

use oakc_blob::{OpenVinoVersion, are_blob_compatible};

use crate::config::{ModelUse, NodeConfig};
use crate::graph::Graph;

/// The nodes that need a version, in the order in which the host library meets them.
pub fn requirements(graph: &Graph) -> Vec<(&NodeConfig, &ModelUse)> {
    let needs = graph
        .nodes()
        .filter_map(|(node, config)| Some((node.id, (config, requires_version(config)?))));
    let mut needs: BTreeMap<i64, _> = needs.collect();
    let versions: BTreeSet<_> = needs
        .values()
        .map(|(_, m)| m.blob.openvino.name())
        .collect();
    if versions.len() < 2 {
        return needs.into_values().collect();
    }
    let ids: Vec<_> = graph.nodes().map(|(node, _)| node.id).collect();
    let order = hash_order(&ids);
    order.iter().filter_map(|id| needs.remove(id)).collect()
}

/// A detection parser takes facts from a blob but does not run it.
fn requires_version(config: &NodeConfig) -> Option<&ModelUse> {
    let runs = config.kind.model.runs();
    config.model.as_ref().filter(|_| runs)
}

/// The forced version, else the one of the first network that the library meets.
pub fn pipeline_version(graph: &Graph) -> Option<OpenVinoVersion> {
    let first = || {
        requirements(graph)
            .first()
            .map(|(_, model)| model.blob.openvino)
    };
    graph.config().openvino.or_else(first)
}

/// The releases whose models cannot be in the package: those that there is no firmware for, and those that the firmware of
/// the pipeline does not run.
pub fn refused(graph: &Graph) -> Vec<OpenVinoVersion> {
    let pipeline = pipeline_version(graph);
    let needs = requirements(graph).into_iter();
    let releases = needs.map(|(_, model)| model.blob.openvino);
    let is_refused = |release: &OpenVinoVersion| {
        !release.is_packagable()
            || pipeline.is_some_and(|version| !are_blob_compatible(*release, version))
    };
    releases.filter(is_refused).collect()
}

/// The order in which C++ code built with libstdc++ walks an `unordered_map` that got these keys
/// one after another. When networks of several releases are in one pipeline, the library takes
/// the version of the first one it meets, so the choice of firmware hangs on this order.
fn hash_order(keys: &[i64]) -> Vec<i64> {
    // Bucket counts that libstdc++ grows through, each when one element more would not fit.
    const BUCKETS: [usize; 14] = [
        1, 13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10_273, 20_753, 42_043, 85_229,
    ];
    let mut order: Vec<i64> = Vec::new();
    let mut buckets = 1;
    for key in keys {
        if order.len() + 1 > buckets {
            let larger = BUCKETS.iter().find(|count| **count > buckets);
            buckets = larger.copied().unwrap_or(buckets.saturating_mul(2));
            let old = std::mem::take(&mut order);
            for key in old {
                insert(&mut order, key, buckets);
            }
        }
        insert(&mut order, *key, buckets);
    }
    order
}

/// A new element goes in front of its bucket, or in front of everything if the bucket is empty.
fn insert(order: &mut Vec<i64>, key: i64, buckets: usize) {
    let bucket = |key: i64| key.cast_unsigned() % buckets as u64;
    let first = order.iter().position(|other| bucket(*other) == bucket(key));
    order.insert(first.unwrap_or(0), key);
}

#[cfg(test)]
mod tests {
    use super::hash_order;

    #[test]
    fn the_order_is_that_of_libstdcxx() {
        // Measured: the order of the nodes in packages of the real library, which puts them from
        // one map into another before it writes them.
        let written = |count| hash_order(&hash_order(&(0..count).collect::<Vec<i64>>()));
        assert_eq!(written(5), [0, 1, 2, 3, 4]);
        assert!(written(16).starts_with(&[12, 11, 10, 15, 2, 14, 1, 13, 0, 3]));
    }
}
