//! Who was there the last time that all cameras were flashed: a file in, cameras out, and back. A camera
//! that is switched off or restarting does not answer, and nothing else tells that it exists.
//!
//! The file holds MXIDs and addresses, one camera an entry, and nothing secret. One that cannot be read
//! counts as empty: it is only a memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use oakc_device::Target;
use oakc_device::discovery::is_here;
use oakc_device::selection::Chosen;
use oakc_device::xlink::Mxid;
use oakc_project::{FileError, make_directory, write};
use serde_json::{Value, json};

/// The version of the file's form.
const VERSION: u64 = 1;

/// The cameras that were there.
#[derive(Debug)]
pub struct Roster {
    path: PathBuf,
    cameras: BTreeMap<Mxid, Target>,
}

impl Roster {
    /// Reads the file, if there is one.
    pub fn open(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let cameras = serde_json::from_str(&text).ok();
        let cameras = cameras.as_ref().and_then(cameras_of).unwrap_or_default();
        Self { path, cameras }
    }

    /// Those that may be expected to answer: on USB, and in networks that this machine is in.
    pub fn here(&self) -> Vec<Target> {
        let here = self.cameras.values().filter(|it| is_here(it.address));
        here.cloned().collect()
    }

    /// Remembers cameras. If they are `all` there are, those here that are not among them are
    /// forgotten.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn remember(&mut self, cameras: &[Chosen], all: bool) -> Result<(), FileError> {
        if all {
            self.cameras.retain(|_, target| !is_here(target.address));
        }
        for target in cameras
            .iter()
            .filter_map(|camera| camera.target.as_ref().ok())
        {
            if let Some(mxid) = &target.mxid {
                self.cameras.insert(mxid.clone(), target.clone());
            }
        }
        if let Some(directory) = self.path.parent() {
            make_directory(directory)?;
        }
        write(&self.path, self.text().as_bytes())
    }

    fn text(&self) -> String {
        let camera = |(mxid, target): (&Mxid, &Target)| json!({ "mxid": mxid.as_str(), "address": target.address.to_string() });
        let cameras: Vec<_> = self.cameras.iter().map(camera).collect();
        format!("{:#}\n", json!({ "version": VERSION, "cameras": cameras }))
    }
}

fn cameras_of(file: &Value) -> Option<BTreeMap<Mxid, Target>> {
    if file["version"] != VERSION {
        return None;
    }
    let camera = |camera: &Value| {
        let mxid: Mxid = camera["mxid"].as_str()?.parse().ok()?;
        let address = camera["address"].as_str()?.parse().ok()?;
        let target = Target {
            address,
            mxid: Some(mxid.clone()),
        };
        Some((mxid, target))
    };
    file["cameras"].as_array()?.iter().map(camera).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(mxid: &str, address: &str) -> Chosen {
        Chosen {
            name: address.to_owned(),
            target: Ok(Target {
                address: address.parse().unwrap(),
                mxid: Some(mxid.parse().unwrap()),
            }),
            seen: None,
        }
    }

    fn names(roster: &Roster) -> Vec<String> {
        let here = roster.here();
        let names = here.iter().map(|it| it.mxid.as_ref().unwrap().to_string());
        names.collect()
    }

    #[test]
    fn cameras_are_remembered_until_the_user_says_that_there_are_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache/cameras.json");
        let mut roster = Roster::open(path.clone());
        let first = [chosen("A", "127.0.0.5"), chosen("B", "usb:1.2")];
        roster.remember(&first, false).unwrap();
        // At another address now.
        roster.remember(&[chosen("A", "127.0.0.6")], false).unwrap();
        let mut again = Roster::open(path.clone());
        assert_eq!(names(&again), ["A", "B"]);
        assert_eq!(again.here()[0].address.to_string(), "127.0.0.6");
        again.remember(&[chosen("B", "usb:1.2")], true).unwrap();
        assert_eq!(names(&Roster::open(path)), ["B"]);
    }

    #[test]
    fn cameras_in_networks_that_this_machine_is_not_in_are_neither_expected_nor_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cameras.json");
        let mut roster = Roster::open(path.clone());
        // Nothing has this address.
        roster.remember(&[chosen("A", "240.0.2.7")], false).unwrap();
        roster.remember(&[chosen("B", "127.0.0.5")], true).unwrap();
        assert_eq!(names(&roster), ["B"]);
        assert!(fs::read_to_string(path).unwrap().contains("240.0.2.7"));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_an_empty_memory() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cameras.json");
        for text in ["", "[]", "{\"version\":2,\"cameras\":[]}", "\u{1}"] {
            fs::write(&path, text).unwrap();
            assert!(Roster::open(path.clone()).here().is_empty(), "{text}");
        }
    }
}
