//! `[logging]`: where scripts send their log, and what becomes of one that fails.
//!
//! In: the section, and the nodes. Out: its values, and scripts that send their log; and the node that relays what scripts
//! on `LEON_MSS` log. Never: a change to any byte of an application without the section, or an id of a node that is written.

use std::collections::BTreeMap;

use oakc_diag::{Diagnostic, Span};
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nodes::script::ScriptProperties;
use oakc_runtime_schema::processor::ProcessorType;
use oakc_runtime_schema::reflect::{Asset, Nanos, Reflect};

use super::language::{InputSettings, Logging, LoggingLevel, Network};
use super::links::{PortName, split_reference};
use super::reader::Reader;
pub use super::receiver::{Host, Receiver};
use super::{Config, InputConfig, NodeConfig, Suggestion, receiver, rules};
use crate::bundle::logged::NO_BUILD;
use crate::bundle::packed_params::Value;
use crate::bundle::{ASSET, Logged, literal};
use crate::graph::rules::UNKNOWN_NODE;
use crate::modules::{DNS, LOG, OwnModules, Places};
use crate::syntax::{NodeValue, Table};
use crate::world::ReadError;

/// The name of the section.
const SECTION: &str = "logging";

/// The output of a script on `LEON_MSS` that leads to the relay, and the input there.
pub const RELAY: &str = "oakc_log";

/// The name of the relay.
pub const RELAY_NODE: &str = "oakc_log_relay";

/// How many messages wait for the relay. The oldest are dropped then: nothing has to wait for a log.
const RELAY_QUEUE: i32 = 64;

/// The longest that a camera may call itself: what RFC 5424 leaves for it, as the camera's side cuts it.
const LONGEST_NAME: usize = 48;

/// Seconds between two heartbeats.
const HEARTBEATS: std::ops::RangeInclusive<i64> = 1..=3600;

const SECOND: i64 = 1_000_000_000;

/// The section, with what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logs {
    /// Its values.
    pub written: Logging,
    /// Who receives the log; none if what is written names nobody.
    pub receiver: Option<Receiver>,
}

impl Logs {
    /// Whether the script of a node sends its log from this processor.
    pub fn has(&self, node: &str, processor: ProcessorType) -> bool {
        let reaches = processor == ProcessorType::LEON_CSS || self.written.relay;
        reaches && self.level(node) != LoggingLevel::OFF
    }

    /// The level of a node.
    pub fn level(&self, node: &str) -> LoggingLevel {
        let own = self.written.nodes.get(node).copied();
        own.unwrap_or(self.written.level)
    }
}

/// Reads the section of the application `root`, if it has one.
pub(super) fn read(reader: &mut Reader<'_>, root: &Table, network: &Network) -> Option<Logs> {
    let entry = root.entries.iter().find(|entry| entry.key == SECTION)?;
    let written: Option<Logging> = reader.typed(entry);
    let NodeValue::Table(section) = &entry.value.value else {
        return None;
    };
    let receiver = match section.get("udp") {
        Some(node) => receiver::read(reader, node, network),
        None => {
            let found = Diagnostic::new(
                &rules::MISSING_KEY,
                "`logging` does not say who gets the log",
            );
            let found = found.label(entry.key_span, "the key `udp` is missing");
            let setting = reader.language.setting("udp", "192.168.1.10:5514");
            reader.report(found.help(format!("add the address of the receiver, e.g. {setting}")));
            None
        }
    };
    let written = written?;
    check_heartbeat(reader, section, &written);
    check_camera(reader, section);
    Some(Logs { written, receiver })
}

fn check_heartbeat(reader: &mut Reader<'_>, section: &Table, written: &Logging) {
    let Some(node) = section.get("heartbeat") else {
        return;
    };
    let Nanos(nanos) = written.heartbeat;
    if nanos != 0 && !HEARTBEATS.contains(&nanos.div_euclid(SECOND)) || nanos > 3600 * SECOND {
        let found = Diagnostic::new(
            &rules::OUT_OF_RANGE,
            "heartbeats come every second at most, and every hour at least",
        );
        let found = found.label(node.span, "out of range");
        reader.report(found.help("write a time from \"1s\" to \"60min\", or \"0s\" for none"));
    }
}

fn check_camera(reader: &mut Reader<'_>, section: &Table) {
    let Some(node) = section.get("camera") else {
        return;
    };
    let fits = |text: &str| {
        text.len() <= LONGEST_NAME && text.chars().all(|character| character.is_ascii_graphic())
    };
    if matches!(&node.value, NodeValue::Str(text) if !fits(text)) {
        let expected = "a name of at most 48 printable ASCII characters without spaces";
        reader.wrong_type(node, expected);
    }
}

