//! `oakc device config`: the settings of the bootloader.

use std::net::Ipv4Addr;
use std::str::FromStr;

use oakc_device::maintenance::Settings;
use oakc_runtime_schema::bootloader::Config;

use super::{Camera, Selection, info};
use crate::failure::Failure;
use crate::terminal::{ResultFormat, Terminal, result};

/// Read and change the settings of the bootloader.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Show the settings.
    Get(GetArgs),
    /// Change settings; whatever is not named stays as it is.
    Set(SetArgs),
    /// Remove all settings, the address too.
    Clear(ClearArgs),
}

/// Show the settings.
#[derive(clap::Args)]
struct GetArgs {
    #[command(flatten)]
    camera: Selection,

    /// How to print them.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,
}

/// Change settings; whatever is not named stays as it is.
#[derive(clap::Args)]
struct SetArgs {
    #[command(flatten)]
    camera: Selection,

    /// The camera's address, with its network as in 192.168.1.50/24, or with --mask.
    #[arg(long, value_name = "IP[/BITS]")]
    ip: Option<Network>,

    /// The mask of its network, as in 255.255.255.0.
    #[arg(long, value_name = "MASK")]
    mask: Option<Ipv4Addr>,

    /// The way out of its network; 0.0.0.0 for none.
    #[arg(long, value_name = "IP")]
    gateway: Option<Ipv4Addr>,

    /// The address is fixed; that is the default when --ip is given.
    #[arg(long = "static", conflicts_with = "dynamic")]
    fixed: bool,

    /// DHCP gives the address, and the one set here counts only without it.
    #[arg(long)]
    dynamic: bool,

    /// The name server; 0.0.0.0 for none.
    #[arg(long, value_name = "IP")]
    dns: Option<Ipv4Addr>,

    /// The name server in its place; 0.0.0.0 for none.
    #[arg(long, value_name = "IP")]
    dns_alt: Option<Ipv4Addr>,

    /// The MAC address; 00:00:00:00:00:00 for the camera's own.
    #[arg(long)]
    mac: Option<Mac>,

    /// Milliseconds that the bootloader waits for a host on the network; -1 for ever.
    #[arg(long, value_name = "MS", allow_hyphen_values = true)]
    network_timeout: Option<i32>,

    /// Milliseconds that the bootloader waits for a host on USB; -1 for ever.
    #[arg(long, value_name = "MS", allow_hyphen_values = true)]
    usb_timeout: Option<i32>,
}

/// Remove all settings, the address too.
#[derive(clap::Args)]
struct ClearArgs {
    #[command(flatten)]
    camera: Selection,
}

/// `192.168.1.50` or `192.168.1.50/24`.
#[derive(Clone, Copy, Debug)]
struct Network {
    address: Ipv4Addr,
    mask: Option<Ipv4Addr>,
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address = address.parse().map_err(|_| "no IPv4 address")?;
        let mask = bits.map(mask_of).transpose()?;
        Ok(Self { address, mask })
    }
}

/// The mask of so many ones.
fn mask_of(bits: &str) -> Result<Ipv4Addr, &'static str> {
    let bits: Option<u32> = bits.parse().ok().filter(|bits| *bits <= 32);
    let bits = bits.ok_or("after the slash stands a number up to 32")?;
    let ones = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    Ok(Ipv4Addr::from_bits(ones))
}

#[derive(Clone, Copy, Debug)]
struct Mac([u8; 6]);

impl FromStr for Mac {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let octet = |text: &str| {
            let plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            plain.then(|| u8::from_str_radix(text, 16).ok()).flatten()
        };
        let octets: Option<Vec<u8>> = text.split(':').map(octet).collect();
        let octets = octets.and_then(|octets| octets.try_into().ok());
        octets
            .map(Self)
            .ok_or("no MAC address such as 44:A9:2C:00:00:01")
    }
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    match &args.command {
        Command::Get(args) => get(args, terminal),
        Command::Set(args) => set(args, terminal),
        Command::Clear(args) => clear(args, terminal),
    }
}

fn get(args: &GetArgs, terminal: &Terminal) -> Result<(), Failure> {
    let mut camera = Camera::find(&args.camera)?;
    let mut bootloader = camera.bootloader(terminal)?;
    let config = bootloader.config().map_err(Failure::world)?;
    bootloader.close();
    match (args.format, config) {
        (ResultFormat::Json, config) => {
            let json = config.as_ref().ok().map(Config::to_json);
            result(&serde_json::json!(json).to_string())
        }
        (ResultFormat::Human, Ok(config)) => result(&text(&config)),
        (ResultFormat::Human, Err(reason)) => result(&format!(
            "no settings are stored ({reason}): the defaults apply"
        )),
    }
}

fn text(config: &Config) -> String {
    let mut lines = Vec::new();
    info::config_lines(config, &mut |what, value| {
        lines.push(format!("{what:<14} {value}"));
    });
    if lines.is_empty() {
        return "no settings are stored: the defaults apply".to_owned();
    }
    lines.join("\n")
}

fn set(args: &SetArgs, terminal: &Terminal) -> Result<(), Failure> {
    let settings = settings(args);
    let mut camera = Camera::find(&args.camera)?;
    let mut bootloader = camera.bootloader(terminal)?;
    let version = bootloader.version();
    let before = bootloader.config().map_err(Failure::world)?;
    let mut config = before.clone().unwrap_or_default();
    if let Err(error) = settings.apply(&mut config, version) {
        bootloader.close();
        return Err(Failure::Input(error.to_string()));
    }
    // Whoever waits at the prompt must not make the camera reset itself.
    bootloader.close();
    camera.progress(terminal, format!("the settings will be\n{}", text(&config)));
    let question = format!("Store these settings on {}?", camera.name);
    args.camera.confirm(terminal, &question)?;
    let mut bootloader = camera.bootloader(terminal)?;
    if bootloader.config().map_err(Failure::world)? != before {
        bootloader.close();
        return Err(Failure::world(format!(
            "{}: somebody else has changed its settings meanwhile; nothing was stored, try again",
            camera.name
        )));
    }
    bootloader.set_config(&config).map_err(Failure::world)?;
    let stored = bootloader.config().map_err(Failure::world)?;
    bootloader.close();
    if stored.as_ref() != Ok(&config) {
        return Err(Failure::world(format!(
            "{}: other settings were read back than were stored; try again",
            camera.name
        )));
    }
    result(&format!(
        "{}: stored, in force after its next start",
        camera.name
    ))
}

fn settings(args: &SetArgs) -> Settings {
    let fixed = args.fixed || (args.ip.is_some() && !args.dynamic);
    Settings {
        ipv4: args.ip.map(|network| network.address),
        mask: args.mask.or(args.ip.and_then(|network| network.mask)),
        gateway: args.gateway,
        fixed: (fixed || args.dynamic).then_some(fixed),
        dns: args.dns,
        alternative_dns: args.dns_alt,
        mac: args.mac.map(|mac| mac.0),
        network_timeout_ms: args.network_timeout,
        usb_timeout_ms: args.usb_timeout,
    }
}

fn clear(args: &ClearArgs, terminal: &Terminal) -> Result<(), Failure> {
    let mut camera = Camera::find(&args.camera)?;
    let what = format!(
        "this removes all settings of {}, its address too",
        camera.name
    );
    args.camera.confirm_danger(terminal, &what, "clear")?;
    let mut bootloader = camera.bootloader(terminal)?;
    bootloader.clear_config().map_err(Failure::world)?;
    bootloader.close();
    result(&format!("{}: the settings are gone", camera.name))
}
