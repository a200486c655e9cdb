//! What the interpreter of the camera refuses, and where. The verdicts are those of CPython 3.9.18.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail loudly")]

use oakc_script::Script;

fn errors(text: &str) -> Vec<(String, String)> {
    let script = Script::parse(text);
    let errors = script.syntax_errors.into_iter();
    errors
        .map(|error| (error.message, text[error.range].to_owned()))
        .collect()
}

fn refused_at(text: &str) -> String {
    let errors = errors(text);
    errors
        .first()
        .unwrap_or_else(|| panic!("not refused: {text}"))
        .1
        .clone()
}

#[test]
fn python_3_9_is_accepted() {
    for text in [
        "",
        "# a comment only",
        "if (n := 3) > 2: pass\n",
        "def f(a, /, b, *, c): pass\n",
        "with (open('a') as f, open('b') as g): pass\n",
        "@a.b[0](1)\ndef f(): pass\n",
        "x = {**a, 'b': 1} | c\n",
        "x = isinstance(1, int | str)\n",
        "print(f'{x!r:>{width}}', f\"{d['a']}\")\n",
        "def f():\n    global x\n    x = 1\n",
        "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n",
        "async def f():\n    async with a as b:\n        return [await c async for c in d]\n",
        "def f():\n    [x for _ in y]\n    global x\n",
        "try: pass\nexcept E: a = 1\nelse:\n    b = 1\n",
        "match = 1\nmatch.x = case = type = 2\n",
        "for x in *a, *b: pass\n",
        "x: int = 1\n",
        "class A:\n    def f(self):\n        nonlocal __class__\n",
        "from __future__ import annotations\nimport time\n",
        "while 1:\n    try: pass\n    finally: continue\n",
        "if x:\r\n\ty = 1\r\n\tz = 2\r\n",
        "\n    import time\n    while True:\n        time.sleep(1)\n\n",
    ] {
        assert_eq!(errors(text), [], "{text}");
    }
}

#[test]
fn syntax_of_newer_versions_is_refused() {
    for (text, place) in [
        ("match x:\n    case 1: pass\n", "match"),
        ("try: pass\nexcept* E: pass\n", "*"),
        ("type A = int\n", "type"),
        ("def f[T](x: T): pass\n", "[T]"),
        ("x = a[*b]\n", "*b"),
        ("try: pass\nexcept A, B: pass\n", "A, B"),
        ("x = a[y := 1]\n", "y := 1"),
        ("x = [*a for a in b]\n", "*a"),
    ] {
        assert_eq!(refused_at(text), place, "{text}");
    }
    for text in [
        "f'{a['b']}'\n",
        "f'{\"\\n\"}'\n",
        "f'''{\n# comment\nx}'''\n",
        "t'{x}'\n",
        "f'{a:{b:{c}}}'\n",
        "async def f():\n    return [[x async for x in a] for b in c]\n",
    ] {
        assert!(!errors(text).is_empty(), "{text}");
    }
}

#[test]
fn python_2_is_refused_at_its_first_line() {
    let errors = errors("import time\nprint \"x\"\nexec \"y\"\nraise E, 'z'\n");
    assert_eq!(errors.len(), 1, "{errors:?}");
    let script = Script::parse("import time\nprint \"x\"\n");
    assert_eq!(script.syntax_errors[0].range.start, 18);
}

#[test]
fn misplaced_statements_are_refused() {
    for (text, place) in [
        ("return 1\n", "return 1"),
        ("class A:\n    return\n", "return"),
        ("break\n", "break"),
        ("while 1:\n    def f():\n        continue\n", "continue"),
        ("yield 1\n", "yield 1"),
        ("def f():\n    await x\n", "await x"),
        ("def f():\n    from a import *\n", "from a import *"),
        ("f() = 1\n", "f()"),
        ("None = 1\n", "None"),
        ("del f()\n", "f()"),
        ("def f(a, a): pass\n", "a"),
        ("f(a=1, a=2)\n", "a=2"),
        (
            "import time\nfrom __future__ import annotations\n",
            "from __future__ import annotations",
        ),
        ("[x := 1 for x in y]\n", "x"),
    ] {
        assert_eq!(refused_at(text), place, "{text}");
    }
}

