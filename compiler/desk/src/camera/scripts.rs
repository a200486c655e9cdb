//! Scripts in a camera: which thread has its turn, what it asked, what it waits for.
//!
//! A thread has its turn until it asks for something that takes time. What it asked before, such as messages to send,
//! happens in order, each at the time of the thread's own clock; where something else is due before that, it goes first.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use oakc_python::Interpreter;

use super::{Camera, Delivery, Due};
use crate::choices::Question;
use crate::message::Message;
use crate::network::{Moment, Network, ScriptId};
use crate::observation::{Ending, Event, Level, LogLine, ScriptEnd, ThreadState};
use crate::script::marshal::Writer;
use crate::script::process::{Arrival, Live, Process, Turns};
use crate::script::protocol::{Ask, Asked, Turn, answer};
use crate::script::setup::Setup;
use crate::time::Time;

/// How long others go first, at least, where the seed interrupts a thread.
const PREEMPTED: Duration = Duration::from_micros(50);

/// By how much a thread is late at most where the seed lets it be late at a time; one of ten of them by this much more.
const LATE: Duration = Duration::from_micros(200);
const VERY_LATE: u32 = 20;

/// By how much a thread is late at most whenever it waited, where the seed slows it down.
const ALWAYS_LATE: Duration = Duration::from_micros(500);

/// Within which time scripts start, where the seed lets one start late.
const STARTS: Duration = Duration::from_millis(20);

/// How long a thread may go on by itself at most where nothing else happens.
pub(super) const ALONE: Duration = Duration::from_mins(10);

/// How much of what a script writes is kept, in bytes.
const KEPT: usize = 16 << 20;

/// A thread of a script, by the script's position in the camera and the thread's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ThreadRef {
    pub(super) script: usize,
    pub(super) thread: u32,
}

/// A script.
#[derive(Debug)]
pub(super) struct ScriptRun {
    pub(super) id: ScriptId,
    pub(super) name: String,
    /// Its process, as long as it runs.
    pub(super) process: Option<Process>,
    pub(super) inputs: BTreeMap<String, usize>,
    pub(super) outputs: BTreeMap<String, usize>,
    pub(super) threads: BTreeMap<u32, Thread>,
    /// Messages that it holds, by the numbers that it knows them by.
    pub(super) held: BTreeMap<i64, Message>,
    pub(super) last_held: i64,
    /// Threads that wait for a lock, by its number, the longest first.
    pub(super) parked: BTreeMap<i64, Vec<u32>>,
    /// Bytes of the lines that it wrote.
    pub(super) written: usize,
    pub(super) setup: Setup,
}

/// A thread of a script.
#[derive(Debug, Default)]
pub(super) struct Thread {
    /// Counts its turns, so that what was scheduled for an earlier one is told apart.
    turn: u64,
    /// When it got its turn.
    began: Time,
    /// What it asked and has not got.
    asked: VecDeque<Asked>,
    /// What it is sending.
    pub(super) sending: VecDeque<Delivery>,
    /// By how much it is late whenever it waited.
    lateness: Duration,
    /// Until when it waits for what it asked first.
    pub(super) until: Option<Time>,
    /// Whether a lock that it waited for was free.
    pub(super) is_woken: bool,
}

/// What came of something that was asked.
pub(super) enum Outcome {
    /// It is done, and has no answer.
    Done,
    /// It is done; the answer is a value that was written.
    Answer(Vec<u8>),
    /// The thread has to wait.
    Wait(Ask),
    /// The thread has ended.
    Gone,
}

impl<N: Network> Camera<N> {
    /// Gives the first thread of each script its first turn.
    pub(super) fn start_scripts(&mut self) {
        for script in 0..self.scripts.len() {
            self.start_thread(ThreadRef { script, thread: 0 });
        }
    }

    fn start_thread(&mut self, at: ThreadRef) {
        let Some(run) = self.scripts.get_mut(at.script) else {
            return;
        };
        let thread = Thread {
            asked: [Asked {
                after: Duration::ZERO,
                what: Ask::Sleep(Some(Duration::ZERO)),
            }]
            .into(),
            ..Thread::default()
        };
        run.threads.insert(at.thread, thread);
        let is_script = at.thread == 0;
        let late = self.choices.choose(Question::Delay);
        if let Some(thread) = self.thread(at) {
            thread.began = Time::START;
            thread.lateness = ALWAYS_LATE * late / Question::PARTS;
        }
        if is_script {
            let late = self.choices.choose(Question::Delay);
            let start = self.schedule.now() + STARTS * late / Question::PARTS;
            self.schedule_thread(at, start);
        } else {
            self.wake(at);
        }
    }

