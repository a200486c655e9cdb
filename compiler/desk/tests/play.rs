//! Scenarios on cameras without scripts: what passes, what fails, and what a failure says.
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod bench;

use bench::{played, program};
use oakc_core::world::MemoryWorld;
use oakc_desk::Options;
use oakc_desk::play::{Outcome, Plan, Schedule, play};
use oakc_desk::scenario::Scenario;
use oakc_diag::{Diagnostics, SourceMap};

/// A detector, whose detections nobody computes, and a script's place to put them.
const APPLICATION: &str = r#"
[nodes.cam]
type = "ColorCamera"
fps = 10
preview_size = [300, 300]
interleaved = false

[nodes.detect]
type = "MobileNetDetectionNetwork"
model = "detector.blob"
inputs.in = { from = "cam.preview", queue_size = 1, blocking = false }

[nodes.out]
type = "SPIOut"
stream_name = "detections"
inputs.in = "detect.out"
"#;

fn plan(scenario: &str) -> Result<Plan, String> {
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let name = "tests/a.toml";
    let read = Scenario::read(name, scenario, &mut sources, &mut found);
    let world = MemoryWorld::from_iter([
        (
            "walk.jsonl",
            r#"{"t": 0.5, "type": "ImgDetections", "detections": [{"label": 15}]}
{"t": 1.5, "type": "ImgDetections", "detections": []}
"#
            .to_owned(),
        ),
        ("broken.jsonl", "{\n".to_owned()),
        ("kept.jsonl", "{\"t\":9,\"type\":\"ImgDetections\",\"detections\":[{\"label\":15}]}\n{\"t\":9.5,\"type\":\"ImgDetections\",\"detections\":[]}\n".to_owned()),
    ]);
    let plan = read.and_then(|scenario| {
        let program = program(APPLICATION);
        let options = Options::default();
        Plan::new(scenario, program, options, &world, &mut sources, &mut found)
    });
    let said = found.iter().map(|it| {
        let help = it.help.as_deref().unwrap_or_default();
        format!("{} | {help}", it.message)
    });
    let said: Vec<_> = said.collect();
    plan.ok_or(said.join("\n"))
}

fn outcome(scenario: &str) -> Outcome {
    let plan = plan(scenario).unwrap_or_else(|found| unreachable!("{found}"));
    play(&plan, &Schedule::Seed(0), false, &|| false)
}

fn failure(scenario: &str) -> (usize, String, String) {
    let failure = outcome(scenario).failure.unwrap();
    let help = failure.diagnostic().help.unwrap();
    (failure.step, failure.message, help)
}

const FED: &str = "[feed.detect]\nout = \"walk.jsonl\"\n";

#[test]
fn what_is_fed_arrives_and_is_found_in_order() {
    let steps = r#"
[[step]]
expect = { output = "detect.out", json = { detections = [{ label = 15 }] }, within = "1s" }
[[step]]
expect = { output = "detect.out", type = "ImgDetections", json = { detections = [] }, within = "2s" }
[[step]]
expect = { output = "cam.preview", count = 5 }
"#;
    let outcome = outcome(&format!("{FED}{steps}"));
    assert!(outcome.failure.is_none(), "{:?}", outcome.failure);
    assert_eq!(
        outcome.took.to_string(),
        "1.500000",
        "nothing waits for longer than it has to"
    );
}

#[test]
fn a_failure_tells_what_came_instead_and_how_the_queues_are() {
    let steps = r#"
[[step]]
advance = "1s"
[[step]]
expect = { output = "detect.out", json = { detections = [{ label = 7 }] }, within = "2s" }
"#;
    let (step, message, help) = failure(&format!("{FED}{steps}"));
    assert_eq!(step, 2);
    assert_eq!(
        message,
        "not seen: a message with {\"detections\":[{\"label\":7}]} from `detect.out` within 2 s"
    );
    assert!(help.contains("at 0.500000 s: type ImgDetections"), "{help}");
    assert!(help.contains("`detections.0.label` is 15, not 7"), "{help}");
    assert!(help.contains("queue detect.in: "), "{help}");
}

#[test]
fn what_must_not_happen_fails_once_it_does() {
    let absent = |json: &str| {
        format!(
            "{FED}[[step]]\nexpect = {{ output = \"detect.out\", absent = true, json = {{ detections = {json} }}, within = \"1s\" }}\n"
        )
    };
    assert!(outcome(&absent("[]")).failure.is_none(), "it comes later");
    let (_, message, help) = failure(&absent("[{ label = 15 }]"));
    assert!(message.ends_with("which must not happen"), "{message}");
    assert!(help.starts_with("at 0.500000 s: "), "{help}");
}

