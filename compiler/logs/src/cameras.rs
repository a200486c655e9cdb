//! All cameras: datagrams in, whatever is to be told of them out, in order.
//!
//! Here it shows that messages are missing, that a camera has booted again, and that its signs of life have
//! stopped. Never: more than [`MOST_CAMERAS`] cameras and [`MOST_SCRIPTS`] scripts of each remembered; what others
//! send is told, but not followed.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::record::{Kind, Level, Record};
use crate::stream::{Heard, Stream};
use crate::wire::Datagram;

/// The most cameras that are followed.
pub const MOST_CAMERAS: usize = 1024;
/// The most scripts of a camera that are followed.
const MOST_SCRIPTS: usize = 64;
/// A camera that was silent for so long makes room for another one.
const FORGOTTEN: Duration = Duration::from_mins(10);
/// How many heartbeats may be missing before a camera counts as silent; a single one may be lost.
const PATIENCE: f64 = 2.5;
/// The longest interval of heartbeats that is believed, in seconds: a day.
const LONGEST_INTERVAL: f64 = 86_400.0;
/// How long a camera's other scripts may take to be back after it has booted.
const BOOT: Duration = Duration::from_mins(1);
/// Two scripts whose camera booted at moments that differ by less report the same boot, in seconds.
const SAME_BOOT: f64 = 5.0;

/// The name by which a camera goes, and the address that it sends from.
type Key = (String, Option<IpAddr>);

/// All cameras that were heard. Times count from any fixed moment.
#[derive(Debug, Default)]
pub(crate) struct Cameras {
    cameras: BTreeMap<Key, Camera>,
}

#[derive(Debug, Default)]
struct Camera {
    /// What it is called here: its name, with its address where another camera has the same name.
    label: String,
    /// By what each has drawn when it started.
    scripts: BTreeMap<String, Script>,
    /// When it booted, in seconds.
    booted: Option<f64>,
    build: Option<Value>,
    heard: Duration,
}

#[derive(Debug, Default)]
struct Script {
    stream: Stream,
    /// The name of its node, once it has said it: it may leave that out where it is very long.
    node: Option<String>,
    application: Option<String>,
    life: Option<Life>,
    heard: Duration,
    /// Whether the camera has booted since.
    is_over: bool,
}

/// The signs of life of a script.
#[derive(Clone, Copy, Debug)]
struct Life {
    /// Seconds between two heartbeats.
    every: f64,
    last: Duration,
    /// When it counts as silent.
    until: Duration,
    is_silent: bool,
}

impl Cameras {
    /// Takes a datagram; what is to be told is added to `told`.
    pub(crate) fn take(&mut self, datagram: Datagram, now: Duration, told: &mut Vec<Record>) {
        let key = (datagram.record.camera.clone(), datagram.record.address);
        let time = datagram.record.time;
        let camera = if datagram.is_ours {
            self.camera(&key, now)
        } else {
            None
        };
        match camera {
            Some(camera) => camera.take(datagram, time, now, told),
            None => told.push(datagram.record),
        }
    }

    /// The camera that a datagram is from, if there is room to follow it.
    fn camera(&mut self, key: &Key, now: Duration) -> Option<&mut Camera> {
        if !self.cameras.contains_key(key) {
            if self.cameras.len() >= MOST_CAMERAS {
                self.forget(now);
            }
            if self.cameras.len() >= MOST_CAMERAS {
                return None;
            }
            let label = self.label(key);
            let camera = Camera {
                label,
                ..Camera::default()
            };
            self.cameras.insert(key.clone(), camera);
        }
        let camera = self.cameras.get_mut(key)?;
        camera.heard = now;
        Some(camera)
    }

    fn forget(&mut self, now: Duration) {
        let is_recent = |camera: &Camera| now.saturating_sub(camera.heard) < FORGOTTEN;
        self.cameras.retain(|_, camera| is_recent(camera));
    }

