//! From a pipeline with a host to one without.
//!
//! In: a pipeline. Out: the pipeline without XLink nodes and without what hangs only on them, or
//! with scripts in their place that serve the streams. Never: a node that is removed without a
//! note.
//!
//! A node hangs only on XLink if nothing but a host fed it, or if nothing but a host received what
//! it makes. If nothing else would be left, the latter stay: they are what there is to build upon.

use std::collections::{BTreeMap, BTreeSet};

use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::node::{Peer, Role};
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::NodeConnectionSchema;
use oakc_runtime_schema::reflect::Value;

use super::Note;
use super::names::names;
use super::original::{Original, OriginalNode};
use super::serve::{self, Serve};

/// A pipeline without a host.
#[derive(Debug)]
pub(super) struct Standalone {
    /// What is left, and what took the place of something.
    pub(super) original: Original,
    /// A name for each node by id.
    pub(super) names: BTreeMap<i64, String>,
    /// What went, stream by stream.
    pub(super) notes: Vec<Note>,
}

/// Takes the host out of a pipeline.
pub(super) fn standalone(mut original: Original, serve: Option<Serve>) -> Standalone {
    let mut notes = Vec::new();
    if let Some(serve) = serve {
        serve_all(&mut original, serve, &mut notes);
    }
    let names = names(&original);
    let links = Links::of(&original.links);
    let removed = Removed::of(&original, &links);
    let about = About {
        original: &original,
        links: &links,
        removed: &removed,
        names: &names,
    };
    about.everything(&mut notes);
    let is_left = |id: i64| !removed.contains(id);
    original.nodes.retain(|id, _| is_left(*id));
    original
        .links
        .retain(|link| is_left(link.node1_id) && is_left(link.node2_id));
    Standalone {
        original,
        names,
        notes,
    }
}

/// Puts a serving script in the place of every XLinkOut.
fn serve_all(original: &mut Original, serve: Serve, notes: &mut Vec<Note>) {
    let mut served = BTreeSet::new();
    let raw = sends_raw_frames(original);
    let mut uncompressed = Vec::new();
    for (id, node) in &mut original.nodes {
        if node.kind != Kind::XLinkOut {
            continue;
        }
        let stream = stream_name(node);
        let number = u16::try_from(served.len()).unwrap_or(u16::MAX);
        if raw.contains(id) {
            uncompressed.push(format!("`{stream}`"));
        }
        notes.push(Note::new(
            "streams",
            format!(
                "`{stream}` went to a host; a script serves it now: {}",
                serve.address(number)
            ),
        ));
        *node = serve.node(&stream, number);
        served.insert(*id);
    }
    if !uncompressed.is_empty() {
        let text = format!(
            "uncompressed frames: {}. A VideoEncoder in front of the script saves most of the bandwidth",
            uncompressed.join(", ")
        );
        notes.push(Note::new("streams", text));
    }
    for link in &mut original.links {
        if served.contains(&link.node2_id) {
            let (group, name) = serve::INPUT;
            group.clone_into(&mut link.node2_input_group);
            name.clone_into(&mut link.node2_input);
        }
    }
}

/// The nodes that get frames which nothing encoded.
fn sends_raw_frames(original: &Original) -> BTreeSet<i64> {
    let raw = original.links.iter().filter(|link| {
        let sender = original.nodes.get(&link.node1_id);
        let sender = sender.filter(|node| node.kind != Kind::VideoEncoder);
        let output = sender.and_then(|node| node.kind.output(&link.node1_output));
        output.is_some_and(|output| {
            let mut types = output.datatypes.iter();
            types.any(|accepts| accepts.datatype == Datatype::ImgFrame)
        })
    });
    raw.map(|link| link.node2_id).collect()
}

fn stream_name(node: &OriginalNode) -> String {
    match node.property("stream_name") {
        Some(Value::Str(name)) => name.clone(),
        _ => String::new(),
    }
}

/// Which node feeds which.
#[derive(Default)]
struct Links<'a> {
    forward: BTreeMap<i64, BTreeSet<i64>>,
    backward: BTreeMap<i64, BTreeSet<i64>>,
    out_of: BTreeMap<i64, Vec<&'a NodeConnectionSchema>>,
    into: BTreeMap<i64, Vec<&'a NodeConnectionSchema>>,
}

