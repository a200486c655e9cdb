//! docs/messages.md: what the classes hold that a program on the camera can use.

use std::fmt::Write;

use oakc_script::api::{API, Class};

const HEAD: &str = "\
# What messages hold

The classes that a Script node's program finds on the camera, without an import and without `dai.`: those of the library whose
names are in the firmware's script engine, with the members that are there as well. What `oakc lint` knows about scripts
it knows from here. A message can be made of a number of bytes: `Buffer(30)`.

<!-- Written by `cargo xtask gen`. -->
";

/// The page.
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    let named = || API.device_classes().filter(|class| is_for_people(class));
    page.push_str("\n## Messages\n");
    for class in named().filter(|class| class.is_message) {
        section(&mut page, class);
    }
    page.push_str("\n## What they hold, and what the camera gives besides\n");
    for class in named().filter(|class| !class.is_message) {
        section(&mut page, class);
    }
    page
}

/// `node` and its ports have names that are no classes'.
fn is_for_people(class: &Class) -> bool {
    class
        .name
        .starts_with(|first: char| first.is_ascii_uppercase())
        && !API.lines(class).is_empty()
}

fn section(page: &mut String, class: &Class) {
    // Writing to a text does not fail.
    let _ = write!(page, "\n### {}\n\n", class.name);
    let bases = API.base_names(class);
    if let Some(base) = bases.first() {
        let _ = write!(page, "Also what [{base}](#{}) has.\n\n", anchor(base));
    }
    let _ = write!(page, "```python\n{}\n```\n", API.lines(class).join("\n"));
}

fn anchor(name: &str) -> String {
    name.to_lowercase().replace('.', "")
}
