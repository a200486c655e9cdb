//! A script's own modules.
//!
//! In: the text of a script, the folders in which its modules may lie, and a way to read files. Out: [`OwnModules`]: the
//! modules that it imports, and those that they import, and what stands in the way. Never: a file that no import names, or
//! a module that runs.
//!
//! Folders are searched as CPython does: in each, a package comes before a module, and in all of them both come before a
//! folder without `__init__.py`. What the camera's interpreter has built in comes before everything.

mod library;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use oakc_script::modules::cannot_be_hidden;
use oakc_script::{Linkage, Reference, Surroundings, resolve};

use crate::bundle::{Bundle, Module};
use crate::world::ReadError;
pub use library::Library;
pub(crate) use library::{DNS, LOG};

/// The modules of one script.
#[derive(Debug)]
pub struct OwnModules {
    /// The script itself, as in its file.
    pub main: Arc<str>,
    /// The modules, in the order of their names.
    pub modules: Vec<OwnModule>,
    /// Names of files that are not used, because the camera has a module of this name built in; and their paths.
    pub unused: BTreeMap<String, String>,
    /// Files that are there and cannot be used.
    pub problems: Vec<Problem>,
    /// What the script itself has to do with them.
    pub around: Surroundings,
}

/// One module.
#[derive(Debug)]
pub struct OwnModule {
    /// Its dotted name.
    pub name: String,
    /// Its path as seen from the configuration; none where oakc provides it, or a folder is all there is.
    pub path: Option<String>,
    /// What goes into the package.
    pub module: Module,
    /// What it has to do with the other texts.
    pub around: Surroundings,
}

/// A file of a module that cannot be used.
#[derive(Debug)]
pub struct Problem {
    /// The name of the module that imports it; none for the script itself.
    pub importer: Option<String>,
    /// Where that is written.
    pub range: Range<usize>,
    /// Its path.
    pub path: String,
    /// Why.
    pub reason: Reason,
}

/// Why a file cannot be used.
#[derive(Debug)]
pub enum Reason {
    /// It cannot be read.
    Unreadable(ReadError),
    /// It is not UTF-8: the offset of the first byte that is wrong.
    NotText(usize),
}

/// Where a script's modules are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// Folders as seen from the configuration, in order.
    pub folders: &'a [String],
    /// Whether the script runs on `LEON_CSS`.
    pub on_css: bool,
    /// The modules that oakc provides.
    pub library: &'a Library,
}

/// Reads a file by its path as seen from the configuration.
pub type Read<'a> = dyn FnMut(&str) -> Result<Arc<[u8]>, ReadError> + 'a;

impl OwnModules {
    /// Finds the modules of a script; none if it has none, so that it goes into the package as it is.
    pub fn find(main: &str, places: Places<'_>, read: &mut Read<'_>) -> Option<Self> {
        Self::linked(main, Linkage::read(main)?, places, read)
    }

    /// Finds the modules of a program that runs on the computer: those in its own folder.
    pub fn of_program(main: &str, folder: &str, read: &mut Read<'_>) -> Option<Self> {
        let places = Places {
            folders: &[folder.to_owned()],
            on_css: false,
            library: &Library::default(),
        };
        Self::linked(main, Linkage::read_main(main)?, places, read)
    }

    fn linked(
        main: &str,
        linkage: Linkage,
        places: Places<'_>,
        read: &mut Read<'_>,
    ) -> Option<Self> {
        let mut search = Search {
            places,
            read,
            found: BTreeMap::new(),
            absent: BTreeSet::new(),
            unused: BTreeMap::new(),
            problems: Vec::new(),
            open: VecDeque::new(),
        };
        search.imports(None, &linkage.imports);
        let mut assigned = BTreeMap::from([(None, linkage.assigned)]);
        let mut names = BTreeMap::new();
        let mut binds_elsewhere = linkage.binds_elsewhere;
        while let Some(name) = search.open.pop_front() {
            let text = search
                .found
                .get(&name)
                .map(|found| Arc::clone(&found.module.text));
            // A module that does not parse is reported with the other syntax errors.
            let Some(linkage) = text.and_then(|text| Linkage::read(&text)) else {
                continue;
            };
            search.imports(Some(&name), &linkage.imports);
            binds_elsewhere |= linkage.binds_elsewhere;
            if let Some(known) = linkage.names {
                names.insert(name.clone(), known);
            }
            assigned.insert(Some(name), linkage.assigned);
        }
        let Search {
            found,
            unused,
            problems,
            ..
        } = search;
        let is_nothing = found.is_empty() && unused.is_empty() && problems.is_empty();
        // What cannot be read could be the module that a name stands for.
        if binds_elsewhere || !problems.is_empty() {
            names.clear();
        }
        (!is_nothing)
            .then(|| Self::new(main, found, unused, problems, Contents { assigned, names }))
    }

