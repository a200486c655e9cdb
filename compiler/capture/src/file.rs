//! Files that hold a pipeline: a package, a JSON dump or a log in, the pipeline out. Which of them a file is,
//! its content says.

use std::path::{Path, PathBuf};

use oakc_import::{ImportError, LOGGED, Note, Original};
use oakc_project::{Checksums, DamagedPackage, FileError, InvalidPackage, Limit, PackageFile};

/// A pipeline that was read from a file.
#[derive(Debug)]
pub struct Stored {
    /// The pipeline.
    pub original: Original,
    /// What the file is.
    pub form: Form,
    /// What in it oakc does not know.
    pub notes: Vec<Note>,
}

/// What a file with a pipeline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A package.
    Package,
    /// A JSON dump, or a log with one, which has no application name, board configuration or firmware.
    Dump,
}

/// Why there is no pipeline in a file.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is neither a dump nor a package.
    #[error(transparent)]
    Package(#[from] InvalidPackage),
    /// Its checksums are wrong.
    #[error(transparent)]
    Damaged(#[from] DamagedPackage),
    /// What is in it cannot be imported.
    #[error("{path}: {reason}", path = path.display())]
    Import {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: ImportError,
    },
}

impl Stored {
    /// Reads the pipeline from the file at `path`.
    ///
    /// # Errors
    /// Where there is none, it cannot be read, or it is a package whose checksums are wrong and not ignored.
    pub fn read(path: &Path, checksums: Checksums) -> Result<Self, StoredError> {
        let file = PackageFile::read(path)?;
        let is_json = file.bytes().trim_ascii_start().starts_with(b"{");
        if is_json || is_log(file.bytes()) {
            Self::dump(path, file.bytes())
        } else {
            Self::package(path, &file, checksums)
        }
    }

    fn dump(path: &Path, text: &[u8]) -> Result<Self, StoredError> {
        Limit::DUMP.check(path, text.len() as u64)?;
        let (original, notes) = Original::from_json(text).map_err(invalid(path))?;
        let form = Form::Dump;
        Ok(Self {
            original,
            form,
            notes,
        })
    }

    fn package(path: &Path, file: &PackageFile, checksums: Checksums) -> Result<Self, StoredError> {
        let package = file.package()?;
        file.verify(&package, checksums)?;
        let original = Original::with_firmware(&package).map_err(invalid(path))?;
        Ok(Self {
            original,
            form: Form::Package,
            notes: Vec::new(),
        })
    }
}

/// Whether it is a text in which the library logged the schema of a pipeline.
fn is_log(bytes: &[u8]) -> bool {
    let mut starts = bytes.windows(LOGGED.len());
    !bytes.contains(&0) && starts.any(|start| start == LOGGED.as_bytes())
}

fn invalid(path: &Path) -> impl FnOnce(ImportError) -> StoredError {
    let path = path.to_owned();
    move |reason| StoredError::Import { path, reason }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_a_file_is_its_content_says() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("app");
        let read = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            Stored::read(&path, Checksums::Verify)
        };
        let dump = read(b" {\"pipeline\": {\"connections\": [], \"nodes\": []}}");
        assert_eq!(dump.unwrap().form, Form::Dump);
        for inner in [
            &b"{\"connections\": [], \"nodes\": []}"[..],
            b"[debug] Schema dump: {\"nodes\": []}\nmore",
        ] {
            assert_eq!(read(inner).unwrap().form, Form::Dump);
        }
        let stored = read(b"{}");
        assert!(
            matches!(stored, Err(StoredError::Import { .. })),
            "{stored:?}"
        );
        let stored = read(b"DAP?");
        assert!(matches!(stored, Err(StoredError::Package(_))), "{stored:?}");
        fs::remove_file(&path).unwrap();
        let stored = Stored::read(&path, Checksums::Verify);
        assert!(matches!(stored, Err(StoredError::File(_))), "{stored:?}");
    }
}
