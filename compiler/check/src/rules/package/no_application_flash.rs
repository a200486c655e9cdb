//! Cameras that cannot store an application.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::target;
use crate::{Check, Context};
use oakc_core::hardware::Flash;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK197",
    name: "no-application-flash",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "The camera has no memory for an application.",
    docs: include_str!("no_application_flash.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let written = context.config().device.flash.is_some();
    let bare = |flash| flash == Flash::None && !written;
    let Some(camera) = context.camera.filter(|camera| bare(camera.flash)) else {
        return;
    };
    let message = format!(
        "{} cannot store an application: it boots from its host",
        camera.name
    );
    let language = context.language();
    let diagnostic = Diagnostic::new(&RULE, message).help(format!(
        "use a camera with Ethernet; if yours has flash, set {} under {}",
        language.setting("flash", "…MiB"),
        language.table(&["device"])
    ));
    diagnostics.push(target::mark(context.config(), diagnostic));
}
