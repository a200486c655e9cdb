//! Models compiled by the real compiler, in an environment that oakc makes; the networks are made by the real `onnx`.

use std::sync::OnceLock;

use oakc_tests::reference;
use oakc_tests::requirement::missing;
use oakc_toolchain::{Environment, REFUSED, Refused, Settings, Setup, Source};

use super::*;

/// An application's folder with these networks in it, and a cache in which the compiler is installed already; none, if
/// there is no way to have that.
pub(super) fn with_networks(names: &[&str]) -> Option<App> {
    let python = reference::vision_python()?;
    let environments = environments()?;
    let app = App::new();
    fs::create_dir(app.path("cache")).unwrap();
    std::os::unix::fs::symlink(environments, app.path("cache/environments")).unwrap();
    write_networks(&python, &app, names);
    Some(app)
}

fn write_networks(python: &Path, app: &App, names: &[&str]) {
    let mut command = Command::new(python);
    command
        .arg("-B")
        .arg(reference::folder().join("networks.py"));
    assert!(
        command
            .arg(app.path(""))
            .args(names)
            .status()
            .unwrap()
            .success()
    );
}

/// The folder with the compiler's environment, which is made on first use and kept in `target/`.
fn environments() -> Option<PathBuf> {
    static MADE: OnceLock<Option<PathBuf>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let cache = reference::target().join("model-cache");
        let app = App::new();
        write_networks(&reference::vision_python()?, &app, &["relu"]);
        let mut command = app.command(&[
            "model",
            "compile",
            "relu.onnx",
            "-o",
            "relu.blob",
            "--shaves=1",
        ]);
        let ran = Ran::from(command.env("OAKC_CACHE", &cache).output().unwrap());
        (ran.code == Some(0)).then(|| cache.join("environments").canonicalize().unwrap())
    });
    if made.is_none() {
        missing("the compiler for models (CPython 3.6 to 3.9, and pip with a network)");
    }
    made.clone()
}

fn compile(app: &App, name: &str, more: &[&str]) -> Ran {
    let (from, to) = (format!("{name}.onnx"), format!("{name}.blob"));
    app.run(
        &[
            &["model", "compile", &from, "-o", &to, "--shaves", "6"],
            more,
        ]
        .concat(),
    )
}

/// Compiles a network, with its blob out.
fn compiled(app: &App, name: &str, more: &[&str]) -> Vec<u8> {
    compile(app, name, more).exits(0);
    app.read(&format!("{name}.blob"))
}

#[test]
fn published_networks_give_the_blobs_that_were_published_with_them() {
    let Some(app) = with_networks(&["concat", "diff"]) else {
        return;
    };
    let concat = compiled(&app, "concat", &[]);
    let published = "6ac3023ea8dac9b7501ead0f9b2c2a4495d2791a58b7049de065246455cf87be";
    assert_eq!(sha256(&concat), published);
    let mut diff = compiled(&app, "diff", &[]);
    // This one was published with the version of the compiler in its header, 2021.4 instead of 6.0.
    let version = diff.get_mut(60..68).unwrap();
    assert_eq!(version, [6, 0, 0, 0, 0, 0, 0, 0]);
    version.copy_from_slice(&[0xe5, 7, 0, 0, 4, 0, 0, 0]);
    let published = "5c9929bd947c44bba6cbe1e1cd9b2ed9472236cd616e50cd053f5806bf2882e7";
    assert_eq!(sha256(&diff), published);
}

#[test]
fn equal_models_and_settings_give_equal_bytes_and_are_compiled_once() {
    let settings = &[
        "--mean=1,2,3",
        "--scale=2",
        "--reverse-channels",
        "--outputs=z",
    ];
    let blobs = [(); 2].map(|()| {
        let app = with_networks(&["convolution"])?;
        let blob = compiled(&app, "convolution", settings);
        // From here on, it takes neither Python nor a network.
        let mut again = app.command(&[
            "model",
            "compile",
            "convolution.onnx",
            "-o",
            "again.blob",
            "--shaves=6",
        ]);
        again.args(settings).env("OAKC_MODEL_PYTHON", "/none");
        let again = Ran::from(again.output().unwrap()).exits(0);
        assert_eq!(again.stderr, "");
        assert_eq!(app.read("again.blob"), blob);
        Some(blob)
    });
    let [Some(one), Some(other)] = blobs else {
        return;
    };
    assert!(one == other);
    let blob = oakc_blob::Blob::parse(&one).unwrap();
    assert_eq!(
        blob.outputs
            .iter()
            .map(|it| it.name.as_str())
            .collect::<Vec<_>>(),
        ["z"]
    );
    assert_eq!((blob.shaves, blob.slices), (6, 6));
}

