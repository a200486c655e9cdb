//! What runs: an application, or a package as a camera has it in its memory.

use std::collections::BTreeMap;
use std::path::Path;

use oakc_capture::{Stored, StoredError};
use oakc_core::config::rules::UNREADABLE_FILE;
use oakc_core::graph::Graph;
use oakc_core::lower::{LowerError, lower};
use oakc_core::package::inspect::Package;
use oakc_core::{Application, CheckedGraph};
use oakc_desk::Program;
use oakc_diag::{Diagnostic, Diagnostics, SourceMap};
use oakc_import::Original;
use oakc_picture::Picture;
use oakc_project::{
    AllowedFolders, Checksums, DamagedPackage, Directory, Findings, InvalidPackage, LoadError,
    PackageFile, Settings, is_application,
};

/// What runs, and how it looks.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The application's name; may be empty.
    pub name: String,
    /// Its nodes, links and scripts.
    pub program: Program,
    /// Its graph as an SVG; none if it is too large to be readable.
    pub graph: Option<String>,
}

/// Why nothing can run.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    /// The application cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The file cannot be read as a package.
    #[error(transparent)]
    Stored(#[from] StoredError),
    /// The package is none.
    #[error(transparent)]
    Package(#[from] InvalidPackage),
    /// The package is damaged.
    #[error(transparent)]
    Damaged(#[from] DamagedPackage),
    /// A checked application cannot be lowered.
    #[error(transparent)]
    Lower(#[from] LowerError),
    /// Something of it cannot be run here.
    #[error("it cannot be run here: {}", .0.join("; "))]
    Unrunnable(Vec<String>),
}

impl From<oakc_project::FileError> for SubjectError {
    fn from(error: oakc_project::FileError) -> Self {
        Self::Stored(StoredError::File(error))
    }
}

impl Subject {
    /// Reads an application or a package. `None` means that the findings have an error.
    ///
    /// # Errors
    /// Where it cannot be read or run.
    pub fn read(
        path: &Path,
        settings: Settings<'_>,
        findings: &mut Findings,
    ) -> Result<Option<Self>, SubjectError> {
        if is_application(path) {
            let Some(application) = findings.examine(path, settings)? else {
                return Ok(None);
            };
            let picture = Picture::of(&application, &Diagnostics::new());
            let Some(checked) = application.into_checked(&findings.diagnostics) else {
                return Ok(None);
            };
            let subject = Self::of_application(&checked, &picture)?;
            let allowed = AllowedFolders::default();
            let world = Directory::of(path, settings.allowed.unwrap_or(&allowed))?;
            let program = subject.program.with_stand_ins(&checked, &world);
            return Ok(match program {
                Ok(program) => Some(Self { program, ..subject }),
                Err(problems) => {
                    for (span, problem) in problems {
                        let diagnostic = Diagnostic::new(&UNREADABLE_FILE, problem);
                        findings
                            .diagnostics
                            .push(diagnostic.label(span, "named here"));
                    }
                    None
                }
            });
        }
        let original = Stored::read(path, Checksums::Verify)?.original;
        let file = PackageFile::read(path)?;
        Self::of_package(&file.package()?, Some(&original)).map(Some)
    }

    fn of_application(checked: &CheckedGraph, picture: &Picture) -> Result<Self, SubjectError> {
        let names = names(checked.graph());
        let program = Program::of_application(&lower(checked)?, &names);
        let program = program.map_err(SubjectError::Unrunnable)?;
        Ok(Self {
            name: picture.title.clone(),
            program: program.with_pictures(checked.graph(), checked.facts()),
            graph: picture.svg().ok(),
        })
    }

    /// A package that was taken apart. Names of nodes, and the sizes of pictures, are those of the application that
    /// `oakc import` would make of it.
    ///
    /// # Errors
    /// Where something of it cannot be run.
    pub fn of_package(
        package: &Package<'_>,
        original: Option<&Original>,
    ) -> Result<Self, SubjectError> {
        let made;
        let original = match original {
            Some(original) => Some(original),
            None => {
                made = Original::with_firmware(package).ok();
                made.as_ref()
            }
        };
        let application = original.and_then(application);
        let names = application.as_ref().map(|it| names(it.graph()));
        let program = Program::of_package(package, &names.unwrap_or_default());
        let mut program = program.map_err(SubjectError::Unrunnable)?;
        let mut graph = None;
        if let Some(application) = &application {
            program = program.with_pictures(application.graph(), application.facts());
            graph = Picture::of(application, &Diagnostics::new()).svg().ok();
        }
        Ok(Self {
            name: package.app_name(),
            program,
            graph,
        })
    }
}

/// The application that a package was made from, as far as that can be told.
fn application(original: &Original) -> Option<Application> {
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    oakc_import::application(original, &mut sources, &mut found)
}

fn names(graph: &Graph) -> BTreeMap<i64, String> {
    let nodes = graph.nodes();
    nodes
        .map(|(node, config)| (node.id, config.name.clone()))
        .collect()
}
