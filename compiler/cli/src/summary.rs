//! The last words of a build: what is in the package, and which flash it fits.

use oakc_check::budget::Budget;
use oakc_core::flash::FLASH_SIZES;
use oakc_diag::render::Page;
use oakc_pack::Package;
pub(crate) use oakc_pack::grouped;
use oakc_runtime_schema::bootloader::BootloaderType;

/// The summary for people.
pub(crate) fn page(package: &Package, budget: &Budget) -> Page {
    let mut page = Page::new();
    let assembly = &package.assembly;
    let name = match assembly.app_name() {
        "" => "(no name)",
        name => name,
    };
    page.line(format_args!("{}  {name}", package.path.display()));
    for section in assembly.sections().header().sections() {
        let size = grouped(u64::from(section.size));
        let name = section.name.as_str();
        page.line(format_args!("  {name:<14} {size:>12} bytes"));
    }
    let size = grouped(assembly.size());
    page.line(format_args!("  {:<14} {size:>12} bytes", "total"));
    page.line(format_args!("  firmware       {}", firmware(package)));
    page.line(format_args!("  sha256         {}", package.digests.package));
    page.lines(&fit(package));
    let estimate = budget.summary();
    if !estimate.is_empty() {
        page.line(format_args!("  estimated      {estimate}"));
    }
    page
}

fn firmware(package: &Package) -> String {
    let image = &package.assembly.firmware().image;
    let variant = image
        .variant()
        .map_or("custom image", |variant| variant.name());
    let how = if package.assembly.firmware().compressed.is_some() {
        ", compressed"
    } else {
        ""
    };
    format!("depthai {}, {variant}{how}", image.release_version())
}

fn fit(package: &Package) -> String {
    let size = package.assembly.size();
    let verdicts = FLASH_SIZES.iter().map(|flash| {
        let fits = size <= flash.application_bytes(BootloaderType::Network);
        let verdict = if fits { "fits" } else { "too large" };
        format!("{} MiB {verdict}", flash.mebibytes)
    });
    let verdicts: Vec<_> = verdicts.collect();
    let mut text = format!("  flash          {}", verdicts.join(", "));
    let smaller = FLASH_SIZES.iter().any(|flash| {
        let room = flash.application_bytes(BootloaderType::Network);
        size > room && room > 16 << 20
    });
    // How small a custom image gets, nobody knows.
    let known = package.assembly.firmware().image.variant().is_some();
    if smaller && known && package.assembly.firmware().compressed.is_none() {
        text.push_str("\n                 --compress makes the firmware 18 MB smaller");
    }
    text
}
