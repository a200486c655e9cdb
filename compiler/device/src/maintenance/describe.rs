//! What is known of a camera, in words and as JSON: facts in, text out. Nothing is asked here.

use oakc_runtime_schema::bootloader::{Config, Ipv4Setting};
use serde_json::{Value, json};

use super::{Info, Mac, MemoryInfo};
use crate::bootloader::Application;
use crate::discovery::Camera;
use crate::reach::Target;
use crate::xlink::Mxid;

/// What an application without a name is called.
const NO_NAME: &str = "(no name)";

/// Lines with a word of what they are about before them.
#[derive(Default)]
struct Lines(Vec<String>);

impl Lines {
    fn add(&mut self, what: &str, value: &str) {
        let line = format!("{what:<14} {value}");
        self.0.push(line.trim_end().to_owned());
    }

    fn settings(&mut self, config: &Config) {
        if let Some(memory) = config.app_memory() {
            self.add("starts from", &memory.to_string());
        }
        if let Some(address) = config.address(Ipv4Setting::Address) {
            let how = match config.static_ipv4() {
                Some(true) => "static",
                _ => "without DHCP",
            };
            let or_none = |setting| {
                let address = config.address(setting);
                address.map_or("none".to_owned(), |address| address.to_string())
            };
            let (mask, gateway) = (or_none(Ipv4Setting::Mask), or_none(Ipv4Setting::Gateway));
            let value = format!("{address} mask {mask} gateway {gateway} ({how})");
            self.add("ipv4", &value);
        }
        for setting in [Ipv4Setting::Dns, Ipv4Setting::AlternativeDns] {
            if let Some(address) = config.address(setting) {
                self.add("dns", &address.to_string());
            }
        }
        if let Some(mac) = config.mac() {
            self.add("mac", &Mac(mac).to_string());
        }
        if let Some(user) = config.user_bootloader() {
            self.add("user bootloader", &format!("{} bytes", user.size));
        }
        let timeouts = [
            ("network", config.network_timeout_ms()),
            ("usb", config.usb_timeout_ms()),
        ];
        for (link, milliseconds) in timeouts {
            if let Some(milliseconds) = milliseconds {
                self.add("waits", &format!("{milliseconds} ms for a host ({link})"));
            }
        }
    }
}

/// The settings that are stored, one a line; empty where there are none.
pub fn settings_lines(config: &Config) -> Vec<String> {
    let mut lines = Lines::default();
    lines.settings(config);
    lines.0
}

impl Info {
    /// All of it, for people: one thing a line.
    pub fn lines(&self, target: &Target) -> Vec<String> {
        let mut lines = Lines::default();
        lines.add("address", &target.address.to_string());
        if let Some(mxid) = &target.mxid {
            lines.add("mxid", mxid.as_str());
        }
        lines.add("bootloader", &self.bootloader());
        if let Some(commit) = &self.commit {
            lines.add("commit", commit);
        }
        for memory in &self.memories {
            let details = &memory.details;
            let value = format!("{}  {}", size(details.size), details.info);
            lines.add(&details.memory.to_string(), &value);
            lines.add("", &application_text(memory));
        }
        match &self.config {
            Ok(config) => lines.settings(config),
            Err(reason) => lines.add("configuration", &format!("none: {reason}")),
        }
        lines.0
    }

    /// `0.0.28 NETWORK`.
    pub fn bootloader(&self) -> String {
        let user = if self.user_bootloader { " (user)" } else { "" };
        format!("{} {}{user}", self.version, self.kind)
    }

    /// `flash 128 MiB, emmc 16 GiB`; `-` where nothing is known.
    pub fn memories(&self) -> String {
        let memory = |memory: &MemoryInfo| {
            let details = &memory.details;
            format!("{} {}", details.memory, size(details.size))
        };
        let memories: Vec<_> = self.memories.iter().map(memory).collect();
        if memories.is_empty() {
            return "-".to_owned();
        }
        memories.join(", ")
    }

