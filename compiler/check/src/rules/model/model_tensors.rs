//! Models without inputs or outputs.

use crate::{Check, Context};
use oakc_blob::Tensor;
use oakc_core::config::ModelUse;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK192",
    name: "model-tensors",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["N16"],
    summary: "A model without inputs or outputs, or with an empty one.",
    docs: include_str!("model_tensors.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    diagnostics.extend(context.models().filter_map(finding));
}

fn finding(model: &ModelUse) -> Option<Diagnostic> {
    let (blob, name) = (&model.blob, &model.name);
    let message = if blob.inputs.is_empty() {
        format!("`{name}` has no inputs")
    } else if blob.outputs.is_empty() {
        format!("`{name}` has no outputs")
    } else {
        let mut tensors = blob.inputs.iter().chain(&blob.outputs);
        let empty: &Tensor = tensors.find(|tensor| tensor.dims.contains(&0))?;
        format!("`{}` of `{name}` has a dimension of 0", empty.name)
    };
    Some(
        Diagnostic::new(&RULE, message)
            .label(model.span, "it never produces a result")
            .help("convert the model again, with fixed shapes for all inputs"),
    )
}