    pub(super) fn thread(&mut self, at: ThreadRef) -> Option<&mut Thread> {
        self.scripts.get_mut(at.script)?.threads.get_mut(&at.thread)
    }

    /// Schedules a thread to look whether what it waits for is there; the seed may let it take its time.
    pub(super) fn wake(&mut self, at: ThreadRef) {
        let lateness = lateness(self.choices.choose(Question::Delay));
        let always = self.thread(at).map(|thread| thread.lateness);
        let time = self.schedule.now() + lateness + always.unwrap_or_default();
        self.schedule_thread(at, time);
    }

    pub(super) fn schedule_thread(&mut self, at: ThreadRef, time: Time) {
        let Some(turn) = self.thread(at).map(|thread| thread.turn) else {
            return;
        };
        // What never happens needs no place.
        if time < Time::NEVER {
            self.schedule
                .schedule(time, &mut self.choices, Due::Turn(at, turn));
        }
    }

    /// Lets a thread go on, if it still waits for this turn.
    pub(super) fn go_on_with(&mut self, at: ThreadRef, turn: u64) {
        let Some(thread) = self.thread(at) else {
            return;
        };
        if thread.turn != turn {
            return;
        }
        loop {
            let Some(thread) = self.thread(at) else {
                return;
            };
            let Some(asked) = thread.asked.pop_front() else {
                return;
            };
            let due = thread.began + asked.after;
            if due > self.schedule.now() && !self.reach(due) {
                if let Some(thread) = self.thread(at) {
                    thread.asked.push_front(asked);
                }
                self.schedule_thread(at, due);
                return;
            }
            let after = asked.after;
            // In real time whoever sends waits until there was room.
            let is_answered = self.arrivals.is_some() && matches!(asked.what, Ask::Send(..));
            let outcome = match self.perform(at, asked.what) {
                Outcome::Done if is_answered => Outcome::Answer(answer(Writer::none)),
                outcome => outcome,
            };
            match outcome {
                Outcome::Done => {}
                Outcome::Gone => return,
                Outcome::Wait(what) => {
                    if let Some(thread) = self.thread(at) {
                        thread.asked.push_front(Asked { after, what });
                    }
                    return;
                }
                Outcome::Answer(answer) => {
                    if !self.take_turn(at, &answer) {
                        return;
                    }
                }
            }
            self.settle();
        }
    }

    /// The thread runs until it asks again; false where its script is over.
    fn take_turn(&mut self, at: ThreadRef, answer: &[u8]) -> bool {
        let now = self.schedule.now();
        let points = match self.choices.choose(Question::Preemption) {
            0 => None,
            points => Some(points),
        };
        self.know_remote();
        let next = self.schedule.next_near().unwrap_or(Time::NEVER);
        let turn = Turn {
            thread: at.thread,
            now,
            points,
            quiet: next.min(self.horizon).min(now + ALONE),
            happened: self.schedule.taken(),
        };
        self.start_processes();
        let Some(run) = self.scripts.get_mut(at.script) else {
            return false;
        };
        let process = match &mut run.process {
            Some(Process::Turns(process)) => process,
            Some(Process::Live(process)) => {
                process.answer(turn.encode(answer));
                if let Some(thread) = run.threads.get_mut(&at.thread) {
                    thread.turn += 1;
                    thread.until = None;
                }
                return false;
            }
            None => return false,
        };
        match process.exchange(&turn.encode(answer), &run.setup) {
            // That a thread never waits is found at any time, also while another one gets its turn. Of what was asked
            // before, only the log still matters: it is where the author looks for the reason.
            Ok(frame) if frame.never_waits() => {
                for asked in frame.asked {
                    if matches!(asked.what, Ask::Log(..) | Ask::End(_)) {
                        self.perform(at, asked.what);
                    }
                }
                false
            }
            Ok(frame) => {
                // From now on the lock may be given to it, even before its clock is that late.
                if let Some(Ask::Park(lock, _)) = frame.asked.last().map(|asked| &asked.what) {
                    run.parked.entry(*lock).or_default().push(frame.thread);
                }
                if let Some(thread) = run.threads.get_mut(&frame.thread) {
                    thread.turn += 1;
                    thread.began = now;
                    thread.until = None;
                    thread.asked = frame.asked.into();
                }
                true
            }
            Err(error) => {
                let ending = run.process.take().map(|it| it.post_mortem(&error));
                if let Some(ending) = ending {
                    self.end_script(at.script, ending);
                }
                false
            }
        }
    }

