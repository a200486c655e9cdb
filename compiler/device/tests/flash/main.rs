//! The host's side against the virtual camera: what is on the camera afterwards decides.

mod bench;
mod faults;
mod flashing;
mod maintenance;
