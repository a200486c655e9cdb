//! Models that oakc makes, on the desk: the real onnxruntime says what comes out.

use oakc_tests::reference;

use super::model_compile::with_networks;
use super::*;

/// Runs what the settings below make of a model by onnxruntime, and prints what comes out.
const BY_ONNXRUNTIME: &str = "\
import sys
import numpy
import onnx
import onnxruntime

model = onnx.load(sys.argv[1])
model.graph.output.append(onnx.helper.make_tensor_value_info('c', onnx.TensorProto.FLOAT, [1, 4, 8, 8]))
for value in [*model.graph.input, *model.graph.output]:
    for dim in value.type.tensor_type.shape.dim[2:]:
        dim.dim_value = 8
session = onnxruntime.InferenceSession(model.SerializeToString(), providers=['CPUExecutionProvider'])
picture = (numpy.arange(192) * 7 % 256).astype('float32').reshape(1, 3, 8, 8)
fed = numpy.ascontiguousarray((picture[:, ::-1] - numpy.float32(100)) / numpy.float32(25))
print(session.run(['c'], {'x': fed})[0].ravel().tolist())
";

/// Sends a picture to the network, and compares what it makes of it.
const COMPARE: &str = "\
picture = Buffer(192)
picture.getData()[:] = bytes(n * 7 % 256 for n in range(192))
node.io['picture'].send(picture)
found = node.io['t'].get().getLayerFp16('c')
largest = max(abs(one - other) / max(abs(other), 1) for one, other in zip(found, WANTED))
agrees = len(found) == len(WANTED) and largest < 0.001
node.info('agrees' if agrees else 'of %d numbers, some differ by %g' % (len(found), largest))
";

#[test]
fn a_published_and_prepared_model_runs_on_the_desk_as_it_is_compiled_and_the_lock_pins_what_was_prepared()
 {
    let (Some(app), Some(openvino)) = (
        with_networks(&["convolution"]),
        reference::openvino_python(),
    ) else {
        return;
    };
    let Some(version) = model_fetch::python() else {
        return;
    };
    let model = app.read("convolution.onnx");
    let server = model_fetch::Server::of(model.clone());
    app.file(
        "app.toml",
        format!(
            "[app]\nname = \"a\"\n[models.m]\nsource = {{ url = \"{}\", sha256 = \"{}\" }}\n\
             prepare = {{ script = \"copy.py\", python = \"{version}\", output = \"made.onnx\" }}\n\
             compile = {{ shaves = 1, mean = [100], scale = [25], reverse_channels = true, reshape = [1, 3, 8, 8], outputs = [\"c\"] }}\n\
             [nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"m\"\ninputs.in = \"s.picture\"\n\
             [nodes.s]\ntype = \"Script\"\nsource = \"s.py\"\ninputs.t = \"n.out\"\n",
            server.url,
            sha256(&model)
        ),
    );
    app.file(
        "copy.py",
        "import shutil, sys\nshutil.copy(sys.argv[1], 'made.onnx')\n",
    );
    let onnxruntime = reference::vision_python().unwrap();
    let mut expected = Command::new(&onnxruntime);
    expected
        .args(["-c", BY_ONNXRUNTIME])
        .arg(app.path("convolution.onnx"));
    let wanted = Ran::from(expected.output().unwrap()).exits(0).stdout;
    app.file("s.py", format!("WANTED = {wanted}{COMPARE}"));
    app.run(&["model", "fetch", "--yes"]).exits(0);
    app.file(
        "tests/agrees.toml",
        "[[step]]\nexpect = { log = \"agrees\" }\n",
    );
    let test = |python: &Path| {
        Ran::from(
            app.command(&["test"])
                .env("OAKC_PYTHON", python)
                .output()
                .unwrap(),
        )
    };
    test(&openvino).exits(0);
    test(&onnxruntime)
        .exits(1)
        .says("has no openvino, which `reshape` and `outputs` need")
        .says("-m pip install openvino");
    app.build().exits(0);
    let lock = String::from_utf8(app.read("oakc.lock")).unwrap();
    let pinned = format!(
        "models.m.prepared]\n\"made.onnx\" = \"{}\"\n",
        sha256(&model)
    );
    assert!(lock.contains(&pinned), "{lock}");
    let locked = || app.run(&[BUILD, &["--locked"]].concat());
    locked().exits(0);
    let other = "0".repeat(64);
    app.file(
        "oakc.lock",
        lock.replace(&pinned, &pinned.replace(&sha256(&model), &other)),
    );
    locked().exits(1).says(&format!(
        "model m: {}, but {other} is pinned",
        sha256(&model)
    ));
}
