//! What was seen while a scenario is played, and how much of it steps have found.

use std::collections::{BTreeMap, VecDeque};

use crate::message::{Message, class_name};
use crate::observation::{Event, LogLine, PortName, ScriptEnd};
use crate::scenario::picture::Wanted;
use crate::scenario::{At, Expect, Expected, Lookout, Matcher, Mismatch};
use crate::sighting::{Happened, Sighting};
use crate::time::Time;

use super::failure::{ending, traceback};
use super::seen::Seen;
use super::trace::Trace;
use super::{ByName, Plan};

/// How many things that came instead are told.
const INSTEAD: usize = 5;
/// How many lines of the log a failure shows.
const LINES: usize = 8;

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Record {
    peers: ByName<Seen<Sighting>>,
    outputs: ByName<Seen<Sighting>>,
    inputs: ByName<Seen<Sighting>>,
    log: Seen<(Time, LogLine)>,
    ended: Seen<(Time, ScriptEnd)>,
    /// The last lines of the log, whoever looked for them.
    lines: VecDeque<(Time, LogLine)>,
    traceback: Option<String>,
    found: Vec<String>,
    trace: Trace,
}

impl Record {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut record = Self::default();
        for peer in &plan.scenario.peers {
            record
                .peers
                .insert(peer.name.value.clone(), Seen::default());
        }
        record
    }

    /// Adds what the camera did.
    pub(super) fn add(&mut self, at: Time, event: Event) {
        self.trace.event(at, &event);
        match event {
            Event::Sent(port, message) => {
                let seen = self.outputs.entry(port.to_string()).or_default();
                seen.add(sighting(at, &message));
            }
            Event::Arrived(port, message) => {
                let seen = self.inputs.entry(port.to_string()).or_default();
                seen.add(sighting(at, &message));
            }
            Event::Logged(line) => {
                if self.lines.len() >= LINES {
                    self.lines.pop_front();
                }
                self.lines.push_back((at, line.clone()));
                self.log.add((at, line));
            }
            Event::Ended(end) => {
                self.traceback = traceback(&end.how).map(str::to_owned);
                self.ended.add((at, end));
            }
            Event::Dropped(_) | Event::Starved(_) | Event::Pin(..) | Event::Serves(..) => {}
        }
    }

    /// Adds what a peer saw.
    pub(super) fn add_seen(&mut self, peer: &str, seen: Vec<Sighting>) {
        for seen in seen {
            self.trace.sighting(peer, &seen);
            self.peers.entry(peer.to_owned()).or_default().add(seen);
        }
    }

    /// A number for all that was seen.
    pub(super) fn trace(&self) -> u64 {
        self.trace.number()
    }

    /// Begins to look for something from where the last step stopped.
    pub(super) fn begin(&mut self) {
        let ports = self.outputs.values_mut().chain(self.inputs.values_mut());
        for seen in self.peers.values_mut().chain(ports) {
            seen.begin();
        }
        self.log.begin();
        self.ended.begin();
    }

    /// Whether something that is expected was seen.
    pub(super) fn find(&mut self, plan: &Plan, expected: &Expected) -> bool {
        let found = match expected {
            Expected::Message { at, matcher } => find_sighting(self.seen_mut(plan, at), matcher),
            Expected::Log { text, level, node } => {
                let found = self.log.find(|(_, line)| {
                    line.text.contains(text.as_str())
                        && level.is_none_or(|level| level == line.level.name())
                        && node.as_ref().is_none_or(|node| node.value == line.node)
                });
                found.map(|(at, line)| (at, line.to_string()))
            }
            Expected::Ended { node, error } => {
                let found = self.ended.find(|(_, end)| {
                    let how = ending(&end.how);
                    let fits = match error {
                        Some(error) => how.contains(error.as_str()),
                        None => true,
                    };
                    fits && end.node == node.value
                });
                found.map(|(at, end)| (at, ending(&end.how)))
            }
            Expected::Golden { .. } => None,
        };
        let Some((at, found)) = found else {
            return false;
        };
        self.found = vec![format!("at {at} s: {found}")];
        true
    }

    /// The first picture of those that fit otherwise, as a file, unless it shows what is expected.
    pub(super) fn next_picture(&mut self, plan: &Plan, expected: &Expected) -> Option<Vec<u8>> {
        let Expected::Message { at, matcher } = expected else {
            return None;
        };
        let seen = self.seen_mut(plan, at)?;
        let anything = Matcher {
            picture: None,
            ..matcher.clone()
        };
        let fits = |seen: &Sighting| anything.check(seen).is_ok() && Wanted::of(seen).is_some();
        let first = seen.items().find(|seen| fits(seen))?;
        if matcher.check(first).is_ok() {
            return None;
        }
        let file = Wanted::of(first);
        seen.begin();
        seen.find(fits);
        file
    }

    /// What was found last.
    pub(super) fn last_found(&self) -> Vec<String> {
        self.found.clone()
    }

    /// All that was seen there and no step has found.
    pub(super) fn all_at(&mut self, plan: &Plan, at: &Lookout) -> Vec<Sighting> {
        self.seen_mut(plan, at).map(Seen::take).unwrap_or_default()
    }

    /// What was seen there.
    fn seen(&self, plan: &Plan, at: &Lookout) -> Option<&Seen<Sighting>> {
        let (all, name) = match at {
            Lookout::Peer(peer) => (&self.peers, peer.value.clone()),
            Lookout::Output(output) => (&self.outputs, port(&plan.outputs, output)?),
            Lookout::Input(input) => (&self.inputs, port(&plan.inputs, input)?),
        };
        all.get(&name)
    }

    fn seen_mut(&mut self, plan: &Plan, at: &Lookout) -> Option<&mut Seen<Sighting>> {
        let (all, name) = match at {
            Lookout::Peer(peer) => (&mut self.peers, peer.value.clone()),
            Lookout::Output(output) => (&mut self.outputs, port(&plan.outputs, output)?),
            Lookout::Input(input) => (&mut self.inputs, port(&plan.inputs, input)?),
        };
        all.get_mut(&name)
    }

    /// What did not happen.
    pub(super) fn missing(expect: &Expect, found: usize) -> String {
        let what = describe(&expect.what);
        match (expect.count, found) {
            (1, _) => format!("not seen: {what}"),
            (count, found) => format!("seen {found} times, not {count}: {what}"),
        }
    }

    /// What came instead of what was expected, after so many that fitted.
    pub(super) fn instead(&self, plan: &Plan, expected: &Expected, found: usize) -> Vec<String> {
        let mut instead = self.others(plan, expected);
        if found > 0 {
            instead = self
                .found
                .iter()
                .map(|last| format!("the last was {last}"))
                .collect();
        }
        instead
    }

    fn others(&self, plan: &Plan, expected: &Expected) -> Vec<String> {
        match expected {
            Expected::Message { at, matcher } => {
                let nothing = format!("nothing came {}", at.phrase());
                sightings(self.seen(plan, at), matcher, nothing)
            }
            Expected::Log { .. } => {
                let lines = self.log.items().rev().take(INSTEAD).rev();
                let lines = lines.map(|(at, line)| format!("at {at} s: {line}"));
                or_nothing(lines.collect(), "nothing was logged".to_owned())
            }
            Expected::Ended { node, .. } => {
                let ends = (self.ended.items()).filter(|(_, end)| end.node == node.value);
                let ends = ends.map(|(at, end)| format!("at {at} s: it {}", ending(&end.how)));
                or_nothing(ends.collect(), format!("`{}` still runs", node.value))
            }
            Expected::Golden { .. } => Vec::new(),
        }
    }

    /// The last lines of the log.
    pub(super) fn last_lines(&self) -> Vec<(Time, LogLine)> {
        self.lines.iter().cloned().collect()
    }

    /// The traceback of the script that ended last.
    pub(super) fn last_traceback(&self) -> Option<String> {
        self.traceback.clone()
    }
}