#[test]
fn types_and_shapes_are_those_of_the_settings() {
    let Some(app) = with_networks(&["convolution"]) else {
        return;
    };
    let more = &[
        "--reshape=1,3,48,64",
        "--input-precision=fp16",
        "--output-precision=fp32",
    ];
    let bytes = compiled(&app, "convolution", more);
    let blob = oakc_blob::Blob::parse(&bytes).unwrap();
    let (input, output) = (blob.inputs.first().unwrap(), blob.outputs.first().unwrap());
    assert_eq!(input.dims, [64, 48, 3, 1]);
    assert_eq!(
        (input.data_type.to_string(), output.data_type.to_string()),
        ("FP16".into(), "FP32".into())
    );
}

#[test]
fn a_mean_a_scale_and_a_swap_of_channels_do_to_images_what_they_say() {
    let Some(app) = with_networks(&["convolution", "relu"]) else {
        return;
    };
    let environment = fs::read_dir(app.path("cache/environments"))
        .unwrap()
        .flatten();
    let mut environment = environment
        .map(|entry| entry.path())
        .filter(|path| path.join("packages").is_dir());
    let environment = environment.next().unwrap();
    let name = environment
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    let python = oakc_toolchain::Python::find(None).unwrap();
    assert!(name.ends_with(&format!("cp3{}", python.minor())), "{name}");
    let mut command = Command::new(python.path());
    command
        .arg("-B")
        .arg(reference::folder().join("preprocessing.py"));
    command.arg(environment.join("packages"));
    command.arg(reference::folder().join("../../compiler/toolchain/python/compile.py"));
    command.args([app.path("convolution.onnx"), app.path("relu.onnx")]);
    let ran = Ran::from(command.output().unwrap()).exits(0);
    let largest: f64 = ran.stdout.trim().lines().last().unwrap().parse().unwrap();
    // Of values up to some hundred, in 32 bits.
    assert!(largest < 1e-3, "{largest}");
}

#[test]
fn what_the_compiler_refuses_is_said_with_the_operator_and_the_way_out() {
    let cases = [
        (
            "open",
            "a size of its input is open",
            "export the model with fixed sizes",
        ),
        (
            "reduction",
            "ReduceMean `mean` would reduce over all axes on the camera",
            "export it with opset 11 to 13",
        ),
    ];
    let Some(app) = with_networks(&cases.map(|(name, ..)| name)) else {
        return;
    };
    for (name, what, way_out) in cases {
        compile(&app, name, &[]).exits(1).says(what).says(way_out);
        assert!(!app.path(&format!("{name}.blob")).exists());
    }
    // Following the advice ends it.
    compile(&app, "open", &["--reshape=1,3,32,32"]).exits(0);
}

#[test]
fn operators_are_refused_without_the_compiler_as_it_refuses_them_and_lint_says_so() {
    let kinds = REFUSED.map(|refused| refused.kind);
    let Some(app) = with_networks(&kinds) else {
        return;
    };
    let environment = Environment::open(&app.path("cache"), &Setup::default(), &mut |_| ());
    let environment = environment.unwrap();
    let said = |refused: &Refused| {
        let name = format!("{}.onnx", refused.kind);
        let source = Source::new(&name, app.read(&name).into(), None).unwrap();
        let settings = Settings::new(1);
        let compiled = oakc_toolchain::compile(&environment, &source, &settings, &app.path("out"));
        (source.check(&settings), compiled.map(|_| ()))
    };
    // The compiler waits for most of its time.
    let all: Vec<_> = thread::scope(|scope| {
        let started = REFUSED
            .each_ref()
            .map(|refused| scope.spawn(move || said(refused)));
        started.into_iter().map(|one| one.join().unwrap()).collect()
    });
    for (refused, (expected, compiled)) in REFUSED.iter().zip(all) {
        assert_eq!(expected, compiled, "{}", refused.kind);
        assert!(compiled.is_err(), "{}", refused.kind);
        let name = format!("{}.onnx", refused.kind);
        app.file("app.toml", format!("[models.m]\npath = \"{name}\"\n[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"m\"\n"));
        let linted = app.run(&["lint", "app.toml"]).exits(1);
        linted
            .says("app.toml:2:8")
            .says(&compiled.unwrap_err().to_string());
        let info = app.run(&["model", "info", &name]).exits(0).stdout;
        assert!(info.contains("cannot be compiled\n"), "{info}");
        assert!(info.contains(refused.way_out), "{info}");
    }
}

