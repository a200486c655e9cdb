//! A look that takes milliseconds, for a command that has just failed to find a camera or to connect to it: where
//! the camera should be in, the likeliest cause out. Nothing is sent.

use std::net::Ipv4Addr;

use crate::checks;
use crate::finding::Finding;
use crate::observations::{Observations, Sight};
use crate::observe::{self, Depth, way_to};

/// The likeliest cause that can be seen from here, if one can.
pub fn quick_look(address: Option<Ipv4Addr>) -> Option<Finding> {
    let mut seen = observe::machine(Depth::Quick);
    seen.cameras
        .extend(address.map(|address| unheard(address, &seen)));
    checks::likeliest(&seen)
}

/// A camera of which nothing is known but that it cannot be reached.
fn unheard(address: Ipv4Addr, seen: &Observations) -> Sight {
    Sight {
        name: address.to_string(),
        address: Some(address),
        way: way_to(address, &seen.interfaces),
        ..Sight::default()
    }
}
