//! What native nodes do: cameras by their rate, groups by their timestamps, everything else after its time.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use oakc_runtime_schema::nodes::Kind;

use super::{Camera, Delivery, Due, Members, Output, Sender};
use crate::compute::{Compute, Made, Taken};
use crate::latency::varied;
use crate::message::{Content, Message, Pool};
use crate::network::Network;
use crate::observation::{Event, Level, LogLine};
use crate::sensor::Sensor;
use crate::time::Time;

/// By how much the seed may delay a picture and the work of a node, in parts of 100.
const PICTURE_DELAY: u32 = 10;
const WORK_DELAY: u32 = 30;

/// A node.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) behaviour: Behaviour,
    /// The name of its model in the application.
    pub(super) model: Option<String>,
    pub(super) latency: Duration,
    /// Its inputs and outputs, by their positions in the camera.
    pub(super) inputs: Range<usize>,
    pub(super) outputs: Range<usize>,
    /// Where the messages of its outputs come from; what is not here has to be fed.
    pub(super) origins: Vec<(usize, Origin)>,
    /// What it computes.
    pub(super) compute: Option<Box<dyn Compute>>,
    /// What it works on.
    pub(super) work: Option<Work>,
    /// What it is sending.
    pub(super) sending: VecDeque<Delivery>,
    /// How many pictures its sensor took, and when the next one is due without delays.
    pub(super) pictures: i64,
    pub(super) picture_at: Time,
    /// Whether the next picture is sent as a still, too.
    pub(super) still: bool,
    /// Whether its sensor was told to stop.
    pub(super) is_stopped: bool,
    /// What sees, if it is shown something.
    pub(super) sensor: Option<Sensor>,
    /// Why it saw nothing, the last time.
    pub(super) blinded: Option<String>,
}

impl Node {
    /// The time between two pictures of a camera.
    fn period(&self) -> Option<Duration> {
        match self.behaviour {
            Behaviour::Camera { period } => Some(period),
            _ => None,
        }
    }

    /// Whether the messages of an output can be computed.
    pub(super) fn computes(&self, output: usize) -> bool {
        self.origins.iter().any(|(origin, _)| *origin == output)
    }

    /// Whether somebody gets what it computes.
    pub(super) fn has_to_compute(&self, outputs: &[Output]) -> bool {
        let is_wanted =
            |output: &Output| !output.is_fed && (output.is_watched || !output.receivers.is_empty());
        self.compute.is_some()
            && self.origins.iter().any(|(output, origin)| {
                matches!(origin, Origin::Computed) && outputs.get(*output).is_some_and(is_wanted)
            })
    }
}

/// What a node does.
#[derive(Debug)]
pub(super) enum Behaviour {
    /// It takes pictures.
    Camera { period: Duration },
    /// It groups messages.
    Sync {
        threshold: Duration,
        attempts: i64,
        /// How many messages were replaced for the group that it looks for.
        tried: i64,
    },
    /// It runs a program.
    Script,
    /// It takes a message from each input, and sends some time later.
    Transform,
}

/// Where the messages of an output come from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// From an input, as they came.
    Input(usize),
    /// From the sensor, or what the node measures.
    Picture,
    /// They are groups of what came in.
    Group,
    /// They are the member of a group with this name.
    Member(String),
    /// From what the node computes.
    Computed,
    /// From a program.
    Script,
}

/// What a node took from its inputs.
#[derive(Debug)]
pub(super) struct Work {
    taken: Vec<(usize, Message)>,
}

impl<N: Network> Camera<N> {
    /// Schedules the first picture of each camera.
    pub(super) fn start_cameras(&mut self) {
        for index in 0..self.nodes.len() {
            self.schedule_picture(index);
        }
    }

