//! Cameras on USB, over a cable that keeps the rules of USB.

mod cable;
mod flashing;
mod host;
mod stream;

pub(crate) use cable::Nature;
pub(crate) use host::plug_in;
