//! Inputs that Cast cannot convert to an image.

use oakc_blob::{Axis, Blob, DataType};
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nodes::cast::CastProperties;

use crate::{Check, Context};
use oakc_core::graph::LinkRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK096",
    name: "cast-input",
    level: Severity::Error,
    adjustable: true,
    constraints: &["1.22"],
    summary: "A Cast that gets something other than one tensor of 16-bit floats.",
    docs: include_str!("cast_input.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, cast) in context.each::<CastProperties>() {
        for link in node.links_to("input") {
            let Some((problem, help)) = problem(context, &link, cast.output_type) else {
                continue;
            };
            let message = format!("`{}` cannot convert this input to an image", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(link.span, problem)
                    .help(help),
            );
        }
    }
}

/// What is wrong with the messages on a link, and the correction.
fn problem(
    context: &Context<'_>,
    link: &LinkRef<'_>,
    output: FrameType,
) -> Option<(String, &'static str)> {
    let mut types = link.output.datatypes.iter();
    if types.all(|sent| sent.datatype == Datatype::ImgFrame) {
        let help = "use an ImageManip with `frame_type` to convert images";
        return Some(("an image instead of a tensor".to_owned(), help));
    }
    let network = context.graph.config_of(link.from)?;
    let model = network
        .model
        .as_ref()
        .filter(|_| link.output.name == "out")?;
    (network.kind == Kind::NeuralNetwork).then_some(())?;
    tensor_problem(&model.blob, output)
}

fn tensor_problem(blob: &Blob, output: FrameType) -> Option<(String, &'static str)> {
    let [tensor] = blob.outputs.as_slice() else {
        let count = blob.outputs.len();
        let help = "use a network with one output, or a Script that extracts one";
        return Some((format!("the network has {count} outputs"), help));
    };
    if tensor.data_type != DataType::Fp16 {
        let help = "compile the network with outputs of 16-bit floats";
        return Some((format!("the tensor contains {}", tensor.data_type), help));
    }
    // If a tensor's axes are not those of an image, it is unknown what the device uses as channels.
    tensor.extent(Axis::Width)?;
    let (channels, planes) = (tensor.extent(Axis::Channels)?, planes(output)?);
    (channels != planes).then(|| {
        let help =
            "write GRAY8 for one channel, RGB888p or BGR888p for three, as `output_frame_type`";
        let problem = format!("{channels} channels, but {output:?} has {planes}");
        (problem, help)
    })
}

fn planes(frame_type: FrameType) -> Option<u32> {
    match frame_type {
        FrameType::RAW8 | FrameType::GRAY8 | FrameType::YUV400p => Some(1),
        FrameType::RGB888p | FrameType::BGR888p => Some(3),
        _ => None,
    }
}
