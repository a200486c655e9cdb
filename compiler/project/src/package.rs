//! Packages on disk: a path in, the package taken apart out. How it was made, and whether a camera can
//! run it, is not asked here.

use std::path::{Path, PathBuf};

use oakc_core::package::inspect::Package;
use oakc_runtime_schema::sbr::SbrError;

use crate::{FileError, FileKind, Limit, read};

/// A file that should be a package.
#[derive(Clone, Debug)]
pub struct PackageFile {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// A file is not a package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {}", what(reason, *found), path = path.display())]
pub struct InvalidPackage {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: SbrError,
    /// What it is instead, where that could be told.
    pub found: Option<FileKind>,
}

fn what(reason: &SbrError, found: Option<FileKind>) -> String {
    match found {
        Some(found) => format!("not an application package but {found}"),
        None => reason.to_string(),
    }
}

impl InvalidPackage {
    /// The file at `path`, with this content, is not a package.
    pub fn new(path: &Path, bytes: &[u8], reason: SbrError) -> Self {
        let found = FileKind::of(path, bytes);
        Self {
            path: path.to_owned(),
            reason,
            found: found.filter(|found| *found != FileKind::Package),
        }
    }
}

/// What a package holds is not what was packaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{path}: the checksum of {sections} is wrong: the file was damaged, or changed by something that is not a packager",
    path = path.display(), sections = named(sections)
)]
pub struct DamagedPackage {
    /// The file.
    pub path: PathBuf,
    /// The sections with a wrong checksum.
    pub sections: Vec<String>,
}

fn named(sections: &[String]) -> String {
    let names: Vec<_> = sections.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// What to do where checksums are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksums {
    /// Refuse the package.
    Verify,
    /// Take it as it is.
    Ignore,
}

impl PackageFile {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        Ok(Self {
            bytes: read(path, Limit::PACKAGE)?,
            path: path.to_owned(),
        })
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes it apart.
    ///
    /// # Errors
    /// Where it is not a package.
    pub fn package(&self) -> Result<Package<'_>, InvalidPackage> {
        Package::parse(&self.bytes)
            .map_err(|reason| InvalidPackage::new(&self.path, &self.bytes, reason))
    }

    /// Compares its checksums with what is in it.
    ///
    /// # Errors
    /// Where one is wrong, and they are not ignored.
    pub fn verify(
        &self,
        package: &Package<'_>,
        checksums: Checksums,
    ) -> Result<(), DamagedPackage> {
        let sections = match checksums {
            Checksums::Verify => package.damaged_sections(),
            Checksums::Ignore => Vec::new(),
        };
        if sections.is_empty() {
            return Ok(());
        }
        let path = self.path.clone();
        Err(DamagedPackage { path, sections })
    }
}
