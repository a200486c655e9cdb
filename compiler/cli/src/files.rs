//! Files, as the libraries read and write them.

pub(crate) use oakc_project::{read_bounded, write};
