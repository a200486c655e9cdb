//! Builds on disk: a checked application in, its package, lock and manifest out. Nothing gets its name
//! before all of it is written.

use std::path::{Path, PathBuf};

use oakc_core::CheckedGraph;
use oakc_core::lower::{Lowered, lower};
use oakc_firmware::{FirmwareImage, ProgressFn, Store};
use oakc_project::Output;
use oakc_runtime_schema::release::{Variant, latest};
use serde_json::Value;

use crate::digest::Digests;
use crate::firmware::StoredFirmware;
use crate::lock::Lock;
use crate::notices::notices;
use crate::origin::Origin;
use crate::{Assembly, Error, manifest};

/// Options for packaging.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Compress the firmware.
    pub compress: bool,
    /// Let the bootloader check the firmware at every boot.
    pub check_checksum: bool,
    /// An image to package instead of the release's own.
    pub firmware: Option<PathBuf>,
}

/// What to build, and where to.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The configuration of the application.
    pub config: &'a Path,
    /// Where the package goes.
    pub output: &'a Path,
    /// Options for packaging.
    pub options: &'a Options,
    /// What becomes of the lock file.
    pub lock: LockUse,
    /// Also write what the package was made of.
    pub manifest: bool,
}

/// What a build does with the lock file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockUse {
    /// It writes what the package is made of.
    Update,
    /// It fails if the package would be made of something else.
    Compare,
    /// Nothing: the file is neither read nor written.
    Ignore,
}

/// A finished package.
#[derive(Debug)]
pub struct Package {
    /// Where it is.
    pub path: PathBuf,
    /// What is in it.
    pub assembly: Assembly<StoredFirmware>,
    /// What it was made from.
    pub origin: Origin,
    /// What of it belongs to others, for programs.
    pub notices: Vec<Value>,
    /// A digest of everything that went in: equal builds have the same.
    pub build: String,
    /// The SHA-256 of what was written.
    pub digests: Digests,
}

/// Builds the package of an application; the firmware comes from `store`, which installs it first if it
/// is not there.
///
/// # Errors
/// Whatever keeps it from being built. A package that was there before is as it was then.
pub fn build(
    checked: &CheckedGraph,
    request: &Request<'_>,
    store: &Store,
    progress: ProgressFn<'_>,
) -> Result<Package, Error> {
    let mut lowered = lower(checked)?;
    refuse_replacing_input(checked, request)?;
    store.sweep();
    let firmware = stored(checked, &lowered, request.options, store, progress)?;
    let config = checked.graph().config();
    let lock = Lock::of(config, &firmware, request.options);
    let lock_file = match request.lock {
        LockUse::Update => lock.prepare(request.config)?,
        LockUse::Compare => lock.compare(request.config).map(|()| None)?,
        LockUse::Ignore => None,
    };
    let build = lock.build_id(config);
    lowered.stamp(&build);
    let origin = Origin::of(config, request.config, &firmware);
    let notices = notices(config, &firmware);
    let assembly = Assembly::new(lowered, firmware, request.options.check_checksum)?;
    let mut output = Output::create(request.output)?;
    let digests = fill(&assembly, &mut output, request.manifest)?;
    let package = Package {
        path: request.output.to_owned(),
        assembly,
        origin,
        notices,
        build,
        digests,
    };
    let manifest = request.manifest.then(|| manifest::prepare(&package, &lock));
    // All of it is written; only names are missing. The package comes last: where it is, so is the rest.
    if let Some(manifest) = manifest {
        manifest?.rename()?;
    }
    if let Some(lock_file) = lock_file {
        lock_file.rename()?;
    }
    output.publish()?;
    Ok(package)
}

/// Fails where the lock file of the application at `path` pins something else than its package would be made
/// of now. Nothing is written, except firmware into its cache.
///
/// # Errors
/// As [`build`], and where something else is pinned.
pub fn compare_lock(
    checked: &CheckedGraph,
    path: &Path,
    options: &Options,
    store: &Store,
    progress: ProgressFn<'_>,
) -> Result<(), Error> {
    let lowered = lower(checked)?;
    let firmware = stored(checked, &lowered, options, store, progress)?;
    let lock = Lock::of(checked.graph().config(), &firmware, options);
    Ok(lock.compare(path)?)
}

/// Lays the package of an application out without writing anything.
///
/// # Errors
/// Whatever keeps it from being built.
pub fn assemble(
    checked: &CheckedGraph,
    options: &Options,
    store: &Store,
    progress: ProgressFn<'_>,
) -> Result<Assembly<StoredFirmware>, Error> {
    let mut lowered = lower(checked)?;
    let firmware = stored(checked, &lowered, options, store, progress)?;
    let config = checked.graph().config();
    lowered.stamp(&Lock::of(config, &firmware, options).build_id(config));
    Ok(Assembly::new(lowered, firmware, options.check_checksum)?)
}

/// The firmware: the named image, else the variant of the application's release that its models need.
fn stored(
    checked: &CheckedGraph,
    lowered: &Lowered,
    options: &Options,
    store: &Store,
    progress: ProgressFn<'_>,
) -> Result<StoredFirmware, Error> {
    let release = checked.graph().config().app.depthai.as_deref();
    let release = release.map_or(Ok(latest()), |version| store.release(version))?;
    let image = match &options.firmware {
        Some(path) => FirmwareImage::custom(path, release)?,
        None => {
            let variant = Variant::for_openvino(lowered.openvino().name());
            store.image(release.version(), variant, progress)?
        }
    };
    let compressed = options
        .compress
        .then(|| store.compressed(&image, progress))
        .transpose()?;
    Ok(StoredFirmware { image, compressed })
}

fn fill(
    assembly: &Assembly<StoredFirmware>,
    output: &mut Output,
    of_firmware: bool,
) -> Result<Digests, Error> {
    let written = assembly.write_to(output.file(), of_firmware);
    written.map_err(|error| match error {
        oakc_firmware::Error::Output(error) => output.failed(error).into(),
        unreadable => unreadable.into(),
    })
}

/// A typing mistake must not overwrite a script.
fn refuse_replacing_input(checked: &CheckedGraph, request: &Request<'_>) -> Result<(), Error> {
    // A file that is not there yet is none of the inputs.
    let Ok(output) = request.output.canonicalize() else {
        return Ok(());
    };
    let directory = request.config.parent().unwrap_or(Path::new(""));
    let config = checked.graph().config();
    let shared = config.parts.shared().map(|file| &file.path);
    let named = config.files.keys().chain(shared);
    let named = named.map(|path| directory.join(path));
    let inputs = named
        .chain([request.config.to_owned()])
        .chain(request.options.firmware.clone());
    let is_output = |input: PathBuf| input.canonicalize().is_ok_and(|path| path == output);
    if inputs.into_iter().any(is_output) {
        return Err(Error::ReplacesInput(request.output.to_owned()));
    }
    Ok(())
}
