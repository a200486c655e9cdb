//! Files in an eMMC that is off. An eMMC that is on but missing from the camera is left to
//! `board-setting`.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK215",
    name: "emmc-not-enabled",
    level: Severity::Error,
    adjustable: true,
    constraints: &["SC13"],
    summary: "A script uses the eMMC, which the board configuration does not turn on.",
    docs: include_str!("emmc_not_enabled.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let board = context.board();
    if board.emmc == Some(true) {
        return;
    }
    let help = match context.camera {
        Some(camera) if !camera.emmc => format!(
            "an {} is not known to have one: use another camera, or send the data over the network",
            camera.name
        ),
        _ => format!(
            "add {} to {}",
            context.language().setting("emmc", true),
            context.language().table(&["board"])
        ),
    };
    for program in programs(context) {
        let mut paths = program.facts.paths.iter();
        if let Some((_, range)) = paths.find(|(path, _)| path.starts_with(EMMC)) {
            let message = "the eMMC is not turned on";
            let label = "there is no such directory";
            program.report(&RULE, range, message, label, diagnostics, |found| {
                found.help(help.as_str())
            });
        }
    }
}

/// Where the eMMC is mounted.
const EMMC: &str = "/media/mmcsd";
