//! Images linked to a model: a [`Context`] in, the images that do not match the model out.
//!
//! Each image has at most one fault, the worst. Messages that may not be images, or whose size or
//! type is unknown, have none.

use oakc_blob::{Layout, Tensor};
use oakc_runtime_schema::image::FrameType;

use super::networks::{Network, networks};
use crate::Context;
use oakc_core::graph::LinkRef;
use oakc_core::infer::{Fact, Flow, Size, bits_per_pixel};

/// An image that does not fit a model.
pub(super) struct Mismatch<'a> {
    /// The node that runs the model.
    pub(super) network: &'a str,
    pub(super) link: LinkRef<'a>,
    /// The image.
    pub(super) size: Fact<Size>,
    pub(super) frame_type: Fact<FrameType>,
    pub(super) bytes: u64,
    /// The image that the model expects.
    pub(super) wanted: Image,
    pub(super) fault: Fault,
}

/// What is wrong with an image.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It has fewer bytes than the tensor.
    TooFewBytes,
    /// It has a different size.
    Size,
    /// It stores its colours in a different layout or number format.
    Layout,
}

/// A tensor that is an image.
#[derive(Clone, Copy)]
pub(super) struct Image {
    pub(super) size: Size,
    pub(super) channels: u64,
    /// Bits per colour of a pixel.
    pub(super) depth: u64,
    pub(super) layout: Layout,
    pub(super) bytes: u64,
}

/// All images that do not fit the model that they are linked to.
pub(super) fn mismatches<'a>(context: &Context<'a>) -> Vec<Mismatch<'a>> {
    let mut all = Vec::new();
    for network in networks(context) {
        for link in network.node.incoming() {
            let tensor = tensor(&network, &link);
            let flow = context.facts.of(&link);
            let found = tensor.and_then(|tensor| mismatch(&network, link, flow, tensor));
            all.extend(found);
        }
    }
    all
}

/// The tensor to which a link leads.
fn tensor<'a>(network: &Network<'a>, link: &LinkRef<'_>) -> Option<&'a Tensor> {
    let inputs = &network.blob?.inputs;
    if link.input.group == "inputs" {
        return inputs.iter().find(|tensor| tensor.name == link.input.name);
    }
    match inputs.as_slice() {
        [only] if link.input.name == "in" => Some(only),
        _ => None,
    }
}

fn mismatch<'a>(
    network: &Network<'a>,
    link: LinkRef<'a>,
    flow: &Flow,
    tensor: &Tensor,
) -> Option<Mismatch<'a>> {
    let wanted = Image::of(tensor)?;
    let (size, frame_type) = (flow.size.clone()?, flow.frame_type.clone()?);
    let bits = bits_per_pixel(frame_type.value)?;
    let bytes = flow.bytes.as_ref()?.value;
    let same_pixels = bits == wanted.channels.saturating_mul(wanted.depth);
    let fault = if bytes < wanted.bytes {
        Fault::TooFewBytes
    } else if !same_pixels && bytes == wanted.bytes {
        // The model reinterprets the bytes, like models that read 16-bit depth as 8-bit values.
        return None;
    } else if size.value != wanted.size {
        Fault::Size
    } else if !wanted.takes(frame_type.value) {
        Fault::Layout
    } else {
        return None;
    };
    Some(Mismatch {
        network: network.node.name(),
        link,
        size,
        frame_type,
        bytes,
        wanted,
        fault,
    })
}

impl Image {
    fn of(tensor: &Tensor) -> Option<Self> {
        let image = tensor.image()?;
        Some(Self {
            size: Size::new(image.width.into(), image.height.into()),
            channels: image.channels.into(),
            depth: 8 * u64::from(tensor.data_type.size()?),
            layout: image.layout,
            bytes: tensor.packed_size()?,
        })
    }

    /// Whether the tensor can hold images of this format.
    pub(super) fn takes(&self, frame_type: FrameType) -> bool {
        let planar = self.is_planar().zip(is_planar(frame_type));
        bits_per_pixel(frame_type) == Some(self.channels.saturating_mul(self.depth))
            && planar.is_none_or(|(wanted, given)| wanted == given)
    }

    /// Whether each colour is stored separately; `None` if that makes no difference or is unknown.
    pub(super) fn is_planar(&self) -> Option<bool> {
        match self.layout {
            _ if self.channels != 3 => None,
            Layout::Planar => Some(true),
            Layout::Interleaved | Layout::UnlabelledInterleaved => Some(false),
            Layout::Other => None,
        }
    }
}

/// Whether each colour is stored separately; `None` for other images.
pub(super) fn is_planar(frame_type: FrameType) -> Option<bool> {
    use FrameType as T;
    match frame_type {
        T::RGB888p | T::BGR888p | T::RGBF16F16F16p | T::BGRF16F16F16p => Some(true),
        T::RGB888i | T::BGR888i | T::RGBF16F16F16i | T::BGRF16F16F16i => Some(false),
        _ => None,
    }
}