    fn schedule_picture(&mut self, index: usize) {
        let Some(node) = self.nodes.get_mut(index) else {
            return;
        };
        let Behaviour::Camera { period } = node.behaviour else {
            return;
        };
        node.picture_at = node.picture_at + period;
        let delay = varied(period, PICTURE_DELAY, &mut self.choices).saturating_sub(period);
        let at = node.picture_at + delay;
        self.schedule_due(at, Due::Picture(index));
    }

    /// The sensor has a picture; it is lost where the node still sends the one before.
    pub(super) fn take_picture(&mut self, index: usize) {
        self.schedule_picture(index);
        let now = self.schedule.now();
        let Some(node) = self.nodes.get_mut(index) else {
            return;
        };
        let number = node.pictures;
        node.pictures += 1;
        // In real time what cannot be kept up with is lost, as on the device.
        let is_late = self.behind > node.period().unwrap_or(Duration::MAX);
        if !node.sending.is_empty() || node.is_stopped || is_late {
            return;
        }
        let outputs = node.outputs.clone();
        let wanted = outputs.filter(|output| self.sends_pictures(index, *output));
        for output in wanted.collect::<Vec<_>>() {
            let Some(picture) = self.picture(index, output, number, now) else {
                continue;
            };
            self.send_from_pool(index, output, Message::new(picture, number, now));
        }
        if let Some(node) = self.nodes.get_mut(index) {
            node.still = false;
        }
        self.stir(index);
    }

    /// The picture that an output of a camera sends.
    fn picture(
        &mut self,
        node: usize,
        output: usize,
        number: i64,
        at: Time,
    ) -> Option<Arc<Content>> {
        let sending = self.outputs.get(output)?;
        let node = self.nodes.get_mut(node)?;
        let Some(sensor) = &mut node.sensor else {
            return Some(Arc::clone(&sending.picture));
        };
        match sensor.frame(&sending.name.port, &sending.picture, number, at) {
            Ok(frame) => Some(frame),
            Err(problem) => {
                // Once for each reason: a camera would say the same many times a second.
                if node.blinded.as_ref() != Some(&problem) {
                    let line = LogLine {
                        node: node.name.clone(),
                        level: Level::Error,
                        text: format!("there is no picture: {problem}"),
                    };
                    node.blinded = Some(problem);
                    self.observe(Event::Logged(line));
                }
                None
            }
        }
    }

    /// Whether an output sends the picture that was taken: a still has to be asked for.
    fn sends_pictures(&self, node: usize, output: usize) -> bool {
        let still = self.nodes.get(node).is_some_and(|node| node.still);
        let computed = self.nodes.get(node).is_some_and(|node| {
            let mut origins = node.origins.iter();
            origins.any(|(of, origin)| *of == output && matches!(origin, Origin::Picture))
        });
        let used = self.outputs.get(output).is_some_and(|output| {
            let is_used = output.is_watched || !output.receivers.is_empty();
            is_used && !output.is_fed && (still || output.name.port != "still")
        });
        computed && used
    }

    fn send_from_pool(&mut self, node: usize, output: usize, message: Message) {
        let Some(sending) = self.outputs.get(output) else {
            return;
        };
        let message = match &sending.pool {
            Some(pool) => message.from_pool(pool),
            None => Some(message),
        };
        let Some(message) = message else {
            let name = Arc::clone(&sending.name);
            self.observe(Event::Starved(name));
            return;
        };
        let deliveries = self.send(output, &message);
        if let Some(node) = self.nodes.get_mut(node) {
            node.sending.extend(deliveries);
        }
    }

    /// Lets a node go on as far as it can at this time.
    pub(super) fn go_on(&mut self, index: usize) {
        if !self.has_sent(index) {
            return;
        }
        let Some(node) = self.nodes.get(index) else {
            return;
        };
        if node.work.is_some() {
            return;
        }
        let taken = match node.behaviour {
            Behaviour::Script => return,
            Behaviour::Sync { .. } => self.take_group(index),
            Behaviour::Camera { .. } => {
                self.take_settings(index);
                return;
            }
            Behaviour::Transform => self.take_each(index),
        };
        let Some(taken) = taken else { return };
        let Some(node) = self.nodes.get_mut(index) else {
            return;
        };
        node.work = Some(Work { taken });
        let duration = varied(node.latency, WORK_DELAY, &mut self.choices);
        self.after(duration, Due::Done(index));
    }

