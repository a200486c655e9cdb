//! Data that a host sends after a request: packets in, changed memories and an outcome out.
//!
//! All packets that were announced are taken, also after something has gone wrong: the host looks
//! at answers only when it has sent everything. Data go into the memory as they come; a camera
//! whose link is cut is left with what has arrived. The table of an application's sections goes
//! last, so that a half-written one never starts.

use oakc_runtime_schema::bootloader::{BootloaderType, Layout, Memory, Payload};
use oakc_runtime_schema::sbr::{self, Header};

use super::application::bootable;
use super::board::{Boot, Memories};
use super::bootloader_image::{BootloaderImage, is_image};
use super::fault::Faults;
use super::stored_config;

/// How much of an application's table is erased before anything is written.
const ERASED_FIRST: usize = 4096;
/// Firmware that a host sends to be started has to fit into the camera's RAM.
const MAX_SENT: u32 = 64 * 1024 * 1024;
/// Progress is reported once for each of this many parts, so that all answers fit a host's queue.
const PROGRESS_PARTS: u64 = 50;

/// Where data go.
#[derive(Debug)]
pub(super) enum Target {
    /// An application's place.
    Application,
    /// The factory bootloader's place.
    Bootloader,
    /// Anywhere.
    Offset(Memory, u64),
    /// The area of the configuration.
    Config(Memory, u64),
    /// RAM, to be started.
    Start,
}

/// What has become of a packet.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// More are to come.
    More,
    /// More are to come; this much of all has arrived, from 0 to 1.
    Progress(f32),
    /// It was the last one, and the request is to be answered.
    Done(Result<(), String>),
    /// It was the last one, and the camera starts what was sent.
    Boot(Boot),
    /// It was the last one, and there is no answer.
    Nothing,
}

/// A transfer under way.
#[derive(Debug)]
pub(super) struct Transfer {
    announced: Payload,
    position: u64,
    packets: u32,
    reported: u64,
    sink: Result<Sink, String>,
    /// The host gets no answer.
    is_silent: bool,
}

#[derive(Debug)]
enum Sink {
    Application(ApplicationWriter),
    Offset(Memory, u64),
    /// Data that are looked at as a whole, before they change anything.
    Whole(Target, Vec<u8>),
}

impl Transfer {
    /// Begins. One without packets is over at once: [`Transfer::finish_empty`].
    pub(super) fn new(
        target: Target,
        announced: Payload,
        memories: &mut Memories,
        faults: &Faults,
    ) -> Self {
        let is_silent = matches!(target, Target::Start);
        Self {
            announced,
            position: 0,
            packets: 0,
            reported: 0,
            sink: Sink::new(target, announced.total_size, memories, faults),
            is_silent,
        }
    }

    /// The outcome, if there is nothing to wait for.
    pub(super) fn finish_empty(&self) -> Option<Step> {
        (self.announced.packets == 0).then(|| self.failed("there is nothing to write".to_owned()))
    }

    /// Takes a packet.
    pub(super) fn packet(
        &mut self,
        mut bytes: Vec<u8>,
        memories: &mut Memories,
        faults: &mut Faults,
    ) -> Step {
        faults.damage(self.position, &mut bytes);
        if let Err(reason) = self.store(&bytes, memories) {
            self.sink = Err(reason);
        }
        self.position = self.position.saturating_add(bytes.len() as u64);
        self.packets = self.packets.saturating_add(1);
        if self.packets < self.announced.packets {
            return self.progress();
        }
        if self.position != u64::from(self.announced.total_size) {
            return self.failed("not all data has arrived".to_owned());
        }
        match std::mem::replace(&mut self.sink, Err(String::new())) {
            Ok(sink) => sink
                .finish(memories)
                .unwrap_or_else(|reason| self.failed(reason)),
            Err(reason) => self.failed(reason),
        }
    }

