//! The public face of the cache: install, list, verify, and hand out images.
//!
//! Goes in: a cache directory, a version, what is wanted. Comes out: images that are known to be
//! those of the release. Never: the network, unless something is missing.
//!
//! Layout: `firmware/VERSION/` with `universal.cmd`, `openvino-X.patch`, `openvino-X.cmd` (made
//! on first use), `bootloader-usb.cmd`, `bootloader-eth.cmd`, `*.deflate` (made on first use) and
//! `manifest.json`; `custom/SHA256.deflate` for images of the user.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::cache;
use crate::content::{Content, FileState, state_of};
use crate::deflate::CompressedFirmware;
use crate::digest::sha256_hex;
use crate::error::{Error, Result};
use crate::image::{BootloaderImage, FirmwareImage};
use crate::install::{MANIFEST, install};
use crate::patch;
use crate::progress::{Progress, ProgressFn};
use crate::release::{Bootloader, Pin, Release, Variant, releases};

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
    pub release: &'static Release,
    /// Its directory.
    pub path: PathBuf,
    /// Bytes of all files in it.
    pub size: u64,
    /// Whether everything of the wheel is there; an installation from a bare image has only that.
    pub complete: bool,
}

/// What the files of an installed release turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The release.
    pub release: &'static Release,
    /// Its directory.
    pub path: PathBuf,
    /// File names and what they are, in the order of the release table; images made on first use
    /// are listed only when they exist.
    pub files: Vec<(String, FileState)>,
}

impl Report {
    /// Whether every file is there and intact.
    pub fn is_intact(&self) -> bool {
        self.files
            .iter()
            .all(|(_, state)| *state == FileState::Intact)
    }
}

impl Store {
    /// The store in `cache_dir`; see [`crate::cache_dir`]. Touches nothing yet.
    pub fn new(cache_dir: impl Into<PathBuf>) -> Self {
        Self::with_releases(cache_dir, releases())
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
    pub fn directory(&self, release: &Release) -> PathBuf {
        self.firmware().join(release.version)
    }

    /// The release of that version, or an error that names those there are.
    pub fn release(&self, version: &str) -> Result<&'static Release> {
        let found = self.releases.iter().find(|known| known.version == version);
        found.ok_or_else(|| Error::UnknownRelease {
            version: version.to_owned(),
            known: self
                .releases
                .iter()
                .map(|known| known.version)
                .collect::<Vec<_>>()
                .join(", "),
        })
    }

    /// Installs a release from a wheel, shared object or bare image, or, without one, from an
    /// installed Python package or through pip. Replaces damaged files; does nothing when all is
    /// there and intact.
    pub fn install(
        &self,
        release: &Release,
        from: Option<&Path>,
        progress: ProgressFn<'_>,
    ) -> Result<()> {
        let target = self.directory(release);
        install(release, &self.firmware(), &target, from, progress)
    }