    fn new(
        main: &str,
        found: BTreeMap<String, Found>,
        unused: BTreeMap<String, String>,
        problems: Vec<Problem>,
        Contents {
            mut assigned,
            names,
        }: Contents,
    ) -> Self {
        let names = Arc::new(names);
        let own = Arc::new(own(&found));
        let mut counts = BTreeMap::new();
        for name in assigned.values().flatten() {
            let count: &mut usize = counts.entry(name.clone()).or_default();
            *count = count.saturating_add(1);
        }
        let counts = Arc::new(counts);
        let mut around = |name: Option<&String>, package: Option<String>| Surroundings {
            own: Arc::clone(&own),
            names: Arc::clone(&names),
            package,
            is_module: name.is_some(),
            assigned: Arc::clone(&counts),
            assigned_here: assigned.remove(&name.cloned()).unwrap_or_default(),
        };
        let modules = found.into_iter().map(|(name, found)| OwnModule {
            around: around(
                Some(&name),
                Some(package(&name, found.module.is_package).to_owned()),
            ),
            name,
            path: found.path,
            module: found.module,
        });
        let modules = modules.collect();
        Self {
            main: main.into(),
            around: around(None, None),
            modules,
            unused,
            problems,
        }
    }

    /// The text that goes into the package; none if that is the script as it is.
    pub fn bundled(&self) -> Option<String> {
        if self.modules.is_empty() {
            return None;
        }
        self.bundle().write()
    }

    /// The script with its modules.
    pub fn bundle(&self) -> Bundle {
        let modules = self.modules.iter();
        let modules = modules.map(|own| (own.name.clone(), own.module.clone()));
        Bundle {
            main: Arc::clone(&self.main),
            modules: modules.collect(),
            logged: None,
        }
    }

    /// A script that has none.
    pub fn none(main: &str) -> Self {
        Self {
            main: main.into(),
            modules: Vec::new(),
            unused: BTreeMap::new(),
            problems: Vec::new(),
            around: Surroundings::default(),
        }
    }
}

/// What the texts bind.
struct Contents {
    /// The attributes that the script and each module assign.
    assigned: BTreeMap<Option<String>, BTreeSet<String>>,
    /// The names of modules, where they cannot be others.
    names: BTreeMap<String, BTreeSet<String>>,
}

/// The names of the script's own modules. What oakc provides is known as the library of the interpreter is, unless the
/// script has files in a package of that name.
fn own(found: &BTreeMap<String, Found>) -> BTreeSet<String> {
    let is_file = |found: &Found| found.path.is_some() || found.module.is_namespace();
    let has_files = found
        .iter()
        .any(|(name, found)| Library::could_be(name) && is_file(found));
    let names = found.keys();
    names
        .filter(|name| has_files || !Library::could_be(name))
        .cloned()
        .collect()
}

/// The package to which relative imports of a module refer.
fn package(name: &str, is_package: bool) -> &str {
    if is_package {
        return name;
    }
    name.rsplit_once('.').map_or("", |(package, _)| package)
}

#[derive(Debug)]
struct Found {
    path: Option<String>,
    module: Module,
    /// The folders in which its own modules lie.
    folders: Vec<String>,
}

struct Search<'s, 'r> {
    places: Places<'s>,
    read: &'s mut Read<'r>,
    found: BTreeMap<String, Found>,
    absent: BTreeSet<String>,
    unused: BTreeMap<String, String>,
    problems: Vec<Problem>,
    /// Modules whose imports have not been looked at yet.
    open: VecDeque<String>,
}

/// An import that names a module, and where.
struct Import<'i> {
    importer: Option<&'i str>,
    range: &'i Range<usize>,
}

impl Search<'_, '_> {
    fn imports(&mut self, importer: Option<&str>, imports: &[Reference]) {
        let found = importer.and_then(|name| Some((name, self.found.get(name)?)));
        let package = found.map(|(name, found)| package(name, found.module.is_package).to_owned());
        for reference in imports {
            let at = Import {
                importer,
                range: &reference.range,
            };
            let name = resolve(package.as_deref(), reference.level, &reference.module);
            let Some(name) = name.filter(|name| self.load(name, &at)) else {
                continue;
            };
            for (inner, range) in &reference.names {
                let at = Import { importer, range };
                match inner.as_str() {
                    "*" => self.everything(&name, &at),
                    inner => {
                        self.load(&format!("{name}.{inner}"), &at);
                    }
                }
            }
        }
    }

    /// `from name import *` loads the modules that its `__all__` names.
    fn everything(&mut self, name: &str, at: &Import<'_>) {
        let text = self.found.get(name).filter(|found| found.module.is_package);
        let text = text.map(|found| Arc::clone(&found.module.text));
        let exported = text
            .and_then(|text| Linkage::read(&text))
            .map(|linkage| linkage.exported);
        for inner in exported.into_iter().flatten() {
            self.load(&format!("{name}.{inner}"), at);
        }
    }