fn sighting(at: Time, message: &Message) -> Sighting {
    let content = &message.content;
    let seen = Sighting::message(at, content.data.to_vec());
    Sighting {
        fields: Some(content.to_json()),
        ..seen.fact("type", class_name(content.datatype))
    }
}

/// The port that a step means by a name, as text.
fn port(ports: &BTreeMap<String, PortName>, name: &At<String>) -> Option<String> {
    ports.get(&name.value).map(PortName::to_string)
}

fn find_sighting(seen: Option<&mut Seen<Sighting>>, matcher: &Matcher) -> Option<(Time, String)> {
    let found = seen?.find(|seen| matcher.check(seen).is_ok())?;
    Some((found.at, found.describe()))
}

fn sightings(seen: Option<&Seen<Sighting>>, matcher: &Matcher, nothing: String) -> Vec<String> {
    let items = seen.into_iter().flat_map(Seen::items);
    let all: Vec<_> = items.collect();
    let left_out = all.len().saturating_sub(INSTEAD);
    let mut lines = Vec::new();
    if left_out > 0 {
        lines.push(format!("{left_out} others before, and"));
    }
    lines.extend(all.iter().skip(left_out).map(|seen| {
        let (at, what) = (seen.at, seen.describe());
        match matcher.check(seen) {
            Err(Mismatch(difference)) => format!("at {at} s: {what}: {difference}"),
            Ok(()) => format!("at {at} s: {what}"),
        }
    }));
    or_nothing(lines, nothing)
}

