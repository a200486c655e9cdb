//! Archives.
//!
//! In: the bytes of a tar file, compressed or not, or of a zip file. Out: [`Members`], those that can belong to a model.
//! Never: a file on disk, more unpacked bytes than the archive makes likely, or a path that leads out of it.

use std::io::{self, Cursor, Read};

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;
use zip::ZipArchive;
use zip::result::ZipError;

/// Members beyond which an archive holds no model but something else.
const MOST_MEMBERS: usize = 4096;
/// How many times larger than an archive its content can be; weights hardly become smaller at all.
const LARGEST_RATIO: u64 = 64;
const ALWAYS_ALLOWED: u64 = 16 << 20;
/// What a description needs at most: 80 labels and 18 anchors take 4,000 bytes.
const LARGEST_TEXT: u64 = 4 << 20;

/// Why an archive cannot be unpacked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// It is not what its first bytes say, or incomplete.
    #[error("the archive is damaged: {reason}")]
    Damaged {
        /// What unpacking says.
        reason: String,
    },
    /// It unpacks to far more than its size makes likely.
    #[error("the archive unpacks to more than {limit} bytes, which no model of its size does")]
    TooLarge {
        /// The bytes that it may unpack to.
        limit: u64,
    },
    /// It has too many members.
    #[error("the archive has more than {MOST_MEMBERS} members, which no archive of a model has")]
    TooManyMembers,
    /// A path in it leads out of it.
    #[error("the path `{path}` in the archive leads out of it")]
    LeadsOut {
        /// The path.
        path: String,
    },
    /// A text in it is too large.
    #[error("`{path}` in the archive is larger than {LARGEST_TEXT} bytes, as no description is")]
    LargeText {
        /// Its path.
        path: String,
    },
}

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) path: String,
    /// Empty for files that are neither models of a kind that can be read nor descriptions.
    pub(crate) bytes: Vec<u8>,
}

/// The files in an archive, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Members(pub(crate) Vec<Member>);

impl Members {
    /// The one with this path.
    pub(crate) fn at(&self, path: &str) -> Option<&Member> {
        let path = plain(path);
        self.0.iter().find(|member| member.path == path)
    }

    /// Those whose name has one of these endings.
    pub(crate) fn ending(&self, endings: &[&str]) -> impl Iterator<Item = &Member> {
        self.0
            .iter()
            .filter(move |member| endings.iter().any(|end| has_ending(&member.path, end)))
    }

    /// The files of a tar file, compressed or not.
    pub(crate) fn of_tar(bytes: &[u8]) -> Result<Self, ArchiveError> {
        let reader: Box<dyn Read + '_> = match bytes {
            [0xfd, b'7', ..] => Box::new(XzReader::new(bytes, true)),
            [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(bytes)),
            [b'B', b'Z', b'h', ..] => Box::new(MultiBzDecoder::new(bytes)),
            _ => Box::new(bytes),
        };
        let limit = limit(bytes);
        let mut archive = tar::Archive::new(Bounded {
            reader,
            left: limit,
        });
        let mut members = Collector::new(limit);
        let entries = archive.entries().map_err(|e| members.error(&e))?;
        for entry in entries {
            let mut entry = entry.map_err(|e| members.error(&e))?;
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let kind = entry.header().entry_type();
            if kind.is_dir() {
                check_path(&path)?;
            } else if kind.is_file() {
                members.add(&path, &mut entry)?;
            } else if let Ok(Some(target)) = entry.link_name() {
                check_path(&target.to_string_lossy())?;
            }
        }
        Ok(members.members)
    }

    /// The files of a zip file.
    pub(crate) fn of_zip(bytes: &[u8]) -> Result<Self, ArchiveError> {
        let limit = limit(bytes);
        let mut members = Collector::new(limit);
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged_zip(&e))?;
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).map_err(|e| damaged_zip(&e))?;
            let path = file.name().map_err(|e| damaged_zip(&e))?.into_owned();
            if file.is_dir() {
                check_path(&path)?;
            } else if file.is_file() {
                members.add(&path, &mut file)?;
            }
        }
        Ok(members.members)
    }
}

