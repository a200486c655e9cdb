//! Memory: the pools of frames and messages, encoders, models and programs.
//!
//! In: a graph and its facts. Out: the account of memory. Never: bytes for a pool of unknown size.

use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nodes::edge_detector::EdgeDetectorProperties;
use oakc_runtime_schema::nodes::image_manip::ImageManipProperties;
use oakc_runtime_schema::nodes::spi_in::SPIInProperties;
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;
use oakc_runtime_schema::nodes::video_encoder::{Profile, VideoEncoderProperties};
use oakc_runtime_schema::nodes::warp::WarpProperties;
use oakc_runtime_schema::nodes::xlink_in::XLinkInProperties;

use super::{Account, Resource, Unit};
use oakc_core::graph::{Graph, Network, NodeRef};
use oakc_core::infer::Facts;

/// Memory left by the firmware of its 512 MiB, in bytes: it has reported 337 to 359 MiB.
pub const AVAILABLE: u64 = 330 << 20;
/// The whole memory of the device, in bytes.
pub const INSTALLED: u64 = 512 << 20;

/// Bytes for all nodes.
pub fn account(graph: &Graph, facts: &Facts) -> Account {
    let account = Account::new(Resource::Memory, Unit::Bytes, Some(AVAILABLE));
    let mut memory = Memory { facts, account };
    for node in graph.node_refs().filter(|node| node.config.sound) {
        memory.node(&node);
        memory.assets(&node);
    }
    memory.account
}

struct Memory<'a> {
    facts: &'a Facts,
    account: Account,
}

