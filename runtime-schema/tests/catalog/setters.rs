//! Setters and their keys.

use heck::ToSnakeCase as _;

use super::*;

/// The config key of a method: its name in `snake_case` without a leading `set`.
fn config_key(method: &str) -> String {
    let name = method.strip_prefix("set").unwrap_or(method);
    // Two words in the library that are one word in oakc.
    let name = name.replace("XLink", "Xlink").replace("ROIs", "Rois");
    name.to_snake_case()
}

#[test]
fn config_keys_are_spelt_by_the_rule() {
    let spelt = [
        ("setPreviewSize", "preview_size"),
        ("enableIMUSensor", "enable_imu_sensor"),
        ("addROI", "add_roi"),
        ("setROIs", "rois"),
        (
            "setNumNCEPerInferenceThread",
            "num_nce_per_inference_thread",
        ),
        ("setXLinkChunkSize", "xlink_chunk_size"),
        ("setIsp3aFps", "isp3a_fps"),
    ];
    for (method, key) in spelt {
        assert_eq!(config_key(method), key);
    }
}

/// The config object whose methods a node's `initialConfig.` or `initialControl.` methods are.
fn config_object(kind: Kind, attribute: &str) -> Option<&'static StructShape> {
    let field = properties_of(kind).fields.iter().find(|field| {
        // The one property whose name differs from the attribute's.
        field.name == attribute || (attribute == "initialConfig" && field.name == "roiConfig")
    })?;
    Some(struct_of(field.shape))
}

/// The methods of a class that change something, with the object they belong to.
fn setters(node: &Json) -> impl Iterator<Item = (Option<&str>, &str)> {
    list(&node["setters"])
        .iter()
        .map(|setter| {
            let method = text(&setter["method"]);
            method
                .split_once('.')
                .map_or((None, method), |(object, method)| (Some(object), method))
        })
        .filter(|(object, method)| {
            let reads = method.starts_with("get") || method.starts_with("is");
            !reads && (object.is_none() || *method != "set")
        })
}

fn pipeline_methods(catalog: &Json) -> BTreeSet<String> {
    let setters = catalog["pipeline"]["setters"].as_object().unwrap();
    setters.keys().cloned().collect()
}

#[test]
fn every_setter_of_the_library_has_its_key() {
    let catalog = catalog();
    let mut slips = Slips::default();
    for (kind, node) in kinds(&catalog) {
        for (object, method) in setters(node) {
            let key = config_key(method);
            let of = match object {
                None => Some(properties_of(kind)),
                Some(attribute) => config_object(kind, attribute),
            };
            let said = of.is_some_and(|of| of.field(&key).is_some() || of.setter(&key).is_some())
                || (object.is_none() && kind.setter(&key).is_some());
            if !said {
                let object = object.map(|o| format!("{o}.")).unwrap_or_default();
                slips.add(
                    format!("{}.{object}{method}", kind.name()),
                    format!("no key `{key}`"),
                );
            }
        }
    }
    let pipeline = struct_of(GlobalProperties::SHAPE);
    for method in pipeline_methods(&catalog) {
        let key = config_key(&method);
        let is_field = pipeline.field(&key).is_some() || pipeline.setter(&key).is_some();
        // The forced OpenVINO version is not a property: it selects the firmware.
        if !is_field && method != "setOpenVINOVersion" {
            slips.add(format!("Pipeline.{method}"), format!("no key `{key}`"));
        }
    }
    slips.report();
}

fn check_methods(slips: &mut Slips, place: &str, setters: &[Setter], known: &BTreeSet<String>) {
    let mut keys = BTreeSet::new();
    for setter in setters {
        if !keys.insert(setter.key) {
            slips.add(place, format!("key `{}` occurs twice", setter.key));
        }
        for method in setter.methods {
            if !known.contains(*method) {
                let what = format!("`{}` replaces the unknown method {method}", setter.key);
                slips.add(place, what);
            }
        }
    }
}

#[test]
fn no_setter_replaces_a_method_that_does_not_exist() {
    let catalog = catalog();
    let mut slips = Slips::default();
    let mut methods: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (kind, node) in kinds(&catalog) {
        let own = setters(node).filter(|(object, _)| object.is_none());
        let own = own.map(|(_, method)| method.to_owned()).collect();
        check_methods(&mut slips, kind.name(), kind.setters, &own);
        for (object, method) in setters(node) {
            if let Some(of) = object.and_then(|attribute| config_object(kind, attribute)) {
                methods
                    .entry(of.name)
                    .or_default()
                    .insert(method.to_owned());
            }
        }
    }
    methods.insert("GlobalProperties", pipeline_methods(&catalog));
    for (name, of) in Types::on_the_wire().structs {
        let known = methods.remove(name).unwrap_or_default();
        check_methods(&mut slips, name, of.setters, &known);
    }
    slips.report();
}
