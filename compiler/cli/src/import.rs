//! `oakc import`: an application from what people have.

mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use oakc_blob::OpenVinoVersion;
use oakc_core::digest::sha256;
use oakc_core::package::inspect::Package;
use oakc_core::syntax::Language;
use oakc_core::world::ReadError;
use oakc_import::{Firmware, Imported, KnownModel, Note, Options, Original, Serve, import};

use crate::failure::Failure;
use crate::files::{make_directory, read_bounded, write};
use crate::terminal::{Terminal, result};
use program::Run;

/// Largest file that is read, in bytes.
const LARGEST_SOURCE: u64 = 1 << 30;

/// Largest dump that is read, in bytes: in memory it takes several times as much.
const LARGEST_DUMP: u64 = 128 << 20;

/// Make an application of a package, a dump or a program.
#[derive(clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are flags of the command line"
)]
pub(crate) struct Args {
    /// A package (.dap), what `Pipeline.serializeToJson()` returns, as JSON, or a Python program
    /// (.py) that uses depthai 2.x, which is run.
    #[arg(value_name = "SRC")]
    source: PathBuf,

    /// The directory to write the application to: new, or empty.
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,

    /// Write app.toml; the default.
    #[arg(long, conflicts_with = "yaml")]
    toml: bool,

    /// Write app.yaml.
    #[arg(long)]
    yaml: bool,

    /// Build the application in memory and fail unless everything that was kept is as it was.
    #[arg(long)]
    check: bool,

    /// Put a script in the place of each stream to a host that serves it on the network.
    #[arg(long, value_enum)]
    serve: Option<Protocol>,

    /// Which pipeline to take of a program that has several: 1 is the first.
    #[arg(long, value_name = "N")]
    pipeline: Option<usize>,

    /// The Python that a program is run with; it needs depthai 2.x.
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: PathBuf,

    /// How long a program may run.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3600))]
    timeout: u32,

    /// Write into DIR although there are files; those of the same name are replaced.
    #[arg(long)]
    force: bool,
}

/// How streams are served.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Protocol {
    /// Length and content of each message, on a port of its own from 5000 on.
    Tcp,
    /// A web server on a port of its own from 8080 on.
    Http,
}

impl Protocol {
    fn serve(self) -> Serve {
        match self {
            Self::Tcp => Serve::Tcp,
            Self::Http => Serve::Http,
        }
    }
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let target = Target::new(args)?;
    let (original, models) = read(args, terminal)?;
    let language = if args.yaml {
        Language::Yaml
    } else {
        Language::Toml
    };
    let name = args.source.file_name().unwrap_or(args.source.as_os_str());
    let options = Options {
        language,
        source: &name.to_string_lossy(),
        serve: args.serve.map(Protocol::serve),
        models: &models,
    };
    let imported = import(original, options);
    say(&imported.notes, terminal);
    prove(args, &imported, terminal)?;
    let path = target.write(&imported)?;
    result(&format!(
        "{}: nodes {}, files {}",
        path.display(),
        imported.node_count(),
        imported.files.len()
    ))
}

/// Builds the application again and compares.
fn prove(args: &Args, imported: &Imported, terminal: &Terminal) -> Result<(), Failure> {
    let differences = imported.differences();
    if differences.is_empty() {
        if args.check {
            terminal.progress("checked: built again, it is what was imported");
        }
        return Ok(());
    }
    let found = differences.join("\n  ");
    let text = format!("not everything can be said in a configuration:\n  {found}");
    if args.check {
        return Err(Failure::input(&args.source, text));
    }
    terminal.progress(format_args!("note: {text}"));
    Ok(())
}

/// What is to be imported, and what is known of its models.
type Source = (Original, BTreeMap<String, KnownModel>);

fn read(args: &Args, terminal: &Terminal) -> Result<Source, Failure> {
    let path = &args.source;
    if path.extension().is_some_and(|ending| ending == "py") {
        let run = Run {
            program: path,
            python: &args.python,
            seconds: args.timeout,
            pipeline: args.pipeline,
        };
        let started = run.capture(terminal)?;
        return Ok((started.original, started.models));
    }
    let original = read_file(path, terminal)?;
    Ok((original, BTreeMap::new()))
}

fn read_file(path: &Path, terminal: &Terminal) -> Result<Original, Failure> {
    let bytes = read_bounded(path, LARGEST_SOURCE).map_err(|error| match error {
        ReadError::TooLarge { .. } => Failure::input(path, "too large to be a package"),
        other => Failure::file("read", path, other),
    })?;
    let is_json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    if is_json {
        read_dump(path, &bytes, terminal)
    } else {
        read_package(path, &bytes)
    }
}

