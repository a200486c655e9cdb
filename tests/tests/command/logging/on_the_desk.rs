//! `[logging]` in scenarios: what a receiver on the network of the desk camera hears, and when.

use super::*;

/// The code blocks of a language in a text, in order.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("```{language}\n");
    let blocks = text.split(opening.as_str()).skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap_or_default())
        .collect()
}

#[test]
fn the_example_of_the_documentation_does_what_it_says() {
    if interpreter().is_none() {
        return;
    }
    let text = fs::read_to_string(xtask::root().join("docs/logging.md")).unwrap();
    let (_, example) = text.split_once("\n## An example\n").unwrap();
    let (example, _) = example.split_once("\n## ").unwrap();
    let app = App::new();
    let [application, scenario] = blocks(example, "toml")[..] else {
        panic!("{example}");
    };
    let [script] = blocks(example, "python")[..] else {
        panic!("{example}");
    };
    app.file("app.toml", application);
    app.file("report.py", script);
    app.file("tests/log.toml", scenario);
    app.run(&["test"]).exits(0);
    let linted = app
        .run(&["lint", "--deny", "warnings", "app.toml"])
        .exits(0);
    assert_eq!(linted.stderr, ALL_IS_WELL);
    // A package of it hears and says the same, and becomes the same application again.
    build(&app, &["app.toml", "-o", "a.dap"]);
    app.run(&["import", "a.dap", "-o", "back"]).exits(0);
    let back = String::from_utf8(app.read("back/app.toml")).unwrap();
    assert!(back.contains("udp = \"collector.lan:5514\""), "{back}");
    assert!(back.contains("dns = [\"192.168.1.1\"]"), "{back}");
    let same = app.run(&["diff", "a.dap", "back/app.toml"]);
    assert!(!same.stdout.contains("script"), "{}", same.stdout);
}

/// A script with this text, beside a receiver, and steps.
fn play(script: &str, section: &str, feed: &str, steps: &str) {
    if interpreter().is_none() {
        return;
    }
    let app = App::new();
    app.file(
        "app.toml",
        format!(
            "[params]\ncollector = \"192.168.1.10\"\n[logging]\nudp = \"${{collector}}\"\n{section}\n\
             [nodes.cam]\ntype = \"MonoCamera\"\n[nodes.s]\ntype = \"Script\"\nsource = \"s.py\"\nprocessor = \"LEON_CSS\"\n\
             inputs.frames = \"cam.out\"\n"
        ),
    );
    app.file("s.py", script);
    app.file(
        "tests/log.toml",
        format!(
            "limit = \"2h\"\nparams = {{ collector = \"${{collector.host}}:${{collector.port}}\" }}\n[peer.collector]\nsyslog = {{}}\n\
             [feed.cam]\n{feed}\n{steps}"
        ),
    );
    app.run(&["test"]).exits(0);
}

fn expects(what: &str) -> String {
    format!("[[step]]\nexpect = {{ peer = \"collector\", {what} }}\n")
}

#[test]
fn heartbeats_go_on_while_the_script_waits_for_a_message_that_does_not_come() {
    let steps = [
        "text = \"started\", within = \"1s\"",
        "text = \"up 10 s\", severity = 6, within = \"11s\"",
        "text = \"up 20 s\", within = \"10s\"",
        "text = \"up 1 h 00 min\", within = \"1h\"",
    ];
    play(
        "node.io['frames'].get()\n",
        "",
        "out = []",
        &steps.map(expects).concat(),
    );
}

#[test]
fn the_pauses_before_a_new_start_grow_and_begin_anew_after_a_good_minute() {
    // Each start has its number in `run`; the fifth run is a good one.
    let script = "import time\nstart = time.monotonic()\nmessage = node.io['frames'].get()\nnumber = message.getSequenceNum()\n\
                  if number == 4:\n    time.sleep(61)\nraise ValueError(str(number))\n";
    let mut steps = expects("text = \"started\", within = \"1s\"");
    for pause in [1_u32, 2, 4, 8, 1] {
        steps += &expects("text = \"ValueError\", severity = 2, within = \"70s\"");
        let early = pause * 1000 - 100;
        steps += &expects(&format!(
            "text = \"started again\", absent = true, within = \"{early}ms\""
        ));
        steps += &expects("text = \"started again\", within = \"200ms\"");
    }
    play(
        script,
        "restart = true",
        "out = [{ type = \"ImgFrame\", data = { zeros = 16 } }]\nrepeat = \"10ms\"",
        &steps,
    );
}

#[test]
fn a_receiver_that_was_away_is_told_what_it_missed() {
    let script = "import time\nwhile True:\n    node.info('tick')\n    time.sleep(1)\n";
    let steps = [
        expects("text = \"tick\", within = \"2s\""),
        "[[step]]\nfault = { peer = \"collector\", cut = \"30s\" }\n[[step]]\nwait = \"31s\"\n"
            .to_owned(),
        expects("text = \"tick\", count = 5, within = \"6s\""),
        "[[step]]\nexpect = { ended = \"s\", absent = true, within = \"1s\" }\n".to_owned(),
    ];
    play(script, "", "out = []", &steps.concat());
}
