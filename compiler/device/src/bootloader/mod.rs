//! The bootloader of a camera, asked and told from the host: questions and data in, checked answers
//! out.
//!
//! A bootloader is never asked what it is too old to know. Answers are matched with what was asked; a
//! length that does not fit, an answer to another question, or data that were not announced are
//! errors. Every wait has a limit.

mod transfer;

use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::{
    ApplicationDetails, BootloaderType, Config, Layout, MAX_PACKET_SIZE, Memory, MemoryDetails,
    Payload, Request, RequestKind, Response, STREAM, Version,
};

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::session::{Session, StreamId};
use crate::timeouts::Timeouts;
use crate::transport::Transport;

pub(crate) use transfer::WATCHDOG_ALLOWS;
pub use transfer::{LARGE_PACKETS, MEDIUM_PACKETS, PacketSize, SMALL_PACKETS};

/// How long an application may take to drop the connection when it is started.
const LEAVING: Duration = Duration::from_secs(3);

/// The configuration, from wherever it belongs.
const GET_CONFIG: Request = Request::GetConfig {
    memory: Memory::Auto,
    offset: -1,
    max_size: 0,
};

/// The bootloader of a camera, connected.
///
/// Dropping it closes the connection, [`Bootloader::close`] says goodbye; in both cases the camera
/// reboots.
pub struct Bootloader {
    session: Session,
    stream: StreamId,
    version: Version,
    kind: BootloaderType,
    commit: Option<String>,
    timeouts: Timeouts,
}

/// An application in a memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its name; none where it has none.
    pub name: Option<String>,
    /// Commit of its firmware.
    pub firmware: Option<String>,
}

impl Bootloader {
    /// Begins a session, and asks what the host library asks first.
    ///
    /// # Errors
    /// Where there is no answer in time, or not that of a bootloader.
    pub fn connect(
        transport: Box<dyn Transport>,
        timeouts: &Timeouts,
        cancel: &Cancel,
    ) -> Result<Self> {
        Self::introduce(Session::begin(transport, timeouts, cancel)?, timeouts)
    }

    /// Asks in a session for version, commit and type, as far as the version knows them.
    ///
    /// # Errors
    /// Where there is no answer in time, or not that of a bootloader.
    pub(crate) fn introduce(mut session: Session, timeouts: &Timeouts) -> Result<Self> {
        let stream = session.open(STREAM, MAX_PACKET_SIZE)?;
        let mut bootloader = Self {
            session,
            stream,
            // Enough for the first question, whose answer takes its place.
            version: RequestKind::GetVersion.first_version(),
            kind: BootloaderType::Usb,
            commit: None,
            timeouts: *timeouts,
        };
        bootloader.version = match bootloader.ask(&Request::GetVersion, "report its version")? {
            Response::Version(version) => version,
            other => return Err(unexpected(&other)),
        };
        if bootloader.knows(RequestKind::GetCommit) {
            bootloader.commit = match bootloader.ask(&Request::GetCommit, "report its commit")? {
                Response::Commit(commit) => (!commit.is_empty()).then_some(commit),
                other => return Err(unexpected(&other)),
            };
        }
        // Older ones are taken for USB, as the library does.
        if bootloader.knows(RequestKind::GetType) {
            bootloader.kind = match bootloader.ask(&Request::GetType, "report its type")? {
                Response::Type(kind) => kind,
                other => return Err(unexpected(&other)),
            };
        }
        Ok(bootloader)
    }

    /// The version that runs.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The type that runs.
    pub fn kind(&self) -> BootloaderType {
        self.kind
    }

    /// Where this type keeps what.
    pub fn layout(&self) -> Layout {
        Layout::of(self.kind)
    }

    /// Whether the bootloader understands a request.
    pub fn knows(&self, request: RequestKind) -> bool {
        self.version >= request.first_version()
    }

