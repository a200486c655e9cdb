//! What ONNX and OpenVINO IR say of themselves, before they are compiled: the bytes of a file in, a page, JSON and a part of
//! a configuration out. Nothing is compiled for it.

use std::collections::BTreeMap;
use std::path::Path;

use oakc_core::syntax::Language;
use oakc_diag::render::Page;
use oakc_digest::sha256;
use oakc_pack::model::key;
use oakc_toolchain::ir::{Ir, NotIr};
use oakc_toolchain::onnx::{Onnx, Size};
use oakc_toolchain::{Error, Refusal, Settings, Source, SourceError};
use serde_json::{Value, json};

use crate::advice::Advice as _;
use crate::summary::grouped;

/// A model that has to be compiled.
pub(super) struct Network<'a> {
    path: &'a Path,
    bytes: &'a [u8],
    format: &'static str,
    /// What is known about the file, in lines.
    about: Vec<String>,
    /// The same for programs.
    facts: Value,
    operators: BTreeMap<String, usize>,
    inputs: Vec<Tensor>,
    outputs: Vec<Tensor>,
    /// What the compiler would say, as far as that is known without it.
    refused: Option<Error>,
}

/// An input or an output.
struct Tensor {
    name: String,
    data_type: String,
    /// Sizes, outermost first; none where one is open.
    shape: Vec<Option<u32>>,
}

/// The size that the configuration to paste gives to what is open.
const EXAMPLE: u32 = 320;

/// Kinds of operators that are shown; the JSON has all of them.
const MOST_KINDS: usize = 12;

impl<'a> Network<'a> {
    /// Reads what is in the file at `path`.
    pub(super) fn read(path: &'a Path, bytes: &'a [u8]) -> Result<Self, SourceError> {
        let name = path.display().to_string();
        if path.extension().is_some_and(|it| it == "xml") {
            return Self::of_ir(path, bytes);
        }
        let model = Onnx::parse(bytes).map_err(|reason| SourceError::Malformed { name, reason })?;
        Ok(Self::of_onnx(path, bytes, &model))
    }

