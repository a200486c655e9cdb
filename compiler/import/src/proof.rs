//! The proof that nothing was lost.
//!
//! In: an imported application and its original. Out: what the device would see differently: the
//! application is built in memory and compared, as `diff` compares and id by id. Never: a
//! difference that only concerns names.

use std::collections::BTreeMap;

use oakc_blob::OpenVinoVersion;
use oakc_runtime_schema::reflect::Asset;

use super::original::{BOARD, Original, PIPELINE};
use super::rebuild::compile;
use super::{Imported, image, params};
use oakc_core::CheckedGraph;
use oakc_core::lower::{Lowered, lower};
use oakc_diff::{
    AssetContent, Assets, Content, Difference, Firmware, NodeContent, PipelineContent,
    with_modules, without_number,
};

/// What of `original` the application does not give, line by line.
pub(super) fn differences(imported: &Imported, original: &Original) -> Vec<String> {
    let files = [&imported.files, &imported.missing];
    let overrides = params::overrides(&params::secrets(original));
    let checked = compile(&imported.text, imported.language, files, &overrides);
    let built = checked.and_then(|checked| {
        let lowered = lower(&checked).map_err(|error| error.to_string())?;
        Ok(compare(original, &imported.names, &checked, &lowered))
    });
    built.unwrap_or_else(|text| vec![format!("the application cannot be built:\n{text}")])
}

/// Nodes of one name are one node for `diff`, to which ids mean nothing: here they do.
fn compare(
    original: &Original,
    names: &BTreeMap<i64, String>,
    checked: &CheckedGraph,
    lowered: &Lowered,
) -> Vec<String> {
    let ids = checked
        .graph()
        .nodes()
        .map(|(node, config)| (node.id, &config.name));
    let ids: BTreeMap<_, _> = ids.collect();
    let name = |id: &i64| names.get(id).map_or("", String::as_str);
    let is_lost = |id: &&i64| ids.get(id).is_none_or(|built| *built != name(id));
    let lost = original.nodes.keys().filter(is_lost);
    let lost = lost.map(|id| format!("`{}` does not have the id {id}", name(id)));
    let mut found: Vec<_> = lost.collect();
    let wanted = content(original, names);
    let built = Content::of_application(checked, lowered, firmware(Some(lowered.openvino())));
    let difference = Difference::between(&wanted, &built);
    if !difference.is_empty() {
        found.extend(difference.page().as_str().lines().map(str::to_owned));
    }
    found
}

/// What is imported, as one side of a comparison.
fn content<'a>(original: &'a Original, names: &BTreeMap<i64, String>) -> Content<'a> {
    let nodes = original.nodes.iter().map(|(id, node)| NodeContent {
        id: *id,
        name: names.get(id).cloned(),
        kind: node.kind.name().to_owned(),
        schema_name: node.kind.schema_name.to_owned(),
        properties: (node.kind.properties, node.properties.clone()),
        ports: node.ports.clone().into_iter().map(without_number).collect(),
        assets: with_modules(assets(&node.assets, "")),
    });
    let pipeline = PipelineContent {
        global_properties: (PIPELINE, original.pipeline.clone()),
        nodes: nodes.collect(),
        links: original.links.clone(),
    };
    Content {
        app_name: original.app_name.clone(),
        firmware: firmware(original.openvino),
        board: Ok((BOARD, original.board.clone())),
        pipeline: Ok(pipeline),
        assets: Ok(assets(&original.assets, "/pipeline/")),
        secrets: params::secrets(original),
    }
}

fn assets<'a>(assets: &'a BTreeMap<String, Asset>, before: &str) -> Assets<'a> {
    let content = |asset: &'a Asset| AssetContent {
        alignment: asset.alignment,
        bytes: Some(asset.bytes.as_ref().into()),
    };
    let assets = assets.iter();
    assets
        .map(|(key, asset)| (format!("{before}{key}"), content(asset)))
        .collect()
}

