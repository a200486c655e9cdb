//! What holds for every text.
#![allow(clippy::unwrap_used, reason = "tests fail loudly")]

use std::fmt::Write;
use std::time::{Duration, Instant};

use oakc_script::{Ports, Script};
use proptest::prelude::*;

/// Words that make programs of some sort when they are thrown together.
const WORDS: &[&str] = &[
    "node.io",
    "['a']",
    ".get()",
    ".send(",
    "None",
    ")",
    "while True:",
    "\n",
    "\n    ",
    "\n        ",
    "import ",
    "socket",
    "http.client",
    "for x in ",
    "(1, 2)",
    "def f(x):",
    "return ",
    "f(",
    "x",
    " = ",
    "'é'",
    "f'{x}'",
    "lambda: ",
    "class A:",
    "self.",
    "global x",
    "# oakc: allow(a, b)",
    ", ",
    "[",
    "]",
    "{",
    "}",
    ": ",
    "if ",
    "else:",
    "try:",
    "except:",
    "\t",
    "\r\n",
    "\u{feff}",
    "\\\n",
    "'''",
    "Buffer(3)",
    ".setData(",
    "b'abc'",
    ".connect(('h', 1))",
    "match x:",
    "yield ",
    "await ",
    "*",
    "range(9)",
    "\0",
];

/// Lines that make programs of some sort in any order.
const LINES: &[&str] = &[
    "import time",
    "x = node.io['a'].get()",
    "if x:",
    "    node.io['b'].send(x)",
    "",
    "return x",
    "def f():",
    "    global x",
    "    x = 1",
    "match x:",
    "    case 1: pass",
    "while True:",
    "    pass",
    "for y in x: break",
];

fn programs() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 0..60).prop_map(|words| words.concat())
}

fn hold(text: &str) {
    let script = Script::parse(text);
    let inside = |range: &std::ops::Range<usize>| {
        assert!(text.get(range.clone()).is_some(), "{range:?} in {text:?}");
    };
    script
        .syntax_errors
        .iter()
        .for_each(|error| inside(&error.range));
    for suppression in &script.suppressions {
        suppression
            .rules
            .iter()
            .for_each(|(_, range)| inside(range));
        assert!(suppression.covers.start <= suppression.covers.end);
    }
    let faults = Script::faults(text, &Ports::default());
    for fault in &faults {
        inside(&fault.range);
    }
    let Some(facts) = script.facts else { return };
    for import in &facts.imports {
        inside(&import.range);
        import.modules().iter().for_each(|(_, range)| inside(range));
    }
    for used in &facts.ports {
        inside(&used.range);
        inside(&used.port);
        used.names.iter().for_each(|name| inside(&name.range));
    }
    for used in &facts.hosts {
        inside(&used.range);
        inside(&used.call);
    }
    facts.busy_loops.iter().for_each(inside);
    facts.logs.iter().for_each(inside);
    facts.paths.iter().for_each(|(_, range)| inside(range));
    facts.device.iter().for_each(|used| inside(&used.range));
    for overflow in &facts.overflows {
        inside(&overflow.made);
        inside(&overflow.data);
    }
}

proptest! {
    #[test]
    fn positions_are_inside_any_text(text in any::<String>()) {
        hold(&text);
    }

    #[test]
    fn positions_are_inside_any_program(text in programs()) {
        hold(&text);
    }

    #[test]
    fn a_margin_moves_positions_and_nothing_else(lines in prop::collection::vec(prop::sample::select(LINES), 1..20), margin in "[ \t]{1,4}") {
        let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
        let indented: String = lines.iter().flat_map(|line| [margin.as_str(), line, "\n"]).collect();
        let (plain, moved) = (Script::parse(&text), Script::parse(&indented));
        let told = |script: &Script, text: &str| -> Vec<(String, String)> {
            let errors = script.syntax_errors.iter();
            errors.map(|error| (error.message.clone(), text[error.range.clone()].trim_end().to_owned())).collect()
        };
        prop_assert_eq!(told(&plain, &text), told(&moved, &indented));
        let ports = |script: &Script, text: &str| -> Option<Vec<String>> {
            let ports = script.facts.as_ref()?.ports.iter();
            Some(ports.map(|port| text[port.range.clone()].to_owned()).collect())
        };
        prop_assert_eq!(ports(&plain, &text), ports(&moved, &indented));
    }
}

#[test]
fn effort_is_bounded_for_functions_that_call_each_other() {
    let mut text = String::new();
    for i in 0..200 {
        writeln!(
            text,
            "def f{i}(a, b=1):\n    x = [f{}(a, [b]), (a, b)]\n    return {{1: x}}",
            (i + 7) % 200
        )
        .unwrap();
    }
    for i in 0..200 {
        writeln!(text, "f{i}({i}, 'x')\nf{i}(None, b'x')").unwrap();
    }
    let begun = Instant::now();
    Script::faults(&text, &Ports::default());
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn effort_is_bounded_for_names_that_multiply() {
    let mut text = String::from("x0 = 'a'\n");
    for i in 1..40 {
        writeln!(text, "x{i} = x{0} + x{0}\nx{i} = x{0} or x{0}", i - 1).unwrap();
    }
    text.push_str("node.io[x39].get()\n".repeat(50).as_str());
    let facts = Script::parse(&text).facts.unwrap();
    assert!(facts.ports.iter().all(|port| port.computed));
}