    /// Whether everything that a node sends has arrived.
    fn has_sent(&mut self, index: usize) -> bool {
        let Some(node) = self.nodes.get_mut(index) else {
            return false;
        };
        if node.sending.is_empty() {
            return true;
        }
        let mut sending = std::mem::take(&mut node.sending);
        let sent = self.deliver(&mut sending, Sender::Node(index));
        if let Some(node) = self.nodes.get_mut(index) {
            node.sending = sending;
        }
        sent
    }

    /// What a camera is told: to take a still, to stop and to start. Whatever else it is told changes nothing here.
    fn take_settings(&mut self, index: usize) {
        let inputs = self.nodes.get(index).map(|node| node.inputs.clone());
        for input in inputs.into_iter().flatten() {
            while let Some(told) = self.take(input) {
                let says = |what: &str| told.content.fields.get(what) == Some(&true.into());
                let Some(node) = self.nodes.get_mut(index) else {
                    return;
                };
                node.still |= says("captureStill");
                node.is_stopped =
                    (node.is_stopped || says("stopStreaming")) && !says("startStreaming");
            }
        }
    }

    /// A message of each linked input; none unless all that the node needs are there.
    fn take_each(&mut self, index: usize) -> Option<Vec<(usize, Message)>> {
        let inputs = self.nodes.get(index)?.inputs.clone();
        let linked = inputs.filter(|input| {
            let is_linked = self.inputs.get(*input).is_some_and(|i| i.is_linked);
            is_linked && !self.is_left(index, *input)
        });
        let linked: Vec<_> = linked.collect();
        let is_there = |input: &usize| {
            let input = self.inputs.get(*input);
            input.is_some_and(|input| input.queue.first().is_some())
        };
        let needed = linked.iter().filter(|input| self.is_needed(**input));
        if !linked.iter().any(is_there) || !needed.into_iter().all(is_there) {
            return None;
        }
        if self.lacks_place(index) {
            self.starved.insert(index);
            return None;
        }
        let taken = linked.into_iter();
        Some(
            taken
                .filter_map(|input| Some((input, self.take(input)?)))
                .collect(),
        )
    }

    /// Whether the settings that wait for a node say that it takes nothing from this input.
    fn is_left(&self, node: usize, input: usize) -> bool {
        let (Some(node), Some(input)) = (self.nodes.get(node), self.inputs.get(input)) else {
            return false;
        };
        let inputs = self.inputs.get(node.inputs.clone());
        let mut inputs = inputs.into_iter().flatten();
        let settings = inputs.find(|input| input.name.port == "inputConfig");
        let settings = settings.and_then(|input| input.queue.first());
        let compute = node.compute.as_ref();
        compute
            .zip(settings)
            .is_some_and(|(compute, settings)| compute.leaves(&input.name.port, settings))
    }

    /// Whether a node does nothing without a message at this input: settings come when they come.
    fn is_needed(&self, input: usize) -> bool {
        self.inputs.get(input).is_some_and(|input| {
            let is_settings = matches!(input.name.port.as_str(), "inputConfig" | "inputControl");
            input.wait_for_message || !is_settings
        })
    }

    /// Whether the pool of one of a node's outputs has no place left.
    pub(super) fn lacks_place(&self, index: usize) -> bool {
        let outputs = self.nodes.get(index).map(|node| node.outputs.clone());
        let outputs = outputs.and_then(|outputs| self.outputs.get(outputs));
        let mut pools = outputs.into_iter().flatten();
        pools.any(|output| {
            let is_used = output.is_watched || !output.receivers.is_empty();
            let pool = output.pool.as_ref().filter(|_| is_used && !output.is_fed);
            pool.is_some_and(Pool::is_exhausted)
        })
    }

