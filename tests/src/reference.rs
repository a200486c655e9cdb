//! The real library: a virtual environment with depthai 2.33.0.0, and `reference.py` as a process
//! that builds packages from descriptions.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::requirement::missing;

/// The folder with the Python side.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reference")
}

/// The folder for what tests keep between runs.
pub fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target")
}

/// A Python interpreter that can import the real library: `OAKC_REFERENCE_PYTHON`, or else one in
/// `target/reference-venv`, which is created on first use with `python3` and pip.
///
/// `None` if `OAKC_SKIP_REFERENCE` is set or it cannot be created ([`missing`]).
pub fn python() -> Option<PathBuf> {
    if is_left_out() {
        return None;
    }
    if let Some(python) = std::env::var_os("OAKC_REFERENCE_PYTHON") {
        return Some(python.into());
    }
    let wanted = fs::read_to_string(folder().join("requirements.txt")).unwrap();
    let python = environment("reference-venv", &wanted);
    if python.is_none() {
        missing("the real library (python3, and pip with a network)");
    }
    python
}

/// Like [`python`], with an earlier release of the library in its own environment.
pub fn earlier_python(version: &str) -> Option<PathBuf> {
    if is_left_out() {
        return None;
    }
    let wanted = format!("depthai=={version}\nnumpy\n");
    let python = environment(&format!("reference-venv-{version}"), &wanted);
    if python.is_none() {
        missing(&format!(
            "depthai {version} (python3, and pip with a network)"
        ));
    }
    python
}

/// Like [`python`], with `depthai_sdk` as pip takes it for `requirement`.
pub fn sdk_python(requirement: &str) -> Option<PathBuf> {
    if is_left_out() {
        return None;
    }
    let wanted = format!("depthai==2.33.0.0\n{requirement}\n");
    let python = environment("reference-venv-sdk", &wanted);
    if python.is_none() {
        missing("depthai_sdk (python3, and pip with a network)");
    }
    python
}

/// A Python with OpenCV, NumPy and what runs models, in an environment of its own.
pub fn vision_python() -> Option<PathBuf> {
    if is_left_out() {
        return None;
    }
    let wanted = "numpy\nopencv-python-headless\nonnx\nonnxruntime\n";
    let python = environment("reference-venv-vision", wanted);
    if python.is_none() {
        missing("OpenCV and onnxruntime (python3, and pip with a network)");
    }
    python
}

/// A Python with OpenVINO, and what writes ONNX, in an environment of its own.
pub fn openvino_python() -> Option<PathBuf> {
    if is_left_out() {
        return None;
    }
    let python = environment("reference-venv-openvino", "numpy\nonnx\nopenvino\n");
    if python.is_none() {
        missing("OpenVINO (python3, and pip with a network)");
    }
    python
}

/// A Python with `bsdiff4`, in an environment of its own.
pub fn bsdiff_python() -> Option<PathBuf> {
    if is_left_out() {
        return None;
    }
    let python = environment("reference-venv-bsdiff4", "bsdiff4==1.3.2\n");
    if python.is_none() {
        missing("bsdiff4 (python3, and pip with a network)");
    }
    python
}

/// Whether the user wants no comparison with the real library.
fn is_left_out() -> bool {
    let left_out = std::env::var_os("OAKC_SKIP_REFERENCE").is_some();
    if left_out {
        missing("the real library, which OAKC_SKIP_REFERENCE leaves out");
    }
    left_out
}

/// The Python of a virtual environment in `target/`, which is created on first use; `None` if that
/// fails.
fn environment(name: &str, requirements: &str) -> Option<PathBuf> {
    fs::create_dir_all(target()).unwrap();
    let lock = File::create(target().join(format!("{name}.lock"))).unwrap();
    lock.lock().unwrap();
    let home = target().join(name);
    let python = home.join("bin").join("python");
    let finished = home.join("finished");
    if fs::read_to_string(&finished).ok().as_deref() != Some(requirements) {
        let list = target().join(format!("{name}.txt"));
        fs::write(&list, requirements).unwrap();
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&home))?;
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet"]);
        pip.args(["--disable-pip-version-check", "-r"]);
        run(pip.arg(list))?;
        fs::write(finished, requirements).unwrap();
    }
    Some(python)
}