/// Bytes that an archive of this size may unpack to.
fn limit(bytes: &[u8]) -> u64 {
    (bytes.len() as u64)
        .saturating_mul(LARGEST_RATIO)
        .saturating_add(ALWAYS_ALLOWED)
}

/// Collects files, and how much they may have in common.
struct Collector {
    members: Members,
    limit: u64,
    left: u64,
}

impl Collector {
    fn new(limit: u64) -> Self {
        Self {
            members: Members::default(),
            limit,
            left: limit,
        }
    }

    fn add(&mut self, path: &str, content: &mut impl Read) -> Result<(), ArchiveError> {
        let path = check_path(path)?;
        if self.members.0.len() >= MOST_MEMBERS {
            return Err(ArchiveError::TooManyMembers);
        }
        let is_text = has_ending(&path, "json");
        let is_model = has_ending(&path, "blob") || has_ending(&path, "superblob");
        let mut bytes = Vec::new();
        if is_text || is_model {
            let most = if is_text { LARGEST_TEXT } else { u64::MAX };
            // One more than there may be shows that there are more.
            let take = most.min(self.left).saturating_add(1);
            let read = content.take(take).read_to_end(&mut bytes);
            let read = read.map_err(|e| self.error(&e))? as u64;
            if is_text && read > LARGEST_TEXT {
                return Err(ArchiveError::LargeText { path });
            }
            let left = self.left.checked_sub(read);
            let limit = self.limit;
            self.left = left.ok_or(ArchiveError::TooLarge { limit })?;
        }
        self.members.0.push(Member { path, bytes });
        Ok(())
    }

    /// What an error of unpacking means.
    fn error(&self, error: &io::Error) -> ArchiveError {
        let is_limit = |error: &io::Error| {
            let inner = error.get_ref();
            inner
                .and_then(|inner| inner.downcast_ref::<AtLimit>())
                .is_some()
        };
        let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(error) = source {
            if error.downcast_ref::<io::Error>().is_some_and(is_limit) {
                return ArchiveError::TooLarge { limit: self.limit };
            }
            source = error.source();
        }
        ArchiveError::Damaged {
            reason: error.to_string(),
        }
    }
}

/// Whether a path has this ending, in any case.
fn has_ending(path: &str, ending: &str) -> bool {
    let found = path.rsplit_once('.');
    found.is_some_and(|(_, found)| found.eq_ignore_ascii_case(ending))
}

/// The path as it is compared: without `./`, and with forward slashes.
pub(crate) fn plain(path: &str) -> String {
    let parts = path.split(['/', '\\']);
    let parts: Vec<_> = parts.filter(|part| !matches!(*part, "" | ".")).collect();
    parts.join("/")
}

/// The same for a path that does not lead out of the archive.
pub(crate) fn check_path(path: &str) -> Result<String, ArchiveError> {
    let is_absolute = path.starts_with(['/', '\\']) || path.get(1..2) == Some(":");
    if is_absolute || path.split(['/', '\\']).any(|part| part == "..") {
        return Err(ArchiveError::LeadsOut {
            path: path.to_owned(),
        });
    }
    Ok(plain(path))
}

fn damaged_zip(error: &ZipError) -> ArchiveError {
    let reason = error.to_string();
    ArchiveError::Damaged { reason }
}

/// A reader that fails once more was read than it may.
struct Bounded<R> {
    reader: R,
    left: u64,
}

/// The error of a [`Bounded`] reader.
#[derive(Debug, thiserror::Error)]
#[error("more than there may be")]
struct AtLimit;

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        let left = self.left.checked_sub(read as u64);
        self.left = left.ok_or_else(|| io::Error::other(AtLimit))?;
        Ok(read)
    }
}
