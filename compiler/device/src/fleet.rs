//! Fleets: a TOML file that names cameras in, cameras with everything that applies to them out.
//!
//! ```toml
//! concurrency = 16                  # optional: how many at once
//!
//! [params]                          # for all cameras
//! server = "10.0.0.7"
//!
//! [groups.north.params]             # for the cameras of a group
//! server = "10.1.0.7"
//!
//! [[cameras]]
//! name = "gate"
//! address = "10.1.0.21"             # or usb:1.2.3, or an MXID
//! groups = ["north"]
//! params = { door = "3" }           # for this camera only
//! ```
//!
//! Of parameters with the same name the camera's own counts, then that of the last of its groups,
//! then that for all.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::str::FromStr;

use serde::Deserialize;

use crate::address::{Address, AddressError};
use crate::xlink::{Mxid, MxidError};

/// A fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fleet {
    /// How many cameras at once.
    pub concurrency: Option<NonZeroUsize>,
    /// The cameras in the order of the file.
    pub members: Vec<Member>,
}

/// A camera of a fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name in the fleet.
    pub name: String,
    /// How it is found.
    pub locator: Locator,
    /// The groups that it belongs to.
    pub groups: Vec<String>,
    /// The parameters that its application is built with.
    pub params: BTreeMap<String, String>,
}

/// How a camera is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Locator {
    /// Where it is.
    Address(Address),
    /// What it is called.
    Mxid(Mxid),
}

/// A text that is neither the address nor the MXID of a camera.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocatorError {
    /// It was meant as an address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// It may have been meant as a name.
    #[error(transparent)]
    Mxid(#[from] MxidError),
}

impl FromStr for Locator {
    type Err = LocatorError;

    fn from_str(text: &str) -> Result<Self, LocatorError> {
        match text.parse() {
            Ok(address) => Ok(Self::Address(address)),
            // A misspelled address must not become an MXID that no camera has.
            Err(error) if Address::is_meant(text) => Err(error.into()),
            Err(_) => Ok(Self::Mxid(text.parse()?)),
        }
    }
}

impl std::fmt::Display for Locator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Mxid(mxid) => mxid.fmt(f),
        }
    }
}

