//! `oakc lint --fix`: applications in, their files repaired, or a patch that would repair them out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use oakc_diag::Applicability;
use oakc_project::{Fixes, Settings, fix};

use super::input::Input;
use crate::failure::Failure;
use crate::terminal::{Terminal, document};

/// Repairs what can be repaired, and says so. A text from standard input is printed instead of written; it is what is
/// checked from here on.
pub(super) fn repair(
    input: &mut Input,
    settings: Settings<'_>,
    wanted: Applicability,
    terminal: &Terminal,
) -> Option<Failure> {
    let mut failure = None;
    for file in &input.files {
        let made = fix(file, input.given.as_deref(), settings, wanted);
        let made = made.map_err(Failure::from);
        let told = made.and_then(|fixes| match &mut input.given {
            Some(text) => print_fixed(file, text, &fixes, terminal),
            None => write(file, &fixes, terminal),
        });
        failure = failure.or(told.err());
    }
    failure
}

fn write(file: &Path, fixes: &Fixes, terminal: &Terminal) -> Result<(), Failure> {
    fixes.write()?;
    tell("fixed", file, fixes, terminal);
    Ok(())
}

fn print_fixed(
    file: &Path,
    text: &mut String,
    fixes: &Fixes,
    terminal: &Terminal,
) -> Result<(), Failure> {
    if let Some(fixed) = fixes.text(file) {
        fixed.clone_into(text);
    }
    document(text)?;
    tell("fixed", file, fixes, terminal);
    Ok(())
}

/// Shows what the fixes would change, and changes nothing.
pub(super) fn show(
    input: &Input,
    settings: Settings<'_>,
    wanted: Applicability,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let mut failure = None;
    // Applications may share a file.
    let mut patches: BTreeMap<PathBuf, String> = BTreeMap::new();
    for file in &input.files {
        match fix(file, input.given.as_deref(), settings, wanted) {
            Ok(fixes) => {
                tell("would fix", file, &fixes, terminal);
                for (path, patch) in fixes.patches() {
                    patches.entry(path).or_insert(patch);
                }
            }
            Err(error) => failure = failure.or(Some(Failure::from(error))),
        }
    }
    let is_clean = patches.is_empty();
    document(&patches.into_values().collect::<String>())?;
    match failure {
        Some(failure) => Err(failure),
        None if is_clean => Ok(()),
        None => Err(Failure::Reported),
    }
}

fn tell(done: &str, file: &Path, fixes: &Fixes, terminal: &Terminal) {
    for title in &fixes.made {
        terminal.progress(format_args!("{done} {}: {title}", file.display()));
    }
}
