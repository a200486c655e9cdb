//! Carries a plan out on one camera, and tries again after errors that can pass: a camera and a package
//! in, a report out. Success is never reported for what was not read back, unless that was declined.
//!
//! The requests are those of the host library, in its order: what `getMemoryInfo` of both memories,
//! `flash`, `readCustom` and `close` send. Nothing else has been seen to work on every camera.

use std::time::Instant;

use oakc_runtime_schema::bootloader::{BootloaderType, Config, Memory, RequestKind};
use oakc_runtime_schema::sbr;

use super::{Delta, Event, Failure, Options, Package, Plan, Report, State, facts_of, plan};
use crate::bootloader::{Bootloader, LARGE_PACKETS, PacketSize, SMALL_PACKETS, WATCHDOG_ALLOWS};
use crate::error::{Error, Result};
use crate::reach::{Reach, Target};

/// What the memory of a NOR flash holds where it was erased.
const ERASED: u8 = 0xFF;
/// How much longer than the first the last pause between attempts is.
const LONGEST_PAUSE: u32 = 16;

/// Brings a package onto a camera. `tell` hears what happens.
///
/// Packets have the host library's size, unless that was chosen otherwise, the link was measured to be
/// too slow for them, or it was cut while it held one of them for longer than the camera's watchdog
/// allows. Should the camera itself fail to write smaller ones, the next attempt uses the library's.
pub fn flash(
    reach: &Reach,
    target: &mut Target,
    package: &Package,
    options: Options,
    tell: &mut dyn FnMut(Event<'_>),
) -> Report {
    let mut job = Job {
        reach,
        package,
        options,
        tell,
        packets: options.packets,
        moved: None,
        refused: false,
        delta: options.delta,
        report: Report::untouched(None),
    };
    let mut pause = reach.timeouts.retry;
    loop {
        job.report.attempts += 1;
        let error = match job.attempt(target) {
            Ok(()) => break,
            Err(Failure::Camera(error)) if job.may_pass(&error) => error,
            Err(failure) => {
                job.report.failure = Some(failure);
                break;
            }
        };
        job.learn_from(&error);
        (job.tell)(Event::Retrying {
            error: &error,
            attempt: job.report.attempts + 1,
            after: pause,
        });
        if reach.cancel.sleep(pause).is_err() {
            job.report.failure = Some(Error::Cancelled.into());
            break;
        }
        pause = (pause * 2).min(reach.timeouts.retry * LONGEST_PAUSE);
    }
    job.report
}

/// Finds out what [`flash()`] would do to a camera that is in its bootloader, and does nothing.
pub fn rehearse(reach: &Reach, target: &mut Target, package: &Package, options: Options) -> Report {
    let mut report = Report::untouched(None);
    let mut decide = || -> Result<(), Failure> {
        let mut bootloader = reach.connect(target)?;
        report.bootloader = Some((bootloader.version(), bootloader.kind()));
        let facts = facts_of(&mut bootloader)?;
        bootloader.close();
        report.plan = Some(plan(&facts, package, options)?);
        Ok(())
    };
    report.failure = decide().err();
    report
}

struct Job<'a> {
    reach: &'a Reach,
    package: &'a Package,
    options: Options,
    tell: &'a mut dyn FnMut(Event<'_>),
    /// What was chosen, or what earlier attempts have taught about it.
    packets: Option<PacketSize>,
    /// While something is written in large packets: when the link took the last one.
    moved: Option<Instant>,
    /// Whether the camera has refused once already.
    refused: bool,
    delta: bool,
    report: Report,
}

