//! `oakc init`: starts an application from one of the examples.

use std::path::{Path, PathBuf};

use oakc_diag::render::Page;
use oakc_project::Template;

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
    #[arg(long, short, value_enum, default_value_t = TemplateName::TcpStreaming)]
    template: TemplateName,
}

/// The examples that can be started from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum TemplateName {
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

impl From<TemplateName> for Template {
    fn from(name: TemplateName) -> Self {
        match name {
            TemplateName::TcpStreaming => Self::TcpStreaming,
            TemplateName::HttpMjpeg => Self::HttpMjpeg,
            TemplateName::HttpClient => Self::HttpClient,
            TemplateName::MqttPublisher => Self::MqttPublisher,
            TemplateName::StereoGuard => Self::StereoGuard,
            TemplateName::HandDetector => Self::HandDetector,
        }
    }
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let written = Template::from(args.template).write(&args.dir)?;
    for path in &written {
        terminal.progress(format_args!("wrote {}", path.display()));
    }
    result(next_steps(&written))
}

/// The commands that make a package of it.
fn next_steps(written: &[PathBuf]) -> Page {
    let is_application = |path: &Path| path.file_stem().is_some_and(|name| name == "app");
    let steps = written.iter().filter_map(|path| {
        let name = path.display();
        match path.extension()?.to_str()? {
            "toml" | "yaml" if is_application(path) => Some(format!("oakc build {name}")),
            "sh" => Some(format!("sh {name}")),
            _ => None,
        }
    });
    // What fetches a model comes before the build, and after it in the list of files.
    let steps: Vec<_> = steps.collect();
    steps.into_iter().rev().collect()
}
