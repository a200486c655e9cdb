//! Networks on the desk: what runs a model, what a model may look like, and what happens when it fails or is ended.

use oakc_tests::models::model;
use oakc_tests::reference::{openvino_python, vision_python};

use super::desk_nodes::{detector, export};
use super::*;

fn test(app: &App, python: &Path) -> Ran {
    let mut command = app.command(&["test"]);
    command.env("OAKC_PYTHON", python);
    command.output().unwrap().into()
}

/// Makes OpenVINO IR of an ONNX file.
const CONVERT: &str = "\
import sys
import openvino
openvino.save_model(openvino.Core().read_model(sys.argv[1]), sys.argv[2], compress_to_fp16=False)
";

#[test]
fn a_network_runs_the_same_model_as_openvino_ir() {
    let Some(python) = openvino_python() else {
        return;
    };
    let app = detector(&python);
    let mut convert = Command::new(&python);
    convert
        .args(["-c", CONVERT])
        .args([app.path("thing.onnx"), app.path("thing.xml")]);
    let made = convert.output().unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    // Without onnxruntime, OpenVINO runs ONNX as well.
    test(&app, &python).exits(0);
    let text = fs::read_to_string(app.path("app.toml")).unwrap();
    app.file("app.toml", text.replace("thing.onnx", "thing.xml"));
    fs::remove_file(app.path("thing.onnx")).unwrap();
    test(&app, &python).exits(0);
    app.file("thing.bin", "");
    test(&app, &python)
        .exits(1)
        .says("what runs in place of the model `thing` cannot be run here: RuntimeError: Incorrect weights");
    fs::remove_file(app.path("thing.bin")).unwrap();
    test(&app, &python)
        .exits(1)
        .says("`thing.bin` cannot be read");
}

/// A difference of two pictures, and the mean of each picture of a batch.
const MODELS: &str = r#"
import os
import sys
from onnx import TensorProto, helper, save

def model(name, inputs, nodes, count):
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, dims) for name, dims in inputs]
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, [count, 1])
    graph = helper.make_graph(nodes, name, inputs, [out])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), os.path.join(sys.argv[1], name + ".onnx"))

def mean(name, out):
    return [helper.make_node("ReduceMean", [name], [out + "4"], axes=[1, 2, 3], keepdims=1),
            helper.make_node("Flatten", [out + "4"], [out], axis=1)]

model("compare", [("now", [1, 3, 300, 300]), ("before", [1, 3, 300, 300])],
      [*mean("now", "a"), *mean("before", "b"), helper.make_node("Sub", ["a", "b"], ["out"])], 1)
model("batch", [("data", [2, 3, 32, 32])], mean("data", "out"), 2)
"#;

const TWO_NETWORKS: &str = "\
[models.compare]
path = \"compare.blob\"
desk = \"compare.onnx\"

[models.batch]
path = \"batch.blob\"
desk = \"batch.onnx\"