/// A network of one layer as OpenVINO IR.
const IR: &str = r#"<?xml version="1.0"?>
<net name="n" version="10"><layers>
 <layer id="0" name="x" type="Parameter" version="opset1"><data element_type="f32" shape="1,3,32,64"/><output><port id="0" precision="FP32"><dim>1</dim><dim>3</dim><dim>32</dim><dim>64</dim></port></output></layer>
 <layer id="1" name="y" type="ReLU" version="opset1"><input><port id="0"><dim>1</dim><dim>3</dim><dim>32</dim><dim>64</dim></port></input><output><port id="1" precision="FP32"><dim>1</dim><dim>3</dim><dim>32</dim><dim>64</dim></port></output></layer>
 <layer id="2" name="y/sink" type="Result" version="opset1"><input><port id="0"><dim>1</dim><dim>3</dim><dim>32</dim><dim>64</dim></port></input></layer>
</layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/><edge from-layer="1" from-port="1" to-layer="2" to-port="0"/></edges></net>
"#;

#[test]
fn what_is_to_be_compiled_is_shown_with_the_configuration_to_paste() {
    let Some(app) = with_networks(&["convolution", "open"]) else {
        return;
    };
    app.file("ir.xml", IR);
    app.file("ir.bin", "");
    for (file, shows) in [
        (
            "convolution.onnx",
            &[
                "ONNX, to be compiled",
                "opset 11, version 7",
                "3 operators: Conv 1, Relu 1, Sigmoid 1",
                "x  FP32  1x3x32x32",
                "z  FP32  1x4x32x32",
                "preview_size = [32, 32]",
            ][..],
        ),
        (
            "open.onnx",
            &["x  FP32  ?x3x32x32", "reshape = [1, 3, 32, 32]"],
        ),
        (
            "ir.xml",
            &[
                "OpenVINO IR, to be compiled",
                "x  FP32  1x3x32x64",
                "y  FP32  1x3x32x64",
                "preview_size = [64, 32]",
            ],
        ),
    ] {
        let shown = app.run(&["model", "info", file]).exits(0).stdout;
        for part in shows {
            assert!(shown.contains(part), "{part} is not in\n{shown}");
        }
        let shown = app
            .run(&["model", "info", file, "--format", "json"])
            .exits(0)
            .stdout;
        let shown = json(&shown);
        assert_eq!(shown["sha256"], sha256(&app.read(file)));
        let config = shown["config"].as_str().unwrap();
        app.file("app.toml", format!("[app]\nname = \"pasted\"\n\n{config}"));
        app.build().exits(0);
        let allowed = ["-A", "unused-node", "--deny", "warnings"];
        app.run(&[&["lint", "app.toml"], &allowed[..]].concat())
            .exits(0);
    }
}

#[test]
fn a_setting_that_does_not_fit_the_model_is_said_in_terms_of_the_setting() {
    let Some(app) = with_networks(&["convolution"]) else {
        return;
    };
    let mean = compile(&app, "convolution", &["--mean=1,2"]).exits(1);
    mean.says("`mean` has 2 values, but the input x is [1, 3, 32, 32]");
    let reshape = compile(&app, "convolution", &["--reshape=y=1,3,9,9"]).exits(1);
    reshape.says("no input is called y; there are: x");
    let outputs = compile(&app, "convolution", &["--outputs=elsewhere"]).exits(1);
    outputs.says("no layer is called elsewhere");
    let scale = compile(&app, "convolution", &["--scale=0"]).exits(1);
    scale.says("`scale` is what channels are divided by, so it cannot be 0");
}

#[test]
fn an_installation_that_is_killed_leaves_the_environment_whole_or_absent() {
    let Some(app) = with_networks(&["relu"]) else {
        return;
    };
    fs::remove_file(app.path("cache/environments")).unwrap();
    let arguments = [
        "model",
        "compile",
        "relu.onnx",
        "-o",
        "relu.blob",
        "--shaves=1",
    ];
    for delay in [100, 700, 2_000, 4_000] {
        let mut child = app
            .command(&arguments)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
        let entries = fs::read_dir(app.path("cache/environments"))
            .into_iter()
            .flatten()
            .flatten();
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("openvino-") {
                for package in ["openvino", "ngraph", "numpy"] {
                    assert!(
                        entry.path().join("packages").join(package).is_dir(),
                        "{package}, {delay} ms"
                    );
                }
            }
        }
    }
    installs_from_wheels(&app, &arguments);
}