    /// The releases in the cache, newest first.
    pub fn list(&self) -> Result<Vec<Installed>> {
        let mut installed = Vec::new();
        for release in self.releases {
            let path = self.directory(release);
            if let Some(size) = directory_size(&path)? {
                let complete = release
                    .wanted()
                    .iter()
                    .all(|file| path.join(&file.file).is_file());
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

    /// Compares every file of an installed release with the release table, by SHA-256.
    pub fn verify(&self, version: &str) -> Result<Report> {
        let release = self.release(version)?;
        let path = self.directory(release);
        let wanted = release
            .wanted()
            .into_iter()
            .map(|file| (file.file, file.pin));
        let made = release
            .patched
            .iter()
            .map(|patched| (patched.variant.image_file(), patched.image))
            .filter(|(name, _)| path.join(name).exists());
        let files = wanted
            .chain(made)
            .map(|(name, pin)| (state_of(&path.join(&name), pin), name))
            .map(|(state, name)| (name, state))
            .collect();
        Ok(Report {
            release,
            path,
            files,
        })
    }

    /// A firmware image, installed first when it is missing. Its size is checked here, its bytes
    /// while they are read.
    pub fn image(
        &self,
        version: &str,
        variant: Variant,
        progress: ProgressFn<'_>,
    ) -> Result<FirmwareImage> {
        let release = self.release(version)?;
        let pin = release.image(variant).ok_or_else(|| Error::NoSuchVariant {
            version: version.to_owned(),
            variant: variant.name(),
        })?;
        let path = self.directory(release).join(variant.image_file());
        if !exists(&path)? {
            match release.patched(variant) {
                Some(patched) => self.make_image(release, variant, patched.patch, pin, progress)?,
                None => self.ensure(release, &variant.image_file(), progress)?,
            }
        }
        FirmwareImage::cached(release, variant, &path, pin)
    }

    /// A bootloader image, installed first when it is missing.
    pub fn bootloader(
        &self,
        version: &str,
        kind: Bootloader,
        progress: ProgressFn<'_>,
    ) -> Result<BootloaderImage> {
        let release = self.release(version)?;
        self.ensure(release, kind.file(), progress)?;
        let path = self.directory(release).join(kind.file());
        BootloaderImage::cached(release.bootloader_version, &path, release.bootloader(kind))
    }

    /// The compressed form of an image, made on first use and kept.
    pub fn compressed(
        &self,
        image: &FirmwareImage,
        progress: ProgressFn<'_>,
    ) -> Result<CompressedFirmware> {
        let path = if image.is_custom() {
            let directory = self.root.join("custom");
            cache::make_dir(&directory)?;
            directory.join(format!("{}.deflate", image.sha256()))
        } else {
            let mut path = image.path().as_os_str().to_owned();
            path.push(".deflate");
            path.into()
        };
        CompressedFirmware::open_or_create(image, &path, progress)
    }

    /// Makes an image from the universal one and its patch.
    fn make_image(
        &self,
        release: &'static Release,
        variant: Variant,
        patch_pin: Pin,
        pin: Pin,
        progress: ProgressFn<'_>,
    ) -> Result<()> {
        let directory = self.directory(release);
        let patch_file = variant.patch_file();
        self.ensure(release, &Variant::Universal.image_file(), progress)?;
        self.ensure(release, &patch_file, progress)?;
        progress(Progress::Patching { variant });
        let source = self.image(release.version, Variant::Universal, progress)?;
        let patch_path = directory.join(&patch_file);
        let patch_bytes = Content::cached(patch_path.clone(), patch_pin.checksum(), 0)?.read()?;
        let damaged = |reason: String| Error::Damaged {
            path: patch_path.clone(),
            reason,
        };
        let image = patch::apply(&source.read()?, &patch_bytes, pin.size)
            .map_err(|error| damaged(error.to_string()))?;
        if sha256_hex(&image) != pin.sha256 {
            return Err(damaged("it makes another image than it should".to_owned()));
        }
        let path = directory.join(variant.image_file());
        cache::write_file(&path, |file| file.write_all(&image))
    }

    /// Installs the release when `file` is missing.
    fn ensure(&self, release: &Release, file: &str, progress: ProgressFn<'_>) -> Result<()> {
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
            version: release.version.to_owned(),
        })
    }

    fn firmware(&self) -> PathBuf {
        self.root.join("firmware")
    }
}

/// Whether there is something under that name; an unreadable cache is an error, not an absence.
fn exists(path: &Path) -> Result<bool> {
    path.try_exists().map_err(Error::cache("read", path))
}

/// Bytes of the files in a directory of the cache; `None` when there is no such installation.
fn directory_size(path: &Path) -> Result<Option<u64>> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::cache("read", path)(error)),
    };
    let mut size = 0u64;
    let mut has_manifest = false;
    for entry in entries {
        let entry = entry.map_err(Error::cache("read", path))?;
        has_manifest |= entry.file_name() == MANIFEST;
        size = size.saturating_add(entry.metadata().map_or(0, |metadata| metadata.len()));
    }
    Ok(has_manifest.then_some(size))
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
