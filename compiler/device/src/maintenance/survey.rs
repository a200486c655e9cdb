//! A camera that was found, and what its bootloader tells of it: a camera in, both out. A camera that
//! runs an application is never restarted unless that was asked for.

use serde_json::{Value, json};

use super::{Info, camera_json};
use crate::discovery::Camera;
use crate::error::{Error, Result};
use crate::flash::Warning;
use crate::reach::{Reach, Target};
use crate::xlink::datagram::DeviceState;

/// Which cameras are asked for more than discovery tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// None.
    Discovered,
    /// Those that are in their bootloader; they restart afterwards.
    InBootloader,
    /// Those that run an application, too: they restart before and afterwards.
    Running,
}

/// A camera, and what its bootloader tells if it was asked.
#[derive(Debug)]
pub struct Surveyed {
    /// What discovery tells.
    pub camera: Camera,
    /// What the bootloader tells.
    pub told: Option<Result<Info>>,
}

/// Something the user should know about a camera.
#[derive(Debug, thiserror::Error)]
pub enum Remark<'a> {
    /// About its bootloader.
    #[error("{0}")]
    Bootloader(Warning),
    /// It could not be asked.
    #[error("{0}")]
    NotAsked(&'a Error),
    /// It is of a generation that packages are not for.
    #[error("{}", Error::OtherGeneration)]
    OtherGeneration,
}

/// Asks a camera, if it may be asked.
pub fn survey(reach: &Reach, camera: &Camera, depth: Depth) -> Surveyed {
    let mut found = Surveyed::unasked(camera);
    if !camera.supported || !depth.includes(camera.state) {
        return found;
    }
    let mut target = Target::from(camera);
    let told = match depth {
        Depth::Running => Info::of_camera(reach, &mut target),
        Depth::Discovered | Depth::InBootloader => Info::of_idle_camera(reach, &mut target),
    };
    match told {
        // It has started it since it was found.
        Err(Error::Running) => found.camera.state = DeviceState::FlashBooted,
        told => found.told = Some(told),
    }
    found
}

impl Depth {
    fn includes(self, state: DeviceState) -> bool {
        match self {
            Self::Discovered => false,
            Self::InBootloader => state == DeviceState::Bootloader,
            Self::Running => matches!(state, DeviceState::Bootloader | DeviceState::FlashBooted),
        }
    }
}

impl Surveyed {
    /// A camera of which nothing is known but what discovery tells.
    pub fn unasked(camera: &Camera) -> Self {
        Self {
            camera: camera.clone(),
            told: None,
        }
    }

    /// What the bootloader tells, if it does.
    pub fn info(&self) -> Option<&Info> {
        self.told.as_ref()?.as_ref().ok()
    }

    /// What the user should know.
    pub fn remark(&self) -> Option<Remark<'_>> {
        match &self.told {
            Some(Ok(info)) => info.warning().map(Remark::Bootloader),
            Some(Err(error)) => Some(Remark::NotAsked(error)),
            None if !self.camera.supported => Some(Remark::OtherGeneration),
            None => None,
        }
    }

    /// All of it, for programs: an object.
    pub fn json(&self) -> Value {
        let mut value = camera_json(Some(&self.camera), self.info());
        if let Some(Err(error)) = &self.told {
            value["error"] = json!(error.to_string());
        }
        let remarks: Vec<_> = self.remark().iter().map(ToString::to_string).collect();
        value["warnings"] = json!(remarks);
        value
    }
}