    fn label(&self, (name, address): &Key) -> String {
        let mut labels = self.cameras.values().map(|camera| &camera.label);
        match address {
            Some(address) if labels.any(|label| label == name) => format!("{name} ({address})"),
            _ => name.clone(),
        }
    }

    /// What there is to tell because time has passed.
    pub(crate) fn tick(&mut self, time: Timestamp, now: Duration, told: &mut Vec<Record>) {
        for ((_, address), camera) in &mut self.cameras {
            camera.tick(*address, time, now, told);
        }
    }

    /// All cameras may be silent for the time of a restart.
    pub(crate) fn expect_silence(&mut self, now: Duration) {
        for camera in self.cameras.values_mut() {
            camera.expect_silence(now);
        }
    }

    /// Tells everything that waits for something.
    pub(crate) fn flush(&mut self, time: Timestamp, told: &mut Vec<Record>) {
        for ((_, address), camera) in &mut self.cameras {
            let Camera { label, scripts, .. } = camera;
            for script in scripts.values_mut() {
                script.flush(label, *address, time, told);
            }
        }
    }

    /// How many datagrams came more than once.
    pub(crate) fn duplicates(&self) -> u64 {
        let scripts = self.cameras.values().flat_map(|it| it.scripts.values());
        scripts.map(|script| script.stream.duplicates()).sum()
    }
}

impl Camera {
    fn take(&mut self, datagram: Datagram, time: Timestamp, now: Duration, told: &mut Vec<Record>) {
        let process = datagram.record.boot.clone().unwrap_or_default();
        let address = datagram.record.address;
        if !self.scripts.contains_key(&process) && !self.begin(&process, &datagram, now, told) {
            told.push(self.labelled(datagram.record));
            return;
        }
        if let Some(up) = datagram.record.up {
            self.booted = Some(now.as_secs_f64() - up);
        }
        let Some(script) = self.scripts.get_mut(&process) else {
            return;
        };
        if datagram.record.node.is_some() {
            script.node.clone_from(&datagram.record.node);
        }
        script.application.clone_from(&datagram.record.application);
        if let Some(silent) = script.hear(now) {
            let about = About::new(&self.label, address, script);
            told.push(about.back(silent, time));
        }
        let mut heard = Vec::new();
        script.stream.take(datagram, now, &mut heard);
        self.tell(&process, address, heard, time, now, told);
    }

    fn labelled(&self, record: Record) -> Record {
        Record {
            camera: self.label.clone(),
            ..record
        }
    }

    /// A script is heard for the first time. Whether there is room to follow it.
    fn begin(
        &mut self,
        process: &str,
        datagram: &Datagram,
        now: Duration,
        told: &mut Vec<Record>,
    ) -> bool {
        let record = &datagram.record;
        let same = |script: &&mut Script| record.node.is_some() && script.node == record.node;
        let mut is_known = false;
        let mut is_running = false;
        for script in self.scripts.values_mut().filter(same) {
            is_known = true;
            is_running |= !script.is_over;
            // The one that begins takes its place.
            script.flush(&self.label, record.address, record.time, told);
            script.is_over = true;
            script.life = None;
        }
        let has_booted = is_running || self.is_another_boot(record.up, now);
        if has_booted {
            self.expect_after_boot(now);
            let about = About::of_camera(&self.label, record.address);
            told.push(about.restarted(record.time));
        }
        if self.scripts.len() >= MOST_SCRIPTS {
            self.forget();
        }
        if self.scripts.len() >= MOST_SCRIPTS {
            return false;
        }
        let stream = if has_booted || is_known {
            Stream::from_the_start()
        } else {
            Stream::default()
        };
        let script = Script {
            stream,
            heard: now,
            ..Script::default()
        };
        self.scripts.insert(process.to_owned(), script);
        true
    }

    /// Whether a camera that has been up for so long has booted since it was heard last.
    fn is_another_boot(&self, up: Option<f64>, now: Duration) -> bool {
        let booted = self.booted.zip(up);
        booted.is_some_and(|(known, up)| (now.as_secs_f64() - up - known).abs() > SAME_BOOT)
    }

