//! `oakc logs`: receives what cameras with `[logging]` send, or reads what was saved.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use jiff::ZonedDateTime;
use oakc_logs::{Files, Filter, Level, Rate, Receiver, Record, Shown, Space, named, since};

use crate::failure::Failure;
use crate::interrupt::cancel_on_interrupt;
use crate::terminal::{ResultFormat, Terminal};
use output::Output;
use watch::Watch;

pub(crate) mod output;
mod silence;
pub(crate) mod watch;

/// The port that cameras send to if `[logging]` names none.
pub(crate) const PORT: u16 = 5514;

/// Receive the log that cameras send, or read what was saved.
///
/// Without FILE, listens on the network until it is interrupted. With FILE, shows what --save or rsyslog wrote,
/// merged by time.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to read instead of listening: files that --save, --format json or rsyslog wrote, folders that --save
    /// wrote to, or - for stdin.
    #[arg(value_name = "FILE", conflicts_with_all = ["listen", "save", "save_size", "rate"])]
    files: Vec<PathBuf>,

    /// Where to listen: an address of this machine, a UDP port, or both; default: port 5514 of all addresses.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address)]
    listen: Option<SocketAddr>,

    #[command(flatten)]
    selection: Selection,

    /// Only what was received at this time or later: how long ago (10min, 2h, 3d), a time of the day (10:30), or a
    /// date (2026-03-01, 2026-03-01T10:30, with Z or an offset in another zone).
    #[arg(long, value_name = "TIME", value_parser = moment, requires = "files")]
    since: Option<jiff::Timestamp>,

    /// Only what was received until this time.
    #[arg(long, value_name = "TIME", value_parser = moment, requires = "files")]
    until: Option<jiff::Timestamp>,

    #[command(flatten)]
    saving: Saving,

    /// The application (.toml, .yaml) whose log it is: the files in tracebacks are shown by where they are.
    #[arg(long, value_name = "FILE")]
    app: Option<PathBuf>,

    /// How to print the messages; json: one object a line.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,
}

/// Which messages are shown.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Selection {
    /// Only messages of this camera, by the name or address that is shown. Can be repeated.
    #[arg(long, value_name = "NAME")]
    camera: Vec<String>,

    /// Only messages of this Script node. Can be repeated.
    #[arg(long, value_name = "NODE")]
    node: Vec<String>,

    /// Only messages of this level and more urgent ones.
    #[arg(long, value_name = "LEVEL", value_enum)]
    level: Option<LevelName>,

    /// Only messages that contain this text, in upper or lower case.
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,

    /// Also show every heartbeat, not only the first one of each script.
    #[arg(long)]
    heartbeats: bool,
}

/// What is kept, and how much is shown.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Saving {
    /// Save all messages in DIR, also those that are not shown: one file of JSON Lines for each camera.
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,

    /// The most MiB that --save keeps of each camera; the oldest messages go first.
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    save_size: u64,

    /// Show at most this many messages a second of each camera, and count the others; 0: all.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    rate: u32,
}

/// A level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LevelName {
    /// Every step.
    Trace,
    /// For whoever looks for a mistake.
    Debug,
    /// What happens.
    Info,
    /// What should not happen.
    Warn,
    /// What keeps something from working.
    Error,
    /// What ends a script.
    Critical,
}

impl From<LevelName> for Level {
    fn from(name: LevelName) -> Self {
        match name {
            LevelName::Trace => Self::Trace,
            LevelName::Debug => Self::Debug,
            LevelName::Info => Self::Info,
            LevelName::Warn => Self::Warn,
            LevelName::Error => Self::Error,
            LevelName::Critical => Self::Critical,
        }
    }
}

impl Selection {
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            cameras: self.camera.clone(),
            nodes: self.node.clone(),
            level: self.level.map(Level::from),
            text: self.text.clone(),
            ..Filter::default()
        }
    }

    pub(crate) fn shows_heartbeats(&self) -> bool {
        self.heartbeats
    }
}

impl Saving {
    pub(crate) fn directory(&self) -> Option<(&Path, Space)> {
        let space = Space {
            bytes: self.save_size.saturating_mul(1 << 20),
        };
        self.save.as_deref().map(|directory| (directory, space))
    }

