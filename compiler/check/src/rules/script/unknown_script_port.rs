//! Names of ports that the node does not have.

use std::collections::BTreeSet;

use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::{PortName, PortUse};

use super::programs::{Program, programs};
use crate::{Check, Context};
use oakc_core::config::Suggestion;

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK207",
    name: "unknown-script-port",
    level: Severity::Error,
    adjustable: true,
    constraints: &["SC7"],
    summary: "A script uses a port that nothing is linked to.",
    docs: include_str!("unknown_script_port.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    for program in programs(context) {
        let ports = Ports::of(&program);
        for used in &program.facts.ports {
            let certain = used.names.iter().filter(|name| name.certain);
            certain.for_each(|name| ports.judge(&program, used, name, diagnostics));
        }
    }
}

/// The names of the ports that a node has.
struct Ports<'a> {
    inputs: Names<'a>,
    outputs: Names<'a>,
}

/// Names in the order of the configuration, and to look them up.
struct Names<'a> {
    ordered: Vec<&'a str>,
    all: BTreeSet<&'a str>,
}

impl<'a> FromIterator<&'a str> for Names<'a> {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let ordered: Vec<_> = names.into_iter().collect();
        let all = ordered.iter().copied().collect();
        Self { ordered, all }
    }
}

impl<'a> Ports<'a> {
    fn of(program: &Program<'a>) -> Self {
        let node = program.node.node;
        Self {
            inputs: node.inputs.iter().map(|port| port.name.as_str()).collect(),
            outputs: node.outputs.iter().map(|port| port.name.as_str()).collect(),
        }
    }

    fn judge(
        &self,
        program: &Program<'_>,
        used: &PortUse,
        name: &PortName,
        diagnostics: &mut Diagnostics,
    ) {
        let (node, language) = (program.node.name(), program.node.language());
        let port = name.name.as_str();
        let (is_input, is_output) = (
            self.inputs.all.contains(port),
            self.outputs.all.contains(port),
        );
        let (message, label, help, own) = if used.method.reads() && !is_input {
            if is_output {
                (
                    format!("`{port}` is an output of `{node}`, but it is read"),
                    "an output cannot be read",
                    "read an input".to_owned(),
                    &self.inputs,
                )
            } else {
                (
                    format!("`{node}` has no input `{port}`"),
                    "raises `KeyError`",
                    format!("link it with {}", program.node.link_setting(port)),
                    &self.inputs,
                )
            }
        } else if used.method.sends() && !is_output {
            if is_input {
                (
                    format!("`{port}` is an input of `{node}`, but it is sent to"),
                    "messages cannot be sent to an input",
                    "send to an output that is linked to another node".to_owned(),
                    &self.outputs,
                )
            } else {
                (
                    format!("nothing is linked to `{node}.{port}`"),
                    "raises `KeyError`",
                    format!(
                        "link it: {} on another node",
                        language.setting("inputs.NAME", format!("{node}.{port}"))
                    ),
                    &self.outputs,
                )
            }
        } else {
            return;
        };
        let near = Suggestion::sparing(diagnostics, port, own.ordered.iter().copied());
        program.report(&RULE, &name.range, message, label, diagnostics, |found| {
            near.or_help(found, || help)
        });
    }
}
