//! What errors of cameras mean: the part of the list for `oakc device`, `oakc flash` and similar
//! commands.

use std::io::ErrorKind;

use oakc_device::Error;
use oakc_device::flash::{Failure as FlashFailure, Refusal, Warning};
use oakc_device::maintenance::{ChangeError, SettingsError, UpdateError};
use oakc_device::selection::SelectionError;
use oakc_device::virtual_camera::StartError;

use super::{Advice, Fault};
use crate::lost::Lost;

const UPDATE: &str = "`oakc device bootloader flash` updates it";

impl Advice for Error {
    fn fault(&self) -> Fault {
        Fault::World
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Denied(_) => {
                "on Linux, write `SUBSYSTEM==\"usb\", ATTR{idVendor}==\"03e7\", MODE=\"0666\"` to \
                 /etc/udev/rules.d/80-oak.rules, run `udevadm control --reload`, and plug the camera \
                 in again"
            }
            Self::Unbooted(_) => {
                "`oakc device bootloader flash --type usb` writes a bootloader, if the camera has \
                 flash memory and no Ethernet"
            }
            Self::TooOld { .. } => UPDATE,
            Self::Network(source) if source.kind() == ErrorKind::PermissionDenied => {
                "a rule of this machine's firewall drops what is sent to UDP port 11491; \
                 `sudo oakc doctor` shows which"
            }
            _ => return None,
        };
        Some(text.to_owned())
    }

    fn lost(&self) -> Option<Lost> {
        match self {
            Self::Network(_) => Some(Lost::Anybody),
            Self::NotFound(address)
            | Self::Connect { address, .. }
            | Self::NotACamera { address, .. } => Lost::at(*address),
            _ => None,
        }
    }
}

impl Advice for SelectionError {
    fn fault(&self) -> Fault {
        match self {
            Self::Several(_) | Self::NamedTwice { .. } => Fault::Usage,
            Self::Device(error) => error.fault(),
            _ => Fault::World,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Nobody => Some(
                "if the camera is in another network, pass its IP address: --device IP".to_owned(),
            ),
            Self::Several(_) => Some("pass --device IP, usb:PATH or MXID".to_owned()),
            Self::Device(error) => error.advice(),
            _ => None,
        }
    }

    fn lost(&self) -> Option<Lost> {
        match self {
            Self::Nobody => Some(Lost::Anybody),
            Self::Unknown(unknown) => Some(Lost::Named(unknown.0.clone())),
            Self::Device(error) => error.lost(),
            _ => None,
        }
    }
}

impl Advice for FlashFailure {
    fn fault(&self) -> Fault {
        Fault::World
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Refused(refusal) => refusal_advice(refusal),
            Self::Camera(error) => error.advice(),
            _ => None,
        }
    }

    fn lost(&self) -> Option<Lost> {
        match self {
            Self::Camera(error) => error.lost(),
            _ => None,
        }
    }
}

fn refusal_advice(refusal: &Refusal) -> Option<String> {
    let text = match refusal {
        Refusal::DangerousBootloader(_) => "update it first, with `oakc device bootloader flash`",
        Refusal::CannotVerify(_) => {
            "update it with `oakc device bootloader flash`, or pass --no-verify"
        }
        Refusal::CannotChooseMemory(_) => {
            "omit --memory, or update it with `oakc device bootloader flash`"
        }
        Refusal::NoEmmcOverUsb => "use --memory flash",
        Refusal::NoMemory(_) => {
            "choose another memory with --memory; a camera without memory cannot run an \
             application on its own"
        }
        Refusal::TooLarge { .. } => "compress it with --compress, or use smaller models",
        _ => return None,
    };
    Some(text.to_owned())
}

/// A warning, and what to do about it.
pub(crate) fn warning_text(warning: &Warning) -> String {
    match warning {
        Warning::OldBootloader(_) => format!("{warning}: {UPDATE}"),
        _ => warning.to_string(),
    }
}