#[test]
fn waiting_ends_at_the_limit_of_the_scenario_and_advancing_does_not_count() {
    let steps = "limit = \"5s\"\n[feed.detect]\nout = []\n[[step]]\nadvance = \"1h\"\n[[step]]\nexpect = { output = \"detect.out\", within = \"1min\" }\n";
    let (step, message, help) = failure(steps);
    assert_eq!(step, 2);
    assert!(
        message.ends_with("before the scenario's limit of 5 s"),
        "{message}"
    );
    assert!(help.starts_with("nothing came from `detect.out`"), "{help}");
    assert_eq!(outcome(steps).took.to_string(), "3605.000000");
}

#[test]
fn a_step_feeds_from_its_own_time_on_and_a_feed_repeats() {
    let steps = r#"
[feed.detect]
out = [{ t = 0.5, type = "ImgDetections", detections = [] }]
repeat = "1s"
[[step]]
expect = { output = "detect.out", count = 100, within = "100s" }
[[step]]
feed = { output = "detect.out", message = { t = 0.2, type = "ImgDetections", detections = [{ label = 3 }] } }
[[step]]
expect = { output = "detect.out", json = { detections = [{ label = 3 }] }, within = "201ms" }
"#;
    let outcome = outcome(steps);
    assert!(outcome.failure.is_none(), "{:?}", outcome.failure);
    assert_eq!(outcome.took.to_string(), "99.700000");
}

#[test]
fn golden_files_are_compared_without_their_times() {
    let steps = |within: &str, file: &str| {
        format!(
            "{FED}[[step]]\nexpect = {{ output = \"detect.out\", golden = \"{file}\", within = \"{within}\" }}\n"
        )
    };
    assert!(outcome(&steps("2s", "kept.jsonl")).failure.is_none());
    let (_, _, help) = failure(&steps("1s", "kept.jsonl"));
    assert!(help.contains("but there came: nothing"), "{help}");
    let plan = plan(&steps("1s", "new.jsonl")).unwrap();
    let outcome = play(&plan, &Schedule::Seed(0), true, &|| false);
    assert!(outcome.failure.is_none() && outcome.goldens[0].is_stale());
    let text = std::str::from_utf8(&outcome.goldens[0].content).unwrap();
    assert_eq!(
        text,
        "{\"t\":0.5,\"type\":\"ImgDetections\",\"detections\":[{\"label\":15}]}\n"
    );
}

#[test]
fn names_and_files_that_do_not_exist_are_reported_at_once() {
    let found = plan(
        r#"
[feed.detct]
out = "walk.jsonl"
[feed.detect]
outt = []
[feed.cam]
preview = "missing.jsonl"
video = "broken.jsonl"
[latency]
camm = "1s"
[[step]]
expect = { output = "cam.isq" }
[[step]]
expect = { output = "detect.out" }
[[step]]
expect = { ended = "cam" }
"#,
    )
    .unwrap_err();
    for wanted in [
        "there is no node `detct` | did you mean `detect`?",
        "`detect` has no output `outt` | did you mean `out`?",
        "`missing.jsonl` cannot be read: no such file",
        "a line is not JSON",
        "there is no node `camm` | did you mean `cam`?",
        "`cam` has no output `isq` | did you mean `isp`?",
        "`cam` is not a script",
        "nothing is fed to `detect.out`, and nothing runs here in place of the model",
    ] {
        assert!(found.contains(wanted), "{wanted}:\n{found}");
    }
}

#[test]
fn the_same_seed_gives_the_same_trace_and_another_one_another() {
    let steps = format!("{FED}[[step]]\nexpect = {{ output = \"cam.preview\", count = 50 }}\n");
    let plan = plan(&steps).unwrap();
    let trace = |seed| play(&plan, &Schedule::Seed(seed), false, &|| false).trace;
    let nominal = trace(0);
    assert!((0..20).all(|_| trace(0) == nominal));
    assert_eq!(trace(5), trace(5));
    assert!((1..10).any(|seed| trace(seed) != nominal));
    let outcome = play(&plan, &Schedule::Seed(5), false, &|| false);
    let replay = Schedule::Replay(5, outcome.choices.deviations());
    assert_eq!(play(&plan, &replay, false, &|| false).trace, outcome.trace);
}

#[test]
fn whoever_plays_a_scenario_can_stop_it() {
    let steps = "[feed.detect]\nout = []\n[[step]]\nadvance = \"1d\"\n";
    let plan = plan(steps).unwrap();
    let outcome = play(&plan, &Schedule::Seed(0), false, &|| true);
    assert!(outcome.is_stopped && outcome.failure.is_none());
}

#[test]
fn a_step_begins_when_the_one_before_saw_what_it_expected() {
    let script = "import time\nnode.warn('lit')\nfor _ in range(50):\n    time.sleep(0.1)\nnode.warn('out')\n";
    let scenario = "[[step]]\nexpect = { log = \"lit\", within = \"1s\" }\n\
                    [[step]]\nexpect = { log = \"out\", absent = true, within = \"4900ms\" }\n\
                    [[step]]\nexpect = { log = \"out\", within = \"200ms\" }\n";
    let outcome = played(script, scenario, 0);
    assert!(outcome.failure.is_none(), "{:?}", outcome.failure);
}
