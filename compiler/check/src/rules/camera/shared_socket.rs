//! Two camera nodes for one sensor.

use std::collections::BTreeMap;

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity, Span};
use oakc_runtime_schema::camera::CameraBoardSocket;

use super::sensors::{self, Reader};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK036",
    name: "shared-socket",
    level: Severity::Error,
    adjustable: true,
    constraints: &["C15"],
    summary: "Two camera nodes on one connector.",
    docs: include_str!("shared_socket.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let mut taken: BTreeMap<CameraBoardSocket, Span> = BTreeMap::new();
    for Reader { node, place, .. } in sensors::readers(context) {
        let Some(socket) = place else {
            continue;
        };
        let span = node.span(sensors::PLACE_KEYS);
        if let Some(first) = taken.get(&socket) {
            diagnostics.push(
                Diagnostic::new(
                    &RULE,
                    format!("`{}` reads the sensor of another node", node.name()),
                )
                .label(span, format!("{socket:?} is taken"))
                .secondary(*first, "by this node")
                .help("use another socket, or more outputs of the first node"),
            );
        } else {
            taken.insert(socket, span);
        }
    }
}
