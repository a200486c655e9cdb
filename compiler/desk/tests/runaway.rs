//! Scripts that take more than they get, or break what runs them: each ends, with its line where it has one.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

mod bench;

use std::time::{Duration, Instant};

use bench::{Desk, desk};
use oakc_desk::observation::{Ending, Level};

fn ending(source: &str) -> Ending {
    let mut desk = desk(source);
    desk.run(100.0);
    desk.ending()
}

/// A script never waits, and is found at one of these lines: that of the loop, or on a loaded machine that of what it
/// was doing.
fn is_endless(source: &str, lines: std::ops::RangeInclusive<u32>) {
    match ending(source) {
        Ending::NeverWaits {
            place: Some(place), ..
        } if lines.contains(&place.line) => {}
        other => panic!("{source}: {other:?}"),
    }
}

/// The class of the exception that ends a script.
fn raised(source: &str) -> String {
    match ending(source) {
        Ending::Raised { class, .. } => class,
        other => panic!("{source}: {other:?}"),
    }
}

/// Why the process of a script is gone.
fn died(source: &str) -> String {
    match ending(source) {
        Ending::Died { reason } => reason,
        other => panic!("{source}: {other:?}"),
    }
}

#[test]
fn an_endless_loop_ends_with_its_line_in_whatever_form() {
    let in_thread = "import threading, time\ndef spin():\n    x = 0\n    while True:\n        x += 1\n\
                     threading.Thread(target=spin).start()\ntime.sleep(50)\n";
    is_endless(in_thread, 4..=5);
    let catches_all = "import time\ntime.sleep(1)\nwhile True:\n    try:\n        1 / 0\n    except:\n        pass\n";
    is_endless(catches_all, 3..=7);
    let in_finally = "def f():\n    try:\n        raise KeyboardInterrupt\n    finally:\n        while True:\n            \
                      pass\nf()\n";
    is_endless(in_finally, 5..=6);
    let in_library = "import re\nre.match('(a+)+$', 'a' * 60 + 'b')\n";
    is_endless(in_library, 2..=2);
}

/// Other threads that go on, and virtual time that passes, do not hide it.
#[test]
fn an_endless_loop_beside_a_thread_that_works_ends_with_its_line() {
    let source = "import threading, time\ndef spin():\n    x = 0\n    while True:\n        x += 1\n\
                  threading.Thread(target=spin).start()\nwhile True:\n    time.sleep(0.01)\n";
    let mut desk = desk(source);
    desk.run(1e6);
    let Ending::NeverWaits {
        place: Some(place), ..
    } = desk.ending()
    else {
        panic!("{:?}", desk.ending());
    };
    assert_eq!(place.line, 4);
}

/// What a script says before it hangs is what its author looks for.
#[test]
fn what_was_logged_before_an_endless_loop_is_seen() {
    let mut desk = desk("node.warn('before')\nwhile True:\n    pass\n");
    desk.run(100.0);
    assert_eq!(desk.texts(Level::Warn), ["before"]);
    assert!(matches!(desk.ending(), Ending::NeverWaits { .. }));
}

#[test]
fn native_code_that_never_returns_ends_with_its_line() {
    let sources = [
        "x = 1\nsum(range(10 ** 13))\n",
        "x = 1\nsum(iter(int, 1))\n",
        "x = 1\n[1] * (1 << 20) == any(iter(int, 1))\n",
    ];
    std::thread::scope(|scope| {
        for source in sources {
            scope.spawn(move || is_endless(source, 2..=2));
        }
    });
}

#[test]
fn a_wait_without_end_waits_in_virtual_time() {
    let twice = "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()\n";
    let mut held = desk(twice);
    held.run(1e6);
    assert_eq!(held.waits(), ["a lock or another thread"]);
    let mut long = desk("import time\nprint('before')\ntime.sleep(1e9)\n");
    long.run(1e6);
    assert_eq!(long.texts(Level::Info), ["before"]);
    assert_eq!(
        raised("import time\ntime.sleep(float('inf'))\n"),
        "OverflowError"
    );
    assert_eq!(
        raised("import time\ntime.sleep(float('nan'))\n"),
        "ValueError"
    );
    assert_eq!(raised("import time\ntime.sleep(-1)\n"), "ValueError");
}

