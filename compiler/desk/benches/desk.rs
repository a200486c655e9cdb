//! How many messages the desk camera moves in a second, and how long a day takes: `cargo bench -p oakc-desk`.
//!
//! docs/performance.md says what is promised and what was measured.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to measure"
)]

#[path = "../tests/bench/mod.rs"]
mod bench;

use std::fmt::Write as _;
use std::time::Duration;

use bench::{desk, planned, program};
use criterion::{BatchSize, Criterion, Throughput};
use oakc_desk::network::Unconnected;
use oakc_desk::play::{Schedule, play};
use oakc_desk::{Camera, Choices, Options, Time};
use serde_json::json;

/// Messages of one measurement.
const MESSAGES: u64 = 20_000;

fn main() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    native(&mut criterion);
    script(&mut criterion);
    day(&mut criterion);
    criterion.final_summary();
}

/// Two cameras whose pictures are put together and taken apart again: five messages for each pair.
fn native(criterion: &mut Criterion) {
    let program = program(
        r#"
[nodes.left]
type = "MonoCamera"
fps = 100
[nodes.right]
type = "MonoCamera"
fps = 100
[nodes.pair]
type = "Sync"
inputs.a = "left.out"
inputs.b = "right.out"
[nodes.split]
type = "MessageDemux"
inputs.input = "pair.out"
[nodes.a]
type = "SPIOut"
stream_name = "a"
inputs.in = "split.a"
[nodes.b]
type = "SPIOut"
stream_name = "b"
inputs.in = "split.b"
"#,
    );
    let pairs = u32::try_from(MESSAGES / 5).unwrap();
    let mut group = criterion.benchmark_group("messages");
    group.throughput(Throughput::Elements(MESSAGES));
    group.bench_function("native queues", |bencher| {
        bencher.iter_batched(
            || {
                let options = Options::default();
                Camera::new(&program, &options, Choices::nominal(), Unconnected)
            },
            |mut camera| {
                let end = Duration::from_millis(10) * pairs + Duration::from_millis(5);
                camera.run_until(Time::START + end);
                let received: u64 = camera.queues().iter().map(|queue| queue.received).sum();
                assert_eq!(received, MESSAGES);
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// A script that sends on what it gets: a message in and one out count as one.
fn script(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("messages");
    group.throughput(Throughput::Elements(MESSAGES));
    group.bench_function("through a script", |bencher| {
        bencher.iter_batched(
            || {
                let mut desk = desk(
                    "while True:\n    message = node.io['in'].get()\n    made = Buffer(4)\n    \
                     made.setSequenceNum(message.getSequenceNum())\n    node.io['out'].send(made)\n",
                );
                for number in 0..u32::try_from(MESSAGES).unwrap() {
                    desk.feed(f64::from(number) / 1000.0 + 1.0, json!({"type": "Buffer"}));
                }
                // Its process starts first.
                desk.run(0.5);
                desk
            },
            |mut desk| {
                desk.run(1e6);
                assert_eq!(desk.received().len(), usize::try_from(MESSAGES).unwrap());
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

const COUNTER: &str = r#"
[nodes.cam]
type = "ColorCamera"
fps = 10
[nodes.detect]
type = "MobileNetDetectionNetwork"
model = "detector.blob"
inputs.in = { from = "cam.preview", queue_size = 1, blocking = false }
[nodes.counter]
type = "Script"
processor = "LEON_CSS"
code = { script = SCRIPT, name = "counter.py" }
inputs.detections = "detect.out"
"#;

/// Counts people, and reports every minute how many there were.
const SCRIPT: &str = r#"
import json
import socket
import time

reports = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
people, due = 0, time.monotonic() + 60
while True:
    found = node.io["detections"].get()
    people += sum(1 for it in found.detections if it.label == 15 and it.confidence > 0.5)
    if time.monotonic() >= due:
        due += 60
        reports.sendto(json.dumps({"people": people}).encode(), ("10.77.0.2", 5000))
"#;

/// Someone who is seen once a second, for a day; the camera takes ten pictures a second.
fn day(criterion: &mut Criterion) {
    let scenario = r#"
limit = "2d"
[feed.detect]
out = "people.jsonl"
repeat = "1min"
[peer.reports]
udp = { port = 5000 }
[[step]]
expect = { peer = "reports", count = 1430, within = "1d" }
"#;
    let mut people = String::new();
    for second in 0..60 {
        let label = if second % 3 == 0 { 15 } else { 9 };
        let seen = json!({"label": label, "confidence": 0.9, "xmin": 0.1, "ymin": 0.2, "xmax": 0.3, "ymax": 0.9});
        let message = json!({"t": second, "type": "ImgDetections", "detections": [seen]});
        writeln!(people, "{message}").unwrap();
    }
    let application = COUNTER.replace("SCRIPT", &serde_json::Value::from(SCRIPT).to_string());
    let plan = planned(&application, scenario, &[("people.jsonl", &people)]);
    criterion.bench_function("a day of a counting application", |bencher| {
        bencher.iter(|| {
            let outcome = play(&plan, &Schedule::Seed(0), false, &|| false);
            assert!(outcome.failure.is_none(), "{:?}", outcome.failure);
        });
    });
}
