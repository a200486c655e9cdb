//! Both forms of one video at once.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::video_encoder::VideoEncoderProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK131",
    name: "both-encoder-outputs",
    level: Severity::Error,
    adjustable: true,
    constraints: &["V7"],
    summary: "Both outputs of a video encoder are linked.",
    docs: include_str!("both_encoder_outputs.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<VideoEncoderProperties>() {
        let first = |output| node.links_from(output).next();
        let (Some(bitstream), Some(out)) = (first("bitstream"), first("out")) else {
            continue;
        };
        let name = node.name();
        diagnostics.push(
            Diagnostic::new(
                &RULE,
                format!("`{name}.bitstream` and `{name}.out` are both linked"),
            )
            .label(out.span, "the encoder refuses to start with both")
            .secondary(bitstream.span, "`bitstream` is linked here")
            .help("link only one of the two, or add a second encoder"),
        );
    }
}
