//! schemas/diagnostics.schema.json: the form of `--format json`, as `oakc_diag::render` writes it.

use oakc_diag::Severity;
use serde_json::{Map, Value as Json, json};

pub(super) fn json_schema() -> Json {
    let severities = [Severity::Error, Severity::Warning, Severity::Info].map(Severity::as_str);
    let mut schema = whole();
    let mut definitions = json!({
        "diagnostic": object("A problem.", &[
            ("code", true, json!({
                "description": "Stable code of the rule.",
                "type": "string",
                "pattern": "^OAK[0-9]{3}$",
            })),
            ("rule", true, string("Stable name of the rule.")),
            ("severity", true, json!({
                "description": "`error`: the device will not run it; `warning`: it runs, but drops, \
                                stalls or changes something; `info`: worth knowing.",
                "enum": severities,
            })),
            ("message", true, string("The headline.")),
            ("help", false, string("What to do about it.")),
            ("url", false, string("Where the rule is explained.")),
            ("labels", true, list("label", "Marked places, possibly in several files.")),
            ("fix", false, reference("fix", "A mechanical repair.")),
        ]),
        "label": object("A marked range of a file.", &[
            ("file", true, string("The file.")),
            ("start", true, reference("position", "The first character.")),
            ("end", true, reference("position", "One past the last character.")),
            ("message", true, string("The remark; may be empty.")),
            ("primary", true, boolean("Whether this is where the problem is.")),
        ]),
        "position": object("A place in a file.", &[
            ("line", true, count(1, "The line, from 1.")),
            ("column", true, count(1, "The column in characters, from 1.")),
            ("offset", true, count(0, "Bytes from the start of the file.")),
        ]),
        "fix": object("Edits that together repair a problem.", &[
            ("title", true, string("What the fix does.")),
            ("safe", true, boolean("Whether it may be applied without asking.")),
            ("edits", true, list("edit", "The replacements.")),
        ]),
        "edit": object("A replacement.", &[
            ("file", true, string("The file.")),
            ("start", true, count(0, "The first byte that is replaced.")),
            ("end", true, count(0, "One past the last byte that is replaced.")),
            ("text", true, string("What comes instead.")),
        ]),
    });
    for mut more in [appendix(), package()] {
        if let (Json::Object(all), Json::Object(more)) = (&mut definitions, &mut more) {
            all.append(more);
        }
    }
    let mut root = Map::new();
    root.insert(
        "$schema".to_owned(),
        json!("http://json-schema.org/draft-07/schema#"),
    );
    root.insert("title".to_owned(), json!("oakc diagnostics"));
    if let Json::Object(schema) = &mut schema {
        root.append(schema);
    }
    root.insert("definitions".to_owned(), definitions);
    root.into()
}

/// The object that is printed.
fn whole() -> Json {
    object(
        "What `--format json` prints.",
        &[
            (
                "diagnostics",
                true,
                list("diagnostic", "All problems, sorted, each once."),
            ),
            ("summary", true, reference("summary", "How many there are.")),
            (
                "budget",
                false,
                list(
                    "estimate",
                    "What each application needs, with `lint --budget`.",
                ),
            ),
            (
                "package",
                false,
                reference("package", "What `build` wrote."),
            ),
            (
                "packages",
                false,
                list(
                    "package",
                    "What `build` wrote for several applications, or for a fleet.",
                ),
            ),
            (
                "error",
                false,
                string("Why `build` wrote no package, where no diagnostic says so."),
            ),
        ],
    )
}

