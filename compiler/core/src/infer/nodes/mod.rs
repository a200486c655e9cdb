//! What each node kind makes of what it gets: one file a kind, one line in [`KINDS`].

mod mono_camera;

use super::Inference;

/// A node kind, and what it makes of what it gets.
type Kind = (&'static str, fn(&mut Inference<'_, '_>));

/// The kinds whose outputs can be known.
static KINDS: &[Kind] = &[("MonoCamera", mono_camera::infer)];

/// Says what the outputs of a node send. Other kinds send what nobody can know.
pub(super) fn infer(turn: &mut Inference<'_, '_>) {
    let kind = turn.node.kind();
    if let Some((_, infer)) = KINDS.iter().find(|(name, _)| *name == kind) {
        infer(turn);
    }
}