    /// Lets a thread ask what it asked in real time.
    pub(crate) fn arrive(&mut self, arrival: Arrival) {
        let Arrival { script, frame } = arrival;
        let now = self.schedule.now();
        let Some(run) = self.scripts.get_mut(script) else {
            return;
        };
        match frame {
            Ok(frame) => {
                let at = ThreadRef {
                    script,
                    thread: frame.thread,
                };
                let thread = run.threads.entry(frame.thread).or_default();
                thread.began = now;
                thread.asked.extend(frame.asked);
                let turn = thread.turn;
                self.go_on_with(at, turn);
                self.settle();
            }
            Err(error) => {
                let ending = run.process.take().map(|it| it.post_mortem(&error));
                if let Some(ending) = ending {
                    self.end_script(script, ending);
                }
            }
        }
    }

    /// Starts the processes of all scripts at once: each takes a while until it is ready.
    fn start_processes(&mut self) {
        if self.is_started {
            return;
        }
        self.is_started = true;
        for script in 0..self.scripts.len() {
            let Some(run) = self.scripts.get_mut(script) else {
                continue;
            };
            let started = match &self.python {
                Some(python) => start(
                    python,
                    &run.setup,
                    script,
                    self.arrivals.as_ref(),
                    self.until,
                )
                .map_err(|it| it.to_string()),
                None => Err("there is no CPython from 3.9 to 3.13".to_owned()),
            };
            match started {
                Ok(process) => run.process = Some(process),
                Err(reason) => {
                    let reason = format!("it could not be started: {reason}");
                    self.end_script(script, Ending::Died { reason });
                }
            }
        }
    }

    fn perform(&mut self, at: ThreadRef, what: Ask) -> Outcome {
        match what {
            Ask::Get(name) => match self.take_for_script(at, &name) {
                Some(written) => Outcome::Answer(written),
                None => self.wait_for_message(at, name),
            },
            Ask::TryGet(name) => {
                let taken = self.take_for_script(at, &name);
                Outcome::Answer(taken.unwrap_or_else(|| answer(Writer::none)))
            }
            Ask::Has(name) => {
                let input = self.script_input(at, &name);
                let has = input.and_then(|input| self.inputs.get(input)?.queue.first());
                let has = has.is_some();
                Outcome::Answer(answer(|writer| writer.bool(has)))
            }
            Ask::Send(name, message) => self.send_for_script(at, &name, message),
            Ask::TrySend(name, message) => self.try_send(at, &name, message),
            Ask::Sleep(duration) => self.sleep(at, duration),
            Ask::Pass(is_forced) => {
                let late = self.choices.choose(Question::Delay);
                let pause = if is_forced {
                    PREEMPTED + Duration::from_micros(late.into())
                } else {
                    lateness(late)
                };
                self.sleep(at, Some(pause))
            }
            Ask::Park(lock, until) => self.park(at, lock, until),
            Ask::Wake(lock) => {
                self.unpark(at.script, lock);
                Outcome::Done
            }
            Ask::Start(thread) => {
                let script = at.script;
                self.start_thread(ThreadRef { script, thread });
                Outcome::Done
            }
            Ask::Exit => {
                if let Some(run) = self.scripts.get_mut(at.script) {
                    run.threads.remove(&at.thread);
                }
                Outcome::Gone
            }
            Ask::Net(call) => self.call_network(at, call),
            Ask::ConnectError(socket) => self.connect_error(at, socket),
            Ask::Poll(wanted, until) => self.poll(at, wanted, until),
            Ask::End(ending) => {
                self.end_script(at.script, ending);
                Outcome::Gone
            }
            other => self.note(at, other),
        }
    }

