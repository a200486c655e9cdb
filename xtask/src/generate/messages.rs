//! docs/messages.md: the classes that a script on the camera can use, and their members.

use std::fmt::Write;

use oakc_script::api::{API, Class};

const HEAD: &str = "\
# What scripts can use

<!-- Made by `cargo xtask gen` from compiler/script/src/api. -->

The classes that a script can use on the camera, without an import and without `dai.`: those classes and members of the
library whose names are also in the firmware's script engine. `oakc lint` checks scripts against the same tables. A new
message is created with its size in bytes: `Buffer(30)`.
";

/// The page.
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    let named = || API.device_classes().filter(|class| is_for_people(class));
    page.push_str("\n## Messages\n");
    for class in named().filter(|class| class.is_message) {
        section(&mut page, class);
    }
    page.push_str("\n## Other classes\n");
    for class in named().filter(|class| !class.is_message) {
        section(&mut page, class);
    }
    page
}

/// Whether scripts can use the class by name: `node` and its ports have types without one.
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
        let _ = write!(
            page,
            "Has all members of [{base}](#{}), too.\n\n",
            anchor(base)
        );
    }
    let _ = write!(page, "```python\n{}\n```\n", API.lines(class).join("\n"));
}

fn anchor(name: &str) -> String {
    name.to_lowercase().replace('.', "")
}
