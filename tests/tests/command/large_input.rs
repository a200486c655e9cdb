//! Configurations with very much in them, very deep ones, and ones that grow while they are read.

use oakc_tests::process::{App, BUILD};

use super::bad_input::bounded;

/// A text of `count` pieces.
fn many(head: &str, count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).fold(head.to_owned(), |text, index| text + &piece(index))
}

#[test]
fn a_hundred_thousand_nodes_are_read_and_as_many_findings_are_shown() {
    let app = App::new();
    let toml = many("", 100_000, |i| {
        format!("[nodes.n{i}]\ntype = \"SystemLogger\"\n")
    });
    app.file("app.toml", toml);
    bounded(&app, &["lint", "app.toml"], 3000, 60).exits(0);
    let yaml = many("nodes:\n", 100_000, |i| {
        format!("  n{i}: {{type: SystemLogger}}\n")
    });
    app.file("app.yaml", yaml);
    bounded(&app, &["lint", "app.yaml"], 3000, 60).exits(0);
}

#[test]
fn thousands_of_findings_in_one_line_are_shown() {
    let app = App::new();
    let nodes = many("nodes: {", 20_000, |i| {
        format!("n{i}: {{type: SystemLogger}}, ")
    });
    app.file("app.yaml", nodes + "}\n");
    for format in ["human", "json", "sarif", "github"] {
        let arguments = ["lint", "app.yaml", "--format", format];
        bounded(&app, &arguments, 1000, 60).exits(0);
    }
}

#[test]
fn a_long_chain_of_nodes_is_checked() {
    let app = App::new();
    let script = |i| {
        let input = format!("inputs.x = \"n{}.y\"", i + 1);
        format!("[nodes.n{i}]\ntype = \"Script\"\ncode = \"1\"\n{input}\n")
    };
    let chain = many("", 20_000, script);
    let start = "[nodes.n20000]\ntype = \"Script\"\ncode = \"1\"\n";
    app.file("app.toml", chain + start);
    bounded(&app, &["lint", "app.toml"], 1000, 60).exits(0);
}

#[test]
fn thousands_of_mistakes_are_reported_in_reasonable_time() {
    let app = App::new();
    let node =
        |i| format!("[nodes.n{i}]\ntype = \"Script\"\ncode = \"1\"\ninputs.x = \"m{i}.y\"\n");
    app.file("app.toml", many("", 2000, node));
    bounded(&app, BUILD, 1000, 60).exits(1).says("2000 errors");
    assert_eq!(app.files(), ["app.toml", "fw.cmd"]);
}

#[test]
fn very_deep_nesting_is_an_error_and_not_a_crash() {
    let deep = |open: &str, close: &str| open.repeat(10_000) + "1" + &close.repeat(10_000);
    let files = [
        ("app.toml", format!("a = {}\n", deep("[", "]"))),
        ("app.toml", format!("a = {}\n", deep("{a = ", "}"))),
        ("app.toml", format!("{}a = 1\n", "a.".repeat(10_000))),
        ("app.toml", format!("[{}a]\n", "a.".repeat(10_000))),
        ("app.yaml", format!("a: {}\n", deep("[", "]"))),
        ("app.yaml", format!("a: {}\n", deep("{a: ", "}"))),
        ("app.yaml", format!("{}a\n", "- ".repeat(10_000))),
        (
            "app.yaml",
            many("", 2000, |i| format!("{}a:\n", " ".repeat(i))),
        ),
    ];
    for (name, text) in files {
        let app = App::new();
        app.file(name, &text);
        let ran = bounded(&app, &["build", name, "-o", "out/app.dap"], 500, 10).exits(1);
        assert!(ran.stderr.contains("syntax"), "{name}: {}", ran.stderr);
        assert!(ran.stderr.len() < 3000, "{name}: {}", ran.stderr);
    }
}

#[test]
fn aliases_and_parameters_that_grow_exponentially_are_stopped() {
    let aliases = many("a0: &a0 [x, x, x, x, x, x, x, x]\n", 20, |i| {
        let all = vec![format!("*a{i}"); 8].join(", ");
        format!("a{}: &a{} [{all}]\n", i + 1, i + 1)
    });
    let double = |first: &str, next: fn(usize) -> String| {
        let params = many(&format!("[params]\np0 = {first}\n"), 60, next);
        format!("{params}[app]\nname = \"${{p60}}\"\n[nodes.c]\ntype = \"ColorCamera\"\n")
    };
    let strings = double("\"aaaaaaaaaaaaaaaa\"", |i| {
        format!("p{} = \"${{p{i}}}${{p{i}}}\"\n", i + 1)
    });
    let lists = double("[\"a\"]", |i| {
        format!("p{} = [\"${{p{i}}}\", \"${{p{i}}}\"]\n", i + 1)
    });
    let repeated = format!(
        "[params]\np = \"{}\"\n[app]\nname = \"{}\"\n[nodes.c]\ntype = \"ColorCamera\"\n",
        "a".repeat(60_000),
        "${p}".repeat(50_000)
    );
    let files = [
        ("app.yaml", aliases, "grows too large"),
        ("app.toml", strings, "larger than 64 MiB"),
        ("app.toml", lists, "larger than 64 MiB"),
        ("app.toml", repeated, "larger than 64 MiB"),
    ];
    for (name, text, says) in files {
        let app = App::new();
        app.file(name, &text);
        bounded(&app, &["build", name, "-o", "out/app.dap"], 600, 10)
            .exits(1)
            .says(says);
        assert_eq!(app.files(), [name, "fw.cmd"]);
    }
}
