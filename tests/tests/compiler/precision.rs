//! No false alarms. Each file in `pipelines/` is a realistic application without faults, so any finding
//! in it is wrong, even a warning.

use std::fs;
use std::path::Path;

use oakc_check::compile;
use oakc_core::Source;
use oakc_core::config::Levels;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_diag::render::{HumanOptions, human};
use oakc_diag::{Diagnostics, Severity, SourceMap};
use oakc_tests::world::TestWorld;

/// The rendered findings in the application at `path`.
fn findings(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let source = Source {
        name: &path.display().to_string(),
        text: &text,
        language: Language::of_path(path.to_str().unwrap()).unwrap(),
        profile: None,
        params: &[],
        overrides: &[],
        levels: &Levels::default(),
    };
    let world = TestWorld::new(path.parent().unwrap(), MemoryWorld::default());
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    compile(&source, &world, &mut sources, &mut found);
    // A finding at level `info` is not an alarm.
    found.retain(|diagnostic| diagnostic.severity != Severity::Info);
    human(&found, &sources, HumanOptions::default())
}

#[test]
fn applications_that_run_have_no_findings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let applications: Vec<_> = files.filter(|path| path.is_file()).collect();
    assert!(applications.len() >= 60, "{}", applications.len());
    let told: String = applications.iter().map(|path| findings(path)).collect();
    assert!(told.is_empty(), "{told}");
}
