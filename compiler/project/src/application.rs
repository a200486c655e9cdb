//! Applications by their path: a file in, what was found in it and its checked graph out.

use std::path::{Path, PathBuf};

use oakc_check::{compile, examine};
use oakc_core::compose::SETTINGS;
use oakc_core::config::{Levels, Resolved};
use oakc_core::syntax::Language;
use oakc_core::syntax::rules::SYNTAX;
use oakc_core::world::World;
use oakc_core::{Application, CheckedGraph, Override, ParamsFile, Profile, Source};
use oakc_diag::{Diagnostic, Diagnostics, SourceMap};

use crate::{AllowedFolders, Directory, FileError, FileKind, Limit, plain, read};

/// Why there is nothing to check; what is wrong inside the file is among the diagnostics instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Its name does not tell TOML from YAML.
    #[error(
        "{path}: its name must end in .toml, .yaml or .yml, so that oakc knows how to read it", path = .0.display()
    )]
    UnknownLanguage(PathBuf),
    /// It is a file of another kind.
    #[error(
        "{path}: not an application but {found}; the name of an application ends in .toml, .yaml or .yml", path = path.display()
    )]
    NotAnApplication {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: FileKind,
    },
    /// It holds what the applications of a repository share.
    #[error("{path}: not an application but the settings of a repository", path = .0.display())]
    Settings(PathBuf),
}

/// What is said from outside about how to read an application.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings<'a> {
    /// The profile to apply.
    pub profile: Option<Profile<'a>>,
    /// Files with values of parameters, in order; a later one wins.
    pub params: &'a [ParamsFile],
    /// Single values of parameters, in order; a later one wins, and all of them win over files.
    pub overrides: &'a [Override],
    /// Levels of rules; they win over those in the text.
    pub levels: Option<&'a Levels>,
    /// Folders outside of the repository whose files it may name.
    pub allowed: Option<&'a AllowedFolders>,
    /// What counts where neither it nor its repository says anything: the `[defaults]` of settings, in TOML.
    pub defaults: Option<&'a str>,
}

impl<'a> Settings<'a> {
    /// Nothing but these values of parameters, and these folders.
    pub fn of(overrides: &'a [Override], allowed: &'a AllowedFolders) -> Self {
        Self {
            overrides,
            allowed: Some(allowed),
            ..Self::default()
        }
    }

    /// The same with this profile.
    #[must_use]
    pub fn with_profile(self, profile: Option<Profile<'a>>) -> Self {
        Self { profile, ..self }
    }

    /// The same with these files of values of parameters.
    #[must_use]
    pub fn with_params(self, params: &'a [ParamsFile]) -> Self {
        Self { params, ..self }
    }

    /// The same with these defaults.
    #[must_use]
    pub fn with_defaults(self, defaults: Option<&'a str>) -> Self {
        Self { defaults, ..self }
    }

    /// The files that an application at `path` may name.
    pub(crate) fn directory(&self, path: &Path) -> Result<Directory, FileError> {
        let none = AllowedFolders::default();
        let directory = Directory::of(path, self.allowed.unwrap_or(&none))?;
        Ok(directory.with_defaults(self.defaults))
    }
}

/// What was read so far, and what was found in it.
#[derive(Debug, Default)]
pub struct Findings {
    /// The texts.
    pub sources: SourceMap,
    /// What is wrong with them.
    pub diagnostics: Diagnostics,
}

impl Findings {
    /// Reads and checks the application at `path`. `None` means that the diagnostics have an error.
    ///
    /// # Errors
    /// Where the file cannot be read or its name does not tell its language; everything else is
    /// in the diagnostics.
    pub fn load(
        &mut self,
        path: &Path,
        settings: Settings<'_>,
    ) -> Result<Option<CheckedGraph>, LoadError> {
        let directory = settings.directory(path)?;
        match self.text(path, &directory)? {
            Some(text) => self.load_text(path, &text, settings, &directory),
            None => Ok(None),
        }
    }

    /// Checks the application at `path` with another text than that in the file.
    ///
    /// # Errors
    /// Where the name of the file does not tell its language, or there is no such folder.
    pub fn load_given(
        &mut self,
        path: &Path,
        text: &str,
        settings: Settings<'_>,
    ) -> Result<Option<CheckedGraph>, LoadError> {
        let directory = settings.directory(path)?;
        self.load_text(path, text, settings, &directory)
    }

