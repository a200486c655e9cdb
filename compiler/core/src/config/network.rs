//! `[network]`: what scripts look up with `oakc.dns`, and where.
//!
//! In: the section. Out: its values, and the module `oakc.network`, which brings them to the camera where `oakc.dns` is
//! imported. Never: a server or an address that the camera could not use.

use std::net::Ipv4Addr;

use oakc_diag::Diagnostic;

use super::language::Network;
use super::reader::Reader;
use super::rules;
use crate::bundle::literal;
use crate::syntax::{Node, NodeValue, Table};

/// The name of the module behind `oakc.`.
const MODULE: &str = "network";

/// More servers would only make a lookup that fails take longer.
const MAX_SERVERS: usize = 4;

const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;

/// Reads the section of the application `root`, if it has one, and provides its module.
pub(super) fn read(reader: &mut Reader<'_>, root: &Table) -> Network {
    let entry = root.entries.iter().find(|entry| entry.key == "network");
    let mut network: Network = entry
        .and_then(|entry| reader.typed(entry))
        .unwrap_or_default();
    if let Some(entry) = entry {
        reader.within("network", |r| r.spans_of_items(&entry.value));
        check(reader, &entry.value, &mut network);
    }
    reader.library.insert(MODULE, module(&network));
    network
}

/// Reports what cannot be used.
fn check(reader: &mut Reader<'_>, section: &Node, network: &mut Network) {
    let NodeValue::Table(section) = &section.value else {
        return;
    };
    let server = "an IPv4 address, such as `192.168.1.1` or `192.168.1.1:5353`";
    let servers = items(section, "dns");
    for node in servers {
        expect(reader, node, is_server, server);
    }
    if let Some(more) = servers.get(MAX_SERVERS) {
        let message = format!("at most {MAX_SERVERS} servers are asked");
        let found = Diagnostic::new(&rules::OUT_OF_RANGE, message);
        reader.report(found.label(more.span, "one server too many"));
    }
    for node in items(section, "search") {
        expect(reader, node, is_name, "a domain, such as `example.lan`");
    }
    let Some(NodeValue::Table(hosts)) = section.get("hosts").map(|node| &node.value) else {
        return;
    };
    for entry in &hosts.entries {
        let address = "an IPv4 address, such as `192.168.1.20`";
        expect(reader, &entry.value, is_address, address);
        if !is_name(&entry.key) {
            let key = Node {
                value: NodeValue::Str(entry.key.clone()),
                span: entry.key_span,
            };
            reader.wrong_type(&key, "a name, such as `broker.lan`");
            network.hosts.remove(&entry.key);
        }
    }
}

fn items<'n>(section: &'n Table, key: &str) -> &'n [Node] {
    match section.get(key).map(|node| &node.value) {
        Some(NodeValue::List(items)) => items,
        _ => &[],
    }
}

fn expect(reader: &mut Reader<'_>, node: &Node, fits: fn(&str) -> bool, expected: &str) {
    // Anything but text is reported already.
    if matches!(&node.value, NodeValue::Str(text) if !fits(text)) {
        reader.wrong_type(node, expected);
    }
}

fn is_address(text: &str) -> bool {
    text.parse::<Ipv4Addr>()
        .is_ok_and(|address| !address.is_unspecified() && !address.is_broadcast())
}

fn is_server(text: &str) -> bool {
    match text.split_once(':') {
        Some((address, port)) => is_address(address) && port.parse::<u16>().is_ok_and(|it| it > 0),
        None => is_address(text),
    }
}

/// Whether a name can be asked for.
pub(super) fn is_name(text: &str) -> bool {
    let label = |label: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        !label.is_empty() && label.len() <= MAX_LABEL && label.chars().all(fits)
    };
    text.len() <= MAX_NAME && text.split('.').all(label) && text.parse::<Ipv4Addr>().is_err()
}

/// The text of `oakc.network`.
fn module(network: &Network) -> String {
    let hosts = network.hosts.iter();
    let hosts = hosts.map(|(name, address)| format!("{}: {}", quoted(name), quoted(address)));
    format!(
        "dns = [{}]\nsearch = [{}]\nhosts = {{{}}}\n",
        list(&network.dns),
        list(&network.search),
        hosts.collect::<Vec<_>>().join(", ")
    )
}

fn list(texts: &[String]) -> String {
    let texts: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
    texts.join(", ")
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    literal::write(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_and_names_are_what_the_camera_can_use() {
        for server in ["192.168.1.1", "10.0.0.1:5353"] {
            assert!(is_server(server), "{server}");
        }
        for server in [
            "",
            "dns.lan",
            "1.2.3",
            "::1",
            "1.2.3.4:0",
            "1.2.3.4:",
            "0.0.0.0",
        ] {
            assert!(!is_server(server), "{server}");
        }
        for name in ["broker", "a-b.c_d.lan", "xn--kse-qla.lan"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", ".", "a..b", "a b", "1.2.3.4", "http://x", "käse.lan"] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn the_module_holds_what_is_written() {
        let network = Network {
            dns: vec!["1.2.3.4".to_owned()],
            search: Vec::new(),
            hosts: [("broker.lan".to_owned(), "1.2.3.5".to_owned())].into(),
        };
        let text = module(&network);
        assert!(
            text.lines().count() == 3 && text.contains("search = []\n"),
            "{text}"
        );
        assert!(
            text.contains("broker.lan") && text.contains("1.2.3.5"),
            "{text}"
        );
    }
}
