//! docs/doctor.md: every check of `oakc doctor`; schemas/doctor.schema.json: the form of its `--format json`.

use std::fmt::Write as _;

use oakc_doctor::Severity;
use oakc_doctor::checks::CHECKS;
use serde_json::{Value as Json, json};

use super::cell;

const HEAD: &str = "\
# `oakc doctor`

<!-- Made by `cargo xtask gen` from the checks in compiler/doctor/src/checks and from xtask/src/generate/doctor.rs. -->

    oakc doctor                        # all cameras that answer
    oakc doctor 192.168.1.50           # one that does not; also by MXID
    oakc doctor --probe                # also what needs a connection: the cameras restart
    oakc doctor --app app.toml         # compares what an application sends with what the way to the camera carries

It looks at this machine and at the way to the cameras, and says what is wrong: what was seen, why it matters, and the
command that mends it on this system, the worst first. It changes nothing, neither here nor on a camera.

Exit code 0: nothing is wrong (a hint may be there); 1: something is; 2: the command line is wrong; 3: it could not look.
`--format json` prints one object, described by [schemas/doctor.schema.json](../schemas/doctor.schema.json).

## What it looks at

| | how |
|---|---|
| interfaces, routes, neighbours, reverse-path filtering | files of the system (Linux), programs that only tell (macOS, Windows) |
| the firewall (Linux) | `nft`, `iptables-save`, ufw, firewalld. Most of it only the administrator may see; what could not be seen is listed, and `sudo oakc doctor` sees it |
| cameras | a broadcast as with `oakc devices`, then each camera for `--watch` seconds: questions on UDP port 11491, pings, pings of every size that Ethernet carries |
| link speed | of the network card from the system, of the camera from the camera |
| bootloader, settings, connection, speed of a read | only with `--probe`, which asks first on a terminal: a camera that was connected to restarts, and one that runs its application restarts before, too |
| programs that commands need | whether they are there, and how to get them |

A rule of the firewall is reported only if it drops the packet for certain: rules with conditions that oakc does not
understand are not blamed. The speed is measured by reading up to 8 MiB of the camera's memory for two seconds at most. The
other direction is not measured: that would have to write to the camera. How fast the memory of a real camera can be read is
not known, so only a read of less than 40 Mbit/s is reported.

When `oakc devices`, `oakc flash` or `oakc device …` find no camera or cannot connect to it, they name the likeliest cause
that the state of this machine shows, if one does, and `oakc doctor` with the right argument. That takes milliseconds, and
nothing is sent.

**Not yet proven:** all of this was tried in networks of Linux namespaces with virtual cameras. What is said about macOS and
Windows is tested on texts such as their programs print, never on such a machine; their firewalls are not read.

## What it finds

Faults come first, then warnings, then hints; of two that are equally bad, the one that stands higher here, as it may explain
the other.

| symptom | finding | what it means | what mends it |
|---|---|---|---|
";

/// The page.
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    for check in CHECKS {
        // Writing to a text does not fail.
        let _ = writeln!(
            page,
            "| {} | `{}` | {} | {} |",
            cell(check.symptom),
            check.name,
            cell(check.finds),
            cell(check.mend)
        );
    }
    page
}

pub(super) fn json_schema() -> Json {
    let mut root = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "oakc doctor",
        "definitions": {
            "finding": finding(),
            "camera": camera(),
            "interface": interface(),
            "tool": tool(),
            "echoes": echoes(),
        },
    });
    if let (Json::Object(root), Json::Object(mut output)) = (&mut root, output()) {
        root.append(&mut output);
    }
    root
}

fn output() -> Json {
    let properties = [
        (
            "findings",
            list("finding", "What was found, the worst first."),
        ),
        (
            "cameras",
            list(
                "camera",
                "The cameras that were named, else all that answer.",
            ),
        ),
        (
            "interfaces",
            list("interface", "The interfaces of this machine."),
        ),
        ("tools", list("tool", "What commands need.")),
        (
            "unseen",
            texts("What could not be seen, and how it can be."),
        ),
    ];
    object("What `oakc doctor --format json` prints.", &properties, &[])
}

