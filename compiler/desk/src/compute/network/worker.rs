//! The process that runs stand-ins of models: one for a camera, in the user's Python.
//!
//! It ends with this, and with oakc. All inputs of an inference go to it in one frame, and all outputs come back in one.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::process::Command;
use std::time::Duration;

use oakc_runtime_schema::messages::TensorDataType;
use oakc_subprocess::{Companion, LIFELINE};
use oakc_vision::tensor::{Tensor, values};
use serde_json::{Value as Json, json};

use crate::standin::{Format, StandIn};

#[cfg(unix)]
type Line = std::os::unix::net::UnixStream;
#[cfg(not(unix))]
type Line = io::Empty;

/// Nothing is imported from the folder where oakc runs: a `copy.py` there is not Python's.
const ALONE: &str = "import sys\nsys.path[:] = [path for path in sys.path if path]\n";
/// How long it may take to load a model, or for an inference.
const PATIENCE: Duration = Duration::from_mins(2);
/// The longest frame that is read, in bytes.
const LONGEST: usize = 1 << 30;

/// What an input of a model is fed.
#[derive(Debug)]
pub(super) struct Fed<'a> {
    pub(super) name: &'a str,
    pub(super) dims: &'a [usize],
    pub(super) bytes: &'a [u8],
    /// Whether the numbers are half-precision floats.
    pub(super) is_half: bool,
}

/// The process; it starts with the first model.
#[derive(Debug, Default)]
pub(crate) struct Worker {
    process: Option<Process>,
}

#[derive(Debug)]
struct Process {
    companion: Companion,
    line: Line,
    loaded: BTreeSet<String>,
}

impl Worker {
    /// The tensors that a model makes of what it is fed, and the names of those with whole numbers.
    pub(super) fn infer(
        &mut self,
        model: &StandIn,
        fed: &[Fed<'_>],
    ) -> Result<(Vec<Tensor>, BTreeSet<String>), String> {
        let process = self.loaded(model)?;
        let inputs: Vec<_> = fed
            .iter()
            .map(|it| {
                json!({
                    "name": it.name, "dims": it.dims, "type": if it.is_half { "FP16" } else { "U8" },
                    "mean": model.mean, "scale": model.scale, "reverse": model.reverse_channels,
                })
            })
            .collect();
        let request = json!({ "do": "infer", "model": model.name, "inputs": inputs });
        let parts: Vec<_> = fed.iter().map(|it| it.bytes).collect();
        let answer = process.ask(request, &parts);
        let (said, parts) = self.survives(answer)?;
        let outputs = said.get("outputs").and_then(Json::as_array);
        let outputs = outputs.into_iter().flatten();
        let is_whole = |said: &&Json| said.get("whole").and_then(Json::as_bool) == Some(true);
        let whole = outputs.clone().filter(is_whole).map(name_of).collect();
        let tensors = outputs.zip(parts);
        let tensors = tensors.map(|(said, bytes)| tensor(said, &bytes));
        Ok((tensors.collect(), whole))
    }

    /// Loads a model, if it is not yet.
    ///
    /// # Errors
    /// Why it cannot be run, in a sentence.
    pub(crate) fn load(&mut self, model: &StandIn) -> Result<(), String> {
        self.loaded(model).map(|_| ())
    }

    fn loaded(&mut self, model: &StandIn) -> Result<&mut Process, String> {
        if self.process.is_none() {
            let process = Process::start().map_err(|error| format!("python3: {error}"))?;
            self.process = Some(process);
        }
        let is_new = self
            .process
            .as_ref()
            .is_some_and(|it| !it.loaded.contains(&model.name));
        if let Some(process) = self.process.as_mut().filter(|_| is_new) {
            let format = match model.format {
                Format::Onnx => "onnx",
                Format::Ir => "ir",
            };
            let request = json!({
                "do": "load", "model": model.name, "format": format,
                "reshape": model.reshape, "outputs": model.outputs,
            });
            let answer = process.ask(request, &[&model.model, &model.weights]);
            self.survives(answer)?;
        }
        let process = self.process.as_mut().ok_or("the process is gone")?;
        process.loaded.insert(model.name.clone());
        Ok(process)
    }

    /// An answer; a process that cannot give one has ended.
    fn survives<T>(&mut self, answer: io::Result<Result<T, String>>) -> Result<T, String> {
        answer.unwrap_or_else(|error| {
            let process = self.process.take();
            if matches!(
                error.kind(),
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock
            ) {
                let minutes = PATIENCE.as_secs() / 60;
                return Err(format!("it gave no answer within {minutes} minutes"));
            }
            let said = process.and_then(|process| process.companion.last_words());
            Err(said.unwrap_or_else(|| error.to_string()))
        })
    }
}

type Answer = (Json, Vec<Vec<u8>>);

impl Process {
    #[cfg(unix)]
    fn start() -> io::Result<Self> {
        let (line, theirs) = Line::pair()?;
        let python = std::env::var_os("OAKC_PYTHON").unwrap_or_else(|| "python3".into());
        let mut command = Command::new(python);
        let program = format!("{ALONE}{LIFELINE}\n{}", include_str!("worker.py"));
        command.args(["-B", "-X", "utf8", "-c", &program]);
        let companion = Companion::start(&mut command, std::os::fd::OwnedFd::from(theirs))?;
        // The other end must be the process's alone, or its end is never seen.
        drop(command);
        line.set_read_timeout(Some(PATIENCE))?;
        line.set_write_timeout(Some(PATIENCE))?;
        Ok(Self {
            companion,
            line,
            loaded: BTreeSet::new(),
        })
    }

