//! Where an application sends its log, or is made to send it.
//!
//! In: the application, and the cameras that it goes onto. Out: where to listen, and what the application is given
//! if it has no `[logging]`.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;

use oakc_core::syntax::{NodeValue, Table};
use oakc_deploy::Failure as NotThere;
use oakc_device::local_address;
use oakc_device::selection::Chosen;
use oakc_project::{Findings, Settings};

use crate::failure::Failure;
use crate::logs::PORT;

/// Where a log goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Logging {
    /// Nowhere.
    None,
    /// Where the application says, and where that is heard. It may be another machine.
    Written {
        to: String,
        is_here: bool,
        listen: SocketAddr,
    },
    /// To this machine, because of this command.
    Added { to: SocketAddr, listen: SocketAddr },
}

impl Logging {
    /// What becomes of the log of the application at `path`.
    pub(super) fn of(
        path: &Path,
        settings: Settings<'_>,
        listen: Option<SocketAddr>,
        no_logging: bool,
        cameras: &[Chosen],
    ) -> Result<Self, Failure> {
        let everywhere = |port| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
        if let Some(Written { to, address }) = written(path, settings)? {
            let (_, port) = to.rsplit_once(':').unwrap_or((&to, ""));
            let listen = listen.unwrap_or_else(|| everywhere(port.parse().unwrap_or(PORT)));
            let is_here = address.is_none_or(is_here);
            return Ok(Self::Written {
                to,
                is_here,
                listen,
            });
        }
        if no_logging {
            return Ok(Self::None);
        }
        let listen = listen.unwrap_or_else(|| everywhere(PORT));
        if listen.port() == 0 {
            let reason =
                "the application has to be told a port: pass another one than 0 with --listen";
            return Err(Failure::Usage(reason.to_owned()));
        }
        let address = seen_by_all(cameras)?;
        Ok(Self::Added {
            to: SocketAddr::from((address, listen.port())),
            listen,
        })
    }

    /// What the application is given, as the defaults of a repository. Scripts on `LEON_MSS` are to be heard as well.
    pub(super) fn defaults(&self) -> Option<String> {
        match self {
            Self::Added { to, .. } => Some(format!(
                "[defaults.logging]\nudp = \"{to}\"\nrelay = true\n"
            )),
            Self::None | Self::Written { .. } => None,
        }
    }

    /// Where to listen for it.
    pub(super) fn listens_at(&self) -> Option<SocketAddr> {
        match self {
            Self::None => None,
            Self::Written { listen, .. } | Self::Added { listen, .. } => Some(*listen),
        }
    }

    /// What the user has to know about it.
    pub(super) fn notice(&self) -> Option<String> {
        match self {
            Self::Added { to, .. } => Some(format!(
                "the application has no [logging]: this command adds it, to {to}; `oakc build` and `oakc flash` will not \
                 (--no-logging: nor does this)"
            )),
            Self::Written {
                to, is_here: false, ..
            } => Some(format!(
                "the application sends its log to {to}, which is not this machine: nothing of it is going to arrive here"
            )),
            Self::None | Self::Written { .. } => None,
        }
    }
}

/// What `[logging]` of an application says.
struct Written {
    to: String,
    /// The address, or that of the name in `[network.hosts]`; none of a name that the camera looks up.
    address: Option<Ipv4Addr>,
}

/// The same, if it has the section.
fn written(path: &Path, settings: Settings<'_>) -> Result<Option<Written>, Failure> {
    // What is wrong with it is told when it is checked.
    let resolved = Findings::default().resolve(path, settings)?;
    let Some(resolved) = resolved else {
        return Ok(None);
    };
    let NodeValue::Table(root) = &resolved.tree.value else {
        return Ok(None);
    };
    let Some(NodeValue::Table(logging)) = value(root, "logging") else {
        return Ok(None);
    };
    let to = text(logging, "udp").unwrap_or_default();
    let host = to.split(':').next().unwrap_or_default();
    let address = host.parse().ok().or_else(|| fixed(root, host));
    let to = to.to_owned();
    Ok(Some(Written { to, address }))
}

/// The address that `[network.hosts]` gives a name.
fn fixed(root: &Table, name: &str) -> Option<Ipv4Addr> {
    let Some(NodeValue::Table(network)) = value(root, "network") else {
        return None;
    };
    let Some(NodeValue::Table(hosts)) = value(network, "hosts") else {
        return None;
    };
    let mut entries = hosts.entries.iter();
    let entry = entries.find(|entry| entry.key.eq_ignore_ascii_case(name))?;
    match &entry.value.value {
        NodeValue::Str(address) => address.parse().ok(),
        _ => None,
    }
}

fn text<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    match value(table, key) {
        Some(NodeValue::Str(text)) => Some(text),
        _ => None,
    }
}

fn value<'a>(table: &'a Table, key: &str) -> Option<&'a NodeValue> {
    table.get(key).map(|node| &node.value)
}

fn is_here(address: Ipv4Addr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

/// The address of this machine that all cameras see.
fn seen_by_all(cameras: &[Chosen]) -> Result<Ipv4Addr, Failure> {
    let mut seen: Option<(Ipv4Addr, &str)> = None;
    for camera in cameras {
        let address = seen_by(camera)?;
        match seen {
            Some((other, name)) if other != address => {
                return Err(Failure::Usage(format!(
                    "{name} sees this machine as {other}, and {} as {address}: run one of them, or write `udp` in [logging] \
                     with a parameter",
                    camera.name
                )));
            }
            _ => seen = Some((address, &camera.name)),
        }
    }
    seen.map(|(address, _)| address)
        .ok_or_else(|| Failure::world("there is no camera"))
}

fn seen_by(camera: &Chosen) -> Result<Ipv4Addr, Failure> {
    let name = &camera.name;
    let target = camera.target.clone().map_err(NotThere::Unknown)?;
    let Some(address) = target.address.ipv4() else {
        return Err(Failure::Usage(format!(
            "{name} is not on the network, so no log can come from it; pass --no-logging"
        )));
    };
    local_address(address).map_err(|error| {
        Failure::world(format!(
            "there is no way from this machine to {name}: {error}"
        ))
    })
}