    /// All of it, for programs: an object.
    pub fn json(&self) -> Value {
        let memory = |memory: &MemoryInfo| {
            let application = memory.application.as_ref().ok().and_then(Option::as_ref);
            json!({
                "memory": memory.details.memory.to_string(),
                "size": memory.details.size,
                "info": memory.details.info,
                "application": application.map(application_json),
            })
        };
        let memories: Vec<_> = self.memories.iter().map(memory).collect();
        json!({
            "bootloader": {
                "version": self.version.to_string(),
                "flashed": self.flashed().map(|version| version.to_string()),
                "type": self.kind.to_string(),
                "commit": self.commit,
                "user": self.user_bootloader,
            },
            "memories": memories,
            "application": self.application().map(application_json),
            "config": self.config.as_ref().ok().map(Config::to_json_with_text),
        })
    }
}

impl Application {
    /// Its name, or that it has none.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(NO_NAME)
    }
}

/// What discovery tells, and what the bootloader does where it was asked; for programs.
pub fn camera_json(camera: Option<&Camera>, info: Option<&Info>) -> Value {
    let mut value = camera.map_or_else(|| json!({}), discovered_json);
    let more = info.map(Info::json);
    if let (Value::Object(value), Some(Value::Object(more))) = (&mut value, more) {
        value.extend(more);
    }
    value
}

fn discovered_json(camera: &Camera) -> Value {
    json!({
        "mxid": camera.mxid.as_ref().map(Mxid::as_str),
        "address": camera.address.to_string(),
        "state": camera.state.to_string(),
        "supported": camera.supported,
    })
}

fn application_json(application: &Application) -> Value {
    json!({ "name": application.name, "firmware": application.firmware })
}

fn application_text(memory: &MemoryInfo) -> String {
    match &memory.application {
        Ok(Some(application)) => {
            let firmware = application.firmware.as_deref().unwrap_or("unknown");
            format!("application {}, firmware {firmware}", application.title())
        }
        Ok(None) => "no application".to_owned(),
        Err(reason) => format!("no application: {reason}"),
    }
}

/// A size in the largest unit that divides it.
fn size(bytes: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let fits = |(unit, _): &&(i64, &str)| bytes >= *unit && bytes % *unit == 0;
    match UNITS.iter().find(fits) {
        Some((unit, name)) => format!("{} {name}", bytes / unit),
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use oakc_runtime_schema::bootloader::{BootloaderType, Memory, MemoryDetails, Version};

    use super::*;

    fn info() -> Info {
        let memory = |memory, size, application| MemoryInfo {
            details: MemoryDetails {
                memory,
                size,
                info: String::new(),
            },
            application,
        };
        let application = Application {
            name: None,
            firmware: Some("0123".to_owned()),
        };
        let config = json!({"appMem": 1, "network": {"ipv4": 0x3201_A8C0_u32, "timeoutMs": -1}});
        Info {
            version: Version::new(0, 0, 28),
            kind: BootloaderType::Network,
            commit: None,
            user_bootloader: false,
            memories: vec![
                memory(Memory::Flash, 128 << 20, Ok(None)),
                memory(Memory::Emmc, 15_758_000_128, Ok(Some(application))),
            ],
            config: Ok(Config::from_json(config).unwrap()),
        }
    }

    #[test]
    fn a_camera_is_described_one_thing_a_line() {
        let target = Target {
            address: "192.168.1.50".parse().unwrap(),
            mxid: None,
        };
        let expected = [
            "address        192.168.1.50",
            "bootloader     0.0.28 NETWORK",
            "flash          128 MiB",
            "               no application",
            "emmc           15028 MiB",
            "               application (no name), firmware 0123",
            "starts from    emmc",
            "ipv4           192.168.1.50 mask none gateway none (without DHCP)",
            "waits          -1 ms for a host (network)",
        ];
        assert_eq!(info().lines(&target), expected);
        assert_eq!(info().memories(), "flash 128 MiB, emmc 15028 MiB");
    }

    #[test]
    fn programs_get_what_discovery_and_the_bootloader_tell_in_one_object() {
        let value = camera_json(None, Some(&info()));
        assert_eq!(value["bootloader"]["version"], "0.0.28");
        assert_eq!(value["memories"][0]["application"], Value::Null);
        assert_eq!(value["application"]["firmware"], "0123");
        assert_eq!(value["config"]["network"]["ipv4"], "192.168.1.50");
        assert_eq!(camera_json(None, None), json!({}));
    }
}
