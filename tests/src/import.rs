//! Packages imported and built again.

use oakc_core::import::{Firmware, Imported, Original, import};
use oakc_core::package::inspect::Package;
use oakc_core::syntax::Language;

use crate::compare::differences;
use crate::package::{Files, build_unchecked};

/// Imports a package.
///
/// # Errors
/// Why it cannot be imported.
pub fn import_package(package: &[u8], language: Language) -> Result<Imported, String> {
    let package = Package::parse(package).map_err(|error| error.to_string())?;
    let original = Original::from_package(&package, None, Firmware::None);
    let original = original.map_err(|error| error.to_string())?;
    Ok(import(original, "a package", language))
}

/// The files of an imported application.
pub fn files(imported: &Imported) -> Files {
    let files = imported.files.iter();
    let files = files.map(|(path, bytes)| (path.clone(), bytes.to_vec()));
    Files(files.collect())
}

/// What a package loses by being imported and built again, by the import's own proof and by the
/// comparison that oakc's packages have to pass; the text is added where there is anything.
pub fn losses(package: &[u8], language: Language) -> Vec<String> {
    let imported = match import_package(package, language) {
        Ok(imported) => imported,
        Err(reason) => return vec![reason],
    };
    let mut found = imported.differences();
    let notes = imported.notes.iter();
    found.extend(notes.map(|note| format!("{}: {}", note.about, note.text)));
    match build_unchecked(&imported.text, language, &files(&imported)) {
        Ok(again) => found.extend(differences(package, &again)),
        Err(text) => found.push(text),
    }
    if !found.is_empty() {
        found.push(imported.text);
    }
    found
}
