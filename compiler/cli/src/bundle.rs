//! `oakc bundle`: what applications need where there is no network. Applications in; a folder or an archive out, with this
//! program, the firmware, the models that were fetched and made, and what made them.
//!
//! Never: anything of the cache that the applications do not need, or an unfinished bundle under its name.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};
use oakc_core::CheckedGraph;
use oakc_project::{Findings, Needed, Output};
use oakc_runtime_schema::release::latest;
use oakc_scratch::{ScratchDirectory, is_unfinished};
use tar::{Builder, EntryType, Header};

use crate::application::{Access, Variation};
use crate::failure::Failure;
use crate::firmware::{cache, store};
use crate::model::Making;
use crate::terminal::{Format, Terminal, result};

/// Pack oakc and all that it needs for applications, for a place without a network.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The applications (.toml, .yaml).
    #[arg(default_value = "app.toml")]
    files: Vec<PathBuf>,

    /// Where to write it: a folder that is empty or not there yet, or an archive (.tar.gz, .tgz).
    #[arg(long, short, value_name = "DIR|FILE.tar.gz")]
    output: PathBuf,

    /// Leave out what compiles and prepares models: a smaller bundle, in which no model can be made.
    #[arg(long)]
    no_environments: bool,

    #[command(flatten)]
    making: Making,

    #[command(flatten)]
    variation: Variation,

    #[command(flatten)]
    access: Access,
}

/// The most that a bundle has: files, and bytes in them.
const MOST_FILES: usize = 200_000;
const MOST_BYTES: u64 = 16 << 30;

/// Where the parts of the cache are in a bundle.
const CACHE: &str = "cache";

/// How a bundle is started, by its path, from anywhere.
const START: (&str, &str) = if cfg!(windows) {
    (
        "oakc.cmd",
        "@set \"OAKC_CACHE=%~dp0cache\"\r\n@\"%~dp0bin\\oakc.exe\" %*\r\n",
    )
} else {
    (
        "oakc",
        "#!/bin/sh
# oakc with the cache beside it, which has all that the applications of this bundle need.
here=$(CDPATH= cd -- \"$(dirname -- \"$0\")\" && pwd) || exit 3
OAKC_CACHE=$here/cache exec \"$here/bin/oakc\" \"$@\"
",
    )
};

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let archive = is_archive(&args.output);
    if !archive && is_used(&args.output) {
        return Err(Failure::Usage(format!(
            "{}: there is something already; -o names a folder that is empty or not there yet, or an archive (.tar.gz)",
            args.output.display()
        )));
    }
    let (places, releases) = needed(args, terminal)?;
    let contents = Contents::collect(&places)?;
    terminal.progress(format!("writing {}", args.output.display()));
    if archive {
        contents.archive(&args.output)?;
    } else {
        contents.unpacked(&args.output)?;
    }
    let count = |below: &str| places.iter().filter(|it| it.starts_with(below)).count();
    let releases: Vec<_> = releases.into_iter().collect();
    result(format!(
        "{}  {} MB: oakc {}, firmware {}, {} of models, {} environments",
        args.output.display(),
        contents.bytes() / 1_000_000,
        env!("CARGO_PKG_VERSION"),
        releases.join(", "),
        count("models"),
        count("environments")
    ))
}

fn is_archive(path: &Path) -> bool {
    let name = path.to_string_lossy();
    name.ends_with(".tar.gz") || name.ends_with(".tgz")
}

fn is_used(path: &Path) -> bool {
    let entries = fs::read_dir(path).map(|mut entries| entries.next().is_some());
    entries.unwrap_or_else(|error| error.kind() != io::ErrorKind::NotFound)
}

/// What the applications need of the cache, by where it is in it; what is not there yet is fetched and made.
fn needed(
    args: &Args,
    terminal: &Terminal,
) -> Result<(BTreeSet<PathBuf>, BTreeSet<String>), Failure> {
    let noted = Needed::default();
    let allowed = (args.access).agreeing(terminal, &args.making, noted.clone())?;
    let (root, store) = (cache()?, store()?);
    let (mut firmware, mut releases) = (BTreeSet::new(), BTreeSet::new());
    for file in &args.files {
        let mut findings = Findings::default();
        let checked = findings.load(file, args.variation.settings(&allowed)?)?;
        let Some(checked) = checked else {
            terminal.diagnostics(Format::Human, &findings)?;
            return Err(Failure::Reported);
        };
        let release = match named_release(&checked) {
            Some(version) => store.release(version)?,
            None => latest(),
        };
        store.install(release, None, &mut |event| terminal.progress(event))?;
        let folder = store.directory(release);
        firmware.extend(folder.strip_prefix(&root).map(Path::to_owned));
        releases.insert(release.version().to_owned());
    }
    let mut places = noted.places();
    places.retain(|place| {
        root.join(place).exists() && !(args.no_environments && place.starts_with("environments"))
    });
    places.extend(firmware);
    Ok((places, releases))
}

fn named_release(checked: &CheckedGraph) -> Option<&str> {
    checked.graph().config().app.depthai.as_deref()
}

/// The files of a bundle, in their order.
struct Contents {
    files: Vec<Item>,
}

