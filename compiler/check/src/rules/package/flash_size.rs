//! Packages that are larger than their target memory.

use oakc_core::syntax::Language;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::target;
use crate::{Check, Context};
use oakc_core::flash::{COMPRESSED_PACKAGE, FlashSize, PLAIN_PACKAGE};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK196",
    name: "flash-size",
    level: Severity::Error,
    adjustable: true,
    constraints: &["3.7"],
    summary: "A package that does not fit into the camera's flash.",
    docs: include_str!("flash_size.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let Some(sizes) = target::flash_sizes(context) else {
        return;
    };
    let (Some(smallest), Some(largest)) = (sizes.iter().min(), sizes.iter().max()) else {
        return;
    };
    let assets = target::asset_bytes(context.config());
    let package = COMPRESSED_PACKAGE.saturating_add(assets);
    let bootloader = target::bootloader(context);
    let room = |flash: FlashSize| flash.application_bytes(bootloader);
    let language = context.language();
    let found = if package > room(*largest) {
        Some(too_large(language, package, *largest, room(*largest)))
    } else if package > room(*smallest) {
        Some(too_large(language, package, *smallest, room(*smallest)).severity(Severity::Warning))
    } else if PLAIN_PACKAGE.saturating_add(assets) > room(*largest) {
        Some(only_compressed(*largest))
    } else {
        None
    };
    diagnostics.extend(found.map(|found| target::mark(context.config(), found)));
}

fn too_large(language: Language, package: u64, flash: FlashSize, room: u64) -> Diagnostic {
    let message = format!(
        "the package takes at least {}, but {flash} of flash leaves {} for it",
        mebibytes(package),
        mebibytes(room)
    );
    Diagnostic::new(&RULE, message).help(format!(
        "{} of it is the compressed firmware; use smaller models, or set {} under {} if the camera \
         has more",
        mebibytes(COMPRESSED_PACKAGE),
        language.setting("flash", "…MiB"),
        language.table(&["device"])
    ))
}

fn only_compressed(flash: FlashSize) -> Diagnostic {
    let message =
        format!("the package fits into {flash} of flash only if its firmware is compressed");
    Diagnostic::new(&RULE, message)
        .severity(Severity::Info)
        .help("build it with `oakc build --compress`")
}

/// To one digit.
fn mebibytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) >> 20;
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}
