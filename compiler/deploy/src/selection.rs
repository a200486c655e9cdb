//! Who is flashed: what was asked for in, the cameras that this means out, in the same order. Cameras are
//! only looked for; none is connected to.

use std::time::Duration;

use oakc_device::discovery::Camera;
use oakc_device::selection::{self, Chosen, SelectionError};
use oakc_device::usb::UsbHost;
use oakc_device::{Locator, Target};

use crate::fleet::Member;
use crate::roster::Roster;

/// Which cameras are meant.
#[derive(Clone, Copy, Debug)]
pub enum Selection<'a> {
    /// The only camera there is.
    Only,
    /// All that are found, and those that were there the last time. If there has to be a certain number,
    /// exactly those that are found.
    All(&'a Roster, Option<usize>),
    /// Those at these places, each of them once.
    Named(&'a [Locator]),
    /// Members of a fleet, each under its name there.
    Members(&'a [Member]),
}

impl Selection<'_> {
    /// Looks for the cameras, for `wait` while some of them are missing. One that was named and is not
    /// there is among them.
    ///
    /// # Errors
    /// Where cameras cannot be looked for, none is found, two names mean the same camera, or there are
    /// not as many as expected.
    pub fn find(self, usb: &dyn UsbHost, wait: Duration) -> Result<Vec<Chosen>, SelectionError> {
        match self {
            Self::Only => Ok(vec![selection::unique(usb, wait)?]),
            Self::All(roster, count) => all(usb, wait, roster, count),
            Self::Named(locators) => named(usb, locators, wait),
            Self::Members(members) => of_fleet(usb, members, wait),
        }
    }
}

/// Listens for the whole time: nobody knows of a camera that has not answered yet. Only a number ends it
/// early.
fn all(
    usb: &dyn UsbHost,
    wait: Duration,
    roster: &Roster,
    count: Option<usize>,
) -> Result<Vec<Chosen>, SelectionError> {
    let known = roster.here();
    let addresses: Vec<_> = known.iter().filter_map(|it| it.address.ipv4()).collect();
    let enough = |found: &[Camera]| count.is_some_and(|count| found.len() >= count);
    let found = selection::everybody(usb, &addresses, wait, &enough)?;
    let answers = |target: &Target| found.iter().any(|camera| camera.mxid == target.mxid);
    let missing: Vec<_> = known.into_iter().filter(|it| !answers(it)).collect();
    let mut chosen: Vec<_> = found.iter().map(Chosen::from).collect();
    match count {
        Some(expected) if expected != found.len() => {
            return Err(SelectionError::Count {
                expected,
                found,
                missing,
            });
        }
        Some(_) => {}
        None => chosen.extend(missing.into_iter().map(absent)),
    }
    if chosen.is_empty() {
        return Err(SelectionError::Nobody);
    }
    Ok(chosen)
}

/// A camera that was there the last time.
fn absent(target: Target) -> Chosen {
    Chosen {
        name: target.address.to_string(),
        target: Ok(target),
        seen: None,
    }
}

fn named(
    usb: &dyn UsbHost,
    locators: &[Locator],
    wait: Duration,
) -> Result<Vec<Chosen>, SelectionError> {
    let mut locators = locators.to_vec();
    locators.sort();
    locators.dedup();
    let chosen = selection::named(usb, &locators, wait)?;
    selection::refuse_duplicates(&chosen)?;
    Ok(chosen)
}

fn of_fleet(
    usb: &dyn UsbHost,
    members: &[Member],
    wait: Duration,
) -> Result<Vec<Chosen>, SelectionError> {
    let locators = members.iter().map(|member| member.locator.clone());
    let locators: Vec<_> = locators.collect();
    let mut chosen = selection::named(usb, &locators, wait)?;
    for (camera, member) in chosen.iter_mut().zip(members) {
        camera.name.clone_from(&member.name);
    }
    selection::refuse_duplicates(&chosen)?;
    Ok(chosen)
}
