//! Bad input: its exit code, its message, and that no partial or temporary file stays behind.

use std::fs;
use std::path::Path;
use std::process::Command;

use oakc_tests::process::{App, BUILD, Ran, SMALL, flat, full, read_only};
use oakc_tests::requirement::missing;

/// One bad input: files, arguments, exit code, parts of the message.
struct Case {
    name: &'static str,
    files: &'static [(&'static str, &'static [u8])],
    arguments: &'static [&'static str],
    code: i32,
    says: &'static [&'static str],
}

const NODE: &[u8] = SMALL.as_bytes();
/// A small model, compiled.
const MODEL: &[u8] = include_bytes!("../../../compiler/blob/tests/compiled/planar.blob");
/// The start of a model.
const DAMAGED_MODEL: &[u8] = MODEL.split_at(56).0;
/// The start of a package.
const PACKAGE: &[u8] = b"BR__firmware\0\0\0\0";
/// What describes a YOLO model, as conversion tools write it.
const YOLO: &[u8] = b"{\"model\": {\"xml\": \"m.xml\"}, \"nn_config\": {\"NN_family\": \"YOLO\"}}";
const BUILD_YAML: &[&str] = &[
    "build",
    "--firmware",
    "fw.cmd",
    "app.yaml",
    "-o",
    "out/app.dap",
];

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { name: "a missing file", files: &[], arguments: BUILD, code: 3,
        says: &["cannot read app.toml: no such file"] },
    Case { name: "a directory instead of a file", files: &[("app.toml/x", b"")], arguments: BUILD, code: 3,
        says: &["cannot read app.toml: it is a directory"] },
    Case { name: "an empty file", files: &[("app.toml", b"")], arguments: BUILD, code: 1,
        says: &["the application has no nodes", "[nodes.cam]"] },
    Case { name: "an empty YAML file", files: &[("app.yaml", b"")], arguments: BUILD_YAML, code: 1,
        says: &["the application has no nodes"] },
    Case { name: "an unknown ending", files: &[("app.json", b"{}")],
        arguments: &["build", "app.json", "-o", "out/app.dap"], code: 1,
        says: &["app.json", ".toml, .yaml or .yml"] },
    Case { name: "Latin-1", files: &[("app.toml", b"[app]\nname = \"K\xfche\"\n")], arguments: BUILD, code: 1,
        says: &["app.toml is not UTF-8 text: byte 15", "save it as UTF-8"] },
    Case { name: "UTF-16", files: &[("app.toml", b"\xff\xfe[\0a\0p\0p\0]\0")], arguments: BUILD, code: 1,
        says: &["is not UTF-8 text: byte 0", "UTF-16"] },
    Case { name: "UTF-16 in YAML", files: &[("app.yaml", b"\xfe\xff\0a\0:")], arguments: BUILD_YAML, code: 1,
        says: &["is not UTF-8 text"] },
    Case { name: "a zero byte", files: &[("app.toml", b"[app]\0\n")], arguments: BUILD, code: 1,
        says: &["app.toml:1:6"] },
    Case { name: "parameters in a circle", files: &[("app.toml", b"[params]\na = \"${b}\"\nb = \"${a}\"\n[app]\nname = \"${a}\"\n[nodes.c]\ntype = \"ColorCamera\"\n")],
        arguments: BUILD, code: 1, says: &["`a` is defined by itself: `a` -> `b` -> `a`"] },
    Case { name: "an undeclared --set", files: &[("app.toml", b"[params]\nserver = \"x\"\n[nodes.c]\ntype = \"ColorCamera\"\n")],
        arguments: &["build", "--firmware", "fw.cmd", "app.toml", "-o", "out/app.dap", "--set", "sever=y"], code: 1,
        says: &["parameter `sever` is set, but the configuration has no such parameter", "did you mean `server`?"] },
    Case { name: "a --set of another type", files: &[("app.toml", b"[params]\nfps = 5\n[nodes.c]\ntype = \"ColorCamera\"\nfps = \"${fps}\"\n")],
        arguments: &["build", "--firmware", "fw.cmd", "app.toml", "-o", "out/app.dap", "--set", "fps=fast"], code: 1,
        says: &["parameter `fps` is set to `fast`, which is not an integer"] },
    Case { name: "a --set without a value", files: &[("app.toml", NODE)],
        arguments: &["build", "--set", "x", "app.toml"], code: 2, says: &["expected NAME=VALUE"] },
    Case { name: "a node twice", files: &[("app.toml", b"[nodes.c]\ntype = \"ColorCamera\"\n[nodes.c]\ntype = \"MonoCamera\"\n")],
        arguments: BUILD, code: 1, says: &["duplicate-key", "app.toml:3:8", "`c`"] },
    Case { name: "a node twice in YAML", files: &[("app.yaml", b"nodes:\n  c: {type: ColorCamera}\n  c: {type: MonoCamera}\n")],
        arguments: BUILD_YAML, code: 1, says: &["duplicate-key", "app.yaml:3:3", "`c`"] },
    Case { name: "an unknown node type", files: &[("app.toml", b"[nodes.c]\ntype = \"ColourCamera\"\n")],
        arguments: BUILD, code: 1, says: &["unknown node type `ColourCamera`", "did you mean `ColorCamera`?"] },
    Case { name: "a misspelt key", files: &[("app.toml", b"[nodes.c]\ntype = \"ColorCamera\"\npreview_widht = 300\n")],
        arguments: BUILD, code: 1, says: &["`preview_widht`", "did you mean `preview_width`?", "app.toml:3:1"] },
    Case { name: "a misspelt enumerator", files: &[("app.toml", b"[nodes.c]\ntype = \"ColorCamera\"\nboard_socket = \"CAM_AA\"\n")],
        arguments: BUILD, code: 1, says: &["`CAM_AA`", "did you mean `CAM_A`?"] },
    Case { name: "a wrong type", files: &[("app.toml", b"[nodes.c]\ntype = \"ColorCamera\"\nfps = \"fast\"\n")],
        arguments: BUILD, code: 1, says: &["expected a number, found a string", "app.toml:3:7"] },
    Case { name: "a number out of range", files: &[("app.toml", b"[nodes.c]\ntype = \"ColorCamera\"\npreview_width = 4294967296\n")],
        arguments: BUILD, code: 1, says: &["4294967296 is out of range", "app.toml:3:17"] },
    Case { name: "a missing script", files: &[("app.toml", b"[nodes.s]\ntype = \"Script\"\nsource = \"gone.py\"\n")],
        arguments: BUILD, code: 1, says: &["`gone.py` cannot be read: no such file", "relative to the directory of the configuration"] },
    Case { name: "a misspelt script", files: &[("main.py", b"pass\n"), ("app.toml", b"[nodes.s]\ntype = \"Script\"\nsource = \"mian.py\"\n")],
        arguments: BUILD, code: 1, says: &["`mian.py` cannot be read: no such file", "did you mean `main.py`?"] },
    Case { name: "a misspelt configuration", files: &[("app.toml", NODE)],
        arguments: &["lint", "ap.toml"], code: 3, says: &["cannot read ap.toml: no such file; did you mean app.toml?"] },
    Case { name: "a directory as script", files: &[("app.toml", b"[nodes.s]\ntype = \"Script\"\nsource = \"out\"\n")],
        arguments: BUILD, code: 1, says: &["`out` cannot be read: it is a directory"] },
    Case { name: "a truncated blob", files: &[("m.blob", b"\x7fELF\x01\x01\x01"), ("app.toml", b"[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"m.blob\"\n")],
        arguments: BUILD, code: 1, says: &["invalid-model", "`m.blob` is not a model this camera can run"] },
    Case { name: "an ONNX file as blob", files: &[("m.blob", b"\x08\x07\x12\x07pytorch"), ("app.toml", b"[models.a]\npath = \"m.blob\"\n[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"a\"\n")],
        arguments: BUILD, code: 1, says: &["invalid-model", "`m.blob` is not a model this camera can run"] },
    Case { name: "an empty blob", files: &[("m.blob", b""), ("app.toml", b"[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"m.blob\"\n")],
        arguments: BUILD, code: 1, says: &["`m.blob` is not a model this camera can run"] },
    Case { name: "a model that is not the pinned one", files: &[("m.blob", b"x"), ("app.toml", b"[models.a]\npath = \"m.blob\"\nsha256 = \"00\"\n[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"a\"\n")],
        arguments: BUILD, code: 1, says: &["`m.blob` is not the model that the configuration pins", "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"] },
    Case { name: "an unknown release", files: &[("app.toml", b"[app]\ndepthai = \"2.20.0.0\"\n[nodes.c]\ntype = \"ColorCamera\"\n")],
        arguments: BUILD, code: 1, says: &["oakc cannot make packages for depthai 2.20.0.0", "supported: \
              2.33.0.0"] },
    Case { name: "an unknown rule", files: &[("app.toml", b"[lint]\nallow = [\"host-dependant-node\"]\n[nodes.c]\ntype = \"ColorCamera\"\n")],
        arguments: BUILD, code: 1, says: &["there is no rule `host-dependant-node`", "did you mean `host-dependent-node`?"] },
    Case { name: "a missing output directory", files: &[("app.toml", NODE)],
        arguments: &["build", "--firmware", "fw.cmd", "app.toml", "-o", "gone/app.dap"], code: 3,
        says: &["cannot write gone/app.dap", "there is no directory `gone`"] },
    Case { name: "an output directory that is a file", files: &[("app.toml", NODE), ("plain", b"x")],
        arguments: &["build", "--firmware", "fw.cmd", "app.toml", "-o", "plain/app.dap"], code: 3,
        says: &["cannot write plain/app.dap"] },
    Case { name: "an output directory that takes no files", files: &[("app.toml", NODE)],
        arguments: &["build", "--firmware", "fw.cmd", "app.toml", "-o", "/proc/app.dap"], code: 3,
        says: &["cannot write /proc/app.dap"] },
    Case { name: "an output that is a directory", files: &[("app.toml", NODE), ("dir/x", b"")],
        arguments: &["build", "--firmware", "fw.cmd", "app.toml", "-o", "dir"], code: 3,
        says: &["cannot write dir: it is a directory"] },
    Case { name: "the input as output", files: &[("app.toml", NODE)],
        arguments: &["build", "--firmware", "fw.cmd", "app.toml", "-o", "app.toml"], code: 1,
        says: &["app.toml: the package would replace a file that it is built from"] },
    Case { name: "the input as output under another name", files: &[("app.toml", NODE)],
        arguments: &["build", "--firmware", "fw.cmd", "app.toml", "-o", "out/../app.toml"], code: 1,
        says: &["the package would replace a file that it is built from"] },
    Case { name: "the script as output", files: &[("s.py", b"pass"), ("app.toml", b"[nodes.s]\ntype = \"Script\"\nsource = \"s.py\"\n")],
        arguments: &["build", "--firmware", "fw.cmd", "app.toml", "-o", "s.py"], code: 1,
        says: &["s.py: the package would replace a file that it is built from"] },
    Case { name: "the firmware as output", files: &[("app.toml", NODE)],
        arguments: &["build", "--firmware", "fw.cmd", "app.toml", "-o", "fw.cmd"], code: 1,
        says: &["fw.cmd: the package would replace a file that it is built from"] },
    Case { name: "a missing firmware image", files: &[("app.toml", NODE)],
        arguments: &["build", "--firmware", "gone.cmd", "app.toml", "-o", "out/app.dap"], code: 3,
        says: &["gone.cmd"] },
    Case { name: "an empty firmware image", files: &[("app.toml", NODE), ("empty.cmd", b"")],
        arguments: &["build", "--firmware", "empty.cmd", "app.toml", "-o", "out/app.dap"], code: 3,
        says: &["empty.cmd", "it is empty"] },
    Case { name: "a file in the way of the cache", files: &[("app.toml", NODE), ("cache", b"x")],
        arguments: &["build", "app.toml", "-o", "out/app.dap"], code: 3, says: &["cache"] },
    Case { name: "a broken lock file", files: &[("app.toml", NODE), ("oakc.lock", b"[[[")],
        arguments: BUILD, code: 1, says: &["oakc.lock", "this is not a lock file of oakc"] },
    Case { name: "a directory as lock file", files: &[("app.toml", NODE), ("oakc.lock/x", b"")],
        arguments: BUILD, code: 3, says: &["oakc.lock", "directory"] },
    Case { name: "a broken wheel", files: &[("a.whl", b"PK\x03\x04nothing")],
        arguments: &["firmware", "install", "--from", "a.whl"], code: 3, says: &["a.whl"] },
    Case { name: "an unknown release of firmware", files: &[],
        arguments: &["firmware", "install", "--release", "9.9"], code: 1, says: &["9.9", "2.33.0.0"] },
    Case { name: "a text file as package", files: &[("a.dap", b"hello")],
        arguments: &["inspect", "a.dap"], code: 1, says: &["a.dap: not an application package"] },
    Case { name: "a model to build", files: &[("m.blob", MODEL)], arguments: &["build", "m.blob"], code: 1,
        says: &["m.blob: not an application but a compiled model (.blob)", ".toml, .yaml or .yml", "`oakc inspect` shows it"] },
    Case { name: "a package to lint", files: &[("a.dap", PACKAGE)], arguments: &["lint", "a.dap"], code: 1,
        says: &["a.dap: not an application but an application package (.dap)", "it is built already", "`oakc import`"] },
    Case { name: "an ONNX model to build", files: &[("m.onnx", b"\x08\x07\x12\x07pytorch")], arguments: &["build", "m.onnx"], code: 1,
        says: &["m.onnx: not an application but an ONNX model", "`oakc init` creates one"] },
    Case { name: "a model to flash", files: &[("m.blob", MODEL)], arguments: &["flash", "m.blob", "--device", "127.0.0.1"], code: 1,
        says: &["m.blob: not an application package but a compiled model (.blob)", "`oakc inspect` shows it"] },
    Case { name: "a model to compare", files: &[("m.blob", MODEL)], arguments: &["diff", "m.blob", "m.blob"], code: 1,
        says: &["m.blob: not an application package but a compiled model (.blob)"] },
    Case { name: "a model to import", files: &[("m.blob", MODEL)], arguments: &["import", "m.blob", "-o", "dir"], code: 1,
        says: &["m.blob: not an application package but a compiled model (.blob)"] },
    Case { name: "an application to inspect", files: &[("app.toml", NODE)], arguments: &["inspect", "app.toml"], code: 1,
        says: &["app.toml: neither an application package nor a compiled model, but an application", "`oakc lint` checks it"] },
    Case { name: "the weights of an IR network to inspect", files: &[("m.bin", &[0x3f, 0x80, 0x11, 0x3e])], arguments: &["inspect", "m.bin"], code: 1,
        says: &["but the weights of an OpenVINO IR network (.bin)", "name the .xml beside it"] },
    Case { name: "a damaged ONNX model to show", files: &[("m.onnx", b"\x08\x07\x12\x07py")], arguments: &["model", "info", "m.onnx"], code: 1,
        says: &["m.onnx: it ends too early", "export it again"] },
    Case { name: "XML in the place of an IR network", files: &[("m.xml", b"<html/>")], arguments: &["model", "info", "m.xml"], code: 1,
        says: &["m.xml: this is not OpenVINO IR: it has no `<net>`"] },
    Case { name: "an IR network with entities", files: &[("m.xml", b"<!DOCTYPE net [<!ENTITY a \"b\">]><net>&a;</net>")], arguments: &["model", "info", "m.xml"], code: 1,
        says: &["m.xml: it is not XML"] },
    Case { name: "a description beside what is to be compiled", files: &[("m.onnx", b"\x08\x07"), ("m.json", b"{}")], arguments: &["model", "info", "m.onnx", "--config", "m.json"], code: 2,
        says: &["--config is for compiled models"] },
    Case { name: "an IR network whose weights have no source", files: &[("app.toml", b"[models.a]\nsource = { pypi = \"a==1\", file = \"a/m.xml\", sha256 = \"0000000000000000000000000000000000000000000000000000000000000000\" }\n[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"a\"\n")],
        arguments: &["lint", "app.toml"], code: 0, says: &["`m.xml` is not fetched yet"] },
    Case { name: "an IR network to inspect", files: &[("m.xml", b"<?xml version=\"1.0\"?>\n<net name=\"m\" version=\"10\">")], arguments: &["inspect", "m.xml"], code: 1,
        says: &["m.xml: it is not XML: ", "export it again"] },
    Case { name: "an ONNX model to inspect", files: &[("m.onnx", b"\x08\x07\x12\x07pytorch")], arguments: &["inspect", "m.onnx"], code: 1,
        says: &["m.onnx: it has no graph", "export it again"] },
    Case { name: "a damaged NN archive to inspect", files: &[("m.tar.xz", b"\xfd7zXZ\0")], arguments: &["inspect", "m.tar.xz"], code: 1,
        says: &["m.tar.xz: the archive is damaged", "copy or download the file again"] },
    Case { name: "the description of a YOLO model to inspect", files: &[("m.json", YOLO)], arguments: &["inspect", "m.json"], code: 1,
        says: &["but the JSON description of a detection model", "use the .blob that it describes", "name this file as its `config`"] },
    Case { name: "the description of a YOLO model as model", files: &[("m.json", YOLO), ("app.toml", b"[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"m.json\"\n")],
        arguments: BUILD, code: 1, says: &["invalid-model", "the JSON description of a detection model", "use the .blob that it describes"] },
    Case { name: "the weights of an IR network as model", files: &[("m.bin", &[0x3f, 0x80, 0x11, 0x3e]), ("app.toml", b"[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"m.bin\"\n")],
        arguments: BUILD, code: 1, says: &["invalid-model", "the weights of an OpenVINO IR network (.bin)", "name the .xml beside it"] },
    Case { name: "the config of an NN archive as model", files: &[("config.json", b"{\"config_version\": \"1.0\", \"model\": {}}"), ("app.toml", b"[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"config.json\"\n")],
        arguments: BUILD, code: 1, says: &["invalid-model", "the config.json of an NN archive"] },
    Case { name: "parts of a model", files: &[("m.blob", MODEL)], arguments: &["inspect", "m.blob", "--extract", "parts"], code: 2,
        says: &["--extract is for packages"] },
    Case { name: "a damaged model to inspect", files: &[("m.blob", DAMAGED_MODEL)], arguments: &["inspect", "m.blob"], code: 1,
        says: &["m.blob: not a model blob: 56 bytes are fewer than the 132", "use a .blob compiled for RVC2"] },
    Case { name: "applications that extend each other", files: &[("app.toml", b"extends = \"b.yaml\"\n"), ("b.yaml", b"extends: app.toml\n")],
        arguments: BUILD, code: 1, says: &["endless-extends", "b.yaml:1:10", "extends itself, or is extended by one of its bases"] },
    Case { name: "an application that extends itself", files: &[("app.toml", b"extends = \"./app.toml\"\n")],
        arguments: BUILD, code: 1, says: &["endless-extends", "app.toml:1:11"] },
    Case { name: "a base that is not there", files: &[("app.toml", b"extends = \"gone.toml\"\n")],
        arguments: BUILD, code: 1, says: &["`gone.toml` cannot be read: no such file", "app.toml:1:11"] },
    Case { name: "a folder of modules outside of the repository", files: &[("s.py", b"import own\n"), ("app.toml", b"[nodes.s]\ntype = \"Script\"\nsource = \"s.py\"\nmodules = [\"../..\"]\n")],
        arguments: BUILD, code: 1, says: &["`../..` cannot be read: it is outside of the repository", "app.toml:4:11"] },
    Case { name: "a module that climbs out of its package", files: &[("s.py", b"import own.deep\n"), ("own/__init__.py", b""), ("own/deep.py", b"from ... import other\n"), ("app.toml", b"[nodes.s]\ntype = \"Script\"\nsource = \"s.py\"\n")],
        arguments: BUILD, code: 1, says: &["these dots lead out of the package", "own/deep.py:1"] },
    Case { name: "a file of params that is not there", files: &[("app.toml", NODE)],
        arguments: &["build", "--params", "gone.toml", "app.toml"], code: 3, says: &["cannot read gone.toml: no such file"] },
    Case { name: "a file of params that is not text", files: &[("app.toml", NODE), ("site.toml", b"a = \"\xff\"\n")],
        arguments: &["build", "--params", "site.toml", "app.toml"], code: 3, says: &["site.toml", "UTF-8"] },
    Case { name: "a file of params that a fleet names and is not there", files: &[("app.toml", NODE), ("fleet.toml", b"[[cameras]]\nname = \"a\"\naddress = \"10.0.0.1\"\nparams = [\"gone.toml\"]\n")],
        arguments: &["build", "--fleet", "fleet.toml", "app.toml", "-o", "out"], code: 1, says: &["`gone.toml` cannot be read: no such file", "fleet.toml:4:11"] },
    Case { name: "a file of params outside of the fleet's repository", files: &[("app.toml", NODE), ("fleet.toml", b"[[cameras]]\nname = \"a\"\naddress = \"10.0.0.1\"\nparams = \"../../x.toml\"\n")],
        arguments: &["build", "--fleet", "fleet.toml", "app.toml", "-o", "out"], code: 1, says: &["`../../x.toml` cannot be read: it is outside of the repository"] },
    Case { name: "a template without a file", files: &[("app.toml", b"[nodes.s]\ntype = \"Script\"\ncode = \"1\"\ntemplate = true\n")],
        arguments: BUILD, code: 1, says: &["`template` is refused: the script has no file of its own", "app.toml:4:1"] },
    Case { name: "an unknown name in a template", files: &[("s.py", b"x = 1\ny = '${sever}'\n"), ("app.toml", b"[params]\nserver = \"a\"\n[nodes.s]\ntype = \"Script\"\nsource = \"s.py\"\ntemplate = true\n")],
        arguments: BUILD, code: 1, says: &["unknown parameter `sever`", "did you mean `server`?", "s.py:2:6"] },
    Case { name: "a value that breaks a template", files: &[("s.py", b"y = '${server}'\n"), ("app.toml", b"[params]\nserver = \"it's\"\n[nodes.s]\ntype = \"Script\"\nsource = \"s.py\"\ntemplate = true\n")],
        arguments: BUILD, code: 1, says: &["the value of `server` does not fit into the string that it stands in", "app.toml:2:10", "s.py:1:6"] },
    Case { name: "an unknown command", files: &[], arguments: &["bulid"], code: 2, says: &["bulid"] },
];

