//! What a script that makes a model imports: its text in, the files beside it out.
//!
//! Never: a file that no import names. So what the script makes can follow from nothing that is not known.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_diag::Span;

use super::files::unreadable;
use super::reader::Reader;
use crate::modules::{OwnModule, OwnModules, Problem, Reason, folder_of};
use crate::world::ReadError;

/// The files that a script imports, by their path from its folder; `None` where one cannot be used, which is reported at
/// `place`.
pub(super) fn modules(
    reader: &mut Reader<'_>,
    path: &str,
    script: &[u8],
    place: Span,
) -> Option<BTreeMap<String, Arc<[u8]>>> {
    // Python says what is wrong with anything but text.
    let Ok(text) = std::str::from_utf8(script) else {
        return Some(BTreeMap::new());
    };
    let folder = folder_of(&reader.resolved(path, place)).to_owned();
    let world = reader.world;
    let own = OwnModules::of_program(text, &folder, &mut |path| world.read(path));
    let Some(own) = own else {
        return Some(BTreeMap::new());
    };
    for problem in &own.problems {
        report(reader, problem, place);
    }
    if !own.problems.is_empty() {
        return None;
    }
    let mut files = BTreeMap::new();
    for module in &own.modules {
        let Some(path) = &module.path else { continue };
        let bytes: Arc<[u8]> = module.module.text.as_bytes().into();
        reader.files.insert(path.clone(), Arc::clone(&bytes));
        files.insert(inside(module), bytes);
    }
    Some(files)
}

/// The path of a module from the folder of the script.
fn inside(module: &OwnModule) -> String {
    let stem = module.name.replace('.', "/");
    if module.module.is_package {
        format!("{stem}/__init__.py")
    } else {
        format!("{stem}.py")
    }
}

fn report(reader: &mut Reader<'_>, problem: &Problem, place: Span) {
    let error = match &problem.reason {
        Reason::Unreadable(error) => error.clone(),
        Reason::NotText(offset) => {
            ReadError::Refused(format!("it is not UTF-8 text: byte {offset} is invalid"))
        }
    };
    reader.report(unreadable(&problem.path, place, &error, false));
}
