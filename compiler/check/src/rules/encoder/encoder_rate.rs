//! Encoders that are set to another frame rate.

use oakc_diag::{Diagnostic, Diagnostics, Fix, Rule, Severity};
use oakc_runtime_schema::nodes::video_encoder::{Profile, VideoEncoderProperties};

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK133",
    name: "encoder-rate",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["V12"],
    summary: "A video encoder with a different frame rate from its camera.",
    docs: include_str!("encoder_rate.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, encoder) in context.each::<VideoEncoderProperties>() {
        let rate = f64::from(encoder.frame_rate);
        let Some(fps) = context.facts.input(&node, "in").fps else {
            continue;
        };
        let is_close = (rate - fps.value).abs() <= fps.value / 20.0;
        // An impossible rate is found by another rule.
        if encoder.profile == Profile::MJPEG || is_close || rate <= 0.0 {
            continue;
        }
        let message = format!(
            "`{}` is set to {rate} frames per second but gets {}",
            node.name(),
            fps.value
        );
        let diagnostic = Diagnostic::new(&RULE, message)
            .label(
                node.span(&["frame_rate", "default_profile_preset"]),
                "the bit rate is distributed according to this rate",
            )
            .help(format!(
                "write {}",
                node.language().setting("frame_rate", fps.value)
            ));
        let diagnostic = fps.explain(diagnostic, fps.value);
        diagnostics.push(match node.written(&["frame_rate"]) {
            Some(span) => {
                let fix = Fix::suggested("use the camera's rate");
                diagnostic.fix(fix.edit(span, fps.value.to_string()))
            }
            None => diagnostic,
        });
    }
}
