//! What nodes compute in `oakc test`: pictures compared with files, video, and networks by stand-ins.

use oakc_runtime_schema::image::FrameType;
use oakc_tests::interpreter::interpreter;
use oakc_tests::models::model;
use oakc_tests::reference::vision_python;
use oakc_vision::Image;

use super::*;

const MANIP: &str = "\
[app]
name = \"manip\"

[nodes.cam]
type = \"ColorCamera\"
interleaved = false

[nodes.manip]
type = \"ImageManip\"
resize = [32, 16]
keep_aspect_ratio = false
inputs.inputImage = \"cam.preview\"
inputs.inputConfig = \"turn.config\"

[nodes.turn]
type = \"Script\"
source = \"turn.py\"
inputs.pictures = \"manip.out\"
";

/// Sends the settings once it has seen a picture.
const TURN: &str = "\
picture = node.io['pictures'].get()
node.info('%d x %d, %s, %d bytes' % (picture.getWidth(), picture.getHeight(), picture.getType().name, len(picture.getData())))
config = ImageManipConfig()
config.setResize(16, 32)
config.setRotationDegrees(90)
config.setFrameType(ImgFrame.Type.GRAY8)
node.io['config'].send(config)
picture = node.io['pictures'].get()
node.info('%d x %d, %s' % (picture.getWidth(), picture.getHeight(), picture.getType().name))
";

fn run(app: &App, python: &Path, arguments: &[&str]) -> Ran {
    let mut command = app.command(arguments);
    command.env("OAKC_PYTHON", python);
    command.output().unwrap().into()
}

/// A picture of 64 x 32 pixels: red grows to the right, green downwards.
fn gradient() -> Image {
    let pixels = (0..32_u8).flat_map(|y| (0..64_u8).flat_map(move |x| [x * 4, y * 8, 100]));
    Image::new(FrameType::RGB888i, 64, 32, pixels.collect::<Vec<_>>()).unwrap()
}

