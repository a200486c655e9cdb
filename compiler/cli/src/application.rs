//! Applications by their path: read and compiled, what was found in them kept together.

use std::path::Path;

use oakc_check::{compile, examine};
use oakc_core::config::Levels;
use oakc_core::syntax::Language;
use oakc_core::syntax::rules::SYNTAX;
use oakc_core::world::{ReadError, World};
use oakc_core::{Application, CheckedGraph, Source};
use oakc_diag::{Diagnostic, Diagnostics, SourceMap};

use crate::failure::Failure;
use crate::files::{Directory, read_bounded};

/// Largest configuration; the parser has the same limit.
const LARGEST_CONFIG: u64 = 16 << 20;

/// A `name=value` of `--set`.
#[derive(Clone, Debug)]
pub(crate) struct Assignment(pub(crate) (String, String));

impl std::str::FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                Ok(Self((name.to_owned(), value.to_owned())))
            }
            _ => Err("expected NAME=VALUE".to_owned()),
        }
    }
}

/// What was read so far, and what was found in it.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) sources: SourceMap,
    pub(crate) diagnostics: Diagnostics,
}

impl Findings {
    /// Reads and checks the application at `path`. `None` means that the diagnostics have an error.
    ///
    /// # Errors
    /// Where the file cannot be read or its name does not tell its language; everything else is
    /// in the diagnostics.
    pub(crate) fn load(
        &mut self,
        path: &Path,
        overrides: &[Assignment],
        levels: &Levels,
    ) -> Result<Option<CheckedGraph>, Failure> {
        self.load_from(path, overrides, levels, &Directory::of(path))
    }

    /// The same, with other files than those in the directory of `path`.
    pub(crate) fn load_from(
        &mut self,
        path: &Path,
        overrides: &[Assignment],
        levels: &Levels,
        world: &dyn World,
    ) -> Result<Option<CheckedGraph>, Failure> {
        match self.text(path)? {
            Some(text) => self.load_text(path, &text, overrides, levels, world),
            None => Ok(None),
        }
    }

    /// Reads the application at `path` and goes on whatever the checks find. `None` means that its
    /// text cannot be parsed.
    ///
    /// # Errors
    /// As [`Findings::load`].
    pub(crate) fn examine(
        &mut self,
        path: &Path,
        overrides: &[Assignment],
    ) -> Result<Option<Application>, Failure> {
        let Some(text) = self.text(path)? else {
            return Ok(None);
        };
        let (levels, world) = (Levels::default(), Directory::of(path));
        self.run(path, &text, overrides, &levels, |source, sources, found| {
            examine(source, &world, sources, found)
        })
    }

    /// The text of a configuration; none where it is no text.
    fn text(&mut self, path: &Path) -> Result<Option<String>, Failure> {
        let bytes = read_bounded(path, LARGEST_CONFIG).map_err(|error| unreadable(path, &error))?;
        language(path)?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(error) => {
                self.diagnostics.push(not_utf8(path, &error));
                Ok(None)
            }
        }
    }

    /// The same, with another text than that in the file.
    pub(crate) fn load_text(
        &mut self,
        path: &Path,
        text: &str,
        overrides: &[Assignment],
        levels: &Levels,
        world: &dyn World,
    ) -> Result<Option<CheckedGraph>, Failure> {
        self.run(path, text, overrides, levels, |source, sources, found| {
            compile(source, world, sources, found)
        })
    }

    fn run<T>(
        &mut self,
        path: &Path,
        text: &str,
        overrides: &[Assignment],
        levels: &Levels,
        stages: impl FnOnce(&Source<'_>, &mut SourceMap, &mut Diagnostics) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        let overrides: Vec<_> = overrides.iter().map(|a| a.0.clone()).collect();
        let source = Source {
            name: &path.display().to_string(),
            text,
            language: language(path)?,
            overrides: &overrides,
            levels,
        };
        Ok(stages(&source, &mut self.sources, &mut self.diagnostics))
    }

    /// Takes over what was found in another application.
    pub(crate) fn merge(&mut self, other: Self) {
        let moved = self.sources.merge(other.sources);
        let others = other.diagnostics.into_iter();
        self.diagnostics
            .extend(others.map(|diagnostic| diagnostic.moved(&moved)));
    }
}

/// Whether a file is an application by its name; else it is a package.
pub(crate) fn is_application(path: &Path) -> bool {
    language(path).is_ok()
}

fn language(path: &Path) -> Result<Language, Failure> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.and_then(Language::of_path).ok_or_else(|| {
        let text = "its name must end in .toml, .yaml or .yml, so that oakc knows how to read it";
        Failure::input(path, text)
    })
}

fn unreadable(path: &Path, error: &ReadError) -> Failure {
    match error {
        ReadError::TooLarge { size, .. } => Failure::input(
            path,
            format!("it has {size} bytes; a configuration has at most 16 MiB"),
        ),
        other => Failure::file("read", path, other),
    }
}

/// There is no text to point into: the offset says where it breaks off.
fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> Diagnostic {
    let offset = error.utf8_error().valid_up_to();
    Diagnostic::new(
        &SYNTAX,
        format!(
            "{} is not UTF-8 text: byte {offset} belongs to no character",
            path.display()
        ),
    )
    .help("save it as UTF-8; editors call other encodings e.g. UTF-16 or Latin-1")
}
