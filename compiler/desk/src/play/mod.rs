//! Scenarios on a camera: a [`Plan`] and a seed in, what became of it out.
//!
//! A step that expects something lets time pass until it has happened. What happened earlier counts as well, back to
//! the last thing that a step of the same peer, output or log found. A script that ends by an exception fails the
//! scenario, unless a step expects its end. Never: a scenario without an end.

mod failure;
mod golden;
mod plan;
mod record;
mod seen;
mod shrink;
mod trace;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub use failure::{Failure, State};
pub use golden::Golden;
pub use plan::Plan;
pub use shrink::{Shrunk, shrink};

use crate::camera::{Camera, Options};
use crate::choices::{Choices, Deviations};
use crate::lan::Lan;
use crate::observation::{Ending, Event, Observation, ScriptEnd};
use crate::scenario::{Delivery, Expect, Expected, Lookout, Step, StepKind, WITHIN, human};
use crate::time::Time;

use failure::{advice, ending, traceback};
use record::Record;

/// After so many events the caller is asked whether to go on.
const PATIENCE: u32 = 1_000;
/// So much time passes at once where nothing is expected.
const PART: Duration = Duration::from_secs(10);
/// Messages of a repeated feed that are scheduled ahead at most.
const AHEAD: usize = 10_000;

/// What decides what is left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// A seed.
    Seed(u64),
    /// The deviations of an earlier run, under its seed.
    Replay(u64, Deviations),
}

/// What became of a scenario.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
    /// How long it took, in virtual time.
    pub took: Time,
    /// What the seed decided.
    pub choices: Choices,
    /// The golden files it was compared with.
    pub goldens: Vec<Golden>,
    /// A number for all that was seen: the same run has the same number.
    pub trace: u64,
    /// The caller stopped it.
    pub is_stopped: bool,
    /// It took longer than it may, by a real clock.
    pub is_out_of_time: bool,
}

/// Plays a scenario. `stop` is asked now and then whether to stop; `update` means that golden files are written
/// instead of compared with.
pub fn play(plan: &Plan, schedule: &Schedule, update: bool, stop: &dyn Fn() -> bool) -> Outcome {
    let (choices, seed) = match schedule {
        Schedule::Seed(seed) => (Choices::seeded(*seed), *seed),
        Schedule::Replay(seed, deviations) => (Choices::replayed(deviations.clone()), *seed),
    };
    let options = Options {
        seed,
        ..plan.options.clone()
    };
    let camera = Camera::new(&plan.program, &options, choices, plan.lan(seed));
    let mut player = Player {
        plan,
        camera,
        record: Record::new(plan),
        step: 0,
        waited: Duration::ZERO,
        goldens: Vec::new(),
        update,
        stop,
        events: 0,
        fed_until: Time::START,
    };
    let end = player.play();
    Outcome {
        took: player.camera.now(),
        choices: player.camera.choices().clone(),
        goldens: player.goldens,
        trace: player.record.trace(),
        is_stopped: matches!(end, Err(End::Stopped)),
        is_out_of_time: player.camera.is_out_of_time(),
        failure: match end {
            Err(End::Failed(failure)) => Some(*failure),
            Ok(()) | Err(End::Stopped) => None,
        },
    }
}

/// Why a scenario ends before its last step.
enum End {
    Failed(Box<Failure>),
    Stopped,
}

struct Player<'a> {
    plan: &'a Plan,
    camera: Camera<Lan>,
    record: Record,
    /// The step that is played, from 0.
    step: usize,
    /// How long steps have waited for what they expect.
    waited: Duration,
    goldens: Vec<Golden>,
    update: bool,
    stop: &'a dyn Fn() -> bool,
    events: u32,
    /// Until when repeated feeds are scheduled.
    fed_until: Time,
}

