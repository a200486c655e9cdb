//! The `config.json` of an NN archive, which `luxonis-ml` writes and DepthAI 3 reads.
//!
//! Keys that are not known are passed over, as DepthAI 3 does.

use super::{Anchors, Colour, Description, ImageDescription};
use crate::json::{Item, JsonError, optional};

/// The path of the model in its archive, and what else its description says.
pub(crate) fn model_path(root: &Item<'_>) -> Result<String, JsonError> {
    let metadata = root.need("model")?.need("metadata")?;
    Ok(metadata.need("path")?.text()?.to_owned())
}

/// Reads the text.
pub(super) fn read(file: &str, root: &Item<'_>) -> Result<Description, JsonError> {
    let model = root.need("model")?;
    let name = optional(model.get("metadata").and_then(|it| it.get("name")), |it| {
        it.text().map(str::to_owned)
    })?;
    let images = match model.get("inputs") {
        Some(inputs) => inputs.list(image)?.into_iter().flatten().collect(),
        None => Vec::new(),
    };
    let mut description = Description {
        file: file.to_owned(),
        name,
        images,
        ..Description::default()
    };
    let heads = optional(model.get("heads"), Item::items)?;
    if let Some(head) = chosen(heads.unwrap_or_default())? {
        read_head(&head, &mut description)?;
    }
    Ok(description)
}

/// The head whose results the device decodes; the first where it decodes none.
fn chosen(heads: Vec<Item<'_>>) -> Result<Option<Item<'_>>, JsonError> {
    let mut first = None;
    for head in heads {
        let parser = head.need("parser")?.text()?;
        let is_decoded = ["yolo", "yoloextendedparser", "ssd", "mobilenet"]
            .iter()
            .any(|known| parser.eq_ignore_ascii_case(known));
        if is_decoded {
            return Ok(Some(head));
        }
        first = first.or(Some(head));
    }
    Ok(first)
}

fn image(input: &Item<'_>) -> Result<Option<ImageDescription>, JsonError> {
    let name = optional(input.get("name"), |it| it.text().map(str::to_owned))?;
    if optional(input.get("input_type"), Item::text)?.is_some_and(|found| found != "image") {
        return Ok(None);
    }
    let shape = optional(input.get("shape"), |it| it.list(Item::whole))?.unwrap_or_default();
    let layout = optional(input.get("layout"), Item::text)?;
    let mut image = ImageDescription {
        input: name,
        size: layout.and_then(|layout| size(layout, &shape)),
        ..ImageDescription::default()
    };
    if let Some(preprocessing) = input.get("preprocessing") {
        let numbers = |key| optional(preprocessing.get(key), |it| it.list(Item::number));
        image.mean = numbers("mean")?.unwrap_or_default();
        image.scale = numbers("scale")?.unwrap_or_default();
        let frame = optional(preprocessing.get("dai_type"), Item::text)?;
        (image.colour, image.interleaved) = frame.map(frame_type).unwrap_or_default();
    }
    Ok(Some(image))
}

/// Width and height in a shape whose axes have these letters.
fn size(layout: &str, shape: &[u32]) -> Option<(u32, u32)> {
    let at = |letter| {
        let mut letters = layout.chars();
        let index = letters.position(|found| found.eq_ignore_ascii_case(&letter))?;
        shape.get(index).copied()
    };
    Some((at('W')?, at('H')?))
}

/// What the name of an `ImgFrame` type says, e.g. `BGR888p`.
fn frame_type(name: &str) -> (Option<Colour>, Option<bool>) {
    let upper = name.to_ascii_uppercase();
    let colour = [
        ("BGR", Colour::Bgr),
        ("RGB", Colour::Rgb),
        ("GRAY", Colour::Grey),
    ]
    .into_iter()
    .find_map(|(start, colour)| upper.starts_with(start).then_some(colour));
    let interleaved = match name.chars().last() {
        Some('p') => Some(false),
        Some('i') => Some(true),
        _ => None,
    };
    (colour, interleaved)
}

fn read_head(head: &Item<'_>, description: &mut Description) -> Result<(), JsonError> {
    description.parser = Some(head.need("parser")?.text()?.to_owned());
    let Some(metadata) = head.get("metadata") else {
        return Ok(());
    };
    let whole = |key| optional(metadata.get(key), Item::whole);
    let number = |key| optional(metadata.get(key), Item::number);
    let texts = |key| {
        let read = |it: &Item<'_>| it.list(|item| item.text().map(str::to_owned));
        optional(metadata.get(key), read).map(Option::unwrap_or_default)
    };
    description.labels = texts("classes")?;
    description.classes = whole("n_classes")?;
    if description.classes.is_none() && !description.labels.is_empty() {
        description.classes = u32::try_from(description.labels.len()).ok();
    }
    description.iou_threshold = number("iou_threshold")?;
    description.confidence_threshold = number("conf_threshold")?;
    description.subtype = optional(metadata.get("subtype"), |it| it.text().map(str::to_owned))?;
    description.outputs = texts("yolo_outputs")?;
    description.strides =
        optional(metadata.get("strides"), |it| it.list(Item::whole))?.unwrap_or_default();
    // A box of YOLO is its centre and its size.
    description.coordinates = Some(4);
    let anchors = optional(metadata.get("anchors"), |it| {
        it.list(|output| output.list(pair))
    })?;
    if let Some(anchors) = anchors.filter(|anchors| !anchors.is_empty()) {
        description.anchors = Anchors::ByOutput(anchors);
    }
    Ok(())
}

fn pair(anchor: &Item<'_>) -> Result<[f32; 2], JsonError> {
    let numbers = anchor.list(Item::number)?;
    let [width, height] = numbers.as_slice() else {
        return Err(anchor.error("must be a width and a height"));
    };
    Ok([*width, *height])
}