    /// A message of each input whose timestamps are close together; the oldest ones are thrown away until they are.
    fn take_group(&mut self, index: usize) -> Option<Vec<(usize, Message)>> {
        loop {
            let node = self.nodes.get(index)?;
            let Behaviour::Sync {
                threshold,
                attempts,
                tried,
            } = node.behaviour
            else {
                return None;
            };
            let inputs: Vec<_> = node.inputs.clone().collect();
            let mut first = Vec::new();
            for input in &inputs {
                first.push((self.inputs.get(*input)?.queue.first()?.timestamp, *input));
            }
            let (oldest, input) = *first.iter().min()?;
            let newest = first.iter().map(|(time, _)| *time).max()?;
            let replaced =
                if newest.since(oldest) <= threshold || (attempts >= 0 && tried >= attempts) {
                    0
                } else {
                    tried + 1
                };
            if let Behaviour::Sync { tried, .. } = &mut self.nodes.get_mut(index)?.behaviour {
                *tried = replaced;
            }
            if replaced == 0 {
                let taken = inputs.into_iter();
                return taken
                    .map(|input| Some((input, self.take(input)?)))
                    .collect();
            }
            self.take(input);
        }
    }

    /// A node has done its work: it sends.
    pub(super) fn finish(&mut self, index: usize) {
        let Some(node) = self.nodes.get_mut(index) else {
            return;
        };
        let Some(work) = node.work.take() else { return };
        let origins = node.origins.clone();
        let made = self.compute(index, &work);
        for (output, origin) in origins {
            let Some(sending) = self.outputs.get(output).filter(|output| !output.is_fed) else {
                continue;
            };
            let port = sending.name.port.as_str();
            let messages = match &origin {
                Origin::Computed => made.of(port),
                origin => self.result(origin, &work).into_iter().collect(),
            };
            for message in messages {
                self.send_from_pool(index, output, message);
            }
        }
        drop(work);
        self.stir(index);
    }

    /// What a node computes; nothing where nobody gets it.
    fn compute(&mut self, index: usize, work: &Work) -> Made {
        let Some(node) = self.nodes.get_mut(index) else {
            return Made::default();
        };
        if !node.has_to_compute(&self.outputs) {
            return Made::default();
        }
        let Some(compute) = node.compute.as_mut() else {
            return Made::default();
        };
        let taken = work.taken.iter();
        let taken = taken.filter_map(|(input, message)| {
            let input = self.inputs.get(*input)?;
            Some((&*input.name, message))
        });
        let mut made = compute.compute(&Taken::new(taken.collect()));
        let name = node.name.clone();
        for (level, text) in std::mem::take(&mut made.lines) {
            let node = name.clone();
            self.observe(Event::Logged(LogLine { node, level, text }));
        }
        made
    }

    fn result(&self, origin: &Origin, work: &Work) -> Option<Message> {
        match origin {
            Origin::Input(input) => {
                let mut taken = work.taken.iter();
                taken.find(|(of, _)| of == input).map(|(_, m)| m.clone())
            }
            Origin::Group => {
                let newest = work
                    .taken
                    .iter()
                    .max_by_key(|(_, message)| message.timestamp);
                let (_, newest) = newest?;
                let members = self.members(work);
                let (sequence, timestamp) = (newest.sequence, newest.timestamp);
                Some(Message::new(Content::group(members), sequence, timestamp))
            }
            Origin::Member(name) => {
                let (_, group) = work.taken.first()?;
                group.content.members.get(name).cloned()
            }
            Origin::Picture | Origin::Computed | Origin::Script => None,
        }
    }

    fn members(&self, work: &Work) -> Members {
        let taken = work.taken.iter();
        taken
            .filter_map(|(input, message)| {
                let name = &self.inputs.get(*input)?.name;
                Some((name.port.clone(), message.clone()))
            })
            .collect()
    }
}