#[test]
fn recursion_and_memory_without_end_are_bounded() {
    assert_eq!(raised("def f():\n    f()\nf()\n"), "RecursionError");
    let small = |source: &str| {
        let mut desk = Desk::with(source, |options| options.limits.memory = 256 << 20);
        desk.run(1.0);
        desk.ending()
    };
    let deep = small("import sys\nsys.setrecursionlimit(10 ** 9)\ndef f():\n    f()\nf()\n");
    assert!(
        matches!(&deep, Ending::Died { .. })
            || matches!(&deep, Ending::Raised { class, .. } if class == "MemoryError" || class == "RecursionError"),
        "{deep:?}"
    );
    let full = small("kept = []\nwhile True:\n    kept.append(bytes(1 << 20))\n");
    assert!(
        matches!(&full, Ending::Raised { class, .. } if class == "MemoryError"),
        "{full:?}"
    );
}

#[test]
fn output_without_end_is_bounded() {
    let flood = "import os\nwhile True:\n    os.write(2, b'x' * 65536)\n";
    is_endless(flood, 2..=3);
    let flood = "import os\nwhile True:\n    os.write(1, b'x' * 65536)\n";
    is_endless(flood, 2..=3);
}

#[test]
fn a_script_cannot_start_or_end_other_processes() {
    for call in [
        "os.fork()",
        "os.kill(os.getppid(), 9)",
        "os.killpg(0, 9)",
        "os.execv('/bin/true', ['true'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.setsid()",
        "os.abort()",
    ] {
        assert_eq!(
            raised(&format!("import os\n{call}\n")),
            "PermissionError",
            "{call}"
        );
    }
    assert!(died("import os\nos._exit(3)\n").starts_with("exit status: 3"));
}

#[test]
fn a_script_that_breaks_its_line_to_oakc_ends() {
    let closes =
        "import os, time\nos.closerange(0, 100)\ntime.sleep(1)\nnode.warn('here')\ntime.sleep(1)\n";
    assert!(matches!(ending(closes), Ending::Died { .. }));
    let writes = "import os, time\nfor number in range(3, 30):\n    try:\n        os.write(number, b'garbage' * 9)\n    \
                  except OSError:\n        pass\ntime.sleep(1)\n";
    assert!(died(writes).contains("descriptor that is not its own"));
    // A length, and never as many bytes.
    let begins = "import os, time\nfor number in range(3, 30):\n    try:\n        \
                  os.write(number, b'\\x00\\x00\\x01\\x00')\n    except OSError:\n        pass\ntime.sleep(1)\n";
    assert!(!matches!(ending(begins), Ending::Returned));
}

#[test]
fn a_script_may_replace_what_everybody_has() {
    let source = "import builtins, time\nsay = str\n\
                  for name in ('len', 'int', 'bytes', 'isinstance', 'range', 'print', 'min', 'max', 'open', 'type', 'list'):\n    \
                  setattr(builtins, name, None)\ntime.sleep(1)\nnode.warn('still ' + say(time.monotonic() > 10))\n\
                  node.io['out'].send(Buffer(4))\ntime.sleep(1)\n";
    let mut desk = desk(source);
    desk.run(5.0);
    assert_eq!(desk.ending(), Ending::Returned);
    assert_eq!(desk.texts(Level::Warn), ["still True"]);
    assert_eq!(desk.received().len(), 1);
}

#[test]
fn patience_bounds_the_real_time_of_a_script_that_always_gets_on() {
    let source = "import time\nwhile True:\n    for _ in range(100000):\n        pass\n    time.monotonic()\n";
    let begin = Instant::now();
    let mut desk = Desk::with(source, |options| {
        options.patience = Some(Duration::from_secs(3));
    });
    desk.run(1e6);
    assert!(
        matches!(desk.ending(), Ending::OutOfTime { place: Some(place), .. } if (2..=5).contains(&place.line)),
        "{:?}",
        desk.ending()
    );
    assert!(begin.elapsed() >= Duration::from_secs(3));
}
