//! The last words of a build: what is in the package, and which flash it fits.

use std::fmt::Write as _;

use oakc_core::flash::FLASH_SIZES;

use crate::package::Packaged;

/// The summary for people.
pub(crate) fn text(packaged: &Packaged) -> String {
    let mut text = String::new();
    let name = match packaged.app_name.as_str() {
        "" => "(no name)",
        name => name,
    };
    let _ = writeln!(text, "{}  {name}", packaged.path.display());
    for section in packaged.sections.header().sections() {
        let size = grouped(u64::from(section.size));
        let _ = writeln!(text, "  {:<14} {size:>12} bytes", section.name.as_str());
    }
    let size = grouped(packaged.size);
    let _ = writeln!(text, "  {:<14} {size:>12} bytes", "total");
    let _ = writeln!(text, "  firmware       {}", firmware(packaged));
    let _ = writeln!(text, "  sha256         {}", packaged.sha256);
    text.push_str(&fit(packaged));
    text
}

fn firmware(packaged: &Packaged) -> String {
    let image = &packaged.firmware.image;
    let variant = image
        .variant()
        .map_or("custom image", |variant| variant.name());
    let how = if packaged.firmware.compressed.is_some() {
        ", compressed"
    } else {
        ""
    };
    format!("depthai {}, {variant}{how}", image.release_version())
}

fn fit(packaged: &Packaged) -> String {
    let verdicts = FLASH_SIZES.iter().map(|flash| {
        let fits = packaged.size <= flash.application_bytes();
        let verdict = if fits { "fits" } else { "too large" };
        format!("{} MiB {verdict}", flash.mebibytes)
    });
    let verdicts: Vec<_> = verdicts.collect();
    let mut text = format!("  flash          {}", verdicts.join(", "));
    let smaller = FLASH_SIZES.iter().any(|flash| {
        let room = flash.application_bytes();
        packaged.size > room && room > 16 << 20
    });
    // How small a custom image gets, nobody knows.
    let known = packaged.firmware.image.variant().is_some();
    if smaller && known && packaged.firmware.compressed.is_none() {
        text.push_str("\n                 --compress makes the firmware 18 MB smaller");
    }
    text
}

/// `28508161` -> `28,508,161`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
