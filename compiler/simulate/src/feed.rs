//! What outputs are fed in real time: a recording or pictures in, messages a little ahead of their time out.

use std::sync::Arc;
use std::time::Duration;

use oakc_desk::live::Live;
use oakc_desk::recording::Recorded;
use oakc_desk::sensor::Scene;
use oakc_desk::{Content, PortName, Program, Time};
use oakc_vision::Image;
use oakc_vision::warp::Sampling;

/// How far ahead messages are fed.
const AHEAD: Duration = Duration::from_millis(200);

/// Pictures a second of an output of which nothing is known.
const RATE: f64 = 30.0;

/// The size of pictures of which nothing is known.
const SIZE: (usize, usize) = (640, 400);

/// An output that is fed.
#[derive(Debug)]
pub(crate) struct Feed {
    pub(crate) output: PortName,
    what: What,
    /// The number of the next message.
    next: usize,
    /// When the recording began for the last time, or the next picture is due.
    from: Time,
}

#[derive(Debug)]
enum What {
    /// These messages, over and over.
    Messages {
        messages: Vec<Recorded>,
        round: Duration,
    },
    /// Pictures, so long apart.
    Pictures {
        scene: Arc<dyn Scene>,
        like: Option<Arc<Content>>,
        period: Duration,
    },
}

impl Feed {
    /// A recording. It begins again after its last message, after as long as the last two are apart.
    pub(crate) fn of_recording(output: PortName, messages: Vec<Recorded>) -> Self {
        let last = messages.last().map_or(Duration::ZERO, |message| message.at);
        let before = messages.iter().rev().find(|message| message.at < last);
        let gap = before.map_or(Duration::from_secs(1), |before| {
            last.saturating_sub(before.at)
        });
        let round = last + gap.max(Duration::from_millis(1));
        Self {
            output,
            what: What::Messages { messages, round },
            next: 0,
            from: Time::START,
        }
    }

    /// Pictures in the size, the format and the rate of the output, as far as they are known.
    pub(crate) fn of_scene(program: &Program, output: PortName, scene: Arc<dyn Scene>) -> Self {
        let (like, rate) = program.picture(&output);
        let rate = rate.filter(|rate| *rate > 0.001).unwrap_or(RATE);
        Self {
            output,
            what: What::Pictures {
                scene,
                like,
                period: Duration::from_secs_f64(1.0 / rate),
            },
            next: 0,
            from: Time::START,
        }
    }

    /// Feeds what is due soon.
    ///
    /// # Errors
    /// Why there is nothing to feed.
    pub(crate) fn pump(&mut self, live: &mut Live) -> Result<(), String> {
        let until = live.now() + AHEAD;
        match &self.what {
            What::Messages { messages, round } => {
                while let Some(message) = messages.get(self.next) {
                    let at = self.from + message.at;
                    if at > until {
                        return Ok(());
                    }
                    live.camera_mut()
                        .feed(&self.output, at, message.content.clone());
                    self.next += 1;
                    if self.next == messages.len() {
                        self.next = 0;
                        self.from = self.from + *round;
                    }
                }
            }
            What::Pictures {
                scene,
                like,
                period,
            } => {
                // What a slow machine has missed is not made up for.
                let now = live.now();
                while self.from + *period < now {
                    self.from = self.from + *period;
                    self.next += 1;
                }
                while self.from <= until {
                    let number = i64::try_from(self.next).unwrap_or(i64::MAX);
                    let size = like.as_deref().and_then(size_of).unwrap_or(SIZE);
                    let image = scene.shown(number, self.from, size)?;
                    let content = frame(&image, like.as_deref())?;
                    live.camera_mut().feed(&self.output, self.from, content);
                    self.from = self.from + *period;
                    self.next += 1;
                }
            }
        }
        Ok(())
    }
}

fn size_of(like: &Content) -> Option<(usize, usize)> {
    let outline = like.outline()?;
    (outline.width > 0 && outline.height > 0).then_some((outline.width, outline.height))
}

/// A picture as a frame of an output.
fn frame(image: &Image, like: Option<&Content>) -> Result<Content, String> {
    let said = |error: oakc_vision::ImageError| error.to_string();
    let Some(like) = like else {
        return Ok(Content::of_image(image));
    };
    let mut image = image.clone();
    if let Some((width, height)) = size_of(like) {
        image = image
            .scaled(width, height, Sampling::Bilinear)
            .map_err(said)?;
    }
    if let Some(outline) = like.outline() {
        image = image.converted(outline.kind).map_err(said)?;
    }
    Ok(Content::of_image(&image))
}
