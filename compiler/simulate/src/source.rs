//! What cameras are shown and outputs are fed: `TARGET=SPEC` in, scenes and feeds out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use oakc_core::config::Suggestion;
use oakc_desk::network::Unconnected;
use oakc_desk::recording::Reader;
use oakc_desk::sensor::{Ending, Scene};
use oakc_desk::{Camera, Choices, Options, PortName, Program, Unfed};
use oakc_footage::{Anywhere, FootageError, open, usual};
use oakc_project::{AllowedFolders, Directory, FileError, Findings, Limit, read};

use crate::feed::Feed;

/// One source, as it is given: `cam=walk-by.mp4`, `detect.out=detections.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSpec {
    /// The node.
    pub node: String,
    /// Its output; none for what its sensor is shown.
    pub output: Option<String>,
    /// A picture, a folder, a pattern, a video, a recording.
    pub spec: String,
}

impl FromStr for SourceSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || {
            "expected TARGET=SPEC: cam=walk-by.mp4, cam=pattern:clock, detect.out=detections.jsonl"
                .to_owned()
        };
        let (target, spec) = text.split_once('=').ok_or_else(expected)?;
        let (node, output) = match target.split_once('.') {
            Some((node, output)) => (node, Some(output.to_owned())),
            None => (target, None),
        };
        if node.is_empty() || spec.is_empty() || output.as_ref().is_some_and(String::is_empty) {
            return Err(expected());
        }
        Ok(Self {
            node: node.to_owned(),
            output,
            spec: spec.to_owned(),
        })
    }
}

impl std::fmt::Display for SourceSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.output {
            Some(output) => write!(f, "{}.{output}={}", self.node, self.spec),
            None => write!(f, "{}={}", self.node, self.spec),
        }
    }
}

/// Why a source cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// There is no such node or output, or it is not a camera.
    #[error("{given}: {problem}")]
    Target {
        /// The source as it was given.
        given: String,
        /// What is wrong.
        problem: String,
        /// What there is instead.
        help: Option<String>,
    },
    /// It cannot be shown.
    #[error("{given}: {problem}")]
    Footage {
        /// The source as it was given.
        given: String,
        /// What is wrong.
        problem: FootageError,
    },
    /// The recording cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Outputs that are neither computed nor fed.
    #[error("{}", unfed(.0))]
    Unfed(Vec<Unfed>),
}

fn unfed(unfed: &[Unfed]) -> String {
    let lines = unfed.iter().map(Unfed::to_string);
    lines.collect::<Vec<_>>().join("\n")
}

/// What cameras are shown and outputs are fed.
#[derive(Debug, Default)]
pub struct Sources {
    pub(crate) scenes: BTreeMap<String, Arc<dyn Scene>>,
    pub(crate) feeds: Vec<Feed>,
    /// Cameras for which nothing was said: they are shown a pattern.
    pub unsaid: Vec<String>,
}

impl Sources {
    /// Opens what is given, and shows the usual pattern to all other cameras. `None` means that the findings have an
    /// error.
    ///
    /// # Errors
    /// Where a source cannot be used.
    pub fn open(
        program: &Program,
        given: &[SourceSpec],
        findings: &mut Findings,
    ) -> Result<Option<Self>, SourceError> {
        let mut sources = Self::default();
        for source in given {
            if !sources.add(program, source, findings)? {
                return Ok(None);
            }
        }
        for camera in program.cameras() {
            if !sources.scenes.contains_key(camera) {
                sources.unsaid.push(camera.to_owned());
                sources.scenes.insert(camera.to_owned(), usual());
            }
        }
        Ok(Some(sources))
    }

    fn add(
        &mut self,
        program: &Program,
        source: &SourceSpec,
        findings: &mut Findings,
    ) -> Result<bool, SourceError> {
        let Some(output) = &source.output else {
            self.show(program, source)?;
            return Ok(true);
        };
        let port = port(program, source, output)?;
        if is_recording(&source.spec) {
            let Some(feed) = recording(port, Path::new(&source.spec), findings)? else {
                return Ok(false);
            };
            self.feeds.push(feed);
        } else {
            let scene = scene(source)?;
            self.feeds.push(Feed::of_scene(program, port, scene));
        }
        Ok(true)
    }

