//! The processor on which a thread of oakc and a program take turns.
//!
//! In: the program, before each turn. Out: both stay on one processor, which the system chooses again now and then, since
//! something else may have become busy there. Never: a restriction of what oakc starts meanwhile.
//!
//! One of the two always waits for the other one. Left to itself, Linux wakes each of them on an idle processor, and
//! that takes longer than a short turn does (docs/performance.md). Elsewhere this does nothing.

use crate::Companion;

/// Where a program and a thread of oakc take turns.
#[derive(Debug)]
pub struct Processor(#[cfg(target_os = "linux")] linux::Shared);

impl Processor {
    /// That of this program. So far it may run on any.
    pub fn shared_with(companion: &Companion) -> Self {
        #[cfg(not(target_os = "linux"))]
        let _ = companion;
        Self(
            #[cfg(target_os = "linux")]
            linux::Shared::with(companion),
        )
    }

    /// Keeps this thread and the program together. To be called before each turn of the program.
    pub fn stay(&mut self) {
        #[cfg(target_os = "linux")]
        self.0.stay();
    }
}

/// Lets this thread run on any processor again, and so what it starts.
pub(crate) fn leave() {
    #[cfg(target_os = "linux")]
    linux::leave();
}

#[cfg(target_os = "linux")]
mod linux {
    use std::cell::Cell;
    use std::time::{Duration, Instant};

    use rustix::process::Pid;
    use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};

    use crate::Companion;

    /// How often the system chooses a processor.
    pub(super) const PERIOD: Duration = Duration::from_millis(100);

    thread_local! {
        /// The processor that this thread is kept on, and those that it may run on otherwise.
        static KEPT: Cell<Option<(usize, CpuSet)>> = const { Cell::new(None) };
    }

    #[derive(Debug)]
    pub(super) struct Shared {
        program: Option<Pid>,
        /// The processor that the program is kept on, and since when.
        chosen: Option<(usize, Instant)>,
    }

    impl Shared {
        pub(super) fn with(companion: &Companion) -> Self {
            Self {
                program: companion.running.id(),
                chosen: None,
            }
        }

        pub(super) fn stay(&mut self) {
            let kept = KEPT.get().map(|(processor, _)| processor);
            match self.chosen {
                Some((_, since)) if since.elapsed() >= PERIOD => {
                    self.chosen = None;
                    leave();
                    if let Ok(all) = sched_getaffinity(None) {
                        self.restrict_program(&all);
                    }
                }
                Some((chosen, _)) if kept == Some(chosen) => {}
                _ => self.choose(),
            }
        }

        /// Chooses the processor that this thread is on.
        fn choose(&mut self) {
            let Some(here) = keep() else {
                return;
            };
            if self.chosen.is_none_or(|(chosen, _)| chosen != here) {
                self.restrict_program(&only(here));
                self.chosen = Some((here, Instant::now()));
            }
        }

        /// A thread that the program starts later may run where the one that starts it may.
        fn restrict_program(&self, processors: &CpuSet) {
            let Some(program) = self.program else {
                return;
            };
            let threads = format!("/proc/{}/task", program.as_raw_nonzero());
            for thread in std::fs::read_dir(threads).into_iter().flatten().flatten() {
                let number = thread.file_name().to_str().and_then(|it| it.parse().ok());
                if let Some(thread) = number.and_then(Pid::from_raw) {
                    restrict(Some(thread), processors);
                }
            }
        }
    }

    impl Drop for Shared {
        fn drop(&mut self) {
            leave();
        }
    }

    /// Keeps this thread on the processor that it is on; which one that is.
    fn keep() -> Option<usize> {
        if let Some((processor, _)) = KEPT.get() {
            return Some(processor);
        }
        let all = sched_getaffinity(None).ok()?;
        let here = sched_getcpu();
        if here >= CpuSet::MAX_CPU {
            return None;
        }
        restrict(None, &only(here));
        KEPT.set(Some((here, all)));
        Some(here)
    }

    pub(super) fn leave() {
        if let Some((_, all)) = KEPT.take() {
            restrict(None, &all);
        }
    }

    fn only(processor: usize) -> CpuSet {
        let mut processors = CpuSet::new();
        processors.set(processor);
        processors
    }

    /// Where the system forbids it, or the thread has ended meanwhile, nothing is lost but time.
    fn restrict(thread: Option<Pid>, processors: &CpuSet) {
        let _ = sched_setaffinity(thread, processors);
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::process::{Command, Stdio};

    use rustix::process::Pid;
    use rustix::thread::{CpuSet, sched_getaffinity};

    use super::*;

    /// A program that does nothing until it is ended.
    fn idle() -> Companion {
        Companion::start(&mut Command::new("cat"), Stdio::null()).unwrap()
    }

    fn where_it_may_run(program: Option<&Companion>) -> CpuSet {
        let process: Option<Pid> = program.and_then(|it| it.running.id());
        sched_getaffinity(process).unwrap()
    }

    #[test]
    fn a_thread_and_a_program_that_take_turns_stay_together_and_nothing_else_does() {
        let everywhere = where_it_may_run(None);
        let program = idle();
        let mut processor = Processor::shared_with(&program);
        assert_eq!(where_it_may_run(Some(&program)), everywhere);

        processor.stay();
        let together = where_it_may_run(None);
        assert_eq!(together.count(), 1);
        assert_eq!(where_it_may_run(Some(&program)), together);

        // What is started meanwhile may run anywhere, and the next turn is taken together again.
        let other = idle();
        assert_eq!(where_it_may_run(Some(&other)), everywhere);
        processor.stay();
        assert_eq!(where_it_may_run(None).count(), 1);
        assert_eq!(where_it_may_run(Some(&program)), where_it_may_run(None));
        assert_eq!(where_it_may_run(Some(&other)), everywhere);

        drop(processor);
        assert_eq!(where_it_may_run(None), everywhere);
    }

    #[test]
    fn now_and_then_the_system_chooses_another_processor() {
        let everywhere = where_it_may_run(None);
        let program = idle();
        let mut processor = Processor::shared_with(&program);
        processor.stay();
        std::thread::sleep(linux::PERIOD);
        processor.stay();
        assert_eq!(where_it_may_run(None), everywhere);
        assert_eq!(where_it_may_run(Some(&program)), everywhere);
        processor.stay();
        assert_eq!(where_it_may_run(None).count(), 1);
    }

    #[test]
    fn two_programs_take_their_turns_on_the_processor_of_the_thread() {
        let programs = [idle(), idle()];
        let mut processors = programs.each_ref().map(Processor::shared_with);
        for processor in &mut processors {
            processor.stay();
        }
        for program in &programs {
            assert_eq!(where_it_may_run(Some(program)), where_it_may_run(None));
        }
    }
}
