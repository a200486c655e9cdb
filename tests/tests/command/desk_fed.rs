//! What the desk does not compute: it is asked for by name, and fed from recordings, in `oakc test` and `oakc simulate`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use oakc_tests::interpreter::interpreter;

use super::simulate::Running;
use super::*;

/// A node of each kind that is fed, and a script that looks at all that they send.
const APP: &str = "\
[app]
name = \"fed\"

[nodes.left]
type = \"MonoCamera\"
board_socket = \"CAM_B\"

[nodes.right]
type = \"MonoCamera\"
board_socket = \"CAM_C\"

[nodes.stereo]
type = \"StereoDepth\"
inputs = { left = \"left.out\", right = \"right.out\" }

[nodes.tags]
type = \"AprilTag\"
inputs.inputImage = \"left.out\"

[nodes.features]
type = \"FeatureTracker\"
inputs.inputImage = \"left.out\"

[nodes.align]
type = \"ImageAlign\"
inputs = { input = \"stereo.depth\", inputAlignTo = \"right.out\" }

[nodes.points]
type = \"PointCloud\"
inputs.inputDepth = \"stereo.depth\"

[nodes.imu]
type = \"IMU\"
enable_imu_sensor = [[\"ACCELEROMETER_RAW\", 100]]

[nodes.ranging]
type = \"Camera\"
board_socket = \"CAM_A\"

[nodes.tof]
type = \"ToF\"
inputs.input = \"ranging.raw\"

[nodes.spi]
type = \"SPIIn\"
stream_name = \"words\"
bus_id = 0

[nodes.look]
type = \"Script\"
processor = \"LEON_CSS\"
source = \"look.py\"

[nodes.look.inputs]
";

/// Says of which class the first message of each input is, and something that is in it.
const LOOK: &str = "\
inside = {
    'tags_out': lambda it: it.aprilTags[0].id,
    'features_outputFeatures': lambda it: it.trackedFeatures[0].position.x,
    'imu_out': lambda it: it.packets[0].acceleroMeter.y,
    'spi_out': lambda it: bytes(it.getData()).decode(),
    'stereo_depth': lambda it: (it.getWidth(), it.getHeight(), len(it.getData())),
}
for name in sorted(node.io):
    message = node.io[name].get()
    said = inside[name](message) if name in inside else ''
    node.info('%s: %s %s' % (name, type(message).__name__, said))
node.info('all of them')
";

/// Each output that is fed, the class of its messages, and what else its recording says.
const FED: [(&str, &str, &str); 17] = [
    ("left.frameEvent", "ImgFrame", ""),
    (
        "stereo.depth",
        "ImgFrame",
        ", \"width\": 2, \"height\": 1, \"frameType\": \"RAW16\", \"data\": {\"hex\": \"e8 03 d0 07\"}",
    ),
    ("stereo.disparity", "ImgFrame", ""),
    ("stereo.confidenceMap", "ImgFrame", ""),
    ("stereo.rectifiedLeft", "ImgFrame", ""),
    ("stereo.rectifiedRight", "ImgFrame", ""),
    ("stereo.outConfig", "StereoDepthConfig", ""),
    ("tags.out", "AprilTags", ", \"aprilTags\": [{\"id\": 7}]"),
    (
        "features.outputFeatures",
        "TrackedFeatures",
        ", \"trackedFeatures\": [{\"position\": {\"x\": 10.5, \"y\": 2}}]",
    ),
    ("align.outputAligned", "ImgFrame", ""),
    // Scripts have no class for it.
    ("points.outputPointCloud", "PointCloudData", ""),
    (
        "imu.out",
        "IMUData",
        ", \"packets\": [{\"acceleroMeter\": {\"y\": 9.75}}]",
    ),
    ("tof.depth", "ImgFrame", ""),
    ("tof.amplitude", "ImgFrame", ""),
    ("tof.intensity", "ImgFrame", ""),
    ("tof.phase", "ImgFrame", ""),
    ("spi.out", "Buffer", ", \"data\": {\"text\": \"hello\"}"),
];

/// What the script says, in that order.
const SAID: [&str; 6] = [
    "features_outputFeatures: TrackedFeatures 10.5",
    "imu_out: IMUData 9.75",
    "spi_out: Buffer hello",
    "stereo_depth: ImgFrame (2, 1, 4)",
    "tags_out: AprilTags 7",
    "all of them",
];

fn application() -> App {
    let app = App::new();
    let inputs = FED.map(|(output, ..)| format!("{} = \"{output}\"\n", output.replace('.', "_")));
    app.file("app.toml", APP.to_owned() + &inputs.concat());
    app.file("look.py", LOOK);
    for (output, class, fields) in FED {
        let line = format!("{{\"t\": 0.1, \"type\": \"{class}\"{fields}}}\n");
        app.file(&format!("tests/{output}.jsonl"), line);
    }
    app
}

#[test]
fn an_output_that_is_not_computed_is_asked_for_with_how_to_feed_it() {
    if interpreter().is_none() {
        return;
    }
    let app = application();
    app.file("tests/fed.toml", "[[step]]\nwait = \"1s\"\n");
    let tested = app.run(&["test", "tests/fed.toml"]).exits(1);
    let simulated = app.run(&["simulate", "app.toml"]).exits(1);
    for (output, ..) in FED {
        let (node, port) = output.split_once('.').unwrap();
        let asked = format!("nothing is fed to `{output}`, and what ");
        assert!(tested.stderr.contains(&asked), "{}", tested.stderr);
        let how = format!("[feed.{node}]\n        {port} = \"recording.jsonl\"  # or []");
        assert!(tested.stderr.contains(&how), "{}", tested.stderr);
        assert!(simulated.stderr.contains(&asked), "{}", simulated.stderr);
        let how = format!("`--source {output}=recording.jsonl`");
        assert!(simulated.stderr.contains(&how), "{}", simulated.stderr);
    }
    let spoken = "what an IMU sends is not computed here";
    assert!(tested.stderr.contains(spoken), "{}", tested.stderr);
}

#[test]
fn every_output_that_is_not_computed_can_be_fed() {
    let Some(python) = interpreter() else { return };
    let app = application();
    let mut tables = BTreeMap::<&str, String>::new();
    for (output, ..) in FED {
        let (node, port) = output.split_once('.').unwrap();
        let table = tables
            .entry(node)
            .or_insert_with(|| format!("[feed.{node}]\n"));
        _ = writeln!(table, "{port} = \"{output}.jsonl\"");
    }
    let tables: String = tables.into_values().collect();
    let steps = SAID.map(|line| format!("[[step]]\nexpect = {{ log = \"{line}\" }}\n"));
    let scenario = tables + &steps.concat();
    app.file("tests/fed.toml", scenario);
    let mut test = app.command(&["test", "tests/fed.toml"]);
    test.env("OAKC_PYTHON", python.path());
    Ran::from(test.output().unwrap()).exits(0);
    let sources = FED.map(|(output, ..)| {
        [
            "--source".to_owned(),
            format!("{output}=tests/{output}.jsonl"),
        ]
    });
    let sources = sources.concat();
    let mut arguments = vec!["app.toml"];
    arguments.extend(sources.iter().map(String::as_str));
    let mut running = Running::start(&app, &arguments);
    for line in SAID {
        running.says(line);
    }
}

/// Two outputs of a script, together at one input of another, and at a sink.
const GROUPS: &str = "\
[nodes.source]
type = \"Script\"
processor = \"LEON_CSS\"
source = \"send.py\"

[nodes.pairs]
type = \"Sync\"
inputs = { a = \"source.a\", b = \"source.b\" }

[nodes.line]
type = \"SPIOut\"
stream_name = \"pairs\"
bus_id = 0
inputs.in = \"source.b\"

[nodes.look]
type = \"Script\"
processor = \"LEON_CSS\"
source = \"look.py\"
inputs.pairs = \"pairs.out\"
";

const PAIRS: &str = "\
import time
for number in range(3):
    for name in 'ab':
        message = Buffer(2)
        message.getData()[:] = (name + str(number)).encode()
        message.setSequenceNum(10 + number)
        node.io[name].send(message)
    time.sleep(0.05)
";

const TAKE: &str = "\
while True:
    pair = node.io['pairs'].get()
    print('pair', bytes(pair['a'].getData()), bytes(pair['b'].getData()), pair['b'].getSequenceNum())
";

#[test]
fn groups_and_what_comes_to_a_sink_are_expected_and_groups_are_recorded_and_fed() {
    let Some(python) = interpreter() else { return };
    let app = App::new();
    app.file("app.toml", GROUPS);
    app.file("send.py", PAIRS);
    app.file("look.py", TAKE);
    let test = |scenario: &str| {
        app.file("tests/pairs.toml", scenario);
        let mut test = app.command(&["test", "tests/pairs.toml"]);
        test.env("OAKC_PYTHON", python.path());
        Ran::from(test.output().unwrap())
    };
    test(
        "[[step]]\nexpect = { output = \"pairs.out\", type = \"MessageGroup\", \
         json = { members = { a = { sequenceNum = 10, size = 2 }, b = { type = \"Buffer\" } } } }\n\
         [[step]]\nexpect = { input = \"line.in\", text = \"b1\" }\n\
         [[step]]\nexpect = { input = \"line.in\", text = \"a\", within = \"1s\", absent = true }\n",
    )
    .exits(0);
    test("[[step]]\nexpect = { input = \"line.in\", text = \"c\", within = \"1s\" }\n")
        .exits(1)
        .says("not seen: a message with `c` to `line.in` within 1 s")
        .says("`c` is not in it");
    test("[[step]]\nexpect = { input = \"line.inn\" }\n")
        .exits(1)
        .says("`line` has no input `inn`")
        .says("did you mean `in`?");
    test("[[step]]\nexpect = { input = \"line\" }\n")
        .exits(1)
        .says("`line` is not an input")
        .says("expected `node.input`");
    // What is recorded of a Sync is what its next node gets when it is fed.
    app.run(&[
        "simulate",
        "app.toml",
        "--for",
        "8s",
        "--record",
        "tests/seen",
    ])
    .exits(0);
    let line = fs::read_to_string(app.path("tests/seen/pairs.out.jsonl")).unwrap();
    assert_eq!(line.lines().count(), 3, "{line}");
    test(
        "[feed.pairs]\nout = \"seen/pairs.out.jsonl\"\n\
         [[step]]\nexpect = { log = \"pair b'a2' b'b2' 12\" }\n",
    )
    .exits(0);
}
