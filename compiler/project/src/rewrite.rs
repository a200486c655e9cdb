//! Rewriting a file of the user: its path and new content in, the same file with that content out. Its mode,
//! its owner and its links stay.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::{FileError, Output};

/// Rewrites a file that is there. It is replaced as a whole where that leaves it what it was; where it has
/// several names, or an owner that a new file cannot be given, it is written over instead.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn rewrite(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let fail = |error: io::Error| FileError::new("write", path, error);
    let target = path.canonicalize().map_err(fail)?;
    let metadata = fs::metadata(&target).map_err(fail)?;
    if !has_several_names(&metadata)
        && let Ok(mut output) = Output::of(&target, bytes)
        && make_alike(output.file(), &metadata).is_ok()
    {
        return output.rename();
    }
    write_over(&target, bytes).map_err(fail)
}

fn write_over(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

#[cfg(unix)]
fn has_several_names(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.nlink() > 1
}

#[cfg(not(unix))]
fn has_several_names(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn make_alike(file: &File, metadata: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (metadata.uid(), metadata.gid()) {
        fchown(file, Some(metadata.uid()), Some(metadata.gid()))?;
    }
    file.set_permissions(metadata.permissions())
}

#[cfg(not(unix))]
fn make_alike(file: &File, metadata: &Metadata) -> io::Result<()> {
    file.set_permissions(metadata.permissions())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};

    use super::*;

    #[test]
    fn mode_and_owner_stay() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("app.toml");
        fs::write(&path, "old text").unwrap();
        for mode in [0o600, 0o664, 0o755] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            // Only root may give files away; for anybody else the owner stays as it is anyway.
            let _ = chown(&path, Some(1234), Some(1234));
            let before = fs::metadata(&path).unwrap();
            rewrite(&path, b"new").unwrap();
            let after = fs::metadata(&path).unwrap();
            assert_eq!(after.mode(), before.mode());
            assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
            assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        }
    }

    #[test]
    fn a_symbolic_link_stays_one_and_the_file_that_it_leads_to_changes() {
        let directory = tempfile::tempdir().unwrap();
        let (file, link) = (directory.path().join("file"), directory.path().join("link"));
        fs::write(&file, "old").unwrap();
        symlink("file", &link).unwrap();
        rewrite(&link, b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
    }

    #[test]
    fn all_names_of_a_file_show_the_new_text() {
        let directory = tempfile::tempdir().unwrap();
        let (one, other) = (directory.path().join("one"), directory.path().join("other"));
        fs::write(&one, "a longer text").unwrap();
        fs::hard_link(&one, &other).unwrap();
        rewrite(&one, b"new").unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "new");
        assert_eq!(fs::metadata(&one).unwrap().nlink(), 2);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
    }
}