impl Advice for SettingsError {
    fn fault(&self) -> Fault {
        Fault::Input
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Nothing => Some("pass what to set, such as --ip, --dns or --mac".to_owned()),
            Self::TooOld(_) => Some(UPDATE.to_owned()),
            Self::NoAddress => Some("pass --ip and --mask".to_owned()),
            Self::NoMask(address) => {
                // Link-local addresses share one network (RFC 3927); 24 is what most others have.
                let bits = if address.is_link_local() { 16 } else { 24 };
                Some(format!("pass --mask, or write {address}/{bits}"))
            }
            _ => None,
        }
    }
}

impl Advice for ChangeError {
    fn fault(&self) -> Fault {
        match self {
            Self::Settings(error) => error.fault(),
            _ => Fault::World,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Settings(error) => error.advice(),
            Self::Device(error) => error.advice(),
            _ => None,
        }
    }

    fn lost(&self) -> Option<Lost> {
        match self {
            Self::Device(error) => error.lost(),
            _ => None,
        }
    }
}

impl Advice for UpdateError {
    /// A wrong image is wrong input; everything else is the camera.
    fn fault(&self) -> Fault {
        match self {
            Self::TypeMismatch { .. }
            | Self::NotABootloader
            | Self::NetworkOverUsb(_)
            | Self::TooLarge { .. } => Fault::Input,
            Self::UnknownType(_) => Fault::Usage,
            _ => Fault::World,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::NetworkOverUsb(_) => Some(
                "the library's device manager writes one for the network from there".to_owned(),
            ),
            Self::UnknownType(_) => {
                Some("pass --type usb if it is a camera without Ethernet".to_owned())
            }
            Self::Camera(error) => error.advice(),
            _ => None,
        }
    }

    fn lost(&self) -> Option<Lost> {
        match self {
            Self::Camera(error) => error.lost(),
            _ => None,
        }
    }
}

impl Advice for StartError {
    fn fault(&self) -> Fault {
        Fault::World
    }
}

#[cfg(test)]
mod tests {
    use oakc_runtime_schema::bootloader::Version;

    use super::*;

    #[test]
    fn errors_of_cameras_name_no_options_but_their_advice_does() {
        let version = Version::new(0, 0, 10);
        let usb = || "usb:1.2".parse().unwrap();
        let errors: [(Box<dyn Advice>, &str); 6] = [
            (Box::new(Error::Denied(usb())), "udevadm"),
            (Box::new(Error::Unbooted(usb())), "--type usb"),
            (Box::new(SelectionError::Nobody), "--device"),
            (
                Box::new(SettingsError::NoMask([10, 0, 0, 5].into())),
                "10.0.0.5/24",
            ),
            (
                Box::new(FlashFailure::from(Refusal::CannotVerify(version))),
                "--no-verify",
            ),
            (Box::new(UpdateError::UnknownType(usb())), "--type usb"),
        ];
        for (error, advice) in errors {
            let text = error.to_string();
            assert!(!text.contains("--") && !text.contains("oakc"), "{text}");
            let given = error.advice().unwrap_or_default();
            assert!(given.contains(advice), "{text}: {given}");
        }
    }

    #[test]
    fn the_mask_that_is_advised_is_that_of_the_network() {
        for (address, written) in [
            ([169, 254, 7, 9], "169.254.7.9/16"),
            ([192, 168, 1, 50], "192.168.1.50/24"),
        ] {
            let advice = SettingsError::NoMask(address.into())
                .advice()
                .unwrap_or_default();
            assert!(advice.contains(written), "{advice}");
        }
    }

    #[test]
    fn a_wrong_image_is_the_users_and_a_missing_type_is_the_command_lines() {
        assert_eq!(UpdateError::NotABootloader.fault(), Fault::Input);
        let usb = "usb:1.2".parse().unwrap();
        assert_eq!(UpdateError::UnknownType(usb).fault(), Fault::Usage);
        assert_eq!(UpdateError::NoFlash.fault(), Fault::World);
    }
}
