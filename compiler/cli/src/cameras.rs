//! Which cameras are meant: what the command line says in, cameras out.

use std::collections::BTreeMap;
use std::time::Duration;

use oakc_device::discovery::{self, Camera, LISTEN};
use oakc_device::fleet::Locator;
use oakc_device::usb::SystemUsb;
use oakc_device::{Place, Target};

use crate::failure::Failure;

/// How long a camera may take to answer whose place was given.
const AT_PLACE: Duration = Duration::from_secs(2);
/// How often to listen while nobody is there: a camera may be restarting.
const ROUNDS: u32 = 4;

/// A camera that was chosen.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    /// What to call it.
    pub(crate) name: String,
    /// Where it is, or why nobody knows.
    pub(crate) target: Result<Target, String>,
    /// What it said of itself, if it answered.
    pub(crate) seen: Option<Camera>,
}

/// All cameras that packages fit.
pub(crate) fn everybody() -> Result<Vec<Camera>, Failure> {
    let mut found = Vec::new();
    for _ in 0..ROUNDS {
        found = discovery::everybody(&SystemUsb, &[], LISTEN).map_err(Failure::world)?;
        found.retain(|camera| camera.supported);
        if !found.is_empty() {
            break;
        }
    }
    Ok(found)
}

/// The cameras that were named, by place or MXID, in this order. One that is not there is among
/// them.
pub(crate) fn named(locators: &[Locator]) -> Result<Vec<Chosen>, Failure> {
    let place = |locator: &Locator| match locator {
        Locator::Place(place) => Some(*place),
        Locator::Mxid(_) => None,
    };
    let places: Vec<Place> = locators.iter().filter_map(place).collect();
    let mut seen = discovery::at(&SystemUsb, &places, AT_PLACE).map_err(Failure::world)?;
    if places.len() < locators.len() {
        seen.extend(everybody()?);
    }
    Ok(locators
        .iter()
        .map(|locator| chosen(locator, &seen))
        .collect())
}

/// Refuses a camera that was named in two ways: it would be written to twice at the same time.
pub(crate) fn refuse_twice(cameras: &[Chosen]) -> Result<(), Failure> {
    let mut names = BTreeMap::new();
    for camera in cameras {
        let mxid = camera.target.as_ref().ok().and_then(|it| it.mxid.as_ref());
        let Some(mxid) = mxid else { continue };
        if let Some(other) = names.insert(mxid, &camera.name) {
            let name = &camera.name;
            return Err(Failure::Usage(format!(
                "{other} and {name} are the same camera, {mxid}: name it once"
            )));
        }
    }
    Ok(())
}

fn chosen(locator: &Locator, seen: &[Camera]) -> Chosen {
    let is_meant = |camera: &&Camera| match locator {
        Locator::Place(place) => camera.is_at(*place),
        Locator::Mxid(mxid) => camera.mxid.as_ref() == Some(mxid),
    };
    let seen = seen.iter().find(is_meant).cloned();
    let target = match (&seen, locator) {
        (Some(camera), _) => Ok(Target::from(camera)),
        (None, Locator::Place(place)) => Ok(Target {
            place: *place,
            mxid: None,
        }),
        (None, Locator::Mxid(mxid)) => Err(format!(
            "no camera named {mxid} answers; in another network it is found by its IP only"
        )),
    };
    Chosen {
        name: locator.to_string(),
        target,
        seen,
    }
}

/// The one camera that a command is for: the named one, else the only one there is.
pub(crate) fn only(locator: Option<&Locator>) -> Result<Chosen, Failure> {
    let mut cameras = match locator {
        Some(locator) => named(std::slice::from_ref(locator))?,
        None => unique()?,
    };
    cameras.pop().ok_or_else(nobody)
}

/// The only camera there is.
pub(crate) fn unique() -> Result<Vec<Chosen>, Failure> {
    let found = everybody()?;
    match &found[..] {
        [] => Err(nobody()),
        [camera] => Ok(vec![of(camera)]),
        several => {
            let list = several.iter().map(|camera| {
                format!("  {:<15} {}  {}", camera.place, camera.name(), camera.state)
            });
            let list: Vec<_> = list.collect();
            Err(Failure::Usage(format!(
                "{} cameras are there, and none was chosen: pass --device IP, usb:PATH or MXID\n{}",
                several.len(),
                list.join("\n")
            )))
        }
    }
}

/// A camera that was found.
pub(crate) fn of(camera: &Camera) -> Chosen {
    Chosen {
        name: camera.place.to_string(),
        target: Ok(Target::from(camera)),
        seen: Some(camera.clone()),
    }
}

fn nobody() -> Failure {
    Failure::world(
        "no camera was found; is it powered and in this network, or on USB? In another network it is \
         found by its IP: --device IP",
    )
}
