//! Videos and pictures of whoever made them: Y4M, Motion JPEG.

use std::sync::Arc;

use oakc_desk::Time;
use oakc_desk::sensor::{Ending, Mjpeg, Scene, Stored, Y4m};

use crate::Outcome;

/// The largest picture that is looked at, in bytes of the file.
const LARGEST: usize = 1 << 16;

/// Opens a video both ways and looks at its first pictures.
///
/// # Panics
/// When the same picture is another one the second time.
pub fn footage(input: &[u8]) -> Outcome {
    if input.len() > LARGEST {
        return "too large".to_owned();
    }
    let stored = || -> Arc<dyn Stored> { Arc::new(Arc::<[u8]>::from(input)) };
    let y4m = Y4m::new(stored(), Ending::Repeats).map(|video| shown(&video));
    let mjpeg = Mjpeg::new(stored(), Ending::Stays).map(|video| shown(&video));
    let word = |result: Result<&'static str, String>| result.unwrap_or("none");
    format!("{} {}", word(y4m), word(mjpeg))
}

fn shown(scene: &dyn Scene) -> &'static str {
    let look = |number: i64| {
        let at = Time::from_nanos(u64::try_from(number).unwrap_or(0) * 100_000_000);
        scene.shown(number, at, (16, 16))
    };
    let (first, second, again) = (look(0), look(1), look(0));
    assert_eq!(first, again, "the same picture is another one");
    match (first.is_ok(), second.is_ok()) {
        (true, true) => "pictures",
        (true, false) | (false, true) => "one",
        (false, false) => "broken",
    }
}
