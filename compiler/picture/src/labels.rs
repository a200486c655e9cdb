//! What is written on links.
//!
//! In: a link, and what flows over it. Out: message, size, rate and queue, as far as they are
//! known. Never: the size of encoded images, which varies.

use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::node::{Accepts, can_connect};

use oakc_core::graph::LinkRef;
use oakc_core::infer::{Facts, Flow, Size};

/// What is known of a link.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkLabel {
    /// The message types that can flow.
    pub messages: Vec<String>,
    /// How pixels are stored.
    pub frame_type: Option<FrameType>,
    /// Width and height in pixels.
    pub size: Option<Size>,
    /// Messages per second.
    pub fps: Option<f64>,
    /// Bytes per second; an upper limit where messages differ in size.
    pub bandwidth: Option<f64>,
    /// Whether a full queue stops the sender; otherwise it drops its oldest message.
    pub blocking: bool,
    /// How many messages the queue of the input holds.
    pub queue_size: i32,
}

impl LinkLabel {
    pub(super) fn of(link: &LinkRef<'_>, facts: &Facts) -> Self {
        let flow: &Flow = facts.of(link);
        Self {
            messages: messages(link.output.datatypes, link.input.datatypes),
            frame_type: flow.frame_type.as_ref().map(|fact| fact.value),
            size: flow.size.as_ref().map(|fact| fact.value),
            fps: flow.fps.as_ref().map(|fact| fact.value),
            bandwidth: flow.bandwidth(),
            blocking: link.input.blocking,
            queue_size: link.input.queue_size,
        }
    }

    /// Whether its messages change the settings of a node.
    pub(super) fn is_settings(&self) -> bool {
        let settings = |name: &String| name == "CameraControl" || name.ends_with("Config");
        self.messages.iter().all(settings)
    }

    /// What a message is, e.g. `NV12 1920×1080` or `ImgDetections`.
    pub fn message(&self) -> String {
        let frame = self.frame_type.map(|frame| match frame {
            FrameType::BITSTREAM => "bitstream".to_owned(),
            other => format!("{other:?}"),
        });
        let size = self
            .size
            .map(|size| format!("{}×{}", size.width, size.height));
        match (frame, size) {
            (None, None) => self.messages.join(" or "),
            (frame, size) => {
                let type_ = frame.or_else(|| Some(self.messages.join(" or ")));
                type_.into_iter().chain(size).collect::<Vec<_>>().join(" ")
            }
        }
    }

    /// How much flows, e.g. `15 fps · 46.7 MB/s`.
    pub fn rate(&self) -> Option<String> {
        let fps = self.fps.map(|fps| format!("{} fps", number(fps)));
        // An encoded image can have any size up to a limit that says nothing about the usual size.
        let varies = self.frame_type == Some(FrameType::BITSTREAM);
        let bandwidth = self.bandwidth.filter(|_| !varies).map(bandwidth);
        let known: Vec<_> = fps.into_iter().chain(bandwidth).collect();
        (!known.is_empty()).then(|| known.join(" · "))
    }

    /// How the queue behaves, e.g. `queue 1, drops old`.
    pub fn queue(&self) -> String {
        let full = if self.blocking { "blocks" } else { "drops old" };
        format!("queue {}, {full}", self.queue_size)
    }

    /// All of these, one line each.
    pub fn lines(&self) -> Vec<String> {
        let rate = self.rate();
        [self.message()]
            .into_iter()
            .chain(rate)
            .chain([self.queue()])
            .collect()
    }
}

/// The types that an output sends and an input takes. `Buffer` stands for any message.
fn messages(output: &[Accepts], input: &[Accepts]) -> Vec<String> {
    let shared = |sent: &&Accepts| can_connect(&[**sent], input);
    let sent: Vec<_> = output.iter().filter(shared).collect();
    let is_any = |accepts: &&Accepts| accepts.datatype == Datatype::Buffer;
    let types = if sent.iter().all(is_any) {
        input.iter().collect()
    } else {
        sent
    };
    if types.iter().all(is_any) {
        return vec!["any message".to_owned()];
    }
    types
        .iter()
        .map(|accepts| accepts.datatype.name())
        .collect()
}

fn bandwidth(bytes: f64) -> String {
    match bytes {
        large if large >= 1e9 => format!("{} GB/s", number(large / 1e9)),
        medium if medium >= 1e6 => format!("{} MB/s", number(medium / 1e6)),
        small => format!("{} kB/s", number(small / 1e3)),
    }
}

/// Three digits, or all those before the decimal point.
fn number(x: f64) -> String {
    let text = match x {
        large if large >= 99.95 => format!("{large:.0}"),
        medium if medium >= 9.995 => format!("{medium:.1}"),
        small => format!("{small:.2}"),
    };
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_significant_digits() {
        let texts = [30.0, 29.97, 7.5, 0.0, 1234.5, 99.99].map(number);
        assert_eq!(texts, ["30", "30", "7.5", "0", "1234", "100"]);
        assert_eq!(bandwidth(31_104_000.0), "31.1 MB/s");
        assert_eq!(bandwidth(900.0), "0.9 kB/s");
    }

    #[test]
    fn where_any_message_can_be_sent_the_input_decides_the_label() {
        let any = &[Accepts::family(Datatype::Buffer)];
        let image = &[Accepts::exactly(Datatype::ImgFrame)];
        assert_eq!(messages(any, image), ["ImgFrame"]);
        assert_eq!(messages(image, any), ["ImgFrame"]);
        assert_eq!(messages(any, any), ["any message"]);
    }
}