    fn show(&mut self, program: &Program, source: &SourceSpec) -> Result<(), SourceError> {
        let cameras = program.cameras();
        if !cameras.contains(&source.node.as_str()) {
            let nodes: Vec<_> = program.nodes().collect();
            let problem = if nodes.contains(&source.node.as_str()) {
                format!("`{}` has no sensor to show pictures to", source.node)
            } else {
                format!("there is no node `{}`", source.node)
            };
            return Err(target(source, problem, &source.node, &cameras));
        }
        if is_recording(&source.spec) {
            let problem = "a recording replaces the messages of an output, not what a sensor sees";
            let outputs = outputs(program, &source.node);
            let outputs: Vec<_> = outputs.iter().map(String::as_str).collect();
            return Err(target(source, problem.to_owned(), "", &outputs));
        }
        self.scenes.insert(source.node.clone(), scene(source)?);
        Ok(())
    }

    /// Outputs whose messages somebody needs, and that are neither computed nor fed.
    pub fn unfed(&self, program: &Program) -> Vec<Unfed> {
        let options = Options {
            scenes: self.scenes.clone(),
            ..Options::default()
        };
        let mut camera = Camera::new(program, &options, Choices::nominal(), Unconnected);
        for feed in &self.feeds {
            camera.mark_fed(&feed.output);
        }
        let mut unfed = camera.unfed();
        unfed.retain(|it| {
            let is_fed = |output: &PortName| camera.is_fed(output);
            program.is_needed(&it.output, &BTreeSet::new(), &is_fed)
        });
        unfed
    }
}

fn is_recording(spec: &str) -> bool {
    Path::new(spec)
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("jsonl"))
}

fn scene(source: &SourceSpec) -> Result<Arc<dyn Scene>, SourceError> {
    open(&source.spec, &Anywhere, Ending::Repeats).map_err(|problem| SourceError::Footage {
        given: source.to_string(),
        problem,
    })
}

fn outputs(program: &Program, node: &str) -> Vec<String> {
    let outputs = program.outputs().into_iter();
    let outputs = outputs.filter(|output| output.node == node);
    outputs.map(|output| output.to_string()).collect()
}

fn port(program: &Program, source: &SourceSpec, output: &str) -> Result<PortName, SourceError> {
    let found = program.outputs();
    let mut found = found
        .iter()
        .filter(|port| port.is_meant_by(&source.node, output));
    if let Some(port) = found.next() {
        return Ok(port.clone());
    }
    let nodes: Vec<_> = program.nodes().collect();
    if !nodes.contains(&source.node.as_str()) {
        let problem = format!("there is no node `{}`", source.node);
        return Err(target(source, problem, &source.node, &nodes));
    }
    let problem = format!("`{}` has no output `{output}`", source.node);
    let known = program.outputs();
    let known: Vec<_> = (known.iter().filter(|port| port.node == source.node))
        .map(|port| port.port.as_str())
        .collect();
    Err(target(source, problem, output, &known))
}

fn target(source: &SourceSpec, problem: String, name: &str, known: &[&str]) -> SourceError {
    let suggestion = Suggestion::of(name, known.iter().copied());
    let help = match (suggestion.near(), known) {
        (Some(found), _) => format!("did you mean `{found}`?"),
        (None, []) => "there are none".to_owned(),
        (None, known) => format!("there are: {}", known.join(", ")),
    };
    SourceError::Target {
        given: source.to_string(),
        problem,
        help: Some(help),
    }
}

/// A recording, whose files lie beside it.
fn recording(
    output: PortName,
    path: &Path,
    findings: &mut Findings,
) -> Result<Option<Feed>, SourceError> {
    let bytes = read(path, Limit::INPUT)?;
    let name = path.display().to_string();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    // What it names besides lies in the same folder.
    let world = Directory::of(path, &AllowedFolders::default())?;
    let before = findings.diagnostics.counts().errors;
    let file = findings.sources.add(name.as_str(), text.as_str());
    let messages = Reader::new(&world, &mut findings.diagnostics).recording(file, &text, "");
    let is_good = findings.diagnostics.counts().errors == before;
    Ok(is_good.then(|| Feed::of_recording(output, messages)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_given_as_target_and_spec() {
        let read = |text: &str| text.parse::<SourceSpec>();
        let source = read("cam=http-like=name.png").unwrap();
        assert_eq!((source.node.as_str(), source.output), ("cam", None));
        assert_eq!(source.spec, "http-like=name.png");
        let source = read("detect.out=a.jsonl").unwrap();
        assert_eq!(source.output.as_deref(), Some("out"));
        assert_eq!(source.to_string(), "detect.out=a.jsonl");
        for wrong in ["cam", "=a.png", "cam=", "cam.=a.png"] {
            assert!(
                read(wrong).unwrap_err().starts_with("expected TARGET=SPEC"),
                "{wrong}"
            );
        }
    }
}
