//! Scripts that are written to break whoever reads them: each is read to its end, on the stack that workers
//! have.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test stops at the first thing that is wrong; a list of shapes is long"
)]

use std::fmt::Write as _;
use std::thread;
use std::time::{Duration, Instant};

use oakc_script::{Ports, Script};

/// What a thread of the standard library has.
const STACK: usize = 2 << 20;

/// Reads a script on the stack of a worker, and says how long that took.
fn read(text: &str) -> Duration {
    let text = text.to_owned();
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || {
        let begin = Instant::now();
        let script = Script::parse(&text);
        let faults = Script::faults(&text, &Ports::default());
        drop((script, faults));
        begin.elapsed()
    });
    worker.unwrap().join().unwrap()
}

/// Line after line, each from its number.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (1..=count).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "{}", line(number));
        text
    })
}

/// Scripts whose parts refer to each other in a chain of this length.
fn chains(length: usize) -> Vec<(&'static str, String)> {
    let before = |number: usize| number.saturating_sub(1);
    vec![
        (
            "functions, each of which calls the next",
            lines(length, |n| format!("def f{n}():\n    f{}()", n + 1))
                + "def f0():\n    pass\nwhile True:\n    f1()\n",
        ),
        (
            "functions, each of which loops over the next",
            lines(length, |n| {
                format!("def f{n}():\n    while True:\n        f{}()", n + 1)
            }) + "while True:\n    f1()\n",
        ),
        (
            "functions with nested blocks and brackets, each of which calls the next at the innermost place",
            lines(40, |n| {
                let blocks = (1..30).map(|depth| format!("{}if a:\n", " ".repeat(depth)));
                let call = format!("{}f{}()", "(".repeat(50), n + 1) + &")".repeat(50);
                let blocks: String = blocks.collect();
                format!("def f{n}():\n{blocks}{}{call}", " ".repeat(30))
            }) + "while True:\n    node.io['a'].get()\n    f1()\n    node.io['b'].send(c)\n",
        ),
        (
            "methods, each of which calls the next",
            "class C:\n".to_owned()
                + &lines(length, |n| {
                    format!("    def m{n}(self):\n        self.m{}()", n + 1)
                })
                + "c = C()\nwhile True:\n    c.m1()\n",
        ),
        (
            "numbers of ranges of ranges",
            lines(length, |n| {
                format!("for a{n} in range(a{}):\n    pass", before(n))
            }) + &format!("node.io[a{length}].get()\n"),
        ),
        (
            "names of names",
            "a0 = 'x'\n".to_owned()
                + &lines(length, |n| format!("a{n} = a{}", before(n)))
                + &format!("node.io[a{length}].get()\n"),
        ),
        (
            "texts of texts",
            "a0 = 'x'\n".to_owned()
                + &lines(length, |n| format!("a{n} = a{} + 'x'", before(n)))
                + &format!("node.io[a{length}].get()\n"),
        ),
        (
            "parameters of parameters",
            lines(length, |n| {
                format!("def f{n}(p):\n    return f{}(p)", n + 1)
            }) + "f1('x')\n",
        ),
        (
            "classes that extend a class of a class",
            "class A0:\n    b = object\n".to_owned()
                + &lines(length, |n| {
                    format!("class A{n}(A{}.b):\n    pass", before(n))
                })
                + &format!("A{length}.b\nA{length}().b\n"),
        ),
        (
            "classes that extend each other",
            "class A0:\n    b = 1\n".to_owned()
                + &lines(length, |n| format!("class A{n}(A{}):\n    pass", before(n)))
                + &format!("A{length}.b\nA{length}().c\n"),
        ),
        (
            "results of results",
            lines(length, |n| format!("def f{n}():\n    return f{}()", n + 1)) + "f1().x\n",
        ),
        (
            "lists of lists",
            "a0 = [1]\n".to_owned()
                + &lines(length, |n| {
                    format!("a{n} = [*a{}, a{}]", before(n), before(n))
                })
                + &format!("a{length}.x\n"),
        ),
    ]
}

