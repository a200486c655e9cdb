//! What native nodes compute: messages in, messages out. One file for each kind.
//!
//! A [`Compute`] is asked when a node has done its work. It knows neither queues nor times; whatever it keeps from one message
//! to the next is its own. Never: a clock, or a random number.

mod config;
mod image_manip;
mod picture;
mod video_encoder;

use std::fmt::Debug;

use oakc_runtime_schema::nodes::Kind;

use crate::message::Message;
use crate::observation::{Level, PortName};
use crate::program::ProgramNode;

/// What a node computes.
pub(crate) trait Compute: Debug {
    /// The outputs that it computes.
    fn outputs(&self) -> &'static [&'static str];

    /// The inputs whose bytes decide what it sends.
    fn reads(&self) -> &'static [&'static str];

    /// Whether pictures of a camera that was shown nothing are enough for it.
    fn takes_blank(&self) -> bool {
        false
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
    pub(crate) fn nothing(why: impl ToString) -> Self {
        Self {
            messages: Vec::new(),
            lines: vec![(Level::Error, why.to_string())],
        }
    }
}

/// What a node computes; none for one that computes nothing.
pub(crate) fn of(node: &ProgramNode) -> Option<Box<dyn Compute>> {
    match node.kind {
        Kind::ImageManip => Some(Box::new(image_manip::ImageManip::new(node)?)),
        Kind::VideoEncoder => Some(Box::new(video_encoder::VideoEncoder::new(node)?)),
        Kind::AprilTag
        | Kind::Camera
        | Kind::Cast
        | Kind::ColorCamera
        | Kind::DetectionParser
        | Kind::EdgeDetector
        | Kind::FeatureTracker
        | Kind::IMU
        | Kind::ImageAlign
        | Kind::MessageDemux
        | Kind::MobileNetDetectionNetwork
        | Kind::MobileNetSpatialDetectionNetwork
        | Kind::MonoCamera
        | Kind::NeuralNetwork
        | Kind::ObjectTracker
        | Kind::PointCloud
        | Kind::SPIIn
        | Kind::SPIOut
        | Kind::Script
        | Kind::SpatialLocationCalculator
        | Kind::StereoDepth
        | Kind::Sync
        | Kind::SystemLogger
        | Kind::ToF
        | Kind::UVC
        | Kind::Warp
        | Kind::XLinkIn
        | Kind::XLinkOut
        | Kind::YoloDetectionNetwork
        | Kind::YoloSpatialDetectionNetwork => None,
    }
}