[nodes.compare]
type = \"NeuralNetwork\"
model = \"compare\"
inputs = { now = \"script.now\", before = \"script.before\" }

[nodes.batch]
type = \"NeuralNetwork\"
model = \"batch\"
inputs.in = \"script.pictures\"

[nodes.script]
type = \"Script\"
source = \"script.py\"
inputs = { compared = \"compare.out\", means = \"batch.out\" }
";

const SCRIPT: &str = "\
def send(name, *parts):
    message = Buffer(sum(count for _, count in parts))
    message.getData()[:] = b''.join(bytes([value]) * count for value, count in parts)
    node.io[name].send(message)

size = 300 * 300 * 3
send('now', (200, size))
send('before', (50, size))
send('pictures', (10, 32 * 32 * 3), (20, 32 * 32 * 3))
print('compared', [round(it) for it in node.io['compared'].get().getFirstLayerFp16()])
print('means', [round(it) for it in node.io['means'].get().getFirstLayerFp16()])
";

#[test]
fn models_may_have_two_inputs_and_take_several_pictures_at_once() {
    let Some(python) = vision_python() else {
        return;
    };
    let app = App::new();
    app.file("app.toml", TWO_NETWORKS);
    app.file("script.py", SCRIPT);
    for blob in ["compare.blob", "batch.blob"] {
        app.file(blob, model(blob).unwrap());
    }
    export(&python, MODELS, &app.path(""));
    app.file(
        "tests/both.toml",
        "[[step]]\nexpect = { log = \"compared [150]\" }\n[[step]]\nexpect = { log = \"means [10, 20]\" }\n",
    );
    test(&app, &python).exits(0);
}

/// Looks something up that is not there for a bright picture.
const FAILS: &str = r#"
import sys
import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

def constant(name, values, shape, kind="float32"):
    return numpy_helper.from_array(np.array(values, kind).reshape(shape), name)

graph = helper.make_graph(
    [helper.make_node("ReduceMean", ["data"], ["mean"], axes=[0, 1, 2, 3], keepdims=1),
     helper.make_node("Mul", ["mean", "two"], ["doubled"]),
     helper.make_node("Cast", ["doubled"], ["index"], to=TensorProto.INT64),
     helper.make_node("Gather", ["table", "index"], ["found"]),
     helper.make_node("Add", ["mean", "found"], ["sum"]),
     helper.make_node("Concat", ["start", "sum", "rest", "end"], ["out"], axis=3)],
    "thing",
    [helper.make_tensor_value_info("data", TensorProto.FLOAT, ["batch", 3, 32, 32])],
    [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 1, 1, 14])],
    [constant("start", [0, 5], (1, 1, 1, 2)), constant("rest", [0.25, 0.25, 0.5, 0.5], (1, 1, 1, 4)),
     constant("end", [-1, 0, 0, 0, 0, 0, 0], (1, 1, 1, 7)), constant("two", [2], (1,)), constant("table", [0], (1,))])
save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), sys.argv[1])
"#;

#[test]
fn a_model_that_fails_later_is_told_in_the_log_and_its_network_sends_nothing_more() {
    let Some(python) = vision_python() else {
        return;
    };
    let app = detector(&python);
    export(&python, FAILS, &app.path("thing.onnx"));
    let feed = fs::read_to_string(app.path("tests/found.toml")).unwrap();
    let (feed, _) = feed.split_once("[[step]]").unwrap();
    app.file(
        "tests/found.toml",
        feed.to_owned()
            + "[[step]]\nexpect = { log = \"[]\", node = \"look\" }\n\
               [[step]]\nexpect = { log = \"the stand-in of the model `thing` does not run: \", level = \"error\" }\n\
               [[step]]\nexpect = { output = \"detect.out\", within = \"2s\", count = 2, absent = true }\n",
    );
    test(&app, &python).exits(0);
}

/// The processes that run models, of those whose environment names this folder.
#[cfg(target_os = "linux")]
fn workers(folder: &Path) -> Vec<String> {
    let mut found = scenarios_killed::processes_of(folder);
    found.sort_by_key(|id| id.parse::<u32>().unwrap());
    found.retain(|id| {
        let command = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&command).contains("Runs stand-ins of models")
    });
    found
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_with_a_model_that_somebody_ends_is_told_and_none_outlives_oakc() {
    use super::simulate::Running;
    let Some(python) = vision_python() else {
        return;
    };
    let app = detector(&python);
    let start = || {
        let mut command = app.command(&["simulate", "app.toml"]);
        command.env("OAKC_PYTHON", &python);
        let mut running = Running::of(command);
        running.says("info  look: [");
        let workers = workers(&app.path(""));
        // The process of the model, and the one that ends it with oakc.
        assert!(!workers.is_empty());
        (running, workers)
    };
    let (mut running, found) = start();
    let ended = Command::new("kill").args(["-KILL", &found[0]]).status();
    assert!(ended.unwrap().success());
    running.says("the stand-in of the model `thing` does not run: its process ended by itself (signal: 9 (SIGKILL))");
    drop(running);
    let (running, _) = start();
    assert_eq!(running.ends_by("-KILL"), None);
    for _ in 0..1200 {
        if workers(&app.path("")).is_empty() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("the process of a model is left");
}
