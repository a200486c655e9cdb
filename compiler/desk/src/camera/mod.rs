//! A camera that runs a program in virtual time: what is fed, and what scripts do, in; what can be seen out.
//!
//! One thing happens at a time, in the order of a [`Schedule`]; all that is left open is answered by [`Choices`]. So the
//! same program, fed alike, does the same under the same seed, whatever else the machine does. A camera looks at a real
//! clock only to see whether somebody's patience is at its end.

mod exchange;
mod feeding;
mod native;
mod remote;
mod scripts;
mod sockets;
mod state;
mod waits;
mod wiring;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::{Duration, Instant};

use oakc_python::Interpreter;

use crate::choices::Choices;
use crate::latency::Latencies;
use crate::message::{Content, Message, Pool};
use crate::network::{Moment, Network, SocketId};
use crate::observation::{Event, Observation, PortName};
use crate::program::Program;
use crate::queue::{Put, Queue};
use crate::schedule::Schedule;
use crate::script::process::{Arrival, arrivals};
use crate::script::setup::{Clocks, Limits, Place};
use crate::sensor::Scene;
use crate::time::Time;
use native::Node;
use remote::Remote;
use scripts::{ScriptRun, ThreadRef};
pub use state::{Lack, Unfed};

/// What a camera is made with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How long nodes take, by name; [`crate::latency::estimate`] for all others.
    pub latencies: Latencies,
    /// What scripts run in; without it they end at once.
    pub python: Option<Interpreter>,
    /// What clocks start with, and random numbers and hashes, of scripts.
    pub seed: u64,
    /// What a script may take.
    pub limits: Limits,
    /// How long the camera may take altogether, by a real clock; a script that still runs then is ended.
    pub patience: Option<Duration>,
    /// Folders in which scripts find modules besides those of the camera, by the name of the node.
    pub folders: BTreeMap<String, Vec<PathBuf>>,
    /// Where the servers of scripts are in real time.
    pub place: Place,
    /// What cameras are shown, by the name of the node. A camera that is shown nothing sends frames without pixels.
    pub scenes: BTreeMap<String, Arc<dyn Scene>>,
}

/// A camera with the network it is connected to.
#[derive(Debug)]
pub struct Camera<N> {
    schedule: Schedule<Due>,
    choices: Choices,
    network: N,
    nodes: Vec<Node>,
    inputs: Vec<Input>,
    outputs: Vec<Output>,
    scripts: Vec<ScriptRun>,
    /// What the processes of scripts are started with, and whether they were.
    python: Option<Interpreter>,
    is_started: bool,
    /// Threads that wait for a socket.
    pollers: BTreeMap<SocketId, Vec<ThreadRef>>,
    /// Nodes that may be able to go on.
    stirred: VecDeque<usize>,
    /// Nodes that wait for a place in a pool.
    starved: BTreeSet<usize>,
    observations: Vec<Observation>,
    /// For when the network's next event is scheduled.
    network_at: Option<Time>,
    /// Nobody looks on before this time.
    horizon: Time,
    /// Whether somebody looks as soon as there is something to be seen.
    is_watched: bool,
    /// Where what scripts ask arrives in real time.
    arrivals: Option<SyncSender<Arrival>>,
    /// How far it is behind the clock in real time.
    behind: Duration,
    /// When it has taken too long, by a real clock.
    until: Option<Instant>,
    /// What no script notices; nothing where that is not known.
    remote: Option<Remote>,
}

/// What is scheduled.
#[derive(Debug)]
enum Due {
    /// The sensor of a camera has a picture.
    Picture(usize),
    /// A node has done its work.
    Done(usize),
    /// A recorded message.
    Fed(usize, Message),
    /// A recorded message that the seed let be late.
    Late(usize, Message),
    /// A thread goes on, if it still waits for this turn.
    Turn(ThreadRef, u64),
    /// Something happens in the network.
    Network,
}

/// An input and its queue.
#[derive(Debug)]
struct Input {
    name: Arc<PortName>,
    node: usize,
    queue: Queue,
    wait_for_message: bool,
    /// Whether anything is linked to it.
    is_linked: bool,
    is_watched: bool,
    /// Who is stopped by its full queue, the longest first.
    stopped: VecDeque<Sender>,
    /// Threads that wait for a message here.
    readers: Vec<ThreadRef>,
}

/// Who sends messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sender {
    /// A native node.
    Node(usize),
    /// What is fed to an output.
    Feed(usize),
    /// A thread of a script.
    Thread(ThreadRef),
}

/// An output.
#[derive(Debug)]
struct Output {
    name: Arc<PortName>,
    node: usize,
    receivers: Vec<usize>,
    pool: Option<Pool>,
    is_fed: bool,
    is_watched: bool,
    /// When the last message arrives that was fed and is late.
    late_until: Time,
    /// The number of the next message that is fed to it without one.
    sequence: i64,
    /// What its pictures are like, if it is a camera's.
    picture: Arc<Content>,
    /// What was fed and has not arrived.
    feeding: VecDeque<Delivery>,
}

/// A message on its way to an input.
#[derive(Debug)]
struct Delivery {
    to: usize,
    message: Message,
}

