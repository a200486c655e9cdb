//! `oakc simulate`: an application runs on this machine, in real time, until Ctrl-C, SIGTERM or a given time.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, UdpSocket};
use std::path::PathBuf;
use std::time::Duration;

use oakc_desk::observation::{Ending, Level, ScriptEnd, Server};
use oakc_desk::scenario::parse_duration;
use oakc_desk::{Place, PortName, Program};
use oakc_project::Findings;
use oakc_python::Interpreter;
use oakc_simulate::{
    Happening, Recorder, Settings, Simulation, SourceSpec, Sources, Subject, View,
};

use crate::application::{Access, Variation};
use crate::failure::Failure;
use crate::interrupt::cancel_on_interrupt;
use crate::terminal::{Format, Terminal, log_line, result};

/// Run an application on this machine, in real time.
///
/// Cameras see pictures, nodes compute, scripts run, and their servers listen on loopback or --ip. Runs until Ctrl-C,
/// SIGTERM or the end of --for. The scripts run in processes of their own, with your rights.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The application (.toml, .yaml) or the package.
    file: PathBuf,

    /// What a camera sees, or an output sends. TARGET is a camera or `node.output`; SPEC is a picture, a folder or a
    /// pattern of pictures, a video, a recording (.jsonl), or pattern:bars, pattern:noise, pattern:clock. Can be
    /// repeated. A camera for which nothing is said sees pattern:bars.
    #[arg(long, value_name = "TARGET=SPEC")]
    source: Vec<SourceSpec>,

    /// The address on which servers of scripts listen; it must be an address of this machine.
    #[arg(long, default_value_t = Ipv4Addr::LOCALHOST)]
    ip: Ipv4Addr,

    /// Let a server for which a script asks for port PORT listen on HERE. Can be repeated.
    #[arg(long, value_name = "PORT=HERE", value_parser = ports)]
    port: Vec<(u16, u16)>,

    /// Stop after so long: 30s, 5min, 1h.
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    time: Option<Duration>,

    /// Record what outputs send, as scenarios and --source read it, in this folder, which must not be there yet.
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,

    /// Record this output only, as `node.output`. Can be repeated. Default: all that lead somewhere.
    #[arg(long, value_name = "OUTPUT", requires = "record")]
    only: Vec<String>,

    /// Serve a page on loopback that shows the graph, how full queues are, and the last picture of each link.
    #[arg(long)]
    view: bool,

    /// Keep scripts off every network, this machine's own included, where the system can do that (Linux). Then nobody
    /// reaches their servers either.
    #[arg(long)]
    no_network: bool,

    #[command(flatten)]
    variation: Variation,

    #[command(flatten)]
    access: Access,
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "expected a duration such as 30s, 5min or 1h".to_owned())
}

/// A port that a script asks for, and the one that it gets.
pub(crate) fn ports(text: &str) -> Result<(u16, u16), String> {
    let expected = || "expected two ports, such as 80=8080".to_owned();
    let (wanted, given) = text.split_once('=').ok_or_else(expected)?;
    let port = |text: &str| {
        text.parse()
            .ok()
            .filter(|port| *port > 0)
            .ok_or_else(expected)
    };
    Ok((port(wanted)?, port(given)?))
}

/// How long to let time pass before looking whether somebody wants it to stop.
const LOOK: Duration = Duration::from_millis(50);

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let stop = cancel_on_interrupt();
    let mut findings = Findings::default();
    let Some((subject, sources)) = read(args, &mut findings, terminal)? else {
        terminal.diagnostics(Format::Human, &findings)?;
        return Err(Failure::Reported);
    };
    let only = outputs(&subject.program, &args.only)?;
    let recorder = args.record.as_deref().map(Recorder::begin).transpose()?;
    let view = args.view.then(|| View::serve(&subject)).transpose()?;
    let settings = settings(args, &subject.program, terminal)?;
    announce(&subject, &sources, terminal);
    let mut simulation = Simulation::start(&subject, sources, &settings);
    if let Some(recorder) = recorder {
        simulation.record(recorder, &only, &subject);
    }
    if let Some(view) = view {
        result(format!("view: http://{}/", view.address()))?;
        simulation.show(view, &subject);
    }
    let mut teller = Teller::default();
    while !stop.is_cancelled() {
        let left = args
            .time
            .map(|time| time.saturating_sub(since_start(&simulation)));
        if left == Some(Duration::ZERO) {
            break;
        }
        for happening in simulation.run_for(left.unwrap_or(LOOK).min(LOOK)) {
            teller.tell(&happening, terminal)?;
        }
    }
    finish(simulation, args, terminal)?;
    if teller.has_failed {
        return Err(Failure::Reported);
    }
    Ok(())
}

fn since_start(simulation: &Simulation) -> Duration {
    simulation.now().since(oakc_desk::Time::START)
}

fn read(
    args: &Args,
    findings: &mut Findings,
    terminal: &Terminal,
) -> Result<Option<(Subject, Sources)>, Failure> {
    let allowed = args.access.allowed(terminal)?;
    let settings = args.variation.settings(&allowed)?;
    let Some(subject) = Subject::read(&args.file, settings, findings)? else {
        return Ok(None);
    };
    let Some(sources) = Sources::open(&subject.program, &args.source, findings)? else {
        return Ok(None);
    };
    let unfed = sources.unfed(&subject.program);
    if unfed.is_empty() {
        Ok(Some((subject, sources)))
    } else {
        Err(oakc_simulate::SourceError::Unfed(unfed).into())
    }
}