/// The shared object of the library, which holds the firmware.
pub fn shared_object(python: &Path) -> PathBuf {
    let program = "import importlib.util as u; print(u.find_spec('depthai').origin)";
    let output = Command::new(python).args(["-c", program]).output().unwrap();
    let origin = PathBuf::from(String::from_utf8(output.stdout).unwrap().trim());
    let folder = origin.parent().unwrap();
    let files = [folder, folder.parent().unwrap()].map(|path| fs::read_dir(path).unwrap());
    let mut paths = files
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path());
    let is_library = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("depthai") && path.extension().is_some_and(|end| end == "so")
    };
    paths
        .find(is_library)
        .expect("the shared object of depthai")
}

fn run(command: &mut Command) -> Option<()> {
    command.status().ok()?.success().then_some(())
}

/// The lines that one of the generators in the folder prints, as JSON.
pub fn generate(python: &Path, script: &str, arguments: &[&str]) -> Vec<Value> {
    let mut command = Command::new(python);
    command.arg("-B").arg(folder().join(script));
    command.arg("--catalog").arg(folder().join("catalog.json"));
    let output = command.args(arguments).stderr(Stdio::inherit()).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{script} failed");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The running library.
#[derive(Debug)]
pub struct Reference {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Reference {
    /// Starts the server.
    pub fn start(python: &Path) -> Self {
        Self::start_of(python, "2.33.0.0")
    }

    /// Starts the server with a release of the library.
    pub fn start_of(python: &Path, version: &str) -> Self {
        let mut command = Command::new(python);
        command.arg("-B").arg(folder().join("reference.py"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.stderr(Stdio::null()).spawn().unwrap();
        let requests = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        let mut reference = Self {
            process,
            requests,
            answers,
        };
        let hello = reference.answer();
        assert_eq!(hello["ok"]["depthai"], version);
        reference
    }

    /// Builds the package of a description. `firmware` is `fake`, `real` or the path of an image.
    ///
    /// # Errors
    /// What the library says when it refuses.
    pub fn build(&mut self, description: &Value, firmware: &str) -> Result<Vec<u8>, String> {
        self.request(description, &json!({ "firmware": firmware }))
    }

    /// Like [`Reference::build`], with additional keys in the request.
    ///
    /// # Errors
    /// What the library says when it refuses.
    pub fn request(&mut self, description: &Value, more: &Value) -> Result<Vec<u8>, String> {
        self.ask(description, more).map(|(package, _)| package)
    }

    /// Builds a package that the library has to accept, and adds the output of its `serializeToJson`.
    pub fn build_and_dump(&mut self, description: &Value) -> (Vec<u8>, Value) {
        self.try_build_and_dump(description)
            .unwrap_or_else(|text| panic!("the library refuses {description}: {text}"))
    }

    /// Like [`Reference::build_and_dump`], if the library may refuse.
    ///
    /// # Errors
    /// What the library says when it refuses.
    pub fn try_build_and_dump(&mut self, description: &Value) -> Result<(Vec<u8>, Value), String> {
        let (package, answer) = self.ask(description, &json!({ "json": true }))?;
        Ok((package, answer["dump"].clone()))
    }

    /// The package and the complete answer.
    fn ask(&mut self, description: &Value, more: &Value) -> Result<(Vec<u8>, Value), String> {
        let output = tempfile::NamedTempFile::new().unwrap();
        let mut request = description.clone();
        request["output"] = json!(output.path());
        for (key, value) in more.as_object().unwrap() {
            request[key] = value.clone();
        }
        writeln!(self.requests, "{request}").unwrap();
        let answer = self.answer();
        if let Some(error) = answer.get("error") {
            return Err(error["text"].as_str().unwrap_or_default().to_owned());
        }
        Ok((fs::read(output.path()).unwrap(), answer["ok"].clone()))
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line).unwrap();
        assert!(read > 0, "reference.py ended without an answer");
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
