//! Templates: the name of an example and a directory in, a new application in it out. An existing file
//! is never replaced.

use std::path::{Path, PathBuf};

use crate::{FileError, make_directory, write};

/// An example that an application can be started from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
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

/// Why no application was started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file already exists.
    #[error("{path}: it already exists; nothing was written", path = .0.display())]
    Exists(PathBuf),
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
    pub fn name(self) -> &'static str {
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
            Self::TcpStreaming => files!("tcp-streaming": "app.toml", "stream.py", "viewer.py",
                "tests/dark-camera.toml", "tests/full-house.toml", "tests/slow-link.toml", "tests/slow-viewer.toml", "tests/viewers.toml"),
            Self::HttpMjpeg => files!("http-mjpeg": "app.toml", "server.py",
                "tests/dark-camera.toml", "tests/pages.toml", "tests/streams.toml"),
            Self::HttpClient => files!("http-client": "app.yaml", "receive.py",
                "tests/outage.yaml", "tests/posts.yaml", "tests/refused-post.yaml", "tests/silent-server.yaml"),
            Self::MqttPublisher => files!("mqtt-publisher": "app.toml", "watch.py",
                "tests/quiet.toml", "tests/reconnect.toml", "tests/refused.toml", "tests/telemetry.toml"),
            Self::StereoGuard => files!("stereo-guard": "app.yaml", "guard.py",
                "tests/distances.yaml", "tests/distances.jsonl"),
            Self::HandDetector => {
                files!("hand-detector": "app.toml", "hands.py", "listen.py", "get-model.sh",
                "tests/hands.toml", "tests/hands.jsonl")
            }
        }
    }

    /// Writes its files into `directory`, which is created if it does not exist; their paths, the configuration
    /// first. The application is called as the directory, as far as that is a name for one.
    ///
    /// # Errors
    /// Where a file already exists, before anything is written, or where one cannot be written.
    pub fn write(self, directory: &Path) -> Result<Vec<PathBuf>, TemplateError> {
        make_directory(directory)?;
        refuse_replacing(directory, self.files())?;
        let name = application_name(directory).unwrap_or_else(|| self.name().to_owned());
        let mut written = Vec::new();
        for (file, text) in self.files() {
            let text = if file.starts_with("app.") {
                configuration(text, self.name(), &name)
            } else {
                (*text).to_owned()
            };
            let path = directory.join(file);
            if let Some((folder, _)) = file.rsplit_once('/') {
                make_directory(&directory.join(folder))?;
            }
            write(&path, text.as_bytes())?;
            written.push(path);
        }
        Ok(written)
    }
}

fn refuse_replacing(directory: &Path, files: &[TemplateFile]) -> Result<(), TemplateError> {
    // Either spelling would be the configuration of this directory.
    let configurations = ["app.toml", "app.yaml", "app.yml"];
    let names = files.iter().map(|(name, _)| *name).chain(configurations);
    for path in names.map(|name| directory.join(name)) {
        if path.exists() {
            return Err(TemplateError::Exists(path));
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