    /// Reads the application at `path` and goes on whatever the checks find. `None` means that its
    /// text cannot be parsed.
    ///
    /// # Errors
    /// As [`Findings::load`].
    pub fn examine(
        &mut self,
        path: &Path,
        settings: Settings<'_>,
    ) -> Result<Option<Application>, LoadError> {
        let directory = settings.directory(path)?;
        let Some(text) = self.text(path, &directory)? else {
            return Ok(None);
        };
        self.run(path, &text, settings, |source, sources, found| {
            examine(source, &directory, sources, found)
        })
    }

    /// Reads the application at `path` with all that it builds on, without checking it. `None` means that a
    /// part of it cannot be had or parsed.
    ///
    /// # Errors
    /// As [`Findings::load`].
    pub fn resolve(
        &mut self,
        path: &Path,
        settings: Settings<'_>,
    ) -> Result<Option<Resolved>, LoadError> {
        let directory = settings.directory(path)?;
        let Some(text) = self.text(path, &directory)? else {
            return Ok(None);
        };
        self.run(path, &text, settings, |source, sources, found| {
            Resolved::read(source, &directory, sources, found)
        })
    }

    /// The text of a configuration; none if it is not text.
    pub(crate) fn text(
        &mut self,
        path: &Path,
        directory: &Directory,
    ) -> Result<Option<String>, LoadError> {
        if path.file_name().is_some_and(|name| name == SETTINGS) {
            return Err(LoadError::Settings(path.to_owned()));
        }
        // A package is larger than any application: that is not what is wrong with it.
        if language(path).is_err()
            && let Some(found) = FileKind::of_file(path)
        {
            let path = path.to_owned();
            return Err(LoadError::NotAnApplication { path, found });
        }
        let bytes = directory.configuration(path)?;
        language(path)?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(error) => {
                self.diagnostics.push(not_utf8(path, &error));
                Ok(None)
            }
        }
    }

    /// Checks the application at `path` with another text than that in the file, and other files than those
    /// in its directory.
    ///
    /// # Errors
    /// Where the name of the file does not tell its language.
    pub fn load_text(
        &mut self,
        path: &Path,
        text: &str,
        settings: Settings<'_>,
        world: &dyn World,
    ) -> Result<Option<CheckedGraph>, LoadError> {
        self.run(path, text, settings, |source, sources, found| {
            compile(source, world, sources, found)
        })
    }

    fn run<T>(
        &mut self,
        path: &Path,
        text: &str,
        settings: Settings<'_>,
        stages: impl FnOnce(&Source<'_>, &mut SourceMap, &mut Diagnostics) -> Option<T>,
    ) -> Result<Option<T>, LoadError> {
        let levels = Levels::default();
        let source = Source {
            name: &path.display().to_string(),
            text,
            language: language(path)?,
            profile: settings.profile,
            params: settings.params,
            overrides: settings.overrides,
            levels: settings.levels.unwrap_or(&levels),
        };
        let ended = stages(&source, &mut self.sources, &mut self.diagnostics);
        self.sources.rename(|name| {
            let shown = plain(Path::new(name));
            shown.to_str().map(str::to_owned)
        });
        Ok(ended)
    }

    /// Takes over what was found in another application.
    pub fn merge(&mut self, other: Self) {
        let moved = self.sources.merge(other.sources);
        let others = other.diagnostics.into_iter();
        self.diagnostics
            .extend(others.map(|diagnostic| diagnostic.moved(&moved)));
    }
}

/// Reads a file with values of parameters.
///
/// # Errors
/// Where it cannot be read, is not text, or its name does not tell its language.
pub fn read_params(path: &Path) -> Result<ParamsFile, LoadError> {
    let language = language(path)?;
    let text = String::from_utf8(read(path, Limit::CONFIGURATION)?)
        .map_err(|_| FileError::new("read", path, "it is not UTF-8 text"))?;
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    Ok(ParamsFile {
        name: path.display().to_string(),
        folder: folder.map_or(String::new(), |folder| plain(&folder).display().to_string()),
        text: text.into(),
        language,
    })
}

/// Whether a file is an application by its name; else it is a package.
pub fn is_application(path: &Path) -> bool {
    language(path).is_ok()
}

fn language(path: &Path) -> Result<Language, LoadError> {
    let name = path.file_name().and_then(|name| name.to_str());
    let language = name.and_then(Language::of_path);
    language.ok_or_else(|| LoadError::UnknownLanguage(path.to_owned()))
}

/// There is no text to point into: the offset says where it breaks off.
fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> Diagnostic {
    let offset = error.utf8_error().valid_up_to();
    Diagnostic::new(
        &SYNTAX,
        format!(
            "{} is not UTF-8 text: byte {offset} is invalid",
            path.display()
        ),
    )
    .help("save it as UTF-8; editors call other encodings e.g. UTF-16 or Latin-1")
}