    fn store(&mut self, bytes: &[u8], memories: &mut Memories) -> Result<(), String> {
        let Ok(sink) = &mut self.sink else {
            return Ok(());
        };
        let end = self.position.saturating_add(bytes.len() as u64);
        if end > u64::from(self.announced.total_size) {
            return Err("more data than announced".to_owned());
        }
        sink.store(self.position, bytes, memories)
    }

    fn progress(&mut self) -> Step {
        let total = u64::from(self.announced.total_size).max(1);
        let part = self.position.saturating_mul(PROGRESS_PARTS) / total;
        if self.is_silent || part <= self.reported {
            return Step::More;
        }
        self.reported = part;
        #[expect(clippy::cast_precision_loss, reason = "it is drawn as a bar")]
        let progress = self.position as f32 / total as f32;
        Step::Progress(progress.min(1.0))
    }

    fn failed(&self, reason: String) -> Step {
        if self.is_silent {
            Step::Nothing
        } else {
            Step::Done(Err(reason))
        }
    }
}

impl Sink {
    fn new(
        target: Target,
        size: u32,
        memories: &mut Memories,
        faults: &Faults,
    ) -> Result<Self, String> {
        let layout = memories.layout();
        let whole = |target, limit: u32| {
            if size > limit {
                return Err(not_enough_space(limit.into(), size));
            }
            Ok(Self::Whole(target, Vec::new()))
        };
        match target {
            Target::Application => {
                let offset = layout.application;
                let memory = room(memories, faults, Memory::Auto, offset.into(), size)?;
                Ok(Self::Application(ApplicationWriter::new(
                    (memory, offset),
                    size,
                )))
            }
            Target::Offset(memory, offset) => {
                let memory = room(memories, faults, memory, offset, size)?;
                Ok(Self::Offset(memory, offset))
            }
            Target::Bootloader => whole(target, largest_bootloader(layout)),
            Target::Config(..) => whole(target, layout.config.size),
            Target::Start => whole(target, MAX_SENT),
        }
    }

    fn store(
        &mut self,
        position: u64,
        bytes: &[u8],
        memories: &mut Memories,
    ) -> Result<(), String> {
        match self {
            Self::Application(writer) => writer.store(position, bytes, memories),
            Self::Offset(memory, offset) => {
                write(memories, *memory, offset.saturating_add(position), bytes)
            }
            Self::Whole(_, collected) => {
                collected.extend(bytes);
                Ok(())
            }
        }
    }

    fn finish(self, memories: &mut Memories) -> Result<Step, String> {
        match self {
            Self::Application(writer) => writer.finish(memories)?,
            Self::Offset(..) => {}
            Self::Whole(Target::Bootloader, image) => {
                let read = BootloaderImage::read(&image);
                let kind = memories.kind;
                if read.is_none_or(|image| image.kind != kind) {
                    return Err(format!("this is not a {kind} bootloader"));
                }
                let offset = memories.layout().bootloader.offset;
                write(memories, Memory::Flash, offset.into(), &image)?;
            }
            Self::Whole(Target::Config(memory, offset), document) => {
                let area = memories.layout().config.size;
                let (_, image) = memories.get(memory).ok_or("no such memory")?;
                stored_config::write(image, offset, area, &document)?;
            }
            Self::Whole(_, image) => return start(&image, memories.kind),
        }
        Ok(Step::Done(Ok(())))
    }
}

/// A factory reset sends the bootloader and erased bytes behind it, over settings and user
/// bootloader up to the table of the application.
fn largest_bootloader(layout: Layout) -> u32 {
    let table = u32::try_from(sbr::HEADER_SIZE).unwrap_or(u32::MAX);
    layout.application.saturating_add(table)
}

/// What comes of an image that is to be started on a camera of that type.
fn start(image: &[u8], kind: BootloaderType) -> Result<Step, String> {
    match BootloaderImage::read(image) {
        Some(image) if image.kind == kind => Ok(Step::Boot(Boot::Sent(image.version))),
        // It waits for a host on a link that does not exist.
        Some(_) => Ok(Step::Boot(Boot::UsbRom)),
        None if is_image(image) => Ok(Step::Boot(Boot::HostApplication)),
        None => Err("this is not an image".to_owned()),
    }
}

