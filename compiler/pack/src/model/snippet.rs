//! How an application uses a model: a part of a configuration, ready to paste.
//!
//! The camera in it is there only where the model takes one image of a kind that a colour camera sends.

use std::path::Path;

use oakc_blob::{Axis, DataType, Tensor};
use oakc_core::config::detector;
use oakc_core::syntax::Language;
use oakc_model::{Colour, Description};
use oakc_runtime_schema::nodes::Kind;

use super::{Model, is_interleaved, picture};

impl Model<'_> {
    /// Tables of a configuration in TOML.
    pub fn snippet(&self) -> String {
        let quoted = |text: &str| Language::Toml.text(text);
        let name = key(self.path);
        let mut lines = vec![
            format!("[models.{name}]"),
            format!("path = {}", quoted(&self.path.display().to_string())),
        ];
        if let Some(file) = &self.beside {
            lines.push(format!("config = {}", quoted(&file.display().to_string())));
        }
        let camera = self.camera();
        if let Some(camera) = &camera {
            let [width, height] = camera.size;
            lines.push(String::new());
            lines.push("[nodes.cam]".to_owned());
            lines.push("type = \"ColorCamera\"".to_owned());
            lines.push(format!("preview_size = [{width}, {height}]"));
            lines.push(format!("interleaved = {}", camera.interleaved));
            let order = camera.order.map(quoted);
            lines.extend(order.map(|order| format!("color_order = {order}")));
        }
        lines.push(String::new());
        let kind = self.node();
        let node = if kind == Kind::NeuralNetwork {
            "network"
        } else {
            "detect"
        };
        lines.push(format!("[nodes.{node}]"));
        lines.push(format!("type = {}", quoted(kind.name())));
        lines.push(format!("model = {}", quoted(&name)));
        if camera.is_some() {
            let link = r#"inputs.in = { from = "cam.preview", queue_size = 1, blocking = false }"#;
            lines.push(link.to_owned());
        }
        lines
            .iter()
            .fold(String::new(), |text, line| text + line + "\n")
    }

    /// The kind of node that runs the model.
    fn node(&self) -> Kind {
        let family = self.description().and_then(Description::family);
        match (family, self.blob.outputs.as_slice()) {
            (Some(family), _) => detector(family),
            (None, [only]) if self.description().is_none() && is_ssd(only) => {
                Kind::MobileNetDetectionNetwork
            }
            _ => Kind::NeuralNetwork,
        }
    }

    /// A colour camera whose preview is what the model takes.
    fn camera(&self) -> Option<Camera> {
        let [input] = self.blob.inputs.as_slice() else {
            return None;
        };
        let image = picture(input).filter(|image| image.channels == 3)?;
        let described = self.description().and_then(|found| found.images.first());
        let colour = described.and_then(|image| image.colour);
        (input.data_type == DataType::U8f).then_some(Camera {
            size: [image.width, image.height],
            interleaved: is_interleaved(image),
            order: match colour {
                Some(Colour::Rgb) => Some("RGB"),
                Some(Colour::Bgr) => Some("BGR"),
                Some(Colour::Grey) | None => None,
            },
        })
    }
}

/// A name for the model in this file: that of the file, as far as keys can have it without quotes.
pub fn key(path: &Path) -> String {
    let file = super::name(path);
    let stem = file.split('.').next().unwrap_or_default();
    let allowed = |c: char| match c {
        c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
        _ => '_',
    };
    let name: String = stem.chars().map(allowed).collect();
    match name.chars().next() {
        None => "model".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("model_{name}"),
        Some(_) => name,
    }
}

/// What a camera is set to.
struct Camera {
    size: [u32; 2],
    interleaved: bool,
    order: Option<&'static str>,
}

/// Whether an output is the list of detections of a MobileNet-SSD: seven numbers each.
fn is_ssd(output: &Tensor) -> bool {
    output.extent(Axis::Width) == Some(7) && output.extent(Axis::Channels).is_none_or(|c| c == 1)
}
