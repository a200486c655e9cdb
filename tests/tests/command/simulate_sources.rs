//! `oakc simulate` with what users have: videos, recordings, and files that are neither.

use oakc_tests::interpreter::interpreter;

use super::simulate::Running;
use super::*;

/// A camera whose pictures a script looks at: how red, how green.
const LOOKS: &str = "\
[nodes.cam]
type = \"ColorCamera\"
fps = 10
preview_size = [32, 32]
interleaved = true
color_order = \"RGB\"
[nodes.encoder]
type = \"VideoEncoder\"
profile = \"MJPEG\"
inputs.in = \"cam.video\"
[nodes.look]
type = \"Script\"
processor = \"LEON_CSS\"
source = \"look.py\"
inputs = { in = \"cam.preview\", jpegs = \"encoder.bitstream\" }
";

const LOOK: &str = "\
last = None
while True:
    node.io['jpegs'].tryGet()
    data = node.io['in'].get().getData()
    seen = 'red' if data[0] > 128 else 'green' if data[1] > 100 else 'dark'
    if seen != last:
        print('it is', seen)
    last = seen
";

fn looks() -> App {
    let app = App::new();
    app.file(
        "app.toml",
        LOOKS.replace("fps = 10\n", "fps = 10\nvideo_size = [64, 48]\n"),
    );
    app.file("look.py", LOOK);
    app
}

/// A video of this length that is red in its first half and green in its second, made by ffmpeg.
fn video(app: &App, name: &str, seconds: u32) -> bool {
    if !has_program("ffmpeg") {
        return false;
    }
    let half = f64::from(seconds) / 2.0;
    let source = |colour: &str| format!("color=c={colour}:s=64x48:r=10:d={half}");
    let mut command = Command::new("ffmpeg");
    command.args([
        "-v",
        "error",
        "-nostdin",
        "-f",
        "lavfi",
        "-i",
        &source("red"),
    ]);
    command.args(["-f", "lavfi", "-i", &source("lime")]);
    command.args([
        "-filter_complex",
        "[0:v][1:v]concat=n=2",
        "-pix_fmt",
        "yuv420p",
    ]);
    command.arg(app.path(name));
    let made = command.output().unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    true
}

#[test]
fn a_video_plays_and_begins_again_at_its_end() {
    let app = looks();
    if interpreter().is_none() || !video(&app, "walk.mp4", 2) {
        return;
    }
    let mut running = Running::start(&app, &["app.toml", "--source", "cam=walk.mp4"]);
    running.says("it is red");
    running.says("it is green");
    running.says_again("it is red");
    // In a scenario the last picture stays.
    fs::rename(app.path("walk.mp4"), app.path("look.mp4")).unwrap();
    fs::create_dir_all(app.path("tests")).unwrap();
    fs::rename(app.path("look.mp4"), app.path("tests/walk.mp4")).unwrap();
    let steps = "[[step]]\nexpect = { log = \"it is red\" }\n[[step]]\nexpect = { log = \"it is green\" }\n\
                 [[step]]\nexpect = { log = \"it is\", within = \"5s\", absent = true }\n";
    app.file(
        "tests/walk.toml",
        format!("[feed.cam]\nframes = \"walk.mp4\"\n{steps}"),
    );
    app.run(&["test", "tests/walk.toml"]).exits(0);
}

#[test]
fn what_is_not_a_picture_or_a_video_is_refused_before_anything_starts() {
    let app = looks();
    app.file("words.jpg", "no picture at all\n");
    app.file("broken.jpg", [0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4]);
    fs::create_dir_all(app.path("empty")).unwrap();
    let refused = |spec: &str| {
        let source = format!("cam={spec}");
        app.run(&["simulate", "app.toml", "--source", &source])
            .exits(3)
    };
    refused("none.mp4").says("`none.mp4` cannot be read");
    refused("empty").says("there is no picture (.jpg, .jpeg, .png) at `empty`");
    refused("broken.jpg").says("`broken.jpg` cannot be read");
    if !video(&app, "whole.mp4", 2) {
        return;
    }
    refused("words.jpg").says("`words.jpg` cannot be read: ffmpeg cannot read it: ");
    let whole = fs::read(app.path("whole.mp4")).unwrap();
    app.file("cut.mp4", &whole[..whole.len() / 2]);
    refused("cut.mp4").says("`cut.mp4` cannot be read: ffmpeg cannot read it: moov atom not found");
    app.file(
        "tests/words.toml",
        "[feed.cam]\nframes = \"words.jpg\"\n[[step]]\nwait = \"1s\"\n",
    );
    fs::rename(app.path("words.jpg"), app.path("tests/words.jpg")).unwrap();
    app.run(&["test", "tests/words.toml"])
        .exits(1)
        .says("`words.jpg` cannot be read: ffmpeg cannot read it: ");
}

#[test]
fn pictures_that_are_recorded_give_the_same_in_a_scenario() {
    let Some(python) = interpreter() else { return };
    let app = looks();
    let arguments = [
        "simulate",
        "app.toml",
        "--for",
        "12s",
        "--source",
        "cam=pattern:noise",
        "--record",
        "tests/seen",
    ];
    app.run(&arguments).exits(0).says("in tests/seen");
    let lines = fs::read_to_string(app.path("tests/seen/cam.video.jsonl")).unwrap();
    assert!(lines.lines().count() > 3, "{lines}");
    // The JPEG of the first picture, as it was recorded.
    let read = |name: &str, part: &Value| {
        let bytes = fs::read(app.path(&format!("tests/seen/{name}"))).unwrap();
        let number = |key: &str| usize::try_from(part[key].as_u64().unwrap()).unwrap();
        bytes[number("offset")..][..number("size")].to_vec()
    };
    let recorded = fs::read_to_string(app.path("tests/seen/encoder.bitstream.jsonl")).unwrap();
    let first = json(recorded.lines().next().unwrap());
    let jpeg = read("encoder.bitstream.bin", &first["data"]);
    app.file("tests/first.jpg", &jpeg);
    app.file(
        "tests/again.toml",
        "[feed.cam]\nvideo = \"seen/cam.video.jsonl\"\npreview = \"seen/cam.preview.jsonl\"\n\
         [[step]]\nexpect = { output = \"encoder.bitstream\", picture = \"first.jpg\", tolerance = 0 }\n",
    );
    let mut test = app.command(&["test", "tests/again.toml"]);
    test.env("OAKC_PYTHON", python.path());
    Ran::from(test.output().unwrap()).exits(0);
}

/// The processes of a program whose environment names this folder.
#[cfg(target_os = "linux")]
fn processes_of(folder: &Path, program: &str) -> Vec<String> {
    let mut found = scenarios_killed::processes_of(folder);
    found.retain(|id| {
        let name = fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
        name.trim() == program
    });
    found
}

#[cfg(target_os = "linux")]
#[test]
fn a_video_goes_on_after_somebody_has_ended_ffmpeg() {
    let app = looks();
    if interpreter().is_none() || !video(&app, "long.mp4", 600) {
        return;
    }
    let mut running = Running::start(&app, &["app.toml", "--source", "cam=long.mp4"]);
    running.says("it is red");
    let decoders = processes_of(&app.path(""), "ffmpeg");
    assert_eq!(decoders.len(), 1);
    let ended = Command::new("kill").args(["-KILL", &decoders[0]]).status();
    assert!(ended.unwrap().success());
    running
        .says("there is no picture: ffmpeg ended in the middle of the video (signal: 9 (SIGKILL))");
    // Another one goes on where it is by now.
    let mut others = Vec::new();
    for _ in 0..1200 {
        others = processes_of(&app.path(""), "ffmpeg");
        if !others.is_empty() {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(others.len(), 1);
    // And it ends with oakc, however that ends.
    assert_eq!(running.ends_by("-KILL"), None);
    for _ in 0..1200 {
        if processes_of(&app.path(""), "ffmpeg").is_empty() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("ffmpeg is left");
}
