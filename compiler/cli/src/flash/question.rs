//! What the user is shown before cameras are flashed: what is on each of them, and what it would get.
//!
//! In: cameras, and a supply of packages. Out: lines, and a question. Never: a camera that restarts because
//! of the question while it runs an application, or a secret.

use std::fmt::Write as _;

use oakc_deploy::{Contents, Supply};
use oakc_device::Reach;
use oakc_device::discovery::Camera;
use oakc_device::maintenance::{Depth, Info, Surveyed, survey};
use oakc_device::selection::Chosen;
use oakc_device::xlink::datagram::DeviceState;
use oakc_diag::render::Page;
use oakc_firmware::Store;
use oakc_workers::on_each;
use serde_json::Value;

use crate::failure::Failure;
use crate::summary::grouped;
use crate::terminal::Terminal;

/// Cameras that are asked at once.
const AT_ONCE: usize = 64;

/// Asks what is on each camera and what it would get: the lines to show.
pub(super) fn lines(
    cameras: &[Chosen],
    supply: &Supply,
    store: &Store,
    reach: &Reach,
    terminal: &Terminal,
) -> Result<Page, Failure> {
    let mut contents = Vec::new();
    for index in 0..cameras.len() {
        contents.push(supply.contents(index, store, &mut |event| terminal.progress(event))?);
    }
    let asked = on_each(cameras, AT_ONCE, |_, chosen| {
        let seen = chosen.seen.as_ref();
        seen.map(|camera| survey(reach, camera, Depth::InBootloader))
    });
    let asked = asked.into_iter().map(|asked| asked.ok().flatten());
    let asked: Vec<_> = asked.collect();
    Ok(page(cameras, &asked, &contents))
}

/// Where all cameras get the same, it is said once.
fn page(cameras: &[Chosen], asked: &[Option<Surveyed>], contents: &[Contents]) -> Page {
    let mut page = Page::new();
    let differ = contents
        .windows(2)
        .any(|two| matches!(two, [a, b] if a != b));
    for ((chosen, asked), contents) in cameras.iter().zip(asked).zip(contents) {
        page.line(format_args!("  {}", who(chosen)));
        page.line(format_args!("    has:  {}", has(chosen, asked.as_ref())));
        if differ {
            gets(&mut page, "    gets: ", contents);
        }
    }
    if let (false, Some(contents)) = (differ, contents.first()) {
        let what = if cameras.len() == 1 {
            "    gets: "
        } else {
            "  each gets: "
        };
        gets(&mut page, what, contents);
    }
    page
}

/// `gate  10.1.0.21  18443010D1B2C30F00  flash_booted`.
fn who(chosen: &Chosen) -> String {
    let Some(camera) = &chosen.seen else {
        return format!("{}  does not answer", chosen.name);
    };
    let mut text = chosen.name.clone();
    for more in [camera.address.to_string(), camera.name().to_owned()] {
        if more != chosen.name {
            let _ = write!(text, "  {more}");
        }
    }
    let _ = write!(text, "  {}", camera.state);
    text
}

fn has(chosen: &Chosen, asked: Option<&Surveyed>) -> String {
    let told = asked.and_then(|asked| asked.told.as_ref());
    match (&chosen.seen, told) {
        (_, Some(Ok(info))) => known(info),
        (_, Some(Err(error))) => format!("not known: {error}"),
        (Some(camera), None) => unasked(camera),
        (None, None) => "not known".to_owned(),
    }
}

fn known(info: &Info) -> String {
    let application = match info.application() {
        Some(application) => match &application.firmware {
            Some(firmware) => format!("{}, firmware {firmware}", application.title()),
            None => application.title().to_owned(),
        },
        None => "no application".to_owned(),
    };
    format!("{application}; bootloader {}", info.bootloader())
}

fn unasked(camera: &Camera) -> String {
    match camera.state {
        DeviceState::FlashBooted => "an application that runs; not asked, that would restart it",
        _ => "not known",
    }
    .to_owned()
}

fn gets(page: &mut Page, what: &str, contents: &Contents) {
    let name = match contents.name.as_str() {
        "" => "(no name)",
        name => name,
    };
    let mut text = name.to_owned();
    if let Some(version) = &contents.version {
        let _ = write!(text, " {version}");
    }
    let release = contents.release.as_deref().unwrap_or(&contents.commit);
    let size = grouped(contents.size);
    let _ = write!(
        text,
        ", {size} bytes, firmware {release} {}",
        contents.variant
    );
    page.line(format_args!("{what}{text}"));
    let params = contents.params.iter().flatten();
    let params: Vec<_> = params.map(|(name, value)| param(name, value)).collect();
    if !params.is_empty() {
        let indent = " ".repeat(what.len());
        page.line(format_args!("{indent}with {}", params.join(", ")));
    }
}

fn param(name: &str, value: &Value) -> String {
    format!("{name} = {value}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use oakc_device::Target;
    use oakc_runtime_schema::bootloader::{BootloaderType, Version};
    use serde_json::json;

    use super::*;

    fn contents(door: &str) -> Contents {
        Contents {
            size: 28_500_000,
            sha256: None,
            name: "door".to_owned(),
            version: Some("1.2".to_owned()),
            params: Some(BTreeMap::from([
                ("door".to_owned(), json!(door)),
                ("password".to_owned(), json!("***")),
            ])),
            release: Some("2.33.0".to_owned()),
            commit: "0123".to_owned(),
            variant: "openvino2022.1".to_owned(),
        }
    }

    fn camera(name: &str, state: Option<DeviceState>) -> Chosen {
        let address = "10.1.0.21".parse().unwrap();
        let mxid = "18443010D1B2C30F00".parse().ok();
        Chosen {
            name: name.to_owned(),
            target: Ok(Target {
                address,
                mxid: None,
            }),
            seen: state.map(|state| Camera {
                mxid,
                address,
                state,
                supported: true,
            }),
        }
    }

    #[test]
    fn each_camera_is_shown_with_what_it_has_and_what_it_gets() {
        let info = Info {
            version: Version::new(0, 0, 28),
            kind: BootloaderType::Network,
            commit: None,
            user_bootloader: false,
            memories: Vec::new(),
            config: Err(String::new()),
        };
        let cameras = [
            camera("gate", Some(DeviceState::Bootloader)),
            camera("10.1.0.21", Some(DeviceState::FlashBooted)),
            camera("yard", None),
        ];
        let told = cameras[0].seen.clone().map(|camera| Surveyed {
            camera,
            told: Some(Ok(info)),
        });
        let asked = [told, None, None];
        let same = page(
            &cameras,
            &asked,
            &[contents("1"), contents("1"), contents("1")],
        );
        let expected = "  gate  10.1.0.21  18443010D1B2C30F00  bootloader
    has:  no application; bootloader 0.0.28 NETWORK
  10.1.0.21  18443010D1B2C30F00  flash_booted
    has:  an application that runs; not asked, that would restart it
  yard  does not answer
    has:  not known
  each gets: door 1.2, 28,500,000 bytes, firmware 2.33.0 openvino2022.1
             with door = \"1\", password = \"***\"
";
        assert_eq!(same.as_str(), expected);
        let differ = page(
            &cameras,
            &asked,
            &[contents("1"), contents("2"), contents("1")],
        );
        assert_eq!(differ.as_str().matches("    gets: door 1.2").count(), 3);
        assert!(differ.as_str().contains("          with door = \"2\""));
    }
}
