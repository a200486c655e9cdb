//! Scripts in a camera: which thread has its turn, what it asked, what it waits for.
//!
//! A thread has its turn until it asks for something that takes time. What it asked before, such as messages to send,
//! happens in order, each at the time of the thread's own clock; where something else is due before that, it goes first.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use oakc_runtime_schema::datatype::Datatype;

use super::{Camera, Delivery, Due, Sender};
use crate::choices::Question;
use crate::message::{Content, Message};
use crate::network::{Moment, Network, ScriptId, SocketCall, SocketError, SocketId, SocketReply};
use crate::observation::{Ending, Event, Level, LogLine, ScriptEnd, ThreadState};
use crate::script::marshal::Writer;
use crate::script::process::Process;
use crate::script::protocol::{
    Ask, Asked, Made, Outgoing, SMALL, answer, mask, ready_answer, socket_answer, turn,
};
use crate::script::setup::Setup;
use crate::time::Time;

/// How long others go first, at least, where the seed interrupts a thread.
const PREEMPTED: Duration = Duration::from_micros(50);

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
    sending: VecDeque<Delivery>,
    /// Until when it waits for what it asked first.
    until: Option<Time>,
    /// Whether a lock that it waited for was free.
    is_woken: bool,
}

/// What came of something that was asked.
enum Outcome {
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
        if let Some(thread) = self.thread(at) {
            thread.began = Time::START;
        }
        self.wake(at);
    }

    fn thread(&mut self, at: ThreadRef) -> Option<&mut Thread> {
        self.scripts.get_mut(at.script)?.threads.get_mut(&at.thread)
    }

    /// Schedules a thread to look whether what it waits for is there; the seed may let it take its time.
    pub(super) fn wake(&mut self, at: ThreadRef) {
        let late = self.choices.choose(Question::Delay);
        let time = self.schedule.now() + Duration::from_nanos(u64::from(late) * 200);
        self.schedule_thread(at, time);
    }

    fn schedule_thread(&mut self, at: ThreadRef, time: Time) {
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
            if due > self.schedule.now() && !self.is_idle_until(due) {
                if let Some(thread) = self.thread(at) {
                    thread.asked.push_front(asked);
                }
                self.schedule_thread(at, due);
                return;
            }
            self.schedule.advance(due);
            let after = asked.after;
            match self.perform(at, asked.what) {
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

    /// Whether nothing else happens up to this time, not even somebody who looks on.
    fn is_idle_until(&self, time: Time) -> bool {
        time <= self.horizon && self.schedule.next_time().is_none_or(|next| next > time)
    }

    /// The thread runs until it asks again; false where its script is over.
    fn take_turn(&mut self, at: ThreadRef, answer: &[u8]) -> bool {
        let now = self.schedule.now();
        let points = match self.choices.choose(Question::Preemption) {
            0 => None,
            points => Some(points),
        };
        self.start_processes();
        let Some(run) = self.scripts.get_mut(at.script) else {
            return false;
        };
        let Some(process) = &mut run.process else {
            return false;
        };
        match process.exchange(&turn(at.thread, now, points, answer)) {
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
                Some(python) => Process::start(python, &run.setup).map_err(|it| it.to_string()),
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
                    Duration::from_nanos(u64::from(late) * 200)
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
        run.written += text.len() + 32;
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

    fn script_input(&self, at: ThreadRef, name: &str) -> Option<usize> {
        self.scripts.get(at.script)?.inputs.get(name).copied()
    }

    fn script_output(&self, at: ThreadRef, name: &str) -> Option<usize> {
        self.scripts.get(at.script)?.outputs.get(name).copied()
    }

    fn take_for_script(&mut self, at: ThreadRef, name: &str) -> Option<Vec<u8>> {
        let input = self.script_input(at, name)?;
        let message = self.take(input)?;
        let run = self.scripts.get_mut(at.script)?;
        let mut writer = Writer::default();
        run.hold(&mut writer, &message);
        Some(writer.0)
    }

    fn wait_for_message(&mut self, at: ThreadRef, name: String) -> Outcome {
        let input = self.script_input(at, &name);
        if let Some(input) = input.and_then(|input| self.inputs.get_mut(input))
            && !input.readers.contains(&at)
        {
            input.readers.push(at);
        }
        Outcome::Wait(Ask::Get(name))
    }

    fn send_for_script(&mut self, at: ThreadRef, name: &str, message: Outgoing) -> Outcome {
        // Once it is under way, there is only whom it has not reached.
        if self.thread(at).is_some_and(|it| it.sending.is_empty()) {
            let made = self.message(at.script, message);
            let output = self.script_output(at, name);
            let deliveries = match (output, made) {
                (Some(output), Some(message)) => self.send(output, &message),
                _ => Vec::new(),
            };
            if let Some(thread) = self.thread(at) {
                thread.sending.extend(deliveries);
            }
        }
        let Some(thread) = self.thread(at) else {
            return Outcome::Gone;
        };
        let mut sending = std::mem::take(&mut thread.sending);
        let sent = self.deliver(&mut sending, Sender::Thread(at));
        if let Some(thread) = self.thread(at) {
            thread.sending = sending;
        }
        if sent {
            Outcome::Done
        } else {
            Outcome::Wait(Ask::Send(name.to_owned(), Outgoing::Held(0)))
        }
    }

    fn try_send(&mut self, at: ThreadRef, name: &str, message: Outgoing) -> Outcome {
        let receivers = self.script_output(at, name);
        let receivers = receivers.and_then(|output| self.outputs.get(output));
        let mut receivers = receivers.map(|output| output.receivers.iter());
        let is_full = receivers.as_mut().is_some_and(|receivers| {
            receivers.any(|input| {
                let input = self.inputs.get(*input);
                input.is_some_and(|it| it.queue.blocking && it.queue.len() >= it.queue.size)
            })
        });
        if !is_full {
            self.send_for_script(at, name, message);
        }
        Outcome::Answer(answer(|writer| writer.bool(!is_full)))
    }

    /// A message that a script sends.
    fn message(&mut self, script: usize, outgoing: Outgoing) -> Option<Message> {
        let made = match outgoing {
            Outgoing::Held(number) => {
                return self.scripts.get(script)?.held.get(&number).cloned();
            }
            Outgoing::Made(made) => *made,
        };
        let Made {
            held,
            datatype,
            sequence,
            timestamp,
            fields,
            data,
            members,
        } = made;
        let datatype = Datatype::ALL.into_iter().find(|it| it.name() == datatype)?;
        let mut content = Content {
            fields,
            data: data.into(),
            ..Content::new(datatype)
        };
        for (name, member) in members {
            let member = self.message(script, member)?;
            content.members.insert(name, member);
        }
        let held = self.scripts.get(script)?.held.get(&held);
        let timestamp = if timestamp == Time::NEVER {
            Time::START
        } else {
            timestamp
        };
        Some(match held {
            Some(held) => held.changed(content, sequence, timestamp),
            None => Message::new(content, sequence, timestamp),
        })
    }

    fn sleep(&mut self, at: ThreadRef, duration: Option<Duration>) -> Outcome {
        let now = self.schedule.now();
        let Some(thread) = self.thread(at) else {
            return Outcome::Gone;
        };
        let until = match (thread.until, duration) {
            (Some(until), _) => until,
            (None, None) => return Outcome::Wait(Ask::Sleep(None)),
            (None, Some(duration)) => {
                let until = now + duration;
                thread.until = Some(until);
                if until > now && !self.is_idle_until(until) {
                    self.schedule_thread(at, until);
                } else {
                    self.schedule.advance(until);
                }
                until
            }
        };
        if self.schedule.now() >= until {
            return Outcome::Answer(answer(Writer::none));
        }
        Outcome::Wait(Ask::Sleep(duration))
    }

    fn park(&mut self, at: ThreadRef, lock: i64, until: Time) -> Outcome {
        let now = self.schedule.now();
        let Some(thread) = self.thread(at) else {
            return Outcome::Gone;
        };
        let was_waiting = thread.until.replace(until).is_some();
        let is_woken = std::mem::take(&mut thread.is_woken);
        let is_over = now >= until;
        if is_woken || is_over {
            let parked = self.scripts.get_mut(at.script);
            if let Some(waiting) = parked.and_then(|run| run.parked.get_mut(&lock)) {
                waiting.retain(|waiting| *waiting != at.thread);
            }
            return Outcome::Answer(answer(|writer| writer.bool(is_woken)));
        }
        if !was_waiting {
            self.schedule_thread(at, until);
        }
        Outcome::Wait(Ask::Park(lock, until))
    }

    /// Lets one of those go on who wait for a lock.
    fn unpark(&mut self, script: usize, lock: i64) {
        let Some(run) = self.scripts.get_mut(script) else {
            return;
        };
        let Some(waiting) = run.parked.get_mut(&lock) else {
            return;
        };
        let count = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
        let chosen = self.choices.choose(Question::Waiter(count));
        let chosen = usize::try_from(chosen).unwrap_or(0);
        if chosen >= waiting.len() {
            return;
        }
        let thread = waiting.remove(chosen);
        if waiting.is_empty() {
            run.parked.remove(&lock);
        }
        let at = ThreadRef { script, thread };
        if let Some(thread) = self.thread(at) {
            thread.is_woken = true;
        }
        self.wake(at);
    }

    fn call_network(&mut self, at: ThreadRef, call: SocketCall) -> Outcome {
        let is_close = matches!(call, SocketCall::Close(_));
        let reply = self.ask_network(at, call);
        if is_close {
            return Outcome::Done;
        }
        Outcome::Answer(socket_answer(&reply))
    }

    fn ask_network(&mut self, at: ThreadRef, call: SocketCall) -> SocketReply {
        let Some(id) = self.scripts.get(at.script).map(|run| run.id) else {
            return SocketReply::Failed(SocketError::BadDescriptor);
        };
        let mut moment = Moment {
            now: self.schedule.now(),
            choices: &mut self.choices,
        };
        let reply = self.network.call(&mut moment, id, call);
        self.follow_network();
        reply
    }

    /// How a connect ended: `SO_ERROR`.
    fn connect_error(&mut self, at: ThreadRef, socket: SocketId) -> Outcome {
        let connected = self.ask_network(at, SocketCall::PeerAddress(socket));
        let reply = match connected {
            SocketReply::Failed(SocketError::NotConnected) => {
                // What is asked again tells how it ended; the address is that of the first time.
                let nowhere = std::net::SocketAddrV4::new(std::net::Ipv4Addr::UNSPECIFIED, 0);
                match self.ask_network(at, SocketCall::Connect(socket, nowhere)) {
                    SocketReply::Failed(
                        SocketError::InProgress | SocketError::Already | SocketError::IsConnected,
                    ) => SocketReply::Done,
                    reply => reply,
                }
            }
            _ => SocketReply::Done,
        };
        Outcome::Answer(socket_answer(&reply))
    }

    fn poll(&mut self, at: ThreadRef, wanted: Vec<(SocketId, u8)>, until: Time) -> Outcome {
        let now = self.schedule.now();
        let ready = wanted.iter().map(|(socket, wanted)| {
            let readiness = self.network.readiness(*socket);
            (*socket, mask(readiness, *wanted))
        });
        let ready: Vec<_> = ready.filter(|(_, mask)| *mask != 0).collect();
        if !ready.is_empty() || now >= until {
            for waiting in self.pollers.values_mut() {
                waiting.retain(|waiting| *waiting != at);
            }
            self.pollers.retain(|_, waiting| !waiting.is_empty());
            return Outcome::Answer(ready_answer(&ready));
        }
        let Some(thread) = self.thread(at) else {
            return Outcome::Gone;
        };
        let was_waiting = thread.until.replace(until).is_some();
        if !was_waiting {
            for (socket, _) in &wanted {
                self.pollers.entry(*socket).or_default().push(at);
            }
            self.schedule_thread(at, until);
        }
        Outcome::Wait(Ask::Poll(wanted, until))
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

impl ScriptRun {
    /// Writes a message that the script holds from now on.
    fn hold(&mut self, writer: &mut Writer, message: &Message) {
        self.last_held += 1;
        let number = self.last_held;
        let content = &message.content;
        let time = i64::try_from(message.timestamp.as_nanos()).unwrap_or(i64::MAX);
        writer.tuple(8).int(number);
        writer.text(&content.datatype.name());
        writer.int(message.sequence).int(time);
        let mut said = Writer::default();
        said.fields(&content.fields);
        writer.bytes(&said.0);
        let size = content.data.len();
        if content.is_blank {
            writer.int(-1).none();
        } else {
            writer.int(i64::try_from(size).unwrap_or(i64::MAX));
            if size > SMALL {
                writer.none();
            } else {
                writer.bytes(&content.data);
            }
        }
        writer.list(content.members.len());
        for (name, member) in &content.members {
            writer.tuple(2).text(name);
            self.hold(writer, member);
        }
        self.held.insert(number, message.clone());
    }
}
