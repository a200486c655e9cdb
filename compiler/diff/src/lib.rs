//! What differs between two applications.
//!
//! In: two [`Content`]s, of applications, packages, or one of each. Out: a [`Difference`], which is
//! empty exactly if both sides do the same. Never: a difference in ids, numbers of ports, names in
//! a configuration or the order of anything.
//!
//! What is compared is what the camera gets, decoded. Nodes are matched by what they are and what
//! is around them (`matching`).

mod assets;
mod colours;
mod content;
mod links;
mod matching;
mod nodes;
mod page;
mod values;
mod veil;

use oakc_diag::render::Page;
use oakc_runtime_schema::reflect::{Shape, Value};
use serde::Serialize;
use serde_json::Value as Json;

pub use assets::{AssetDifference, AssetFacts};
pub use content::{
    AssetContent, Assets, Content, Firmware, NodeContent, Part, PipelineContent, Ports, Unreadable,
    with_modules, without_number,
};
pub use links::LinkDifference;
pub use nodes::{NodeDifference, NodeLabel};
pub use values::Change;

use matching::Matching;
use veil::Veil;

/// What differs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// The application as a whole: its name.
    pub application: Vec<Change>,
    /// The firmware and how it is stored.
    pub firmware: Vec<Change>,
    /// The board configuration, by its keys.
    pub board: Vec<Change>,
    /// The global properties, by their keys.
    pub pipeline: Vec<Change>,
    /// Nodes that came, went or changed.
    pub nodes: Vec<NodeDifference>,
    /// Links that came or went.
    pub links: Vec<LinkDifference>,
    /// Assets that belong to no node.
    pub assets: Vec<AssetDifference>,
}

/// A difference with what was compared.
#[derive(Serialize)]
struct Report<'a> {
    before: &'a str,
    after: &'a str,
    /// How many things differ.
    count: usize,
    #[serde(flatten)]
    difference: &'a Difference,
}

impl Difference {
    /// Compares two sides.
    pub fn between(before: &Content<'_>, after: &Content<'_>) -> Self {
        let veil = Veil::new(&before.secrets, &after.secrets);
        let mut found = Self {
            application: different("name", before.app_name.clone(), after.app_name.clone()),
            firmware: firmware(&before.firmware, &after.firmware),
            board: part(&before.board, &after.board, whole),
            ..Self::default()
        };
        found.pipeline = part(&before.pipeline, &after.pipeline, |before, after| {
            let matching = Matching::of(before, after);
            found.nodes = nodes::differences(before, after, &matching, &veil);
            found.links = links::differences(before, after, &matching);
            whole(&before.global_properties, &after.global_properties)
        });
        // Which assets belong to nodes, only the pipeline tells.
        if before.pipeline.is_ok() == after.pipeline.is_ok() {
            let changes = part(&before.assets, &after.assets, |before, after| {
                found.assets = assets::differences(before, after, &veil);
                Vec::new()
            });
            found.pipeline.extend(changes);
        }
        found.hide(&veil);
        found
    }

    /// Takes secrets out of everything but the assets, which have none.
    fn hide(&mut self, veil: &Veil) {
        for changes in [
            &mut self.application,
            &mut self.firmware,
            &mut self.board,
            &mut self.pipeline,
        ] {
            veil.changes(changes);
        }
        for node in &mut self.nodes {
            veil.changes(&mut node.changes);
        }
        for link in &mut self.links {
            link.from = veil.text(&link.from);
            link.to = veil.text(&link.to);
        }
    }

    /// Whether both sides are the same.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// How many things differ: values, nodes that came or went, links, assets.
    pub fn count(&self) -> usize {
        let values = [
            &self.application,
            &self.firmware,
            &self.board,
            &self.pipeline,
        ];
        let values: usize = values.map(Vec::len).iter().sum();
        let nodes: usize = self.nodes.iter().map(NodeDifference::count).sum();
        values + nodes + self.links.len() + self.assets.len()
    }

    /// The difference for programs, with the names of what was compared.
    ///
    /// # Errors
    /// Where it has no form in JSON, which is a bug.
    pub fn json_text(&self, before: &str, after: &str) -> serde_json::Result<String> {
        serde_json::to_string_pretty(&Report {
            before,
            after,
            count: self.count(),
            difference: self,
        })
    }

    /// The difference for people.
    pub fn page(&self) -> Page {
        page::page(self)
    }
}

fn whole(before: &(Shape, Value), after: &(Shape, Value)) -> Vec<Change> {
    values::changes("", &before.0, &before.1, &after.1)
}

/// Compares a part, as bytes where it cannot be decoded on both sides.
fn part<'a, T>(
    before: &Part<'a, T>,
    after: &Part<'a, T>,
    decoded: impl FnOnce(&T, &T) -> Vec<Change>,
) -> Vec<Change> {
    match (before, after) {
        (Ok(before), Ok(after)) => decoded(before, after),
        (Err(before), Err(after)) if before.bytes == after.bytes => Vec::new(),
        (before, after) => vec![Change::new(
            "content",
            readability(before),
            readability(after),
        )],
    }
}

fn readability<T>(part: &Part<'_, T>) -> String {
    match part {
        Ok(_) => "readable".to_owned(),
        Err(Unreadable { reason, .. }) => reason.clone(),
    }
}

fn different<T: PartialEq + Into<Json>>(path: &str, before: T, after: T) -> Vec<Change> {
    let differ = before != after;
    differ
        .then(|| Change::new(path, before, after))
        .into_iter()
        .collect()
}

/// Only what both sides say is compared; the image by name where both have one.
fn firmware(before: &Firmware, after: &Firmware) -> Vec<Change> {
    fn known<T: PartialEq + Into<Json>>(path: &str, a: Option<T>, b: Option<T>) -> Vec<Change> {
        a.zip(b)
            .map_or_else(Vec::new, |(a, b)| different(path, a, b))
    }
    let (a, b) = (before.clone(), after.clone());
    let mut image = known("variant", a.variant, b.variant);
    if image.is_empty() {
        image = known("image_sha256", a.image_sha256, b.image_sha256);
    }
    [
        known("release", a.release, b.release),
        image,
        known("compression", a.compression, b.compression),
        known("check_checksum", a.check_checksum, b.check_checksum),
    ]
    .concat()
}