    fn of_onnx(path: &'a Path, bytes: &'a [u8], model: &Onnx<'_>) -> Self {
        let tensor = |tensor: &oakc_toolchain::onnx::Tensor<'_>| Tensor {
            name: tensor.name.to_owned(),
            data_type: data_type(tensor.data_type),
            shape: tensor.shape.iter().map(fixed).collect(),
        };
        let mut operators = BTreeMap::new();
        for operator in &model.operators {
            let count: &mut usize = operators.entry(operator.kind.to_owned()).or_default();
            *count = count.saturating_add(1);
        }
        let producer = match model.producer {
            "" => String::new(),
            producer => format!(", written by {producer}"),
        };
        let mut about = vec![format!(
            "opset {}, version {} of the format{producer}",
            model.opset, model.ir_version
        )];
        if model.has_external_weights {
            about.push("its weights are in other files".to_owned());
        }
        let name = path.display().to_string();
        let source = Source::new(&name, bytes.into(), None);
        let checked = source.map_err(Error::from);
        let checked = checked.and_then(|it| it.check(&Settings::new(1)));
        Self {
            path,
            bytes,
            format: "onnx",
            about,
            facts: json!({
                "opset": model.opset,
                "ir_version": model.ir_version,
                "producer": model.producer,
                "external_weights": model.has_external_weights,
            }),
            operators,
            inputs: model.inputs.iter().map(tensor).collect(),
            outputs: model.outputs.iter().map(tensor).collect(),
            refused: checked.err(),
        }
    }

    fn of_ir(path: &'a Path, bytes: &'a [u8]) -> Result<Self, SourceError> {
        let name = path.display().to_string();
        let text = std::str::from_utf8(bytes).map_err(|error| NotIr::NotXml(error.to_string()));
        let read = text.and_then(Ir::parse);
        let ir = read.map_err(|reason| SourceError::NotIr {
            name: name.clone(),
            reason,
        })?;
        let tensor = |tensor: &oakc_toolchain::ir::Tensor| Tensor {
            name: tensor.name.clone(),
            data_type: tensor.precision.clone(),
            shape: tensor
                .shape
                .iter()
                .map(|size| u32::try_from(*size).ok())
                .collect(),
        };
        // Whatever its weights are, they do not decide about this; but they have to be there.
        let source = Source::new(&name, bytes.into(), Some([].as_slice().into()));
        let weights = path.with_extension("bin");
        let lacks_weights = (!weights.exists()).then(|| SourceError::NoWeights {
            name,
            weights: weights.display().to_string(),
        });
        Ok(Self {
            path,
            bytes,
            format: "ir",
            about: vec![format!(
                "version {} of the format; its weights are in the .bin beside it",
                ir.version
            )],
            facts: json!({ "name": ir.name, "ir_version": ir.version }),
            inputs: ir.inputs.iter().map(tensor).collect(),
            outputs: ir.outputs.iter().map(tensor).collect(),
            operators: ir.kinds,
            refused: source.err().or(lacks_weights).map(Error::from),
        })
    }

    /// For programs.
    pub(super) fn describe(&self) -> Value {
        let tensors = |tensors: &[Tensor]| -> Vec<Value> {
            let json =
                |it: &Tensor| json!({ "name": it.name, "type": it.data_type, "shape": it.shape });
            tensors.iter().map(json).collect()
        };
        let refused = self.refused.as_ref();
        let mut described = json!({
            "kind": "model",
            "format": self.format,
            "size": self.bytes.len(),
            "sha256": sha256(self.bytes),
            "inputs": tensors(&self.inputs),
            "outputs": tensors(&self.outputs),
            "operators": self.operators,
            "refused": refused.map(|error| json!({ "message": reason(error), "help": error.advice() })),
            "config": self.snippet(),
        });
        if let (Value::Object(all), Value::Object(facts)) = (&mut described, &self.facts) {
            all.extend(facts.clone());
        }
        described
    }

    /// For people.
    pub(super) fn page(&self) -> Page {
        let mut page = Page::new();
        let what = match self.format {
            "onnx" => "ONNX",
            _ => "OpenVINO IR",
        };
        page.line(format_args!(
            "{}  {what}, to be compiled",
            self.path.display()
        ));
        let size = grouped(self.bytes.len() as u64);
        page.line(format_args!(
            "  {size} bytes, sha256 {}",
            sha256(self.bytes)
        ));
        for line in &self.about {
            page.line(format_args!("  {line}"));
        }
        page.line(format_args!("  {}", self.kinds()));
        if let Some(error) = &self.refused {
            page.heading("cannot be compiled");
            page.line(format_args!("  {}", reason(error)));
            if let Some(advice) = error.advice() {
                page.line(format_args!("  {advice}"));
            }
        }
        add(&mut page, "inputs", &self.inputs);
        add(&mut page, "outputs", &self.outputs);
        if self.refused.is_none() {
            page.heading("to compile it");
            let path = self.path.display();
            page.line(format_args!(
                "  a build does; or: oakc model compile {path} -o {} --shaves 6",
                self.path.with_extension("blob").display()
            ));
        }
        page.heading("config");
        for line in self.snippet().lines() {
            let indent = if line.is_empty() { "" } else { "  " };
            page.line(format_args!("{indent}{line}"));
        }
        page
    }

    /// The most frequent operators.
    fn kinds(&self) -> String {
        let all = self
            .operators
            .values()
            .fold(0_usize, |all, count| all.saturating_add(*count));
        let mut kinds: Vec<_> = self.operators.iter().collect();
        kinds.sort_by_key(|(kind, count)| (std::cmp::Reverse(**count), kind.as_str()));
        let shown = kinds.iter().take(MOST_KINDS);
        let shown: Vec<_> = shown
            .map(|(kind, count)| format!("{kind} {count}"))
            .collect();
        let more = match kinds.len().saturating_sub(MOST_KINDS) {
            0 => String::new(),
            more => format!(" and {more} kinds more"),
        };
        format!("{all} operators: {}{more}", shown.join(", "))
    }

    /// Tables of a configuration in TOML.
    fn snippet(&self) -> String {
        let quoted = |text: &str| Language::Toml.text(text);
        let name = key(self.path);
        let mut lines = vec![
            format!("[models.{name}]"),
            format!("path = {}", quoted(&self.path.display().to_string())),
            format!("compile = {{ {} }}", self.settings().join(", ")),
        ];
        let image = self.image().filter(|image| image.channels == 3);
        if let Some(image) = &image {
            lines.extend([
                String::new(),
                "[nodes.cam]".to_owned(),
                "type = \"ColorCamera\"".to_owned(),
                format!("preview_size = [{}, {}]", image.width, image.height),
                "interleaved = false".to_owned(),
            ]);
        }
        lines.extend([
            String::new(),
            "[nodes.network]".to_owned(),
            "type = \"NeuralNetwork\"".to_owned(),
            format!("model = {}", quoted(&name)),
        ]);
        if image.is_some() {
            let link = r#"inputs.in = { from = "cam.preview", queue_size = 1, blocking = false }"#;
            lines.push(link.to_owned());
        }
        lines
            .iter()
            .fold(String::new(), |text, line| text + line + "\n")
    }

    /// The settings that the compiler needs for this model.
    fn settings(&self) -> Vec<String> {
        let precision = if self.image().is_some() { "U8" } else { "FP16" };
        let mut settings = vec![format!("input_precision = \"{precision}\"")];
        let open: Vec<_> = self.inputs.iter().filter(|input| input.is_open()).collect();
        let shape = |input: &Tensor| format!("{:?}", input.closed());
        match (&open[..], self.inputs.len()) {
            ([], _) => {}
            ([only], 1) => settings.push(format!("reshape = {}", shape(only))),
            (several, _) => {
                let key = |input: &&Tensor| {
                    format!("{} = {}", Language::Toml.key(&input.name), shape(input))
                };
                let shapes: Vec<_> = several.iter().map(key).collect();
                settings.push(format!("reshape = {{ {} }}", shapes.join(", ")));
            }
        }
        settings
    }

    /// The only input as an image.
    fn image(&self) -> Option<Image> {
        let [input] = self.inputs.as_slice() else {
            return None;
        };
        let [1, channels @ (1 | 3), height, width] = input.closed()[..] else {
            return None;
        };
        (height.min(width) > 1).then_some(Image {
            channels,
            width,
            height,
        })
    }
}

