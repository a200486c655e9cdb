//! `oakc import`: creates an application from a package, a dump or a program.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use oakc_capture::{Form, Incident, Run, Stored};
use oakc_core::hardware::{self, Camera};
use oakc_core::syntax::Language;
use oakc_import::{Imported, KnownModel, Note, Options, Original, Serve, import};
use oakc_project::{Checksums, NewDirectory, plain};

use crate::application::Reading;
use crate::failure::Failure;
use crate::terminal::{Terminal, result};

/// Create an application from a package, a dump or a program.
#[derive(clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are flags of the command line"
)]
pub(crate) struct Args {
    /// A package (.dap), what `Pipeline.serializeToJson()` returns, as JSON, a log of the library with
    /// DEPTHAI_LEVEL=debug, or a Python program (.py) that uses depthai 2.x, which is run.
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

    /// Build the application in memory, and fail if the result differs from what was imported.
    #[arg(long)]
    check: bool,

    /// Replace each stream to a host by a script that serves it on the network.
    #[arg(long, value_enum)]
    serve: Option<Protocol>,

    /// Which pipeline to use if a program has several: 1 is the first.
    #[arg(long, value_name = "N")]
    pipeline: Option<usize>,

    /// Import what there is of a pipeline that the program did not finish; the reason stands at the top
    /// of the application.
    #[arg(long)]
    partial: bool,

    /// Call a function instead of running the program: `create_pipeline`, `Class.method`, `module:function`, or
    /// with arguments, `create_pipeline(fps=15)`.
    #[arg(long, value_name = "FUNCTION")]
    call: Option<String>,

    /// The Python interpreter for running a program; it needs depthai 2.x.
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: PathBuf,

    /// How long a program may run, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3600))]
    timeout: u32,

    /// The product that a program is to believe to have, by its sensors and its calibration.
    #[arg(long, value_name = "MODEL", default_value = "OAK-D-POE", value_parser = product)]
    model: &'static Camera,

    #[command(flatten)]
    reading: Reading,

    /// Write into DIR even if it is not empty; files of the same name are replaced.
    #[arg(long)]
    force: bool,

    /// What the program gets as its arguments.
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<OsString>,
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

/// The product of that name.
fn product(name: &str) -> Result<&'static Camera, String> {
    hardware::find(name).ok_or_else(|| "oakc does not know this product".to_owned())
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let target = NewDirectory::new(&args.output, args.force)?;
    let Source {
        original,
        models,
        cut_short,
        notes,
    } = read(args, terminal)?;
    let language = if args.yaml {
        Language::Yaml
    } else {
        Language::Toml
    };
    let name = args.source.file_name().unwrap_or(args.source.as_os_str());
    let options = Options {
        language,
        source: &name.to_string_lossy(),
        cut_short: cut_short.as_deref(),
        serve: args.serve.map(Protocol::serve),
        models: &models,
        notes: &notes,
    };
    let imported = import(original, options);
    say(&imported.notes, terminal);
    prove(args, &imported, terminal)?;
    target.write(&imported.all_files())?;
    let path = args.output.join(imported.config_name());
    result(format!(
        "{}: nodes {}, files {}",
        plain(&path).display(),
        imported.node_count(),
        imported.files.len()
    ))
}

/// Builds the application again and compares.
fn prove(args: &Args, imported: &Imported, terminal: &Terminal) -> Result<(), Failure> {
    imported.parse_again()?;
    let differences = imported.differences();
    if differences.is_empty() {
        if args.check {
            terminal.progress("checked: building it again gives what was imported");
        }
        return Ok(());
    }
    let found = differences.join("\n  ");
    let text = format!("not everything can be expressed in a configuration:\n  {found}");
    if args.check {
        return Err(Failure::input(&args.source, text));
    }
    terminal.progress(format_args!("note: {text}"));
    Ok(())
}

/// What is to be imported.
struct Source {
    original: Original,
    /// What is known of its models.
    models: BTreeMap<String, KnownModel>,
    /// Why it is not complete.
    cut_short: Option<String>,
    /// What it loses without a host.
    notes: Vec<Note>,
}

fn read(args: &Args, terminal: &Terminal) -> Result<Source, Failure> {
    let path = &args.source;
    if path.extension().is_some_and(|ending| ending == "py") {
        let run = Run {
            program: path,
            arguments: &args.arguments,
            call: args.call.as_deref(),
            python: &args.python,
            seconds: args.timeout,
            pipeline: args.pipeline,
            partial: args.partial,
            camera: args.model,
        };
        terminal.notice(format_args!(
            "running {} with {}, for at most {} s: its own code is executed with all your rights, but oakc does not look for a camera",
            path.display(),
            args.python.display(),
            args.timeout
        ));
        let tell = &mut |incident: &Incident| terminal.progress(format_args!("note: {incident}"));
        let started = run.capture(tell)?;
        return Ok(Source {
            original: started.original,
            models: started.models,
            cut_short: started.cut_short,
            notes: started.notes,
        });
    }
    refuse_language(path)?;
    let original = read_file(path, args.reading.checksums(), terminal)?;
    Ok(Source {
        original,
        models: BTreeMap::new(),
        cut_short: None,
        notes: Vec::new(),
    })
}

/// Fails for programs that oakc cannot run.
fn refuse_language(path: &Path) -> Result<(), Failure> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let reason = match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("ipynb") => {
            "a notebook; save its code as a Python program (`jupyter nbconvert --to script`) and import that"
        }
        Some("c" | "cc" | "cpp" | "cxx" | "h" | "hpp") => {
            "a C++ program, and oakc runs only Python; let the program write what `pipeline.serializeToJson()` \
             returns into a file, and import that"
        }
        _ => return Ok(()),
    };
    Err(Failure::input(path, reason))
}

fn read_file(path: &Path, checksums: Checksums, terminal: &Terminal) -> Result<Original, Failure> {
    let stored = Stored::read(path, checksums)?;
    if stored.form == Form::Dump {
        terminal.progress("note: a dump has no application name, board configuration or firmware");
    }
    say(&stored.notes, terminal);
    Ok(stored.original)
}

fn say(notes: &[Note], terminal: &Terminal) {
    for note in notes {
        terminal.progress(format_args!("note: {}: {}", note.about, note.text));
    }
}
