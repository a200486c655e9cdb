//! `oakc doctor` in networks that have one fault, and in such that have none: the network is made of namespaces, with
//! virtual cameras in it.

mod faults;
mod healthy;
mod quick;

use std::process::Stdio;

use oakc_tests::namespace::in_own_network;
use oakc_tests::process::{App, Ran, oakc};
use oakc_tests::requirement::{has_program, missing};
use serde_json::Value;

/// What this system cannot do ends the script with this code.
const CANNOT: i32 = 77;

/// Runs a script in a network of its own; its functions are in `network.sh`. `None` if the system does not
/// allow it.
fn in_network(app: &App, script: &str) -> Option<Ran> {
    let needed = ["bash", "ip", "nsenter", "mount", "python3"];
    if !needed.iter().all(|program| has_program(program)) {
        return None;
    }
    let whole = format!("{}\n{script}", include_str!("network.sh"));
    let mut command = in_own_network("unshare".as_ref())?;
    command
        .args(["-m", "bash", "-c", &whole])
        .current_dir(app.path(""))
        .env("oakc", oakc())
        .env("OAKC_CACHE", app.path("cache"))
        .env("COLUMNS", "100")
        .stdin(Stdio::null());
    let ran: Ran = command.output().unwrap().into();
    if ran.code == Some(CANNOT) {
        missing(
            "networks of namespaces (`ip link add … type veth`, `mount -t sysfs`, /dev/net/tun)",
        );
        return None;
    }
    Some(ran)
}

/// What `oakc doctor --format json` has printed.
fn object(ran: &Ran) -> Value {
    let line = ran.stdout.lines().find(|line| line.starts_with('{'));
    serde_json::from_str(line.unwrap_or_else(|| panic!("{ran:#?}"))).unwrap()
}

/// What of it the schema does not allow.
fn schema_errors(ran: &Ran) -> Vec<String> {
    let schema = include_str!("../../../../schemas/doctor.schema.json");
    let schema = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let object = object(ran);
    let errors = validator.iter_errors(&object);
    errors
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect()
}

/// The names and severities of the findings, the first first.
fn findings(ran: &Ran) -> Vec<(String, String)> {
    let object = object(ran);
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = object["findings"].as_array().unwrap().iter();
    let findings = findings.map(|finding| (text(finding, "check"), text(finding, "severity")));
    findings.collect()
}