/// Why a file is not a fleet.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FleetError {
    /// No TOML, or keys that a fleet does not have.
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    /// There is no camera in it.
    #[error("the fleet has no cameras: write at least one [[cameras]]")]
    Empty,
    /// Two cameras that cannot be told apart.
    #[error("two cameras have the same {what}, `{value}`")]
    Twice {
        /// What is the same.
        what: &'static str,
        /// It.
        value: String,
    },
    /// A group that does not exist.
    #[error("camera `{camera}` is in group `{group}`, but there is no [groups.{group}]")]
    UnknownGroup {
        /// The camera.
        camera: String,
        /// The group.
        group: String,
    },
    /// Neither an address nor an MXID.
    #[error(
        "camera `{camera}`: `{address}` is neither an IPv4 address nor an MXID, nor a USB path as in \
         `usb:1.2.3`"
    )]
    BadAddress {
        /// The camera.
        camera: String,
        /// What was written.
        address: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FleetFile {
    concurrency: Option<NonZeroUsize>,
    #[serde(default)]
    params: BTreeMap<String, Param>,
    #[serde(default)]
    groups: BTreeMap<String, GroupTable>,
    #[serde(default)]
    cameras: Vec<CameraTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupTable {
    #[serde(default)]
    params: BTreeMap<String, Param>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CameraTable {
    name: String,
    address: String,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    params: BTreeMap<String, Param>,
}

/// A parameter's value; numbers and flags stand for their text.
#[derive(Clone, Deserialize)]
#[serde(untagged, expecting = "a parameter is a text, a number, true or false")]
enum Param {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
}

impl Param {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
        }
    }
}

impl Fleet {
    /// Reads a fleet file.
    ///
    /// # Errors
    /// [`FleetError`] for what is not a fleet.
    pub fn parse(text: &str) -> Result<Self, FleetError> {
        let file: FleetFile = toml::from_str(text)?;
        if file.cameras.is_empty() {
            return Err(FleetError::Empty);
        }
        let members = file.cameras.iter().map(|camera| member(&file, camera));
        let members = members.collect::<Result<Vec<_>, _>>()?;
        refuse_twice("name", members.iter().map(|member| member.name.clone()))?;
        let addresses = members.iter().map(|member| member.locator.to_string());
        refuse_twice("address", addresses)?;
        Ok(Self {
            concurrency: file.concurrency,
            members,
        })
    }
}

fn member(file: &FleetFile, camera: &CameraTable) -> Result<Member, FleetError> {
    let name = camera.name.clone();
    let locator = camera.address.parse().map_err(|_| FleetError::BadAddress {
        camera: name.clone(),
        address: camera.address.clone(),
    })?;
    let mut params = file.params.clone();
    for group in &camera.groups {
        let table = file.groups.get(group).ok_or(FleetError::UnknownGroup {
            camera: name.clone(),
            group: group.clone(),
        })?;
        params.extend(table.params.clone());
    }
    params.extend(camera.params.clone());
    let params = params
        .iter()
        .map(|(key, value)| (key.clone(), value.text()));
    Ok(Member {
        name,
        locator,
        groups: camera.groups.clone(),
        params: params.collect(),
    })
}

fn refuse_twice(
    what: &'static str,
    values: impl Iterator<Item = String>,
) -> Result<(), FleetError> {
    let mut seen = BTreeSet::new();
    for value in values {
        if !seen.insert(value.clone()) {
            return Err(FleetError::Twice { what, value });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLEET: &str = r#"
        concurrency = 4
        params = { server = "all", fps = 10 }
        groups.north.params.server = "north"
        groups.doors = {}
        [[cameras]]
        name = "gate"
        address = "10.1.0.21"
        groups = ["north", "doors"]
        params = { door = "3", invert = true }
        [[cameras]]
        name = "yard"
        address = "18443010D1B2C30F00"
    "#;

    #[test]
    fn the_nearest_parameter_counts() {
        let fleet = Fleet::parse(FLEET).unwrap();
        let [gate, yard] = &fleet.members[..] else {
            panic!("two cameras");
        };
        let params = |member: &Member| -> Vec<String> {
            let pairs = member.params.iter();
            pairs.map(|(key, value)| format!("{key}={value}")).collect()
        };
        assert_eq!(
            params(gate),
            ["door=3", "fps=10", "invert=true", "server=north"]
        );
        assert_eq!(params(yard), ["fps=10", "server=all"]);
        assert_eq!(gate.locator, Locator::Address("10.1.0.21".parse().unwrap()));
        assert!(matches!(yard.locator, Locator::Mxid(_)));
        assert_eq!(fleet.concurrency.map(NonZeroUsize::get), Some(4));
    }

    #[test]
    fn slips_are_named() {
        for (change, words) in [
            (("name = \"yard\"", "name = \"gate\""), "same name, `gate`"),
            (("18443010D1B2C30F00", "10.1.0.21"), "same address"),
            (
                ("18443010D1B2C30F00", "no address"),
                "neither an IPv4 address nor an MXID",
            ),
            (("18443010D1B2C30F00", "usb:1.2.x"), "`usb:1.2.x` is"),
            (("\"north\", ", "\"south\", "), "no [groups.south]"),
            (
                ("10.1.0.21", "10.1.0.210.1"),
                "neither an IPv4 address nor an MXID",
            ),
            (("address = \"10", "adress = \"10"), "adress"),
            (("concurrency = 4", "concurrency = 0"), "concurrency"),
            (("door = \"3\"", "door = [3]"), "a parameter is a text"),
        ] {
            let text = FLEET.replace(change.0, change.1);
            let error = Fleet::parse(&text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        assert_eq!(Fleet::parse(""), Err(FleetError::Empty));
    }
}