    /// What a thread asks that changes nothing for others.
    fn note(&mut self, at: ThreadRef, what: Ask) -> Outcome {
        let Some(run) = self.scripts.get_mut(at.script) else {
            return Outcome::Gone;
        };
        match what {
            Ask::Drop(numbers) => {
                for number in numbers {
                    run.held.remove(&number);
                }
            }
            Ask::Data(number) => {
                let data = run.held.get(&number).map(|held| &held.content.data[..]);
                let data = data.unwrap_or_default();
                return Outcome::Answer(answer(|writer| writer.bytes(data)));
            }
            Ask::Pin(what) => {
                let id = run.id;
                self.observe(Event::Pin(id, what));
            }
            Ask::Log(level, text) => self.log(at.script, level, text),
            Ask::Serves(server) => {
                let node = run.name.clone();
                self.observe(Event::Serves(node, server));
            }
            Ask::Compiled(code) => {
                if let Some(python) = &self.python {
                    run.setup.keep_compiled(python.path(), code);
                }
            }
            _ => {}
        }
        Outcome::Done
    }

    fn log(&mut self, script: usize, level: usize, text: String) {
        let Some(run) = self.scripts.get_mut(script) else {
            return;
        };
        if run.written > KEPT {
            return;
        }
        // In real time lines are passed on, not kept.
        if self.arrivals.is_none() {
            run.written += text.len() + 32;
        }
        let (level, text) = if run.written > KEPT {
            let told = "the script has written 16 MiB of lines; further ones are not kept";
            (Level::Warn, told.to_owned())
        } else {
            let level = Level::ALL.get(level).copied();
            (level.unwrap_or(Level::Info), text)
        };
        let node = run.name.clone();
        self.observe(Event::Logged(LogLine { node, level, text }));
    }

    fn end_script(&mut self, script: usize, how: Ending) {
        let Some(run) = self.scripts.get_mut(script) else {
            return;
        };
        run.process = None;
        run.threads.clear();
        run.held.clear();
        run.parked.clear();
        let (id, node) = (run.id, run.name.clone());
        let mut moment = Moment {
            now: self.schedule.now(),
            choices: &mut self.choices,
        };
        self.network.script_ended(&mut moment, id);
        self.observe(Event::Ended(ScriptEnd { node, how }));
        self.follow_network();
    }

    /// What each thread waits for.
    pub fn threads(&self) -> Vec<ThreadState> {
        let scripts = self.scripts.iter();
        let threads = scripts.flat_map(|run| run.threads.iter().map(move |it| (run, it)));
        threads
            .map(|(run, (number, thread))| ThreadState {
                node: run.name.clone(),
                thread: *number,
                waits_for: thread.waits_for(),
            })
            .collect()
    }
}

/// Starts the process of a script; one that runs by itself where there is somewhere for what it asks.
fn start(
    python: &Interpreter,
    setup: &Setup,
    script: usize,
    arrivals: Option<&SyncSender<Arrival>>,
    until: Option<Instant>,
) -> io::Result<Process> {
    Ok(match arrivals {
        Some(arrivals) => Process::Live(Live::start(python, setup, script, arrivals.clone())?),
        None => Process::Turns(Box::new(Turns::start(python, setup, until)?)),
    })
}

/// How late a thread is, of so many parts.
fn lateness(parts: u32) -> Duration {
    let most = if parts > Question::PARTS / 10 * 9 {
        LATE * VERY_LATE
    } else {
        LATE
    };
    most * parts / Question::PARTS
}

impl Thread {
    fn waits_for(&self) -> String {
        match self.asked.front().map(|asked| &asked.what) {
            Some(Ask::Get(name)) => format!("a message from io[{name}]"),
            Some(Ask::Send(name, _)) => format!("room where io[{name}] leads to"),
            Some(Ask::Sleep(Some(_))) => match self.until {
                Some(until) => format!("{until} s on the clock"),
                None => "its turn".to_owned(),
            },
            Some(Ask::Sleep(None)) => "nothing".to_owned(),
            Some(Ask::Park(..)) => "a lock or another thread".to_owned(),
            Some(Ask::Poll(..)) => "a socket".to_owned(),
            _ => "its turn".to_owned(),
        }
    }
}
