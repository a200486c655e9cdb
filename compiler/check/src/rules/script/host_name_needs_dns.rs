//! Host names where only addresses work.

use oakc_core::config::language::Network;
use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::{HostKind, HostUse, Lookup};

use super::programs::{Program, programs};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK206",
    name: "host-name-needs-dns",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["SC6"],
    summary: "A host given by name, which a standalone camera cannot look up by itself.",
    docs: include_str!("host_name_needs_dns.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        let hosts = program.facts.hosts.iter();
        let named = hosts.filter(|host| !matches!(host.kind, HostKind::Any | HostKind::Address));
        let lookup = lookup(&program);
        for host in named {
            if host.kind == HostKind::Url || lookup == Lookup::None {
                report(&program, host, diagnostics);
            } else if lookup == Lookup::Configured
                && !is_known(&host.host, &context.config().network)
            {
                report_without_server(&program, host, diagnostics);
            }
        }
    }
}

/// What the program or one of its modules does so that sockets take names.
fn lookup(program: &Program<'_>) -> Lookup {
    let facts = program.all_facts().unwrap_or_default();
    let lookups = facts.iter().map(|facts| facts.lookup);
    lookups.max().unwrap_or_default()
}

/// Whether `oakc.dns` has somebody to ask for a name.
fn is_known(name: &str, network: &Network) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_fixed = network
        .hosts
        .keys()
        .any(|host| host.eq_ignore_ascii_case(&name));
    is_fixed
        || !network.dns.is_empty()
        || name == "localhost"
        || name.rsplit('.').next() == Some("local")
}

fn report_without_server(program: &Program<'_>, host: &HostUse, diagnostics: &mut Diagnostics) {
    let language = program.node.language();
    let message = format!("`{}` is a name, and no DNS server is configured", host.host);
    let label = "fails on the camera: `oakc.dns` has nobody to ask";
    program.report(&RULE, &host.range, message, label, diagnostics, |found| {
        found.help(format!(
            "set `dns` in {} to the addresses of DNS servers, or give the name an address in {}",
            language.table(&["network"]),
            language.table(&["network", "hosts"]),
        ))
    });
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
    let can_be_looked_up = host.kind != HostKind::Url;
    let severity = if host.certain && host.kind == HostKind::Url {
        Severity::Error
    } else {
        RULE.level
    };
    let call = program.span(&host.call);
    program.report(&RULE, &host.range, message, label, diagnostics, |found| {
        let mut found = found.severity(severity).help(help);
        if can_be_looked_up {
            found = found.help(INSTALL);
        }
        if host.range == host.call
            || (host.call.start <= host.range.start && host.range.end <= host.call.end)
        {
            return found;
        }
        found.secondary(call, "used here")
    });
}

/// How names can be used all the same.
const INSTALL: &str = "or let the camera look it up: `from oakc import dns`, then `dns.install()`";

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
