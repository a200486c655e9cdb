//! The programs that commands need: one table, a line a need, in; which of them are here, and how to get the
//! others, out. A new command adds its line.

use std::path::Path;

use serde::Serialize;

use crate::observations::System;
use crate::programs::{MOMENT, ask};

/// A need of some commands.
struct Need {
    /// What is needed.
    name: &'static str,
    /// The commands.
    commands: &'static [&'static str],
    /// What they do with it.
    purpose: &'static str,
    /// How it is found.
    find: Find,
    /// How to get it: on Debian and its kin, on macOS, on Windows; empty where it is not for that system.
    get: [&'static str; 3],
}

/// How something is found.
enum Find {
    /// By programs and arguments: the first that works counts, and what it prints is the version.
    Program(&'static [(&'static str, &'static [&'static str])]),
    /// As a package of Python.
    Package(&'static str),
}

/// All needs.
const NEEDS: &[Need] = &[
    Need {
        name: "Python",
        commands: &["import", "test", "build", "firmware"],
        purpose: "runs programs that become applications, scripts under test, and pip",
        find: Find::Program(PYTHONS),
        get: [
            "sudo apt install python3",
            "brew install python",
            "winget install Python.Python.3.12",
        ],
    },
    Need {
        name: "Python 3.9",
        commands: &["test"],
        purpose: "runs scripts under the version that cameras have; without it, the newest up to 3.13 does",
        find: Find::Program(&[
            ("python3.9", &["--version"]),
            ("py", &["-3.9", "--version"]),
        ]),
        get: [
            "pyenv install 3.9",
            "brew install python@3.9",
            "winget install Python.Python.3.9",
        ],
    },
    Need {
        name: "pip",
        commands: &["build", "firmware"],
        purpose: "downloads the firmware, once",
        find: Find::Package("pip"),
        get: [
            "sudo apt install python3-pip",
            "python3 -m ensurepip",
            "py -m ensurepip",
        ],
    },
    Need {
        name: "depthai",
        commands: &["import"],
        purpose: "is what programs that become applications import (version 2)",
        find: Find::Package("depthai"),
        get: [
            "python3 -m pip install \"depthai<3\"",
            "python3 -m pip install \"depthai<3\"",
            "py -m pip install \"depthai<3\"",
        ],
    },
    Need {
        name: "OpenVINO",
        commands: &["build"],
        purpose: "compiles models to the blobs that applications name; 2021.4 needs Python 3.6 to 3.9",
        find: Find::Package("openvino"),
        get: [
            "python3.9 -m pip install openvino==2021.4.2",
            "python3.9 -m pip install openvino==2021.4.2",
            "py -3.9 -m pip install openvino==2021.4.2",
        ],
    },
    Need {
        name: "FFmpeg",
        commands: &["init"],
        purpose: "shows and records the streams that the templates send",
        find: Find::Program(&[("ffmpeg", &["-version"])]),
        get: [
            "sudo apt install ffmpeg",
            "brew install ffmpeg",
            "winget install Gyan.FFmpeg",
        ],
    },
    Need {
        name: "ping",
        commands: &["doctor"],
        purpose: "measures loss and the largest packet where oakc may not open a socket for that",
        find: Find::Program(&[("ping", &["-V"]), ("ping", PING_ITSELF)]),
        get: ["sudo apt install iputils-ping", "", ""],
    },
    Need {
        name: "ethtool",
        commands: &["doctor"],
        purpose: "tells for how long a network card collects packets (Linux)",
        find: Find::Program(&[("ethtool", &["--version"])]),
        get: ["sudo apt install ethtool", "", ""],
    },
];

/// Where Python is, by the names of the systems.
const PYTHONS: &[(&str, &[&str])] = &[
    ("python3", &["--version"]),
    ("python", &["--version"]),
    ("py", &["--version"]),
];

/// Every `ping` knows how to reach this machine, and not every one its version.
const PING_ITSELF: &[&str] = if cfg!(windows) {
    &["-n", "1", "127.0.0.1"]
} else {
    &["-c", "1", "127.0.0.1"]
};

/// Prints the versions of packages, one a line: all in one go, as Python takes a moment to start.
const VERSIONS: &str = "\
import importlib.metadata, sys
for name in sys.argv[1:]:
    try:
        print(name, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        pass
";

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
    let packages = packages();
    NEEDS.iter().map(|need| need.look(&packages)).collect()
}

/// The packages of Python that are here: name and version in each line.
fn packages() -> String {
    let wanted = NEEDS.iter().filter_map(|need| match need.find {
        Find::Package(name) => Some(name),
        Find::Program(_) => None,
    });
    let mut arguments = vec!["-c", VERSIONS];
    arguments.extend(wanted);
    let mut pythons = PYTHONS.iter();
    let said = pythons.find_map(|(python, _)| ask(python, &arguments, MOMENT).done());
    said.unwrap_or_default()
}

impl Need {
    fn look(&self, packages: &str) -> Tool {
        let found = match self.find {
            Find::Program(ways) => {
                let said =
                    |(program, arguments): &(&str, &[&str])| ask(program, arguments, MOMENT).done();
                ways.iter().find_map(said)
            }
            Find::Package(name) => {
                let version =
                    |line: &str| Some(line.strip_prefix(name)?.strip_prefix(' ')?.to_owned());
                packages.lines().find_map(version)
            }
        };
        let [debian, macos, windows] = self.get;
        Tool {
            name: self.name,
            found: found.map(|text| first_line(&text)),
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

/// What a program says about itself, as short as it fits a line.
fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    line.chars().take(60).collect()
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
        commands: &["build", "flash", "firmware"],
        purpose: "keeps the firmware, and who was there when all cameras were flashed",
        get: "set OAKC_CACHE to a folder that you can write to",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_says_what_for_and_how_to_get_it() {
        for need in NEEDS {
            assert!(
                !need.commands.is_empty() && !need.purpose.is_empty(),
                "{}",
                need.name
            );
            assert!(need.get.iter().any(|get| !get.is_empty()), "{}", need.name);
        }
        let found = look();
        assert_eq!(found.len(), NEEDS.len());
    }

    #[test]
    fn a_package_is_not_taken_for_another_whose_name_begins_alike() {
        let need = NEEDS.iter().find(|need| need.name == "OpenVINO").unwrap();
        assert_eq!(need.look("openvino-dev 1.0\n").found, None);
        assert_eq!(
            need.look("pip 24.0\nopenvino 2022.1\n").found.as_deref(),
            Some("2022.1")
        );
    }

    #[test]
    fn a_cache_that_can_be_created_is_there_and_one_below_a_file_is_not() {
        let here = std::env::current_dir().unwrap();
        assert!(cache(&here.join("not-there/yet")).found.is_some());
        assert!(cache(&here.join("Cargo.toml/below")).found.is_none());
    }
}
