//! A model as a page of text.

use std::fmt::Write as _;

use oakc_blob::{FirmwareVariant, ImageTensor, Layout, Tensor};
use oakc_diag::render::Page;
use oakc_digest::sha256;
use oakc_model::{Description, ImageDescription};

use super::{Model, picture, shape};
use crate::grouped;

/// Labels that are shown; the JSON has all of them.
const MOST_LABELS: usize = 8;

impl Model<'_> {
    /// For people.
    pub fn page(&self) -> Page {
        let blob = &self.blob;
        let mut page = Page::new();
        page.line(format_args!(
            "{}  {} (RVC2)",
            self.path.display(),
            self.content.format()
        ));
        let (size, digest) = (grouped(self.bytes.len() as u64), sha256(self.bytes));
        page.line(format_args!("  {size} bytes, sha256 {digest}"));
        page.line(format_args!(
            "  blob version {}, taken for OpenVINO {}{}",
            self.version(),
            blob.openvino,
            match blob.openvino.firmware_variant() {
                FirmwareVariant::Universal => "",
                FirmwareVariant::Patched => ", whose firmware is deprecated",
                FirmwareVariant::Unavailable => ", for which there is no longer any firmware",
            }
        ));
        let stages = count(blob.stages, "stage");
        if self.has_choice() {
            page.line(format_args!(
                "  for 1 to 16 SHAVEs (`shaves`); what follows is for {}, {stages}",
                blob.shaves
            ));
        } else {
            page.line(format_args!(
                "  compiled for {} and {}, {stages}",
                count(blob.shaves, "SHAVE"),
                count(blob.slices, "CMX slice"),
            ));
        }
        add_tensors(&mut page, "inputs", &blob.inputs, picture);
        add_tensors(&mut page, "outputs", &blob.outputs, |_| None);
        if let Some(description) = self.description() {
            self.add_description(&mut page, description);
        }
        page.heading("config");
        for line in self.snippet().lines() {
            let indent = if line.is_empty() { "" } else { "  " };
            page.line(format_args!("{indent}{line}"));
        }
        page
    }

    fn add_description(&self, page: &mut Page, found: &Description) {
        page.heading(&found.file);
        let mut add = |key: &str, value: String| page.line(format_args!("  {key:<21} {value}"));
        if let Some(name) = &found.name {
            add("name", name.clone());
        }
        if let Some(parser) = &found.parser {
            let subtype = found.subtype.iter().map(|subtype| format!(", {subtype}"));
            add("parser", parser.clone() + &subtype.collect::<String>());
        }
        for image in &found.images {
            add("image", image_text(image));
        }
        if let Some(classes) = found.classes {
            add("num_classes", classes.to_string());
        }
        if !found.labels.is_empty() {
            add("labels", labels(&found.labels));
        }
        let decoding = found.decoding(&self.blob);
        if let Some(coordinates) = decoding.coordinates {
            add("coordinate_size", coordinates.to_string());
        }
        if let Some(anchors) = decoding.anchors.filter(|anchors| !anchors.is_empty()) {
            add("anchors", format!("{anchors:?}"));
        }
        for (side, mask) in decoding.anchor_masks.into_iter().flatten() {
            add("anchor_masks", format!("{side} = {mask:?}"));
        }
        if let Some(threshold) = found.confidence_threshold {
            add("confidence_threshold", threshold.to_string());
        }
        if let Some(threshold) = found.iou_threshold {
            add("iou_threshold", threshold.to_string());
        }
    }
}

fn labels(labels: &[String]) -> String {
    let shown = labels.get(..MOST_LABELS).unwrap_or(labels).join(", ");
    match labels.len().checked_sub(MOST_LABELS) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

fn image_text(image: &ImageDescription) -> String {
    let size = image
        .size
        .map(|(width, height)| format!("{width}x{height}"));
    let colour = image.colour.map(|colour| colour.to_string());
    let layout = image.interleaved.map(|interleaved| {
        let layout = if interleaved { "interleaved" } else { "planar" };
        layout.to_owned()
    });
    let parts = [size, colour, layout, image.input.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn count(number: u32, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}

fn layout(image: ImageTensor) -> &'static str {
    match image.layout {
        Layout::Planar => "planar",
        Layout::Interleaved => "interleaved",
        Layout::UnlabelledInterleaved => "interleaved, whatever its layout says",
        Layout::Other => "neither planar nor interleaved",
    }
}

/// Adds one line for each tensor; `picture` says which of them are images.
fn add_tensors(
    page: &mut Page,
    title: &str,
    tensors: &[Tensor],
    picture: fn(&Tensor) -> Option<ImageTensor>,
) {
    page.heading(title);
    if tensors.is_empty() {
        page.line("  none");
    }
    let names = tensors.iter().map(|tensor| tensor.name.chars().count());
    let width = names.max().unwrap_or_default();
    for tensor in tensors {
        let shape: Vec<_> = shape(tensor).iter().map(u32::to_string).collect();
        let (name, data_type) = (&tensor.name, tensor.data_type.to_string());
        let (shape, order) = (shape.join("x"), tensor.order);
        let mut line = format!("  {name:<width$}  {data_type:<4}  {shape} {order}");
        if let Some(bytes) = tensor.packed_size() {
            let _ = write!(line, ", {} bytes", grouped(bytes));
        }
        if let Some(image) = picture(tensor) {
            let (width, height) = (image.width, image.height);
            let _ = write!(line, ": an image of {width}x{height}, {}", layout(image));
        }
        page.line(line);
    }
}
