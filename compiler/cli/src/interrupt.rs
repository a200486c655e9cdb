//! Ctrl-C: a wish to stop out. The first ends things in order, the second at once.

use oakc_device::{Cancel, Reach};

use crate::failure::Failure;

/// A wish to stop that Ctrl-C expresses.
pub(crate) fn cancel_on_interrupt() -> Result<Cancel, Failure> {
    let cancel = Cancel::default();
    let asked = cancel.clone();
    let handler = move || {
        if asked.is_cancelled() {
            #[expect(clippy::exit, reason = "the user asked twice")]
            std::process::exit(3);
        }
        asked.cancel();
    };
    ctrlc::set_handler(handler).map_err(Failure::world)?;
    Ok(cancel)
}

/// A way to cameras that Ctrl-C ends.
pub(crate) fn reach_until_interrupt() -> Result<Reach, Failure> {
    Ok(Reach {
        cancel: cancel_on_interrupt()?,
        ..Reach::default()
    })
}
