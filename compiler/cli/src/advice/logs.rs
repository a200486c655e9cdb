//! What errors of the receiver of messages mean: the part of the list for `oakc logs` and `oakc run`.

use oakc_logs::{ListenError, ReadError, StoreError, holder};

use super::{Advice, Fault};

impl Advice for ListenError {
    fn fault(&self) -> Fault {
        Fault::World
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::InUse(address) => {
                let holder = holder(address.port());
                let holder = holder.unwrap_or_else(|| "another program".to_owned());
                Some(format!(
                    "{holder} has it: end that, or pass another port with --listen, which `udp` in `[logging]` has to name as \
                     well; what a syslog server receives, `oakc logs FILE` shows"
                ))
            }
            Self::NotHere(_) => Some("`ip address` lists the addresses of this machine".to_owned()),
            Self::Forbidden(_) => Some(
                "pass a port above 1023 with --listen, which `udp` in `[logging]` has to name as well".to_owned(),
            ),
            Self::Refused { .. } => None,
        }
    }
}

impl Advice for StoreError {
    fn fault(&self) -> Fault {
        Fault::World
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::InUse(_) => Some("end it, or pass another directory".to_owned()),
            Self::Directory { .. } => None,
        }
    }
}

impl Advice for ReadError {
    fn fault(&self) -> Fault {
        match self {
            Self::File { .. } => Fault::World,
            Self::Nothing(_) | Self::TooMany(_) => Fault::Input,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Nothing(_) => Some("pass files, or a directory that --save wrote to".to_owned()),
            Self::File { .. } | Self::TooMany(_) => None,
        }
    }
}