/// The firmware that a version needs; nothing where none is known.
fn firmware(version: Option<OpenVinoVersion>) -> Firmware {
    Firmware {
        variant: version.map(|version| image(version).to_string()),
        ..Firmware::default()
    }
}

#[cfg(test)]
mod tests {
    use oakc_runtime_schema::reflect::{Shape, Value};

    use super::*;
    use crate::{Options, import};
    use oakc_core::package::inspect::Pipeline;
    use oakc_core::syntax::Language;

    const TEXT: &str = "\
[app]
name = \"door\"
[nodes.cam]
type = \"MonoCamera\"
[nodes.watch]
type = \"Script\"
code = \"node.io['frames'].get()\"
inputs.frames = \"cam.out\"
";

    type Change = fn(&mut Original);

    fn original() -> Original {
        let none = BTreeMap::new();
        let checked = compile(TEXT, Language::Toml, [&none, &none], &[]).unwrap();
        let lowered = lower(&checked).unwrap();
        let pipeline = Pipeline::from(lowered.pipeline().clone());
        let nodes = pipeline.nodes.into_iter();
        let properties = nodes.map(|node| (node.id, node.properties.unwrap().1));
        let (assets, storage) = (lowered.assets(), lowered.storage());
        let original = Original::new(lowered.pipeline(), properties.collect(), assets, storage);
        Original {
            app_name: lowered.app_name().to_owned(),
            ..original.unwrap()
        }
    }

    fn imported() -> Imported {
        let options = Options {
            language: Language::Toml,
            cut_short: None,
            source: "a test",
            serve: None,
            models: &BTreeMap::new(),
            notes: &[],
        };
        import(original(), options)
    }

    #[test]
    fn whatever_is_not_as_it_was_is_told() {
        let imported = imported();
        assert_eq!(differences(&imported, &original()), Vec::<String>::new());
        let changes: [(&str, Change); 8] = [
            ("name", |it| it.app_name.push('s')),
            ("2021.3", |it| it.openvino = Some(OpenVinoVersion::V2021_3)),
            ("sipp_buffer_size", |it| {
                let Value::Struct(fields) = &mut it.pipeline else {
                    return;
                };
                let Shape::Struct(shape) = PIPELINE else {
                    return;
                };
                let (place, _) = shape.field("sipp_buffer_size").unwrap();
                fields[place] = Value::Int(1);
            }),
            ("fps", |it| {
                let node = it.nodes.get_mut(&0).unwrap();
                let Shape::Struct(shape) = node.kind.properties else {
                    return;
                };
                let (place, _) = shape.field("fps").unwrap();
                let Value::Struct(fields) = &mut node.properties else {
                    return;
                };
                fields[place] = Value::Float(7.0);
            }),
            ("mono.out -> script.io[frames]", |it| it.links.clear()),
            ("queue_size", |it| {
                let ports = &mut it.nodes.get_mut(&1).unwrap().ports;
                for port in ports.values_mut() {
                    port.queue_size += 1;
                }
            }),
            ("asset __script", |it| {
                let assets = &mut it.nodes.get_mut(&1).unwrap().assets;
                for asset in assets.values_mut() {
                    asset.alignment = 1;
                }
            }),
            ("does not have the id 7", |it| {
                let camera = it.nodes.remove(&0).unwrap();
                it.nodes.insert(7, camera);
            }),
        ];
        for (told, change) in changes {
            let mut other = original();
            change(&mut other);
            let found = differences(&imported, &other).join("\n");
            assert!(found.contains(told), "{told}: {found}");
        }
    }

    #[test]
    fn nodes_that_changed_ids_are_told() {
        let mut imported = imported();
        let names: Vec<_> = imported.names.values().rev().cloned().collect();
        imported.names = (0..).zip(names).collect();
        let found = differences(&imported, &original()).join("\n");
        assert!(found.contains("`mono` does not have the id 1"), "{found}");
    }
}
