//! Models that are compiled or fetched: what is said where that fails, what the lock file pins, what runs on the desk.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use oakc_diag::{Diagnostic, Severity, Span};
use oakc_runtime_schema::reflect::Either;

use super::language::{Compile, DeskModel, ModelFile, ModelSource, Precision};
use super::rules;
use crate::digest;
use crate::workshop::{NotMade, Order, Product, weights_of};
use crate::world::World;

/// Whose a model is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The file, or the package, that it comes from.
    pub from: String,
    /// The licence that its publisher declares, as far as the application says.
    pub license: Option<String>,
}

/// A model that was compiled or fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeModel {
    /// The file, or the package, that it comes from.
    pub from: String,
    /// The compiler and its version, if it was compiled.
    pub tool: Option<String>,
    /// How it was compiled.
    pub settings: Option<String>,
    /// The files that a script wrote for the compiler, each with its SHA-256.
    pub prepared: BTreeMap<String, String>,
    /// The SHA-256 of the result.
    pub sha256: String,
}

impl MadeModel {
    pub(super) fn fetched(from: String, bytes: &[u8]) -> Self {
        Self {
            from,
            tool: None,
            settings: None,
            prepared: BTreeMap::new(),
            sha256: digest::sha256(bytes),
        }
    }

    pub(super) fn compiled(
        from: String,
        product: &Product,
        shaves: u32,
        settings: &Compile,
    ) -> Self {
        Self {
            from,
            tool: Some(product.tool.to_owned()),
            settings: Some(describe(shaves, settings)),
            prepared: BTreeMap::new(),
            sha256: digest::sha256(&product.bytes),
        }
    }
}

/// The files that a script wrote, each with its SHA-256: a model of this name, and its weights if they are a second file.
pub(super) fn prepared(
    name: &str,
    model: &[u8],
    weights: Option<&Arc<[u8]>>,
) -> BTreeMap<String, String> {
    let model = (name.to_owned(), digest::sha256(model));
    let weights = weights_of(name).zip(weights);
    let weights = weights.map(|(name, bytes)| (name, digest::sha256(bytes)));
    [model].into_iter().chain(weights).collect()
}

/// Settings in a line: those that are not at their default.
fn describe(shaves: u32, settings: &Compile) -> String {
    let mut line = format!("shaves = {shaves}");
    let numbers = |numbers: &[f32]| {
        let numbers: Vec<_> = numbers.iter().map(f32::to_string).collect();
        format!("[{}]", numbers.join(", "))
    };
    let precision = |precision: Precision| match precision {
        Precision::U8 => "U8",
        Precision::FP16 => "FP16",
        Precision::FP32 => "FP32",
    };
    let mut add = |key: &str, value: String| {
        // Writing to a String cannot fail.
        let _ = write!(line, ", {key} = {value}");
    };
    if !settings.mean.is_empty() {
        add("mean", numbers(&settings.mean));
    }
    if !settings.scale.is_empty() {
        add("scale", numbers(&settings.scale));
    }
    if settings.reverse_channels {
        add("reverse_channels", "true".to_owned());
    }
    if let Some(of_inputs) = settings.input_precision {
        add("input_precision", precision(of_inputs).to_owned());
    }
    if let Some(of_outputs) = settings.output_precision {
        add("output_precision", precision(of_outputs).to_owned());
    }
    match &settings.reshape {
        Some(Either::A(shape)) => add("reshape", format!("{shape:?}")),
        Some(Either::B(by_input)) => add("reshape", format!("{by_input:?}")),
        None => {}
    }
    if !settings.outputs.is_empty() {
        add("outputs", format!("{:?}", settings.outputs));
    }
    line
}

/// What the file of a source is called.
pub(super) fn called(source: &ModelSource) -> &str {
    let whole = source.file.as_ref().or(source.url.as_ref());
    let whole = whole.or(source.pypi.as_ref()).or(source.npm.as_ref());
    let whole = whole.map_or("", String::as_str);
    let plain = whole.split(['?', '#']).next().unwrap_or(whole);
    plain.rsplit('/').next().unwrap_or(plain)
}

