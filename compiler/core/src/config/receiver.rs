//! Who receives the log: `udp` of `[logging]`.
//!
//! In: the text. Out: a host and a port, or what is wrong with the text. Never: a name that nobody tells the camera the
//! address of.

use std::net::{Ipv4Addr, Ipv6Addr};

use oakc_diag::Diagnostic;

use super::language::Network;
use super::network::is_name;
use super::reader::Reader;
use super::rules;
use crate::syntax::{Language, Node, NodeValue};

/// The port of a receiver that names none: that of `oakc logs`.
const PORT: u16 = 5514;

/// Who receives the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// Where it is.
    pub host: Host,
    /// Its UDP port.
    pub port: u16,
}

/// Where a receiver is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// An address.
    Address(Ipv4Addr),
    /// A name, which the camera looks up.
    Name(String),
}

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// What is wrong: in one line, at the value, and what to do about it.
struct Wrong {
    message: String,
    label: &'static str,
    help: String,
}

impl Wrong {
    fn new(message: impl Into<String>, label: &'static str, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            label,
            help: help.into(),
        }
    }
}

const ADDRESS: &str = "write the IPv4 address of the computer that runs `oakc logs`, such as `192.168.1.10` or \
                       `192.168.1.10:5514`";

/// Reads the value, or reports all that is wrong with it.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, network: &Network) -> Option<Receiver> {
    // Anything but text is reported already.
    let NodeValue::Str(text) = &node.value else {
        return None;
    };
    match receiver(text, network, reader.language) {
        Ok(receiver) => Some(receiver),
        Err(all) => {
            for wrong in all {
                let found = Diagnostic::new(&rules::REFUSED_VALUE, wrong.message);
                reader.report(found.label(node.span, wrong.label).help(wrong.help));
            }
            None
        }
    }
}

fn receiver(text: &str, network: &Network, language: Language) -> Result<Receiver, Vec<Wrong>> {
    let (host, port) = parts(text, language).map_err(|wrong| vec![wrong])?;
    let port = port.map_or(Ok(PORT), |port| udp_port(port, host));
    let host = match host.parse::<Ipv4Addr>() {
        Ok(address) => usable(address).map(Host::Address),
        Err(_) => look_up(host, network, language),
    };
    match (host, port) {
        (Ok(host), Ok(port)) => Ok(Receiver { host, port }),
        (host, port) => Err(host.err().into_iter().chain(port.err()).collect()),
    }
}

/// The host, and what comes after its colon.
fn parts(text: &str, language: Language) -> Result<(&str, Option<&str>), Wrong> {
    if text.trim().is_empty() {
        let message = "nobody receives the log: `udp` is empty";
        return Err(Wrong::new(message, "empty", ADDRESS));
    }
    if let Some((_, rest)) = text.split_once("://") {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let message = format!("`{text}` is a URL, and the log goes to an address");
        let help = format!("write only the address: {}", language.value(host));
        return Err(Wrong::new(message, "a URL", help));
    }
    let bare = text.trim_start_matches('[').split([']', '%']).next();
    if bare.is_some_and(|it| it.parse::<Ipv6Addr>().is_ok()) {
        let message =
            format!("`{text}` is an IPv6 address, and oakc's modules for the camera keep to IPv4");
        return Err(Wrong::new(message, "an IPv6 address", ADDRESS));
    }
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    if host.is_empty() {
        let message = format!("`{text}` is a port without an address");
        return Err(Wrong::new(message, "no address", ADDRESS));
    }
    Ok((host, port))
}

fn udp_port(port: &str, host: &str) -> Result<u16, Wrong> {
    let help = format!(
        "write a port from 1 to 65535, or `{host}` alone: then it is {PORT}, where `oakc logs` listens"
    );
    if port.is_empty() {
        let message = format!("no port comes after the colon of `{host}:`");
        return Err(Wrong::new(message, "the port is missing", help));
    }
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(port) if port > 0 && is_number => Ok(port),
        _ => {
            let message = format!("`{port}` is not a UDP port");
            Err(Wrong::new(message, "the port is wrong", help))
        }
    }
}

fn usable(address: Ipv4Addr) -> Result<Ipv4Addr, Wrong> {
    let message = if address.is_unspecified() {
        format!(
            "`{address}` is where a receiver listens, and no address that anything can be sent to"
        )
    } else if address.is_broadcast() {
        format!("`{address}` is everybody, and a camera sends its log to one receiver")
    } else {
        return Ok(address);
    };
    Err(Wrong::new(
        message,
        "not the address of a receiver",
        ADDRESS,
    ))
}