impl Memory<'_> {
    fn node(&mut self, node: &NodeRef<'_>) {
        match node.kind() {
            Kind::Camera | Kind::ColorCamera => self.camera(node),
            Kind::MonoCamera => self.pools(node, &["out", "raw"]),
            Kind::StereoDepth => self.stereo(node),
            Kind::ImageManip => self.image_manip(node),
            Kind::EdgeDetector => self.edge_detector(node),
            Kind::Warp => self.warp(node),
            Kind::VideoEncoder => self.encoder(node),
            Kind::XLinkIn => self.xlink_in(node),
            Kind::SPIIn => self.spi_in(node),
            Kind::PointCloud => self.linked_pools(node, &["outputPointCloud"]),
            Kind::ImageAlign => self.linked_pools(node, &["outputAligned"]),
            Kind::Cast => self.linked_pools(node, &["output"]),
            Kind::ToF => self.linked_pools(node, &["depth", "amplitude", "intensity", "phase"]),
            Kind::NeuralNetwork
            | Kind::MobileNetDetectionNetwork
            | Kind::MobileNetSpatialDetectionNetwork
            | Kind::YoloDetectionNetwork
            | Kind::YoloSpatialDetectionNetwork => self.network(node),
            // Their messages are small, or created by a program.
            Kind::AprilTag
            | Kind::DetectionParser
            | Kind::FeatureTracker
            | Kind::IMU
            | Kind::MessageDemux
            | Kind::ObjectTracker
            | Kind::SPIOut
            | Kind::Script
            | Kind::SpatialLocationCalculator
            | Kind::Sync
            | Kind::SystemLogger
            | Kind::UVC
            | Kind::XLinkOut => {}
        }
    }

    /// `video` is also made if `preview` is cropped from it.
    fn camera(&mut self, node: &NodeRef<'_>) {
        self.pools(node, &["raw", "isp"]);
        let linked = |output| node.links_from(output).next().is_some();
        if linked("video") || linked("preview") {
            self.pools(node, &["video"]);
        }
        self.linked_pools(node, &["preview", "still"]);
    }

    /// Depth is computed from disparity, and that from rectified frames.
    fn stereo(&mut self, node: &NodeRef<'_>) {
        let rectifies = node.properties::<StereoDepthProperties>();
        if rectifies.is_some_and(|stereo| stereo.enable_rectification) {
            self.pools(node, &["rectifiedLeft", "rectifiedRight"]);
        } else {
            self.linked_pools(node, &["rectifiedLeft", "rectifiedRight"]);
        }
        self.pools(node, &["disparity"]);
        self.linked_pools(node, &["depth"]);
    }

    fn linked_pools(&mut self, node: &NodeRef<'_>, outputs: &[&str]) {
        for output in outputs {
            if node.links_from(output).next().is_some() {
                self.pools(node, &[output]);
            }
        }
    }

    fn pools(&mut self, node: &NodeRef<'_>, outputs: &[&str]) {
        for output in outputs {
            let flow = self.facts.output(node, output);
            if flow.refused.is_some() {
                // The device does not get this far; another rule reports that.
                continue;
            }
            match (&flow.pool, &flow.bytes) {
                (Some(frames), Some(bytes)) => self.frames(node, output, frames.value, bytes.value),
                _ => self.account.add_unknown(node),
            }
        }
    }

    fn frames(&mut self, node: &NodeRef<'_>, what: &str, frames: u64, bytes: u64) {
        let what = format!("{what}, {frames} x {bytes} bytes");
        self.account.add(node, what, frames.saturating_mul(bytes));
    }

    fn image_manip(&mut self, node: &NodeRef<'_>) {
        if let Some(manip) = node.properties::<ImageManipProperties>() {
            self.fixed(node, manip.num_frames_pool, manip.output_frame_size);
        }
    }

    fn edge_detector(&mut self, node: &NodeRef<'_>) {
        if let Some(detector) = node.properties::<EdgeDetectorProperties>() {
            self.fixed(node, detector.num_frames_pool, detector.output_frame_size);
        }
    }

    fn warp(&mut self, node: &NodeRef<'_>) {
        if let Some(warp) = node.properties::<WarpProperties>() {
            self.fixed(node, warp.num_frames_pool, warp.output_frame_size);
        }
    }

    fn fixed(&mut self, node: &NodeRef<'_>, frames: i32, bytes: i32) {
        let [frames, bytes] = [frames, bytes].map(|n| u64::try_from(n).unwrap_or_default());
        self.frames(node, "frames", frames, bytes);
    }

    fn xlink_in(&mut self, node: &NodeRef<'_>) {
        if let Some(input) = node.properties::<XLinkInProperties>() {
            let (frames, bytes) = (input.num_frames.into(), input.max_data_size.into());
            self.frames(node, "messages", frames, bytes);
        }
    }

    fn spi_in(&mut self, node: &NodeRef<'_>) {
        if let Some(input) = node.properties::<SPIInProperties>() {
            let (frames, bytes) = (input.num_frames.into(), input.max_data_size.into());
            self.frames(node, "messages", frames, bytes);
        }
    }

    fn encoder(&mut self, node: &NodeRef<'_>) {
        let Some(encoder) = node.properties::<VideoEncoderProperties>() else {
            return;
        };
        let Some(size) = self.facts.input(node, "in").size else {
            self.account.add_unknown(node);
            return;
        };
        let stream = self.facts.output(node, "bitstream");
        if stream.refused.is_some() {
            return;
        }
        let frames = stream.pool.as_ref().map_or(0, |frames| frames.value);
        let pixels = size.value.pixels();
        let written = u64::try_from(encoder.output_frame_size).unwrap_or_default();
        if written > 0 {
            self.frames(node, "encoded frames", frames, written);
        } else if encoder.profile == Profile::MJPEG {
            let bytes = pixels.saturating_mul(JPEG_HUNDREDTHS) / 100;
            self.frames(node, "encoded frames", frames, bytes);
        } else {
            let bytes = pixels.saturating_mul(VIDEO_HUNDREDTHS) / 100;
            let what = format!("encoded frames and references of {}", size.value);
            self.account.add(node, what, bytes);
        }
    }

    fn network(&mut self, node: &NodeRef<'_>) {
        let Some(Network {
            num_frames,
            blob: Some(blob),
            ..
        }) = Network::of(node)
        else {
            return;
        };
        let sizes = blob.outputs.iter().map(oakc_blob::Tensor::packed_size);
        let aligned = sizes.flatten().map(|bytes| bytes.next_multiple_of(64));
        let bytes = aligned.fold(0, u64::saturating_add);
        self.frames(node, "results", num_frames.into(), bytes);
    }

    /// Models and programs stay in memory.
    fn assets(&mut self, node: &NodeRef<'_>) {
        for (key, asset) in &node.config.assets {
            let bytes = u64::try_from(asset.bytes.len()).unwrap_or(u64::MAX);
            self.account.add(node, format!("asset `{key}`"), bytes);
        }
    }
}

/// Bytes of a JPEG per hundred pixels: 4 frames of 12 MP took 18,678,784 bytes each.
const JPEG_HUNDREDTHS: u64 = 153;
/// Bytes of all frames of an H.26x encoder per hundred pixels: 98 MiB at 4K, 24 MiB at 1080p.
const VIDEO_HUNDREDTHS: u64 = 1240;