    /// Whether the bootloader can be asked about a memory.
    pub fn describes(&self, memory: Memory) -> bool {
        self.knows(RequestKind::GetMemoryDetails) && self.kind.memories().contains(&memory)
    }

    /// A memory; `None` where the camera does not have it.
    ///
    /// # Errors
    /// As every question.
    pub fn memory(&mut self, memory: Memory) -> Result<Option<MemoryDetails>> {
        let request = Request::GetMemoryDetails { memory };
        match self.ask(&request, "describe its memories")? {
            Response::MemoryDetails(details) => Ok(details),
            other => Err(unexpected(&other)),
        }
    }

    /// The application in a memory, if there is one.
    ///
    /// # Errors
    /// As every question; also where the bootloader cannot look at the memory.
    pub fn application(&mut self, memory: Memory) -> Result<Option<Application>> {
        let action = "describe its application";
        match self.ask(&Request::GetApplicationDetails { memory }, action)? {
            Response::ApplicationDetails(ApplicationDetails {
                outcome,
                has_application,
                firmware_version,
                application_name,
            }) => {
                outcome.map_err(|reason| Error::Refused { action, reason })?;
                Ok(has_application.then_some(Application {
                    name: application_name,
                    firmware: firmware_version,
                }))
            }
            other => Err(unexpected(&other)),
        }
    }

    /// The commit that the bootloader was built from; none where it does not say.
    pub fn commit(&self) -> Option<&str> {
        self.commit.as_deref()
    }

    /// The memory that the bootloader was started from.
    ///
    /// # Errors
    /// As every question.
    pub fn started_from(&mut self) -> Result<Memory> {
        match self.ask(&Request::GetMemory, "report its memory")? {
            Response::Memory(memory) => Ok(memory),
            other => Err(unexpected(&other)),
        }
    }

    /// Whether the user bootloader runs. Versions that have none say no.
    ///
    /// # Errors
    /// As every question.
    pub fn is_user_bootloader(&mut self) -> Result<bool> {
        if !self.knows(RequestKind::IsUserBootloader) {
            return Ok(false);
        }
        match self.ask(&Request::IsUserBootloader, "report which bootloader it is")? {
            Response::IsUserBootloader(user) => Ok(user),
            other => Err(unexpected(&other)),
        }
    }

    /// The stored configuration; `Err` of the inner result holds the bootloader's words where it
    /// has none.
    ///
    /// # Errors
    /// As every question; also where what is stored cannot be read.
    pub fn config(&mut self) -> Result<Result<Config, String>> {
        let payload = match self.ask(&GET_CONFIG, "read its configuration")? {
            Response::Config(Ok(payload)) => payload,
            Response::Config(Err(reason)) => return Ok(Err(reason)),
            other => return Err(unexpected(&other)),
        };
        if payload.packets != 1 || payload.total_size > self.layout().config.size {
            return Err(Error::Protocol(
                "it announces a configuration of an impossible size".to_owned(),
            ));
        }
        let packet = self.receive(self.timeouts.answer)?;
        Ok(Ok(Config::from_bson(&packet)?))
    }

    /// As [`Bootloader::config`], but a version without one is not an error.
    ///
    /// # Errors
    /// As [`Bootloader::config`].
    pub fn config_if_known(&mut self) -> Result<Result<Config, String>> {
        if self.knows(RequestKind::GetConfig) {
            return self.config();
        }
        Ok(Err("this version does not have one".to_owned()))
    }

    /// Stores a configuration in place of the one before.
    ///
    /// # Errors
    /// As every question; also where the bootloader cannot store it.
    pub fn set_config(&mut self, config: &Config) -> Result<()> {
        let action = "store the configuration";
        let bson = config.to_bson()?;
        let total_size = u32::try_from(bson.len()).unwrap_or(u32::MAX);
        self.send_request(&config_request(false, total_size), action)?;
        self.send(&bson)?;
        self.completed(action, self.timeouts.progress)
    }

