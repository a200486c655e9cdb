//! `oakc run`: an application onto a camera, and its log, in one command; again whenever a file changes.

mod logging;

use std::path::PathBuf;
use std::time::Instant;

use oakc_deploy::{AT_ONCE, Deployment, Parameters, Supply};
use oakc_device::selection::Chosen;
use oakc_logs::{Receiver, Shown};
use oakc_project::{Findings, Settings, WatchedFiles, inputs, is_application};

use crate::application::{Access, Packaging, Variation};
use crate::changes::{LOOK, settle};
use crate::failure::Failure;
use crate::firmware::store;
use crate::flash::outcome::tell_in_passing;
use crate::flash::progress::{Progress, Style};
use crate::flash::{Writing, ask, choose_named, open_with, warn_of_calibration};
use crate::interrupt::{WAIT, cancel_on_interrupt, reach_until_interrupt, wait};
use crate::logs::output::Output;
use crate::logs::watch::Watch;
use crate::logs::{Saving, Selection, folder};
use crate::terminal::{Format, ResultFormat, Terminal};
use logging::Logging;

/// Check, build and flash an application, and show its log.
///
/// Without [logging], the application is given the address of this machine to send its log to; `oakc build` and `oakc
/// flash` add nothing. Ctrl-C ends it; the camera goes on.
#[derive(clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are flags of the command line"
)]
pub(crate) struct Args {
    /// The application (.toml, .yaml).
    file: PathBuf,

    /// A camera, by IP, USB path (usb:1.2.3) or MXID; default: the only one that answers. Can be repeated.
    #[arg(long, short, value_name = "IP|USB|MXID")]
    device: Vec<String>,

    /// Build and flash again whenever a file of the application changes, only what has changed. Mistakes in it do not end
    /// the command.
    #[arg(long)]
    watch: bool,

    /// Add no logging to an application without [logging], and do not listen for it.
    #[arg(long)]
    no_logging: bool,

    /// Where to listen for the log: an address of this machine, a UDP port, or both; default: the port that
    /// [logging] names, otherwise 5514, of all addresses.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = crate::logs::address)]
    listen: Option<std::net::SocketAddr>,

    /// Seconds to wait for cameras that do not answer.
    #[arg(long, value_name = "SECONDS", default_value_t = WAIT, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,

    /// Do not ask for confirmation.
    #[arg(long, short)]
    yes: bool,

    /// Write only the parts that changed since the camera was last flashed, the first time as well. Not yet tried on real
    /// cameras; reading back shows whether it worked.
    #[arg(long)]
    delta: bool,

    #[command(flatten)]
    writing: Writing,

    #[command(flatten)]
    variation: Variation,

    #[command(flatten)]
    access: Access,

    #[command(flatten)]
    packaging: Packaging,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    saving: Saving,

    /// How to print the messages; json: one object a line.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,

    /// How to show the progress of flashing on stderr: bars on a terminal, otherwise lines.
    #[arg(long, value_enum, default_value_t = Style::Auto)]
    progress: Style,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    if !is_application(&args.file) {
        let reason = "an application (.toml, .yaml) is needed; `oakc flash` writes packages, and `oakc logs` shows what they \
                      send";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let mut session = Session {
        args,
        terminal,
        cameras: Vec::new(),
        watch: None,
        files: WatchedFiles::default(),
        noticed: None,
        is_confirmed: args.yes,
    };
    let mut outcome = session.attempt(args.delta);
    match &outcome {
        Err(failure) if args.watch && !cancel_on_interrupt().is_cancelled() => {
            failure.report(terminal);
            outcome = Ok(());
            session.follow();
        }
        Err(_) => {}
        Ok(()) => session.follow(),
    }
    // What the camera said until then may be the reason.
    match session.watch.take() {
        Some(watch) => outcome.and(watch.end(terminal)),
        None => outcome,
    }
}

/// One run of the command.
struct Session<'a> {
    args: &'a Args,
    terminal: &'a Terminal,
    /// Those that are flashed; none until they are found.
    cameras: Vec<Chosen>,
    /// The log, once it is known where it goes.
    watch: Option<Watch>,
    /// The files that the application is made of, with --watch.
    files: WatchedFiles,
    /// What the user was told about where it goes.
    noticed: Option<String>,
    /// Whether the user wants the cameras to be flashed.
    is_confirmed: bool,
}