/// A name that the camera can look up, or the address that it has in `[network.hosts]`.
fn look_up(name: &str, network: &Network, language: Language) -> Result<Host, Wrong> {
    let asked = name.strip_suffix('.').unwrap_or(name);
    let mut known = network.hosts.iter();
    let known = known.find(|(host, _)| host.eq_ignore_ascii_case(asked));
    if let Some((_, address)) = known {
        return match address.parse() {
            Ok(address) => usable(address).map(Host::Address),
            // It is reported where it is written.
            Err(_) => Ok(Host::Name(name.to_owned())),
        };
    }
    if name
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        let message = format!("`{name}` is not an IPv4 address");
        let label = "four numbers from 0 to 255 with dots between them are";
        return Err(Wrong::new(message, label, ADDRESS));
    }
    if !is_name(asked) {
        let message = format!("`{name}` is neither an IPv4 address nor the name of a host");
        return Err(Wrong::new(message, "no host can be called that", ADDRESS));
    }
    if asked.eq_ignore_ascii_case("localhost") {
        let message = "`localhost` is the camera itself";
        return Err(Wrong::new(
            message,
            "nobody receives the log there",
            ADDRESS,
        ));
    }
    let is_local = asked.to_ascii_lowercase().ends_with(".local");
    if !is_local && network.dns.is_empty() {
        let message = format!("`{name}` is a name, and nobody tells the camera its address");
        let help = format!(
            "write the address instead, or give the name one: `{}` below {}; or let the camera ask a DNS server: `dns` in {}",
            entry_of_hosts(language, name),
            language.table(&["network", "hosts"]),
            language.table(&["network"]),
        );
        return Err(Wrong::new(message, "cannot be looked up", help));
    }
    Ok(Host::Name(name.to_owned()))
}

fn entry_of_hosts(language: Language, host: &str) -> String {
    match language {
        Language::Toml => format!("\"{host}\" = \"192.168.1.10\""),
        Language::Yaml => format!("\"{host}\": 192.168.1.10"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, network: &Network) -> Result<String, String> {
        let found = receiver(text, network, Language::Toml);
        let found = found.map(|it| format!("{}:{}", it.host, it.port));
        found.map_err(|all| {
            let messages: Vec<_> = all.into_iter().map(|wrong| wrong.message).collect();
            messages.join("; ")
        })
    }

    #[test]
    fn an_address_and_a_name_that_can_be_looked_up_are_taken() {
        let hosts = [("pc.lan".to_owned(), "192.168.1.20".to_owned())];
        let mut network = Network {
            dns: Vec::new(),
            search: Vec::new(),
            hosts: hosts.into(),
        };
        for (text, expected) in [
            ("192.168.1.10", "192.168.1.10:5514"),
            ("192.168.1.10:514", "192.168.1.10:514"),
            ("PC.lan:6000", "192.168.1.20:6000"),
            ("laptop.local", "laptop.local:5514"),
        ] {
            assert_eq!(read(text, &network).as_deref(), Ok(expected));
        }
        assert!(read("other.lan", &network).is_err());
        network.dns.push("192.168.1.1".to_owned());
        assert_eq!(read("other.lan:7", &network).as_deref(), Ok("other.lan:7"));
    }

    #[test]
    fn whatever_is_wrong_is_named() {
        let network = Network {
            dns: vec!["192.168.1.1".to_owned()],
            search: Vec::new(),
            hosts: [("all.lan".to_owned(), "255.255.255.255".to_owned())].into(),
        };
        for (text, expected) in [
            ("", "nobody receives the log: `udp` is empty"),
            (" ", "nobody receives the log: `udp` is empty"),
            (":5514", "`:5514` is a port without an address"),
            ("pc.lan:", "no port comes after the colon of `pc.lan:`"),
            ("pc.lan:0", "`0` is not a UDP port"),
            ("pc.lan:70000", "`70000` is not a UDP port"),
            ("pc.lan:+514", "`+514` is not a UDP port"),
            ("pc.lan:syslog", "`syslog` is not a UDP port"),
            ("192.168.1.10:5514:1", "`5514:1` is not a UDP port"),
            ("192.168.1.300", "`192.168.1.300` is not an IPv4 address"),
            ("192.168.1", "`192.168.1` is not an IPv4 address"),
            (
                "my pc",
                "`my pc` is neither an IPv4 address nor the name of a host",
            ),
            ("localhost:5514", "`localhost` is the camera itself"),
            (
                "1.2.3:x",
                "`1.2.3` is not an IPv4 address; `x` is not a UDP port",
            ),
        ] {
            assert_eq!(read(text, &network), Err(expected.to_owned()));
        }
        for (text, word) in [
            ("udp://192.168.1.10:5514", "URL"),
            ("[fe80::1]:5514", "IPv6"),
            ("fe80::1%eth0", "IPv6"),
            ("0.0.0.0", "listens"),
            ("255.255.255.255:1", "everybody"),
            ("all.lan", "everybody"),
        ] {
            let found = read(text, &network).unwrap_err();
            assert!(found.contains(word), "{text}: {found}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_refused_or_reads_as_it_is_written(text in "[-a-z0-9.:/%\\[\\] é]{0,24}") {
            let network = Network {
                dns: vec!["192.168.1.1".to_owned()],
                search: Vec::new(),
                hosts: [("pc".to_owned(), "192.168.1.20".to_owned())].into(),
            };
            if let Ok(found) = read(&text, &network) {
                proptest::prop_assert_eq!(read(&found, &network), Ok(found.clone()));
            }
        }
    }
}