fn settings(args: &Args, program: &Program, terminal: &Terminal) -> Result<Settings, Failure> {
    // Whoever cannot bind here cannot serve here.
    UdpSocket::bind((args.ip, 0)).map_err(|error| {
        Failure::Usage(format!(
            "--ip {}: no address of this machine: {error}",
            args.ip
        ))
    })?;
    Ok(Settings {
        python: python(args.no_network, program, terminal)?,
        place: Place {
            address: args.ip,
            ports: args.port.iter().copied().collect::<BTreeMap<_, _>>(),
        },
        ..Settings::default()
    })
}

/// What scripts run in, if there are any.
pub(crate) fn python(
    no_network: bool,
    program: &Program,
    terminal: &Terminal,
) -> Result<Option<Interpreter>, Failure> {
    if program.scripts().is_empty() {
        return Ok(None);
    }
    let found = Interpreter::find()?;
    if !no_network {
        return Ok(Some(found));
    }
    let offline = found.without_network();
    if offline.is_none() {
        terminal.warning(
            "this system cannot keep scripts off its network, and they reach it: that needs Linux and an `unshare` \
             that may be used",
        );
    }
    Ok(Some(offline.unwrap_or(found)))
}

fn announce(subject: &Subject, sources: &Sources, terminal: &Terminal) {
    if !subject.program.scripts().is_empty() {
        terminal.notice("scripts run on this machine, with your rights");
    }
    for camera in &sources.unsaid {
        terminal.progress(format_args!(
            "`{camera}` sees a test pattern; `--source {camera}=…` shows it something else"
        ));
    }
}

/// The outputs that are meant by these names.
fn outputs(program: &Program, named: &[String]) -> Result<Vec<PortName>, Failure> {
    let known = program.outputs();
    let find = |name: &String| {
        let (node, port) = name.split_once('.').unwrap_or((name, ""));
        let mut known = known.iter();
        let found = known.find(|output| output.is_meant_by(node, port));
        found.cloned().ok_or_else(|| {
            Failure::Usage(format!("--only {name}: the application has no such output"))
        })
    };
    named.iter().map(find).collect()
}

fn finish(simulation: Simulation, args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let Some(recorder) = simulation.stop() else {
        return Ok(());
    };
    let recording = recorder.finish()?;
    if let Some(path) = &args.record {
        let (path, count) = (path.display(), recording.messages);
        terminal.progress(format_args!("recorded {count} messages in {path}"));
    }
    if recording.lost > 0 {
        let lost = recording.lost;
        terminal.warning(&format!(
            "{lost} messages are not in the recording: the disk was too slow for them"
        ));
    }
    if recording.is_full {
        terminal.warning("the recording ends early: it has 16 GiB");
    }
    Ok(())
}

/// Tells what happens.
#[derive(Debug, Default)]
pub(crate) struct Teller {
    /// Whether a script has ended by something else than its last line.
    pub(crate) has_failed: bool,
}

impl Teller {
    pub(crate) fn tell(
        &mut self,
        happening: &Happening,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        match happening {
            Happening::Line(_, line) => {
                log_line(terminal, line.level, &line.node, &line.text)?;
            }
            Happening::Serves(node, server) => self.tell_server(node, server, terminal)?,
            Happening::Ended(end) => self.tell_end(end, terminal),
            Happening::Unfed(output, why) => {
                terminal.error(&format!("nothing is fed to `{output}` any more: {why}"));
            }
            Happening::LeftOut(node, count) => {
                let text = format!("… {count} more lines in this second");
                log_line(terminal, Level::Warn, node, &text)?;
            }
        }
        Ok(())
    }

    #[expect(clippy::unused_self, reason = "one of the ways to tell")]
    fn tell_server(&self, node: &str, server: &Server, terminal: &Terminal) -> Result<(), Failure> {
        let (address, port) = (server.address, server.address.port());
        let transport = match server.transport {
            oakc_desk::network::Transport::Tcp => "",
            oakc_desk::network::Transport::Udp => " (UDP)",
        };
        let Some(problem) = &server.problem else {
            return result(format!("{node}: listening on {address}{transport}"));
        };
        let other = if port < 1024 {
            port.saturating_add(8000)
        } else {
            port.saturating_add(1)
        };
        let (why, help) = match problem.as_str() {
            "EACCES" => (
                "ports below 1024 need rights that this process does not have",
                format!("give it another port: `--port {port}={other}`"),
            ),
            "EADDRINUSE" => (
                "something else has that port",
                format!(
                    "give it another port, `--port {port}={other}`, or another address, such as `--ip 127.0.0.2`"
                ),
            ),
            other => (other, "see what the script logs about it".to_owned()),
        };
        terminal.error(&format!(
            "{node} cannot listen on {address}{transport}: {why}"
        ));
        terminal.help(&help);
        Ok(())
    }

    fn tell_end(&mut self, end: &ScriptEnd, terminal: &Terminal) {
        let node = &end.node;
        let (what, traceback) = match &end.how {
            Ending::Returned => {
                terminal.progress(format_args!("{node}: the script has reached its end"));
                return;
            }
            Ending::Raised {
                class,
                message,
                traceback,
                ..
            } => (format!("ended by {class}: {message}"), traceback.as_str()),
            Ending::NeverWaits { traceback, .. } | Ending::OutOfTime { traceback, .. } => (
                "was ended: it computes without ever waiting for anything".to_owned(),
                traceback.as_str(),
            ),
            Ending::Died { reason } => (format!("died: {reason}"), ""),
        };
        self.has_failed = true;
        terminal.error(&format!("{node}: the script {what}"));
        if !traceback.is_empty() {
            terminal.notice(traceback.trim_end());
        }
        terminal.notice("everything else goes on");
    }
}
