//! Scenarios: what happens around an application, and what it has to do.
//!
//! In: the text of `tests/*.toml` or `*.yaml` beside an application. Out: a [`Scenario`], every part with its
//! place in the text; or diagnostics, all at once. Never: a file read, an application run, or a misspelt key
//! that is passed over.

mod duration;
mod matcher;
mod peers;
pub mod picture;
mod reading;
mod schema;
mod steps;
#[cfg(test)]
mod tests;

use std::net::Ipv4Addr;
use std::time::Duration;

use oakc_core::Override;
use oakc_core::config::sounds_secret;
use oakc_core::syntax::{self, Language, conceal};
use oakc_diag::{Diagnostics, FileId, Rule, Severity, SourceMap, Span};
use serde_json::{Map, Value};

pub use duration::{human, parse_duration};
pub use matcher::{Matcher, Mismatch};
pub use peers::{Answer, Framing, Peer, PeerKind, Stream, Zone};
pub use schema::json_schema;
pub use steps::{
    Delivery, Expect, Expected, Fault, FaultKind, Feeding, Lookout, Send, Step, StepKind,
};

use reading::Reading;

/// A scenario that cannot be played.
pub static INVALID_SCENARIO: Rule = Rule {
    code: "OAK254",
    name: "invalid-scenario",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A scenario of `oakc test` that cannot be played.",
    docs: include_str!("invalid_scenario.md"),
};

/// A scenario whose application did something else than the scenario says.
pub static FAILED_SCENARIO: Rule = Rule {
    code: "OAK255",
    name: "failed-scenario",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "In a scenario of `oakc test`, the application did something else than expected.",
    docs: include_str!("failed_scenario.md"),
};

/// The rules about scenarios.
pub static RULES: [&Rule; 2] = [&INVALID_SCENARIO, &FAILED_SCENARIO];

/// How long a scenario may take in virtual time if it does not say so.
pub const LIMIT: Duration = Duration::from_mins(10);
/// How long a step waits for what it expects if it does not say so.
pub const WITHIN: Duration = Duration::from_secs(10);

/// A value and where it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub span: Span,
}

/// What happens around an application, and what it has to do.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file it is written in.
    pub file: FileId,
    /// What it is written in, and so what advice about it is written in.
    pub language: Language,
    /// What it is for, in its own words.
    pub description: Option<String>,
    /// The application, relative to the scenario; none means that in the folder above.
    pub app: Option<At<String>>,
    /// Parameters of the application; `${peer.host}` and `${peer.port}` are filled in.
    pub params: Vec<Override>,
    /// When it ends at the latest, in virtual time.
    pub limit: Duration,
    /// What chooses the interleaving, unless the command line does.
    pub seed: Option<u64>,
    /// What outputs send instead of what their nodes would.
    pub feeds: Vec<Feed>,
    /// How long native nodes take for a message.
    pub latencies: Vec<(At<String>, Duration)>,
    /// Who is on the network.
    pub peers: Vec<Peer>,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// What an output sends, or what the sensor of a camera sees.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// The node.
    pub node: At<String>,
    /// Its output; none for pictures that its sensor sees.
    pub output: Option<At<String>>,
    /// What it is fed.
    pub from: FeedSource,
    /// Start again from the beginning after so long.
    pub repeat: Option<Duration>,
}

impl Feed {
    /// The output as scenarios write it: `node.output`.
    pub fn target(&self) -> String {
        match &self.output {
            Some(output) => format!("{}.{}", self.node.value, output.value),
            None => self.node.value.clone(),
        }
    }
}

/// Where the messages of a feed come from.
#[derive(Clone, Debug, PartialEq)]
pub enum FeedSource {
    /// A recording beside the scenario.
    Recording(At<String>),
    /// Messages that the scenario itself has, as lines of a recording.
    Messages(Vec<At<Map<String, Value>>>),
    /// Pictures by a pattern of file names.
    Pictures(At<String>),
}

impl Scenario {
    /// Reads a scenario; `name` is shown in diagnostics and tells TOML from YAML. `None` means that
    /// `diagnostics` has at least one error.
    pub fn read(
        name: &str,
        text: &str,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let file = sources.add(name, text);
        let language = Language::of_path(name).unwrap_or(Language::Toml);
        let Some(tree) = syntax::parse(file, text, language, diagnostics) else {
            let words = conceal(sources, file, &|_, line| sounds_secret(line));
            for word in &words {
                sources.hide(word);
            }
            diagnostics.mask(sources);
            return None;
        };
        let before = diagnostics.counts().errors;
        let scenario = Reading::new(file, language, diagnostics).scenario(&tree);
        (diagnostics.counts().errors == before)
            .then_some(scenario)
            .flatten()
    }

    /// The peer of that name.
    pub fn peer(&self, name: &str) -> Option<&Peer> {
        self.peers.iter().find(|peer| peer.name.value == name)
    }
}

/// The address of the camera on the desk's network.
pub const CAMERA: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);

/// The address of peer number `index`, unless it says which it has.
fn address(index: usize) -> Ipv4Addr {
    let [low, ..] = index.saturating_add(2).to_le_bytes();
    Ipv4Addr::new(10, 77, 0, low)
}
