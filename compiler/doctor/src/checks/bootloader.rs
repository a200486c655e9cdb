//! What a bootloader has told: its known faults, and settings with which a camera cannot work.

use oakc_device::maintenance::{Settings, SettingsError};
use oakc_runtime_schema::bootloader::{Config, Ipv4Setting, Version};

use super::Check;
use crate::finding::{Finding, Severity};
use crate::observations::{Observations, Sight, Told};

fn of_each(seen: &Observations, finding: impl Fn(&Sight, &Told) -> Vec<Finding>) -> Vec<Finding> {
    let told = seen
        .cameras
        .iter()
        .filter_map(|sight| Some((sight, sight.told.as_ref()?)));
    let found = told.flat_map(|(sight, told)| {
        let about = |found: Finding| found.about(sight.name.clone());
        finding(sight, told)
            .into_iter()
            .map(about)
            .collect::<Vec<_>>()
    });
    found.collect()
}

fn update(finding: Finding, sight: &Sight) -> Finding {
    finding.mend(format!("oakc device bootloader flash {}", sight.name))
}

pub(super) const DANGEROUS: Check = Check {
    name: "dangerous-bootloader",
    symptom: "cannot be flashed",
    finds: "a network bootloader before 0.0.14, which can leave the camera dead when it writes an application",
    mend: "oakc device bootloader flash",
    is_quick: false,
    run: |seen| {
        of_each(seen, |sight, told| {
            if !told.is_network || told.running >= Version::WRITES_SAFELY {
                return Vec::new();
            }
            let finding = Finding::new(
                Severity::Fault,
                format!("the bootloader is {}", told.running),
                format!(
                    "network bootloaders before {} can leave a camera unable to start when they write an application",
                    Version::WRITES_SAFELY
                ),
            );
            vec![update(finding, sight)]
        })
    },
};

pub(super) const OLD: Check = Check {
    name: "old-bootloader",
    symptom: "does not start now and then",
    finds: "a bootloader with a known fault: before 0.0.28 it sometimes fails to start or restart a camera",
    mend: "oakc device bootloader flash",
    is_quick: false,
    run: |seen| of_each(seen, |sight, told| old(sight, told).into_iter().collect()),
};

fn old(sight: &Sight, told: &Told) -> Option<Finding> {
    if told.running >= Version::RELIABLE
        || (told.is_network && told.running < Version::WRITES_SAFELY)
    {
        return None;
    }
    let text = match told.flashed {
        Some(flashed) => format!("the bootloader is {flashed}"),
        None => format!(
            "the user bootloader that runs is {}; the factory's below it may be older",
            told.running
        ),
    };
    let mut why = format!(
        "bootloaders before {} sometimes fail to start or restart a camera",
        Version::RELIABLE
    );
    if told.running < Version::TAKES_ADDRESSES {
        why.push_str(", and this one ignores a static address");
    }
    Some(update(Finding::new(Severity::Warning, text, why), sight))
}

pub(super) const SETTINGS: Check = Check {
    name: "settings",
    symptom: "not found after a restart, or from other networks",
    finds: "stored settings with which the camera cannot be reached",
    mend: "oakc device config set, or config clear",
    is_quick: false,
    run: |seen| {
        of_each(seen, |sight, told| {
            let config = told.config.as_ref();
            config
                .map(|config| settings(sight, told, config))
                .unwrap_or_default()
        })
    },
};

fn settings(sight: &Sight, told: &Told, config: &Config) -> Vec<Finding> {
    let name = &sight.name;
    let finding = |seen: String, why: &str| {
        Finding::new(Severity::Fault, seen, why)
            .mend(format!(
                "oakc device config set {name} --ip ADDRESS/24 --gateway GATEWAY"
            ))
            .mend(format!("or back to DHCP: oakc device config clear {name}"))
    };
    let mut found = Vec::new();
    if let Some(error) = unreachable(config, told.running) {
        found.push(finding(
            format!("the stored settings do not work: {error}"),
            "the camera cannot be reached with them, or only from its own network",
        ));
    } else if let (Some(address), Some(true)) =
        (config.address(Ipv4Setting::Address), config.static_ipv4())
        && sight.address.is_some_and(|at| at != address)
    {
        found.push(finding(
            format!("the camera's static address is {address}, but it is at {name}"),
            "the bootloader does not use the setting, or the camera has not restarted since",
        ));
    }
    if config.network_timeout_ms() == Some(0) {
        let finding = Finding::new(
            Severity::Warning,
            "the bootloader waits 0 ms for a host",
            "once an application runs that crashes, no host is fast enough to stop it",
        );
        found.push(finding.mend(format!(
            "oakc device config set {name} --network-timeout 1000"
        )));
    }
    found
}

/// What would refuse the addresses if they were set now.
fn unreachable(config: &Config, version: Version) -> Option<SettingsError> {
    let fixed = config.static_ipv4();
    config
        .address(Ipv4Setting::Address)
        .or(fixed.filter(|fixed| *fixed).map(|_| [0, 0, 0, 0].into()))?;
    let again = Settings {
        fixed: Some(fixed.unwrap_or(false)),
        ..Settings::default()
    };
    again.apply(&mut config.clone(), version).err()
}

pub(super) const NO_APPLICATION: Check = Check {
    name: "no-application",
    symptom: "found, does nothing",
    finds: "the camera holds no application",
    mend: "oakc flash",
    is_quick: false,
    run: |seen| {
        of_each(seen, |sight, told| {
            if told.has_application || told.running < Version::new(0, 0, 19) {
                return Vec::new();
            }
            let finding = Finding::new(
                Severity::Hint,
                "the camera holds no application",
                "it waits in its bootloader until it is flashed",
            );
            vec![finding.mend(format!("oakc flash app.toml --device {}", sight.name))]
        })
    },
};
