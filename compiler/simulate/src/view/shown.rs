//! What the page shows: the last message of each link, and how much flows.

use std::collections::{BTreeMap, VecDeque};

use oakc_desk::observation::{LogLine, QueueState};
use oakc_desk::{Message, PortName, Time};
use serde_json::{Value, json};

use crate::subject::Subject;

use super::picture;

/// How many lines of the log are shown.
const LINES: usize = 200;
/// How much of what a message says is shown, in characters.
const SAID: usize = 400;
/// Over how many looks a rate is taken.
const LOOKS: usize = 12;

/// What is shown.
pub(super) struct Shown {
    name: String,
    graph: Option<String>,
    links: Vec<(PortName, PortName)>,
    /// Messages, by output: how many, and the last one.
    sent: BTreeMap<PortName, (u64, Message)>,
    /// When it was looked at, and how many messages there were then.
    looks: VecDeque<(Time, BTreeMap<PortName, u64>)>,
    queues: Vec<QueueState>,
    lines: VecDeque<String>,
    /// The time of the last look.
    pub(super) at: Time,
}

impl Shown {
    pub(super) fn of(subject: &Subject) -> Self {
        Self {
            name: subject.name.clone(),
            graph: subject.graph.clone(),
            links: subject.program.links(),
            sent: BTreeMap::new(),
            looks: VecDeque::new(),
            queues: Vec::new(),
            lines: VecDeque::new(),
            at: Time::START,
        }
    }

    pub(super) fn sent(&mut self, output: PortName, message: Message) {
        let count = self.sent.get(&output).map_or(0, |(count, _)| *count);
        self.sent.insert(output, (count + 1, message));
    }

    pub(super) fn logged(&mut self, at: Time, line: &LogLine) {
        if self.lines.len() >= LINES {
            self.lines.pop_front();
        }
        let (node, level, text) = (&line.node, line.level.name(), &line.text);
        self.lines
            .push_back(format!("{:.3} {node} {level}: {text}", at.as_secs_f64()));
    }

    pub(super) fn update(&mut self, now: Time, queues: Vec<QueueState>) {
        self.at = now;
        self.queues = queues;
        let counts = self
            .sent
            .iter()
            .map(|(output, (count, _))| (output.clone(), *count));
        self.looks.push_back((now, counts.collect()));
        if self.looks.len() > LOOKS {
            self.looks.pop_front();
        }
    }

    pub(super) fn graph(&self) -> Option<String> {
        self.graph.clone()
    }

    /// The last message of a link.
    pub(super) fn last(&self, link: usize) -> Option<Message> {
        let (from, _) = self.links.get(link)?;
        self.sent.get(from).map(|(_, message)| message.clone())
    }

    /// Messages a second.
    fn rate(&self, output: &PortName) -> f64 {
        let (Some((from, before)), Some((to, now))) = (self.looks.front(), self.looks.back())
        else {
            return 0.0;
        };
        let count = |counts: &BTreeMap<PortName, u64>| counts.get(output).copied().unwrap_or(0);
        let more = u32::try_from(count(now).saturating_sub(count(before))).unwrap_or(u32::MAX);
        let seconds = to.since(*from).as_secs_f64();
        if seconds > 0.0 {
            f64::from(more) / seconds
        } else {
            0.0
        }
    }

    /// For the page.
    pub(super) fn state(&self) -> Value {
        let links = self.links.iter().map(|(from, to)| self.link(from, to));
        json!({
            "name": self.name,
            "seconds": self.at.as_secs_f64(),
            "links": links.collect::<Vec<_>>(),
            "log": self.lines,
        })
    }

    fn link(&self, from: &PortName, to: &PortName) -> Value {
        let queue = self.queues.iter().find(|queue| queue.input == *to);
        let sent = self.sent.get(from);
        let said = sent.map(|(_, message)| {
            let said = message.content.to_json().to_string();
            said.chars().take(SAID).collect::<String>()
        });
        json!({
            "from": from.to_string(),
            "to": to.to_string(),
            "messages": sent.map_or(0, |(count, _)| *count),
            "fps": (self.rate(from) * 10.0).round() / 10.0,
            "picture": sent.filter(|(_, it)| picture::is_one(&it.content)).map(|(count, _)| count),
            "said": said,
            "waiting": queue.map_or(0, |queue| queue.length),
            "size": queue.map_or(0, |queue| queue.size),
            "blocking": queue.is_some_and(|queue| queue.blocking),
            "dropped": queue.map_or(0, |queue| queue.dropped),
            "stopped": queue.map_or(&[][..], |queue| &queue.stopped),
        })
    }
}
