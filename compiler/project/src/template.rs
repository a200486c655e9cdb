//! Templates: the name of an example and a directory in, a new application in it out. An existing file
//! is never replaced.

use std::path::{Path, PathBuf};

use oakc_core::syntax::Language;

use crate::{FileError, make_directory, write};

/// A file of a template: its name and its text.
type TemplateFile = (&'static str, &'static str);

macro_rules! files {
    ($example:literal: $($name:literal),+) => {
        &[$(($name, include_str!(concat!("../../../examples/", $example, "/", $name)))),+]
    };
}

/// An example that an application can be started from.
#[derive(Debug, PartialEq, Eq)]
pub struct Template {
    /// The name of the example, which its configuration carries as the application's name.
    pub name: &'static str,
    /// What the application does.
    pub about: &'static str,
    /// What it needs besides the camera's network.
    pub needs: &'static str,
    /// What its configuration is written in, unless somebody asks for the other one.
    pub language: Language,
    toml: &'static str,
    yaml: &'static str,
    /// What lies beside the configuration.
    files: &'static [TemplateFile],
}

/// All of them; the first one is the default.
pub static TEMPLATES: [Template; 7] = [
    Template {
        name: "tcp-streaming",
        about: "JPEG frames over TCP",
        needs: "a PoE camera",
        language: Language::Toml,
        toml: include_str!("../../../examples/tcp-streaming/app.toml"),
        yaml: include_str!("template/tcp-streaming.yaml"),
        files: files!("tcp-streaming": "stream.py", "viewer.py", "tests/dark-camera.toml", "tests/full-house.toml",
            "tests/slow-link.toml", "tests/slow-viewer.toml", "tests/viewers.toml"),
    },
    Template {
        name: "rtsp",
        about: "H.264 for VLC, ffmpeg and recorders",
        needs: "a PoE camera",
        language: Language::Toml,
        toml: include_str!("../../../examples/rtsp/app.toml"),
        yaml: include_str!("template/rtsp.yaml"),
        files: files!("rtsp": "serve.py", "tests/dialogue.toml", "tests/viewers.toml"),
    },
    Template {
        name: "http-mjpeg",
        about: "a web page with a live stream, snapshots and the camera's state",
        needs: "a PoE camera",
        language: Language::Toml,
        toml: include_str!("../../../examples/http-mjpeg/app.toml"),
        yaml: include_str!("template/http-mjpeg.yaml"),
        files: files!("http-mjpeg": "server.py", "tests/dark-camera.toml", "tests/pages.toml", "tests/streams.toml"),
    },
    Template {
        name: "http-client",
        about: "a JPEG every few seconds to a web server",
        needs: "a PoE camera, and a web server whose address is the param `server` (receive.py is one)",
        language: Language::Yaml,
        toml: include_str!("template/http-client.toml"),
        yaml: include_str!("../../../examples/http-client/app.yaml"),
        files: files!("http-client": "post.py", "receive.py", "tests/outage.yaml", "tests/posts.yaml",
            "tests/refused-post.yaml", "tests/silent-server.yaml"),
    },
    Template {
        name: "mqtt-publisher",
        about: "what the camera sees, over MQTT",
        needs: "a PoE camera with mono cameras, and a broker whose address is the param `broker` (watch.py stands in for one)",
        language: Language::Toml,
        toml: include_str!("../../../examples/mqtt-publisher/app.toml"),
        yaml: include_str!("template/mqtt-publisher.yaml"),
        files: files!("mqtt-publisher": "publish.py", "watch.py", "tests/quiet.toml", "tests/reconnect.toml",
            "tests/refused.toml", "tests/telemetry.toml"),
    },
    Template {
        name: "stereo-guard",
        about: "the nearest distance in three zones of a stereo camera",
        needs: "a PoE stereo camera with the calibration that the factory stored in it",
        language: Language::Yaml,
        toml: include_str!("template/stereo-guard.toml"),
        yaml: include_str!("../../../examples/stereo-guard/app.yaml"),
        files: files!("stereo-guard": "guard.py", "tests/distances.yaml", "tests/distances.jsonl"),
    },
    Template {
        name: "hand-detector",
        about: "boxes around hands, over UDP",
        needs: "a PoE camera, and a model that the first build fetches",
        language: Language::Toml,
        toml: include_str!("../../../examples/hand-detector/app.toml"),
        yaml: include_str!("template/hand-detector.yaml"),
        files: files!("hand-detector": "hands.py", "listen.py", "tests/hands.toml", "tests/hands.jsonl"),
    },
];

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

impl Template {
    /// The one of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.name == name)
    }

    /// Its configuration: the file's name, and its text.
    fn configuration(&self, language: Language) -> TemplateFile {
        match language {
            Language::Toml => ("app.toml", self.toml),
            Language::Yaml => ("app.yaml", self.yaml),
        }
    }

    /// Writes its files into `directory`, which is created if it does not exist; their paths, the configuration
    /// first. The application is called as the directory, as far as that is a name for one.
    ///
    /// # Errors
    /// Where a file already exists, before anything is written, or where one cannot be written.
    pub fn write(
        &self,
        language: Language,
        directory: &Path,
    ) -> Result<Vec<PathBuf>, TemplateError> {
        make_directory(directory)?;
        refuse_replacing(directory, self.files)?;
        let name = application_name(directory).unwrap_or_else(|| self.name.to_owned());
        let (file, text) = self.configuration(language);
        let configuration = renamed(text, self.name, &name);
        let mut written = vec![directory.join(file)];
        write(&directory.join(file), configuration.as_bytes())?;
        for (file, text) in self.files {
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
fn renamed(text: &str, example: &str, name: &str) -> String {
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
