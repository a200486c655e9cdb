//! Unfinished files and directories: a place in, something to fill there and to give its final name out.
//!
//! What is never published goes away with its owner, when a signal ends the process ([`remove_all`]), or
//! else, after a kill or a power failure, when the next process makes something in the same directory
//! ([`sweep()`]). The owner holds a lock on what it makes, which the system releases however the process
//! ends; so nothing is ever swept that somebody still works on, whatever became of its process number,
//! and in whatever container it runs. Where a file system has no locks, nothing is swept.
//!
//! Never: a file of somebody else, or a symbolic link, touched.

mod directory;
mod file;
mod live;
mod name;
mod sweep;

pub use directory::ScratchDirectory;
pub use file::ScratchFile;
pub use live::remove_all;
pub use name::is_unfinished;
pub use sweep::sweep;
