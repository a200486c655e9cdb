//! `oakc device config`: shows and changes the settings of the bootloader.

use std::net::Ipv4Addr;

use oakc_device::maintenance::{Change, Ipv4Network, Mac, Settings, settings_lines};
use oakc_diag::render::Page;
use oakc_runtime_schema::bootloader::Config;

use super::{Camera, Selection, restarting};
use crate::failure::Failure;
use crate::terminal::{self, ResultFormat, Terminal, result};

/// Read and change the settings of the bootloader.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Get(GetArgs),
    /// Change settings; all others stay unchanged.
    Set(SetArgs),
    /// Remove all settings, including the address.
    Clear(ClearArgs),
}

/// Show the settings.
///
/// Restarts the camera into its bootloader; it restarts again afterwards.
#[derive(clap::Args)]
struct GetArgs {
    #[command(flatten)]
    camera: Selection,

    /// How to print them.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,
}

/// Change settings; all others stay unchanged.
#[derive(clap::Args)]
struct SetArgs {
    #[command(flatten)]
    camera: Selection,

    /// The camera's address, with its prefix length as in 192.168.1.50/24, or with --mask.
    #[arg(long, value_name = "IP[/BITS]")]
    ip: Option<Ipv4Network>,

    /// The netmask, as in 255.255.255.0.
    #[arg(long, value_name = "MASK")]
    mask: Option<Ipv4Addr>,

    /// The gateway to other networks; 0.0.0.0 for none.
    #[arg(long, value_name = "IP")]
    gateway: Option<Ipv4Addr>,

    /// The address is static; that is the default when --ip is given.
    #[arg(long = "static", conflicts_with = "dynamic")]
    fixed: bool,

    /// Get the address by DHCP; the address set here is used only if there is no DHCP.
    #[arg(long)]
    dynamic: bool,

    /// The name server; 0.0.0.0 for none.
    #[arg(long, value_name = "IP")]
    dns: Option<Ipv4Addr>,

    /// The second name server; 0.0.0.0 for none.
    #[arg(long, value_name = "IP")]
    dns_alt: Option<Ipv4Addr>,

    /// The MAC address; 00:00:00:00:00:00 for the camera's own.
    #[arg(long)]
    mac: Option<Mac>,

    /// Milliseconds that the bootloader waits for a host on the network; -1 waits forever, 0 locks
    /// hosts out.
    #[arg(long, value_name = "MS", allow_hyphen_values = true)]
    network_timeout: Option<i32>,

    /// Milliseconds that the bootloader waits for a host on USB; -1 waits forever, 0 locks hosts out.
    #[arg(long, value_name = "MS", allow_hyphen_values = true)]
    usb_timeout: Option<i32>,
}

/// Remove all settings, including the address.
#[derive(clap::Args)]
struct ClearArgs {
    #[command(flatten)]
    camera: Selection,
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
    let mut bootloader = camera.bootloader_to("read its settings", &args.camera, terminal)?;
    let config = bootloader.config()?;
    bootloader.close();
    match (args.format, config) {
        (ResultFormat::Json, config) => {
            let json = config.as_ref().ok().map(Config::to_json_with_text);
            terminal::json(&json)
        }
        (ResultFormat::Human, Ok(config)) => result(or_defaults(settings_lines(&config))),
        (ResultFormat::Human, Err(reason)) => result(format!(
            "no settings are stored ({reason}): the defaults apply"
        )),
    }
}

fn or_defaults(lines: Vec<String>) -> Page {
    if lines.is_empty() {
        return Page::from("no settings are stored: the defaults apply");
    }
    lines.into_iter().collect()
}

fn set(args: &SetArgs, terminal: &Terminal) -> Result<(), Failure> {
    let mut camera = Camera::find(&args.camera)?;
    let restarting = &mut restarting(&camera.name, terminal);
    let settings = settings(args);
    let change = Change::prepare(&camera.reach, &mut camera.target, &settings, restarting)?;
    camera.progress(terminal, "the settings will be");
    terminal.progress_page(&settings_lines(change.after()).into_iter().collect());
    match settings.locks_out() {
        Some(link) => {
            let what = locked_out(&camera.name, link);
            args.camera.confirm_danger(terminal, &what, "store")?;
        }
        None => {
            let question = format!("Store these settings on {}?", camera.name);
            args.camera.confirm(terminal, &question)?;
        }
    }
    change.store(&camera.reach, &mut camera.target, restarting)?;
    result(format!(
        "{}: stored; they take effect after its next start",
        camera.name
    ))
}

fn locked_out(name: &str, link: &str) -> String {
    format!(
        "with a {link} timeout of 0, {name} starts its application without waiting for a host on {link}: \
         if that application does not run properly, the camera cannot be reached any more, not even to \
         change this setting"
    )
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
        mac: args.mac,
        network_timeout_ms: args.network_timeout,
        usb_timeout_ms: args.usb_timeout,
    }
}

fn clear(args: &ClearArgs, terminal: &Terminal) -> Result<(), Failure> {
    let mut camera = Camera::find(&args.camera)?;
    let what = format!(
        "this removes all settings of {}, including its address",
        camera.name
    );
    args.camera.confirm_danger(terminal, &what, "clear")?;
    let mut bootloader = camera.bootloader(terminal)?;
    bootloader.clear_config()?;
    bootloader.close();
    result(format!("{}: the settings were removed", camera.name))
}
