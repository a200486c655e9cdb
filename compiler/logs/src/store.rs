//! `--save DIR`: records in, a file of JSON Lines for each camera out.
//!
//! A record is one line, written in one piece, so that whatever ends oakc leaves whole lines. A file that is
//! full becomes `CAMERA.1.jsonl`, the one before it `CAMERA.2.jsonl`; the oldest is deleted. Never: more than
//! [`Space::bytes`] for a camera and files for [`MOST_CAMERAS`] cameras.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use oakc_diag::render::printable;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::record::Record;

/// The most cameras that get a file of their own; those beyond share one.
const MOST_CAMERAS: usize = 256;
/// The name of the file that they share.
const OTHERS: &str = "other cameras";
/// How many files the space of a camera is divided into.
const FILES: u64 = 8;
/// The longest name of a camera that becomes the name of a file, in bytes after encoding.
const LONGEST_NAME: usize = 120;
/// Whoever saves holds a lock on this file.
const LOCK: &str = ".lock";
/// What is encoded in file names: all but ASCII letters, digits and `_-.`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.');

/// Why nothing can be saved.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The directory cannot be used.
    #[error("cannot save logs in {path}: {error}", path = path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Another process saves there.
    #[error("another `oakc logs` saves in {}", .0.display())]
    InUse(PathBuf),
}

/// How much is kept of each camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// The size of all files of a camera, in bytes.
    pub bytes: u64,
}

/// 64 MiB: some 300,000 messages.
impl Default for Space {
    fn default() -> Self {
        Self { bytes: 64 << 20 }
    }
}

/// Where records are saved.
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
    space: Space,
    files: BTreeMap<String, Open>,
    /// Held until the process ends, however that comes about.
    _lock: File,
    unsaved: u64,
}

/// A file that is added to.
#[derive(Debug)]
struct Open {
    file: File,
    size: u64,
}

impl Store {
    /// Saves in this directory, which is made if it is not there. What it holds already stays.
    ///
    /// # Errors
    /// Where the directory cannot be used, or another process uses it.
    pub fn open(directory: &Path, space: Space) -> Result<Self, StoreError> {
        let failed = |error| StoreError::Directory {
            path: directory.to_owned(),
            error,
        };
        fs::create_dir_all(directory).map_err(failed)?;
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(false);
        let lock = options.open(directory.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::InUse(directory.to_owned()));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        Ok(Self {
            directory: directory.to_owned(),
            space,
            files: BTreeMap::new(),
            _lock: lock,
            unsaved: 0,
        })
    }

    /// Adds a record to the file of its camera.
    ///
    /// # Errors
    /// Where it cannot be written. The next one may be.
    pub fn add(&mut self, record: &Record) -> io::Result<()> {
        let line = format!("{}\n", printable::json(&record.json().to_string()));
        let added = self.add_line(&record.camera, &line);
        if added.is_err() {
            self.unsaved = self.unsaved.saturating_add(1);
        }
        added
    }

    /// How many records could not be saved.
    pub fn unsaved(&self) -> u64 {
        self.unsaved
    }

    fn add_line(&mut self, camera: &str, line: &str) -> io::Result<()> {
        let name = self.name(camera);
        let largest = self.space.bytes / FILES;
        let size = line.len() as u64;
        let is_full = |open: &Open| open.size > 0 && open.size.saturating_add(size) > largest;
        if self.open_file(&name).map(|open| is_full(open))? {
            self.files.remove(&name);
            self.rotate(&name)?;
        }
        let open = self.open_file(&name)?;
        if let Err(error) = open.file.write_all(line.as_bytes()) {
            // A part of the line may be there, which opening the file again brings to an end.
            self.files.remove(&name);
            return Err(error);
        }
        open.size = open.size.saturating_add(size);
        Ok(())
    }

    /// The name of the file of a camera, without its ending.
    fn name(&self, camera: &str) -> String {
        let name = file_name(camera);
        if self.files.contains_key(&name) || self.files.len() < MOST_CAMERAS {
            name
        } else {
            file_name(OTHERS)
        }
    }

