use std::fmt::Write;

use serde_json::json;

use super::*;

fn read(name: &str, text: &str) -> Result<Scenario, String> {
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::default());
    let scenario = Scenario::read(name, text, &mut sources, &mut diagnostics);
    let mut found = String::new();
    for diagnostic in &diagnostics {
        let span = diagnostic.place().unwrap();
        let help = diagnostic.help.as_deref().unwrap_or("");
        let marked = &text[span.start..span.end];
        writeln!(found, "{} | {marked} | {help}", diagnostic.message).unwrap();
    }
    scenario.ok_or(found)
}

const WHOLE: &str = r#"
app = "../app.toml"
params = { server = "${reports.host}", url = "http://${reports.host}:${reports.port}/", fast = true, hosts = ["${reports.host}", 0.5] }
limit = "2min"
seed = 7

[feed.detect]
out = "walk-by.jsonl"
[feed.imu]
out = [{ t = 0.5, type = "IMUData" }]
repeat = "1s"
[feed.cam]
frames = "walk-by/*.png"

[latency]
detect = "35ms"

[peer.reports]
http = { status = 204 }
[peer.viewer]
tcp_client = { port = 5000, framing = "length" }

[[step]]
expect = { peer = "reports", json = { entered = 1, left = 0 }, within = "10s" }
[[step]]
fault = { peer = "reports", refuse = "30s" }
[[step]]
advance = "1h"
[[step]]
expect = { log = "1 report dropped", level = "warn" }
[[step]]
send = { peer = "viewer", text = "hello" }
[[step]]
expect = { ended = "counter", text = "ValueError" }
"#;

#[test]
fn a_whole_scenario_is_read() {
    let scenario = read("tests/a.toml", WHOLE).unwrap();
    let params: Vec<_> = scenario
        .params
        .iter()
        .map(|it| (it.name.as_str(), it.value.as_str()))
        .collect();
    assert_eq!(
        params,
        [
            ("server", "10.77.0.2"),
            ("url", "http://10.77.0.2:80/"),
            ("fast", "true"),
            ("hosts", "[\"10.77.0.2\",0.5]")
        ]
    );
    assert_eq!(
        (scenario.limit, scenario.seed),
        (Duration::from_mins(2), Some(7))
    );
    let targets: Vec<_> = scenario.feeds.iter().map(Feed::target).collect();
    assert_eq!(targets, ["detect.out", "imu.out", "cam"]);
    assert_eq!(scenario.feeds[1].repeat, Some(Duration::from_secs(1)));
    assert_eq!(scenario.latencies[0].1, Duration::from_millis(35));
    let StepKind::Expect(expect) = &scenario.steps[0].kind else {
        panic!("{:?}", scenario.steps[0]);
    };
    let Expected::Message { matcher, .. } = &expect.what else {
        panic!("{expect:?}");
    };
    assert_eq!(matcher.json, Some(json!({ "entered": 1, "left": 0 })));
    let StepKind::Fault(fault) = &scenario.steps[1].kind else {
        panic!("{:?}", scenario.steps[1]);
    };
    assert_eq!(
        (fault.kind, fault.duration),
        (FaultKind::Refuse, Duration::from_secs(30))
    );
    assert_eq!(
        scenario.steps[2].kind,
        StepKind::Advance(Duration::from_hours(1))
    );
}

#[test]
fn yaml_says_the_same() {
    let text = r"
peer:
  reports:
    http: { status: 503, text: later }
step:
  - expect: { peer: reports, method: POST, path: /frames }
  - wait: 5s
";
    let scenario = read("tests/a.yaml", text).unwrap();
    let PeerKind::Http(answers) = &scenario.peers[0].kind else {
        panic!("{:?}", scenario.peers);
    };
    assert_eq!(
        (answers[0].status, answers[0].body.as_slice()),
        (503, &b"later"[..])
    );
    assert_eq!(scenario.steps.len(), 2);
}

#[test]
fn everything_that_is_wrong_is_reported_at_once_and_at_its_place() {
    let text = r#"
lmit = "2min"
limit = 5
params = { server = "${report.host}" }
[peer.reports]
http = { statsu = 204 }
[peer.nothing]
[peer.late]
tcp_client = {}
[[step]]
expct = { peer = "reports" }
[[step]]
expect = { peer = "report", wihtin = "10s" }
[[step]]
expect = { log = "x", level = "wran", topic = "a" }
[[step]]
fault = { peer = "reports", refuse = "soon" }
[[step]]
advance = "1s"
send = { peer = "reports" }
[[step]]
feed = { output = "detect", message = { t = 1 } }
"#;
    let found = read("a.toml", text).unwrap_err();
    for wanted in [
        "lmit | did you mean `limit`?",
        "5 | ",
        "\"${report.host}\" | did you mean `reports.host`?",
        "statsu | did you mean `status`?",
        "peer `nothing` is nothing | nothing",
        "`port` is missing",
        "expct | did you mean `expect`?",
        "there is no peer `report` | \"report\" | did you mean `reports`?",
        "wihtin | did you mean `within`?",
        "\"wran\" | did you mean `warn`?",
        "`topic` says nothing about `log` | topic",
        "\"soon\" | ",
        "this step does two things | send",
        "`type` is missing",
    ] {
        assert!(found.contains(wanted), "{wanted}:\n{found}");
    }
}

#[test]
fn a_scenario_that_expects_nothing_is_refused() {
    let found = read("a.toml", "seed = 1\n").unwrap_err();
    assert!(found.starts_with("this scenario has no steps"), "{found}");
    let found = read("a.toml", "stpe = 1\n").unwrap_err();
    assert!(
        found.contains("did you mean `step`?") && found.lines().count() == 1,
        "{found}"
    );
}

#[test]
fn two_servers_cannot_share_an_address() {
    let text = r#"
[peer.a]
http = { host = "10.77.0.9" }
[peer.b]
tcp_server = { host = "10.77.0.9", port = 80 }
[[step]]
wait = "1s"
"#;
    let found = read("a.toml", text).unwrap_err();
    assert!(
        found.starts_with("`a` and `b` are both at 10.77.0.9:80 | b"),
        "{found}"
    );
}

#[test]
fn bytes_are_lists_or_digits() {
    let text = |bytes: &str| {
        format!("[peer.a]\nudp = {{}}\n[[step]]\nexpect = {{ peer = \"a\", bytes = {bytes} }}\n")
    };
    for bytes in ["[255, 216]", "\"ff d8\"", "\"FFD8\""] {
        let scenario = read("a.toml", &text(bytes)).unwrap();
        let StepKind::Expect(Expect {
            what: Expected::Message { matcher, .. },
            ..
        }) = &scenario.steps[0].kind
        else {
            panic!("{:?}", scenario.steps);
        };
        assert_eq!(matcher.bytes, Some(vec![0xff, 0xd8]));
    }
    for bytes in ["\"ffd\"", "\"xy\"", "[256]", "1"] {
        assert!(read("a.toml", &text(bytes)).is_err(), "{bytes}");
    }
}
