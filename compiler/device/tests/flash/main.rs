//! The host's side against the virtual camera: what is on the camera afterwards decides.
#![cfg(test)]

mod bench;
mod faults;
mod flashing;
mod hostile;
mod maintenance;
mod scenarios;
mod schedule;
mod seeds;
mod slow_link;
mod usb;