/// Installs the compiler and compiles without an index; and loads it as on a computer without libusb.
fn installs_from_wheels(app: &App, arguments: &[&str]) {
    let python = oakc_toolchain::Python::find(None).unwrap();
    let mut pip = Command::new("python3");
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--implementation=cp",
    ]);
    pip.arg(format!("--python-version=3.{}", python.minor()));
    pip.args([
        oakc_toolchain::TOOL,
        "numpy==1.19.5",
        "libusb-package==1.0.30.0",
        "--dest",
    ]);
    assert!(pip.arg(app.path("wheels")).status().unwrap().success());
    let _ = fs::remove_dir_all(app.path("cache/environments"));
    let mut install = app.command(arguments);
    for wheel in fs::read_dir(app.path("wheels")).unwrap() {
        install.arg("--wheel").arg(wheel.unwrap().path());
    }
    Ran::from(install.env("PIP_NO_INDEX", "1").output().unwrap()).exits(0);
    if cfg!(target_os = "linux") {
        let name = format!("openvino-2021.4.2-cp3{}", python.minor());
        let packages = app.path("cache/environments").join(name).join("packages");
        let mut load = Command::new(python.path());
        load.arg("-B")
            .arg(reference::folder().join("libusb.py"))
            .arg(packages);
        load.arg(reference::folder().join("../../compiler/toolchain/python/compile.py"));
        let loaded = Ran::from(load.output().unwrap()).exits(0);
        assert_eq!(loaded.stdout, "libusb_package/libusb-1.0.so\n");
    }
}

#[test]
fn where_no_python_fits_the_message_says_what_does() {
    let Some(app) = with_networks(&["relu"]) else {
        return;
    };
    let mut command = app.command(&[
        "model",
        "compile",
        "relu.onnx",
        "-o",
        "relu.blob",
        "--shaves=1",
    ]);
    let nothing = app.path("out");
    for variable in [
        "PATH",
        "HOME",
        "PYENV_ROOT",
        "UV_PYTHON_INSTALL_DIR",
        "XDG_DATA_HOME",
    ] {
        command.env(variable, &nothing);
    }
    let ran = Ran::from(command.output().unwrap()).exits(3);
    let ran =
        ran.says("the compiler for models needs a CPython from 3.6 to 3.9, and none was found");
    ran.says("uv python install 3.9").says("OAKC_MODEL_PYTHON");
    app.file("s.py", "while True:\n    node.io['t'].get()\n");
    app.file("app.toml", application("{}").replace("convolution", "relu"));
    for named in [["--python", "/none"], ["--python", "true"]] {
        let built = app.run(&[BUILD, &named].concat()).exits(1);
        built.says(&format!("{} is not a CPython from 3.6 to 3.9", named[1]));
    }
}

#[test]
fn openvino_ir_needs_both_of_its_files() {
    let app = App::new();
    app.file("n.xml", IR);
    let needs = "its weights, `n.bin`, are not there";
    let compile = ["model", "compile", "n.xml", "-o", "n.blob", "--shaves=1"];
    app.run(&compile)
        .exits(1)
        .says(needs)
        .says("put `n.bin` beside `n.xml`");
    for command in [&["model", "info"][..], &["inspect"]] {
        let shown = app.run(&[command, &["n.xml"]].concat()).exits(0).stdout;
        assert!(
            shown.contains("OpenVINO IR, to be compiled") && shown.contains(needs),
            "{shown}"
        );
    }
    app.file(
        "app.toml",
        application("{}").replace("convolution.onnx", "n.xml"),
    );
    app.file("s.py", "while True:\n    node.io['t'].get()\n");
    app.build()
        .exits(1)
        .says("`n.xml` needs its weights, `n.bin`, beside it");
    app.file("n.bin", "");
    let shown = app.run(&["inspect", "n.xml"]).exits(0).stdout;
    assert!(
        shown.contains("oakc model compile n.xml -o n.blob --shaves 6"),
        "{shown}"
    );
    app.run(&["inspect", "n.xml", "--extract", "d"]).exits(2);
}

