//! `oakc init`: starts an application from one of the examples.

use std::path::{Path, PathBuf};

use oakc_project::{make_directory, write};

use crate::failure::Failure;
use crate::terminal::{Terminal, result};

/// Start an application.
///
/// Writes the configuration and the programs of a template into DIR and builds nothing. An existing
/// file is never replaced.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The directory, created if it does not exist. The application gets its name.
    #[arg(default_value = ".")]
    dir: PathBuf,

    /// The template.
    #[arg(long, short, value_enum, default_value_t = Template::TcpStreaming)]
    template: Template,
}

/// The examples that can be started from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Template {
    /// JPEG frames over TCP.
    TcpStreaming,
    /// A web page with a live stream, snapshots and the camera's state.
    HttpMjpeg,
    /// A JPEG every few seconds to a web server.
    HttpClient,
    /// What the camera sees, over MQTT.
    MqttPublisher,
    /// The nearest distance in three zones of a stereo camera.
    StereoGuard,
    /// Boxes around hands, over UDP; needs a model.
    HandDetector,
}

/// A file of a template: its name and its text.
type TemplateFile = (&'static str, &'static str);

macro_rules! files {
    ($example:literal: $($name:literal),+) => {
        &[$(($name, include_str!(concat!("../../../examples/", $example, "/", $name)))),+]
    };
}

impl Template {
    /// The name of the example, which its configuration carries as the application's name.
    fn name(self) -> &'static str {
        match self {
            Self::TcpStreaming => "tcp-streaming",
            Self::HttpMjpeg => "http-mjpeg",
            Self::HttpClient => "http-client",
            Self::MqttPublisher => "mqtt-publisher",
            Self::StereoGuard => "stereo-guard",
            Self::HandDetector => "hand-detector",
        }
    }

    /// Its files, the configuration first.
    fn files(self) -> &'static [TemplateFile] {
        match self {
            Self::TcpStreaming => files!("tcp-streaming": "app.toml", "stream.py", "viewer.py"),
            Self::HttpMjpeg => files!("http-mjpeg": "app.toml", "server.py"),
            Self::HttpClient => files!("http-client": "app.yaml", "receive.py"),
            Self::MqttPublisher => files!("mqtt-publisher": "app.toml", "watch.py"),
            Self::StereoGuard => files!("stereo-guard": "app.yaml", "guard.py"),
            Self::HandDetector => {
                files!("hand-detector": "app.toml", "hands.py", "listen.py", "get-model.sh")
            }
        }
    }
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    make_directory(&args.dir)?;
    let files = args.template.files();
    refuse_replacing(&args.dir, files)?;
    let name = application_name(&args.dir).unwrap_or_else(|| args.template.name().to_owned());
    for (file, text) in files {
        let text = if file.starts_with("app.") {
            configuration(text, args.template.name(), &name)
        } else {
            (*text).to_owned()
        };
        let path = args.dir.join(file);
        write(&path, text.as_bytes())?;
        terminal.progress(format_args!("wrote {}", path.display()));
    }
    result(&next_steps(&args.dir, files))
}

/// The commands that make a package of it.
fn next_steps(directory: &Path, files: &[TemplateFile]) -> String {
    let steps = files.iter().filter_map(|(name, _)| {
        let path = directory.join(name).display().to_string();
        match name.rsplit_once('.')?.1 {
            "toml" | "yaml" => Some(format!("oakc build {path}")),
            "sh" => Some(format!("sh {path}")),
            _ => None,
        }
    });
    // What fetches a model comes before the build, and after it in the list of files.
    let steps: Vec<_> = steps.collect();
    let steps: Vec<_> = steps.into_iter().rev().collect();
    steps.join("\n")
}

fn refuse_replacing(directory: &Path, files: &[TemplateFile]) -> Result<(), Failure> {
    // Either spelling would be the configuration of this directory.
    let configurations = ["app.toml", "app.yaml", "app.yml"];
    let names = files.iter().map(|(name, _)| *name).chain(configurations);
    for path in names.map(|name| directory.join(name)) {
        if path.exists() {
            return Err(Failure::input(
                &path,
                "it already exists; nothing was written",
            ));
        }
    }
    Ok(())
}

/// The directory's name, as far as it is one for an application.
fn application_name(directory: &Path) -> Option<String> {
    let directory = directory.canonicalize().ok()?;
    let name = directory.file_name()?.to_str()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    name.chars().all(plain).then(|| name.to_owned())
}

/// The example's configuration under another name, without the line that names a schema by its
/// place in this repository.
fn configuration(text: &str, example: &str, name: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.contains("schemas/oakc-config"));
    let renamed = lines.map(|line| {
        let is_name = line.trim_start().starts_with("name");
        if is_name && line.contains(example) {
            line.replace(example, name)
        } else {
            line.to_owned()
        }
    });
    renamed.map(|line| line + "\n").collect()
}
