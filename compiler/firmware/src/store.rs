//! Firmware in a cache directory: installs, lists and verifies it, and gives its images.
//!
//! In: a cache directory, a version, what is wanted. Out: images that are known to be those of the
//! release. Never: the network, unless something is missing.
//!
//! Layout: `firmware/VERSION/` with `universal.cmd`, `openvino-X.patch`, `openvino-X.cmd` (made
//! on first use), `bootloader-usb.cmd`, `bootloader-eth.cmd`, `*.deflate` (made on first use) and
//! `manifest.json`; `custom/SHA256.deflate` for images of the user.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use oakc_digest::sha256;
use oakc_runtime_schema::bootloader::BootloaderType;
use oakc_runtime_schema::release::{self, Patched, Release, Supported, Variant};

use crate::cache;
use crate::content::{Content, FileState, state_of};
use crate::deflate::CompressedFirmware;
use crate::error::{Action, Damage, Error, Result};
use crate::image::{BootloaderImage, FirmwareImage};
use crate::install::{MANIFEST, install};
use crate::kept;
use crate::progress::{Progress, ProgressFn};
use crate::wheel::{bootloader_file, image_file, patch_file, wanted};

/// Firmware in a cache directory.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
    releases: &'static [Release],
}

/// A release in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The release.
    pub release: Supported,
    /// Its directory.
    pub path: PathBuf,
    /// Bytes of all files in it.
    pub size: u64,
    /// Whether every file of the wheel is there; an installation from a bare image has only that one.
    pub complete: bool,
}

/// What the files of an installed release turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The release.
    pub release: Supported,
    /// Its directory.
    pub path: PathBuf,
    /// File names and what they are: those of the wheel in the order of the release table, then whatever else
    /// is there.
    pub files: Vec<(String, FileState)>,
}

impl Report {
    /// Whether every file of the release is there, and everything made of them is intact.
    pub fn is_intact(&self) -> bool {
        self.files
            .iter()
            .all(|(_, state)| matches!(state, FileState::Intact | FileState::Unknown))
    }
}

impl Store {
    /// The store in `cache_dir`; see [`crate::cache_dir`]. Reads and writes nothing yet.
    pub fn new(cache_dir: impl Into<PathBuf>) -> Self {
        Self::with_releases(cache_dir, release::all())
    }

    pub(crate) fn with_releases(
        cache_dir: impl Into<PathBuf>,
        releases: &'static [Release],
    ) -> Self {
        Self {
            root: cache_dir.into(),
            releases,
        }
    }

    /// The cache directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Directory of a release.
    pub fn directory(&self, release: Supported) -> PathBuf {
        self.firmware().join(release.version())
    }

    /// The supported release of that version, or an error that names all of them.
    pub fn release(&self, version: &str) -> Result<Supported> {
        let found = self.supported().find(|known| known.version() == version);
        found.ok_or_else(|| Error::UnknownRelease {
            version: version.to_owned(),
            known: self.supported().map(Supported::version).collect(),
        })
    }

    fn supported(&self) -> impl Iterator<Item = Supported> {
        self.releases.iter().filter_map(Release::supported)
    }

    /// Installs a release from a wheel, shared library or bare image; without one, from an installed
    /// Python package or with pip. Replaces damaged files; does nothing when all files are intact.
    pub fn install(
        &self,
        release: Supported,
        from: Option<&Path>,
        progress: ProgressFn<'_>,
    ) -> Result<()> {
        let custom = self.custom();
        kept::discard_damaged(&custom, &kept::of_custom(&custom)?);
        let target = self.directory(release);
        install(release, &self.firmware(), &target, from, progress)
    }

    /// The releases in the cache, newest first.
    pub fn list(&self) -> Result<Vec<Installed>> {
        let mut installed = Vec::new();
        for release in self.supported() {
            let path = self.directory(release);
            if let Some(size) = directory_size(&path)? {
                let mut files = wanted(release).into_iter();
                let complete = files.all(|file| path.join(&file.file).is_file());
                installed.push(Installed {
                    release,
                    path,
                    size,
                    complete,
                });
            }
        }
        Ok(installed)
    }

    /// Compares everything that is kept of an installed release with the release table, by SHA-256; compressed
    /// images after inflating them.
    pub fn verify(&self, version: &str) -> Result<Report> {
        let release = self.release(version)?;
        let path = self.directory(release);
        let wanted = wanted(release).into_iter();
        let wanted = wanted.map(|file| (state_of(&path.join(&file.file), file.pin), file.file));
        let mut files: Vec<_> = wanted.map(|(state, name)| (name, state)).collect();
        files.extend(kept::of_release(release, &path)?);
        Ok(Report {
            release,
            path,
            files,
        })
    }

    /// Inflates the compressed images of the user that are kept, and compares each with its name.
    pub fn verify_custom(&self) -> Result<Vec<(String, FileState)>> {
        kept::of_custom(&self.custom())
    }

