//! What cameras are shown: a picture, a folder or a pattern of pictures, a video or a generated pattern in, a
//! [`Scene`] out.
//!
//! Pictures, Motion JPEG and Y4M are read here; any other video is decoded by ffmpeg, in a process that ends with the scene.
//! What a file is, is seen from its bytes, not from its name. Never: a file that the caller's [`Reach`] refuses.

mod file;
mod video;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use oakc_desk::sensor::{Encoded, Ending, Mjpeg, Pattern, PatternKind, Scene, Stored, Y4m};

use file::Plain;
use video::Video;

/// Why there is nothing to show.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FootageError {
    /// A pattern that nobody knows.
    #[error("there is no pattern `{0}`; there are: bars, noise, clock")]
    Pattern(String),
    /// A pattern of file names that cannot be read.
    #[error("`{0}` is not a pattern of file names: {1}")]
    Names(String, String),
    /// Nothing fits.
    #[error("there is no picture (.jpg, .jpeg, .png) at `{0}`")]
    Nothing(String),
    /// A file cannot be read.
    #[error("`{0}` cannot be read: {1}")]
    File(String, String),
    /// A video that only ffmpeg reads.
    #[error(
        "`{0}` is neither JPEG, PNG, Motion JPEG nor Y4M, and ffmpeg, which reads other videos, is not installed"
    )]
    NoFfmpeg(String),
}

/// How files that somebody names are found.
pub trait Reach {
    /// Where something lies that is named, whether it is there or not.
    fn place(&self, named: &Path) -> PathBuf;

    /// The file that is read for what lies there.
    ///
    /// # Errors
    /// Why it must not be read, in a sentence.
    fn resolve(&self, place: &Path) -> Result<PathBuf, String>;
}

/// Names are paths from the working directory, as on a command line.
#[derive(Clone, Copy, Debug)]
pub struct Anywhere;

impl Reach for Anywhere {
    fn place(&self, named: &Path) -> PathBuf {
        named.to_owned()
    }

    fn resolve(&self, place: &Path) -> Result<PathBuf, String> {
        Ok(place.to_owned())
    }
}

/// Extensions of pictures in folders.
const PICTURES: [&str; 3] = ["jpg", "jpeg", "png"];

/// The most pictures of a folder.
const MOST: usize = 100_000;

/// Opens what `spec` describes: `pattern:bars`, a file, a folder, or a pattern of file names.
///
/// # Errors
/// Why it cannot be shown.
pub fn open(spec: &str, reach: &dyn Reach, ending: Ending) -> Result<Arc<dyn Scene>, FootageError> {
    if let Some(name) = spec.strip_prefix("pattern:") {
        let kind = PatternKind::ALL.iter().find(|(known, _)| *known == name);
        let (_, kind) = kind.ok_or_else(|| FootageError::Pattern(name.to_owned()))?;
        return Ok(Arc::new(Pattern::new(*kind)));
    }
    let place = reach.place(Path::new(spec));
    if !place.exists() && spec.contains(['*', '?', '[']) {
        return pictures(spec, fitting(spec, &place)?, reach, ending);
    }
    let path = resolved(spec, &place, reach)?;
    if path.is_dir() {
        return pictures(spec, in_folder(&path), reach, ending);
    }
    file(spec, &path, ending)
}

/// The pattern that a camera is shown where nothing else was said.
pub fn usual() -> Arc<dyn Scene> {
    Arc::new(Pattern::new(PatternKind::Bars))
}

fn resolved(spec: &str, place: &Path, reach: &dyn Reach) -> Result<PathBuf, FootageError> {
    let refused = |why| FootageError::File(spec.to_owned(), why);
    reach.resolve(place).map_err(refused)
}

fn in_folder(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

fn fitting(spec: &str, path: &Path) -> Result<Vec<PathBuf>, FootageError> {
    let no_pattern =
        |error: glob::PatternError| FootageError::Names(spec.to_owned(), error.msg.to_owned());
    let found = glob::glob(&path.to_string_lossy()).map_err(no_pattern)?;
    Ok(found.flatten().take(MOST).collect())
}

/// Pictures in the order of their names.
fn pictures(
    spec: &str,
    mut paths: Vec<PathBuf>,
    reach: &dyn Reach,
    ending: Ending,
) -> Result<Arc<dyn Scene>, FootageError> {
    paths.retain(|path| {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        PICTURES.iter().any(|known| extension == *known)
    });
    paths.sort();
    paths.truncate(MOST);
    let mut files: Vec<(String, Arc<dyn Stored>)> = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        // A link in the folder may lead anywhere.
        let path = resolved(&name, &path, reach)?;
        files.push((name.clone(), Arc::new(Plain::named(&path))));
    }
    if files.is_empty() {
        return Err(FootageError::Nothing(spec.to_owned()));
    }
    Ok(Arc::new(Encoded::new(files, ending)))
}

fn file(spec: &str, path: &Path, ending: Ending) -> Result<Arc<dyn Scene>, FootageError> {
    let broken = |why: String| FootageError::File(spec.to_owned(), why);
    let stored = Plain::open(path).map_err(|error| broken(error.to_string()))?;
    let size = usize::try_from(stored.size().min(16)).unwrap_or(0);
    let start = stored
        .read(0, size)
        .map_err(|error| broken(error.to_string()))?;
    let stored: Arc<dyn Stored> = Arc::new(stored);
    if start.starts_with(b"\x89PNG") {
        let files = vec![(spec.to_owned(), stored)];
        return Ok(Arc::new(Encoded::new(files, ending)));
    }
    if start.starts_with(&[0xff, 0xd8]) {
        return Ok(Arc::new(Mjpeg::new(stored, ending).map_err(broken)?));
    }
    if start.starts_with(b"YUV4MPEG2") {
        return Ok(Arc::new(Y4m::new(stored, ending).map_err(broken)?));
    }
    if !video::has_ffmpeg() {
        return Err(FootageError::NoFfmpeg(spec.to_owned()));
    }
    Ok(Arc::new(Video::open(path, ending).map_err(broken)?))
}

#[cfg(test)]
mod tests;