    pub(crate) fn rate(&self) -> Rate {
        Rate::each_second(self.rate)
    }
}

/// The folder of an application, for whoever is in another one.
pub(crate) fn folder(application: &Path) -> PathBuf {
    application.parent().unwrap_or(Path::new("")).to_owned()
}

pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    let all = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let port = text.strip_prefix(':').unwrap_or(text).parse();
    let address = text.parse::<SocketAddr>().ok();
    let alone = || text.parse().map(|ip| SocketAddr::new(ip, PORT)).ok();
    let port = || port.map(|port| SocketAddr::new(all, port)).ok();
    let address = address.or_else(alone).or_else(port);
    address.ok_or_else(|| {
        "expected an IP address of this machine, a port, or both, such as 192.168.1.10:5514"
            .to_owned()
    })
}

fn moment(text: &str) -> Result<jiff::Timestamp, String> {
    let moment = since::moment(text, &ZonedDateTime::now());
    moment.ok_or_else(|| format!("expected {}", since::EXPECTED))
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let shown = Shown::new(
        jiff::tz::TimeZone::system(),
        args.app.as_deref().map(folder),
    );
    let output = Output::new(
        args.format,
        shown,
        args.selection.shows_heartbeats(),
        terminal,
    );
    if args.files.is_empty() {
        return receive(args, output, terminal);
    }
    read(args, output, terminal)
}

fn receive(args: &Args, output: Output, terminal: &Terminal) -> Result<(), Failure> {
    let stop = cancel_on_interrupt();
    let unspecified = SocketAddr::from((Ipv4Addr::UNSPECIFIED, PORT));
    let address = args.listen.unwrap_or(unspecified);
    let receiver = Receiver::listen(address)?;
    let mut watch = Watch::new(receiver, address, &args.selection, &args.saving, output)?;
    terminal.progress(format_args!(
        "listening on {} (UDP); Ctrl-C ends it",
        watch.address()
    ));
    while !stop.is_cancelled() && !watch.is_unheard() {
        watch.turn(terminal);
    }
    watch.end(terminal)
}

/// Shows what is in files.
fn read(args: &Args, mut output: Output, terminal: &Terminal) -> Result<(), Failure> {
    let filter = Filter {
        since: args.since,
        until: args.until,
        ..args.selection.filter()
    };
    not_cameras(&args.files)?;
    let paths = named(&args.files)?;
    let now = ZonedDateTime::now();
    let mut files = Files::open(&paths, &now, || Box::new(io::stdin()))?;
    let mut count = 0_u64;
    while let Some(record) = files.next_record()? {
        count = count.saturating_add(1);
        if filter.accepts(&record) && !show(&mut output, &record)? {
            break;
        }
    }
    output.flush()?;
    match files.malformed() {
        0 => {}
        _ if count == 0 => {
            let reason = "this is neither what `oakc logs` saved nor what a syslog server wrote";
            return Err(Failure::Input(reason.to_owned()));
        }
        1 => terminal.warning("1 line is not a log message"),
        count => terminal.warning(&format!("{count} lines are not log messages")),
    }
    Ok(())
}

/// Refuses the address of a camera in place of a file: cameras send their log, nobody fetches it.
fn not_cameras(files: &[PathBuf]) -> Result<(), Failure> {
    let is_camera = |path: &&PathBuf| !path.exists() && is_address(path);
    match files.iter().find(is_camera) {
        None => Ok(()),
        Some(path) => Err(Failure::Usage(format!(
            "{path} is the address of a camera, and what is named here are files: `oakc logs --camera {path}` receives what \
             it sends",
            path = path.display()
        ))),
    }
}

fn is_address(path: &Path) -> bool {
    let text = path.to_str().unwrap_or_default();
    text.parse::<IpAddr>().is_ok()
}

/// Shows a record. Whether anybody is there to read more.
fn show(output: &mut Output, record: &Record) -> Result<bool, Failure> {
    output.show(record)?;
    Ok(!output.is_unheard())
}