#[test]
fn each_bad_input_is_reported_with_its_exit_code_and_leaves_nothing_behind() {
    let mut wrong = Vec::new();
    for case in CASES {
        let app = App::new();
        for (name, bytes) in case.files {
            app.file(name, bytes);
        }
        let before = app.files();
        let ran = app.run(case.arguments);
        let said = flat(&ran.stderr);
        if ran.code != Some(case.code) {
            wrong.push(format!(
                "{}: exit code {:?}, not {}",
                case.name, ran.code, case.code
            ));
        }
        for text in case.says {
            if !said.contains(&flat(text)) {
                wrong.push(format!("{}: no {text:?} in\n{}", case.name, ran.stderr));
            }
        }
        if !ran.stdout.is_empty() {
            wrong.push(format!("{}: stdout has {:?}", case.name, ran.stdout));
        }
        if app.files() != before {
            wrong.push(format!(
                "{}: left {:?}, had {before:?}",
                case.name,
                app.files()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_thousand_modules_go_into_one_package() {
    let app = App::new();
    app.file(
        "app.toml",
        "[nodes.s]\ntype = \"Script\"\nsource = \"m0.py\"\n",
    );
    for number in 0..1000 {
        let next = number + 1;
        let text = format!("from m{next} import NAME as OTHER\nNAME = OTHER + 1\n");
        app.file(&format!("m{number}.py"), text);
    }
    app.file("m1000.py", "NAME = 0\n");
    bounded(&app, BUILD, 1000, 60).exits(0);
    let shown = app
        .run(&["inspect", "out/app.dap", "--format", "json"])
        .exits(0);
    assert_eq!(shown.stdout.matches("\"file\": \"m").count(), 1000);
}

/// Runs with limits on memory and CPU time.
#[track_caller]
pub(super) fn bounded(app: &App, arguments: &[&str], mebibytes: u32, seconds: u32) -> Ran {
    let mut command = app.command_with_limits(mebibytes, seconds, arguments);
    command.output().unwrap().into()
}

#[test]
fn a_gigabyte_of_zeros_is_refused_at_once() {
    let app = App::new();
    for name in ["zeros.toml", "zeros.blob", "zeros.cmd", "zeros.dap"] {
        let file = fs::File::create(app.path(name)).unwrap();
        file.set_len((1 << 30) + 1).unwrap();
    }
    let before = app.files();
    bounded(&app, &["build", "zeros.toml", "-o", "out/a.dap"], 200, 5)
        .exits(1)
        .says("zeros.toml: it has 1073741825 bytes; a configuration has at most 16 MiB");
    bounded(&app, &["inspect", "zeros.dap"], 200, 5)
        .exits(1)
        .says("zeros.dap: it has 1073741825 bytes; a package has at most 1024 MiB");
    app.file(
        "app.toml",
        "[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"zeros.blob\"\n",
    );
    bounded(&app, BUILD, 200, 5)
        .exits(1)
        .says("`zeros.blob` cannot be read: it has 1073741825 bytes");
    app.file("app.toml", SMALL);
    bounded(
        &app,
        &[
            "build",
            "--firmware",
            "zeros.cmd",
            "app.toml",
            "-o",
            "out/a.dap",
        ],
        200,
        5,
    )
    .exits(3)
    .says("zeros.cmd");
    fs::remove_file(app.path("app.toml")).unwrap();
    assert_eq!(app.files(), before);
}

#[test]
fn an_endless_device_as_input_is_not_read_to_the_end() {
    let app = App::new();
    std::os::unix::fs::symlink("/dev/zero", app.path("app.toml")).unwrap();
    bounded(&app, BUILD, 400, 20)
        .exits(1)
        .says("outside of the repository");
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_do_not_change_the_package() {
    let app = App::small();
    app.build().exits(0);
    let plain = app.read("out/app.dap");
    let windows = SMALL.replace('\n', "\r\n");
    for text in [
        windows.clone(),
        format!("\u{feff}{SMALL}"),
        format!("\u{feff}{windows}"),
    ] {
        app.file("app.toml", &text);
        app.build().exits(0);
        assert!(app.read("out/app.dap") == plain, "{text:?}");
    }
    let yaml = "app: {name: small}\r\nnodes:\r\n  cam:\r\n    type: ColorCamera\r\n    fps: 10\r\n";
    for text in [yaml.to_owned(), format!("\u{feff}{yaml}")] {
        app.file("app.yaml", &text);
        app.run(BUILD_YAML).exits(0);
        assert!(app.read("out/app.dap") == plain, "{text:?}");
    }
}

#[test]
fn positions_are_right_with_windows_line_ends_and_a_byte_order_mark() {
    let app = App::new();
    app.file(
        "app.toml",
        "\u{feff}[nodes.\"ü\"]\r\ntype = \"ColorCamera\"\r\nfps = 'ä'\r\n",
    );
    app.file(
        "app.yaml",
        "\u{feff}nodes:\r\n  ü:\r\n    type: ColorCamera\r\n    fps: 'ä'\r\n",
    );
    for (file, line, column, offset) in [("app.toml", 3, 7, 45), ("app.yaml", 4, 10, 50)] {
        let ran = app.run(&["lint", "--format", "json", file]).exits(1);
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let label = &report["diagnostics"][0]["labels"][0];
        assert_eq!(label["start"]["line"], line, "{file}: {label}");
        assert_eq!(label["start"]["column"], column, "{file}: {label}");
        assert_eq!(label["start"]["offset"], offset, "{file}: {label}");
        assert_eq!(label["end"]["column"], column + 3, "{file}: {label}");
        assert_eq!(label["end"]["offset"], offset + 4, "{file}: {label}");
    }
}

/// A small file system, mounted until the test ends.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(path: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(path).unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(path);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        if !mounted {
            missing("the right to mount a file system");
        }
        mounted.then(|| Self(path.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_reported_and_the_old_package_stays() {
    let app = App::small();
    let Some(_disk) = SmallDisk::mount(&app.path("disk"), "1500k") else {
        return;
    };
    let build = [
        "build",
        "--firmware",
        "fw.cmd",
        "app.toml",
        "-o",
        "disk/app.dap",
    ];
    app.file("disk/app.dap", "the old one");
    app.file("fw.cmd", vec![1; 3 << 20]);
    let before = app.files();
    app.run(&build)
        .exits(3)
        .says("cannot write disk/app.dap: ")
        .says(full());
    assert_eq!(app.files(), before);
    assert_eq!(app.read("disk/app.dap"), b"the old one");
}

#[test]
fn a_full_disk_leaves_no_partial_lock_file_or_manifest() {
    let app = App::new();
    let Some(_disk) = SmallDisk::mount(&app.path("disk"), "4k") else {
        return;
    };
    app.file("disk/app.toml", SMALL);
    let build = [
        "build",
        "--firmware",
        "fw.cmd",
        "disk/app.toml",
        "-o",
        "out/app.dap",
    ];
    app.run(&build)
        .exits(3)
        .says("cannot write disk/oakc.lock: ")
        .says(full());
    assert!(
        !app.files().iter().any(|name| name.contains(".oakc-")),
        "{:?}",
        app.files()
    );
    assert!(!app.path("disk/oakc.lock").exists());
}

#[test]
fn a_read_only_directory_is_reported() {
    let app = App::small();
    let Some(disk) = SmallDisk::mount(&app.path("disk"), "1m") else {
        return;
    };
    let remount = Command::new("mount")
        .args(["-o", "remount,ro"])
        .arg(&disk.0)
        .status()
        .unwrap();
    assert!(remount.success());
    app.run(&[
        "build",
        "--firmware",
        "fw.cmd",
        "app.toml",
        "-o",
        "disk/app.dap",
    ])
    .exits(3)
    .says("cannot write disk/app.dap: ")
    .says(read_only());
}

#[test]
fn a_read_only_application_is_built_without_a_lock_and_a_read_only_cache_keeps_nothing() {
    let app = App::new();
    let Some(disk) = SmallDisk::mount(&app.path("disk"), "1m") else {
        return;
    };
    app.file("disk/app.toml", SMALL);
    let remount = Command::new("mount")
        .args(["-o", "remount,ro"])
        .arg(&disk.0)
        .status()
        .unwrap();
    assert!(remount.success());
    let build = [
        "build",
        "--firmware",
        "fw.cmd",
        "disk/app.toml",
        "-o",
        "out/app.dap",
        "--compress",
    ];
    app.run(&build)
        .exits(3)
        .says("cannot write disk/oakc.lock: ")
        .says(read_only())
        .says("`--no-lock` builds without a lock file");
    assert!(!app.path("out/app.dap").exists());
    let no_lock = [&build[..], &["--no-lock", "--manifest"]].concat();
    let mut command = app.command(&no_lock);
    command.env("OAKC_CACHE", app.path("disk/cache"));
    Ran::from(command.output().unwrap()).exits(0);
    let package = app.read("out/app.dap");
    app.run(&no_lock).exits(0);
    assert!(app.read("out/app.dap") == package);
}
