//! Kernels that the edge filter does not support.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::edge_detector::EdgeDetectorProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK091",
    name: "sobel-kernel",
    level: Severity::Error,
    adjustable: true,
    constraints: &["E1"],
    summary: "A Sobel kernel that is not 3 x 3 or has coefficients outside -31 to 31.",
    docs: include_str!("sobel_kernel.md"),
};

/// The largest absolute value of a coefficient.
const LARGEST: u32 = 31;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, detector) in context.each::<EdgeDetectorProperties>() {
        let config = &detector.initial_config.config;
        let kernels = [
            ("horizontal", &config.sobel_filter_horizontal_kernel),
            ("vertical", &config.sobel_filter_vertical_kernel),
        ];
        for (name, kernel) in kernels {
            let Some(problem) = problem(kernel) else {
                continue;
            };
            let keys = [
                format!("initial_config.config.sobel_filter_{name}_kernel"),
                "initial_config.sobel_filter_kernels".to_owned(),
            ];
            let keys = keys.each_ref().map(String::as_str);
            let message = format!("the {name} kernel of `{}` {problem}", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(node.span(&keys), "refused by the device")
                    .help("write 3 rows of 3 numbers from -31 to 31"),
            );
        }
    }
}

/// What is wrong with a kernel. Without kernels, the device uses its own.
fn problem(kernel: &[Vec<i32>]) -> Option<String> {
    if kernel.is_empty() {
        return None;
    }
    if kernel.len() != 3 || kernel.iter().any(|row| row.len() != 3) {
        return Some("is not 3 x 3".to_owned());
    }
    let mut coefficients = kernel.iter().flatten();
    let wrong = coefficients.find(|coefficient| coefficient.unsigned_abs() > LARGEST)?;
    Some(format!("has the coefficient {wrong}"))
}