    /// Removes what processes left that were killed.
    pub fn sweep(&self) {
        let firmware = self.firmware();
        let releases = self.supported().map(|release| self.directory(release));
        let directories = releases.chain([self.root.clone(), firmware, self.custom()]);
        directories.for_each(|directory| oakc_scratch::sweep(&directory));
    }

    /// A firmware image, which is installed first if it is missing. Its size is checked here, its
    /// bytes while they are read.
    pub fn image(
        &self,
        version: &str,
        variant: Variant,
        progress: ProgressFn<'_>,
    ) -> Result<FirmwareImage> {
        let release = self.release(version)?;
        let files = release.files();
        let pin = files.image(variant).ok_or(Error::NoSuchVariant {
            version: release.version(),
            variant,
        })?;
        let path = self.directory(release).join(image_file(variant));
        if exists(&path)? {
            return FirmwareImage::cached(release, variant, &path, pin);
        }
        if let Some(patched) = files.patched(variant) {
            return self.make_image(release, patched, &path, progress);
        }
        self.ensure(release, &image_file(variant), progress)?;
        FirmwareImage::cached(release, variant, &path, pin)
    }

    /// A bootloader image, which is installed first if it is missing.
    pub fn bootloader(
        &self,
        version: &str,
        kind: BootloaderType,
        progress: ProgressFn<'_>,
    ) -> Result<BootloaderImage> {
        let release = self.release(version)?;
        let file = bootloader_file(kind);
        self.ensure(release, file, progress)?;
        BootloaderImage::cached(release, kind, &self.directory(release).join(file))
    }

    /// The compressed form of an image, made on first use and kept, if the cache takes it.
    pub fn compressed(
        &self,
        image: &FirmwareImage,
        progress: ProgressFn<'_>,
    ) -> Result<CompressedFirmware> {
        let path = if image.is_custom() {
            let directory = self.custom();
            // Where it cannot be made, nothing is kept.
            let _ = cache::make_dir(&directory);
            directory.join(format!("{}.deflate", image.sha256()))
        } else {
            let mut path = image.path().as_os_str().to_owned();
            path.push(".deflate");
            path.into()
        };
        CompressedFirmware::open_or_create(image, &path, progress)
    }

    /// Makes an image from the universal one and its patch, and keeps it at `target`, if the cache takes it.
    fn make_image(
        &self,
        release: Supported,
        patched: Patched,
        target: &Path,
        progress: ProgressFn<'_>,
    ) -> Result<FirmwareImage> {
        let variant = patched.variant;
        let patch_file = patch_file(variant);
        self.ensure(release, &image_file(Variant::Universal), progress)?;
        self.ensure(release, &patch_file, progress)?;
        progress(Progress::Patching { variant });
        let source = self.image(release.version(), Variant::Universal, progress)?;
        let directory = self.directory(release);
        let patch = directory.join(&patch_file);
        let bytes = Content::cached(patch.clone(), patched.patch)?.read()?;
        let damaged = |damage| Error::Damaged {
            path: patch,
            damage,
        };
        let image = match oakc_bsdiff::apply(&source.read()?, &bytes, patched.image.size) {
            Ok(image) if sha256(&image) == patched.image.sha256 => image,
            Ok(_) => return Err(damaged(Damage::PatchResult)),
            Err(error) => return Err(damaged(Damage::Patch(error.to_string()))),
        };
        match cache::write_file(target, |file| file.write_all(&image)) {
            Ok(()) => FirmwareImage::cached(release, variant, target, patched.image),
            Err(Error::Cache { .. }) => {
                let pin = patched.image;
                Ok(FirmwareImage::in_memory(
                    release, variant, target, pin, image,
                ))
            }
            Err(other) => Err(other),
        }
    }

    /// Installs the release if `file` is missing.
    fn ensure(&self, release: Supported, file: &str, progress: ProgressFn<'_>) -> Result<()> {
        let path = self.directory(release).join(file);
        if exists(&path)? {
            return Ok(());
        }
        self.install(release, None, progress)?;
        if exists(&path)? {
            return Ok(());
        }
        Err(Error::NotInstalled {
            file: file.to_owned(),
            version: release.version(),
        })
    }

    fn firmware(&self) -> PathBuf {
        self.root.join("firmware")
    }

    /// Compressed images of the user.
    fn custom(&self) -> PathBuf {
        self.root.join("custom")
    }
}

/// Whether there is something of that name. An unreadable cache is an error.
fn exists(path: &Path) -> Result<bool> {
    path.try_exists().map_err(Error::cache(Action::Read, path))
}

/// Bytes of the files in a directory of the cache; `None` when there is no such installation.
fn directory_size(path: &Path) -> Result<Option<u64>> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::cache(Action::Read, path)(error)),
    };
    let mut size = 0u64;
    let mut has_manifest = false;
    for entry in entries {
        let entry = entry.map_err(Error::cache(Action::Read, path))?;
        has_manifest |= entry.file_name() == MANIFEST;
        size = size.saturating_add(entry.metadata().map_or(0, |metadata| metadata.len()));
    }
    Ok(has_manifest.then_some(size))
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
