//! An application or a package that runs on this machine, in real time, until whoever drives it stops.
//!
//! In: a [`Subject`], what its cameras are shown and its outputs are fed ([`Sources`]). Out: what happens
//! ([`Simulation::run_for`]); on request a recording ([`Recorder`]) and a page that shows it ([`View`]). Nothing here prints.

pub use oakc_footage::FootageError;

mod feed;
mod record;
mod run;
mod source;
mod subject;
mod view;

pub use record::{RecordError, Recorder, Recording};
pub use run::{Happening, Settings, Simulation};
pub use source::{SourceError, SourceSpec, Sources};
pub use subject::{Subject, SubjectError};
pub use view::{View, ViewError};
