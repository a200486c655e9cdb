//! The bootloader: requests in, answers out, memories changed on the way.
//!
//! Requests that the running version does not know yet are treated as that version would: from
//! 0.0.21 on with the answer that they are unknown, before with none.

use oakc_runtime_schema::bootloader::{
    ApplicationDetails, MAX_PACKET_SIZE, Memory, MemoryDetails, Payload, Request, Response,
    ResponseKind, Storage,
};

use super::application::Application;
use super::board::{Boot, Memories, Running};
use super::fault::Faults;
use super::link::Body;
use super::stored_config;
use super::transfer::{Step, Target, Transfer};

/// What stands for the commit that the bootloader was built from.
const COMMIT: &str = "oakc-virtual-camera";

/// The bootloader in a session with a host.
#[derive(Debug)]
pub(super) struct Bootloader {
    running: Running,
    transfer: Option<Transfer>,
}

/// What comes of a packet.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Packets for the host.
    pub(super) bodies: Vec<Body>,
    /// The camera starts something else.
    pub(super) boot: Option<Boot>,
}

impl Answer {
    fn response(response: &Response) -> Self {
        Self {
            bodies: vec![Body::Bytes(response.encode())],
            boot: None,
        }
    }

    fn boot(boot: Boot) -> Self {
        Self {
            bodies: Vec::new(),
            boot: Some(boot),
        }
    }
}

impl Bootloader {
    pub(super) fn new(running: Running) -> Self {
        Self {
            running,
            transfer: None,
        }
    }

    /// Takes a packet: a request, or data of the one before.
    pub(super) fn packet(
        &mut self,
        packet: Vec<u8>,
        memories: &mut Memories,
        faults: &mut Faults,
    ) -> Answer {
        if let Some(transfer) = &mut self.transfer {
            let step = transfer.packet(packet, memories, faults);
            return self.step(step);
        }
        let version = self.running.version;
        match Request::decode(&packet) {
            Ok(request) if request.kind().first_version() <= version => {
                self.request(request, memories, faults)
            }
            Ok(_) | Err(_) if ResponseKind::NoOp.first_version() <= version => {
                Answer::response(&Response::NoOp { invalid: true })
            }
            Ok(_) | Err(_) => Answer::default(),
        }
    }

    fn request(
        &mut self,
        request: Request,
        memories: &mut Memories,
        faults: &mut Faults,
    ) -> Answer {
        if let Some((target, data)) = target(request, memories) {
            let transfer = Transfer::new(target, data, memories, faults);
            if let Some(step) = transfer.finish_empty() {
                return self.step(step);
            }
            self.transfer = Some(transfer);
            return Answer::default();
        }
        match request {
            Request::UsbRomBoot => Answer::boot(Boot::UsbRom),
            Request::BootApplication => match memories.check_application() {
                Ok(()) => Answer::boot(Boot::Application),
                Err(reason) => Answer::response(&Response::BootApplication(Err(reason))),
            },
            Request::GetConfig {
                memory,
                offset,
                max_size,
            } => get_config(memories, memory, offset, max_size),
            Request::ReadFlash {
                memory,
                offset,
                total_size,
            } => read_flash(memories, memory, offset, total_size),
            request => match self.fact(request, memories) {
                Some(response) => Answer::response(&response),
                None => Answer::default(),
            },
        }
    }

    /// The answer to a request that takes one response.
    fn fact(&self, request: Request, memories: &mut Memories) -> Option<Response> {
        Some(match request {
            Request::GetVersion => Response::Version(self.running.version),
            Request::GetType => Response::Type(memories.kind),
            Request::GetCommit => Response::Commit(COMMIT.to_owned()),
            Request::GetMemory => Response::Memory(Memory::Flash),
            Request::NoOp => Response::NoOp { invalid: false },
            Request::IsUserBootloader => Response::IsUserBootloader(self.running.is_user),
            // How a boot header is laid out is not known, and nothing here reads one.
            Request::UpdateBootHeader(_) => Response::FlashComplete(Ok(())),
            Request::SetConfig { memory, offset, .. } => {
                Response::FlashComplete(clear_config(memories, memory, offset))
            }
            Request::GetApplicationDetails { memory } => application_details(memories, memory),
            Request::GetMemoryDetails { memory } => {
                Response::MemoryDetails(memory_details(memories, memory))
            }
            _ => return None,
        })
    }

    fn step(&mut self, step: Step) -> Answer {
        let answer = match step {
            Step::More => return Answer::default(),
            Step::Progress(progress) => {
                return Answer::response(&Response::FlashStatus(progress));
            }
            Step::Done(outcome) => Answer::response(&Response::FlashComplete(outcome)),
            Step::Boot(boot) => Answer::boot(boot),
            Step::Nothing => Answer::default(),
        };
        self.transfer = None;
        answer
    }
}