impl<N: Network> Camera<N> {
    /// A camera that has just got power. The processes of its scripts start with the first thing that happens.
    pub fn new(program: &Program, options: &Options, choices: Choices, network: N) -> Self {
        Self::made(program, options, choices, network, None)
    }

    /// A camera in real time, and where what its scripts ask arrives.
    pub(crate) fn live(
        program: &Program,
        options: &Options,
        network: N,
    ) -> (Self, Receiver<Arrival>) {
        let (sender, receiver) = arrivals();
        let choices = Choices::nominal();
        let camera = Self::made(program, options, choices, network, Some(sender));
        (camera, receiver)
    }

    fn made(
        program: &Program,
        options: &Options,
        choices: Choices,
        network: N,
        arrivals: Option<SyncSender<Arrival>>,
    ) -> Self {
        let wired = wiring::wire(program, options);
        let scripts = wiring::scripts(program, options, &wired, arrivals.is_some());
        let mut camera = Self {
            schedule: Schedule::default(),
            choices,
            network,
            nodes: wired.nodes,
            inputs: wired.inputs,
            outputs: wired.outputs,
            scripts,
            python: options.python.clone(),
            is_started: false,
            pollers: BTreeMap::new(),
            stirred: VecDeque::new(),
            starved: BTreeSet::new(),
            observations: Vec::new(),
            network_at: None,
            horizon: Time::START,
            is_watched: false,
            arrivals,
            behind: Duration::ZERO,
            until: options
                .patience
                .and_then(|it| Instant::now().checked_add(it)),
            remote: None,
        };
        camera.start_cameras();
        camera.start_scripts();
        camera.follow_network();
        camera
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.schedule.now()
    }