impl Player<'_> {
    fn play(&mut self) -> Result<(), End> {
        for output in &self.plan.watched {
            self.camera.watch(output);
        }
        for input in self.plan.inputs.values() {
            self.camera.watch_input(input);
        }
        for output in self.plan.outputs.values() {
            let is_fed = self
                .plan
                .fed
                .keys()
                .any(|number| self.feeds(*number, output));
            if is_fed {
                self.camera.mark_fed(output);
            }
        }
        for feed in &self.plan.feeds {
            self.camera.mark_fed(&feed.output);
            if feed.repeat.is_none() {
                for message in &feed.messages {
                    let at = Time::START + message.at;
                    self.camera
                        .feed(&feed.output, at, Arc::clone(&message.content));
                }
            }
        }
        for (number, step) in self.plan.scenario.steps.iter().enumerate() {
            self.step = number;
            self.play_step(step)?;
        }
        // What happens at the time of the last step still belongs to it.
        self.run_until(self.camera.now())
    }

    fn feeds(&self, number: usize, output: &crate::observation::PortName) -> bool {
        let step = self.plan.scenario.steps.get(number);
        let Some(StepKind::Feed(feeding)) = step.map(|step| &step.kind) else {
            return false;
        };
        self.plan.outputs.get(&feeding.output.value) == Some(output)
    }

    fn play_step(&mut self, step: &Step) -> Result<(), End> {
        match &step.kind {
            StepKind::Feed(feeding) => {
                let messages = self.plan.fed.get(&self.step).into_iter().flatten();
                if let Some(output) = self.plan.outputs.get(&feeding.output.value) {
                    let start = self.camera.now();
                    for message in messages {
                        let at = start + message.at;
                        self.camera.feed(output, at, Arc::clone(&message.content));
                    }
                }
                Ok(())
            }
            StepKind::Advance(duration) => self.run_until(self.camera.now() + *duration),
            StepKind::Send(send) => {
                let (peer, delivery) = (&send.peer.value, Delivery::clone(&send.delivery));
                self.camera
                    .with_network(|lan, moment| lan.send(moment, peer, delivery));
                Ok(())
            }
            StepKind::Fault(fault) => {
                let (peer, kind, duration) = (&fault.peer.value, fault.kind, fault.duration);
                self.camera
                    .with_network(|lan, moment| lan.begin_fault(moment, peer, kind, duration));
                Ok(())
            }
            StepKind::Expect(expect) => self.expect(expect),
        }
    }

    /// Lets time pass, and looks at what happens.
    fn run_until(&mut self, end: Time) -> Result<(), End> {
        loop {
            self.feed_ahead(end);
            let part = (self.camera.now() + PART).min(end).min(self.fed_until);
            self.camera.run_until(part);
            self.look()?;
            self.go_on()?;
            if part >= end {
                return Ok(());
            }
        }
    }

    /// Lets the next thing happen if it is not later than that; whether it did.
    fn happens_before(&mut self, end: Time) -> Result<bool, End> {
        self.feed_ahead(end);
        if self.camera.next_event().is_none_or(|next| next > end) {
            return Ok(false);
        }
        self.camera.step_within(end);
        self.events = self.events.wrapping_add(1);
        if self.events.is_multiple_of(PATIENCE) {
            self.go_on()?;
        }
        self.look()?;
        Ok(true)
    }

    /// Ends where the caller wants no more, or waited long enough.
    fn go_on(&self) -> Result<(), End> {
        if (self.stop)() {
            return Err(End::Stopped);
        }
        if self.camera.is_out_of_time() {
            return Err(self.fail(self.out_of_time(), Vec::new()));
        }
        Ok(())
    }

    fn out_of_time(&self) -> String {
        let patience = self.plan.options.patience.unwrap_or_default();
        format!(
            "the scenario takes more than {} of real time",
            human(patience)
        )
    }

    /// Schedules what repeated feeds send up to a time, a limited number at once.
    fn feed_ahead(&mut self, end: Time) {
        let next = self.camera.next_event().unwrap_or(Time::NEVER);
        if self.fed_until > next.min(end) || self.fed_until > end {
            return;
        }
        let from = self.fed_until;
        let mut until = Time::NEVER;
        let plan = self.plan;
        for feed in &plan.feeds {
            let Some(repeat) = feed.repeat.filter(|_| !feed.messages.is_empty()) else {
                continue;
            };
            let each = u32::try_from(feed.messages.len())
                .unwrap_or(u32::MAX)
                .max(1);
            let rounds = u32::try_from(AHEAD).unwrap_or(u32::MAX) / each;
            until = until.min(from + repeat.saturating_mul(rounds.max(1)));
        }
        if until == Time::NEVER {
            self.fed_until = Time::NEVER;
            return;
        }
        for feed in &plan.feeds {
            if let Some(repeat) = feed.repeat {
                self.feed_between(feed, repeat, from, until);
            }
        }
        self.fed_until = until;
    }

    /// Schedules the messages of a repeated feed that are due from one time on and before another.
    fn feed_between(
        &mut self,
        feed: &plan::PlannedFeed,
        repeat: Duration,
        from: Time,
        until: Time,
    ) {
        let period = u64::try_from(repeat.as_nanos()).unwrap_or(u64::MAX).max(1);
        let first = from.as_nanos() / period;
        let last = until.as_nanos() / period;
        for round in first..=last {
            let start = Time::from_nanos(round.saturating_mul(period));
            for message in feed.messages.iter().filter(|message| message.at < repeat) {
                let at = start + message.at;
                if from <= at && at < until {
                    self.camera
                        .feed(&feed.output, at, Arc::clone(&message.content));
                }
            }
        }
    }

    /// Takes what was seen; a script that ended when nobody expects it fails the scenario.
    fn look(&mut self) -> Result<(), End> {
        let observations = self.camera.observations();
        for Observation { at, event } in observations {
            if let Event::Ended(end) = &event
                && self.is_unexpected(end)
            {
                return Err(self.script_ended(end));
            }
            self.record.add(at, event);
        }
        if !self.camera.network().has_seen() {
            return Ok(());
        }
        for peer in &self.plan.scenario.peers {
            let name = &peer.name.value;
            let seen = self.camera.with_network(|lan, _| lan.take_seen(name));
            self.record.add_seen(name, seen);
        }
        Ok(())
    }

    /// Whether an end of a script fails the scenario at once.
    fn is_unexpected(&self, end: &ScriptEnd) -> bool {
        match &end.how {
            Ending::Returned => false,
            Ending::NeverWaits { .. } | Ending::OutOfTime { .. } | Ending::Died { .. } => true,
            Ending::Raised { .. } => !self.plan.scenario.steps.iter().any(|step| {
                let StepKind::Expect(expect) = &step.kind else {
                    return false;
                };
                let Expected::Ended { node, .. } = &expect.what else {
                    return false;
                };
                !expect.absent && node.value == end.node
            }),
        }
    }

    fn script_ended(&self, end: &ScriptEnd) -> End {
        let mut message = format!("the script `{}` {}", end.node, ending(&end.how));
        if matches!(end.how, Ending::OutOfTime { .. }) {
            message.extend([": ", &self.out_of_time()]);
        }
        let mut failure = self.failure(message, Vec::new());
        failure.traceback = traceback(&end.how).map(str::to_owned);
        failure.instead.extend(advice(&end.how).map(str::to_owned));
        End::Failed(Box::new(failure))
    }

    fn expect(&mut self, expect: &Expect) -> Result<(), End> {
        if let Expected::Golden { at, file } = &expect.what {
            return self.golden(expect, at, &file.value);
        }
        let (end, is_limited) = self.deadline(expect);
        let start = self.camera.now();
        self.look()?;
        self.record.begin();
        let mut found = 0;
        loop {
            if let Some(golden) = self.new_picture(&expect.what) {
                self.goldens.push(golden);
                return Ok(());
            }
            while found < expect.count && self.record.find(self.plan, &expect.what) {
                found += 1;
            }
            if found >= expect.count && !expect.absent {
                self.waited = self.waited.saturating_add(self.camera.now().since(start));
                return Ok(());
            }
            if found >= expect.count {
                let what = record::describe(&expect.what);
                let message = format!("{what}, which must not happen");
                let instead = self.record.last_found();
                return Err(self.fail(message, instead));
            }
            if !self.happens_before(end)? {
                break;
            }
        }
        self.camera.run_until(end);
        self.look()?;
        self.waited = self.waited.saturating_add(self.camera.now().since(start));
        if expect.absent {
            return Ok(());
        }
        let mut message = Record::missing(expect, found);
        if is_limited {
            let limit = human(self.plan.scenario.limit);
            message.extend([" before the scenario's limit of ", &limit]);
        } else {
            message.extend([" within ", &human(end.since(start))]);
        }
        let instead = self.record.instead(self.plan, &expect.what, found);
        Err(self.fail(message, instead))
    }

    /// The picture that came, where golden files are written and it is not the one that is kept.
    fn new_picture(&mut self, expected: &Expected) -> Option<Golden> {
        let Expected::Message { matcher, .. } = expected else {
            return None;
        };
        let wanted = matcher.picture.as_ref().filter(|_| self.update)?;
        let came = self.record.next_picture(self.plan, expected)?;
        Some(Golden::of_picture(&wanted.file, came))
    }

    /// Until when a step waits, and whether the scenario's limit is what ends it.
    fn deadline(&self, expect: &Expect) -> (Time, bool) {
        let within = expect.within.as_ref().map_or(WITHIN, |within| within.value);
        let left = self.plan.scenario.limit.saturating_sub(self.waited);
        (self.camera.now() + within.min(left), left < within)
    }

    fn golden(&mut self, expect: &Expect, at: &Lookout, file: &str) -> Result<(), End> {
        let (end, _) = self.deadline(expect);
        let start = self.camera.now();
        self.run_until(end)?;
        self.waited = self.waited.saturating_add(end.since(start));
        let came = self.record.all_at(self.plan, at);
        let kept = self.plan.goldens.get(file).map(String::as_str);
        let golden = Golden::new(file, kept, &came);
        let difference = golden.difference();
        self.goldens.push(golden);
        match difference {
            Some(instead) if !self.update => {
                let what = record::describe(&expect.what);
                let message = format!("{what} is not what `{file}` has");
                Err(self.fail(message, instead))
            }
            _ => Ok(()),
        }
    }

    fn fail(&self, message: String, instead: Vec<String>) -> End {
        End::Failed(Box::new(self.failure(message, instead)))
    }

    fn failure(&self, message: String, instead: Vec<String>) -> Failure {
        let step = self.plan.scenario.steps.get(self.step);
        let span = step.map(|step| step.span);
        let nowhere = oakc_diag::Span::new(self.plan.scenario.file, 0, 0);
        Failure {
            step: self.step.saturating_add(1),
            span: span.unwrap_or(nowhere),
            at: self.camera.now(),
            message,
            instead,
            traceback: self.record.last_traceback(),
            state: self.state(),
        }
    }

    fn state(&self) -> State {
        let complaints = self.camera.network().complaints();
        let complaints = complaints.map(|(name, at, text)| format!("{name}: {text}, at {at} s"));
        State {
            queues: self.camera.queues(),
            pools: self.camera.pools(),
            threads: self
                .camera
                .threads()
                .iter()
                .map(ToString::to_string)
                .collect(),
            complaints: complaints.collect(),
            log: self.record.last_lines(),
        }
    }
}

/// By name, what was seen and how much of it steps have found.
type ByName<T> = BTreeMap<String, T>;