    /// Removes the stored configuration.
    ///
    /// # Errors
    /// As every question; also where the bootloader cannot remove it.
    pub fn clear_config(&mut self) -> Result<()> {
        let action = "clear the configuration";
        self.send_request(&config_request(true, 0), action)?;
        self.completed(action, self.timeouts.progress)
    }

    /// Starts the application. The connection is over then.
    ///
    /// # Errors
    /// Where the bootloader says why it cannot.
    pub fn boot_application(mut self) -> Result<()> {
        let action = "start the application";
        self.send_request(&Request::BootApplication, action)?;
        match self.receive(LEAVING) {
            Ok(packet) => match Response::decode(&packet)? {
                Response::BootApplication(outcome) => {
                    outcome.map_err(|reason| Error::Refused { action, reason })
                }
                other => Err(unexpected(&other)),
            },
            Err(Error::Cancelled) => Err(Error::Cancelled),
            // It runs, and so the bootloader cannot answer any more.
            Err(Error::Cut(_)) => Ok(()),
            // A reset starts it as well.
            Err(_) => {
                self.close();
                Ok(())
            }
        }
    }

    /// From now on nothing is left half done, even if the user wants to stop.
    pub(crate) fn disregard_cancel(&mut self) {
        self.session.disregard_cancel();
    }

    /// Ends the session; the camera reboots.
    pub fn close(self) {
        self.session.close();
    }

    /// Sends a request and waits for its answer.
    fn ask(&mut self, request: &Request, action: &'static str) -> Result<Response> {
        self.send_request(request, action)?;
        let packet = self.receive(self.timeouts.answer)?;
        match Response::decode(&packet)? {
            Response::NoOp { invalid: true } => Err(Error::Refused {
                action,
                reason: "it does not know the request".to_owned(),
            }),
            response => Ok(response),
        }
    }

    fn send_request(&mut self, request: &Request, action: &'static str) -> Result<()> {
        if !self.knows(request.kind()) {
            return Err(Error::TooOld {
                action,
                running: self.version,
                needed: request.kind().first_version(),
            });
        }
        self.send(&request.encode())
    }

    fn send(&mut self, packet: &[u8]) -> Result<()> {
        let begun = Instant::now();
        while !self.session.try_send(self.stream, packet)? {
            self.session.pump()?;
            if begun.elapsed() > self.timeouts.answer {
                return Err(silent(self.timeouts.answer, "room for a request"));
            }
        }
        Ok(())
    }

    fn receive(&mut self, timeout: Duration) -> Result<Vec<u8>> {
        let begun = Instant::now();
        loop {
            if let Some(packet) = self.session.try_receive(self.stream)? {
                return Ok(packet);
            }
            self.session.pump()?;
            if begun.elapsed() > timeout {
                return Err(silent(timeout, "an answer from the bootloader"));
            }
        }
    }

    /// Waits until the bootloader has done what takes it a moment.
    fn completed(&mut self, action: &'static str, timeout: Duration) -> Result<()> {
        let packet = self.receive(timeout)?;
        match Response::decode(&packet)? {
            Response::FlashComplete(outcome) => {
                outcome.map_err(|reason| Error::Refused { action, reason })
            }
            other => Err(unexpected(&other)),
        }
    }
}

fn silent(after: Duration, waiting_for: &'static str) -> Error {
    Error::Silent { after, waiting_for }
}

fn config_request(clear: bool, total_size: u32) -> Request {
    Request::SetConfig {
        memory: Memory::Auto,
        offset: -1,
        clear,
        data: Payload {
            total_size,
            packets: u32::from(!clear),
        },
    }
}

fn unexpected(response: &Response) -> Error {
    let name = match response {
        Response::FlashComplete(_) => "the end of a write",
        Response::FlashStatus(_) => "the progress of a write",
        _ => "an answer to another question",
    };
    Error::Protocol(format!("{name} came out of turn"))
}