impl Session<'_> {
    /// Checks, builds and flashes. What changes from here on is noticed.
    fn attempt(&mut self, delta: bool) -> Result<(), Failure> {
        if !self.args.watch {
            return self.start(delta);
        }
        self.files = self.inputs();
        let outcome = self.start(delta);
        // A file that was written meanwhile may name more of them.
        let more = self.inputs();
        self.files.add(more);
        outcome
    }

    fn start(&mut self, delta: bool) -> Result<(), Failure> {
        let args = self.args;
        let variation = args.variation.again();
        let allowed = args.access.allowed(self.terminal)?;
        let settings = variation.settings(&allowed)?;
        if self.cameras.is_empty() {
            // Whatever is wrong with the application is told even where there is no camera.
            self.check(settings)?;
            self.cameras = choose_named(&args.device, wait(args.timeout))?;
        }
        let logging = Logging::of(
            &args.file,
            settings,
            args.listen,
            args.no_logging,
            &self.cameras,
        )?;
        let defaults = logging.defaults();
        let settings = settings.with_defaults(defaults.as_deref());
        let options = args.packaging.options();
        let mut supply = open_with(
            &args.file,
            options,
            settings,
            &[Parameters::ForAll],
            self.terminal,
        )?;
        supply.expect(self.cameras.len());
        self.listen(&logging)?;
        warn_of_calibration(&supply, self.terminal);
        self.confirm(&supply)?;
        self.flash(&supply, delta)
    }

    fn check(&self, settings: Settings<'_>) -> Result<(), Failure> {
        let mut findings = Findings::default();
        if findings.load(&self.args.file, settings)?.is_some() {
            return Ok(());
        }
        self.terminal.diagnostics(Format::Human, &findings)?;
        self.terminal.error("nothing was flashed");
        Err(Failure::Reported)
    }

    /// Listens where the application sends its log.
    fn listen(&mut self, logging: &Logging) -> Result<(), Failure> {
        let Some(address) = logging.listens_at() else {
            self.watch = None;
            return Ok(());
        };
        let notice = logging.notice();
        if let Some(text) = notice.as_ref().filter(|_| notice != self.noticed) {
            self.terminal.notice(text);
        }
        self.noticed = notice;
        if self.watch.as_ref().is_some_and(|it| it.asked() == address) {
            return Ok(());
        }
        // The port may be the same.
        self.watch = None;
        let receiver = Receiver::listen(address)?;
        let args = self.args;
        let zone = jiff::tz::TimeZone::system();
        let shown = Shown::new(zone, Some(folder(&args.file)));
        let heartbeats = args.selection.shows_heartbeats();
        let output = Output::new(args.format, shown, heartbeats, self.terminal);
        let watch = Watch::new(receiver, address, &args.selection, &args.saving, output)?;
        self.watch = Some(watch);
        Ok(())
    }

    fn confirm(&mut self, supply: &Supply) -> Result<(), Failure> {
        if !self.is_confirmed && self.terminal.can_ask() {
            let patience = wait(self.args.timeout);
            ask(
                &self.args.file,
                &self.cameras,
                supply,
                patience,
                self.terminal,
            )?;
        }
        self.is_confirmed = true;
        Ok(())
    }

    fn flash(&mut self, supply: &Supply, delta: bool) -> Result<(), Failure> {
        let args = self.args;
        let deployment = Deployment {
            reach: reach_until_interrupt(wait(args.timeout)),
            supply,
            store: &store()?,
            options: args.writing.options(true, delta),
            rehearse: false,
            at_once: AT_ONCE,
        };
        if let Some(watch) = &mut self.watch {
            watch.expect_silence();
        }
        let names: Vec<_> = self.cameras.iter().map(|it| it.name.clone()).collect();
        let progress = Progress::new(self.terminal, args.progress, names, args.writing.passes());
        let outcome = deployment.run(self.cameras.clone(), &progress);
        progress.finish();
        if let Some(watch) = &mut self.watch {
            watch.expect_silence();
        }
        tell_in_passing(&outcome, self.terminal)
    }

    /// Shows the log until the user has enough, and starts again when a file changes.
    fn follow(&mut self) {
        let stop = cancel_on_interrupt();
        if self.watch.is_none() && !self.args.watch {
            return;
        }
        self.terminal.progress(self.invitation());
        let mut looked = Instant::now();
        while !stop.is_cancelled() {
            match &mut self.watch {
                Some(watch) if watch.is_unheard() => return,
                Some(watch) => watch.turn(self.terminal),
                None => std::thread::sleep(LOOK),
            }
            if self.args.watch && looked.elapsed() >= LOOK {
                looked = Instant::now();
                self.look();
            }
        }
    }

    /// Starts again if a file has changed.
    fn look(&mut self) {
        let now = self.files.again();
        let Some(changed) = now.changed_since(&self.files) else {
            return;
        };
        self.terminal
            .notice(format_args!("{} has changed", changed.display()));
        settle(now);
        if let Err(failure) = self.attempt(true) {
            failure.report(self.terminal);
        }
    }

    fn invitation(&self) -> &'static str {
        match (self.watch.is_some(), self.args.watch) {
            (true, true) => "showing the log, and waiting for changes; Ctrl-C ends it",
            (true, false) => "showing the log; Ctrl-C ends it",
            (false, _) => "waiting for changes; Ctrl-C ends it",
        }
    }

    /// The files that the application is made of. Of one that cannot be read, only that is known.
    fn inputs(&self) -> WatchedFiles {
        let args = self.args;
        let variation = args.variation.again();
        let known = args.access.allowed(self.terminal).ok().and_then(|allowed| {
            let settings = variation.settings(&allowed).ok()?;
            inputs(&args.file, settings).ok()
        });
        let known = known.unwrap_or_else(|| vec![args.file.clone()]);
        let beside = args.variation.files().iter().cloned();
        let firmware = args.packaging.firmware().map(PathBuf::from);
        WatchedFiles::new(known.into_iter().chain(beside).chain(firmware))
    }
}
