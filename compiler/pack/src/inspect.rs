//! What is inside a package, for programs and for people; and its parts as files.

use std::borrow::Cow;
use std::path::Path;

use oakc_core::bundle::packed_params::Value as Setting;
use oakc_core::bundle::{ASSET, Bundle, Logged, Module, Secrets};
use oakc_core::modules::shown;
use oakc_core::package::inspect::{NodeProperties, Package, Pipeline};
use oakc_diag::HIDDEN;
use oakc_diag::render::Page;
use oakc_digest::sha256;
use oakc_project::{FileError, NewDirectory, file_name};
use oakc_runtime_schema::assets::{AssetEntry, AssetMap};
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::nodes::script::ScriptProperties;
use oakc_runtime_schema::pipeline::{GlobalProperties, NodeConnectionSchema, NodeObjInfo};
use oakc_runtime_schema::reflect::{EnumStyle, Reflect, to_json};
use oakc_runtime_schema::sbr::{Compression, Section};
use serde_json::{Value, json};

use crate::grouped;

/// Why the parts of a package cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// An asset is not in the package.
    #[error("asset `{0}` points outside the asset storage")]
    LostAsset(String),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Everything that is known of a package, for programs. `bytes` are those of the file.
pub fn describe(package: &Package<'_>, bytes: &[u8]) -> Value {
    let sections = package.header().sections().iter();
    let (pipeline, pipeline_error) = split(&package.pipeline, pipeline_json);
    let (assets, assets_error) = split(&package.assets, |map| assets_json(package, map));
    let (board, board_error) = split(&package.board, |board| {
        to_json(&BoardConfig::SHAPE, board, EnumStyle::Names)
    });
    let mut description = json!({
        "size": bytes.len(),
        "sha256": sha256(bytes),
        "app_name": package.app_name(),
        "firmware": firmware_json(package),
        "sections": sections.map(|s| section_json(package, s)).collect::<Vec<_>>(),
        "board": board,
        "board_error": board_error,
        "pipeline": pipeline,
        "pipeline_error": pipeline_error,
        "assets": assets,
        "assets_error": assets_error,
    });
    let secrets = Secrets::of_package(package);
    if !secrets.is_empty() {
        mask(&mut description, &secrets);
    }
    description
}

/// Takes secrets out of all texts; a number that is one becomes a text.
fn mask(value: &mut Value, secrets: &Secrets) {
    match value {
        Value::String(text) => *text = secrets.masked(text),
        Value::Number(number) if secrets.holds(&number.to_string()) => *value = HIDDEN.into(),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, secrets)),
        Value::Object(entries) => entries.values_mut().for_each(|it| mask(it, secrets)),
        _ => {}
    }
}

/// The JSON of a part, or null and the reason.
fn split<T>(part: &Result<T, String>, json: impl FnOnce(&T) -> Value) -> (Value, Option<&String>) {
    match part {
        Ok(part) => (json(part), None),
        Err(reason) => (Value::Null, Some(reason)),
    }
}

fn firmware_json(package: &Package<'_>) -> Value {
    let (size, sha256) = match &package.firmware {
        Ok(image) => (Some(image.len()), Some(sha256(image))),
        Err(_) => (None, None),
    };
    json!({
        "commit": package.firmware_commit(),
        "release": package.release.map(|release| release.version),
        "image_size": size,
        "image_sha256": sha256,
        "error": package.firmware.as_ref().err(),
    })
}

fn section_json(package: &Package<'_>, section: &Section) -> Value {
    json!({
        "name": section.name.as_str(),
        "offset": section.offset,
        "size": section.size,
        "checksum": section.checksum,
        "checksum_ok": package.checksum_matches(section),
        "bootable": section.flags.is_bootable(),
        "ignore_checksum": section.flags.ignores_checksum(),
        "compression": section.flags.compression().name(),
    })
}

