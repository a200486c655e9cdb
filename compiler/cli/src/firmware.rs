//! `oakc firmware`: the device firmware in the cache.

use std::path::{Path, PathBuf};

use oakc_diag::render::Page;
use oakc_firmware::{FileState, Store, cache_dir};
use oakc_runtime_schema::release::{Supported, latest};

use crate::failure::Failure;
use crate::terminal::{Terminal, result};

/// Install, list and verify device firmware.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Extract the firmware of a release from the depthai wheel and cache it.
    Install {
        /// A depthai wheel, the shared object inside one, or a firmware image (.cmd). Without it,
        /// an installed Python package is used, otherwise `pip download`.
        #[arg(long, value_name = "WHEEL|SHARED_OBJECT|CMD")]
        from: Option<PathBuf>,
        /// The depthai release; default: the newest supported.
        #[arg(long, value_name = "VERSION")]
        release: Option<String>,
    },
    /// List what is installed.
    List,
    /// Compare everything in the cache with its SHA-256; compressed images are inflated for that.
    Verify,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let store = store()?;
    match &args.command {
        Command::Install { from, release } => {
            let release = match release {
                Some(version) => store.release(version)?,
                None => latest(),
            };
            install(&store, release, from.as_deref(), terminal)
        }
        Command::List => list(&store),
        Command::Verify => verify(&store),
    }
}

/// The user's cache directory.
pub(crate) fn cache() -> Result<PathBuf, Failure> {
    Ok(cache_dir(|name| std::env::var_os(name))?)
}

/// The firmware in it.
pub(crate) fn store() -> Result<Store, Failure> {
    Ok(Store::new(cache()?))
}

fn install(
    store: &Store,
    release: Supported,
    from: Option<&Path>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    store.install(release, from, &mut |event| terminal.progress(event))?;
    Ok(())
}

fn list(store: &Store) -> Result<(), Failure> {
    let installed = store.list()?;
    if installed.is_empty() {
        return result(
            "no firmware is installed; `oakc firmware install` or the first build installs it",
        );
    }
    let lines = installed.iter().map(|found| {
        format!(
            "{:<10} firmware {}  bootloader {}  {:.1} MB  {}{}",
            found.release.version(),
            found.release.commit().get(..8).unwrap_or_default(),
            found.release.files().bootloader,
            megabytes(found.size),
            found.path.display(),
            if found.complete { "" } else { "  (incomplete)" }
        )
    });
    result(lines.collect::<Page>())
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn verify(store: &Store) -> Result<(), Failure> {
    let installed = store.list()?;
    let custom = store.verify_custom()?;
    if installed.is_empty() && custom.is_empty() {
        return Err(Failure::world(
            "no firmware is installed; `oakc firmware install` fetches it",
        ));
    }
    let mut intact = true;
    for found in &installed {
        let version = found.release.version();
        intact &= tell(version, &store.verify(version)?.files)?;
    }
    intact &= tell("custom", &custom)?;
    if intact {
        Ok(())
    } else {
        Err(Failure::world(
            "some files differ from the published ones; `oakc firmware install` repairs them",
        ))
    }
}

/// Prints what each file turned out to be. Whether all of them are as they should be.
fn tell(what: &str, files: &[(String, FileState)]) -> Result<bool, Failure> {
    let mut intact = true;
    for (name, state) in files {
        let (verdict, is_intact) = match state {
            FileState::Intact => ("ok".to_owned(), true),
            FileState::Missing => ("missing".to_owned(), false),
            FileState::Damaged(how) => (format!("damaged: {how}"), false),
            _ => ("not from oakc, not used".to_owned(), true),
        };
        intact &= is_intact;
        result(format!("{what:<10} {name:<28} {verdict}"))?;
    }
    Ok(intact)
}
