//! Who is flashed: what was asked for in, the cameras that this means out, in the same order. Cameras are
//! only looked for; none is connected to.

use oakc_device::Locator;
use oakc_device::selection::{self, Chosen, SelectionError};
use oakc_device::usb::UsbHost;

use crate::fleet::Member;

/// Which cameras are meant.
#[derive(Clone, Copy, Debug)]
pub enum Selection<'a> {
    /// The only camera there is.
    Only,
    /// All that are found.
    All,
    /// Those at these places, each of them once.
    Named(&'a [Locator]),
    /// Members of a fleet, each under its name there.
    Members(&'a [Member]),
}

impl Selection<'_> {
    /// Looks for the cameras. One that was named and is not there is among them.
    ///
    /// # Errors
    /// Where cameras cannot be looked for, none is found, or two names mean the same camera.
    pub fn find(self, usb: &dyn UsbHost) -> Result<Vec<Chosen>, SelectionError> {
        match self {
            Self::Only => Ok(vec![selection::unique(usb)?]),
            Self::All => all(usb),
            Self::Named(locators) => named(usb, locators),
            Self::Members(members) => of_fleet(usb, members),
        }
    }
}

fn all(usb: &dyn UsbHost) -> Result<Vec<Chosen>, SelectionError> {
    let found = selection::everybody(usb)?;
    if found.is_empty() {
        return Err(SelectionError::Nobody);
    }
    Ok(found.iter().map(Chosen::from).collect())
}

fn named(usb: &dyn UsbHost, locators: &[Locator]) -> Result<Vec<Chosen>, SelectionError> {
    let mut locators = locators.to_vec();
    locators.sort();
    locators.dedup();
    let chosen = selection::named(usb, &locators)?;
    selection::refuse_duplicates(&chosen)?;
    Ok(chosen)
}

fn of_fleet(usb: &dyn UsbHost, members: &[Member]) -> Result<Vec<Chosen>, SelectionError> {
    let locators = members.iter().map(|member| member.locator.clone());
    let locators: Vec<_> = locators.collect();
    let mut chosen = selection::named(usb, &locators)?;
    for (camera, member) in chosen.iter_mut().zip(members) {
        camera.name.clone_from(&member.name);
    }
    selection::refuse_duplicates(&chosen)?;
    Ok(chosen)
}
