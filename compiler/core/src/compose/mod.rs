//! Applications that share.
//!
//! In: the text of an application, the files that it builds on through [`World`], and the name of a
//! profile. Out: one tree, as if everything had been written in one file, in which every key and value
//! still knows the file that it is from. Never: a file that is merged with itself, or a chain of files
//! without end.
//!
//! From the lowest to the highest: `oakc.toml` of the repository, the outermost first; the base that
//! `extends` names, after its own base; the application; the profile. Tables merge, any other value
//! replaces the one below it.

mod files;
mod layer;
mod merge;
mod profiles;
mod removal;
pub mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oakc_diag::{Diagnostics, FileId, SourceMap, Span};

use crate::Source;
use crate::syntax::{Language, Node, NodeValue};
use crate::world::World;
use files::Files;

/// The name of the file that holds what all applications below its folder share.
pub const SETTINGS: &str = "oakc.toml";

/// An application in one tree.
#[derive(Debug)]
pub struct Composed {
    /// What it says, without `extends`, `profiles` and `remove`.
    pub tree: Node,
    /// What is known about the files and the profile that it is from.
    pub parts: Parts,
}

/// Where the values of an application are from.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// The files, from the lowest to the application itself, which is the last.
    pub files: Vec<WrittenFile>,
    /// The profile that was chosen.
    pub profile: Option<String>,
    of_file: BTreeMap<FileId, usize>,
    in_profile: BTreeSet<Span>,
}

/// A file that an application is written in.
#[derive(Clone, Debug)]
pub struct WrittenFile {
    /// Its place in the source map.
    pub id: FileId,
    /// Its path, relative to the directory of the application.
    pub path: String,
    /// TOML or YAML.
    pub language: Language,
    /// What it says.
    pub text: Arc<str>,
    /// What it is to the application.
    pub role: Role,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// The SHA-256 of what it says, without comments, layout and levels of rules.
    pub written_sha256: String,
}

/// What a file is to an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Settings of the repository.
    Settings,
    /// A base, which it or another base extends.
    Base,
    /// The application itself.
    Application,
}

impl Composed {
    /// An application without a base and a profile, as its own file says it.
    pub fn alone(tree: Node, path: &str, language: Language) -> Self {
        let file = WrittenFile {
            id: tree.span.file,
            path: path.to_owned(),
            language,
            text: Arc::default(),
            role: Role::Application,
            sha256: String::new(),
            written_sha256: String::new(),
        };
        let parts = Parts::of(vec![file]);
        Self { tree, parts }
    }
}

impl Parts {
    fn of(files: Vec<WrittenFile>) -> Self {
        let of_file = files.iter().enumerate();
        let of_file = of_file.map(|(index, file)| (file.id, index)).collect();
        Self {
            files,
            of_file,
            ..Self::default()
        }
    }

    /// The file that a place is in; none if the application is not written in that file.
    pub fn file(&self, place: Span) -> Option<&WrittenFile> {
        self.files.get(*self.of_file.get(&place.file)?)
    }

    /// What is written at a place is part of the chosen profile.
    pub fn is_in_profile(&self, place: Span) -> bool {
        self.in_profile.contains(&place)
    }

    /// The files besides the application itself.
    pub fn shared(&self) -> impl Iterator<Item = &WrittenFile> {
        let files = self.files.iter();
        files.filter(|file| file.role != Role::Application)
    }
}

/// Reads an application and all that it builds on. `None` means that a part of it is missing, which is
/// in `diagnostics`.
pub(crate) fn compose(
    source: &Source<'_>,
    world: &dyn World,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Composed> {
    let mut files = Files::new(source.name, world, sources, diagnostics);
    let application = files.application(source)?;
    let root = application.root;
    let mut layers = files.settings();
    layers.extend(files.with_bases(application));
    let (written, mut complete) = files.finish();
    let mut parts = Parts::of(written);
    let mut tree = layer::fold(layers, diagnostics);
    let profiles = profiles::take(&mut tree, &parts, source.language, diagnostics);
    if let Some(wanted) = source.profile {
        match profiles.choose(wanted, root, diagnostics) {
            Some(profile) => {
                merge::places(&profile.table, &mut parts.in_profile);
                parts.profile = Some(wanted.name.to_owned());
                tree = layer::lay(tree, profile, diagnostics);
            }
            None => complete = false,
        }
    }
    let tree = Node {
        span: root,
        value: NodeValue::Table(tree),
    };
    complete.then_some(Composed { tree, parts })
}

/// A path that is relative to a file, as seen from where that file is named.
pub(crate) fn beside(file: &str, path: &str) -> String {
    let is_absolute = path.starts_with(['/', '\\']) || path.chars().nth(1) == Some(':');
    match file.rfind(['/', std::path::MAIN_SEPARATOR]) {
        Some(at) if !is_absolute => {
            let folder = file.get(..=at).unwrap_or_default();
            format!("{folder}{path}")
        }
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests;
