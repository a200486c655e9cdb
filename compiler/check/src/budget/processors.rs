//! SHAVEs, slices of CMX memory, neural compute engines.
//!
//! In: a graph and its facts. Out: the accounts: what nodes take for themselves, and what remains
//! for networks. Never: SHAVEs of a model whose number is not known.

use std::cmp::Reverse;

use oakc_runtime_schema::node::Role;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nodes::feature_tracker::FeatureTrackerProperties;
use oakc_runtime_schema::nodes::image_align::ImageAlignProperties;
use oakc_runtime_schema::nodes::object_tracker::{ObjectTrackerProperties, TrackerType};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;
use oakc_runtime_schema::nodes::tof::ToFProperties;

use super::{Account, Resource, Unit};
use oakc_core::graph::{Graph, Network, NodeRef};
use oakc_core::infer::Facts;

/// SHAVEs of the device; there are as many slices of CMX memory that nodes can have.
pub const SHAVES: u64 = 16;
/// Neural compute engines of the device.
pub const ENGINES: u64 = 2;

/// SHAVEs by node. Networks run in turns on the same ones, so that only the largest counts.
pub fn shaves(graph: &Graph) -> Account {
    let mut account = own_shaves(graph);
    let needs = |node: NodeRef<'_>| {
        let network = Network::of(&node)?;
        let threads = u64::from(network.num_threads.max(1));
        let shaves = u64::from(network.blob?.shaves);
        Some((shaves.saturating_mul(threads), Reverse(node.index)))
    };
    let largest = sound(graph).filter_map(needs).max();
    for node in sound(graph) {
        if let Some((amount, Reverse(index))) = largest
            && index == node.index
        {
            account.add(&node, "network, with others in turns", amount);
        }
    }
    account
}

/// SHAVEs that nodes other than networks take for themselves.
pub fn own_shaves(graph: &Graph) -> Account {
    let mut account = Account::new(Resource::Shaves, Unit::Count, Some(SHAVES));
    let (mut manips, mut spatials) = (false, false);
    for node in sound(graph) {
        match node.kind() {
            Kind::ImageManip => {
                let first = !std::mem::replace(&mut manips, true);
                account.add(&node, "all ImageManip nodes together", u64::from(first));
            }
            Kind::SpatialLocationCalculator
            | Kind::MobileNetSpatialDetectionNetwork
            | Kind::YoloSpatialDetectionNetwork => {
                let first = !std::mem::replace(&mut spatials, true);
                account.add(&node, "all spatial calculations together", u64::from(first));
            }
            Kind::PointCloud | Kind::Cast | Kind::AprilTag => {
                account.add(&node, "for itself", 1);
            }
            Kind::StereoDepth => {
                if let Some(stereo) = node.properties::<StereoDepthProperties>() {
                    let filters = positive(stereo.num_post_processing_shaves);
                    account.add(&node, "matching and filters", filters.saturating_add(1));
                }
            }
            Kind::ImageAlign => {
                if let Some(align) = node.properties::<ImageAlignProperties>() {
                    account.add(&node, "alignment", positive(align.num_shaves));
                }
            }
            Kind::ToF => {
                if let Some(tof) = node.properties::<ToFProperties>() {
                    account.add(&node, "decoding", positive(tof.num_shaves));
                }
            }
            Kind::FeatureTracker => {
                if let Some(features) = node.properties::<FeatureTrackerProperties>() {
                    account.add(&node, "features", positive(features.num_shaves));
                }
            }
            Kind::ObjectTracker => {
                if let Some(tracker) = node.properties::<ObjectTrackerProperties>() {
                    let correlates = tracker.tracker_type == TrackerType::SHORT_TERM_KCF;
                    account.add(&node, "correlation filter", u64::from(correlates));
                }
            }
            // Networks are counted apart; the others run on the processors or in hardware.
            Kind::Camera
            | Kind::ColorCamera
            | Kind::DetectionParser
            | Kind::EdgeDetector
            | Kind::IMU
            | Kind::MessageDemux
            | Kind::MobileNetDetectionNetwork
            | Kind::MonoCamera
            | Kind::NeuralNetwork
            | Kind::SPIIn
            | Kind::SPIOut
            | Kind::Script
            | Kind::Sync
            | Kind::SystemLogger
            | Kind::UVC
            | Kind::VideoEncoder
            | Kind::Warp
            | Kind::XLinkIn
            | Kind::XLinkOut
            | Kind::YoloDetectionNetwork => {}
        }
    }
    account
}

/// A number that the device is told; one that it chooses itself counts as nothing.
fn positive(number: i32) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// Slices of CMX memory that nodes other than networks take.
pub fn slices(graph: &Graph, facts: &Facts) -> Account {
    let mut account = Account::new(Resource::CmxSlices, Unit::Count, Some(SHAVES));
    let cameras =
        sound(graph).filter_map(|node| Some((camera_slices(&node, facts)?, Reverse(node.index))));
    // Cameras share theirs.
    let largest = cameras.max();
    for node in sound(graph) {
        if let Some((amount, Reverse(index))) = largest
            && index == node.index
        {
            account.add(&node, "all cameras together", amount);
        }
        if let Some(stereo) = node.properties::<StereoDepthProperties>() {
            let filters = positive(stereo.num_post_processing_memory_slices);
            account.add(&node, "matching and filters", filters.saturating_add(1));
        }
        if let Some(features) = node.properties::<FeatureTrackerProperties>() {
            account.add(&node, "features", positive(features.num_memory_slices));
        }
        if node.kind() == Kind::ObjectTracker {
            account.add(&node, "tracking", 1);
        }
    }
    account
}

/// Lines of the sensor's image are buffered in CMX memory.
fn camera_slices(node: &NodeRef<'_>, facts: &Facts) -> Option<u64> {
    if node.kind().role != Role::Camera {
        return None;
    }
    let size = facts.output(node, "raw").size.as_ref();
    let wide = size.is_some_and(|size| size.value.width > 1920);
    Some(if wide { 6 } else { 3 })
}

/// Neural compute engines by network, where the application says how many.
pub fn engines(graph: &Graph) -> Account {
    let mut account = Account::new(Resource::NeuralEngines, Unit::Count, Some(ENGINES));
    for network in sound(graph).filter_map(|node| Network::of(&node)) {
        let threads = u64::from(network.num_threads.max(1));
        let amount = threads.saturating_mul(network.num_nce_per_thread.into());
        account.add(&network.node, "network", amount);
    }
    // Networks take turns.
    let largest = account.largest(1).first().map(|item| (*item).clone());
    account.items = largest.into_iter().collect();
    account
}

fn sound(graph: &Graph) -> impl Iterator<Item = NodeRef<'_>> {
    graph.node_refs().filter(|node| node.config.sound)
}
