//! Files in directories that the camera is not known to have.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK229",
    name: "unknown-directory",
    level: Severity::Info,
    adjustable: true,
    constraints: &[],
    summary: "A script uses a directory that the camera is not known to have.",
    docs: include_str!("unknown_directory.md"),
};

/// Directories whose names are in the firmware, and everything below them. What is in an eMMC is left to
/// `emmc-not-enabled`.
const KNOWN: &[&str] = &["/dev", "/etc", "/media", "/var/db"];

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let help = help(context);
    for program in programs(context) {
        for file in &program.facts.opened {
            if is_known(&file.directory) {
                continue;
            }
            let message = format!("the camera is not known to have `{}`", file.directory);
            let label = format!("without it, `{}` raises `FileNotFoundError`", file.function);
            program.report(&RULE, &file.range, message, label, diagnostics, |found| {
                found.help(help.as_str())
            });
        }
    }
}

/// Where files can be instead.
fn help(context: &Context<'_>) -> String {
    match context.camera {
        Some(camera) if !camera.emmc => format!(
            "an {} is not known to have a place for files: send the data over the network",
            camera.name
        ),
        _ if context.board().emmc == Some(true) => {
            "files that are to stay belong in `/media/mmcsd-0-0`, the eMMC".to_owned()
        }
        _ => format!(
            "files that are to stay belong in `/media/mmcsd-0-0`, the eMMC: add {} to {}",
            context.language().setting("emmc", true),
            context.language().table(&["board"])
        ),
    }
}

fn is_known(directory: &str) -> bool {
    // The root is there in any case.
    directory.is_empty()
        || KNOWN.iter().any(|known| {
            let rest = directory.strip_prefix(known);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}
