//! An isolated network for programs that broadcast on every interface: a program in, a command that
//! runs it in a new network namespace out. The namespace has only a loopback interface, which is down.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::requirement::missing;

/// A command that runs `program` in a network namespace, or `None` if the system does not allow that
/// ([`missing`]).
pub fn in_own_network(program: &Path) -> Option<Command> {
    let mut trial = Command::new("unshare");
    trial.args(["-rn", "true"]).stderr(Stdio::null());
    if !trial.status().is_ok_and(|status| status.success()) {
        missing("network namespaces (`unshare -rn`)");
        return None;
    }
    let mut command = Command::new("unshare");
    command.arg("-rn").arg(program);
    Some(command)
}
