//! The programs of the Script nodes.
//!
//! In: the graph, whose nodes hold them. Out: [`Scripts`]: what is known about each and its own modules, and
//! where it stands, in a file of its own or inside the configuration. Never: a program that runs.

mod embedded;
mod examination;
mod ports;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use oakc_diag::{Diagnostics, FileId, Rule, SourceMap, Span};
use oakc_script::filling::is_code;
use oakc_script::{Fault, Ports, Script, Surroundings};
use petgraph::graph::NodeIndex;

use crate::bundle::{ASSET, marks};
use crate::compose::beside;
use crate::config::{Template, unreadable};
use crate::graph::{Graph, NodeRef};
use crate::modules::{OwnModules, Reason};
use crate::rules::internal_error::internal_error;
use crate::world::ReadError;
use embedded::Embedded;
use examination::{Examination, Text};

/// The programs of an application, by node.
#[derive(Debug, Default)]
pub struct Scripts {
    by_node: BTreeMap<NodeIndex, ScriptSource>,
}

/// One program, or one of its own modules.
#[derive(Debug)]
pub struct ScriptSource {
    /// Its text; or, where it is not UTF-8, the offset of the first byte that is wrong.
    pub text: Result<Arc<str>, usize>,
    /// What is known about it; nothing where it is not UTF-8.
    pub program: Arc<Script>,
    /// What the interpreter will raise, given what is linked to the node.
    pub faults: Arc<[Fault]>,
    /// Its own modules, as far as they are files; a module has none.
    pub modules: Vec<ScriptSource>,
    /// What it has to do with them.
    pub around: Surroundings,
    location: Location,
}

#[derive(Debug)]
enum Location {
    /// A file of its own.
    File(FileId),
    /// A file of its own, into which parameters were filled.
    Template(FileId, Template),
    /// A value in the configuration.
    Inline(Embedded),
}

impl Scripts {
    /// Examines the programs of `graph` and adds their files to `sources`, once each, named as seen from
    /// where the configuration `config_name` is named.
    pub fn collect(
        graph: &Graph,
        config_name: &str,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let alone = Surroundings::default();
        let nodes: Vec<_> = graph
            .node_refs()
            .filter_map(|node| Texts::of(node, &alone))
            .collect();
        for node in &nodes {
            hide_words(node.main.map_or("", |(text, _)| text), sources);
        }
        let texts = nodes.iter().flat_map(|node| {
            let texts = node.modules().map(|(_, text)| text).chain(node.main.ok());
            texts.map(|text| (text, node.ports.clone()))
        });
        let examination = Examination::of(texts, Script::examine);
        let mut files = Files {
            config_name,
            by_path: BTreeMap::new(),
        };
        let mut by_node = BTreeMap::new();
        for node in &nodes {
            let source = node.source(&examination, &mut files, sources, diagnostics);
            by_node.insert(node.node.index, source);
        }
        Self { by_node }
    }

    /// All of them, with their modules.
    pub fn iter(&self) -> impl Iterator<Item = &ScriptSource> {
        self.by_node.values().flat_map(ScriptSource::parts)
    }

    /// The program of a node.
    pub fn of(&self, node: &NodeRef<'_>) -> Option<&ScriptSource> {
        self.by_node.get(&node.index)
    }
}

/// The texts of one node.
struct Texts<'a> {
    node: NodeRef<'a>,
    ports: Ports,
    /// The script, or the offset where it stops being text.
    main: Result<Text<'a>, usize>,
    own: Option<&'a OwnModules>,
}

impl<'a> Texts<'a> {
    fn of(node: NodeRef<'a>, alone: &'a Surroundings) -> Option<Self> {
        let asset = node.config.assets.get(ASSET)?;
        let own = node.config.modules.as_ref();
        let main = match own {
            Some(own) => Ok((&*own.main, &own.around)),
            None => std::str::from_utf8(&asset.bytes).map(|text| (text, alone)),
        };
        Some(Self {
            ports: ports::of(&node),
            node,
            main: main.map_err(|error| error.valid_up_to()),
            own,
        })
    }