#[test]
fn pictures_are_manipulated_and_compared_with_files() {
    let Some(interpreter) = interpreter() else {
        return;
    };
    let app = App::new();
    app.file("app.toml", MANIP);
    app.file("turn.py", TURN);
    app.file("tests/in.png", gradient().encode_png().unwrap());
    let scenario = "\
[feed.cam]
preview = [
    { t = 0.1, type = \"ImgFrame\", data = \"in.png\" },
    { t = 0.2, type = \"ImgFrame\", data = \"in.png\" },
]
[[step]]
expect = { log = \"32 x 16, RGB888i, 1536 bytes\" }
[[step]]
expect = { log = \"16 x 32, GRAY8\" }
[[step]]
expect = { output = \"manip.out\", picture = \"small.png\", tolerance = 1 }
";
    app.file("tests/small.toml", scenario);
    let test = |arguments: &[&str]| run(&app, interpreter.path(), arguments);
    test(&["test"])
        .exits(1)
        .says("not seen: a message with the picture of `small.png` from `manip.out`")
        .says("there is no `small.png` yet");
    test(&["test", "--update"]).exits(0);
    let kept = Image::decode(&fs::read(app.path("tests/small.png")).unwrap()).unwrap();
    let expected = gradient()
        .scaled(32, 16, oakc_vision::warp::Sampling::Bilinear)
        .unwrap();
    assert_eq!(kept, expected);
    test(&["test"]).exits(0);
    let mut wrong = kept.data().to_vec();
    wrong[(3 * 32 + 7) * 3] ^= 0x40;
    let wrong = Image::new(kept.kind(), 32, 16, wrong).unwrap();
    app.file("tests/small.png", wrong.encode_png().unwrap());
    test(&["test"])
        .exits(1)
        .says("it differs by up to 64 at pixel (7, 3)")
        .says("it has 16 x 32 pixels, not 32 x 16");
}

#[test]
fn a_picture_is_compared_with_one_of_its_kind() {
    let Some(interpreter) = interpreter() else {
        return;
    };
    let app = App::new();
    app.file("app.toml", MANIP);
    app.file("turn.py", TURN);
    let feed = "[feed.cam]\npreview = [{ t = 0.1, type = \"ImgFrame\", width = 2, height = 1, frameType = \"RAW16\", \
                data = { hex = \"01 02 03 04\" } }]\n[feed.manip]\nout = []\n";
    let expect = |what: &str| {
        let step =
            format!("[[step]]\nexpect = {{ {what}, picture = \"depth.png\", within = \"1s\" }}\n");
        app.file("tests/depth.toml", feed.to_owned() + &step);
    };
    let test = |arguments: &[&str]| run(&app, interpreter.path(), arguments);
    expect("output = \"cam.preview\"");
    test(&["test", "--update"]).exits(0);
    test(&["test"]).exits(0);
    let narrow = Image::new(FrameType::GRAY8, 2, 1, vec![1, 2]).unwrap();
    app.file("tests/depth.png", narrow.encode_png().unwrap());
    test(&["test"])
        .exits(1)
        .says("its numbers have 16 bits, and those of the file 8");
    app.file(
        "tests/depth.toml",
        "[feed.turn]\nconfig = [{ t = 0.1, type = \"ImageManipConfig\" }]\n[feed.manip]\nout = []\n\
         [[step]]\nexpect = { output = \"turn.config\", picture = \"depth.png\", within = \"1s\" }\n",
    );
    test(&["test"])
        .exits(1)
        .says("it is of class ImageManipConfig, which is not a picture");
    // There is no picture to keep, either.
    test(&["test", "--update"]).exits(1);
}

const ENCODER: &str = "\
[app]
name = \"encoder\"

[nodes.cam]
type = \"ColorCamera\"

[nodes.encoder]
type = \"VideoEncoder\"
profile = \"PROFILE\"
inputs.in = \"cam.video\"

[nodes.look]
type = \"Script\"
source = \"look.py\"
inputs.frames = \"encoder.bitstream\"
";

const LOOK: &str = "\
while True:
    frame = node.io['frames'].get()
    data = bytes(frame.getData())
    node.info('%d: %s' % (frame.getSequenceNum(), data[:4].hex()))
";

/// An application with an encoder, and six pictures for it.
fn encoder(profile: &str, steps: &str) -> App {
    let app = App::new();
    app.file("app.toml", ENCODER.replace("PROFILE", profile));
    app.file("look.py", LOOK);
    let nv12 = gradient().converted(FrameType::NV12).unwrap();
    app.file("tests/frame.nv12", nv12.data());
    let frame =
        "type = \"ImgFrame\", width = 64, height = 32, frameType = \"NV12\", data = \"frame.nv12\"";
    let frames: Vec<_> = (1..7)
        .map(|n| format!("    {{ t = 0.{n}, {frame} }},\n"))
        .collect();
    let feed = format!("[feed.cam]\nvideo = [\n{}]\n", frames.concat());
    app.file("tests/encoded.toml", feed + steps);
    app
}

#[test]
fn a_jpeg_shows_the_picture_it_was_made_of() {
    let Some(interpreter) = interpreter() else {
        return;
    };
    let steps = "\
[[step]]
expect = { log = \"0: ffd8ff\" }
[[step]]
expect = { output = \"encoder.bitstream\", picture = \"in.png\", tolerance = 12 }
";
    let app = encoder("MJPEG", steps);
    app.file("tests/in.png", gradient().encode_png().unwrap());
    run(&app, interpreter.path(), &["test"]).exits(0);
}

#[test]
fn video_is_encoded_by_ffmpeg_picture_by_picture() {
    let Some(interpreter) = interpreter() else {
        return;
    };
    if !has_program("ffmpeg") {
        return;
    }
    let steps = "\
[[step]]
expect = { log = \"0: 00000001\" }
[[step]]
expect = { log = \"4: 00000001\" }
[[step]]
expect = { output = \"encoder.out\", json = { profile = \"PROFILE\", frameType = \"I\", width = 64 } }
";
    for (profile, name) in [("H264_MAIN", "AVC"), ("H265_MAIN", "HEVC")] {
        let app = encoder(profile, &steps.replace("PROFILE", name));
        let edited = ENCODER
            .replace("PROFILE", profile)
            .replace("encoder.bitstream", "encoder.out");
        app.file("app.toml", edited);
        run(&app, interpreter.path(), &["test"]).exits(0);
    }
}

#[test]
fn without_pictures_nothing_is_encoded_and_that_is_told() {
    let Some(interpreter) = interpreter() else {
        return;
    };
    let app = encoder("MJPEG", "");
    app.file("tests/encoded.toml", "[[step]]\nwait = \"1s\"\n");
    run(&app, interpreter.path(), &["test"]).exits(1).says(
        "nothing is fed to `encoder.bitstream`, and `cam`, whose pictures it is computed from, is shown nothing",
    );
}

const DETECTOR: &str = "\
[app]
name = \"detector\"

[models.thing]
path = \"thing.blob\"
desk = { path = \"thing.onnx\", mean = [0.0, 0.0, 0.0], scale = [255.0, 255.0, 255.0] }

[nodes.cam]
type = \"ColorCamera\"
preview_size = [32, 32]
interleaved = false

[nodes.detect]
type = \"MobileNetDetectionNetwork\"
model = \"thing\"
confidence_threshold = 0.5
inputs.in = \"cam.preview\"

[nodes.look]
type = \"Script\"
source = \"look.py\"
inputs.found = \"detect.out\"
";

/// The mean brightness is the confidence of one object.
const MODEL: &str = r#"
import sys
import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

def constant(name, values, shape):
    return numpy_helper.from_array(np.array(values, "float32").reshape(shape), name)

graph = helper.make_graph(
    [helper.make_node("ReduceMean", ["data"], ["mean"], axes=[0, 1, 2, 3], keepdims=1),
     helper.make_node("Concat", ["start", "mean", "rest", "end"], ["out"], axis=3)],
    "thing",
    [helper.make_tensor_value_info("data", TensorProto.FLOAT, ["batch", 3, 32, 32])],
    [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 1, 1, 14])],
    [constant("start", [0, 5], (1, 1, 1, 2)), constant("rest", [0.25, 0.25, 0.5, 0.5], (1, 1, 1, 4)),
     constant("end", [-1, 0, 0, 0, 0, 0, 0], (1, 1, 1, 7))])
save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), sys.argv[1])
"#;

/// Runs a program that writes models to a path.
pub(super) fn export(python: &Path, program: &str, path: &Path) {
    let mut exporter = Command::new(python);
    let made = exporter.args(["-c", program]).arg(path).output().unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

/// An application with a network, which is shown a dark picture and a bright one.
pub(super) fn detector(python: &Path) -> App {
    let app = App::new();
    app.file("app.toml", DETECTOR);
    app.file("thing.blob", model("ssd-32x32-6shave.blob").unwrap());
    app.file(
        "look.py",
        "while True:\n    found = node.io['found'].get().detections\n    node.info(str([(it.label, round(it.confidence, 2), it.xmax) for it in found]))\n",
    );
    export(python, MODEL, &app.path("thing.onnx"));
    app.file("tests/dark.raw", [51; 32 * 32 * 3]);
    app.file("tests/bright.raw", [204; 32 * 32 * 3]);
    let frame = "type = \"ImgFrame\", width = 32, height = 32, frameType = \"BGR888p\"";
    app.file(
        "tests/found.toml",
        format!(
            "[feed.cam]\npreview = [\n  {{ t = 0.1, {frame}, data = \"dark.raw\" }},\n  {{ t = 0.2, {frame}, data = \"bright.raw\" }},\n]\n\
             [[step]]\nexpect = {{ log = \"[]\" }}\n[[step]]\nexpect = {{ log = \"[(5, 0.8, 0.5)]\" }}\n"
        ),
    );
    app
}

#[test]
fn a_network_runs_the_same_model_as_onnx() {
    let Some(python) = vision_python() else {
        return;
    };
    let app = detector(&python);
    run(&app, &python, &["test"]).exits(0);
    app.file("thing.onnx", "no model");
    let ran = run(&app, &python, &["test"]).exits(1);
    let told = "what runs in place of the model `thing` cannot be run here: ";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
}

#[test]
fn without_a_model_for_the_desk_it_is_told_how_to_name_one() {
    let Some(interpreter) = interpreter() else {
        return;
    };
    let app = App::new();
    let desk = DETECTOR.lines().filter(|line| !line.starts_with("desk"));
    app.file("app.toml", desk.collect::<Vec<_>>().join("\n"));
    app.file("thing.blob", model("ssd-32x32-6shave.blob").unwrap());
    app.file("look.py", "node.io['found'].get()\n");
    app.file("tests/found.toml", "[[step]]\nwait = \"1s\"\n");
    let ran = run(&app, interpreter.path(), &["test"]).exits(1);
    let told =
        "nothing is fed to `detect.out`, and nothing runs here in place of the model `thing`";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    assert!(ran.stderr.contains("[models.thing]"), "{}", ran.stderr);
    assert!(ran.stderr.contains("desk = \"….onnx\""), "{}", ran.stderr);
}
