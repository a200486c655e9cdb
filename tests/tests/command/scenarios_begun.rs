//! What somebody meets who begins with `oakc test`.

use super::scenarios::Desk;
use super::*;

const SEEN: &str = "[feed.encoder]\nbitstream = []\n[[step]]\nexpect = { log = \"hello\" }\n";

/// An application whose script is this, with a scenario that expects a greeting.
fn greeting(script: &str) -> Option<Desk> {
    let desk = Desk::counter(SEEN)?;
    desk.file("counter.py", script);
    Some(desk)
}

#[test]
fn it_can_be_called_where_the_scenarios_are() {
    let Some(desk) = greeting("node.warn('hello')\n") else {
        return;
    };
    for arguments in [&["test"][..], &["test", "count.toml"]] {
        let mut command = desk.app.command(arguments);
        command.env("OAKC_PYTHON", &desk.python);
        command.current_dir(desk.app.path("tests"));
        let ran = Ran::from(command.output().unwrap()).exits(0);
        assert!(
            ran.stdout.starts_with("ok     count.toml"),
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn names_may_have_spaces() {
    let Some(desk) = greeting("import my_part\nnode.warn(my_part.WORD)\n") else {
        return;
    };
    for (name, text) in [
        ("my app/app.toml", desk.app.read("app.toml")),
        ("my app/counter.py", desk.app.read("counter.py")),
        ("my app/my_part.py", b"WORD = 'hello'\n".to_vec()),
        ("my app/tests/first try.toml", SEEN.as_bytes().to_vec()),
    ] {
        desk.file(name, text);
    }
    desk.run(&["test", "my app"]).exits(0);
    desk.run(&["test", "my app/tests/first try.toml"]).exits(0);
}

#[test]
fn a_module_that_the_camera_lacks_is_explained() {
    let Some(desk) = greeting("import requests\nnode.warn('hello')\n") else {
        return;
    };
    let ran = desk.run(&["test"]).exits(1);
    ran.says("ended by ModuleNotFoundError: No module named 'requests'")
        .says("nothing can be installed there");
}

#[test]
fn a_loop_is_shown_with_lines_of_the_script_only() {
    let Some(desk) = greeting("def turn():\n    while True:\n        pass\n\nturn()\n") else {
        return;
    };
    let ran = desk.run(&["test"]).exits(1);
    let ran = ran.says("never waits for anything, at counter.py:2");
    assert!(
        ran.stderr.contains("File \"counter.py\", line 5"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("File \"<string>\""), "{}", ran.stderr);
}

#[test]
fn a_script_that_prints_much_is_shown_with_its_last_lines() {
    let script = "for number in range(100_000):\n    print('line', number)\n";
    let Some(desk) = greeting(script) else {
        return;
    };
    let ran = desk.run(&["test"]).exits(1);
    let ran = ran.says("line 99999");
    assert!(ran.stderr.lines().count() < 60, "{}", ran.stderr);
}

#[test]
fn misspelt_fields_of_messages_are_marked() {
    let scenario = "\
[feed.encoder]
bitstream = \"walk.jsonl\"
[[step]]
feed = { output = \"encoder.bitstream\", message = { type = \"ImgFrame\", witdh = 3 } }
";
    let Some(desk) = Desk::counter(scenario) else {
        return;
    };
    let ran = desk.run(&["test"]).exits(1);
    ran.says("tests/count.toml:4:71")
        .says("did you mean `width`?");
    desk.file("tests/count.toml", scenario.replace("witdh", "width"));
    let recording = "{\"t\": 1, \"type\": \"ImgFrame\"}\n{\"t\": 2, \"type\": \"ImgFrame\", \"sequenceNumb\": 7}\n";
    desk.file("tests/walk.jsonl", recording);
    let ran = desk.run(&["test"]).exits(1);
    ran.says("tests/walk.jsonl:2:30")
        .says("`sequenceNumb` is not a field of ImgFrame")
        .says("did you mean `sequenceNum`?");
}