    /// All scripts have to start again.
    fn expect_after_boot(&mut self, now: Duration) {
        for script in self.scripts.values_mut() {
            script.is_over = true;
        }
        self.expect_silence(now);
    }

    fn expect_silence(&mut self, now: Duration) {
        let lives = self.scripts.values_mut().filter_map(|it| it.life.as_mut());
        for life in lives {
            life.until = life.until.max(now.saturating_add(BOOT));
        }
    }

    /// Makes room: of the scripts that are over, the one that was heard least recently goes.
    fn forget(&mut self) {
        let over = self.scripts.iter().filter(|(_, script)| script.is_over);
        let oldest = over.min_by_key(|(_, script)| script.heard);
        if let Some(process) = oldest.map(|(process, _)| process.clone()) {
            self.scripts.remove(&process);
        }
    }

    /// Tells what was heard of a script, and notes what it means.
    fn tell(
        &mut self,
        process: &str,
        address: Option<IpAddr>,
        heard: Vec<Heard>,
        time: Timestamp,
        now: Duration,
        told: &mut Vec<Record>,
    ) {
        for heard in in_time(heard, time) {
            if let (Heard::Record(record), _) = &heard {
                self.note(process, record, now);
            }
            let Some(script) = self.scripts.get(process) else {
                return;
            };
            let (heard, time) = heard;
            told.push(About::new(&self.label, address, script).heard(heard, time));
        }
    }

    fn note(&mut self, process: &str, record: &Record, now: Duration) {
        let build = record.details.get("build").cloned();
        if build.is_some() && build != self.build {
            // Another application: its scripts are not those of the former one.
            self.build = build;
            let former = self.scripts.values_mut().filter(|it| it.is_over);
            former.for_each(|script| script.life = None);
        }
        if let Some(script) = self.scripts.get_mut(process) {
            script.note(record, now);
        }
    }

    fn tick(
        &mut self,
        address: Option<IpAddr>,
        time: Timestamp,
        now: Duration,
        told: &mut Vec<Record>,
    ) {
        let mut all = Vec::new();
        for (process, script) in &mut self.scripts {
            let mut heard = Vec::new();
            script.stream.tick(now, &mut heard);
            if !heard.is_empty() {
                all.push((process.clone(), heard));
            }
            if let Some(life) = script.falls_silent(now) {
                let about = About::new(&self.label, address, script);
                told.push(about.silent(life, now, time));
            }
        }
        for (process, heard) in all {
            self.tell(&process, address, heard, time, now, told);
        }
    }
}

/// With the time of each. What is missing is missing before what came then, not when it was given up.
fn in_time(heard: Vec<Heard>, time: Timestamp) -> Vec<(Heard, Timestamp)> {
    let mut next = time;
    let mut timed = Vec::with_capacity(heard.len());
    for heard in heard.into_iter().rev() {
        if let Heard::Record(record) = &heard {
            next = record.time;
        }
        timed.push((heard, next));
    }
    timed.reverse();
    timed
}

impl Script {
    /// Something came: for how long nothing did, if it was missed.
    fn hear(&mut self, now: Duration) -> Option<Duration> {
        self.heard = now;
        let life = self.life.as_mut()?;
        let silent = life.is_silent.then(|| now.saturating_sub(life.last));
        *life = Life::new(life.every, now);
        silent
    }

    /// Tells everything that waits.
    fn flush(
        &mut self,
        label: &str,
        address: Option<IpAddr>,
        time: Timestamp,
        told: &mut Vec<Record>,
    ) {
        let mut heard = Vec::new();
        self.stream.flush(&mut heard);
        let about = About::new(label, address, self);
        let heard = in_time(heard, time).into_iter();
        told.extend(heard.map(|(heard, time)| about.heard(heard, time)));
    }