/// Where the data go that follow a request; `None` where none do.
fn target(request: Request, memories: &Memories) -> Option<(Target, Payload)> {
    let layout = memories.layout();
    Some(match request {
        Request::UpdateFlash {
            storage: Storage::Application,
            data,
        } => (Target::Application, data),
        Request::UpdateFlash {
            storage: Storage::Bootloader,
            data,
        } => (Target::Bootloader, data),
        Request::BootMemory { data } => (Target::Start, data),
        Request::UpdateFlashSection {
            memory,
            section,
            data,
        } => {
            let offset = layout.offset(section).unwrap_or(layout.application);
            (Target::Offset(memory, offset.into()), data)
        }
        Request::UpdateFlashAt {
            memory,
            offset,
            data,
        } => (Target::Offset(memory, offset.into()), data),
        Request::SetConfig {
            memory,
            offset,
            clear: false,
            data,
        } => {
            let (memory, offset, _) = config_place(memories, memory, offset);
            (Target::Config(memory, offset), data)
        }
        _ => return None,
    })
}

/// Where a configuration is meant to lie, and in how many bytes.
fn config_place(memories: &Memories, memory: Memory, offset: i64) -> (Memory, u64, u32) {
    let memory = match memory {
        Memory::Auto => Memory::Flash,
        memory => memory,
    };
    let usual = memories.layout().config;
    let offset = u64::try_from(offset).unwrap_or(usual.offset.into());
    (memory, offset, usual.size)
}

fn clear_config(memories: &mut Memories, memory: Memory, offset: i64) -> Result<(), String> {
    let (memory, offset, area) = config_place(memories, memory, offset);
    let (_, image) = memories.get(memory).ok_or("no such memory")?;
    stored_config::clear(image, offset, area)
}

fn get_config(memories: &mut Memories, memory: Memory, offset: i64, max_size: u32) -> Answer {
    let (memory, offset, area) = config_place(memories, memory, offset);
    let read = |(_, image)| stored_config::read(image, offset, area);
    let document = memories.get(memory).ok_or("no such memory".to_owned());
    let document = document.and_then(read).and_then(|document| {
        let size = u32::try_from(document.len()).unwrap_or(u32::MAX);
        if max_size == 0 || size <= max_size {
            Ok((document, size))
        } else {
            Err("the configuration is longer than asked for".to_owned())
        }
    });
    match document {
        Ok((document, size)) => {
            let mut answer = Answer::response(&Response::Config(Ok(Payload::of(size))));
            answer.bodies.push(Body::Bytes(document));
            answer
        }
        Err(reason) => Answer::response(&Response::Config(Err(reason))),
    }
}

fn read_flash(memories: &mut Memories, memory: Memory, offset: u32, total_size: u32) -> Answer {
    let Some((memory, image)) = memories.get(memory) else {
        return Answer::response(&Response::ReadFlash(Err("no such memory".to_owned())));
    };
    if !image.holds(offset.into(), total_size.into()) {
        let reason = "this is beyond the end of the memory".to_owned();
        return Answer::response(&Response::ReadFlash(Err(reason)));
    }
    let payload = Payload::of(total_size);
    let mut answer = Answer::response(&Response::ReadFlash(Ok(payload)));
    let packets = (0..payload.packets).map(|packet| {
        let start = packet.saturating_mul(MAX_PACKET_SIZE);
        Body::Memory {
            memory,
            offset: u64::from(offset).saturating_add(start.into()),
            size: total_size.saturating_sub(start).min(MAX_PACKET_SIZE),
        }
    });
    answer.bodies.extend(packets);
    answer
}

fn application_details(memories: &mut Memories, memory: Memory) -> Response {
    let offset = memories.layout().application;
    let Some((_, image)) = memories.get(memory) else {
        return Response::ApplicationDetails(ApplicationDetails {
            outcome: Err("no such memory".to_owned()),
            has_application: false,
            firmware_version: None,
            application_name: None,
        });
    };
    let application = Application::find(image, offset.into()).ok();
    Response::ApplicationDetails(ApplicationDetails {
        outcome: Ok(()),
        has_application: application.is_some(),
        firmware_version: application
            .as_ref()
            .and_then(|found| found.firmware_version(image)),
        application_name: application.as_ref().and_then(|found| found.name(image)),
    })
}

fn memory_details(memories: &mut Memories, memory: Memory) -> Option<MemoryDetails> {
    let (memory, image) = memories.get(memory)?;
    Some(MemoryDetails {
        memory,
        size: i64::try_from(image.size()).unwrap_or(i64::MAX),
        info: format!("virtual {memory}"),
    })
}