/// Makes the scripts of the application send their log, and adds the relay where one is asked for and needed.
pub(super) fn apply(config: &mut Config, reader: &mut Reader<'_>, root: &Table) {
    let Some(logs) = config.logging.clone() else {
        return;
    };
    check_nodes(config, reader, root);
    let Some(receiver) = &logs.receiver else {
        return;
    };
    let kinds: BTreeMap<_, _> = config
        .nodes
        .iter()
        .map(|it| (it.name.clone(), it.kind))
        .collect();
    let mut relayed = Vec::new();
    let app = config.app.clone();
    for node in config.nodes.iter_mut().filter(|it| it.kind == Kind::Script) {
        let properties = ScriptProperties::from_value(&node.properties).unwrap_or_default();
        let on_mss = properties.processor == ProcessorType::LEON_MSS;
        let level = logs.level(&node.name);
        if !logs.has(&node.name, properties.processor) {
            continue;
        }
        let mut settings = vec![
            ("app", text(&app.name)),
            ("version", text(app.version.as_deref().unwrap_or_default())),
            ("build", text(NO_BUILD)),
        ];
        settings.extend(common(&logs, receiver));
        settings.extend([
            ("node", text(&node.name)),
            ("level", text(level.name())),
            ("heartbeat", seconds(logs.written.heartbeat)),
            ("restart", Value::Bool(logs.written.restart)),
            ("relay", text(if on_mss { RELAY } else { "" })),
            (
                "system",
                texts(ports_from(node, &kinds, Some(Kind::SystemLogger))),
            ),
            ("counted", texts(ports_from(node, &kinds, None))),
        ]);
        let is_named = matches!(receiver.host, Host::Name(_));
        if is_named {
            settings.extend(servers(&config.network));
        }
        let settings = settings.into_iter();
        let settings = settings.map(|(name, value)| (name.to_owned(), value));
        let dns = (is_named && !on_mss).then_some(DNS);
        let logged = Logged::new(settings.collect(), &properties.script_name, LOG, dns);
        if node.send_log(logged) && on_mss {
            relayed.push(node.name.clone());
        }
    }
    if !relayed.is_empty() {
        let place = reader
            .spans
            .get("logging.relay")
            .or(reader.spans.get(SECTION));
        if let Some(place) = place.copied() {
            let relay = relay(config, reader, &logs, receiver, &relayed, place);
            config.nodes.push(relay);
        }
    }
}

