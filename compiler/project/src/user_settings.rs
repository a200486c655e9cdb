//! The user's own settings: variables of the environment in, what the user's settings file says out. No
//! repository has a say in it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use oakc_core::config::Document;
use oakc_core::syntax::{self, Language};

use crate::{FileError, Findings, Limit, read};

/// The name of the file, in oakc's folder of the user's configuration directory.
const NAME: &str = "settings.toml";

/// Every key of the file.
const KEYS: &[&str] = &[ALLOW_OUTSIDE];

const ALLOW_OUTSIDE: &str = "allow_outside";

/// What a user has settled for all repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSettings {
    path: PathBuf,
    allow_outside: Vec<PathBuf>,
}

/// What settings can be made of.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Something in it is wrong.
    #[error("the user's settings have errors")]
    Rejected(Box<Findings>),
}

impl UserSettings {
    /// Reads the settings of the user whom the environment describes; `None` if there are none.
    ///
    /// The file is `oakc/settings.toml` in the user's configuration directory: `XDG_CONFIG_HOME`, else
    /// `~/.config`; on macOS `~/Library/Application Support`; on Windows `APPDATA`.
    ///
    /// # Errors
    /// Where there is such a file, and it cannot be read or something in it is wrong.
    pub fn read(
        environment: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Option<Self>, SettingsError> {
        match path(environment).and_then(|path| path.canonicalize().ok()) {
            Some(path) => Self::read_file(path).map(Some),
            None => Ok(None),
        }
    }

    /// Where they stand, all links resolved.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Folders outside of repositories whose files any configuration may name.
    pub(crate) fn allowed_folders(&self) -> &[PathBuf] {
        &self.allow_outside
    }

    fn read_file(path: PathBuf) -> Result<Self, SettingsError> {
        let text = read(&path, Limit::CONFIGURATION)?;
        let text = String::from_utf8(text)
            .map_err(|_| FileError::new("read", &path, "it is not UTF-8 text"))?;
        let mut findings = Findings::default();
        let allow_outside = parse(&path, &text, &mut findings);
        if findings.diagnostics.has_errors() {
            return Err(SettingsError::Rejected(Box::new(findings)));
        }
        Ok(Self {
            path,
            allow_outside,
        })
    }
}

/// The folders that the file names.
fn parse(path: &Path, text: &str, findings: &mut Findings) -> Vec<PathBuf> {
    let file = findings.sources.add(path.display().to_string(), text);
    let found = &mut findings.diagnostics;
    let Some(root) = syntax::parse(file, text, Language::Toml, found) else {
        return Vec::new();
    };
    let mut document = Document::new(Language::Toml, found);
    let Some(table) = document.table(&root) else {
        return Vec::new();
    };
    document.check_keys(table, KEYS, "a setting of oakc");
    let folders = table.get(ALLOW_OUTSIDE);
    let folders = folders.and_then(|folders| document.value::<Vec<String>>(folders));
    let beside = path.parent().unwrap_or(Path::new(""));
    let folders = folders.unwrap_or_default();
    folders.iter().map(|folder| beside.join(folder)).collect()
}

fn path(environment: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name| {
        let path = environment(name).map(PathBuf::from);
        // The XDG specification says to ignore relative paths; they could lead into a repository.
        path.filter(|path| path.is_absolute())
    };
    let base = if cfg!(windows) {
        set("APPDATA")
    } else if cfg!(target_os = "macos") {
        set("HOME").map(|home| home.join("Library").join("Application Support"))
    } else {
        set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")))
    };
    Some(base?.join("oakc").join(NAME))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn settings(text: &str) -> Result<Option<UserSettings>, SettingsError> {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("oakc");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(NAME), text).unwrap();
        let variable = if cfg!(windows) {
            "APPDATA"
        } else {
            "XDG_CONFIG_HOME"
        };
        UserSettings::read(|name| (name == variable).then(|| home.path().into()))
    }

    #[test]
    #[cfg(not(target_os = "macos"))]
    fn folders_are_read_and_relative_ones_begin_beside_the_file() {
        let read = settings("allow_outside = [\"/srv/models\", \"models\"]").unwrap();
        let read = read.unwrap();
        let beside = read.path().parent().unwrap().join("models");
        assert_eq!(
            read.allowed_folders(),
            [PathBuf::from("/srv/models"), beside]
        );
        assert!(UserSettings::read(|_| None).unwrap().is_none());
    }

    #[test]
    #[cfg(not(target_os = "macos"))]
    fn an_unknown_key_or_a_wrong_value_is_an_error_in_its_place() {
        for text in ["allow_outsid = []", "allow_outside = \"/srv\"", "allow = ["] {
            let Err(SettingsError::Rejected(findings)) = settings(text) else {
                panic!("{text} is accepted");
            };
            assert!(findings.diagnostics.has_errors());
        }
    }

    #[test]
    fn a_relative_configuration_directory_counts_for_nothing() {
        assert_eq!(path(|_| Some("relative".into())), None);
    }
}