/// Which memory is meant, if it has room.
fn room(
    memories: &mut Memories,
    faults: &Faults,
    memory: Memory,
    offset: u64,
    size: u32,
) -> Result<Memory, String> {
    let (memory, image) = memories.get(memory).ok_or("no such memory")?;
    let space = image.size().saturating_sub(offset);
    if faults.is_full() || !image.holds(offset, size.into()) {
        return Err(not_enough_space(
            if faults.is_full() { 0 } else { space },
            size,
        ));
    }
    Ok(memory)
}

fn not_enough_space(space: u64, size: u32) -> String {
    format!("not enough space: {space} for {size} bytes")
}

fn write(memories: &mut Memories, memory: Memory, offset: u64, bytes: &[u8]) -> Result<(), String> {
    let (_, image) = memories.get(memory).ok_or("no such memory")?;
    image
        .write(offset, bytes)
        .map_err(|error| format!("cannot write: {error}"))
}

/// Writes an application: everything but the table at once, the table when all is well.
#[derive(Debug)]
struct ApplicationWriter {
    memory: Memory,
    /// Where it begins.
    start: u32,
    size: u32,
    /// The table, as far as it has come.
    table: Vec<u8>,
    /// The table once it is complete, and the checksum of each section as far as it has come.
    sections: Option<(Header, Vec<u32>)>,
}

impl ApplicationWriter {
    fn new((memory, start): (Memory, u32), size: u32) -> Self {
        Self {
            memory,
            start,
            size,
            table: Vec::new(),
            sections: None,
        }
    }

    fn store(
        &mut self,
        position: u64,
        bytes: &[u8],
        memories: &mut Memories,
    ) -> Result<(), String> {
        let missing = sbr::HEADER_SIZE.saturating_sub(self.table.len());
        let (table, body) = bytes
            .split_at_checked(missing)
            .unwrap_or((bytes, Default::default()));
        self.table.extend(table);
        if self.sections.is_none() && self.table.len() == sbr::HEADER_SIZE {
            self.begin(memories)?;
        }
        let position = position.saturating_add(table.len() as u64);
        self.sum(position, body);
        let offset = u64::from(self.start).saturating_add(position);
        write(memories, self.memory, offset, body)
    }

    /// The table is there: if it is sound, the application before is gone.
    fn begin(&mut self, memories: &mut Memories) -> Result<(), String> {
        let header =
            Header::parse(&self.table).map_err(|_| "this is not an application".to_owned())?;
        if header.check_extent(self.size.into()).is_err() {
            return Err("a section extends beyond the end of the application".to_owned());
        }
        if bootable(&header).is_none() {
            return Err("no section can be started".to_owned());
        }
        let sums = vec![sbr::INITIAL_CHECKSUM; header.sections().len()];
        self.sections = Some((header, sums));
        write(
            memories,
            self.memory,
            self.start.into(),
            &[0xFF; ERASED_FIRST],
        )
    }

    fn sum(&mut self, position: u64, bytes: &[u8]) {
        let Some((header, sums)) = &mut self.sections else {
            return;
        };
        for (section, sum) in header.sections().iter().zip(sums) {
            let start = u64::from(section.offset).saturating_sub(position);
            let end = section.end().saturating_sub(position);
            let limit = bytes.len() as u64;
            let within = |edge: u64| usize::try_from(edge.min(limit)).unwrap_or(0);
            if let Some(part) = bytes.get(within(start)..within(end)) {
                *sum = sbr::checksum_from(*sum, part);
            }
        }
    }

    fn finish(self, memories: &mut Memories) -> Result<(), String> {
        let (header, sums) = self.sections.ok_or("this is not an application")?;
        let wrong = header.sections().iter().zip(sums);
        let wrong = wrong.filter(|(section, sum)| section.checksum != *sum);
        if let Some((section, _)) = wrong.into_iter().next() {
            return Err(format!("section {}: wrong checksum", section.name));
        }
        write(memories, self.memory, self.start.into(), &self.table)
    }
}