/// Where messages go, and what the camera calls itself.
fn common(logs: &Logs, receiver: &Receiver) -> [(&'static str, Value); 3] {
    [
        ("host", text(&receiver.host.to_string())),
        ("port", Value::Int(receiver.port.into())),
        ("camera", text(&logs.written.camera)),
    ]
}

/// Who is asked for the address of the receiver.
fn servers(network: &Network) -> [(&'static str, Value); 2] {
    [
        ("dns", texts(network.dns.clone())),
        ("search", texts(network.search.clone())),
    ]
}

fn text(text: &str) -> Value {
    Value::Str(text.to_owned())
}

fn texts(texts: Vec<String>) -> Value {
    Value::List(texts.into_iter().map(Value::Str).collect())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "an hour has few enough nanoseconds"
)]
fn seconds(Nanos(nanos): Nanos) -> Value {
    Value::Float(nanos as f64 / SECOND as f64)
}

/// Reports entries of `nodes` whose node does not exist, or is not a script.
fn check_nodes(config: &Config, reader: &mut Reader<'_>, root: &Table) {
    let section = root.get(SECTION).map(|node| &node.value);
    let nodes = match section {
        Some(NodeValue::Table(section)) => section.get("nodes").map(|node| &node.value),
        _ => None,
    };
    let Some(NodeValue::Table(nodes)) = nodes else {
        return;
    };
    for entry in &nodes.entries {
        let name = entry.key.as_str();
        let node = config.nodes.iter().find(|node| node.name == name);
        if config.broken_nodes.contains(name) || node.is_some_and(|it| it.kind == Kind::Script) {
            continue;
        }
        let found = match node {
            Some(node) => {
                let message = format!("`{name}` is not a Script node, so it has no log");
                let found = Diagnostic::new(&rules::REFUSED_VALUE, message);
                let label = format!("it is of type {}", node.kind.name());
                let found = found.label(entry.key_span, "nothing to log");
                found
                    .secondary(Some(node.kind_span), label)
                    .help("remove this entry")
            }
            None => {
                let found = Diagnostic::new(&UNKNOWN_NODE, format!("unknown node `{name}`"));
                let scripts = config.nodes.iter().filter(|it| it.kind == Kind::Script);
                let scripts: Vec<_> = scripts.map(|it| it.name.as_str()).collect();
                let found = found.label(entry.key_span, "unknown node");
                Suggestion::of(name, scripts).quoted_at(found, entry.key_span)
            }
        };
        reader.report(found);
    }
}

/// The inputs of a node that one output feeds and no other: one of a node of this kind, or any.
fn ports_from(
    node: &NodeConfig,
    kinds: &BTreeMap<String, Kind>,
    wanted: Option<Kind>,
) -> Vec<String> {
    let mut found = Vec::new();
    for input in &node.inputs {
        let [(reference, _)] = input.from.as_slice() else {
            continue;
        };
        let from = split_reference(reference, |name| kinds.contains_key(name));
        let kind = from.and_then(|(name, _)| kinds.get(name));
        if wanted.is_none() || kind.copied() == wanted {
            found.push(input.name.name.clone());
        }
    }
    found.sort();
    found
}

impl NodeConfig {
    /// Puts what sends its log around the node's script. Whether it has one.
    fn send_log(&mut self, logged: Logged) -> bool {
        let Some(script) = self.assets.get_mut(ASSET) else {
            return false;
        };
        let Ok(main) = std::str::from_utf8(&script.bytes) else {
            return false;
        };
        let own = self.modules.get_or_insert_with(|| OwnModules::none(main));
        let mut bundle = own.bundle();
        bundle.logged = Some(logged);
        let text = bundle.write();
        if let Some(text) = text {
            script.bytes = text.into_bytes().into();
        }
        true
    }
}

/// The node that sends what scripts on `LEON_MSS` log.
fn relay(
    config: &Config,
    reader: &Reader<'_>,
    logs: &Logs,
    receiver: &Receiver,
    relayed: &[String],
    place: Span,
) -> NodeConfig {
    let mut name = RELAY_NODE.to_owned();
    while config.nodes.iter().any(|node| node.name == name) {
        name.push('_');
    }
    let main = relay_script(logs, receiver);
    let own = provided(reader, &main);
    let bundled = own.as_ref().and_then(OwnModules::bundled).unwrap_or(main);
    let script = Asset {
        bytes: bundled.into_bytes().into(),
        alignment: 64,
    };
    let properties = ScriptProperties {
        script_uri: format!("asset:{ASSET}"),
        script_name: "<relay>".to_owned(),
        processor: ProcessorType::LEON_CSS,
    };
    let from = relayed
        .iter()
        .map(|node| (format!("{node}.{RELAY}"), place));
    let input = InputConfig {
        name: PortName::parse(RELAY),
        span: place,
        from: from.collect(),
        settings: InputSettings {
            queue_size: Some(RELAY_QUEUE),
            blocking: Some(false),
            wait_for_message: None,
        },
    };
    NodeConfig {
        name,
        span: place,
        kind: Kind::Script,
        kind_span: place,
        id: None,
        properties: properties.to_value(),
        queues: BTreeMap::new(),
        assets: BTreeMap::from([(ASSET.to_owned(), script)]),
        model: None,
        files: Vec::new(),
        modules: own,
        template: None,
        sound: true,
        inputs: vec![input],
        outputs: Vec::new(),
    }
}

/// The modules that a script imports of those that oakc provides.
fn provided(reader: &Reader<'_>, main: &str) -> Option<OwnModules> {
    let places = Places {
        folders: &[],
        on_css: true,
        library: &reader.library,
    };
    OwnModules::find(main, places, &mut |_| Err(ReadError::NotFound))
}

/// The program of the relay.
fn relay_script(logs: &Logs, receiver: &Receiver) -> String {
    let Receiver { host, port } = receiver;
    let (modules, resolve) = match host {
        Host::Address(_) => ("log", ""),
        Host::Name(_) => ("dns, log", ", resolve=dns.resolve"),
    };
    let (mut address, mut camera) = (String::new(), String::new());
    literal::write(&mut address, &format!("{host}:{port}"));
    literal::write(&mut camera, &logs.written.camera);
    format!(
        "# Sends what scripts on LEON_MSS log.\nfrom oakc import {modules}\n\nlog.to({address}, camera={camera}{resolve})\n\
         while True:\n    log.relay(node.io[\"{RELAY}\"].get().getData())\n"
    )
}