/// What follows the diagnostics: their counts, and what `--budget` adds.
fn appendix() -> Json {
    json!({
        "summary": object("Numbers of problems.", &[
            ("errors", true, count(0, "Errors.")),
            ("warnings", true, count(0, "Warnings.")),
        ]),
        "estimate": object("What an application will probably need of the device.", &[
            ("file", true, string("The application.")),
            ("resources", false, list("resource", "Left out while there are errors.")),
        ]),
        "resource": object("What is needed of one resource.", &[
            ("resource", true, string("Which one, such as `memory` or `shaves`.")),
            ("unit", true, string("`bytes`, `count`, `pixels-per-second` or `bits-per-second`.")),
            ("available", false, count(0, "How much there is, where that is known.")),
            ("items", true, list("item", "What needs it.")),
            ("unknown", true, json!({
                "description": "Nodes that need some of it, nobody knows how much.",
                "type": "array",
                "items": string("A node."),
            })),
        ]),
        "item": object("What a node needs for one purpose.", &[
            ("node", true, string("The node.")),
            ("what", true, string("The purpose.")),
            ("amount", true, count(0, "How much.")),
        ]),
    })
}

/// What a build adds.
fn package() -> Json {
    json!({
        "package": object("A package and where it comes from.", &[
            ("path", true, string("Where it is.")),
            ("size", true, count(0, "Its size in bytes.")),
            ("sha256", true, string("The SHA-256 of what was written.")),
            ("application", true, reference("application", "The application.")),
            ("params", true, json!({
                "description": "The values of its parameters, those given from outside included; secrets are hidden.",
                "type": "object",
            })),
            ("firmware", true, reference("firmware", "The firmware in it.")),
            ("build", true, string("A digest of everything that went in: equal builds have the same.")),
            ("sections", true, list("section", "What it consists of.")),
            ("file", false, string("Of several applications: the file it was built from.")),
            ("camera", false, string("With a fleet: the name of the camera.")),
        ]),
        "application": object("An application.", &[
            ("configuration", true, string("The name of its configuration file.")),
            ("extends", true, json!({
                "description": "The files that it builds on, by path, each with its SHA-256.",
                "type": "object",
                "additionalProperties": { "type": "string" },
            })),
            ("profile", true, json!({
                "description": "The profile that was chosen.",
                "type": ["string", "null"],
            })),
            ("name", true, string("Its name; may be empty.")),
            ("version", true, json!({
                "description": "Its version, if it says one.",
                "type": ["string", "null"],
            })),
        ]),
        "firmware": object("The firmware of a package.", &[
            ("release", true, string("The release that it is of.")),
            ("commit", true, string("The commit that it was built from.")),
            ("variant", true, string("Which of the release's images, or `custom`.")),
            ("sha256", true, string("The SHA-256 of the image.")),
            ("compressed", true, boolean("Whether the package holds it compressed.")),
        ]),
        "section": object("A section of a package.", &[
            ("name", true, string("Its name.")),
            ("offset", true, count(0, "Where it begins, in bytes from the start of the package.")),
            ("size", true, count(0, "Its size in bytes.")),
            ("checksum", true, count(0, "Its checksum, as the bootloader computes it.")),
        ]),
    })
}

/// An object with these keys: name, whether it is required, schema.
fn object(text: &str, keys: &[(&str, bool, Json)]) -> Json {
    let always = keys.iter().filter(|(_, always, _)| *always);
    let required: Vec<_> = always.map(|(name, ..)| name).collect();
    let properties = keys
        .iter()
        .map(|(name, _, schema)| ((*name).to_owned(), schema.clone()));
    json!({
        "description": text,
        "type": "object",
        "properties": properties.collect::<Map<_, _>>(),
        "required": required,
        "additionalProperties": false,
    })
}

fn string(text: &str) -> Json {
    json!({ "description": text, "type": "string" })
}

fn boolean(text: &str) -> Json {
    json!({ "description": text, "type": "boolean" })
}

fn count(minimum: u8, text: &str) -> Json {
    json!({ "description": text, "type": "integer", "minimum": minimum })
}

fn reference(name: &str, text: &str) -> Json {
    json!({ "description": text, "allOf": [{ "$ref": format!("#/definitions/{name}") }] })
}

fn list(element: &str, text: &str) -> Json {
    let element = format!("#/definitions/{element}");
    json!({ "description": text, "type": "array", "items": { "$ref": element } })
}
