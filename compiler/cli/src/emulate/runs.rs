//! What runs on emulated cameras: packages that they start in, simulations of them on this machine out.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use oakc_core::package::inspect::Package;
use oakc_desk::Place;
use oakc_device::virtual_camera::ApplicationEvent;
use oakc_project::Findings;
use oakc_simulate::{Settings, Simulation, Sources, Subject};

use super::Args;
use crate::failure::Failure;
use crate::simulate::{Teller, python};
use crate::terminal::Terminal;

/// How long time passes before looking whether a camera was reset.
const LOOK: Duration = Duration::from_millis(50);

/// The applications of emulated cameras, in a thread that ends with this.
#[derive(Debug)]
pub(super) struct Runs {
    events: Option<Sender<(Ipv4Addr, ApplicationEvent)>>,
    thread: Option<JoinHandle<()>>,
}

impl Runs {
    pub(super) fn start(args: &Args, terminal: &Terminal) -> Result<Self, Failure> {
        let (events, received) = channel();
        let settings = Options {
            ports: args.port.iter().copied().collect(),
            no_network: args.no_network,
        };
        let (terminal, builder) = (terminal.clone(), std::thread::Builder::new());
        terminal.notice("scripts of applications run on this machine, with your rights");
        let thread = builder.name("applications".to_owned()).spawn(move || {
            let mut desk = Desk {
                settings,
                terminal,
                running: BTreeMap::new(),
            };
            desk.run(&received);
        });
        Ok(Self {
            events: Some(events),
            thread: Some(thread.map_err(Failure::world)?),
        })
    }

    /// Where cameras say what they start.
    pub(super) fn observer(&self) -> Option<Sender<(Ipv4Addr, ApplicationEvent)>> {
        self.events.clone()
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        drop(self.events.take());
        if let Some(thread) = self.thread.take() {
            // It only ends.
            let _ = thread.join();
        }
    }
}

struct Options {
    ports: BTreeMap<u16, u16>,
    no_network: bool,
}

/// Applications that run, by the address of their camera.
struct Desk {
    settings: Options,
    terminal: Terminal,
    running: BTreeMap<Ipv4Addr, (Simulation, Teller)>,
}

impl Desk {
    /// Runs until nobody can say anything any more.
    fn run(&mut self, events: &Receiver<(Ipv4Addr, ApplicationEvent)>) {
        loop {
            let event = if self.running.is_empty() {
                events.recv().map_err(|_| TryRecvError::Disconnected)
            } else {
                events.try_recv()
            };
            match event {
                Ok((address, event)) => self.take(address, &event),
                Err(TryRecvError::Disconnected) => return,
                Err(TryRecvError::Empty) => self.go_on(),
            }
        }
    }

    fn go_on(&mut self) {
        let count = u32::try_from(self.running.len()).unwrap_or(u32::MAX).max(1);
        for (simulation, teller) in self.running.values_mut() {
            for happening in simulation.run_for(LOOK / count) {
                // Where stdout is closed nobody reads what scripts say; the camera is still one.
                let _ = teller.tell(&happening, &self.terminal);
            }
        }
    }

    fn take(&mut self, address: Ipv4Addr, event: &ApplicationEvent) {
        // Its ports are free before the next application asks for them.
        drop(self.running.remove(&address));
        let ApplicationEvent::Started(package) = event else {
            return;
        };
        match self.begin(address, package) {
            Ok(simulation) => {
                self.running
                    .insert(address, (simulation, Teller::default()));
            }
            Err(why) => self
                .terminal
                .error(&format!("{address} runs nothing: {why}")),
        }
    }

    fn begin(&self, address: Ipv4Addr, package: &[u8]) -> Result<Simulation, String> {
        let package = Package::parse(package).map_err(|error| error.to_string())?;
        let subject = Subject::of_package(&package, None).map_err(|error| error.to_string())?;
        let sources = Sources::open(&subject.program, &[], &mut Findings::default());
        let sources = sources
            .map_err(|error| error.to_string())?
            .unwrap_or_default();
        for unfed in sources.unfed(&subject.program) {
            self.terminal.warning(&format!(
                "{address}: nothing comes out of `{}`: what a {} sends is not computed here",
                unfed.output, unfed.kind
            ));
        }
        let python = python(self.settings.no_network, &subject.program, &self.terminal);
        let settings = Settings {
            python: python.map_err(|failure| failure.text())?,
            place: Place {
                address,
                ports: self.settings.ports.clone(),
            },
            ..Settings::default()
        };
        let name = &subject.name;
        self.terminal
            .progress(format_args!("{address} runs `{name}`"));
        Ok(Simulation::start(&subject, sources, &settings))
    }
}
