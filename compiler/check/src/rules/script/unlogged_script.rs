//! Scripts whose log `[logging]` does not reach.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::script::ScriptProperties;
use oakc_runtime_schema::processor::ProcessorType;

use oakc_core::config::language::LoggingLevel;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK258",
    name: "unlogged-script",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["SC4"],
    summary: "A script whose log is not sent although `[logging]` is there.",
    docs: include_str!("unlogged_script.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let config = context.config();
    let Some(logs) = &config.logging else { return };
    let scripts: Vec<_> = context.each::<ScriptProperties>().collect();
    if scripts.is_empty() {
        let found = Diagnostic::new(&RULE, "no node of this application has a log");
        let found = found.label(config.written("logging"), "nothing to send");
        let section = config.language.table(&["logging"]);
        diagnostics.push(found.help(format!("add a Script node, or remove {section}")));
    }
    for (node, properties) in scripts {
        let (name, processor) = (node.name(), properties.processor);
        let is_wanted = logs.level(name) != LoggingLevel::OFF;
        if !is_wanted || processor == ProcessorType::LEON_CSS || logs.has(name, processor) {
            continue;
        }
        let language = node.language();
        let message =
            format!("the log of `{name}` is not sent: it runs on `LEON_MSS`, which has no network");
        let found = Diagnostic::new(&RULE, message).label(
            node.span(&["processor"]),
            "nobody learns of an exception here",
        );
        diagnostics.push(found.help(format!(
            "add {} to {}, which sends it from a Script node of its own on `LEON_CSS`; or run it there: {}; or say that it \
             has no log: {} in {}",
            language.setting("relay", true),
            language.table(&["logging"]),
            language.setting("processor", "LEON_CSS"),
            language.setting(name, "off"),
            language.table(&["logging", "nodes"]),
        )));
    }
}