fn finding() -> Json {
    let severities = [Severity::Fault, Severity::Warning, Severity::Hint].map(Severity::name);
    let checks: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
    let properties = [
        (
            "check",
            json!({ "description": "The name of the check.", "enum": checks }),
        ),
        (
            "severity",
            json!({
                "description": "`fault`: a camera cannot be found or reached, or does not work; `warning`: it works, but \
                                badly; `hint`: nothing is wrong.",
                "enum": severities,
            }),
        ),
        (
            "camera",
            text("The camera that it is about, if it is about one."),
        ),
        ("seen", text("What was seen.")),
        ("why", text("Why it matters.")),
        ("mend", texts("What mends it, the likeliest first.")),
    ];
    object("Something that was found.", &properties, &["camera"])
}

fn camera() -> Json {
    let properties = [
        ("name", text("As it was named, or its address.")),
        ("address", maybe("string", "Its address.")),
        ("mxids", texts("Who answers there.")),
        ("state", maybe("string", "What it is doing.")),
        (
            "interface",
            maybe("string", "The interface that packets to it leave by."),
        ),
        ("ping", maybe_echoes("What came back from pings.")),
        (
            "discovery",
            maybe_echoes("What came back from questions on UDP port 11491."),
        ),
        (
            "largest_packet",
            maybe("integer", "The largest packet that comes back, in bytes."),
        ),
        (
            "link_megabits",
            maybe("integer", "The speed of its own link in Mbit/s."),
        ),
        (
            "connection",
            maybe(
                "string",
                "What came of connecting to it, with `--probe`: `bootloader`, `refused`, `silent`, or why it failed.",
            ),
        ),
        (
            "static_address",
            maybe(
                "boolean",
                "Whether its address is fixed and not from a DHCP server, with `--probe`.",
            ),
        ),
        (
            "bootloader",
            maybe("string", "The version of its bootloader, with `--probe`."),
        ),
        (
            "read_megabits",
            maybe(
                "number",
                "How fast its memory was read, in Mbit/s, with `--probe`.",
            ),
        ),
    ];
    object("What was seen of a camera.", &properties, &[])
}

fn interface() -> Json {
    let properties = [
        ("name", text("Its name.")),
        (
            "addresses",
            texts("Its addresses with the length of their netmask."),
        ),
        (
            "up",
            json!({ "description": "Whether it is on and connected.", "type": "boolean" }),
        ),
        ("mtu", maybe("integer", "Its largest packet in bytes.")),
        (
            "megabits",
            maybe("integer", "The speed of its link in Mbit/s."),
        ),
    ];
    object("An interface.", &properties, &[])
}

fn tool() -> Json {
    let properties = [
        ("name", text("What it is.")),
        (
            "found",
            maybe("string", "Its version or place; null if it is missing."),
        ),
        ("commands", texts("The commands that need it.")),
        ("purpose", text("What for.")),
        (
            "get",
            text("How to get it; empty where it is not for this system."),
        ),
    ];
    object("Something that commands need.", &properties, &[])
}

fn echoes() -> Json {
    let properties = [
        (
            "sent",
            json!({ "description": "How many were sent.", "type": "integer" }),
        ),
        (
            "received",
            json!({ "description": "How many came back.", "type": "integer" }),
        ),
        (
            "milliseconds",
            json!({ "description": "How long the one in the middle took.", "type": "number" }),
        ),
    ];
    object("Questions and answers.", &properties, &[])
}

fn text(description: &str) -> Json {
    json!({ "description": description, "type": "string" })
}

fn texts(description: &str) -> Json {
    json!({ "description": description, "type": "array", "items": { "type": "string" } })
}

/// A value of a type, or null.
fn maybe(kind: &str, description: &str) -> Json {
    json!({ "description": description, "type": [kind, "null"] })
}

/// A list of what a definition describes.
fn list(name: &str, description: &str) -> Json {
    let items = json!({ "$ref": format!("#/definitions/{name}") });
    json!({ "description": description, "type": "array", "items": items })
}

fn maybe_echoes(description: &str) -> Json {
    json!({ "description": description, "anyOf": [{ "$ref": "#/definitions/echoes" }, { "type": "null" }] })
}

/// An object with these properties and no others; all are there but the optional ones.
fn object(description: &str, properties: &[(&str, Json)], optional: &[&str]) -> Json {
    let names = properties.iter().map(|(name, _)| *name);
    let required: Vec<_> = names.filter(|name| !optional.contains(name)).collect();
    let properties = properties
        .iter()
        .cloned()
        .map(|(name, value)| (name.to_owned(), value));
    json!({
        "description": description,
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties.collect::<serde_json::Map<_, _>>(),
    })
}
