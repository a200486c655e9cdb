//! What a program tells the camera while it runs: it in, a note for the application out that says what is lost
//! on a standalone camera, and how to say it there.

use std::fmt;

use oakc_import::Note;
use serde::Deserialize;

/// Under which heading the notes stand.
const ABOUT: &str = "host";

/// One thing that the program says, the first time that it does.
#[derive(Debug, Deserialize)]
pub(crate) struct Told {
    kind: Kind,
    /// The method, the stream or the model.
    name: String,
    /// The method's arguments, the message's type, or the size that was made up.
    detail: String,
    line: Option<u32>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// A method of the device was called.
    Device,
    /// A message was sent through a stream.
    Sent,
    /// A method was called that the library no longer has.
    Gone,
    /// A missing model was asked for its size.
    Guessed,
}

/// What there is to know of all of it; what has the same remedy is one note.
pub(crate) fn notes(told: &[Told]) -> Vec<Note> {
    let mut by_remedy: Vec<(String, Vec<String>)> = Vec::new();
    for told in told {
        let remedy = told.remedy();
        let what = told.what();
        match by_remedy.iter_mut().find(|(known, _)| *known == remedy) {
            Some((_, all)) => all.push(what),
            None => by_remedy.push((remedy, vec![what])),
        }
    }
    let note = |(remedy, all): (String, Vec<String>)| Note {
        about: ABOUT.to_owned(),
        text: format!("{}: {remedy}", all.join(", ")),
    };
    by_remedy.into_iter().map(note).collect()
}

impl Told {
    /// What the program says, and where.
    fn what(&self) -> String {
        let (name, detail, line) = (&self.name, &self.detail, Line(self.line));
        match self.kind {
            Kind::Device => format!("`device.{name}({detail})`{line}"),
            Kind::Sent => format!("the {detail} sent through `{name}`{line}"),
            Kind::Gone => format!("`{name}`{line}"),
            Kind::Guessed => format!("the size of the missing model `{name}`{line}"),
        }
    }

    /// What becomes of it, and how to say it on a standalone camera.
    fn remedy(&self) -> String {
        let detail = &self.detail;
        match self.kind {
            Kind::Device => format!("lost without a host; {}", instead(&self.name)),
            Kind::Sent => format!("lost without a host; {}", instead_of_message(detail)),
            Kind::Gone if detail.is_empty() => {
                "ignored, since depthai 2.33 has nothing that does the same".to_owned()
            }
            Kind::Gone => format!("ignored; in depthai 2.33 it is `{detail}`"),
            Kind::Guessed => format!(
                "{detail} is assumed; import again with the model in its place, or correct the sizes"
            ),
        }
    }
}

/// A line of the program, in parentheses; nothing where it is not known.
struct Line(Option<u32>);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(line) => write!(f, " (line {line})"),
            None => Ok(()),
        }
    }
}

/// How to say on a standalone camera what a method of the device did.
fn instead(method: &str) -> &'static str {
    match method {
        "setSystemInformationLoggingRate" => "a SystemLogger node sends the same to a Script",
        "setCalibration" => {
            "write the calibration to a file with `eepromToJsonFile`, and name that as `calibration` in \
             the section `pipeline`"
        }
        _ if method.starts_with("set") => {
            "a Script on the processor LEON_CSS can call the same method of `Device`"
        }
        _ => "a host does that once, before the application is flashed, and the camera keeps it",
    }
}

/// How to say on a standalone camera what a message said.
fn instead_of_message(kind: &str) -> &'static str {
    match kind {
        "CameraControl" => {
            "what holds from the start belongs under `initial_control` of the camera; the rest, a Script \
             can send to its input `inputControl`"
        }
        _ if kind.ends_with("Config") => {
            "what holds from the start belongs under `initial_config` of the node; the rest, a Script can \
             send to its input"
        }
        _ => "a Script can send such messages",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: Kind, name: &str, detail: &str, line: Option<u32>) -> Told {
        let (name, detail) = (name.to_owned(), detail.to_owned());
        Told {
            kind,
            name,
            detail,
            line,
        }
    }

    #[test]
    fn each_note_says_what_is_lost_and_what_to_do() {
        let all = [
            told(Kind::Device, "setIrFloodLightIntensity", "0.5", Some(7)),
            told(Kind::Device, "flashCalibration", "…", None),
            told(Kind::Device, "setTimesync", "True", Some(9)),
            told(Kind::Sent, "control", "CameraControl", Some(3)),
            told(Kind::Sent, "crop", "ImageManipConfig", None),
            told(Kind::Sent, "frames", "ImgFrame", None),
            told(Kind::Gone, "ToFConfig.setFreqModUsed", "", None),
            told(
                Kind::Gone,
                "StereoDepthProperties.median",
                "X.setMedian",
                None,
            ),
            told(Kind::Guessed, "m.blob", "300 x 300", None),
        ];
        let texts: Vec<_> = notes(&all).into_iter().map(|note| note.text).collect();
        let starts = [
            "`device.setIrFloodLightIntensity(0.5)` (line 7), `device.setTimesync(True)` (line 9): lost \
             without a host; a Script on the processor LEON_CSS",
            "`device.flashCalibration(…)`: lost without a host; a host does that once",
            "the CameraControl sent through `control` (line 3): lost without a host; what holds from the \
             start belongs under `initial_control`",
            "the ImageManipConfig sent through `crop`: lost without a host; what holds from the start \
             belongs under `initial_config`",
            "the ImgFrame sent through `frames`: lost without a host; a Script can send",
            "`ToFConfig.setFreqModUsed`: ignored, since",
            "`StereoDepthProperties.median`: ignored; in depthai 2.33 it is `X.setMedian`",
            "the size of the missing model `m.blob`: 300 x 300 is assumed",
        ];
        assert_eq!(texts.len(), starts.len(), "{texts:#?}");
        for (text, start) in texts.iter().zip(starts) {
            assert!(text.starts_with(start), "{text}");
        }
    }
}
