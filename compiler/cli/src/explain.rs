//! `oakc explain`: what a rule means.

use oakc_core::check::rules;

use crate::failure::Failure;
use crate::terminal::result;

/// Say what a rule means.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The rule's name or code, e.g. `host-dependent-node` or `OAK012`; without one, all rules are
    /// listed.
    rule: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let Some(name) = &args.rule else {
        let line =
            |rule: &oakc_diag::Rule| format!("{}  {:<24} {}", rule.code, rule.name, rule.summary);
        let lines: Vec<_> = rules::all().map(line).collect();
        return result(&lines.join("\n"));
    };
    let rule = rules::find(name).ok_or_else(|| unknown(name))?;
    result(&format!(
        "{} {} ({})\n\n{}\n\n{}",
        rule.code,
        rule.name,
        rule.level.as_str(),
        rule.summary,
        rule.docs.trim_end()
    ))
}

fn unknown(name: &str) -> Failure {
    let near = oakc_core::config::did_you_mean(name, rules::all().map(|rule| rule.name));
    Failure::Input(match near {
        Some(near) => format!("there is no rule `{name}`; did you mean `{near}`?"),
        None => format!("there is no rule `{name}`; `oakc explain` lists all rules"),
    })
}
