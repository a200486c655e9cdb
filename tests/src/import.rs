//! Packages that are imported and built again.

use std::collections::BTreeMap;

use oakc_core::package::inspect::Package;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_import::{Firmware, Imported, KnownModel, Options, Original, import};

use crate::compare::differences;
use crate::package::build_unchecked;

/// Imports a package.
///
/// # Errors
/// Why it cannot be imported.
pub fn import_package(package: &[u8], language: Language) -> Result<Imported, String> {
    Ok(import(original(package)?, options(language)))
}

/// A package, decoded.
///
/// # Errors
/// Why it cannot be decoded.
pub fn original(package: &[u8]) -> Result<Original, String> {
    let package = Package::parse(package).map_err(|error| error.to_string())?;
    let original = Original::from_package(&package, None, Firmware::None);
    original.map_err(|error| error.to_string())
}

/// Options that import everything unchanged.
pub fn options(language: Language) -> Options<'static> {
    static NO_MODELS: BTreeMap<String, KnownModel> = BTreeMap::new();
    Options {
        language,
        cut_short: None,
        source: "a package",
        serve: None,
        models: &NO_MODELS,
        notes: &[],
    }
}

/// The files of an imported application.
pub fn files(imported: &Imported) -> MemoryWorld {
    imported.files.iter().collect()
}

/// Imports a package and builds it again: the text, and what was lost on the way according to the
/// import itself and to the comparison that oakc's own packages have to pass.
pub fn losses(package: &[u8], language: Language) -> (String, Vec<String>) {
    let imported = match import_package(package, language) {
        Ok(imported) => imported,
        Err(reason) => return (String::new(), vec![reason]),
    };
    let mut lost = imported.differences();
    let notes = imported.notes.iter();
    lost.extend(notes.map(|note| format!("{}: {}", note.about, note.text)));
    match build_unchecked(&imported.text, language, &files(&imported)) {
        Ok(again) => lost.extend(differences(package, &again)),
        Err(text) => lost.push(text),
    }
    if !lost.is_empty() {
        lost.push(imported.text.clone());
    }
    (imported.text, lost)
}
