//! Recordings of what outputs send: messages in, a folder with a file of lines and a file of bytes for each output out,
//! as `oakc test` and sources read them.
//!
//! The folder appears whole, at the end. A disk that is too slow loses messages, and that is told.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use oakc_desk::{Message, PortName, Time, recording};
use oakc_scratch::ScratchDirectory;
use serde_json::{Value, json};

/// Messages that wait to be written.
const WAITING: usize = 128;

/// The most bytes of a recording.
const MOST: u64 = 16 << 30;

/// Why there is no recording.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Something of this name is there.
    #[error("`{0}` is there already")]
    Exists(PathBuf),
    /// It cannot be written.
    #[error("`{path}` cannot be written: {source}", path = path.display())]
    Write {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A recording that goes on.
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    folder: ScratchDirectory,
    messages: SyncSender<(PortName, Time, Message)>,
    writer: JoinHandle<io::Result<Written>>,
    lost: u64,
}

/// What was written.
#[derive(Debug, Default)]
struct Written {
    messages: u64,
    is_full: bool,
}

/// What became of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Messages that are in it.
    pub messages: u64,
    /// Messages that are not, because the disk was too slow.
    pub lost: u64,
    /// Whether it ended early, as it was too large.
    pub is_full: bool,
}

impl Recorder {
    /// Begins a recording in a folder that is not there yet.
    ///
    /// # Errors
    /// Where it is there, or cannot be made.
    pub fn begin(path: &Path) -> Result<Self, RecordError> {
        if path.symlink_metadata().is_ok() {
            return Err(RecordError::Exists(path.to_owned()));
        }
        let failed = |source| RecordError::Write {
            path: path.to_owned(),
            source,
        };
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        std::fs::create_dir_all(parent).map_err(failed)?;
        let folder = ScratchDirectory::create(parent, 0o777).map_err(failed)?;
        let (messages, waiting) = sync_channel(WAITING);
        let place = folder.path().to_owned();
        let writer = std::thread::Builder::new()
            .name("recording".to_owned())
            .spawn(move || write(&place, &waiting));
        Ok(Self {
            path: path.to_owned(),
            folder,
            messages,
            writer: writer.map_err(failed)?,
            lost: 0,
        })
    }

    /// Records what an output sent at this time.
    pub fn add(&mut self, output: &PortName, at: Time, message: &Message) {
        let sent = (output.clone(), at, message.clone());
        match self.messages.try_send(sent) {
            // Whoever finishes finds out why nobody takes them any more.
            Ok(()) | Err(TrySendError::Disconnected(_)) => {}
            Err(TrySendError::Full(_)) => self.lost += 1,
        }
    }

    /// Ends the recording and gives the folder its name.
    ///
    /// # Errors
    /// Where something could not be written; there is no folder then.
    pub fn finish(self) -> Result<Recording, RecordError> {
        let Self {
            path,
            folder,
            messages,
            writer,
            lost,
        } = self;
        drop(messages);
        let failed = |source| RecordError::Write {
            path: path.clone(),
            source,
        };
        let written = writer
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("it was given up")));
        let written = written.map_err(failed)?;
        folder.publish(&path).map_err(failed)?;
        Ok(Recording {
            messages: written.messages,
            lost,
            is_full: written.is_full,
        })
    }
}

/// The files of an output.
struct Files {
    lines: BufWriter<File>,
    bytes: BufWriter<File>,
    /// The name of the second one, and how long it is.
    name: String,
    size: u64,
}

fn write(folder: &Path, messages: &Receiver<(PortName, Time, Message)>) -> io::Result<Written> {
    let mut all: BTreeMap<PortName, Files> = BTreeMap::new();
    let mut written = Written::default();
    let mut size = 0;
    for (output, at, message) in messages {
        if size > MOST {
            written.is_full = true;
            continue;
        }
        let files = match all.entry(output) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                let files = Files::of(folder, new.key())?;
                new.insert(files)
            }
        };
        size += files.add(at, &message)?;
        written.messages += 1;
    }
    for files in all.into_values() {
        files
            .lines
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        files
            .bytes
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
    }
    Ok(written)
}

impl Files {
    fn of(folder: &Path, output: &PortName) -> io::Result<Self> {
        let PortName { node, group, port } = output;
        // The outputs of a script are all in one map.
        let name = match group.as_str() {
            "" | "io" => format!("{node}.{port}"),
            group => format!("{node}.{group}.{port}"),
        };
        let stem: String = name.chars().map(plain).collect();
        let name = format!("{stem}.bin");
        Ok(Self {
            lines: BufWriter::new(File::create_new(folder.join(format!("{stem}.jsonl")))?),
            bytes: BufWriter::new(File::create_new(folder.join(&name))?),
            name,
            size: 0,
        })
    }

    fn add(&mut self, at: Time, message: &Message) -> io::Result<u64> {
        let Self {
            lines,
            bytes,
            name,
            size,
        } = self;
        let before = *size;
        let mut place = |data: &[u8]| {
            let place = json!({"file": name, "offset": *size, "size": data.len()});
            bytes.write_all(data)?;
            *size += data.len() as u64;
            Ok(place)
        };
        let line = recording::line(at, &message.content, &mut place)?;
        serde_json::to_writer(&mut *lines, &Value::Object(line))?;
        lines.write_all(b"\n")?;
        Ok(*size - before + 100)
    }
}

/// Names of nodes and ports are names of files, whatever is in them.
fn plain(c: char) -> char {
    if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') {
        c
    } else {
        '_'
    }
}
