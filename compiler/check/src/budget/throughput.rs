//! What flows: pixels through encoders and the image signal processor, bits out of the device.
//!
//! In: a graph and its facts. Out: the accounts. Never: a rate that is not known.

use oakc_runtime_schema::node::Role;
use oakc_runtime_schema::nodes::video_encoder::{Profile, VideoEncoderProperties};

use super::{Account, Resource, Unit};
use oakc_core::graph::{Graph, LinkRef, NodeRef};
use oakc_core::hardware::Camera;
use oakc_core::infer::{Facts, Size};
use oakc_core::scripts::Scripts;

/// Pixels per second that the H.264 and H.265 encoder can process over all streams: 3840x2160 at
/// 30.
pub const VIDEO_LIMIT: u64 = 3840 * 2160 * 30;
/// What a public example of the library needs nevertheless: 3840x2160 and twice 1280x720, all at
/// 25. Not tried on a camera; this much is accepted.
pub const VIDEO_TOLERATED: u64 = (3840 * 2160 + 2 * 1280 * 720) * 25;
/// Pixels per second that the JPEG encoder can process over all streams, approximately.
pub const JPEG_LIMIT: u64 = 450_000_000;
/// Pixels per second that the image processor can process over all cameras, approximately.
pub const IMAGE_LIMIT: u64 = 600_000_000;
/// Bits per second that a camera has been measured to send over Gigabit Ethernet.
pub const ETHERNET_LIMIT: u64 = 797_000_000;

/// H.264 and H.265.
pub fn video(graph: &Graph, facts: &Facts) -> Account {
    let account = Account::new(
        Resource::VideoEncoder,
        Unit::PixelsPerSecond,
        Some(VIDEO_LIMIT),
    );
    encoders(graph, facts, account, |profile| profile != Profile::MJPEG)
}

/// JPEG.
pub fn jpeg(graph: &Graph, facts: &Facts) -> Account {
    let account = Account::new(
        Resource::JpegEncoder,
        Unit::PixelsPerSecond,
        Some(JPEG_LIMIT),
    );
    encoders(graph, facts, account, |profile| profile == Profile::MJPEG)
}

fn encoders(
    graph: &Graph,
    facts: &Facts,
    mut account: Account,
    counts: impl Fn(Profile) -> bool,
) -> Account {
    for node in graph.node_refs() {
        let Some(encoder) = node.properties::<VideoEncoderProperties>() else {
            continue;
        };
        if !counts(encoder.profile) || facts.output(&node, "bitstream").refused.is_some() {
            continue;
        }
        // The device uses the encoder's configured rate, not that of its input.
        let rate = f64::from(encoder.frame_rate);
        match facts.input(&node, "in").size {
            Some(size) => pixels(&mut account, &node, size.value, rate),
            None => account.add_unknown(&node),
        }
    }
    account
}

/// The pixels that the sensors read out.
pub fn image_processor(graph: &Graph, facts: &Facts) -> Account {
    let mut account = Account::new(
        Resource::ImageProcessor,
        Unit::PixelsPerSecond,
        Some(IMAGE_LIMIT),
    );
    let is_camera = |node: &NodeRef<'_>| node.kind().is_camera();
    for node in graph.node_refs().filter(is_camera) {
        let raw = facts.output(&node, "raw");
        match (&raw.size, &raw.fps) {
            (Some(size), Some(fps)) => pixels(&mut account, &node, size.value, fps.value),
            _ => account.add_unknown(&node),
        }
    }
    account
}

fn pixels(account: &mut Account, node: &NodeRef<'_>, size: Size, rate: f64) {
    let amount = times(size.pixels(), rate);
    account.add(node, format!("{size} at {rate} per second"), amount);
}

/// The input of the nodes that can send data out: no more than this can leave the device. Of the
/// Scripts these are the ones that open connections.
pub fn link(graph: &Graph, facts: &Facts, scripts: &Scripts, camera: Option<&Camera>) -> Account {
    let ethernet = camera.is_some_and(|camera| camera.ethernet);
    let limit = ethernet.then_some(ETHERNET_LIMIT);
    let mut account = Account::new(Resource::Link, Unit::BitsPerSecond, limit);
    let sends = |node: &NodeRef<'_>| match node.kind().role {
        Role::Program => {
            let source = scripts.of(node);
            let facts = source.and_then(|source| source.program.facts.as_ref());
            facts.is_none_or(|facts| facts.uses_network)
        }
        Role::Sender(_) => true,
        Role::Camera(_) | Role::Source | Role::Transform | Role::Receiver(_) => false,
    };
    for node in graph.node_refs().filter(sends) {
        for link in node.incoming() {
            let from = graph.config_of(link.from).map_or("", |from| &from.name);
            let what = format!("`{from}.{}` at most", link.output.name);
            match bit_rate(graph, facts, &link) {
                Some(bits) => account.add(&node, what, bits),
                None => account.add_unknown(&node),
            }
        }
    }
    account
}

fn bit_rate(graph: &Graph, facts: &Facts, link: &LinkRef<'_>) -> Option<u64> {
    let flow = facts.of(link);
    let from = graph.node_ref(link.from)?;
    if let Some(encoder) = from.properties::<VideoEncoderProperties>() {
        return encoded_rate(&encoder, flow.size.as_ref()?.value);
    }
    Some(times(8, flow.bandwidth()?))
}

/// The configured bit rate; otherwise the one that the device chooses by the number of rows.
fn encoded_rate(encoder: &VideoEncoderProperties, size: Size) -> Option<u64> {
    if encoder.profile == Profile::MJPEG {
        return None;
    }
    let asked = u64::try_from(encoder.bitrate).unwrap_or_default();
    let chosen = match size.height {
        0..=720 => 4_000_000,
        721..=1080 => 8_500_000,
        1081..=1440 => 14_000_000,
        _ => 20_000_000,
    };
    Some(if asked > 0 { asked } else { chosen })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "this is an estimate, and the cast saturates"
)]
fn times(amount: u64, rate: f64) -> u64 {
    (amount as f64 * rate) as u64
}
