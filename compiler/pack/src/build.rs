//! Builds on disk: a checked application in, its package, lock and manifest out.

use std::path::{Path, PathBuf};
use std::thread;

use oakc_core::CheckedGraph;
use oakc_core::lower::{Lowered, lower};
use oakc_firmware::{FirmwareImage, ProgressFn, Store};
use oakc_project::Output;
use oakc_runtime_schema::release::{Variant, latest};

use crate::digest::{Digests, PackageKey};
use crate::firmware::StoredFirmware;
use crate::lock::Lock;
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
    /// Compare firmware and inputs with the lock file instead of writing it.
    pub locked: bool,
    /// Also write what the package was made of.
    pub manifest: bool,
}

/// A finished package.
#[derive(Debug)]
pub struct Package {
    /// Where it is.
    pub path: PathBuf,
    /// What is in it.
    pub assembly: Assembly<StoredFirmware>,
    /// Its SHA-256.
    pub sha256: String,
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
    let lowered = lower(checked)?;
    refuse_replacing_input(checked, request)?;
    let firmware = stored(checked, &lowered, request.options, store, progress)?;
    let lock = Lock::of(checked.graph().config(), &firmware.image);
    if request.locked {
        lock.compare(request.config)?;
    } else {
        Lock::check(request.config)?;
    }
    let assembly = Assembly::new(lowered, firmware, request.options.check_checksum)?;
    let package = write(assembly, request.output, &Digests::of(store))?;
    if request.manifest {
        manifest::write(&package, &lock)?;
    }
    if !request.locked {
        lock.update(request.config)?;
    }
    Ok(package)
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
    let lowered = lower(checked)?;
    let firmware = stored(checked, &lowered, options, store, progress)?;
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

/// Writes a package whole or not at all. Its digest is remembered, or computed meanwhile.
fn write(
    assembly: Assembly<StoredFirmware>,
    path: &Path,
    digests: &Digests,
) -> Result<Package, Error> {
    let image = assembly.firmware().image.sha256();
    let key = PackageKey::of(assembly.sections(), assembly.preboot(), image);
    let mut output = Output::create(path)?;
    let sha256 = match digests.recall(&key) {
        Some(known) => {
            fill(&assembly, &mut output)?;
            known
        }
        None => fill_and_digest(&assembly, &mut output)?,
    };
    output.publish()?;
    digests.remember(&key, &sha256);
    Ok(Package {
        path: path.to_owned(),
        assembly,
        sha256,
    })
}

fn fill(assembly: &Assembly<StoredFirmware>, output: &mut Output) -> Result<(), Error> {
    let written = assembly.write_to(output.file());
    written.map_err(|error| match error {
        oakc_firmware::Error::Output(error) => output.failed(error).into(),
        unreadable => unreadable.into(),
    })
}

fn fill_and_digest(
    assembly: &Assembly<StoredFirmware>,
    output: &mut Output,
) -> Result<String, Error> {
    thread::scope(|scope| {
        let digest = scope.spawn(|| assembly.sha256());
        fill(assembly, output)?;
        let digest = digest.join().map_err(|_| Error::Digest)?;
        Ok(digest?)
    })
}

/// A typing mistake must not overwrite a script.
fn refuse_replacing_input(checked: &CheckedGraph, request: &Request<'_>) -> Result<(), Error> {
    // A file that is not there yet is none of the inputs.
    let Ok(output) = request.output.canonicalize() else {
        return Ok(());
    };
    let directory = request.config.parent().unwrap_or(Path::new(""));
    let named = checked.graph().config().files.keys();
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

impl Package {
    /// The path of something that lies beside it: its own with another ending behind.
    pub(crate) fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(ending);
        name.into()
    }
}