#[test]
fn what_is_kept_is_listed_with_its_owner_and_removed_on_demand() {
    let app = App::new();
    app.file("cache/firmware/2.33.0.0/universal.cmd", [0; 1000]);
    app.file("cache/models/compiled/0123456789ab/model.blob", [0; 2000]);
    app.file(
        "cache/models/compiled/0123456789ab/about.json",
        r#"{"name": "person.onnx"}"#,
    );
    let listed = app.run(&["cache", "list"]).exits(0).stdout;
    assert!(
        listed.contains("person.onnx (01234567)") && listed.contains("firmware"),
        "{listed}"
    );
    let json = app
        .run(&["cache", "list", "--format", "json"])
        .exits(0)
        .stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["bytes"], 3023);
    let kept = json["kept"].as_array().unwrap().iter();
    let owners: Vec<_> = kept.map(|kept| kept["owner"].as_str().unwrap()).collect();
    assert_eq!(owners, ["firmware", "models"]);
    // Nobody is there to be asked.
    app.run(&["cache", "clean"]).exits(2).says("--yes");
    app.run(&["cache", "clean", "--yes"]).exits(0);
    assert!(app.path("cache/firmware/2.33.0.0/universal.cmd").exists());
    assert!(!app.path("cache/models/compiled/0123456789ab").exists());
    app.run(&["cache", "clean", "all", "--yes"]).exits(0);
    let listed = app.run(&["cache", "list"]).exits(0).stdout;
    assert!(listed.ends_with("is empty\n"), "{listed}");
}

/// An application that runs `convolution.onnx` with these settings.
fn application(compile: &str) -> String {
    format!(
        "[app]\nname = \"a\"\n[models.m]\npath = \"convolution.onnx\"\ncompile = {compile}\n\
         [nodes.cam]\ntype = \"ColorCamera\"\npreview_size = [32, 32]\ninterleaved = false\n\
         [nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"m\"\n\
         inputs.in = {{ from = \"cam.preview\", queue_size = 1, blocking = false }}\n\
         [nodes.s]\ntype = \"Script\"\nsource = \"s.py\"\nprocessor = \"LEON_CSS\"\ninputs.t = \"n.out\"\n"
    )
}

#[test]
fn the_first_build_compiles_what_an_application_names_and_the_lock_pins_it() {
    let Some(app) = with_networks(&["convolution"]) else {
        return;
    };
    app.file("s.py", "while True:\n    node.io['t'].get()\n");
    app.file("app.toml", application("{ shaves = 6, mean = [127.5] }"));
    let lint = ["lint", "--deny", "warnings", "app.toml"];
    app.run(&lint)
        .exits(0)
        .says("`convolution.onnx` is not compiled yet");
    app.build()
        .exits(0)
        .says("compiling convolution.onnx for 6 SHAVEs");
    assert_eq!(app.run(&lint).exits(0).stderr, ALL_IS_WELL);
    let lock = String::from_utf8(app.read("oakc.lock")).unwrap();
    assert!(lock.contains("tool = \"openvino==2021.4.2\""), "{lock}");
    assert!(
        lock.contains("settings = \"shaves = 6, mean = [127.5]\""),
        "{lock}"
    );
    // What is in the package is what the command makes.
    let blob = compiled(&app, "convolution", &["--mean=127.5"]);
    assert!(lock.contains(&sha256(&blob)), "{lock}");
    let package = app.read("out/app.dap");
    assert!(package.windows(blob.len()).any(|part| part == blob));
    // From here on, it takes neither Python nor a network.
    let mut again = app.command(&[BUILD, &["--locked"]].concat());
    again.env("OAKC_MODEL_PYTHON", "/none");
    Ran::from(again.output().unwrap()).exits(0);
    app.file("app.toml", application("{ shaves = 6, mean = [127] }"));
    let locked = app.run(&[BUILD, &["--locked"]].concat()).exits(1);
    locked.says("model m: shaves = 6, mean = [127], but shaves = 6, mean = [127.5] is pinned");
}

#[test]
fn what_cannot_be_compiled_is_a_finding_where_the_settings_stand() {
    let Some(app) = with_networks(&["convolution"]) else {
        return;
    };
    app.file("s.py", "while True:\n    node.io['t'].get()\n");
    app.file("app.toml", application("{ outputs = [\"elsewhere\"] }"));
    let ran = app
        .run(&[
            "build",
            "--firmware",
            "fw.cmd",
            "--format",
            "json",
            "app.toml",
        ])
        .exits(1);
    let json: Value = serde_json::from_str(&ran.stdout).unwrap();
    let found = json["diagnostics"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0]["rule"], "model-not-made");
    assert_eq!(
        found[0]["message"],
        "convolution.onnx: no layer is called elsewhere"
    );
    assert_eq!(found[0]["labels"][0]["start"]["line"], 5);
}
