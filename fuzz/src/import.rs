//! The target that imports: packages and dumps in, applications out.

use std::collections::BTreeMap;

use oakc_core::package::inspect::Package;
use oakc_core::syntax::Language;
use oakc_import::{Firmware, Options, Original, Serve, import as import_original};

use crate::Outcome;
use crate::bytes::words;

/// Imports a package, or what begins like a dump. No path may lead out of the directory, and every loss
/// has to be noted.
///
/// # Panics
/// If a path leads out of the directory, or a loss is not noted.
pub fn import(input: &[u8]) -> Outcome {
    let original = match read(input) {
        Ok(original) => original,
        Err(reason) => return words(&reason),
    };
    let odd = input.len() % 2 == 1;
    let options = Options {
        language: if odd { Language::Yaml } else { Language::Toml },
        cut_short: None,
        source: "a file",
        serve: odd.then_some(Serve::Tcp),
        models: &BTreeMap::new(),
        notes: &[],
    };
    let imported = import_original(original, options);
    for path in imported.files.keys() {
        let plain = |part: &str| !part.is_empty() && !part.starts_with('.');
        assert!(path.split('/').all(plain), "{path:?} leads elsewhere");
    }
    let differences = imported.differences();
    // The compiler reports types that do not fit and duplicate names.
    let is_refused = |text: &String| text.starts_with("the application cannot be built");
    let is_said = !imported.notes.is_empty() || differences.iter().all(is_refused);
    assert!(is_said, "lost in silence: {differences:?}");
    format!("{} notes", imported.notes.len().min(3))
}

fn read(input: &[u8]) -> Result<Original, String> {
    if input.first() == Some(&b'{') {
        let read = Original::from_json(input).map_err(|error| error.to_string());
        return read.map(|(original, _)| original);
    }
    let package = Package::parse(input).map_err(|error| error.to_string())?;
    let original = Original::from_package(&package, None, Firmware::None);
    original.map_err(|error| error.to_string())
}
