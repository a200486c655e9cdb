//! `oakc emulate`: virtual cameras on addresses of this machine, until Ctrl-C or SIGTERM.

mod runs;

use std::net::Ipv4Addr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use oakc_device::virtual_camera::{
    BOOTLOADER_VERSION, Config, EMMC_SIZE, FLASH_SIZE, Fault, Start, Storage, Timing,
    VirtualCamera, parse_size,
};
use oakc_device::xlink::{Mxid, TCP_PORT};
use oakc_runtime_schema::bootloader::{BootloaderType, Version};

use crate::device::bootloader::{NETWORK, types};
use crate::failure::Failure;
use crate::interrupt::{cancel_on_interrupt, wait_for};
use crate::simulate::ports;
use crate::terminal::{Terminal, result};
use runs::Runs;

/// Emulate a camera that hosts can find and flash.
///
/// Prints one line when it is ready: `listening on IP:PORT mxid=MXID`; with --fleet `listening on
/// IP:PORT to IP:PORT cameras=N`. Runs until Ctrl-C or SIGTERM.
#[derive(clap::Args)]
#[command(after_help = FAULTS)]
pub(crate) struct Args {
    /// The camera's address, which must be an address of this machine.
    #[arg(long, default_value_t = Ipv4Addr::LOCALHOST)]
    ip: Ipv4Addr,

    /// The camera's MXID; default: derived from the address.
    #[arg(long, conflicts_with = "fleet")]
    mxid: Option<Mxid>,

    /// File with the NOR flash; created if it does not exist. Without it the flash is in RAM. With
    /// --fleet the address becomes part of the name: FILE `nor.img` is `nor-127.0.0.1.img` and so
    /// on.
    #[arg(long, value_name = "FILE")]
    flash: Option<PathBuf>,

    /// Size of the NOR flash in bytes; accepts K, M and G.
    #[arg(long, value_name = "BYTES", value_parser = parse_size, default_value_t = FLASH_SIZE)]
    flash_size: u64,

    /// File with the eMMC; created if it does not exist. Without it the camera has no eMMC.
    #[arg(long, value_name = "FILE")]
    emmc: Option<PathBuf>,

    /// Size of the eMMC in bytes.
    #[arg(long, value_name = "BYTES", value_parser = parse_size, default_value_t = EMMC_SIZE, requires = "emmc")]
    emmc_size: u64,

    /// The initial state; default: the camera runs its application if the memories hold a valid
    /// one, otherwise it is in the bootloader.
    #[arg(long, value_enum)]
    state: Option<State>,

    /// Type of the bootloader. A USB bootloader is also reached over the network.
    #[arg(long = "type", value_parser = types(), value_name = "TYPE", default_value = NETWORK)]
    kind: BootloaderType,

    /// Version of the factory bootloader: older ones support fewer requests.
    #[arg(long, default_value_t = BOOTLOADER_VERSION)]
    version: Version,

    /// A fault to simulate, see below; can be repeated.
    #[arg(long, value_name = "FAULT")]
    fault: Vec<Fault>,

    /// How many cameras, on --ip and the addresses after it.
    #[arg(long, value_name = "N", default_value_t = NonZeroU32::MIN)]
    fleet: NonZeroU32,

    /// Milliseconds from a reset until the camera is available again.
    #[arg(long, value_name = "MS", default_value_t = 300)]
    boot_time: u64,

    /// Milliseconds that the bootloader waits for a host before it starts the application.
    #[arg(long, value_name = "MS", default_value_t = 1000)]
    boot_window: u64,

    /// Run the application in the camera's memory on this machine whenever the camera starts it: its cameras see a test
    /// pattern, its scripts run with your rights, and their servers listen on the camera's address.
    #[arg(long)]
    run: bool,

    /// With --run, let a server for which a script asks for port PORT listen on HERE. Can be repeated.
    #[arg(long, value_name = "PORT=HERE", value_parser = ports, requires = "run")]
    port: Vec<(u16, u16)>,

    /// With --run, keep scripts off every network, where the system can do that (Linux).
    #[arg(long, requires = "run")]
    no_network: bool,

    /// Milliseconds without a keep-alive from the host after which the camera resets itself.
    #[arg(long, value_name = "MS", default_value_t = 10_000)]
    watchdog: u64,
}

const FAULTS: &str = "\
Faults:
  cut@BYTES      the connection is cut once it has delivered this many bytes
  restart@BYTES  the camera restarts at that point
  hang@BYTES     the camera falls silent at that point, until its watchdog resets it
  corrupt@BYTES  one bit of the byte written at this offset flips
  refuse         a connection is closed as soon as it is opened
  deaf           a discovery datagram gets no answer
  slow:RATE      at most this many bytes per second are accepted
  delay:MS       each packet is handled this much later
  full           nothing can be written
  crash:MS       a started application crashes after this time, over and over
  seed:N         one to three of the others, chosen by the seed
Each of the first six happens once, or as often as `*N` says: cut@5M*3, refuse*2.
BYTES and RATE may end in K, M or G.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum State {
    /// In the bootloader, until a host has come and gone.
    Bootloader,
    /// It runs an application, or appears to.
    #[value(name = "flash_booted")]
    FlashBooted,
}

impl State {
    fn start(state: Option<Self>) -> Start {
        match state {
            None => Start::Stored,
            Some(Self::Bootloader) => Start::Bootloader,
            Some(Self::FlashBooted) => Start::FlashBooted,
        }
    }
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let stop = cancel_on_interrupt();
    let runs = args.run.then(|| Runs::start(args, terminal)).transpose()?;
    let mut config = config(args);
    config.observer = runs.as_ref().and_then(Runs::observer);
    let cameras = VirtualCamera::start_several(&config, args.fleet)?;
    if let [first, .., last] = &cameras[..] {
        for camera in &cameras {
            terminal.progress(line(camera));
        }
        let (first, last) = (first.address(), last.address());
        let count = cameras.len();
        result(format!(
            "listening on {first}:{TCP_PORT} to {last}:{TCP_PORT} cameras={count}"
        ))?;
    } else if let Some(camera) = cameras.first() {
        result(format!("listening on {}", line(camera)))?;
    }
    wait_for(&stop);
    drop((cameras, config));
    drop(runs);
    terminal.progress("stopped");
    Ok(())
}

fn line(camera: &VirtualCamera) -> String {
    format!("{}:{TCP_PORT} mxid={}", camera.address(), camera.mxid())
}

fn config(args: &Args) -> Config {
    let storage = |file: &Option<PathBuf>, size| Storage {
        file: file.clone(),
        size,
    };
    let mut config = Config::new(args.ip);
    config.kind = args.kind;
    config.version = args.version;
    config.start = State::start(args.state);
    config.faults.clone_from(&args.fault);
    config.timing = Timing {
        boot: Duration::from_millis(args.boot_time),
        window: Duration::from_millis(args.boot_window),
        watchdog: Duration::from_millis(args.watchdog),
    };
    config.flash = storage(&args.flash, args.flash_size);
    config.emmc = args
        .emmc
        .is_some()
        .then(|| storage(&args.emmc, args.emmc_size));
    if let Some(mxid) = &args.mxid {
        config.mxid = mxid.clone();
    }
    config
}
