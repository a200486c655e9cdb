//! The programs that commands need: one table, a line a need, in; which of them are here, and how to get the
//! others, out. A new command adds its line.

use std::path::Path;

use serde::Serialize;

use crate::observations::System;
use crate::programs::{MOMENT, Said, ask};

/// A need of some commands.
struct Need {
    /// What is needed.
    name: &'static str,
    /// The commands.
    commands: &'static [&'static str],
    /// What they do with it.
    purpose: &'static str,
    /// How it is found: programs and arguments, the first that works counts, and what it prints is the version.
    find: &'static [(&'static str, &'static [&'static str])],
    /// How to get it, on Debian and its kin, on macOS, on Windows.
    get: [&'static str; 3],
}

const IMPORT_VERSION: &str =
    "import importlib.metadata as m, sys; sys.stdout.write(m.version(sys.argv[1]))";

/// All needs.
const NEEDS: &[Need] = &[
    Need {
        name: "Python",
        commands: &["import", "firmware install", "build"],
        purpose: "runs the programs that become applications; fetches firmware with pip",
        find: &[
            ("python3", &["--version"]),
            ("python", &["--version"]),
            ("py", &["--version"]),
        ],
        get: [
            "sudo apt install python3",
            "brew install python",
            "winget install Python.Python.3.12",
        ],
    },
    Need {
        name: "pip",
        commands: &["firmware install", "build"],
        purpose: "downloads the firmware, once",
        find: &[
            ("python3", &["-m", "pip", "--version"]),
            ("python", &["-m", "pip", "--version"]),
        ],
        get: [
            "sudo apt install python3-pip",
            "python3 -m ensurepip",
            "py -m ensurepip",
        ],
    },
    Need {
        name: "depthai",
        commands: &["import"],
        purpose: "gives programs of its version 2 the library that they use",
        find: &[
            ("python3", &["-c", IMPORT_VERSION, "depthai"]),
            ("python", &["-c", IMPORT_VERSION, "depthai"]),
        ],
        get: [
            "python3 -m pip install \"depthai<3\"",
            "python3 -m pip install \"depthai<3\"",
            "py -m pip install \"depthai<3\"",
        ],
    },
    Need {
        name: "OpenVINO",
        commands: &["build"],
        purpose: "converts models, of which `blobconverter` makes the blobs that nodes need",
        find: &[
            ("python3", &["-c", IMPORT_VERSION, "openvino"]),
            ("python", &["-c", IMPORT_VERSION, "openvino"]),
        ],
        get: [
            "python3 -m pip install openvino",
            "python3 -m pip install openvino",
            "py -m pip install openvino",
        ],
    },
    Need {
        name: "FFmpeg",
        commands: &["init"],
        purpose: "shows and records the H.264 and MJPEG streams that templates send",
        find: &[("ffmpeg", &["-version"])],
        get: [
            "sudo apt install ffmpeg",
            "brew install ffmpeg",
            "winget install Gyan.FFmpeg",
        ],
    },
    Need {
        name: "ping",
        commands: &["doctor"],
        purpose: "measures loss and the largest packet where oakc may not open a socket for it",
        find: &[
            ("ping", &["-V"]),
            ("ping", &["-c", "1", "127.0.0.1"]),
            ("ping", &["-n", "1", "127.0.0.1"]),
        ],
        get: ["sudo apt install iputils-ping", "", ""],
    },
    Need {
        name: "ethtool",
        commands: &["doctor"],
        purpose: "tells for how long the network card collects packets (Linux)",
        find: &[("ethtool", &["--version"])],
        get: ["sudo apt install ethtool", "", ""],
    },
];

/// Something that commands need, here or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tool {
    /// What it is.
    pub name: &'static str,
    /// What is here: its version in its own words; `None` if it is missing.
    pub found: Option<String>,
    /// The commands that need it.
    pub commands: &'static [&'static str],
    /// What for.
    pub purpose: &'static str,
    /// How to get it; empty where it is part of the system, or not for it.
    pub get: &'static str,
}

/// Looks for all of them.
pub fn look() -> Vec<Tool> {
    NEEDS.iter().map(Need::look).collect()
}

impl Need {
    fn look(&self) -> Tool {
        let found = self.find.iter().find_map(|(program, arguments)| {
            let said = ask(program, arguments, MOMENT);
            let text = match said {
                Said::Done(text) => text,
                Said::Failed(_) | Said::Absent => return None,
            };
            Some(
                text.lines()
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .chars()
                    .take(60)
                    .collect(),
            )
        });
        let [debian, macos, windows] = self.get;
        Tool {
            name: self.name,
            found,
            commands: self.commands,
            purpose: self.purpose,
            get: match System::HERE {
                System::Linux | System::Other => debian,
                System::MacOs => macos,
                System::Windows => windows,
            },
        }
    }
}

/// The cache as a need of its own: where it is, and whether it can be written to.
pub fn cache(directory: &Path) -> Tool {
    let nearest = directory.ancestors().find(|path| path.exists());
    let is_writable = nearest.is_some_and(|path| {
        path.metadata()
            .is_ok_and(|it| it.is_dir() && !it.permissions().readonly())
    });
    Tool {
        name: "cache",
        found: is_writable.then(|| directory.display().to_string()),
        commands: &["build", "flash", "firmware install"],
        purpose: "keeps the firmware, and who was there when all cameras were flashed",
        get: "set OAKC_CACHE to a folder that you can write to",
    }
}
