//! What native nodes compute: messages in, messages out. One file for each kind.
//!
//! A [`Compute`] is asked when a node has done its work. It knows neither queues nor times; whatever it keeps from one message
//! to the next is its own. Never: a clock, or a random number.

mod cast;
mod config;
mod detection_parser;
mod edge_detector;
mod ffmpeg;
mod image_manip;
pub(crate) mod network;
mod object_tracker;
mod picture;
mod spatial;
pub(crate) mod system_logger;
mod tensors;
mod video_encoder;
mod warp;

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use oakc_runtime_schema::nodes::Kind;

use crate::message::Message;
use crate::observation::{Level, PortName};
use crate::program::ProgramNode;
use network::worker::Worker;

/// What a node computes.
pub(crate) trait Compute: Debug + Send {
    /// The outputs that it computes.
    fn outputs(&self) -> &'static [&'static str];

    /// The inputs whose bytes decide what it sends.
    fn reads(&self) -> &'static [&'static str];

    /// Whether pictures of a camera that was shown nothing are enough for it.
    fn takes_blank(&self) -> bool {
        false
    }

    /// A program that it needs and that is not on this machine.
    fn lacks(&self) -> Option<&'static str> {
        None
    }

    /// Whether the message that waits at `inputConfig` says that nothing is taken from an input this time.
    fn leaves(&self, _input: &str, _settings: &Message) -> bool {
        false
    }

    /// What becomes of these messages.
    fn compute(&mut self, taken: &Taken<'_>) -> Made;
}

/// The messages that a node took from its inputs.
#[derive(Debug)]
pub(crate) struct Taken<'a>(Vec<(&'a PortName, &'a Message)>);

impl<'a> Taken<'a> {
    pub(crate) fn new(messages: Vec<(&'a PortName, &'a Message)>) -> Self {
        Self(messages)
    }

    /// The first, whatever input it came to.
    pub(crate) fn first(&self) -> Option<&'a Message> {
        self.0.first().map(|(_, message)| *message)
    }

    /// That of an input of a group.
    pub(crate) fn of_group(&self, group: &str, input: &str) -> Option<&'a Message> {
        let mut messages = self.0.iter();
        let found = messages.find(|(name, _)| name.port == input && name.group == group);
        found.map(|(_, message)| *message)
    }

    /// That of an input.
    pub(crate) fn get(&self, input: &str) -> Option<&'a Message> {
        let mut messages = self.0.iter();
        let found = messages.find(|(name, _)| name.port == input && name.group.is_empty());
        found.map(|(_, message)| *message)
    }
}

/// What a node sends, and what it has to say.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// Messages by output.
    pub(crate) messages: Vec<(&'static str, Message)>,
    /// Lines of its log.
    pub(crate) lines: Vec<(Level, String)>,
}

impl Made {
    /// A message of one output.
    pub(crate) fn message(output: &'static str, message: Message) -> Self {
        Self {
            messages: vec![(output, message)],
            lines: Vec::new(),
        }
    }

    /// The messages of an output.
    pub(crate) fn of(&self, output: &str) -> Vec<Message> {
        let messages = self.messages.iter().filter(|(of, _)| *of == output);
        messages.map(|(_, message)| message.clone()).collect()
    }

    /// Nothing is sent, and this is why.
    pub(crate) fn nothing(why: impl Into<String>) -> Self {
        Self {
            messages: Vec::new(),
            lines: vec![(Level::Error, why.into())],
        }
    }
}

/// What a node computes; none for one that computes nothing. All networks share the `worker`.
pub(crate) fn of(node: &ProgramNode, worker: &Arc<Mutex<Worker>>) -> Option<Box<dyn Compute>> {
    match node.kind {
        Kind::Cast => Some(Box::new(cast::Cast::new(node)?)),
        Kind::DetectionParser => Some(Box::new(detection_parser::DetectionParser::new(node)?)),
        Kind::EdgeDetector => Some(Box::new(edge_detector::EdgeDetector::new(node)?)),
        Kind::ObjectTracker => Some(Box::new(object_tracker::ObjectTracker::new(node)?)),
        Kind::SpatialLocationCalculator => {
            Some(Box::new(spatial::SpatialLocationCalculator::new(node)?))
        }
        Kind::ImageManip => Some(Box::new(image_manip::ImageManip::new(node)?)),
        Kind::MobileNetDetectionNetwork
        | Kind::MobileNetSpatialDetectionNetwork
        | Kind::NeuralNetwork
        | Kind::YoloDetectionNetwork
        | Kind::YoloSpatialDetectionNetwork => Some(Box::new(network::Network::new(node, worker)?)),
        Kind::VideoEncoder => Some(Box::new(video_encoder::VideoEncoder::new(node)?)),
        Kind::Warp => Some(Box::new(warp::Warp::new(node)?)),
        Kind::AprilTag
        | Kind::Camera
        | Kind::ColorCamera
        | Kind::FeatureTracker
        | Kind::IMU
        | Kind::ImageAlign
        | Kind::MessageDemux
        | Kind::MonoCamera
        | Kind::PointCloud
        | Kind::SPIIn
        | Kind::SPIOut
        | Kind::Script
        | Kind::StereoDepth
        | Kind::Sync
        | Kind::SystemLogger
        | Kind::ToF
        | Kind::UVC
        | Kind::XLinkIn
        | Kind::XLinkOut => None,
    }
}
