//! What is rendered, character by character.

use serde_json::{Value, json as value};

use super::*;
use crate::{Diagnostic, Diagnostics, Fix, Rule, Severity};

static RULE: Rule = Rule {
    code: "OAK012",
    name: "host-dependent-node",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "A node needs a host.",
    docs: "No host is there.",
};
static HINT: Rule = Rule {
    code: "OAK090",
    name: "hint",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "",
    docs: "",
};

fn wide() -> HumanOptions {
    HumanOptions::default()
}

fn one(text: &str, start: usize, end: usize) -> String {
    let mut sources = SourceMap::new();
    let file = sources.add("app.toml", text);
    let mut found = Diagnostics::new();
    found.push(Diagnostic::new(&HINT, "head").label(Span::new(file, start, end), "here"));
    human(&found, &sources, wide())
}

/// The lines between the frame's corners.
fn snippet(rendered: &str) -> Vec<&str> {
    let lines = rendered.lines().skip_while(|line| !line.contains('╭'));
    let lines = lines.take_while(|line| !line.contains("╰────"));
    lines.map(str::trim_end).collect()
}

#[test]
fn a_problem_in_two_files_is_shown_as_documented() {
    let mut sources = SourceMap::new();
    let script = sources.add("report.py", "import node\n\nnode.io['x'].send(b)\n");
    let app = sources.add(
        "app.toml",
        "a = 1\n[nodes.out]\ntype = \"XLinkOut\"\nb = 2\nc = 3\n",
    );
    let mut found = Diagnostics::new();
    found.push(
        Diagnostic::new(&RULE, "node `out` needs a host")
            .label(Span::new(app, 25, 35), "sends to a host")
            .secondary(Span::new(script, 13, 25), "written here")
            .help("send from a Script node")
            .fix(Fix::safe("use a Script").edit(Span::new(app, 25, 35), "\"Script\"")),
    );
    found.push(Diagnostic::new(&HINT, "nothing to see"));
    let expected = "\
warning[OAK090] hint (https://github.com/oakc/oakc/blob/main/docs/rules.md#hint)

  ⚠ nothing to see

error[OAK012] host-dependent-node (https://github.com/oakc/oakc/blob/main/docs/rules.md#host-dependent-node)

  × node `out` needs a host
   ╭─[app.toml:3:8]
 2 │ [nodes.out]
 3 │ type = \"XLinkOut\"
   ·        ─────┬────
   ·             ╰── sends to a host
 4 │ b = 2
   ╰────
   ╭─[report.py:3:1]
 2 │  
 3 │ node.io['x'].send(b)
   · ──────┬─────
   ·       ╰── written here
 4 │  
   ╰────
  help: send from a Script node
        use a Script (`oakc lint --fix` does it)

1 error, 1 warning
";
    assert_eq!(human(&found, &sources, wide()), expected);
}

#[test]
fn marks_are_below_multi_byte_text_and_tabs() {
    let text = "x\n\tgröße = \"ü\"\n";
    let start = text.find('"').unwrap();
    let rendered = one(text, start, start + 4);
    assert_eq!(
        snippet(&rendered),
        [
            "   ╭─[app.toml:2:10]",
            " 1 │ x",
            " 2 │     größe = \"ü\"",
            "   ·             ─┬─",
            "   ·              ╰── here",
            " 3 │",
        ]
    );
}

#[test]
fn windows_line_endings_are_not_visible() {
    let text = "a = 1\r\nbb = 2\r\nc = 3\r\n";
    let unix = one(&text.replace('\r', ""), 6, 8);
    assert_eq!(one(text, 7, 9), unix);
    assert!(unix.contains("[app.toml:2:1]"), "{unix}");
}

#[test]
fn empty_spans_are_visible_even_at_the_end_of_the_file() {
    for (text, offset, place) in [
        ("", 0, "1:1"),
        ("a = ", 4, "1:5"),
        ("a =\n", 4, "2:1"),
        ("a\nb\n", 1, "1:2"),
    ] {
        let rendered = one(text, offset, offset);
        assert!(
            rendered.contains(&format!("[app.toml:{place}]")),
            "{rendered}"
        );
        assert!(
            rendered.contains('▲') && rendered.contains("here"),
            "{rendered}"
        );
    }
}

#[test]
fn spans_beyond_the_file_or_backwards_do_not_break_the_output() {
    for (start, end) in [(100, 200), (3, 1), (0, 100), (1, 2)] {
        let rendered = one("é = \"ü\"\n", start, end);
        assert!(
            rendered.contains("head") && rendered.contains("here"),
            "{rendered}"
        );
    }
}

#[test]
fn distant_lines_are_shown_separately_and_a_long_mark_only_on_its_first_line() {
    let mut sources = SourceMap::new();
    let lines: Vec<String> = (1..=100).map(|number| format!("line{number}\n")).collect();
    let text = lines.concat();
    let file = sources.add("app.toml", text.as_str());
    let at = |line: &str| text.find(line).unwrap();
    let mut found = Diagnostics::new();
    found.push(
        Diagnostic::new(&HINT, "head")
            .label(Span::new(file, at("line50\n"), at("line90\n")), "long")
            .secondary(Span::new(file, at("line5\n"), at("line6\n")), "short"),
    );
    let rendered = human(&found, &sources, wide());
    assert_eq!(rendered.matches('╭').count(), 2, "{rendered}");
    assert!(rendered.contains("line49") && rendered.contains("line51"));
    assert!(!rendered.contains("line52") && !rendered.contains("line30"));
}

#[test]
fn a_mark_over_a_few_lines_shows_all_of_them() {
    let rendered = one("a\nbb = [\n 1,\n]\nc\n", 2, 14);
    for line in ["bb = [", " 1,", "]", "here"] {
        assert!(rendered.contains(line), "{rendered}");
    }
}

#[test]
fn a_megabyte_on_one_line_is_cut_around_the_mark() {
    let text = format!("{}MARK{}", "é".repeat(500_000), "y".repeat(500_000));
    let start = text.find("MARK").unwrap();
    let rendered = one(&text, start, start + 4);
    assert!(rendered.len() < 2000, "{}", rendered.len());
    assert!(rendered.contains("[app.toml:1:500001]"), "{rendered}");
    let shown = snippet(&rendered);
    let column = |line: &str, mark: char| line.chars().position(|c| c == mark);
    assert_eq!(column(shown[1], 'M'), column(shown[2], '─'), "{rendered}");
    // The whole line marked: still short.
    assert!(one(&text, 0, text.len()).len() < 2000);
}

#[test]
fn control_sequences_of_the_source_do_not_reach_the_terminal() {
    let rendered = one("a = \"\x1b[2J\"\u{202e}\n", 0, 1);
    assert!(!rendered.contains('\x1b') && !rendered.contains('\u{202e}'));
    assert!(rendered.contains("␛[2J"), "{rendered}");
}

#[test]
fn colours_are_optional_and_long_text_wraps_at_the_width() {
    let mut sources = SourceMap::new();
    let file = sources.add("a", "text\n");
    let mut found = Diagnostics::new();
    let words = "word ".repeat(40);
    found.push(Diagnostic::new(&HINT, words.trim()).label(Span::new(file, 0, 4), ""));
    let plain = human(
        &found,
        &sources,
        HumanOptions {
            color: false,
            columns: Some(60),
        },
    );
    assert!(!plain.contains('\x1b'));
    let body = plain.lines().filter(|line| !line.contains("https://"));
    assert!(
        body.map(|line| line.chars().count()).max().unwrap() <= 60,
        "{plain}"
    );
    assert!(
        human(
            &found,
            &sources,
            HumanOptions {
                color: true,
                columns: Some(0)
            }
        )
        .contains("\x1b[")
    );
}

#[test]
fn without_diagnostics_people_see_nothing_and_programs_empty_lists() {
    let (found, sources) = (Diagnostics::new(), SourceMap::new());
    assert_eq!(human(&found, &sources, wide()), "");
    assert_eq!(github(&found, &sources), "");
    assert_eq!(
        json(&found, &sources),
        "{\"diagnostics\":[],\"summary\":{\"errors\":0,\"warnings\":0}}\n"
    );
}

#[test]
fn the_json_form_is_as_documented() {
    let mut sources = SourceMap::new();
    let file = sources.add("app.toml", "é = 1\nbb = \"x\"\n");
    let span = Span::new(file, 12, 15);
    let mut found = Diagnostics::new();
    found.push(
        Diagnostic::new(&RULE, "m")
            .label(span, "l")
            .help("h")
            .fix(Fix::suggested("t").edit(span, "\"y\"")),
    );
    found.push(Diagnostic::new(&HINT, "bare"));
    assert_eq!(
        json(&found, &sources),
        concat!(
            r#"{"diagnostics":[{"code":"OAK090","rule":"hint","severity":"warning","message":"bare","#,
            r#""url":"https://github.com/oakc/oakc/blob/main/docs/rules.md#hint","labels":[]},"#,
            r#"{"code":"OAK012","rule":"host-dependent-node","severity":"error","message":"m","#,
            r#""help":"h","url":"https://github.com/oakc/oakc/blob/main/docs/rules.md#host-dependent-node","#,
            r#""labels":[{"file":"app.toml","start":{"line":2,"column":6,"offset":12},"#,
            r#""end":{"line":2,"column":9,"offset":15},"message":"l","primary":true}],"#,
            r#""fix":{"title":"t","safe":false,"edits":[{"file":"app.toml","start":12,"end":15,"text":"\"y\""}]}}],"#,
            r#""summary":{"errors":1,"warnings":1}}"#,
            "\n"
        )
    );
    let report: json::Report = serde_json::from_str(&json(&found, &sources)).unwrap();
    assert_eq!(report, json::Report::new(&found, &sources));
}

#[test]
fn github_commands_escape_characters_that_would_end_them() {
    let mut sources = SourceMap::new();
    let file = sources.add("a,b:c%.toml", "x = 1\ny = 2\n");
    let mut found = Diagnostics::new();
    found.push(
        Diagnostic::new(&RULE, "50% :: of\r\nit")
            .label(Span::new(file, 0, 1), "l")
            .help("h"),
    );
    found.push(Diagnostic::new(&HINT, "m").label(Span::new(file, 4, 7), ""));
    found.push(Diagnostic::new(&HINT, "no place").severity(Severity::Info));
    assert_eq!(
        github(&found, &sources),
        "::notice title=OAK090 hint::no place\n\
         ::error file=a%2Cb%3Ac%25.toml,line=1,col=1,endLine=1,endColumn=2,\
         title=OAK012 host-dependent-node::50%25 :: of%0D%0Ait%0Al%0Ah\n\
         ::warning file=a%2Cb%3Ac%25.toml,line=1,endLine=2,title=OAK090 hint::m\n"
    );
}

#[test]
fn sarif_contains_rule_location_and_fix() {
    let mut sources = SourceMap::new();
    let file = sources.add("dir\\my app.toml", "é = 1\n");
    let other = sources.add("s.py", "x\n");
    let mut found = Diagnostics::new();
    found.push(
        Diagnostic::new(&RULE, "m")
            .label(Span::new(file, 5, 6), "l")
            .secondary(Span::new(other, 0, 1), "s")
            .fix(Fix::safe("t").edit(Span::new(file, 5, 6), "2")),
    );
    let log: Value = serde_json::from_str(&sarif(&found, &sources)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "OAK012");
    let result = &run["results"][0];
    assert_eq!(result["ruleIndex"], 0);
    assert_eq!(result["level"], "error");
    let region = value!({
        "startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 6,
        "byteOffset": 5, "byteLength": 1,
    });
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "dir/my%20app.toml");
    assert_eq!(place["region"], region);
    assert_eq!(result["relatedLocations"][0]["message"]["text"], "s");
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["replacements"][0]["deletedRegion"], region);
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "2");
}
