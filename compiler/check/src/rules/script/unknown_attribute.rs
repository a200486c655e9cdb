//! Attributes that do not exist.

use oakc_diag::{Diagnostics, Fix, Rule, Severity};
use oakc_script::FaultKind;

use super::programs::{NO_ENCRYPTION, did_you_mean, faults, needs_encryption};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK218",
    name: "unknown-attribute",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "A script uses an attribute that does not exist.",
    docs: include_str!("unknown_attribute.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    faults(context, |program, fault| match &fault.kind {
        FaultKind::UnknownAttribute {
            owner,
            name,
            near,
            on_host,
            of_version_3,
            assigned,
        } => {
            let message = format!("{owner} has no attribute `{name}`");
            let label = if *assigned {
                "cannot be set: raises `AttributeError`"
            } else {
                "raises `AttributeError`"
            };
            program.fault(&RULE, fault, message, label, diagnostics, |found| {
                if *on_host {
                    found.help("the library has it only on the computer, not on the camera")
                } else if owner.starts_with("the module") && needs_encryption(name) {
                    found.help(NO_ENCRYPTION)
                } else if let (true, Some(here)) = (of_version_3, near) {
                    found.help(format!(
                        "`{name}` is from DepthAI v3; on this camera it is `{here}`"
                    ))
                } else {
                    did_you_mean(found, near.as_deref())
                }
            });
        }
        FaultKind::PortsOfVersion3 { name } => {
            let message = format!("`node` has no attribute `{name}`");
            let label = "raises `AttributeError`";
            program.fault(&RULE, fault, message, label, diagnostics, |found| {
                let found = found.help(format!(
                    "`node.{name}[…]` is from DepthAI v3; on this camera it is `node.io[…]`"
                ));
                // Inside a configuration the place may be a whole line.
                if !program.has_file() {
                    return found;
                }
                let end = fault.range.end;
                let word = end.saturating_sub(name.len())..end;
                found.fix(Fix::safe("write `node.io`").edit(program.span(&word), "io"))
            });
        }
        _ => {}
    });
}
