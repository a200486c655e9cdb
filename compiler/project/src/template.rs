//! Templates: the name of an example and a directory in, a new application in it out. An existing file
//! is never replaced.

use std::path::{Path, PathBuf};

use oakc_core::syntax::Language;

use crate::{FileError, make_directory, plain, write};

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
pub static TEMPLATES: [Template; 10] = [
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
    Template {
        name: "people-counting",
        about: "who walks over a line, each way, over HTTP and MQTT",
        needs: "a PoE camera, a model that `oakc model fetch` makes, and a server (receive.py is one) or a broker",
        language: Language::Toml,
        toml: include_str!("../../../examples/people-counting/app.toml"),
        yaml: include_str!("template/people-counting.yaml"),
        files: files!("people-counting": "count.py", "line.py", "receive.py", "reports.py", "walkers.py",
            "prepare/detector.py", "prepare/ir.py", "tests/a-dog.toml", "tests/a-glimpse.toml",
            "tests/along-the-line.toml", "tests/behind-a-pillar.toml", "tests/busy.toml", "tests/child-beside.toml",
            "tests/group.toml", "tests/in-single-file.toml", "tests/lost-and-back.toml", "tests/midnight.toml",
            "tests/mqtt.toml", "tests/one-enters.toml", "tests/one-leaves.toml", "tests/past-the-end.toml",
            "tests/runs.toml", "tests/server-away.toml", "tests/server-refuses.toml", "tests/stands-on-the-line.toml",
            "tests/tracked-anew.toml", "tests/turns-back-before.toml", "tests/turns-back-behind.toml",
            "tests/two-crossing-hidden.toml", "tests/two-crossing.toml", "tests/walks.py", "tests/walks/a-dog.jsonl",
            "tests/walks/a-glimpse.jsonl", "tests/walks/along-the-line.jsonl", "tests/walks/behind-a-pillar.jsonl",
            "tests/walks/busy.jsonl", "tests/walks/child-beside.jsonl", "tests/walks/group.jsonl",
            "tests/walks/in-single-file.jsonl", "tests/walks/lost-and-back.jsonl", "tests/walks/one-enters.jsonl",
            "tests/walks/one-leaves.jsonl", "tests/walks/past-the-end.jsonl", "tests/walks/runs.jsonl",
            "tests/walks/stands-on-the-line.jsonl", "tests/walks/tracked-anew.jsonl",
            "tests/walks/turns-back-before.jsonl", "tests/walks/turns-back-behind.jsonl",
            "tests/walks/two-crossing-hidden.jsonl", "tests/walks/two-crossing.jsonl"),
    },
    Template {
        name: "licence-plates",
        about: "texts of licence plates, over HTTP",
        needs: "a PoE camera, three models that `oakc model fetch` makes, and a web server",
        language: Language::Toml,
        toml: include_str!("../../../examples/licence-plates/app.toml"),
        yaml: include_str!("template/licence-plates.yaml"),
        files: files!("licence-plates": "boxes.py", "cars.py", "reading.py", "steer.py", "prepare/ir.py",
            "prepare/plate.py", "prepare/text.py", "prepare/vehicle.py", "tests/digits-for-letters.toml",
            "tests/drives-by.toml", "tests/fits-a-format.toml", "tests/letters-for-digits.toml", "tests/no-plate.toml",
            "tests/other-country.toml", "tests/recordings.py", "tests/silent.toml", "tests/slow.toml",
            "tests/vehicles.jsonl", "tests/votes.toml", "tests/readings/012568.jsonl", "tests/readings/7KLM889.jsonl",
            "tests/readings/OQDILZSGB.jsonl", "tests/readings/A812CDE.jsonl", "tests/readings/AB12CDE.jsonl", "tests/readings/AB12CDF.jsonl",
            "tests/readings/ABIZCDE.jsonl", "tests/readings/XY.jsonl", "tests/readings/nothing.jsonl"),
    },
    Template {
        name: "fall-alarm",
        about: "an alarm when somebody falls and stays down, over HTTP and MQTT",
        needs: "a PoE camera, a model that `oakc model fetch` makes, and a web server or a broker",
        language: Language::Toml,
        toml: include_str!("../../../examples/fall-alarm/app.toml"),
        yaml: include_str!("template/fall-alarm.yaml"),
        files: files!("fall-alarm": "alarm.py", "falls.py", "pose.py", "watch.py", "prepare/ir.py", "prepare/pose.py",
            "tests/bends.toml", "tests/camera-stops.toml", "tests/faints.toml", "tests/falls-and-gets-up.toml",
            "tests/falls-and-is-carried-away.toml", "tests/falls-beside-another.toml", "tests/falls-hidden.toml",
            "tests/falls-left.toml", "tests/falls-towards-the-camera.toml", "tests/falls-twice.toml",
            "tests/falls-walking.toml", "tests/falls.toml", "tests/kneels.toml", "tests/lies-already.toml",
            "tests/lies-down-stiffly.toml", "tests/lies-down.toml", "tests/nobody-answers.toml", "tests/nobody.toml",
            "tests/sequences.py", "tests/sits-down.toml", "tests/sits-on-the-floor.toml",
            "tests/slides-from-a-chair.toml", "tests/stumbles.toml", "tests/walks-by.toml",
            "tests/sequences/bends.jsonl", "tests/sequences/faints.jsonl", "tests/sequences/falls-and-gets-up.jsonl",
            "tests/sequences/falls-and-is-carried-away.jsonl", "tests/sequences/falls-beside-another.jsonl",
            "tests/sequences/falls-hidden.jsonl", "tests/sequences/falls-left.jsonl",
            "tests/sequences/falls-towards-the-camera.jsonl", "tests/sequences/falls-twice.jsonl",
            "tests/sequences/falls-walking.jsonl", "tests/sequences/falls.jsonl", "tests/sequences/kneels.jsonl",
            "tests/sequences/lies-already.jsonl", "tests/sequences/lies-down-stiffly.jsonl",
            "tests/sequences/lies-down.jsonl", "tests/sequences/nobody.jsonl", "tests/sequences/sits-down.jsonl",
            "tests/sequences/sits-on-the-floor.jsonl", "tests/sequences/slides-from-a-chair.jsonl",
            "tests/sequences/stumbles.jsonl", "tests/sequences/walks-by.jsonl"),
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
        Ok(written.iter().map(|path| plain(path)).collect())
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
