//! Packages that are built in this process: a configuration text in, the bytes of a `.dap` out.

use oakc_check::compile;
use oakc_check::rules;
use oakc_core::CheckedGraph;
use oakc_core::Source;
use oakc_core::config::Levels;
use oakc_core::lower::{Lowered, lower};
use oakc_core::syntax::Language;
use oakc_core::world::World;
use oakc_diag::render::{HumanOptions, human};
use oakc_diag::{Diagnostics, SourceMap};
use oakc_pack::{Assembly, MemoryFirmware};

/// The firmware that `reference.py` packages unless told otherwise.
pub const FAKE_FIRMWARE: &[u8] = b"MA2x-fake-firmware-for-tests\0\0\0\0";
/// The commit that the library writes into every package.
pub const COMMIT: &str = "6632d3a2dbdfbede61251ad5a448a8faa8dc18b9";

/// Checks a configuration.
///
/// # Errors
/// The rendered diagnostics.
pub fn check(text: &str, language: Language, files: &impl World) -> Result<CheckedGraph, String> {
    check_at(text, language, files, &Levels::default())
}

fn check_at(
    text: &str,
    language: Language,
    files: &impl World,
    levels: &Levels,
) -> Result<CheckedGraph, String> {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let source = Source {
        name: "app",
        text,
        language,
        profile: None,
        params: &[],
        overrides: &[],
        levels,
    };
    let checked = compile(&source, files, &mut sources, &mut diagnostics);
    checked.ok_or_else(|| human(&diagnostics, &sources, HumanOptions::default()))
}

/// Builds a package around the fake firmware.
///
/// # Errors
/// The rendered diagnostics.
pub fn build(text: &str, language: Language, files: &impl World) -> Result<Vec<u8>, String> {
    let checked = check(text, language, files)?;
    Ok(assemble(lower(&checked).unwrap()))
}

/// Builds a package with all rules off that can be allowed.
///
/// # Errors
/// The rendered diagnostics.
pub fn build_unchecked(
    text: &str,
    language: Language,
    files: &impl World,
) -> Result<Vec<u8>, String> {
    build_allowing(text, language, files, |_| true)
}

/// Builds a package with all rules off that can be allowed but `undocumented-value`, which is as the
/// configuration says.
///
/// # Errors
/// The rendered diagnostics.
pub fn build_as_written(
    text: &str,
    language: Language,
    files: &impl World,
) -> Result<Vec<u8>, String> {
    build_allowing(text, language, files, |rule| rule != "undocumented-value")
}

fn build_allowing(
    text: &str,
    language: Language,
    files: &impl World,
    is_allowed: impl Fn(&str) -> bool,
) -> Result<Vec<u8>, String> {
    let allowed = rules::adjustable().map(|rule| rule.name.to_owned());
    let levels = Levels {
        allow: allowed.filter(|name| is_allowed(name)).collect(),
        ..Levels::default()
    };
    let checked = check_at(text, language, files, &levels)?;
    Ok(assemble(lower(&checked).unwrap()))
}

fn assemble(lowered: Lowered) -> Vec<u8> {
    let firmware = MemoryFirmware {
        image: FAKE_FIRMWARE,
        commit: COMMIT,
    };
    let assembly = Assembly::new(lowered, firmware, false).unwrap();
    assembly.to_bytes().unwrap()
}