impl<'a> Links<'a> {
    fn of(links: &'a [NodeConnectionSchema]) -> Self {
        let mut all = Self::default();
        for link in links {
            let (from, to) = (link.node1_id, link.node2_id);
            all.forward.entry(from).or_default().insert(to);
            all.backward.entry(to).or_default().insert(from);
            all.out_of.entry(from).or_default().push(link);
            all.into.entry(to).or_default().push(link);
        }
        all
    }

    /// All nodes from which one of `ends` can be reached, those included.
    fn leading_to(&self, ends: impl IntoIterator<Item = i64>) -> BTreeSet<i64> {
        self.leading_to_among(ends, |_| true)
    }

    /// The same, over nodes for which `counts` holds.
    fn leading_to_among(
        &self,
        ends: impl IntoIterator<Item = i64>,
        counts: impl Fn(i64) -> bool,
    ) -> BTreeSet<i64> {
        let mut found = BTreeSet::new();
        let mut open: Vec<i64> = ends.into_iter().collect();
        while let Some(id) = open.pop() {
            if counts(id) && found.insert(id) {
                open.extend(self.backward.get(&id).into_iter().flatten());
            }
        }
        found
    }
}

/// The XLink nodes, and the nodes that hang only on them.
#[derive(Default)]
struct Removed {
    xlink: BTreeSet<i64>,
    /// Nothing feeds them any more, and they cannot do without.
    starved: BTreeSet<i64>,
    /// Nothing but a host got what they make.
    useless: BTreeSet<i64>,
}

impl Removed {
    fn of(original: &Original, links: &Links<'_>) -> Self {
        let mut removed = Self::default();
        for (id, node) in &original.nodes {
            if node.kind.needs_host() {
                removed.xlink.insert(*id);
            }
        }
        removed.starve(original, links);
        let uses = original
            .nodes
            .iter()
            .filter(|(id, node)| leads_outside(node.kind) && !removed.contains(**id));
        let useful = links.leading_to(uses.map(|(id, _)| *id));
        if !useful.is_empty() {
            let for_a_host = links.leading_to(removed.xlink.iter().copied());
            let useless = for_a_host.difference(&useful).copied();
            removed.useless = useless.filter(|id| !removed.contains(*id)).collect();
        }
        removed
    }

    fn contains(&self, id: i64) -> bool {
        let sets = [&self.xlink, &self.starved, &self.useless];
        sets.iter().any(|ids| ids.contains(&id))
    }

    fn starve(&mut self, original: &Original, links: &Links<'_>) {
        // How many nodes that are not removed feed each node.
        let fed = links.backward.iter().map(|(id, feeders)| {
            let left = feeders.iter().filter(|feeder| !self.contains(**feeder));
            (*id, left.count())
        });
        let mut fed: BTreeMap<i64, usize> = fed.collect();
        let mut starving: Vec<i64> = self
            .xlink
            .iter()
            .flat_map(|id| links.forward.get(id).into_iter().flatten())
            .copied()
            .collect();
        while let Some(id) = starving.pop() {
            let lives = original
                .nodes
                .get(&id)
                .is_some_and(|node| lives_on_messages(node.kind));
            if !lives || fed.get(&id).is_some_and(|left| *left > 0) || self.contains(id) {
                continue;
            }
            self.starved.insert(id);
            for next in links.forward.get(&id).into_iter().flatten() {
                if let Some(left) = fed.get_mut(next) {
                    *left = left.saturating_sub(1);
                }
                starving.push(*next);
            }
        }
    }
}

/// Whether a node does nothing unless it is fed. Cameras take control messages but need none, and
/// what a script does is its own affair.
fn lives_on_messages(kind: Kind) -> bool {
    match kind.role {
        Role::Transform | Role::Sender(_) => true,
        Role::Camera(_) | Role::Source | Role::Program | Role::Receiver(_) => false,
    }
}