    /// Finds a module and the packages that it is in. Whether it is one of the script's own.
    fn load(&mut self, name: &str, at: &Import<'_>) -> bool {
        let ends = name
            .match_indices('.')
            .map(|(end, _)| end)
            .chain([name.len()]);
        let mut parts = ends.filter_map(|end| name.get(..end));
        parts.all(|part| self.load_one(part, at))
    }

    /// Finds a module whose package is there.
    fn load_one(&mut self, name: &str, at: &Import<'_>) -> bool {
        if self.found.contains_key(name) {
            return true;
        }
        if self.absent.contains(name) || !is_dotted_name(name) {
            return false;
        }
        // An import of a package brings the modules that were in it as files, and those are what it was built from.
        let found = self.search(name, at).or_else(|| self.provided(name));
        if found.is_none() {
            self.absent.insert(name.to_owned());
        }
        let Some(found) = found else { return false };
        self.found.insert(name.to_owned(), found);
        self.open.push_back(name.to_owned());
        true
    }

    /// A module that oakc provides.
    fn provided(&self, name: &str) -> Option<Found> {
        Some(Found {
            path: None,
            module: self.places.library.module(name)?,
            folders: Vec::new(),
        })
    }

    fn search(&mut self, name: &str, at: &Import<'_>) -> Option<Found> {
        let (folders, last) = match name.rsplit_once('.') {
            Some((package, last)) => {
                let package = self.found.get(package)?;
                (package.folders.clone(), last)
            }
            None => (self.places.folders.to_vec(), name),
        };
        for folder in &folders {
            let inside = join(folder, last);
            for (path, is_package) in [
                (format!("{inside}/__init__.py"), true),
                (format!("{inside}.py"), false),
            ] {
                let Some(bytes) = self.file(&path, name, at) else {
                    continue;
                };
                if !name.contains('.') && cannot_be_hidden(name, self.places.on_css) {
                    self.unused.insert(name.to_owned(), path);
                    return None;
                }
                let folders = if is_package { vec![inside] } else { Vec::new() };
                return self.module(path, is_package, &bytes, folders, at);
            }
        }
        self.namespace(&folders, last, name)
    }

    fn module(
        &mut self,
        path: String,
        is_package: bool,
        bytes: &[u8],
        folders: Vec<String>,
        at: &Import<'_>,
    ) -> Option<Found> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(Found {
                module: Module {
                    file: shown(&path),
                    is_package,
                    text: text.into(),
                },
                path: Some(path),
                folders,
            }),
            Err(error) => {
                self.problem(at, path, Reason::NotText(error.valid_up_to()));
                None
            }
        }
    }

    /// A package that is nothing but folders.
    fn namespace(&mut self, folders: &[String], last: &str, name: &str) -> Option<Found> {
        if !name.contains('.') && cannot_be_hidden(name, self.places.on_css) {
            return None;
        }
        let inside = folders.iter().map(|folder| join(folder, last));
        let folders = inside.filter(|path| (self.read)(path) == Err(ReadError::IsDirectory));
        let folders: Vec<_> = folders.collect();
        let file = format!("{}/", shown(folders.first()?));
        Some(Found {
            path: None,
            module: Module {
                file,
                is_package: true,
                text: "".into(),
            },
            folders,
        })
    }

    /// The bytes of a file; none if there is none, or it cannot be had, which is a problem.
    fn file(&mut self, path: &str, name: &str, at: &Import<'_>) -> Option<Arc<[u8]>> {
        match (self.read)(path) {
            Ok(bytes) => Some(bytes),
            Err(ReadError::NotFound | ReadError::IsDirectory) => None,
            // A file where a folder was looked for.
            Err(ReadError::Refused(_)) if path.ends_with("/__init__.py") => None,
            Err(_) if cannot_be_hidden(name, self.places.on_css) => None,
            Err(error) => {
                self.problem(at, path.to_owned(), Reason::Unreadable(error));
                None
            }
        }
    }

    fn problem(&mut self, at: &Import<'_>, path: String, reason: Reason) {
        self.problems.push(Problem {
            importer: at.importer.map(str::to_owned),
            range: at.range.clone(),
            path,
            reason,
        });
    }
}

/// Whether a name can be that of a file: nothing in it leads elsewhere.
fn is_dotted_name(name: &str) -> bool {
    let is_name =
        |part: &str| !part.is_empty() && part.chars().all(|c| c == '_' || c.is_alphanumeric());
    name.split('.').all(is_name)
}

/// A path in a folder, both as seen from the configuration.
fn join(folder: &str, path: &str) -> String {
    match folder.trim_end_matches('/') {
        "" if folder.starts_with('/') => format!("/{path}"),
        "" | "." => path.to_owned(),
        folder => format!("{folder}/{path}"),
    }
}

/// The folder of a file.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once(['/', '\\'])
        .map_or("", |(folder, _)| folder)
}

/// A path as tracebacks show it, and as an import of the package writes it: without what leads up or to the root.
pub fn shown(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests;