fn read_dump(path: &Path, text: &[u8], terminal: &Terminal) -> Result<Original, Failure> {
    if text.len() as u64 > LARGEST_DUMP {
        return Err(Failure::input(path, "too large to be a dump of a pipeline"));
    }
    let read = Original::from_json(text);
    let (original, notes) = read.map_err(|error| Failure::input(path, error))?;
    terminal.progress("note: a dump has no application name, board configuration or firmware");
    say(&notes, terminal);
    Ok(original)
}

fn read_package(path: &Path, bytes: &[u8]) -> Result<Original, Failure> {
    let package = Package::parse(bytes).map_err(|error| Failure::input(path, error))?;
    let (openvino, firmware) = firmware(&package);
    Original::from_package(&package, openvino, firmware)
        .map_err(|error| Failure::input(path, error))
}

fn say(notes: &[Note], terminal: &Terminal) {
    for note in notes {
        terminal.progress(format_args!("note: {}: {}", note.about, note.text));
    }
}

/// The firmware of a package: for which OpenVINO release it is, if its bytes are known, and of
/// which release.
fn firmware(package: &Package<'_>) -> (Option<OpenVinoVersion>, Firmware) {
    let unknown = || Firmware::Unknown(package.firmware_commit());
    let Some(release) = package.release else {
        return (None, unknown());
    };
    let of_release = Firmware::Release(release.version.to_owned());
    if release.files.is_none() {
        return (None, of_release);
    }
    let image = package.firmware.as_deref().map(sha256).ok();
    let variant = image.and_then(|image| release.variant_of(&image));
    match variant.and_then(|variant| OpenVinoVersion::parse(variant.name()).ok()) {
        Some(openvino) => (Some(openvino), of_release),
        // Somebody packaged an image of their own.
        None => (None, unknown()),
    }
}

/// The directory that the application goes to.
struct Target<'a> {
    directory: &'a Path,
    force: bool,
}

impl<'a> Target<'a> {
    /// Looks at the directory before any work is done.
    fn new(args: &'a Args) -> Result<Self, Failure> {
        let directory = args.output.as_path();
        let fail = |error: std::io::Error| Failure::file("read", directory, error);
        if directory.exists() && !directory.is_dir() {
            return Err(Failure::file("write", directory, "it is no directory"));
        }
        let is_used = directory.exists() && fs::read_dir(directory).map_err(fail)?.next().is_some();
        if is_used && !args.force {
            let text = "there are files in it already; --force writes among them";
            return Err(Failure::input(directory, text));
        }
        let force = args.force;
        Ok(Self { directory, force })
    }

    /// Writes everything; the path of the configuration.
    fn write(&self, imported: &Imported) -> Result<PathBuf, Failure> {
        let name = match imported.language {
            Language::Toml => "app.toml",
            Language::Yaml => "app.yaml",
        };
        if self.force {
            fill(self.directory, name, imported)?;
        } else {
            self.appear(name, imported)?;
        }
        Ok(self.directory.join(name))
    }

    /// Fills a directory beside the wanted one, then gives it its name: it is there as a whole or
    /// not at all.
    fn appear(&self, name: &str, imported: &Imported) -> Result<(), Failure> {
        let fail = |error: std::io::Error| Failure::file("create", self.directory, error);
        let parent = match self.directory.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        make_directory(parent)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".oakc-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
        let staged = builder.tempdir_in(parent).map_err(fail)?;
        fill(staged.path(), name, imported)?;
        if self.directory.exists() {
            // It was empty; if it is not any more, it stays and this fails.
            fs::remove_dir(self.directory).map_err(fail)?;
        }
        fs::rename(staged.path(), self.directory).map_err(fail)?;
        // It has another name by now, so there is nothing to clean up.
        let _ = staged.keep();
        Ok(())
    }
}

/// Writes the files, the configuration last.
fn fill(directory: &Path, name: &str, imported: &Imported) -> Result<(), Failure> {
    make_directory(directory)?;
    for (path, bytes) in &imported.files {
        make_plain_directories(directory, path)?;
        write(&directory.join(path), bytes)?;
    }
    write(&directory.join(name), imported.text.as_bytes())
}

/// Makes the directories on the way to `path`. None of those that are there may lead elsewhere.
fn make_plain_directories(directory: &Path, path: &str) -> Result<(), Failure> {
    let mut whole = directory.to_owned();
    let mut parts: Vec<_> = path.split('/').collect();
    parts.pop();
    for part in parts {
        whole.push(part);
        let is_link = whole.symlink_metadata().is_ok_and(|data| data.is_symlink());
        if is_link {
            let text = "it is a symbolic link, and may lead out of the directory";
            return Err(Failure::file("write to", &whole, text));
        }
        make_directory(&whole)?;
    }
    Ok(())
}