#[test]
fn declarations_that_come_too_late_or_bind_nothing_are_refused() {
    for (text, message) in [
        (
            "def f():\n    x = 1\n    global x\n",
            "name 'x' is assigned to before global declaration",
        ),
        (
            "def f():\n    print(x)\n    global x\n",
            "name 'x' is used prior to global declaration",
        ),
        (
            "def f():\n    import x\n    global x\n",
            "name 'x' is assigned to before global declaration",
        ),
        (
            "def f():\n    def x(): pass\n    global x\n",
            "name 'x' is assigned to before global declaration",
        ),
        (
            "x = 1\nglobal x\n",
            "name 'x' is assigned to before global declaration",
        ),
        (
            "def f(x):\n    global x\n",
            "name 'x' is parameter and global",
        ),
        (
            "def f():\n    global x\n    x: int = 1\n",
            "annotated name 'x' can't be global",
        ),
        (
            "def f():\n    nonlocal x\n",
            "no binding for nonlocal 'x' found",
        ),
        (
            "class A:\n    x = 1\n    def f(self):\n        nonlocal x\n",
            "no binding for nonlocal 'x' found",
        ),
        (
            "nonlocal x\n",
            "nonlocal declaration not allowed at module level",
        ),
        (
            "def f():\n    x = 1\n    def g():\n        print(x)\n        nonlocal x\n",
            "name 'x' is used prior to nonlocal declaration",
        ),
        (
            "def f():\n    x = 1\n    def g():\n        global x\n        nonlocal x\n",
            "name 'x' is nonlocal and global",
        ),
    ] {
        assert_eq!(errors(text).first().unwrap().0, message, "{text}");
    }
}

#[test]
fn only_the_first_grammar_error_is_reported_but_all_errors_of_a_parsed_text() {
    assert_eq!(errors("x = (1\ny = [\nz = {\n").len(), 1);
    let places: Vec<_> = errors("return 1\nbreak\nyield 2\n")
        .into_iter()
        .map(|(_, at)| at)
        .collect();
    assert_eq!(places, ["return 1", "break", "yield 2"]);
}

#[test]
fn positions_are_those_of_the_script_with_its_margin() {
    let text = "\n    import time\n\n    return time\n";
    assert_eq!(refused_at(text), "return time");
    assert_eq!(errors("    a = 1\n  b = 2\n").len(), 1);
}

#[test]
fn characters_that_no_script_may_contain_are_refused() {
    assert_eq!(refused_at("\u{feff}x = 1\n"), "\u{feff}");
    assert_eq!(refused_at("x = 1\ny = '\0'\n"), "\0");
}

#[test]
fn inconsistent_tabs_and_spaces_are_refused() {
    assert!(!errors("if 1:\n\tpass\n        pass\n").is_empty());
    assert!(!errors("if 1:\n        pass\n\tpass\n").is_empty());
}

#[test]
fn brackets_and_blocks_nest_as_deep_as_in_cpython() {
    let brackets = |count: usize| format!("x = {}1{}\n", "(".repeat(count), ")".repeat(count));
    assert_eq!(errors(&brackets(200)), []);
    assert_eq!(errors(&brackets(201))[0].0, "too many nested parentheses");
    let blocks = |count: usize| {
        let heads = (0..count).map(|depth| format!("{}if 1:\n", " ".repeat(depth)));
        heads
            .chain([format!("{}pass\n", " ".repeat(count))])
            .collect::<String>()
    };
    assert_eq!(errors(&blocks(99)), []);
    assert_eq!(errors(&blocks(100))[0].0, "too many levels of indentation");
}

#[test]
fn hostile_nesting_gets_no_verdict() {
    for part in [
        "(",
        "[",
        "{",
        "-",
        "not ",
        "lambda: ",
        "a.",
        "a if b else ",
        "f(",
        "f'{",
        "1+",
        "a**",
    ] {
        let script = Script::parse(&format!("x = {}", part.repeat(100_000)));
        assert!(script.facts.is_none(), "{part}");
    }
    let calls = format!("x = f{}\n", "()".repeat(900));
    assert!(Script::parse(&calls).facts.is_some());
    let elifs = format!("if a: pass\n{}", "elif a: pass\n".repeat(20_000));
    assert!(Script::parse(&elifs).facts.is_some());
    let sum = format!("x = {}1\n", "1 + ".repeat(900));
    assert!(Script::parse(&sum).facts.is_some());
}
