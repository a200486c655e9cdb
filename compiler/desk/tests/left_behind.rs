//! No process is left behind, however a camera ends.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails loudly")]

mod bench;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bench::desk;

/// Set for a process of this program that holds a camera until somebody ends it.
const HOLDS: &str = "OAKC_DESK_HOLDS_A_CAMERA";

/// A script that waits, and one that computes forever.
const SCRIPTS: [&str; 2] = [
    "import time\ntime.sleep(1000)\n",
    "import time\ntime.sleep(1)\nwhile True:\n    pass\n",
];

#[test]
fn holds_a_camera() {
    let Ok(script) = std::env::var(HOLDS) else {
        return;
    };
    let mut held = desk(SCRIPTS[script.parse::<usize>().unwrap()]);
    held.run(0.5);
    println!("held");
    held.run(2.0);
    std::thread::sleep(Duration::from_mins(1));
}

fn holder(script: usize) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "holds_a_camera", "--nocapture"]);
    command.env(HOLDS, script.to_string());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    let mut lines = said.lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("held")));
    child
}

/// The processes in the groups of these, as the number of a group is that of its first process.
fn groups_of(parent: u32) -> Vec<String> {
    let found = processes()
        .into_iter()
        .filter(|(_, of, _)| *of == parent.to_string());
    found.map(|(_, _, group)| group).collect()
}

/// Number, parent and group of all processes that run.
fn processes() -> Vec<(String, String, String)> {
    let folders = std::fs::read_dir("/proc").unwrap().flatten();
    let stats = folders.filter_map(|folder| {
        let number = folder.file_name().into_string().ok()?;
        let stat = std::fs::read_to_string(folder.path().join("stat")).ok()?;
        let (_, rest) = stat.rsplit_once(") ")?;
        let mut fields = rest.split(' ').map(str::to_owned);
        (fields.next()? != "Z").then_some(())?;
        Some((number, fields.next()?, fields.next()?))
    });
    stats.collect()
}

fn is_left(groups: &[String]) -> bool {
    processes()
        .iter()
        .any(|(_, _, group)| groups.contains(group))
}

#[test]
fn a_process_that_is_killed_takes_its_scripts_along() {
    for script in 0..SCRIPTS.len() {
        let mut child = holder(script);
        let groups = groups_of(child.id());
        assert!(!groups.is_empty());
        child.kill().unwrap();
        child.wait().unwrap();
        let mut looks = 0;
        while is_left(&groups) {
            looks += 1;
            assert!(looks < 600, "script {script} is still there");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

#[test]
fn a_camera_that_is_gone_leaves_no_process() {
    let before = groups_of(std::process::id());
    let mut desk = desk(SCRIPTS[0]);
    desk.run(0.5);
    let all = groups_of(std::process::id());
    let new: Vec<_> = all
        .into_iter()
        .filter(|group| !before.contains(group))
        .collect();
    drop(desk);
    // The other test's processes are not in groups of their own scripts.
    let scripts: Vec<_> = new.into_iter().filter(|it| *it != own_group()).collect();
    assert!(!scripts.is_empty() && !is_left(&scripts));
}

fn own_group() -> String {
    let own = std::process::id().to_string();
    let all = processes().into_iter();
    all.filter(|(number, ..)| *number == own)
        .map(|(.., group)| group)
        .collect()
}