    fn open_file(&mut self, name: &str) -> io::Result<&mut Open> {
        if !self.files.contains_key(name) {
            let open = Open::new(&self.path(name, 0))?;
            self.files.insert(name.to_owned(), open);
        }
        self.files
            .get_mut(name)
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Makes room for a new file.
    fn rotate(&self, name: &str) -> io::Result<()> {
        for number in (0..FILES.saturating_sub(1)).rev() {
            let from = self.path(name, number);
            match fs::rename(&from, self.path(name, number.saturating_add(1))) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn path(&self, name: &str, number: u64) -> PathBuf {
        match number {
            0 => self.directory.join(format!("{name}.jsonl")),
            number => self.directory.join(format!("{name}.{number}.jsonl")),
        }
    }
}

impl Open {
    fn new(path: &Path) -> io::Result<Self> {
        // Opening a pipe would wait for a reader.
        if path.symlink_metadata().is_ok_and(|it| !it.is_file()) {
            return Err(io::Error::other(format!(
                "{} is not a regular file",
                path.display()
            )));
        }
        let mut options = OpenOptions::new();
        let mut file = options.append(true).read(true).create(true).open(path)?;
        let size = file.metadata()?.len();
        if size > 0 && last_byte(&mut file)? != b'\n' {
            // The disk was full, or the power was cut.
            file.write_all(b"\n")?;
        }
        Ok(Self { file, size })
    }
}

fn last_byte(file: &mut File) -> io::Result<u8> {
    let mut byte = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut byte)?;
    let [byte] = byte;
    Ok(byte)
}

/// A name that stays in its directory, whatever a camera calls itself. Very long ones are cut.
fn file_name(camera: &str) -> String {
    let encoded = utf8_percent_encode(camera, ENCODED).to_string();
    let name = match encoded.strip_prefix('.') {
        Some(rest) => format!("%2E{rest}"),
        None => encoded,
    };
    if name.len() <= LONGEST_NAME && !name.is_empty() {
        return name;
    }
    let mut end = LONGEST_NAME.min(name.len());
    while !name.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    format!("{}~", name.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::record::Kind;

    fn record(camera: &str, text: &str) -> Record {
        let mut record = Record::new(Timestamp::UNIX_EPOCH, camera, Kind::Log);
        record.text = text.to_owned();
        record
    }

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name != LOCK).collect();
        names.sort();
        names
    }

    #[test]
    fn files_are_bounded_and_the_oldest_goes_first() {
        let directory = tempfile::tempdir().unwrap();
        let space = Space { bytes: 8_000 };
        let mut store = Store::open(directory.path(), space).unwrap();
        for number in 0..1_000 {
            store.add(&record("door", &number.to_string())).unwrap();
        }
        let names = names(directory.path());
        assert_eq!(names.len(), 8, "{names:?}");
        let text = |name: &str| fs::read_to_string(directory.path().join(name)).unwrap();
        let sizes: usize = names.iter().map(|name| text(name).len()).sum();
        assert!(sizes <= 8_000, "{sizes}");
        let last = text("door.jsonl")
            .lines()
            .last()
            .and_then(Record::of_json)
            .unwrap();
        assert_eq!(last.text, "999");
        let all: String = (0..8)
            .rev()
            .map(|number| match number {
                0 => text("door.jsonl"),
                number => text(&format!("door.{number}.jsonl")),
            })
            .collect();
        let numbers: Vec<u64> = all
            .lines()
            .map(|line| Record::of_json(line).unwrap().text.parse().unwrap())
            .collect();
        assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    }

    #[test]
    fn what_is_there_stays_and_a_broken_line_spoils_no_other() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("door.jsonl"), "{\"time\": \"20").unwrap();
        let mut store = Store::open(directory.path(), Space::default()).unwrap();
        store.add(&record("door", "a")).unwrap();
        let text = fs::read_to_string(directory.path().join("door.jsonl")).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "{\"time\": \"20");
        assert_eq!(Record::of_json(lines[1]).unwrap().text, "a");
    }

    #[test]
    fn a_directory_is_for_one_process() {
        let directory = tempfile::tempdir().unwrap();
        let first = Store::open(directory.path(), Space::default()).unwrap();
        let second = Store::open(directory.path(), Space::default());
        assert!(matches!(second, Err(StoreError::InUse(_))));
        drop(first);
        assert!(Store::open(directory.path(), Space::default()).is_ok());
    }

    #[test]
    fn no_name_of_a_camera_leads_out_of_the_directory() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(&directory.path().join("logs"), Space::default()).unwrap();
        let long = "ä".repeat(255);
        let hostile = [
            "../door",
            "/etc/x",
            "..",
            ".lock",
            "",
            "a\0b",
            "CON:",
            long.as_str(),
        ];
        for name in hostile {
            store.add(&record(name, "x")).unwrap();
        }
        assert_eq!(names(directory.path()), ["logs"]);
        assert_eq!(names(&directory.path().join("logs")).len(), hostile.len());
    }

    #[test]
    fn names_that_are_made_up_make_few_files() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(directory.path(), Space::default()).unwrap();
        for number in 0..400 {
            store.add(&record(&number.to_string(), "x")).unwrap();
        }
        assert!(names(directory.path()).len() <= MOST_CAMERAS + 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_reported_and_counted() {
        let directory = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/full", directory.path().join("door.jsonl")).unwrap();
        let mut store = Store::open(directory.path(), Space::default()).unwrap();
        assert!(store.add(&record("door", "x")).is_err());
        assert!(store.add(&record("gate", "x")).is_ok());
        assert_eq!(store.unsaved(), 1);
    }
}
