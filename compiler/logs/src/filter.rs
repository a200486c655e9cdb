//! Which messages are wanted.

use jiff::Timestamp;

use crate::record::{Level, Record};

/// What a message has to be like to be shown. What is empty asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Cameras, by the name they go by or their address.
    pub cameras: Vec<String>,
    /// Script nodes.
    pub nodes: Vec<String>,
    /// The least urgent level.
    pub level: Option<Level>,
    /// A text that has to be in it, in upper or lower case.
    pub text: Option<String>,
    /// When it was received at the earliest.
    pub since: Option<Timestamp>,
    /// When it was received at the latest.
    pub until: Option<Timestamp>,
}

impl Filter {
    /// Whether the message is wanted. One without a level is as urgent as any.
    pub fn accepts(&self, record: &Record) -> bool {
        let is_of_camera = |name: &String| {
            let address = record.address.map(|address| address.to_string());
            *name == record.camera || address.as_ref() == Some(name)
        };
        let is_of_node = |name: &String| record.node.as_ref() == Some(name);
        let has = |text: &String| record.text.to_lowercase().contains(&text.to_lowercase());
        (self.cameras.is_empty() || self.cameras.iter().any(is_of_camera))
            && (self.nodes.is_empty() || self.nodes.iter().any(is_of_node))
            && (self.level.zip(record.level)).is_none_or(|(least, level)| level >= least)
            && self.text.as_ref().is_none_or(has)
            && self.since.is_none_or(|since| record.time >= since)
            && self.until.is_none_or(|until| record.time <= until)
    }
}
