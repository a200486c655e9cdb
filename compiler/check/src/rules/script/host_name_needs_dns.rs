//! Host names where only addresses work.

use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::{HostKind, HostUse};

use super::programs::{Program, programs};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK206",
    name: "host-name-needs-dns",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["SC6"],
    summary: "A host given by name, which a standalone camera cannot look up.",
    docs: include_str!("host_name_needs_dns.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        let hosts = program.facts.hosts.iter();
        let named = hosts.filter(|host| !matches!(host.kind, HostKind::Any | HostKind::Address));
        named.for_each(|host| report(&program, host, diagnostics));
    }
}

fn report(program: &Program<'_>, host: &HostUse, diagnostics: &mut Diagnostics) {
    let name = &host.host;
    let address = address(program);
    let (message, label, help) = match host.kind {
        HostKind::Url => (
            format!("`{name}` is a URL instead of a host"),
            "no host has this name",
            "write only the address; the path belongs in the request",
        ),
        HostKind::Localhost => (
            "`localhost` may not be known on the camera".to_owned(),
            "a standalone camera cannot look up names",
            "write 127.0.0.1",
        ),
        _ => (
            format!("`{name}` is a name, and a standalone camera cannot look up names"),
            "fails on the camera: there is no DNS",
            address.as_str(),
        ),
    };
    let severity = if host.certain && host.kind == HostKind::Url {
        Severity::Error
    } else {
        RULE.level
    };
    let call = program.span(&host.call);
    program.report(&RULE, &host.range, message, label, diagnostics, |found| {
        let found = found.severity(severity).help(help);
        if host.range == host.call
            || (host.call.start <= host.range.start && host.range.end <= host.call.end)
        {
            return found;
        }
        found.secondary(call, "used here")
    });
}

/// What to write instead of a name. Parameters are substituted in the configuration, not in other files.
fn address(program: &Program<'_>) -> String {
    let language = program.node.language();
    let params = language.table(&["params"]);
    if program.has_file() {
        let code = language.key("code");
        return format!(
            "write the address; if it differs from site to site, move the program into `{code}`, \
             where `${{server}}` stands for `server` of {params}"
        );
    }
    format!("write the address, or `${{server}}` with an entry `server` in {params}")
}