    /// The modules that are files, by their paths.
    fn modules(&self) -> impl Iterator<Item = (&'a str, Text<'a>)> + use<'a> {
        let own = self.own.into_iter().flat_map(|own| &own.modules);
        own.filter_map(|own| Some((own.path.as_deref()?, (&*own.module.text, &own.around))))
    }

    fn source(
        &self,
        examination: &Examination<'_>,
        files: &mut Files<'a>,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> ScriptSource {
        let known = |text: Text<'_>, location: Location, diagnostics: &mut Diagnostics| {
            let known = examination.program(text, &self.ports);
            let (program, faults) = known.unwrap_or_else(|panicked| {
                let what = format!("the script of `{}`", self.node.name());
                let place = location.span(&(0..0));
                let found = internal_error(&what, &panicked);
                diagnostics.push(found.label(place, "of this script nothing is known"));
                Default::default()
            });
            ScriptSource {
                text: Ok(text.0.into()),
                program,
                faults,
                modules: Vec::new(),
                around: text.1.clone(),
                location,
            }
        };
        let file = self.node.config.files.first();
        let location = match (file, self.main) {
            (Some(file), Ok(_)) if let Some(template) = &self.node.config.template => {
                let file = files.id(&file.path, &template.text, sources);
                report_template(template, file, diagnostics);
                Location::Template(file, template.clone())
            }
            (Some(file), Ok((text, _))) => Location::File(files.id(&file.path, text, sources)),
            (_, text) => {
                let text = text.map_or("", |(text, _)| text);
                Location::Inline(embedded(&self.node, text, sources))
            }
        };
        let mut source = match self.main {
            Ok(text) => known(text, location, diagnostics),
            Err(offset) => ScriptSource {
                text: Err(offset),
                program: Arc::default(),
                faults: Arc::default(),
                modules: Vec::new(),
                around: Surroundings::default(),
                location,
            },
        };
        let mut places = BTreeMap::new();
        for (path, text) in self.modules() {
            let file = files.id(path, text.0, sources);
            places.insert(path, file);
            source
                .modules
                .push(known(text, Location::File(file), diagnostics));
        }
        self.report_problems(&source, &places, diagnostics);
        source
    }

    /// Reports the files of modules that cannot be used, where they are imported.
    fn report_problems(
        &self,
        source: &ScriptSource,
        places: &BTreeMap<&str, FileId>,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(own) = self.own else { return };
        for problem in &own.problems {
            let importer = own
                .modules
                .iter()
                .find(|own| Some(&own.name) == problem.importer.as_ref());
            let file = importer.and_then(|own| places.get(own.path.as_deref()?));
            let place = match file {
                Some(file) => Span::new(*file, problem.range.start, problem.range.end),
                None => source.span(&problem.range),
            };
            diagnostics.push(match &problem.reason {
                Reason::Unreadable(error) => unreadable(&problem.path, place, error, false),
                Reason::NotText(offset) => {
                    let error = format!("it is not UTF-8 text: byte {offset} is invalid");
                    unreadable(&problem.path, place, &ReadError::Refused(error), false)
                }
            });
        }
    }
}

/// A secret that stands in a script where Python has its own words would be told by these: `horse` is not defined.
fn hide_words(script: &str, sources: &mut SourceMap) {
    let Some(marked) = marks::read(script) else {
        return;
    };
    for (_, place) in &marked.places {
        let value = script.get(place.clone()).unwrap_or_default();
        if value.chars().all(|c| c.is_ascii_digit()) || !is_code(script, place) {
            continue;
        }
        let words = value.split(|c: char| !c.is_alphanumeric() && c != '_');
        // A shorter one could not be hidden in a text.
        for word in words.filter(|word| word.chars().count() >= 4) {
            sources.hide(word);
        }
    }
}

/// Reports what is wrong at places in the file of a template.
fn report_template(template: &Template, file: FileId, diagnostics: &mut Diagnostics) {
    for problem in &template.problems {
        let place = Span::new(file, problem.place.start, problem.place.end);
        let (found, label) = (problem.diagnostic.clone(), problem.label.as_str());
        diagnostics.push(if found.labels.is_empty() {
            found.label(place, label)
        } else {
            found.secondary(place, label)
        });
    }
}

/// The files of programs and modules, once each.
struct Files<'a> {
    config_name: &'a str,
    by_path: BTreeMap<&'a str, FileId>,
}

impl<'a> Files<'a> {
    fn id(&mut self, path: &'a str, text: &str, sources: &mut SourceMap) -> FileId {
        let add = || sources.add(beside(self.config_name, path), text);
        *self.by_path.entry(path).or_insert_with(add)
    }
}

impl ScriptSource {
    /// Itself, and then its modules.
    pub fn parts(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.modules)
    }

    /// Where some bytes of the program stand. Inside a configuration that may be a whole line, or the
    /// whole value, where escapes or parameters move the bytes.
    pub fn span(&self, range: &Range<usize>) -> Span {
        self.location.span(range)
    }

    /// Whether a comment allows this rule for what begins there.
    pub fn allows(&self, rule: &Rule, offset: usize) -> bool {
        self.program.allows(offset, &[rule.name, rule.code])
    }

    /// The file of its own that it has.
    pub fn file(&self) -> Option<FileId> {
        match self.location {
            Location::File(file) | Location::Template(file, _) => Some(file),
            Location::Inline(_) => None,
        }
    }
}

impl Location {
    fn span(&self, range: &Range<usize>) -> Span {
        match self {
            Self::File(file) => Span::new(*file, range.start, range.end),
            Self::Template(file, template) => {
                let written = template.written_at(range);
                Span::new(*file, written.start, written.end)
            }
            Self::Inline(embedded) => embedded.span(range),
        }
    }
}

/// The place of a program in the configuration.
fn embedded(node: &NodeRef<'_>, program: &str, sources: &SourceMap) -> Embedded {
    let value = node.span(&["source", "script_path", "code", "script"]);
    Embedded::new(program, value, sources.slice(value).unwrap_or_default())
}