/// An input that is an image, planar.
struct Image {
    channels: u32,
    width: u32,
    height: u32,
}

impl Tensor {
    fn is_open(&self) -> bool {
        self.shape.contains(&None)
    }

    /// Its shape with something in the place of what is open.
    fn closed(&self) -> Vec<u32> {
        let sizes = self.shape.iter().enumerate();
        let open = |index: usize| if index == 0 { 1 } else { EXAMPLE };
        sizes
            .map(|(index, size)| size.unwrap_or_else(|| open(index)))
            .collect()
    }
}

fn add(page: &mut Page, title: &str, tensors: &[Tensor]) {
    page.heading(title);
    if tensors.is_empty() {
        page.line("  none");
    }
    let names = tensors.iter().map(|tensor| tensor.name.chars().count());
    let width = names.max().unwrap_or_default();
    for tensor in tensors {
        let sizes = tensor.shape.iter();
        let sizes: Vec<_> = sizes
            .map(|size| size.map_or("?".to_owned(), |it| it.to_string()))
            .collect();
        let (name, data_type) = (&tensor.name, &tensor.data_type);
        page.line(format_args!(
            "  {name:<width$}  {data_type:<4}  {}",
            sizes.join("x")
        ));
    }
}

/// What is wrong, without the name of the file.
fn reason(error: &Error) -> String {
    match error {
        Error::Refused { refusal, .. } => Refusal::to_string(refusal),
        other => {
            let text = other.to_string();
            text.split_once(": ")
                .map_or(text.clone(), |(_, reason)| reason.to_owned())
        }
    }
}

fn fixed(size: &Size<'_>) -> Option<u32> {
    match size {
        Size::Fixed(size) => u32::try_from(*size).ok().filter(|size| *size > 0),
        Size::Open(_) => None,
    }
}

/// A type of numbers, by its number in ONNX, as OpenVINO writes it.
fn data_type(number: u64) -> String {
    let known = match number {
        1 => "FP32",
        2 => "U8",
        3 => "I8",
        4 => "U16",
        5 => "I16",
        6 => "I32",
        7 => "I64",
        9 => "BOOL",
        10 => "FP16",
        11 => "FP64",
        12 => "U32",
        13 => "U64",
        16 => "BF16",
        other => return format!("type {other}"),
    };
    known.to_owned()
}
