//! docs/rules.md: every rule under a heading of its name, so that `rules.md#NAME` finds it.

use std::fmt::Write as _;

use oakc_check::rules;
use oakc_deploy::fleet::INVALID_FLEET;
use oakc_desk::scenario;
use oakc_diag::Rule;

const HEAD: &str = "\
# Rules

<!-- Made by `cargo xtask gen` from the rules in the source. -->

What oakc finds in configurations, fleet files and scenarios. `oakc explain RULE` shows the same text. `[lint]` changes the level of
a rule; `-A`, `-W` and `-D` on the command line do the same and take precedence. A level marked as fixed cannot be changed.
In a script, the comment `# oakc: allow(RULE)` allows a rule about scripts: at the end of a statement for that statement,
on a line of its own for the next statement, and before the first statement for the whole script.

| code | rule | level | finds |
|---|---|---|---|
";

/// The rules about applications, then those about other files.
fn all() -> impl Iterator<Item = &'static Rule> {
    let others = scenario::RULES.into_iter();
    rules::all().chain([&INVALID_FLEET]).chain(others)
}

pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    for rule in all() {
        let (code, name, level) = (rule.code, rule.name, rule.level.as_str());
        let summary = super::cell(rule.summary);
        _ = writeln!(page, "| {code} | [{name}](#{name}) | {level} | {summary} |");
    }
    for rule in all() {
        let (code, name, level) = (rule.code, rule.name, rule.level.as_str());
        let fixed = if rule.adjustable { "" } else { ", fixed" };
        let (summary, docs) = (rule.summary.trim(), below_a_heading(rule.docs.trim()));
        _ = write!(
            page,
            "\n## {name}\n\n{code}, {level}{fixed}. {summary}\n\n{docs}\n"
        );
        if !rule.constraints.is_empty() {
            let numbers = rule.constraints.join(", ");
            _ = writeln!(page, "\n[Constraints](constraints.md): {numbers}.");
        }
    }
    page
}

/// The docs of a rule with headings two levels deeper. A `#` inside a code block is a comment.
fn below_a_heading(docs: &str) -> String {
    let mut fenced = false;
    let mut text = String::with_capacity(docs.len());
    for line in docs.lines() {
        fenced ^= line.starts_with("```");
        let depth = if !fenced && line.starts_with("# ") {
            "##"
        } else {
            ""
        };
        _ = writeln!(text, "{depth}{line}");
    }
    text.truncate(text.trim_end().len());
    text
}