/// Scripts that refer to themselves.
const CIRCLES: &[&str] = &[
    "for a in range(a):\n    node.io[a].get()\n",
    "a = a\nnode.io[a].get()\n",
    "a = [*a, a]\na.x\n",
    "a, b = b, a\nnode.io[a].get()\n",
    "class A(A.x):\n    pass\nA.x\nA().y\n",
    "class A(B.x):\n    pass\nclass B(A.x):\n    pass\nA.x\nB().y\n",
    "class A(A):\n    pass\nA.x\nA().y\n",
    "def f(x=f):\n    return f(f)\nf(f).x\nwhile True:\n    f()\n",
    "def f():\n    while True:\n        g()\ndef g():\n    while True:\n        f()\nwhile True:\n    f()\n",
    "f = lambda: f()\nf().x\nwhile True:\n    f()\n",
];

/// Expressions and statements that nest.
fn nests(depth: usize) -> Vec<String> {
    let around = |open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
    };
    let blocks = |head: &str| {
        // The text grows with the square of it.
        let depth = depth.min(1_000);
        let lines = (0..depth).fold(String::new(), |mut text, level| {
            let _ = writeln!(text, "{}{head}", " ".repeat(level));
            text
        });
        lines + &" ".repeat(depth) + "pass\n"
    };
    vec![
        format!("x = {}\n", around("(", "a", ")")),
        format!("x = {}\n", around("[", "a", "]")),
        format!("x = {}\n", around("[*", "a", "]")),
        format!("x = {}\nx.y\n", around("[i for i in ", "a", "]")),
        format!("x = {}\n", around("{1: ", "a", "}")),
        format!("x = {}\n", around("f(", "a", ")")),
        format!("x = {}\n", around("not ", "a", "")),
        format!("x = {}\n", around("-", "1", "")),
        format!("x = {}\n", around("lambda: ", "a", "")),
        format!("x = {}\n", around("a if b else ", "a", "")),
        format!("x = {}a\n", "a + ".repeat(depth)),
        format!("x = {}a\n", "a and ".repeat(depth)),
        format!("x = {}a\n", "a < ".repeat(depth)),
        format!("x = a{}\n", ".a".repeat(depth)),
        format!("x = a{}\n", "()".repeat(depth)),
        format!("x = a{}\n", "[0]".repeat(depth)),
        format!("{}x = 1\n", "x = ".repeat(depth)),
        format!("({}) = 1\n", around("(", "a,", ")")),
        format!("while {}:\n    pass\n", around("not ", "a", "")),
        format!("{}x\n", "@x\n".repeat(depth)),
        format!("if a:\n    pass\n{}", "elif a:\n    pass\n".repeat(depth)),
        format!(
            "if a:\n    pass\n{}",
            "else:\n  if a:\n    pass\n".repeat(depth)
        ),
        blocks("while True:"),
        blocks("if a:"),
        blocks("def f():"),
        blocks("class C:"),
        blocks("with a:"),
        "try:\n    pass\n".to_owned() + &"except a:\n    pass\n".repeat(depth),
    ]
}

#[test]
fn a_chain_of_any_length_is_followed_on_the_stack_of_a_worker() {
    for (what, text) in chains(6_000) {
        println!("{what}: {:?}", read(&text));
    }
}

#[test]
fn a_circle_ends() {
    for text in CIRCLES {
        println!("{text}: {:?}", read(text));
    }
}

#[test]
fn what_nests_is_read_or_given_up_but_never_overflows() {
    for depth in [90, 900, 100_000] {
        for text in nests(depth) {
            let taken = read(&text);
            if taken > Duration::from_millis(500) {
                println!(
                    "{depth}: {:?}: {taken:?}",
                    text.chars().take(30).collect::<String>()
                );
            }
        }
    }
}