fn or_nothing(lines: Vec<String>, nothing: String) -> Vec<String> {
    if lines.is_empty() {
        vec![nothing]
    } else {
        lines
    }
}

/// What is expected, as a phrase.
pub(super) fn describe(expected: &Expected) -> String {
    match expected {
        Expected::Message { at, matcher } => format!("{} {}", thing(matcher), at.phrase()),
        Expected::Log { text, level, .. } => {
            format!(
                "the line `{text}` in the log{}",
                level.map_or(String::new(), |it| format!(", level {it}"))
            )
        }
        Expected::Ended { node, error } => match error {
            Some(error) => format!("the end of `{}` by `{error}`", node.value),
            None => format!("the end of `{}`", node.value),
        },
        Expected::Golden { at, .. } => match at {
            Lookout::Peer(of) | Lookout::Output(of) => format!("what came from `{}`", of.value),
            Lookout::Input(of) => format!("what came to `{}`", of.value),
        },
    }
}

fn thing(matcher: &Matcher) -> String {
    match matcher.event {
        Happened::Message => {}
        Happened::Connected => return "a connection".to_owned(),
        Happened::Closed => return "the end of a connection".to_owned(),
    }
    let mut parts: Vec<_> = (matcher.facts.iter())
        .map(|(name, value)| match value {
            serde_json::Value::String(text) => format!("{name} {text}"),
            other => format!("{name} {other}"),
        })
        .collect();
    parts.extend(matcher.json.iter().map(ToString::to_string));
    parts.extend(matcher.text.iter().map(|text| format!("`{text}`")));
    parts.extend(
        matcher
            .bytes
            .iter()
            .map(|bytes| crate::sighting::content(bytes)),
    );
    parts.extend(
        matcher
            .headers
            .iter()
            .map(|(name, value)| format!("header {name}: {value}")),
    );
    parts.extend(
        matcher
            .min_bytes
            .iter()
            .map(|least| format!("at least {least} bytes")),
    );
    parts.extend(
        (matcher.picture.iter()).map(|picture| format!("the picture of `{}`", picture.file)),
    );
    if parts.is_empty() {
        return "a message".to_owned();
    }
    format!("a message with {}", parts.join(", "))
}
