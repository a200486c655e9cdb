//! Which files a configuration may name: those below the root of its repository, and those below folders
//! that the user allows. The path of a configuration in, the boundary around its files out.
//!
//! A repository may come from anybody, and so may the paths in it. Nothing in a repository can therefore move
//! this boundary: only the command line and the user's own settings do. Links are resolved before deciding.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oakc_core::workshop::Workshop;
use oakc_core::world::ReadError;

use crate::{FileError, UserSettings, plain};

/// What git keeps at the root of a repository. No application needs what is in there, and some of it is secret.
const GIT: &str = ".git";

/// What configurations may have besides the files of their repository: those of folders outside of it, and models that are
/// made.
#[derive(Clone, Debug, Default)]
pub struct AllowedFolders {
    folders: Vec<PathBuf>,
    settings: Option<UserSettings>,
    advice: Option<String>,
    workshop: Option<Arc<dyn Workshop>>,
}

impl AllowedFolders {
    /// These folders, and those of the user's settings.
    ///
    /// # Errors
    /// Where one of `folders` is not a directory.
    pub fn new(folders: &[PathBuf], settings: Option<UserSettings>) -> Result<Self, FileError> {
        let resolved = folders.iter().map(|folder| directory(folder));
        Ok(Self {
            folders: resolved.collect::<Result<_, _>>()?,
            settings,
            advice: None,
            workshop: None,
        })
    }

    /// What to tell whoever needs another folder.
    #[must_use]
    pub fn advising(mut self, advice: &str) -> Self {
        self.advice = Some(advice.to_owned());
        self
    }

    /// Who makes models.
    #[must_use]
    pub fn making(mut self, workshop: Arc<dyn Workshop>) -> Self {
        self.workshop = Some(workshop);
        self
    }

    /// Who makes models, if anybody does.
    pub(crate) fn workshop(&self) -> Option<Arc<dyn Workshop>> {
        self.workshop.clone()
    }

    /// Those that count for the repository with this root. Settings that lie in it are not the user's own.
    fn within(&self, root: &Path) -> Vec<PathBuf> {
        let settings = self.settings.as_ref();
        let settings = settings.filter(|settings| !settings.path().starts_with(root));
        let folders = settings.map_or(&[][..], UserSettings::allowed_folders);
        // What is not there, such as a share that is not mounted, allows nothing.
        let folders = folders
            .iter()
            .filter_map(|folder| folder.canonicalize().ok());
        self.folders.iter().cloned().chain(folders).collect()
    }
}

fn directory(path: &Path) -> Result<PathBuf, FileError> {
    let fail = |error: io::Error| FileError::new("read", path, read_error(&error));
    let resolved = path.canonicalize().map_err(fail)?;
    if !resolved.is_dir() {
        return Err(FileError::new("read", path, "it is not a directory"));
    }
    Ok(resolved)
}

/// The boundary around the files of one configuration.
#[derive(Clone, Debug)]
pub(crate) struct Boundary {
    /// All links resolved.
    root: PathBuf,
    allowed: Vec<PathBuf>,
    advice: Option<String>,
}

impl Boundary {
    /// The boundary for configurations in `directory`.
    pub(crate) fn around(directory: &Path, allowed: &AllowedFolders) -> io::Result<Self> {
        let directory = directory.canonicalize()?;
        let is_root = |folder: &&Path| folder.join(GIT).symlink_metadata().is_ok();
        let root = directory.ancestors().find(is_root).unwrap_or(&directory);
        Ok(Self {
            root: root.to_owned(),
            allowed: allowed.within(root),
            advice: allowed.advice.clone(),
        })
    }

    /// The file that a path leads to, all links resolved.
    pub(crate) fn resolve(&self, path: &Path) -> Result<PathBuf, ReadError> {
        match path.canonicalize() {
            Ok(resolved) if self.contains(&resolved) => Ok(resolved),
            Ok(_) => Err(self.refusal()),
            // Whether a file outside exists is nobody's business, either.
            Err(_) if !self.contains(&nearest_folder(path)) => Err(self.refusal()),
            Err(error) => Err(read_error(&error)),
        }
    }

    /// How many folders above this one the files of this name are that lie on the way from the root to it,
    /// the outermost first.
    pub(crate) fn levels_above(&self, folder: &Path, name: &str) -> Vec<usize> {
        let Ok(folder) = folder.canonicalize() else {
            return Vec::new();
        };
        let folders = folder.ancestors().enumerate();
        let folders = folders.take_while(|(_, folder)| folder.starts_with(&self.root));
        let has = |folder: &Path| folder.join(name).symlink_metadata().is_ok();
        let found = folders.filter(|(_, folder)| has(folder));
        let mut found: Vec<_> = found.map(|(above, _)| above).collect();
        found.reverse();
        found
    }

    fn contains(&self, resolved: &Path) -> bool {
        if self
            .allowed
            .iter()
            .any(|folder| resolved.starts_with(folder))
        {
            return true;
        }
        let inside = resolved.strip_prefix(&self.root);
        inside.is_ok_and(|inside| !inside.components().any(|part| part.as_os_str() == GIT))
    }

    fn refusal(&self) -> ReadError {
        ReadError::Outside {
            root: plain(&self.root).display().to_string(),
            advice: self.advice.clone(),
        }
    }
}

/// The innermost folder on the way to a path that exists, all links resolved.
fn nearest_folder(path: &Path) -> PathBuf {
    let mut folders = path.ancestors().skip(1);
    let existing = folders.find_map(|folder| {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        folder.canonicalize().ok()
    });
    existing.unwrap_or_default()
}

/// Opens a regular file, and nothing else: to open a pipe may wait forever, and to open a device may do
/// something to it.
pub(crate) fn open_regular(path: &Path) -> Result<fs::File, ReadError> {
    let metadata = path.metadata().map_err(|error| read_error(&error))?;
    check_regular(&metadata)?;
    let mut options = fs::OpenOptions::new();
    options.read(true);
    // Something else may have taken its place meanwhile.
    #[cfg(target_os = "linux")]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        rustix::fs::OFlags::NONBLOCK.bits().cast_signed(),
    );
    let file = options.open(path).map_err(|error| read_error(&error))?;
    check_regular(&file.metadata().map_err(|error| read_error(&error))?)?;
    Ok(file)
}

fn check_regular(metadata: &fs::Metadata) -> Result<(), ReadError> {
    if metadata.is_dir() {
        return Err(ReadError::IsDirectory);
    }
    if !metadata.is_file() {
        return Err(ReadError::NotRegular);
    }
    Ok(())
}

pub(crate) fn read_error(error: &io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound => ReadError::NotFound,
        io::ErrorKind::IsADirectory => ReadError::IsDirectory,
        _ => ReadError::Refused(error.to_string()),
    }
}