    /// Whether it has taken longer than it may, by a real clock.
    pub fn is_out_of_time(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// When something happens next; never again if nothing does by itself.
    pub fn next_event(&self) -> Option<Time> {
        self.schedule.next_time()
    }

    /// Lets the next thing happen.
    pub fn step(&mut self) {
        self.step_within(Time::START);
    }

    /// Lets the next thing happen. A script may go on up to this time as long as nothing else happens, and nothing of
    /// what it does can be seen.
    pub fn step_within(&mut self, horizon: Time) {
        let next = self.next_event().unwrap_or(self.schedule.now());
        self.horizon = next.max(horizon);
        self.is_watched = true;
        self.happen();
    }

    /// Lets time pass in real time: all that is due happens, at most `most` things. Whether that was all.
    pub(crate) fn follow(&mut self, now: Time, most: u32) -> bool {
        for _ in 0..most {
            let Some(next) = self.next_event().filter(|next| *next <= now) else {
                self.behind = Duration::ZERO;
                self.schedule.advance(now);
                return true;
            };
            self.behind = now.since(next);
            self.horizon = next;
            self.happen();
        }
        false
    }

    fn happen(&mut self) {
        let Some(due) = self.schedule.take() else {
            return;
        };
        match due {
            Due::Picture(node) => self.take_picture(node),
            Due::Done(node) => self.finish(node),
            Due::Fed(output, message) => self.delay_feed(output, message),
            Due::Late(output, message) => self.receive_feed(output, &message),
            Due::Turn(thread, turn) => self.go_on_with(thread, turn),
            Due::Network => self.step_network(),
        }
        self.settle();
    }

    /// Lets everything happen up to this time, which it then is.
    pub fn run_until(&mut self, time: Time) {
        self.horizon = time;
        self.is_watched = false;
        while self.next_event().is_some_and(|next| next <= time) {
            self.happen();
        }
        self.schedule.advance(time);
    }

    /// The network.
    pub fn network(&self) -> &N {
        &self.network
    }

    /// Does something to the network, at this time.
    pub fn with_network<R>(&mut self, act: impl FnOnce(&mut N, &mut Moment<'_>) -> R) -> R {
        let mut moment = Moment {
            now: self.schedule.now(),
            choices: &mut self.choices,
        };
        let result = act(&mut self.network, &mut moment);
        self.follow_network();
        self.settle();
        result
    }

    /// What answered what was left open.
    pub fn choices(&self) -> &Choices {
        &self.choices
    }

    /// The output that is meant by these names.
    pub fn find_output(&self, node: &str, port: &str) -> Option<PortName> {
        let mut names = self.outputs.iter().map(|output| &*output.name);
        names.find(|name| name.is_meant_by(node, port)).cloned()
    }

    /// Lets each message of an output be seen. False if there is no such output.
    pub fn watch(&mut self, output: &PortName) -> bool {
        let found = self.outputs.iter_mut().find(|o| *o.name == *output);
        let Some(output) = found else { return false };
        output.is_watched = true;
        self.forget_remote();
        true
    }

    /// Lets each message that comes to an input be seen. False if there is no such input.
    pub fn watch_input(&mut self, input: &PortName) -> bool {
        let found = self.inputs.iter_mut().find(|it| *it.name == *input);
        let Some(input) = found else { return false };
        input.is_watched = true;
        self.forget_remote();
        true
    }

    /// What happened since this was last asked.
    pub fn observations(&mut self) -> Vec<Observation> {
        std::mem::take(&mut self.observations)
    }

    /// Whether anything happened since then.
    pub fn has_observations(&self) -> bool {
        !self.observations.is_empty()
    }

    fn observe(&mut self, event: Event) {
        let at = self.schedule.now();
        // Nobody looks for what is lost.
        let is_sought = !matches!(event, Event::Dropped(_) | Event::Starved(_));
        if self.is_watched && is_sought {
            self.horizon = at;
        }
        self.observations.push(Observation { at, event });
    }

    fn after(&mut self, duration: Duration, due: Due) {
        self.schedule_due(self.schedule.now() + duration, due);
    }

    fn schedule_due(&mut self, at: Time, due: Due) {
        let is_remote = match due {
            Due::Picture(node) | Due::Done(node) => self.is_remote(node),
            Due::Fed(output, _) | Due::Late(output, _) => self.is_remote_feed(output),
            Due::Turn(..) | Due::Network => false,
        };
        if is_remote {
            self.schedule.schedule_remote(at, &mut self.choices, due);
        } else {
            self.schedule.schedule(at, &mut self.choices, due);
        }
    }

    fn step_network(&mut self) {
        self.network_at = None;
        let mut moment = Moment {
            now: self.schedule.now(),
            choices: &mut self.choices,
        };
        self.network.step(&mut moment);
        self.follow_network();
    }

    /// Schedules the network's next event, and wakes who waits for sockets that changed.
    fn follow_network(&mut self) {
        for socket in self.network.changed() {
            for thread in self.pollers.get(&socket).cloned().unwrap_or_default() {
                self.wake(thread);
            }
        }
        let next = self.network.next_event();
        if let Some(next) = next
            && self.network_at.is_none_or(|scheduled| next < scheduled)
        {
            self.network_at = Some(next);
            self.schedule_due(next, Due::Network);
        }
    }

    /// Lets everything go on that can, at this time.
    fn settle(&mut self) {
        loop {
            while let Some(node) = self.stirred.pop_front() {
                self.go_on(node);
            }
            let fed: Vec<_> = (self.starved.iter().copied())
                .filter(|node| !self.lacks_place(*node))
                .collect();
            if fed.is_empty() {
                return;
            }
            for node in fed {
                self.starved.remove(&node);
                self.stirred.push_back(node);
            }
        }
    }

    fn stir(&mut self, node: usize) {
        if !self.stirred.contains(&node) {
            self.stirred.push_back(node);
        }
    }

    /// Puts messages into queues until one has no room; whether all have arrived.
    fn deliver(&mut self, deliveries: &mut VecDeque<Delivery>, sender: Sender) -> bool {
        while let Some(Delivery { to, message }) = deliveries.front() {
            let Some(input) = self.inputs.get_mut(*to) else {
                deliveries.pop_front();
                continue;
            };
            match input.queue.put(message) {
                Put::Full => {
                    if !input.stopped.contains(&sender) {
                        input.stopped.push_back(sender);
                    }
                    return false;
                }
                Put::Kept => self.see_arrival(*to, message),
                Put::Dropped => {
                    let name = Arc::clone(&input.name);
                    self.see_arrival(*to, message);
                    self.observe(Event::Dropped(name));
                }
            }
            let woken = self.inputs.get_mut(*to);
            let woken = woken.map(|input| (input.node, std::mem::take(&mut input.readers)));
            deliveries.pop_front();
            if let Some((node, readers)) = woken {
                self.stir(node);
                for reader in readers {
                    self.wake(reader);
                }
            }
        }
        true
    }

    /// Lets a message be seen that has come to an input, if somebody looks there.
    fn see_arrival(&mut self, input: usize, message: &Message) {
        let watched = self.inputs.get(input).filter(|input| input.is_watched);
        if let Some(name) = watched.map(|input| Arc::clone(&input.name)) {
            self.observe(Event::Arrived(name, message.copied()));
        }
    }

    /// The deliveries of a message that an output sends.
    fn send(&mut self, output: usize, message: &Message) -> Vec<Delivery> {
        let Some(sending) = self.outputs.get(output) else {
            return Vec::new();
        };
        let receivers = sending.receivers.iter();
        let deliveries = receivers.map(|to| Delivery {
            to: *to,
            message: message.clone(),
        });
        let deliveries = deliveries.collect();
        if sending.is_watched {
            let name = Arc::clone(&sending.name);
            self.observe(Event::Sent(name, message.copied()));
        }
        deliveries
    }

    /// Takes the oldest message of an input, and lets go on who was stopped by it.
    fn take(&mut self, input: usize) -> Option<Message> {
        let input = self.inputs.get_mut(input)?;
        let message = input.queue.take()?;
        if let Some(sender) = input.stopped.pop_front() {
            match sender {
                Sender::Node(node) => self.stir(node),
                Sender::Feed(output) => self.deliver_feed(output),
                Sender::Thread(thread) => self.wake(thread),
            }
        }
        Some(message)
    }
}

/// The members of a group, by the names of the inputs that they came from.
type Members = BTreeMap<String, Message>;
