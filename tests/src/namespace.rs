//! A network of its own for programs that broadcast on every interface: a program in, the command
//! that runs it in a new network namespace out. It finds only a loopback there, which is down.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::skipped;

/// A command that runs `program` in a network of its own.
///
/// `None` where the system does not permit that; the word about it is on stderr.
pub fn in_own_network(program: &Path) -> Option<Command> {
    let mut trial = Command::new("unshare");
    trial.args(["-rn", "true"]).stderr(Stdio::null());
    if !trial.status().is_ok_and(|status| status.success()) {
        skipped("this system permits no network namespaces (unshare -rn)");
        return None;
    }
    let mut command = Command::new("unshare");
    command.arg("-rn").arg(program);
    Some(command)
}