fn pipeline_json(pipeline: &Pipeline) -> Value {
    let schema = &pipeline.schema;
    let nodes = schema.nodes.values().zip(&pipeline.nodes);
    let connections = schema.connections.iter();
    json!({
        "connections": connections
            .map(|c| to_json(&NodeConnectionSchema::SHAPE, &c.to_value(), EnumStyle::Names))
            .collect::<Vec<_>>(),
        "globalProperties": to_json(
            &GlobalProperties::SHAPE,
            &schema.global_properties.to_value(),
            EnumStyle::Names,
        ),
        "nodes": nodes.map(|(node, properties)| node_json(node, properties)).collect::<Vec<_>>(),
    })
}

fn node_json(node: &NodeObjInfo, properties: &NodeProperties) -> Value {
    let shape = |value: &Value| value["ioInfo"].clone();
    let whole = to_json(&NodeObjInfo::SHAPE, &node.to_value(), EnumStyle::Names);
    let (properties, error) = split(&properties.properties, |(shape, value)| {
        to_json(shape, value, EnumStyle::Names)
    });
    json!({
        "id": node.id,
        "name": node.name,
        "properties": properties,
        "properties_error": error,
        "ioInfo": shape(&whole),
    })
}

fn assets_json(package: &Package<'_>, map: &AssetMap) -> Value {
    let secrets = Secrets::of_package(package);
    let entry = |(uri, entry): (&String, &AssetEntry)| {
        let bytes = package.asset(entry);
        let mut json = json!({
            "offset": entry.offset,
            "size": entry.size,
            "alignment": entry.alignment,
            "sha256": bytes.map(sha256),
        });
        if let Some(bundle) = bytes.and_then(|bytes| bundle(uri, bytes, &secrets)) {
            json["script"] = text_json(&bundle.main);
            if let Some(logged) = &bundle.logged {
                json["logging"] = logging_json(logged);
            }
            let modules = bundle.modules.iter();
            json["modules"] = modules
                .map(|(name, module)| module_json(name, module))
                .collect();
        }
        (uri.clone(), json)
    };
    map.map
        .iter()
        .map(entry)
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The script with own modules that an asset is, without secrets; none for any other.
fn bundle(uri: &str, bytes: &[u8], secrets: &Secrets) -> Option<Bundle> {
    let bundle = is_script(uri).then(|| Bundle::of_asset(bytes)).flatten()?;
    Some(secrets.masked_bundle(&bundle))
}

fn is_script(uri: &str) -> bool {
    uri.rsplit('/').next() == Some(ASSET)
}

fn text_json(text: &str) -> Value {
    json!({ "size": text.len(), "sha256": sha256(text.as_bytes()) })
}

fn logging_json(logged: &Logged) -> Value {
    let settings = logged.settings.iter();
    let settings = settings.filter_map(|(name, value)| {
        let value = match value {
            Setting::Bool(value) => json!(value),
            Setting::Int(value) => json!(value),
            Setting::Float(value) => json!(value),
            Setting::Str(value) => json!(value),
            // What its ports are is in the pipeline.
            Setting::List(_) | Setting::Table(_) => return None,
        };
        Some((name.clone(), value))
    });
    settings.collect::<serde_json::Map<_, _>>().into()
}

fn module_json(name: &str, module: &Module) -> Value {
    let mut json = json!({ "name": name, "file": module.file });
    json["size"] = module.text.len().into();
    json["sha256"] = sha256(module.text.as_bytes()).into();
    json
}

/// The same for people; `file` is what the package is called.
pub fn page(package: &Package<'_>, file: &Path, bytes: &[u8]) -> Page {
    let mut page = Page::new();
    let name = package.app_name();
    let name = if name.is_empty() { "(no name)" } else { &name };
    let secrets = Secrets::of_package(package);
    let name = secrets.masked(name);
    page.line(format_args!("{}  {name}", file.display()));
    let (size, sha256) = (grouped(bytes.len() as u64), sha256(bytes));
    page.line(format_args!("  {size} bytes, sha256 {sha256}"));
    let commit = package.firmware_commit();
    match package.release {
        Some(release) => {
            let version = release.version;
            page.line(format_args!("  firmware of depthai {version} ({commit})"));
        }
        None => page.line(format_args!(
            "  firmware commit {commit}, of a release oakc does not know: the pipeline is shown as \
             DepthAI 2.33 would read it"
        )),
    }
    if let Err(reason) = &package.firmware {
        page.line(format_args!("  {reason}"));
    }
    page.heading("sections");
    for section in package.header().sections() {
        page.line(section_line(package, section));
    }
    add_part(&mut page, "pipeline", &package.pipeline, add_pipeline);
    add_part(&mut page, "assets", &package.assets, |page, map| {
        add_assets(page, package, map);
    });
    page
}

/// Adds the lines of a part, or why it cannot be read.
fn add_part<T>(
    page: &mut Page,
    name: &str,
    part: &Result<T, String>,
    add: impl FnOnce(&mut Page, &T),
) {
    match part {
        Ok(part) => add(page, part),
        Err(reason) => {
            page.heading(name);
            page.line(format_args!("  {reason}"));
        }
    }
}

fn section_line(package: &Package<'_>, section: &Section) -> String {
    let mut notes = Vec::new();
    if section.flags.is_bootable() {
        notes.push("bootable");
    }
    if section.flags.compression() != Compression::None {
        notes.push(section.flags.compression().name());
    }
    if !package.checksum_matches(section) {
        notes.push("CHECKSUM WRONG");
    }
    let (size, offset) = (grouped(u64::from(section.size)), section.offset);
    let line = format!(
        "  {:<14} {size:>12} bytes at {offset:#010x}  {}",
        section.name.as_str(),
        notes.join(", ")
    );
    line.trim_end().to_owned()
}

fn add_pipeline(page: &mut Page, pipeline: &Pipeline) {
    page.heading("nodes");
    for (node, properties) in pipeline.schema.nodes.values().zip(&pipeline.nodes) {
        let note = match &properties.properties {
            Ok(_) => String::new(),
            Err(reason) => format!("  {reason}"),
        };
        page.line(format_args!("  {:>3}  {}{note}", node.id, node.name));
    }
    page.heading("links");
    for c in &pipeline.schema.connections {
        let from = port(c.node1_id, &c.node1_output_group, &c.node1_output);
        let to = port(c.node2_id, &c.node2_input_group, &c.node2_input);
        page.line(format_args!("  {from} -> {to}"));
    }
}

fn port(node: i64, group: &str, name: &str) -> String {
    match group {
        "" => format!("{node}.{name}"),
        group => format!("{node}.{group}[{name}]"),
    }
}

fn add_assets(page: &mut Page, package: &Package<'_>, map: &AssetMap) {
    page.heading("assets");
    let secrets = Secrets::of_package(package);
    for (uri, entry) in &map.map {
        let size = grouped(u64::from(entry.size));
        page.line(format_args!("  {uri:<28} {size:>12} bytes"));
        let bundle = package
            .asset(entry)
            .and_then(|bytes| bundle(uri, bytes, &secrets));
        if let Some(logged) = bundle.as_ref().and_then(|bundle| bundle.logged.as_ref()) {
            let setting = |name: &str| match logged.setting(name) {
                Some(Setting::Str(text)) => text.clone(),
                Some(Setting::Int(number)) => number.to_string(),
                _ => String::new(),
            };
            page.line(format_args!(
                "    sends its log to {}:{}, build {}",
                setting("host"),
                setting("port"),
                setting("build")
            ));
        }
        for (name, module) in bundle.iter().flat_map(|bundle| &bundle.modules) {
            let (size, file) = (grouped(module.text.len() as u64), &module.file);
            page.line(format_args!(
                "    module {name:<19} {size:>12} bytes  {file}"
            ));
        }
    }
}

/// Writes the parts of a package into a directory: sections, firmware, assets, and what
/// [`describe`] says. Stars stand in place of the secrets that its scripts name. No link is followed that is there already.
///
/// # Errors
/// Where a file cannot be written, or an asset is not there.
pub fn extract(
    package: &Package<'_>,
    description: &Value,
    directory: &Path,
) -> Result<(), ExtractError> {
    let secrets = Secrets::of_package(package);
    let sections = package.header().sections().iter();
    let mut files: Vec<(String, Cow<'_, [u8]>)> = sections
        .map(|section| {
            let name = section.name.as_str();
            let bytes = package.section(name).unwrap_or_default();
            (format!("{}.bin", file_name(name)), bytes.into())
        })
        .collect();
    if let Ok(image) = &package.firmware {
        files.push(("firmware.cmd".to_owned(), image.as_slice().into()));
    }
    for (name, value) in [
        ("package.json", description),
        ("pipeline.json", &description["pipeline"]),
    ] {
        files.push((name.to_owned(), format!("{value:#}\n").into_bytes().into()));
    }
    if let Ok(map) = &package.assets {
        for (uri, entry) in &map.map {
            let bytes = package.asset(entry);
            let bytes = bytes.ok_or_else(|| ExtractError::LostAsset(uri.clone()))?;
            let bundle = bundle(uri, bytes, &secrets);
            let whole = bundle.as_ref().and_then(Bundle::write);
            let bytes = whole.map_or(Cow::Borrowed(bytes), |text| text.into_bytes().into());
            files.push((asset_path(uri), bytes));
            if let Some(bundle) = bundle {
                files.extend(originals(package, uri, &bundle));
            }
        }
    }
    for (_, bytes) in &mut files {
        if let Some(masked) = secrets.masked_bytes(bytes) {
            *bytes = masked.into();
        }
    }
    let files = files.iter().map(|(path, bytes)| (path.as_str(), &**bytes));
    let files: Vec<_> = files.collect();
    Ok(NewDirectory::new(directory, true)?.write(&files)?)
}

/// The path of an asset below the directory.
fn asset_path(uri: &str) -> String {
    let parts = uri.split('/').filter(|part| !part.is_empty());
    let parts = std::iter::once("assets".to_owned()).chain(parts.map(file_name));
    parts.collect::<Vec<_>>().join("/")
}

/// The files of a script and its own modules, below `scripts/` and the id of the node.
fn originals<'a>(
    package: &Package<'_>,
    uri: &str,
    bundle: &Bundle,
) -> Vec<(String, Cow<'a, [u8]>)> {
    let id = uri.split('/').nth_back(1).unwrap_or_default();
    let below = |path: &str| {
        let path = shown(path);
        let parts = path.split('/').map(file_name);
        let parts = ["scripts".to_owned(), file_name(id)]
            .into_iter()
            .chain(parts);
        parts.collect::<Vec<_>>().join("/")
    };
    let named = script_name(package, id).filter(|name| Path::new(name).extension().is_some());
    let main = named.unwrap_or_else(|| "script.py".to_owned());
    let modules = bundle
        .modules
        .values()
        .filter(|module| !module.is_namespace());
    let modules = modules.map(|module| (below(&module.file), &module.text));
    let all = modules.chain([(below(&main), &bundle.main)]);
    all.map(|(path, text)| (path, text.as_bytes().to_vec().into()))
        .collect()
}

/// What the script of a node is called.
fn script_name(package: &Package<'_>, id: &str) -> Option<String> {
    let pipeline = package.pipeline.as_ref().ok()?;
    let id: i64 = id.parse().ok()?;
    let mut nodes = pipeline.schema.nodes.keys().zip(&pipeline.nodes);
    let (_, node) = nodes.find(|(node, _)| **node == id)?;
    let (_, value) = node.properties.as_ref().ok()?;
    Some(ScriptProperties::from_value(value).ok()?.script_name)
}
