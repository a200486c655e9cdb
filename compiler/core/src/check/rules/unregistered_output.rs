//! Outputs that the library forgets to list.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use crate::check::{Check, Context};

pub(super) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK025",
    name: "unregistered-output",
    level: Severity::Error,
    summary: "A link from an output that the schema does not list.",
    docs: "\
# What
`outNetwork` of the detection networks, and `spatialLocationCalculatorOutput` of the spatial ones,
are declared by the host library but missing in the pipeline schema it writes.

# Why on the device
The link reaches the device, but the port it starts from does not: nothing is ever sent over it.

# Example
```toml
inputs.tensor = \"detect.outNetwork\"
```

# Use instead
A NeuralNetwork node with the same model for the tensors, and a DetectionParser for the detections.

# Source
Schemas written by DepthAI 2.33.0.0.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let graph = context.graph;
    for link in graph.links().filter(|link| !link.output.registered) {
        let name = graph.config_of(link.from).map_or("", |node| &node.name);
        diagnostics.push(
            Diagnostic::new(
                &RULE,
                format!(
                    "`{name}.{}` is not in the pipeline's schema",
                    link.output.name
                ),
            )
            .label(link.span, "nothing is ever sent over this link")
            .help("use a NeuralNetwork node for the tensors and a DetectionParser for detections"),
        );
    }
}