/// A file: where it is in the bundle, and what is in it.
struct Item {
    path: PathBuf,
    source: Source,
    bytes: u64,
    runs: bool,
}

enum Source {
    File(PathBuf),
    Text(&'static str),
}

impl Contents {
    /// This program, and these parts of the cache.
    fn collect(places: &BTreeSet<PathBuf>) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(Failure::world)?;
        let name = if cfg!(windows) { "oakc.exe" } else { "oakc" };
        let mut files = vec![
            Item {
                path: START.0.into(),
                bytes: START.1.len() as u64,
                source: Source::Text(START.1),
                runs: true,
            },
            Item::file(Path::new("bin").join(name), program, true)?,
        ];
        let root = cache()?;
        for place in places {
            add(&root, place, &mut files)?;
        }
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let contents = Self { files };
        if contents.files.len() > MOST_FILES || contents.bytes() > MOST_BYTES {
            return Err(Failure::world(format!(
                "a bundle has at most {MOST_FILES} files and {} GiB",
                MOST_BYTES >> 30
            )));
        }
        Ok(contents)
    }

    fn bytes(&self) -> u64 {
        let sizes = self.files.iter().map(|it| it.bytes);
        sizes.fold(0, u64::saturating_add)
    }

    /// Into a folder, which is there with all of it or not at all.
    fn unpacked(&self, folder: &Path) -> Result<(), Failure> {
        let failed = |error: io::Error| failed(folder, &error);
        let parent = folder.parent().filter(|it| !it.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(failed)?;
        let staged = ScratchDirectory::create(parent, 0o755).map_err(failed)?;
        for item in &self.files {
            item.copy(&staged.path().join(&item.path))?;
        }
        if folder.exists() {
            fs::remove_dir(folder).map_err(failed)?;
        }
        staged.publish(folder).map_err(failed)
    }

    /// Into an archive, the same for equal contents, with everything below a folder of its name.
    fn archive(&self, path: &Path) -> Result<(), Failure> {
        let mut output = Output::create(path)?;
        self.pack(&top(path), output.file())
            .map_err(|error| failed(path, &error))?;
        Ok(output.publish()?)
    }

    fn pack(&self, top: &Path, file: &mut File) -> io::Result<()> {
        let compressed = GzBuilder::new().write(BufWriter::new(file), Compression::fast());
        let mut archive = Builder::new(compressed);
        for item in &self.files {
            let mut header = Header::new_gnu();
            header.set_entry_type(EntryType::Regular);
            header.set_size(item.bytes);
            header.set_mode(item.mode());
            header.set_mtime(0);
            archive.append_data(&mut header, top.join(&item.path), item.open()?)?;
        }
        archive.into_inner()?.finish()?.flush()
    }
}

/// What everything in an archive is below.
fn top(archive: &Path) -> PathBuf {
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".tar.gz").or(name.strip_suffix(".tgz"));
    name.filter(|it| !it.is_empty()).unwrap_or("oakc").into()
}

/// A file of the cache, or all below a folder of it. Links are left out, and so is what nobody needs again.
fn add(root: &Path, place: &Path, files: &mut Vec<Item>) -> Result<(), Failure> {
    let mut open = vec![place.to_owned()];
    while let Some(place) = open.pop() {
        let path = root.join(&place);
        let about = path.symlink_metadata();
        let about = about.map_err(|error| failed(&path, &error))?;
        if about.is_file() {
            files.push(Item::file(Path::new(CACHE).join(place), path, false)?);
        } else if about.is_dir() {
            for entry in fs::read_dir(&path).map_err(|error| failed(&path, &error))? {
                let name = entry.map_err(|error| failed(&path, &error))?.file_name();
                if name != ".lock" && name != "__pycache__" && !is_unfinished(&name) {
                    open.push(place.join(name));
                }
            }
        }
        if files.len() > MOST_FILES {
            return Ok(());
        }
    }
    Ok(())
}

impl Item {
    fn file(path: PathBuf, source: PathBuf, runs: bool) -> Result<Self, Failure> {
        let about = fs::metadata(&source).map_err(|error| failed(&source, &error))?;
        Ok(Self {
            path,
            bytes: about.len(),
            source: Source::File(source),
            runs,
        })
    }

    fn mode(&self) -> u32 {
        if self.runs { 0o755 } else { 0o644 }
    }

    fn open(&self) -> io::Result<Box<dyn io::Read + '_>> {
        Ok(match &self.source {
            Source::Text(text) => Box::new(text.as_bytes()),
            Source::File(path) => Box::new(File::open(path)?),
        })
    }

    fn copy(&self, path: &Path) -> Result<(), Failure> {
        let copied = || {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let mut file = File::create_new(path)?;
            io::copy(&mut self.open()?, &mut file)?;
            self.set_mode(&file)
        };
        copied().map_err(|error| failed(&self.path, &error))
    }

    #[cfg(unix)]
    fn set_mode(&self, file: &File) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(fs::Permissions::from_mode(self.mode()))
    }

    #[cfg(not(unix))]
    fn set_mode(&self, _file: &File) -> io::Result<()> {
        Ok(())
    }
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::world(format!("{}: {error}", path.display()))
}
