//! Buffers of the hardware filters with an invalid size.

use oakc_diag::{Diagnostic, Diagnostics, Fix, Rule, Severity};
use oakc_runtime_schema::pipeline::GlobalProperties;
use oakc_runtime_schema::reflect::Reflect;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK251",
    name: "sipp-buffer",
    level: Severity::Error,
    adjustable: true,
    constraints: &["3.6"],
    summary: "A buffer of the hardware filters with an invalid size.",
    docs: include_str!("sipp_buffer.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let Ok(pipeline) = GlobalProperties::from_value(&context.config().pipeline) else {
        return;
    };
    let buffers = [
        ("sipp_buffer_size", pipeline.sipp_buffer_size, true),
        ("sipp_dma_buffer_size", pipeline.sipp_dma_buffer_size, false),
    ];
    for (key, size, may_be_none) in buffers {
        if !size.is_multiple_of(64) || (size == 0 && !may_be_none) {
            diagnostics.push(refused(context, key, size));
        }
    }
}

fn refused(context: &Context<'_>, key: &str, size: u32) -> Diagnostic {
    let message = format!("`{key}` is {size}, which the device refuses");
    let nearest = u64::from(size.max(1)).next_multiple_of(64).to_string();
    let diagnostic = Diagnostic::new(&RULE, message).help(format!("write {nearest}"));
    match context.config().written(&format!("pipeline.{key}")) {
        Some(span) => diagnostic
            .label(span, "must be a multiple of 64 and not 0")
            .fix(Fix::suggested(format!("write {nearest}")).edit(span, nearest)),
        None => diagnostic,
    }
}
