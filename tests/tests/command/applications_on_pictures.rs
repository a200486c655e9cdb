//! The examples whose networks others publish, with the networks themselves: what they tell about pictures and a video that are
//! made, or shipped with OpenCV. The figures are those of their READMEs.

use oakc_tests::examples::{cache, example, fetch_models, walkers};
use oakc_tests::reference::{folder, openvino_python, vision_python};
use serde_json::Value;

use super::*;

/// An example with its networks, and scenarios that show it pictures and write down what it posts.
struct Shown {
    app: App,
    python: PathBuf,
    video: PathBuf,
}

impl Shown {
    /// None where something is missing, which has been told.
    #[track_caller]
    fn new(name: &str) -> Option<Self> {
        let (python, video) = (openvino_python()?, walkers()?);
        if !has_program("ffmpeg") {
            return None;
        }
        let app = example(name);
        if !fetch_models(&app.path("")) {
            return None;
        }
        for scenario in app.files() {
            let path = Path::new(&scenario);
            if path.parent() == Some(Path::new("tests"))
                && path.extension() == Some("toml".as_ref())
            {
                fs::remove_file(app.path(&scenario)).unwrap();
            }
        }
        app.file("tests/walkers.avi", fs::read(&video).unwrap());
        Some(Self { app, python, video })
    }

    /// Pictures that a program of tests/reference makes of OpenCV's, below tests/scenes.
    #[track_caller]
    fn draw(&self, program: &str) -> Option<()> {
        let mut command = Command::new(vision_python()?);
        command.arg(folder().join(program));
        command.arg(self.video.parent().unwrap());
        let drawn = command.arg(self.app.path("tests/scenes")).output().unwrap();
        Ran::from(drawn).exits(0);
        Some(())
    }

    /// Adds a scenario that shows `frames` for some seconds.
    fn scenario(&self, name: &str, network: &str, frames: &str, seconds: u32, params: &str) {
        let text = format!(
            r#"
description = "the networks themselves, on pictures"
params = {{ server = "${{server.host}}", port = "${{server.port}}"{params} }}
latency = {{ {network} = "70ms" }}
[feed.cam]
{frames}
[peer.server]
http = {{ status = 204 }}
[[step]]
expect = {{ peer = "server", within = "{seconds}s", golden = "told/{name}.jsonl" }}
"#
        );
        self.app.file(&format!("tests/{name}.toml"), text);
    }

    /// Plays all scenarios.
    fn play(&self) {
        let mut command = self.app.command(&["test", "--update"]);
        command.env("OAKC_CACHE", cache());
        command.env("OAKC_PYTHON", &self.python);
        Ran::from(command.output().unwrap()).exits(0);
    }

    /// What was posted in a scenario.
    fn told(&self, name: &str) -> Vec<Value> {
        let text = String::from_utf8(self.app.read(&format!("tests/told/{name}.jsonl"))).unwrap();
        let body = |line: &str| serde_json::from_str::<Value>(line).unwrap()["json"].take();
        text.lines().map(body).collect()
    }
}

/// Nobody has counted there by hand: these are the counts of the network, and a change of them is a change of the example. One
/// more or less may be the arithmetic of another processor.
#[test]
fn people_are_counted_on_a_video() {
    let Some(shown) = Shown::new("people-counting") else {
        return;
    };
    shown.scenario(
        "walkers",
        "detect",
        "frames = \"walkers.avi\"",
        21,
        ", period = 20",
    );
    shown.play();
    let told = shown.told("walkers");
    let near = |counted: &Value, expected: u64| counted.as_u64().unwrap().abs_diff(expected) <= 1;
    assert_eq!(told.len(), 1);
    assert!(
        near(&told[0]["entered"], 3) && near(&told[0]["left"], 6),
        "{told:?}"
    );
}

/// By format, the three texts of its plates; as tests/reference/plate_scenes.py draws them.
const PLATES: [(&str, [&str; 3]); 3] = [
    ("wide", ["AB12CDE", "BX345DF", "KL67MNP"]),
    ("square", ["7KLM482", "4XYZ159", "8ABC263"]),
    ("blue", ["B8K326", "A5F917", "G2H480"]),
];
/// How many of the three are told in two seconds at least, by format. The README has what was measured, of which those that are
/// hard to read may be others on another processor.
const READ: [(&str, [usize; 3]); 4] = [
    ("plain", [3, 3, 3]),
    ("night", [2, 1, 3]),
    ("rotated", [2, 0, 3]),
    ("blurred", [0, 0, 3]),
];

#[test]
fn plates_are_read_on_drawn_pictures() {
    let Some(shown) = Shown::new("licence-plates") else {
        return;
    };
    let Some(()) = shown.draw("plate_scenes.py") else {
        return;
    };
    let formats =
        r#", formats = ["LLDDLLL", "LLLDDDD", "DLLLDDD", "LLDDDLL", "LLDDDD", "LLLDDD", "LDLDDD"]"#;
    for (variant, _) in READ {
        for (kind, _) in PLATES {
            let name = format!("{kind}-{variant}");
            let frames = format!("frames = \"scenes/{name}/*.jpg\"\nrepeat = \"1s\"");
            shown.scenario(&name, "find", &frames, 2, formats);
        }
    }
    shown.play();
    let mut table = Vec::new();
    let mut wrong = Vec::new();
    let mut are_enough = true;
    for (variant, least) in READ {
        for ((kind, texts), least) in PLATES.into_iter().zip(least) {
            let told = shown.told(&format!("{kind}-{variant}"));
            let told: Vec<_> = told
                .iter()
                .map(|it| it["plate"].as_str().unwrap())
                .collect();
            let right = told.iter().filter(|it| texts.contains(it)).count();
            wrong.extend(
                told.iter()
                    .filter(|it| !texts.contains(it))
                    .map(ToString::to_string),
            );
            table.push(format!("{kind}, {variant}: {right} of 3"));
            are_enough &= right >= least;
        }
    }
    assert!(
        are_enough && wrong.is_empty(),
        "{table:#?}, told wrongly: {wrong:?}"
    );
}

/// What is told, by scene; as tests/reference/fall_scenes.py makes them, and a video of people who walk.
const FALLS: [(&str, u32, &[&str]); 6] = [
    ("falls", 4, &["fall"]),
    ("falls-left", 4, &["fall"]),
    ("gets-up", 7, &["fall", "up"]),
    ("lies-down-slowly", 7, &[]),
    ("leans-over", 3, &[]),
    ("walkers", 5, &[]),
];

#[test]
fn falls_are_seen_on_made_pictures() {
    let Some(shown) = Shown::new("fall-alarm") else {
        return;
    };
    let Some(()) = shown.draw("fall_scenes.py") else {
        return;
    };
    for (name, seconds, _) in FALLS {
        let frames = match name {
            "walkers" => "frames = \"walkers.avi\"".to_owned(),
            _ => format!("frames = \"scenes/{name}/*.jpg\""),
        };
        shown.scenario(name, "pose", &frames, seconds, "");
    }
    shown.play();
    for (name, _, expected) in FALLS {
        let told = shown.told(name);
        let told: Vec<_> = told
            .iter()
            .map(|it| it["event"].as_str().unwrap())
            .collect();
        assert_eq!(told, expected, "{name}");
    }
}
