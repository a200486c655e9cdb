//! Differences between assets.
//!
//! In: the assets of both sides. Out: what differs in their contents, line by line for text. Never:
//! a comparison by lines of texts that are too long for it.

use std::collections::BTreeSet;

use serde::Serialize;
use similar::TextDiff;

use super::content::{AssetContent, Assets};
use super::veil::Veil;
use oakc_digest::sha256;

/// Longest text that is compared line by line, in lines: the work grows with their square.
const MAX_LINES: usize = 5_000;

/// Lines shown before and after one that differs.
const CONTEXT: usize = 3;

/// An asset that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AssetDifference {
    /// Its key, or its uri where it belongs to no node.
    pub key: String,
    /// What it was; none where it was not there.
    pub before: Option<AssetFacts>,
    /// What it is; none where it is gone.
    pub after: Option<AssetFacts>,
    /// A unified diff, where both are text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What tells one asset from another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AssetFacts {
    /// Length in bytes; none where its entry points outside the storage.
    pub size: Option<usize>,
    /// SHA-256 of the bytes, 64 digits.
    pub sha256: Option<String>,
    /// What its place in the storage is a multiple of.
    pub alignment: u32,
}

impl AssetFacts {
    /// Those of what is shown of it: a digest of a secret would tell it.
    fn of(asset: &AssetContent<'_>, veil: &Veil) -> Self {
        let bytes = asset.bytes.as_deref().map(|bytes| veil.bytes(bytes));
        Self {
            size: bytes.as_ref().map(|bytes| bytes.len()),
            sha256: bytes.as_deref().map(sha256),
            alignment: asset.alignment,
        }
    }
}

/// What differs, in the order of the keys.
pub(super) fn differences(
    before: &Assets<'_>,
    after: &Assets<'_>,
    veil: &Veil,
) -> Vec<AssetDifference> {
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let pairs = keys
        .into_iter()
        .map(|key| (key, before.get(key), after.get(key)));
    let differing = pairs.filter(|(_, before, after)| before != after);
    differing
        .map(|(key, before, after)| AssetDifference {
            key: key.clone(),
            before: before.map(|it| AssetFacts::of(it, veil)),
            after: after.map(|it| AssetFacts::of(it, veil)),
            text: text(before, after, veil),
        })
        .collect()
}

fn text(
    before: Option<&AssetContent<'_>>,
    after: Option<&AssetContent<'_>>,
    veil: &Veil,
) -> Option<String> {
    let (before, after) = veil.pair(lines(before?)?, lines(after?)?);
    let diff = TextDiff::from_lines(&before, &after);
    let text = diff.unified_diff().context_radius(CONTEXT).to_string();
    (!text.is_empty()).then(|| Veil::lifted(&text))
}

/// The content, where it is a text that is not too long.
fn lines<'a>(asset: &'a AssetContent<'_>) -> Option<&'a str> {
    let text = std::str::from_utf8(asset.bytes.as_deref()?).ok()?;
    let fits = text.lines().nth(MAX_LINES).is_none();
    (fits && !text.contains('\0')).then_some(text)
}