    #[cfg(not(unix))]
    fn start() -> io::Result<Self> {
        Err(io::Error::other("models run on Linux and macOS only"))
    }

    fn ask(&mut self, mut request: Json, parts: &[&[u8]]) -> io::Result<Result<Answer, String>> {
        let lengths: Vec<_> = parts.iter().map(|part| part.len()).collect();
        if let Some(request) = request.as_object_mut() {
            request.insert("parts".to_owned(), lengths.into());
        }
        let header = request.to_string();
        let length = u32::try_from(header.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        self.line.write_all(&length.to_le_bytes())?;
        self.line.write_all(header.as_bytes())?;
        for part in parts {
            self.line.write_all(part)?;
        }
        let mut length = [0; 4];
        self.line.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
        let header = self.read(length)?;
        let said: Json = serde_json::from_slice(&header)?;
        if let Some(error) = said.get("error").and_then(Json::as_str) {
            return Ok(Err(error.to_owned()));
        }
        let lengths = said.get("parts").and_then(Json::as_array);
        let lengths = lengths.into_iter().flatten().map(|length| {
            let length = length
                .as_u64()
                .and_then(|length| usize::try_from(length).ok());
            length.unwrap_or(usize::MAX)
        });
        let parts: io::Result<Vec<_>> = lengths
            .collect::<Vec<_>>()
            .into_iter()
            .map(|length| self.read(length))
            .collect();
        Ok(Ok((said, parts?)))
    }

    fn read(&mut self, length: usize) -> io::Result<Vec<u8>> {
        if length > LONGEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut bytes = vec![0; length];
        self.line.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

fn name_of(said: &Json) -> String {
    let name = said.get("name").and_then(Json::as_str);
    name.unwrap_or_default().to_owned()
}

fn tensor(said: &Json, bytes: &[u8]) -> Tensor {
    let dims = said
        .get("dims")
        .and_then(Json::as_array)
        .into_iter()
        .flatten();
    let dims = dims.filter_map(|dim| usize::try_from(dim.as_u64()?).ok());
    Tensor {
        name: name_of(said),
        dims: dims.collect(),
        values: values(TensorDataType::FP32, bytes),
    }
}