/// Whether what a node gets can have an effect outside the pipeline.
fn leads_outside(kind: Kind) -> bool {
    match kind.role {
        Role::Program | Role::Sender(_) => true,
        Role::Camera(_) | Role::Source | Role::Transform | Role::Receiver(_) => false,
    }
}

struct About<'a> {
    original: &'a Original,
    links: &'a Links<'a>,
    removed: &'a Removed,
    names: &'a BTreeMap<i64, String>,
}

impl About<'_> {
    fn name(&self, id: i64) -> &str {
        self.names.get(&id).map_or("", String::as_str)
    }

    fn everything(&self, notes: &mut Vec<Note>) {
        if !self.removed.xlink.is_empty() {
            notes.push(Note::new("streams", self.advice()));
        }
        for (id, node) in &self.original.nodes {
            match node.kind.role {
                Role::Sender(Peer::Host) => notes.push(self.output(*id, node)),
                Role::Receiver(Peer::Host) => notes.push(self.input(*id, node)),
                Role::Camera(_)
                | Role::Source
                | Role::Transform
                | Role::Program
                | Role::Receiver(Peer::UsbHost | Peer::Microcontroller)
                | Role::Sender(Peer::UsbHost | Peer::Microcontroller) => {}
            }
        }
        for id in &self.removed.starved {
            let text = format!("`{}` is removed: nothing feeds it any more", self.name(*id));
            notes.push(Note::new("streams", text));
        }
        for link in &self.original.links {
            let (from, to) = (link.node1_id, link.node2_id);
            if self.removed.contains(from) && !self.removed.contains(to) {
                notes.push(Note::new(self.name(to), self.loss(link)));
            }
        }
    }

    /// What there is to say of all streams at once.
    fn advice(&self) -> String {
        let has = |kind| self.original.nodes.values().any(|node| node.kind == kind);
        let mut text =
            "a standalone camera has no host, so these XLink nodes are removed, with what only \
                        they needed"
                .to_owned();
        if has(Kind::XLinkOut) {
            text += ". `oakc import --serve tcp` or `--serve http` keeps what went to a host: scripts then serve it on the network";
        }
        if has(Kind::XLinkIn) {
            text += ". A Script can send what came from a host";
        }
        text
    }

    /// What there is to say of an XLinkOut.
    fn output(&self, id: i64, node: &OriginalNode) -> Note {
        let sources = self.links.into.get(&id).into_iter().flatten();
        let sources =
            sources.map(|link| format!("{}.{}", self.name(link.node1_id), link.node1_output));
        let sources: Vec<_> = sources.collect();
        // What leads here over a node that stays is useful.
        let with = self
            .links
            .leading_to_among([id], |id| self.removed.contains(id));
        let with = with.intersection(&self.removed.useless);
        let with: Vec<_> = with
            .map(|other| format!("`{}`", self.name(*other)))
            .collect();
        let gone = match with.as_slice() {
            [] => String::new(),
            several => format!("; with it {}", several.join(", ")),
        };
        Note::new(
            "streams",
            format!(
                "`{}` ({}) went to a host{gone}",
                stream_name(node),
                sources.join(", ")
            ),
        )
    }

    /// What there is to say of an XLinkIn.
    fn input(&self, id: i64, node: &OriginalNode) -> Note {
        let fed = self.links.out_of.get(&id).into_iter().flatten();
        let fed = fed.map(|link| format!("{}.{}", self.name(link.node2_id), link.node2_input));
        let fed: Vec<_> = fed.collect();
        Note::new(
            "streams",
            format!(
                "`{}` ({}) came from a host",
                stream_name(node),
                fed.join(", ")
            ),
        )
    }

    /// What there is to say at an input that nothing feeds any more.
    fn loss(&self, link: &NodeConnectionSchema) -> String {
        let sender = self.original.nodes.get(&link.node1_id);
        let host = sender.filter(|node| node.kind == Kind::XLinkIn);
        let feeder = match host {
            Some(node) => format!("the host, with the stream `{}`,", stream_name(node)),
            None => format!("`{}`, which is removed,", self.name(link.node1_id)),
        };
        format!("{feeder} fed `{}`", link.node2_input)
    }
}
