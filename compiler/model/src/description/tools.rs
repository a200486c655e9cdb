//! The JSON of the YOLO tools, of the DepthAI SDK's zoo, and of the demo before it: `nn_config` and `mappings`.

use std::collections::BTreeMap;

use super::{Anchors, Description, ImageDescription};
use crate::json::{Item, JsonError, optional};

/// Reads the text.
pub(super) fn read(file: &str, root: &Item<'_>) -> Result<Description, JsonError> {
    let config = root.need("nn_config")?;
    // YOLO has its settings in a table of their own, MobileNet beside the family.
    let specific = config.get("NN_specific_metadata");
    let setting = |keys: &[&str]| {
        let nested = specific.as_ref().and_then(|it| it.any(keys));
        nested.or_else(|| config.any(keys))
    };
    let text = |item: Option<Item<'_>>| optional(item, |it| it.text().map(str::to_owned));
    let size = optional(config.get("input_size"), size)?;
    let images = size.map(|size| ImageDescription {
        size: Some(size),
        ..ImageDescription::default()
    });
    let model = root.get("model");
    let anchors = optional(setting(&["anchors"]), |it| it.list(Item::number))?;
    let masks = optional(setting(&["anchor_masks"]), masks)?;
    let labels = root.get("mappings").and_then(|it| it.get("labels"));
    Ok(Description {
        file: file.to_owned(),
        name: text(model.as_ref().and_then(|it| it.get("model_name")))?,
        parser: text(config.get("NN_family"))?,
        images: images.into_iter().collect(),
        labels: optional(labels, read_labels)?.unwrap_or_default(),
        classes: optional(setting(&["classes"]), Item::whole)?,
        coordinates: optional(setting(&["coordinates"]), Item::whole)?,
        iou_threshold: optional(setting(&["iou_threshold"]), Item::number)?,
        confidence_threshold: optional(
            setting(&["confidence_threshold", "conf_threshold"]),
            Item::number,
        )?,
        anchors: Anchors::Flat {
            anchors: anchors.unwrap_or_default(),
            masks: masks.unwrap_or_default(),
        },
        openvino: text(root.get("openvino_version"))?,
        ..Description::default()
    })
}

/// `416x352`: width and height.
fn size(item: &Item<'_>) -> Result<(u32, u32), JsonError> {
    let parts = item.text()?.split_once('x');
    let parts = parts.and_then(|(w, h)| Some((w.trim().parse().ok()?, h.trim().parse().ok()?)));
    parts.ok_or_else(|| item.error("must be a width and a height, e.g. \"416x416\""))
}

fn masks(item: &Item<'_>) -> Result<BTreeMap<String, Vec<i32>>, JsonError> {
    let index = |it: &Item<'_>| {
        let index = i32::try_from(it.whole()?);
        index.map_err(|_| it.error("must be the index of an anchor"))
    };
    let entries = item.entries()?.into_iter();
    entries
        .map(|(side, mask)| Ok((side.to_owned(), mask.list(index)?)))
        .collect()
}

/// A list, or a table from the number of the class; a label may stand in a list with its colour.
fn read_labels(item: &Item<'_>) -> Result<Vec<String>, JsonError> {
    if item.is_list() {
        return item.list(label);
    }
    let mut labels = Vec::new();
    for (key, value) in item.entries()? {
        let class: u32 = key
            .parse()
            .map_err(|_| value.error("must be under the number of its class"))?;
        labels.push((class, label(&value)?));
    }
    labels.sort_by_key(|(class, _)| *class);
    // Nothing tells what stands in a gap.
    let is_complete = labels.iter().zip(0..).all(|((class, _), at)| *class == at);
    if !is_complete {
        return Err(item.error("must have every class from 0 on, each once"));
    }
    Ok(labels.into_iter().map(|(_, label)| label).collect())
}

fn label(item: &Item<'_>) -> Result<String, JsonError> {
    if !item.is_list() {
        return Ok(item.text()?.to_owned());
    }
    let items = item.items()?;
    let first = items
        .first()
        .ok_or_else(|| item.error("must have a label"))?;
    Ok(first.text()?.to_owned())
}
