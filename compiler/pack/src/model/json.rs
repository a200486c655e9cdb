//! A model as JSON.

use oakc_blob::Tensor;
use oakc_digest::sha256;
use oakc_model::{Description, SHAVES};
use serde_json::{Value, json};

use super::{Model, firmware, format_name, is_interleaved, picture, shape};

impl Model<'_> {
    /// For programs.
    pub fn describe(&self) -> Value {
        let blob = &self.blob;
        json!({
            "kind": "model",
            "format": format_name(self.content.format()),
            "size": self.bytes.len(),
            "sha256": sha256(self.bytes),
            "version": self.version(),
            "openvino": blob.openvino.name(),
            "firmware": firmware(blob.openvino.firmware_variant()),
            "shaves": blob.shaves,
            "shaves_to_choose_from": self.has_choice().then(|| SHAVES.collect::<Vec<_>>()),
            "cmx_slices": blob.slices,
            "stages": blob.stages,
            "inputs": blob.inputs.iter().map(input_json).collect::<Vec<_>>(),
            "outputs": blob.outputs.iter().map(tensor_json).collect::<Vec<_>>(),
            "description": self.description().map(|found| self.description_json(found)),
            "config": self.snippet(),
        })
    }

    fn description_json(&self, found: &Description) -> Value {
        let decoding = found.decoding(&self.blob);
        let images = found.images.iter().map(|image| {
            json!({
                "input": image.input,
                "size": image.size,
                "color_order": image.colour.map(|colour| colour.to_string()),
                "interleaved": image.interleaved,
                "mean": image.mean,
                "scale": image.scale,
            })
        });
        json!({
            "file": found.file,
            "name": found.name,
            "parser": found.parser,
            "subtype": found.subtype,
            "labels": found.labels,
            "num_classes": found.classes,
            "coordinate_size": decoding.coordinates,
            "anchors": decoding.anchors,
            "anchor_masks": decoding.anchor_masks,
            "iou_threshold": found.iou_threshold,
            "confidence_threshold": found.confidence_threshold,
            "images": images.collect::<Vec<_>>(),
        })
    }
}

fn input_json(tensor: &Tensor) -> Value {
    let image = picture(tensor).map(|image| {
        json!({
            "width": image.width,
            "height": image.height,
            "channels": image.channels,
            "interleaved": is_interleaved(image),
        })
    });
    let mut json = tensor_json(tensor);
    json["image"] = json!(image);
    json
}

fn tensor_json(tensor: &Tensor) -> Value {
    json!({
        "name": tensor.name,
        "type": tensor.data_type.to_string(),
        "shape": shape(tensor),
        "layout": tensor.order.to_string(),
        "bytes": tensor.packed_size(),
    })
}
