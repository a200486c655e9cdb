//! The Python side of a run: a small package, and the file that starts it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use oakc_subprocess::LIFELINE;

/// What Python runs.
const START: &str = include_str!("../python/start.py");
/// The package that it imports.
const PACKAGE: &str = "oakc_capture";

/// The name of a module's file, and its text.
macro_rules! module {
    ($name:literal) => {
        (
            concat!($name, ".py"),
            include_str!(concat!("../python/oakc_capture/", $name, ".py")),
        )
    };
}

/// The modules of the package.
const MODULES: [(&str, &str); 22] = [
    module!("__init__"),
    module!("answers"),
    module!("anything"),
    module!("blobs"),
    module!("calls"),
    module!("cameras"),
    module!("candidates"),
    module!("devices"),
    module!("files"),
    module!("main"),
    module!("modules"),
    module!("moved_names"),
    module!("old_names"),
    module!("packaging"),
    module!("patience"),
    module!("pipelines"),
    module!("processes"),
    module!("product"),
    module!("program"),
    module!("reading"),
    module!("report"),
    module!("told"),
];

/// Writes everything into `directory`; what Python is to run comes back.
pub(crate) fn write(directory: &Path) -> io::Result<PathBuf> {
    let package = directory.join(PACKAGE);
    fs::create_dir(&package)?;
    for (name, text) in MODULES {
        fs::write(package.join(name), text)?;
    }
    let start = directory.join("start.py");
    fs::write(&start, format!("{LIFELINE}\n{START}"))?;
    Ok(start)
}

/// Where Python looks for modules: what the user has set, from the folder in which oakc runs. Nothing where nothing
/// is set.
pub(crate) fn absolute_search_path() -> io::Result<Option<OsString>> {
    let Some(set) = env::var_os("PYTHONPATH") else {
        return Ok(None);
    };
    let here = env::current_dir()?;
    let folders = env::split_paths(&set).map(|folder| here.join(folder));
    let joined = env::join_paths(folders).map_err(io::Error::other)?;
    Ok(Some(joined))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_is_written() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/oakc_capture");
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "__pycache__")
            .collect();
        files.sort();
        assert_eq!(files, MODULES.map(|(name, _)| name));
    }
}
