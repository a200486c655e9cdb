//! Golden files: what scenarios compared with in, stale files written again out.

use std::path::{Path, PathBuf};

use oakc_project::{FileError, make_directory, write as write_file};

use crate::Case;

pub(crate) fn write(cases: &[Case]) -> Result<Vec<PathBuf>, FileError> {
    let mut written = Vec::new();
    for case in cases {
        let folder = case.path.parent().unwrap_or(Path::new(""));
        let goldens = case.played.iter().flat_map(|played| &played.goldens);
        for golden in goldens.filter(|golden| golden.is_stale()) {
            let path = folder.join(&golden.file);
            make_directory(path.parent().unwrap_or(folder))?;
            write_file(&path, &golden.content)?;
            written.push(path);
        }
    }
    Ok(written)
}
