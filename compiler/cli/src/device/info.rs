//! `oakc device info`: all that a camera tells.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use oakc_device::discovery::Camera;
use oakc_device::maintenance::{Info, MemoryInfo, mac_text};
use oakc_device::xlink::Mxid;
use oakc_device::xlink::datagram::DeviceState;
use oakc_device::{Reach, Target};
use oakc_runtime_schema::bootloader::{Config, Ipv4Setting};
use serde_json::{Value, json};

use super::Camera as ThisCamera;
use crate::failure::Failure;
use crate::terminal::{ResultFormat, Terminal, result};

/// How long a camera may take to be back after it was asked.
const BACK: Duration = Duration::from_secs(8);
const PAUSE: Duration = Duration::from_millis(100);

/// Show what a camera is and has.
///
/// Takes it into its bootloader; it restarts afterwards.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    camera: super::Selection,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let mut camera = ThisCamera::find(&args.camera)?;
    let running = camera
        .seen
        .as_ref()
        .is_some_and(|seen| seen.state == DeviceState::FlashBooted);
    if running {
        args.camera
            .confirm(terminal, &format!("Restart {} to ask it?", camera.name))?;
    }
    let info = ask(&camera.reach, &mut camera.target).map_err(Failure::world)?;
    if let Some(warning) = info.warning() {
        terminal.warning(&warning.to_string());
    }
    match args.format {
        ResultFormat::Human => result(text(&camera, &info).trim_end()),
        ResultFormat::Json => {
            let mut value = camera.seen.as_ref().map_or_else(|| json!({}), camera_json);
            merge(&mut value, json_of(&info));
            result(&value.to_string())
        }
    }
}

/// Asks a camera, and waits until it is back.
pub(crate) fn ask(reach: &Reach, target: &mut Target) -> oakc_device::Result<Info> {
    let mut bootloader = reach.bootloader(target, &mut || ())?;
    let info = Info::ask(&mut bootloader)?;
    bootloader.close();
    let until = Instant::now() + BACK;
    // What it has told stays true, whatever becomes of it.
    while matches!(reach.look(target, false), Ok(None)) && Instant::now() < until {
        reach.cancel.sleep(PAUSE)?;
    }
    Ok(info)
}

/// `0.0.28 NETWORK`.
pub(crate) fn bootloader(info: &Info) -> String {
    let user = if info.user_bootloader { " (user)" } else { "" };
    format!("{} {}{user}", info.version, info.kind)
}

/// `flash 128 MiB, emmc 16 GiB`.
pub(crate) fn memories(info: &Info) -> String {
    let memory = |memory: &MemoryInfo| {
        let details = &memory.details;
        format!("{} {}", details.memory, size(details.size))
    };
    let memories: Vec<_> = info.memories.iter().map(memory).collect();
    if memories.is_empty() {
        return "-".to_owned();
    }
    memories.join(", ")
}

fn size(bytes: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let fits = |(unit, _): &&(i64, &str)| bytes >= *unit && bytes % *unit == 0;
    match UNITS.iter().find(fits) {
        Some((unit, name)) => format!("{} {name}", bytes / unit),
        None => format!("{bytes} B"),
    }
}

fn text(camera: &ThisCamera, info: &Info) -> String {
    let mut text = String::new();
    let mut line = |what: &str, value: &str| {
        let _ = writeln!(text, "{what:<14} {value}");
    };
    line("address", &camera.target.place.to_string());
    if let Some(mxid) = &camera.target.mxid {
        line("mxid", mxid.as_str());
    }
    line("bootloader", &bootloader(info));
    if let Some(commit) = &info.commit {
        line("commit", commit);
    }
    for memory in &info.memories {
        let details = &memory.details;
        let name = details.memory.to_string();
        line(
            &name,
            format!("{}  {}", size(details.size), details.info).trim_end(),
        );
        line("", &application(memory));
    }
    match &info.config {
        Ok(config) => config_lines(config, &mut line),
        Err(reason) => line("configuration", &format!("none: {reason}")),
    }
    text
}

fn application(memory: &MemoryInfo) -> String {
    match &memory.application {
        Ok(Some(application)) => {
            let name = application.name.as_deref().unwrap_or("(no name)");
            let firmware = application.firmware.as_deref().unwrap_or("unknown");
            format!("application {name}, firmware {firmware}")
        }
        Ok(None) => "no application".to_owned(),
        Err(reason) => format!("no application: {reason}"),
    }
}

/// The settings that are stored, one a line.
pub(crate) fn config_lines(config: &Config, line: &mut dyn FnMut(&str, &str)) {
    if let Some(memory) = config.app_memory() {
        line("starts from", &memory.to_string());
    }
    if let Some(address) = config.address(Ipv4Setting::Address) {
        let how = match config.static_ipv4() {
            Some(true) => "static",
            _ => "without DHCP",
        };
        let or_none = |address| {
            config
                .address(address)
                .map_or("none".to_owned(), |a| a.to_string())
        };
        let (mask, gateway) = (or_none(Ipv4Setting::Mask), or_none(Ipv4Setting::Gateway));
        line(
            "ipv4",
            &format!("{address} mask {mask} gateway {gateway} ({how})"),
        );
    }
    for (what, address) in [
        ("dns", Ipv4Setting::Dns),
        ("dns", Ipv4Setting::AlternativeDns),
    ] {
        if let Some(address) = config.address(address) {
            line(what, &address.to_string());
        }
    }
    if let Some(mac) = config.mac() {
        line("mac", &mac_text(mac));
    }
    if let Some(user) = config.user_bootloader() {
        line("user bootloader", &format!("{} bytes", user.size));
    }
    let timeouts = [
        ("network", config.network_timeout_ms()),
        ("usb", config.usb_timeout_ms()),
    ];
    for (link, milliseconds) in timeouts {
        if let Some(milliseconds) = milliseconds {
            line("waits", &format!("{milliseconds} ms for a host ({link})"));
        }
    }
}

/// What discovery tells.
pub(crate) fn camera_json(camera: &Camera) -> Value {
    json!({
        "mxid": camera.mxid.as_ref().map(Mxid::as_str),
        "address": camera.place.to_string(),
        "state": camera.state.to_string(),
        "supported": camera.supported,
    })
}

/// What the bootloader tells.
pub(crate) fn json_of(info: &Info) -> Value {
    let application = |memory: &MemoryInfo| match &memory.application {
        Ok(Some(application)) => json!({
            "name": application.name,
            "firmware": application.firmware,
        }),
        _ => Value::Null,
    };
    let memory = |memory: &MemoryInfo| {
        json!({
            "memory": memory.details.memory.to_string(),
            "size": memory.details.size,
            "info": memory.details.info,
            "application": application(memory),
        })
    };
    let memories: Vec<_> = info.memories.iter().map(memory).collect();
    let application = info
        .application()
        .map(|application| json!({ "name": application.name, "firmware": application.firmware }));
    json!({
        "bootloader": {
            "version": info.version.to_string(),
            "flashed": info.flashed().map(|version| version.to_string()),
            "type": info.kind.to_string(),
            "commit": info.commit,
            "user": info.user_bootloader,
        },
        "memories": memories,
        "application": application,
        "config": info.config.as_ref().ok().map(Config::to_json),
    })
}

/// Puts the members of one object into another.
pub(crate) fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}