impl Job<'_> {
    fn attempt(&mut self, target: &mut Target) -> Result<(), Failure> {
        (self.tell)(Event::Reaching);
        let tell = &mut *self.tell;
        let mut bootloader = self
            .reach
            .bootloader(target, &mut || tell(Event::Restarting))?;
        let (version, kind) = (bootloader.version(), bootloader.kind());
        self.report.bootloader = Some((version, kind));
        (self.tell)(Event::Connected { version, kind });
        let plan = match plan(&facts_of(&mut bootloader)?, self.package, self.options) {
            Ok(plan) => plan,
            Err(refusal) => {
                bootloader.close();
                return Err(refusal.into());
            }
        };
        (self.tell)(Event::Planned(&plan));
        self.report.plan = Some(plan.clone());
        self.carry_out(bootloader, target, &plan)
            .map_err(Failure::from)
    }

    fn carry_out(
        &mut self,
        mut bootloader: Bootloader,
        target: &mut Target,
        plan: &Plan,
    ) -> Result<()> {
        if self.is_there_already(&mut bootloader, plan)? {
            self.configure(&mut bootloader, plan)?;
        } else {
            self.write(&mut bootloader, plan)?;
            self.configure(&mut bootloader, plan)?;
            if self.options.verify {
                self.verify(&mut bootloader, plan)?;
            }
        }
        (self.tell)(Event::Booting);
        // The camera resets itself, and its bootloader starts the application.
        bootloader.close();
        if self.options.boot {
            self.observe(target)?;
        }
        Ok(())
    }

    /// Waits until the application runs, and watches that it keeps running.
    fn observe(&mut self, target: &mut Target) -> Result<()> {
        self.reach.running(target)?;
        let time = self.options.observe;
        if !time.is_zero() {
            (self.tell)(Event::Observing(time));
            self.report.observed = self.reach.keeps_running(target, time)?;
        }
        self.report.state = State::Running;
        Ok(())
    }

    /// Stores where the application is, as the host library does after each flash. All other settings
    /// stay. A version that cannot be told finds it by itself.
    fn configure(&mut self, bootloader: &mut Bootloader, plan: &Plan) -> Result<()> {
        let asks = plan.automatic && bootloader.kind() == BootloaderType::Network;
        if !bootloader.knows(RequestKind::SetConfig) || asks && !bootloader.describes(Memory::Emmc)
        {
            return Ok(());
        }
        (self.tell)(Event::Configuring);
        let memory = match (plan.automatic, asks) {
            (true, true) if bootloader.memory(Memory::Emmc)?.is_some() => Memory::Emmc,
            (true, _) => Memory::Flash,
            (false, _) => plan.memory,
        };
        let mut config = match bootloader.config() {
            // What nobody can read holds nothing that could be kept.
            Err(Error::Config(_)) => Config::default(),
            stored => stored?.unwrap_or_default(),
        };
        config.set_app_memory(memory);
        bootloader.set_config(&config)
    }

    /// Whether an earlier attempt wrote everything, and only what came then went wrong.
    fn is_there_already(&mut self, bootloader: &mut Bootloader, plan: &Plan) -> Result<bool> {
        if self.report.state < State::Written || !self.options.verify {
            return Ok(false);
        }
        match self.verify(bootloader, plan) {
            Err(Error::Differs { .. }) => Ok(false),
            verified => verified.map(|()| true),
        }
    }

    fn write(&mut self, bootloader: &mut Bootloader, plan: &Plan) -> Result<()> {
        let begun = Instant::now();
        match self.delta(bootloader, plan)? {
            Some(delta) => self.write_delta(bootloader, plan, &delta)?,
            None => self.write_whole(bootloader, plan)?,
        }
        self.moved = None;
        self.report.state = State::Written;
        self.report.write_time = begun.elapsed();
        Ok(())
    }

    /// What to write if not everything.
    fn delta(&mut self, bootloader: &mut Bootloader, plan: &Plan) -> Result<Option<Delta>> {
        if !self.delta {
            return Ok(None);
        }
        if !self.options.verify {
            // The table may say more than the memory holds.
            (self.tell)(Event::WholeInstead("nothing is read back"));
            return Ok(None);
        }
        let mut table = Vec::new();
        let size = u32::try_from(sbr::HEADER_SIZE).unwrap_or_default();
        bootloader.read((plan.memory, plan.offset), size, &mut |bytes| {
            table.extend_from_slice(bytes);
            Ok(())
        })?;
        match Delta::between(&table, self.package) {
            Ok(delta) => Ok(Some(delta)),
            Err(why) => {
                (self.tell)(Event::WholeInstead(why));
                Ok(None)
            }
        }
    }

    fn write_whole(&mut self, bootloader: &mut Bootloader, plan: &Plan) -> Result<()> {
        let bytes = self.package.bytes();
        let total = bytes.len() as u64;
        let packets = self.packets(bootloader, plan)?;
        self.report.state = State::Incomplete;
        self.moved = (packets == LARGE_PACKETS).then(Instant::now);
        let tell = &mut *self.tell;
        let written = &mut self.report.written;
        let moved = &mut self.moved;
        let before = *written;
        let mut progress = |done| {
            *written = before.saturating_add(done);
            *moved = moved.map(|_| Instant::now());
            tell(Event::Writing(done, total));
        };
        if plan.automatic {
            bootloader.write_application(bytes, packets, &mut progress)
        } else {
            let place = (plan.memory, plan.offset);
            bootloader.write_at(place, bytes, packets, &mut progress)
        }
    }

    fn write_delta(
        &mut self,
        bootloader: &mut Bootloader,
        plan: &Plan,
        delta: &Delta,
    ) -> Result<()> {
        let packets = self.packets(bootloader, plan)?;
        self.report.state = State::Incomplete;
        let no_table = [ERASED; sbr::HEADER_SIZE];
        let place = (plan.memory, plan.offset);
        bootloader.write_at(place, &no_table, packets, &mut |_| ())?;
        let total = delta.size();
        let mut done = 0;
        for range in delta.stretches.iter().chain([&delta.first_block]) {
            let part = part(self.package.bytes(), range)?;
            let offset = offset_of(plan.offset, range.start)?;
            let tell = &mut *self.tell;
            let place: (Memory, u32) = (plan.memory, offset);
            bootloader.write_at(place, part, packets, &mut |of_part| {
                tell(Event::Writing(done + of_part, total));
            })?;
            done += part.len() as u64;
            self.report.written += part.len() as u64;
        }
        Ok(())
    }

    fn packets(&self, bootloader: &mut Bootloader, plan: &Plan) -> Result<PacketSize> {
        match self.packets {
            Some(packets) => Ok(packets),
            None => bootloader.suitable_packets((plan.memory, plan.offset)),
        }
    }

    /// Reads everything back and compares.
    fn verify(&mut self, bootloader: &mut Bootloader, plan: &Plan) -> Result<()> {
        let begun = Instant::now();
        let expected = self.package.bytes();
        let size = expected.len() as u64;
        let tell = &mut *self.tell;
        let place = (plan.memory, plan.offset);
        let compared = bootloader.compare(place, expected, &mut |done| {
            tell(Event::Verifying(done, size));
        });
        self.report.verify_time = begun.elapsed();
        self.report.state = match compared {
            Ok(()) => State::Verified,
            Err(Error::Differs { .. }) => State::Incomplete,
            Err(_) => self.report.state,
        };
        compared
    }

    /// Whether it makes sense to try again: links come back; a camera that never was there does
    /// not, and one that refuses twice will always refuse.
    fn may_pass(&self, error: &Error) -> bool {
        let hopeless = match error {
            // It was waited for already.
            _ if self.report.bootloader.is_none() => true,
            Error::Refused { .. } => self.refused,
            other => !other.is_transient(),
        };
        !hopeless && self.report.attempts < self.options.attempts
    }

    /// Chooses another way for the next attempt.
    fn learn_from(&mut self, error: &Error) {
        let moved = self.moved.take();
        match error {
            Error::Refused { .. } | Error::Differs { .. } => {
                self.refused |= matches!(error, Error::Refused { .. });
                self.packets = Some(LARGE_PACKETS);
                if self.delta {
                    (self.tell)(Event::WholeInstead("the camera did not accept the parts"));
                }
                self.delta = false;
            }
            // The link held a packet for so long that pings came too late behind it.
            Error::Cut(_) if moved.is_some_and(|moved| moved.elapsed() > WATCHDOG_ALLOWS) => {
                self.packets.get_or_insert(SMALL_PACKETS);
            }
            _ => {}
        }
    }
}

fn part<'a>(bytes: &'a [u8], range: &std::ops::Range<u64>) -> Result<&'a [u8]> {
    let start = usize::try_from(range.start).ok();
    let end = usize::try_from(range.end).ok();
    start
        .zip(end)
        .and_then(|(start, end)| bytes.get(start..end))
        .ok_or_else(|| Error::Protocol("a part beyond the end of the package".to_owned()))
}

fn offset_of(application: u32, start: u64) -> Result<u32> {
    let start = u32::try_from(start).ok();
    let offset = start.and_then(|start| application.checked_add(start));
    offset.ok_or_else(|| Error::Protocol("an offset above 4 GiB".to_owned()))
}
