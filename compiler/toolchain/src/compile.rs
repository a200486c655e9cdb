//! Runs the compiler: a model and settings in, the bytes of a blob out. It takes some five seconds longer than
//! necessary, because OpenVINO looks for a camera first.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use oakc_scratch::ScratchDirectory;
use oakc_subprocess::{End, LIFELINE, Limits, run};
use serde::{Deserialize, Serialize};

use crate::entry::LARGEST;
use crate::environment::Environment;
use crate::error::{Action, Error, Result};
use crate::refusal::Refusal;
use crate::settings::{Precision, Settings};
use crate::source::{Format, Source};

/// What the compiler does.
const PROGRAM: &str = include_str!("../python/compile.py");

/// How long it may take. The largest models that were tried take 15 s.
const TIME: Duration = Duration::from_mins(20);

/// What the program is asked for.
#[derive(Serialize)]
struct Request<'a> {
    packages: &'a Path,
    scratch: &'a Path,
    model: &'a Path,
    blob: &'a Path,
    report: &'a Path,
    shaves: u32,
    mean: &'a [f32],
    scale: &'a [f32],
    reverse_channels: bool,
    input_precision: Precision,
    output_precision: Precision,
    reshape: &'a std::collections::BTreeMap<String, Vec<u32>>,
    outputs: &'a [String],
}

/// What it answers.
#[derive(Deserialize)]
struct Report {
    ok: bool,
    #[serde(default)]
    step: String,
    #[serde(default)]
    error: String,
}

/// Compiles a model. `folder` is where it works meanwhile.
///
/// # Errors
/// Where the compiler refuses the model, or does not end by itself.
pub fn compile(
    environment: &Environment,
    source: &Source,
    settings: &Settings,
    folder: &Path,
) -> Result<Vec<u8>> {
    let refused = |refusal| Error::Refused {
        model: source.name().into(),
        refusal,
    };
    settings
        .check()
        .map_err(|text| refused(Refusal::Setting(text)))?;
    let scratch = ScratchDirectory::create(folder, 0o755);
    let scratch = scratch.map_err(Error::cache(Action::Create, folder))?;
    // The compiler runs elsewhere.
    let within = scratch.path().canonicalize();
    let within = within.map_err(Error::cache(Action::Read, scratch.path()))?;
    let model = write_source(source, &within)?;
    let (blob, report) = (within.join("out.blob"), within.join("report.json"));
    let request = Request {
        packages: &absolute(environment.packages())?,
        scratch: &within,
        model: &model,
        blob: &blob,
        report: &report,
        shaves: settings.shaves,
        mean: &settings.mean,
        scale: &settings.scale,
        reverse_channels: settings.reverse_channels,
        input_precision: settings.input_precision,
        output_precision: settings.output_precision,
        reshape: &settings.reshape,
        outputs: &settings.outputs,
    };
    let said = run_program(environment, &request, source, &within)?;
    let answer = read(&report).ok();
    let answer = answer.and_then(|bytes| serde_json::from_slice::<Report>(&bytes).ok());
    match answer {
        Some(answer) if answer.ok => read(&blob).map_err(Error::cache(Action::Read, &blob)),
        Some(answer) => Err(refused(Refusal::of(&answer.step, &answer.error))),
        None => Err(Error::Crashed {
            model: source.name().into(),
            said,
        }),
    }
}

/// Puts the model where the compiler finds it, and nothing else.
fn write_source(source: &Source, folder: &Path) -> Result<std::path::PathBuf> {
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(Error::cache(Action::Write, &path))?;
        Ok(path)
    };
    match &source.format {
        Format::Onnx(model) => write("model.onnx", model),
        Format::Ir(net, weights) => {
            write("model.bin", weights)?;
            write("model.xml", net)
        }
    }
}

/// Runs the program to its end, with how it ended and what it said last out.
fn run_program(
    environment: &Environment,
    request: &Request<'_>,
    source: &Source,
    folder: &Path,
) -> Result<String> {
    let path = folder.join("request.json");
    let text = serde_json::to_vec(request)
        .map_err(|error| Error::cache(Action::Write, &path)(error.into()))?;
    fs::write(&path, text).map_err(Error::cache(Action::Write, &path))?;
    let program = format!("{LIFELINE}{PROGRAM}");
    let mut command = Command::new(environment.python());
    command.args(["-I", "-S", "-B", "-c", &program]).arg(&path);
    command.current_dir(folder).env("TMPDIR", folder);
    let limits = Limits {
        time: TIME,
        progress: None,
    };
    let crashed = |said: String| Error::Crashed {
        model: source.name().into(),
        said,
    };
    let ended = run(&mut command, limits).map_err(|error| crashed(error.to_string()))?;
    match ended.end {
        End::Exited(status) => {
            let said = String::from_utf8_lossy(&ended.stderr);
            let last = said.trim().lines().last().unwrap_or_default().trim();
            Ok(format!("{status} {last}").trim().to_owned())
        }
        End::Expired | End::Stalled => Err(Error::TooSlow {
            model: source.name().into(),
            minutes: TIME.as_secs() / 60,
        }),
    }
}

fn absolute(path: &Path) -> Result<std::path::PathBuf> {
    path.canonicalize()
        .map_err(Error::cache(Action::Read, path))
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(LARGEST)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