/// Where a model comes from, in a word.
pub(super) fn origin(file: &ModelFile) -> String {
    if let Some(prepare) = &file.prepare {
        return format!("{} of {}", prepare.output, prepare.script);
    }
    let Some(source) = &file.source else {
        return file.path.clone();
    };
    let whole = source.pypi.as_ref().or(source.npm.as_ref());
    let publisher = whole.or(source.url.as_ref()).cloned().unwrap_or_default();
    match &source.file {
        Some(file) => format!("{file} of {publisher}"),
        None => publisher,
    }
}

/// What runs on the desk if nothing is named for it: what the blob is compiled from, with the same settings.
pub(super) fn on_the_desk(file: &ModelFile, name: &str) -> DeskModel {
    let compile = file.compile.clone().unwrap_or_default();
    DeskModel {
        path: name.to_owned(),
        mean: compile.mean,
        scale: compile.scale,
        reverse_channels: compile.reverse_channels,
        reshape: compile.reshape,
        outputs: compile.outputs,
    }
}

pub(super) fn fetch(source: &ModelSource, world: &dyn World) -> Result<Arc<[u8]>, NotMade> {
    let product = world.make(&Order::Fetch(source))?;
    Ok(product.bytes)
}

/// Where the weights of a published model are: what says so for the model itself holds for them, too, unless they say
/// something else.
pub(super) fn weights(source: &ModelSource) -> Option<ModelSource> {
    let weights = source.weights.as_ref()?;
    Some(ModelSource {
        url: weights.url.clone().or_else(|| source.url.clone()),
        file: weights.file.clone(),
        range: None,
        sha256: weights.sha256.clone(),
        weights: None,
        ..source.clone()
    })
}

/// What is said about weights that are not beside their model.
pub(super) fn two_files(unreadable: Diagnostic, path: &str, weights: &str) -> Diagnostic {
    unreadable.help(format!(
        "OpenVINO IR is two files: `{path}` needs its weights, `{weights}`, beside it"
    ))
}

pub(super) fn no_weights(path: &str, weights: &str, place: Span) -> Diagnostic {
    let message = format!("`source` does not say where the weights of `{path}` are");
    let file = weights.rsplit('/').next().unwrap_or(weights);
    Diagnostic::new(&rules::MODEL_NOT_MADE, message)
        .label(place, "OpenVINO IR is two files")
        .help(format!(
            "add to `source` the path of `{file}`, beside that of the model, and its SHA-256: \
             weights = {{ file = \"…/{file}\", sha256 = \"…\" }}"
        ))
}

pub(super) fn not_fetched(name: &str, place: Span, why: NotMade) -> Diagnostic {
    let later = "`oakc model fetch`, or the next build, fetches it";
    not_made(format!("`{name}` is not fetched yet"), place, later, why)
}

pub(super) fn not_prepared(name: &str, place: Span, why: NotMade) -> Diagnostic {
    let later = "`oakc model fetch` shows what makes it, and runs that if you agree";
    not_made(format!("`{name}` is not prepared yet"), place, later, why)
}

pub(super) fn not_compiled(path: &str, place: Span, why: NotMade) -> Diagnostic {
    let later = "the next build compiles it";
    not_made(format!("`{path}` is not compiled yet"), place, later, why)
}

fn not_made(message: String, place: Span, later: &str, why: NotMade) -> Diagnostic {
    match why {
        NotMade::Later => Diagnostic::new(&rules::MODEL_NOT_MADE, message)
            .severity(Severity::Info)
            .label(place, "so what it takes and makes is not checked")
            .help(later),
        NotMade::Failed { reason, help } => {
            let diagnostic = Diagnostic::new(&rules::MODEL_NOT_MADE, reason);
            let diagnostic = diagnostic.label(place, "the camera needs this model");
            match help {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            }
        }
    }
}

pub(super) fn compiled_already(path: &str, place: Span) -> Diagnostic {
    let message = format!("`{path}` is compiled already, so `compile` can change nothing about it");
    Diagnostic::new(&rules::MODEL_NOT_MADE, message)
        .label(place, "this is for ONNX (.onnx) and OpenVINO IR (.xml)")
        .help("name the model that it was compiled from, or remove `compile`")
}

pub(super) fn said_twice(path: Span, source: Span) -> Diagnostic {
    Diagnostic::new(
        &rules::MODEL_NOT_MADE,
        "`path` and `source` both say where the model is",
    )
    .label(source, "it is fetched from here")
    .secondary(path, "and read from here")
    .help("remove one of them")
}