    fn note(&mut self, record: &Record, now: Duration) {
        let seconds = |key: &str| record.details.get(key).and_then(Value::as_f64);
        match record.kind {
            Kind::Heartbeat => {
                let every = seconds("every").filter(|it| (0.1..=LONGEST_INTERVAL).contains(it));
                self.life = every.map(|every| Life::new(every, now));
            }
            Kind::Exception if record.level == Some(Level::Critical) => {
                match (seconds("again"), self.life.as_mut()) {
                    (Some(again), Some(life)) => {
                        let again = again.clamp(0.0, LONGEST_INTERVAL);
                        life.until = life.until.saturating_add(Duration::from_secs_f64(again));
                    }
                    // It has ended for good, and said so.
                    _ => self.life = None,
                }
            }
            Kind::End => self.life = None,
            _ => {}
        }
    }

    fn falls_silent(&mut self, now: Duration) -> Option<Life> {
        let life = self.life.as_mut()?;
        if life.is_silent || now < life.until {
            return None;
        }
        life.is_silent = true;
        Some(*life)
    }
}

impl Life {
    fn new(every: f64, now: Duration) -> Self {
        let patience = Duration::from_secs_f64(every * PATIENCE);
        Self {
            every,
            last: now,
            until: now.saturating_add(patience),
            is_silent: false,
        }
    }
}

/// Who something is told about.
struct About<'a> {
    camera: &'a str,
    address: Option<IpAddr>,
    application: Option<&'a String>,
    node: Option<&'a str>,
}

impl<'a> About<'a> {
    fn new(camera: &'a str, address: Option<IpAddr>, script: &'a Script) -> Self {
        Self {
            camera,
            address,
            application: script.application.as_ref(),
            node: script.node.as_deref(),
        }
    }

    fn of_camera(camera: &'a str, address: Option<IpAddr>) -> Self {
        Self {
            camera,
            address,
            application: None,
            node: None,
        }
    }

    fn record(&self, kind: Kind, level: Level, text: String, time: Timestamp) -> Record {
        let mut record = Record::new(time, self.camera, kind);
        record.address = self.address;
        record.application = self.application.cloned();
        record.node = self.node.map(str::to_owned);
        record.level = Some(level);
        record.text = text;
        record
    }

    fn heard(&self, heard: Heard, time: Timestamp) -> Record {
        match heard {
            Heard::Record(record) => Record {
                camera: self.camera.to_owned(),
                node: record.node.clone().or(self.node.map(str::to_owned)),
                ..*record
            },
            Heard::Lost(count) => self.lost(count, time),
        }
    }

    fn lost(&self, count: u64, time: Timestamp) -> Record {
        let text = match count {
            1 => "1 datagram was lost here".to_owned(),
            count => format!("{count} datagrams were lost here"),
        };
        let mut record = self.record(Kind::Lost, Level::Warn, text, time);
        record.details.insert("count".to_owned(), json!(count));
        record
    }

    fn restarted(&self, time: Timestamp) -> Record {
        let text = "the camera has booted again".to_owned();
        self.record(Kind::Restarted, Level::Warn, text, time)
    }

    fn silent(&self, life: Life, now: Duration, time: Timestamp) -> Record {
        let since = now.saturating_sub(life.last).as_secs_f64();
        let every = life.every;
        let text =
            format!("no sign of life for {since:.0} s, and there should be one every {every} s");
        let mut record = self.record(Kind::Silent, Level::Warn, text, time);
        record
            .details
            .insert("seconds".to_owned(), json!(since.round()));
        record
    }

    fn back(&self, silent: Duration, time: Timestamp) -> Record {
        let seconds = silent.as_secs_f64();
        let text = format!("signs of life again, after {seconds:.0} s");
        let mut record = self.record(Kind::Back, Level::Info, text, time);
        record
            .details
            .insert("seconds".to_owned(), json!(seconds.round()));
        record
    }
}

#[cfg(test)]
mod tests;
