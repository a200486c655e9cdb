//! Two packages, compared section by section by meaning: the order of map entries and connections and
//! the numbers of ports do not count, and a script with modules is compared without them: the library has none.

use std::collections::BTreeMap;

use oakc_core::bundle::Bundle;
use oakc_core::digest::sha256;
use oakc_core::package::inspect::{Package, Pipeline};
use oakc_diff::{Content, Difference, Firmware};
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::{GlobalProperties, NodeObjInfo};
use oakc_runtime_schema::reflect::{Reflect, Shape, Value};
use oakc_runtime_schema::sbr;

/// What differs between the library's package and oakc's, each with its path and both values.
pub fn differences(reference: &[u8], ours: &[u8]) -> Vec<String> {
    let mut found = Differences::default();
    let reference = Package::parse(reference).expect("the library's package can be read");
    let ours = Package::parse(ours).expect("oakc's package can be read");
    found.tables(&reference, &ours);
    found.board(&reference, &ours);
    found.bytes("firmware", &reference.firmware, &ours.firmware);
    found.equal("app name", &reference.app_name(), &ours.app_name());
    let commits = (reference.firmware_commit(), ours.firmware_commit());
    found.equal("firmware commit", &commits.0, &commits.1);
    match (&reference.pipeline, &ours.pipeline) {
        (Ok(reference), Ok(ours)) => found.pipeline(reference, ours),
        (reference, ours) => {
            let text = format!(
                "pipeline: {:?} / {:?}",
                reference.as_ref().err(),
                ours.as_ref().err()
            );
            found.0.push(text);
        }
    }
    found.assets(&reference, &ours);
    found.0
}

/// What `oakc diff` finds between two packages.
pub fn difference(before: &[u8], after: &[u8]) -> Difference {
    let [before, after] = [before, after].map(|file| {
        let package = Package::parse(file).expect("the package can be read");
        let image_sha256 = package.firmware.as_deref().ok().map(sha256);
        let firmware = Firmware {
            release: Some(package.firmware_commit()),
            image_sha256,
            ..Firmware::default()
        };
        Content::of_package(&package, firmware)
    });
    Difference::between(&before, &after)
}

#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, path: &str, reference: &T, ours: &T) {
        if reference != ours {
            self.0
                .push(format!("{path}: library {reference:?}, oakc {ours:?}"));
        }
    }

    fn bytes(
        &mut self,
        path: &str,
        reference: &Result<Vec<u8>, String>,
        ours: &Result<Vec<u8>, String>,
    ) {
        if reference != ours || reference.is_err() {
            let first = match (reference, ours) {
                (Ok(a), Ok(b)) => a.iter().zip(b).position(|(a, b)| a != b),
                _ => None,
            };
            self.0
                .push(format!("{path}: bytes differ, first at {first:?}"));
        }
    }

    fn tables(&mut self, reference: &Package<'_>, ours: &Package<'_>) {
        let table = |package: &Package<'_>| {
            let sections = package.header().sections().iter();
            let entry = |s: &sbr::Section| (s.name.as_str().to_owned(), s.kind, s.flags.bits());
            sections.map(entry).collect::<Vec<_>>()
        };
        self.equal("table of sections", &table(reference), &table(ours));
        for section in ours.header().sections() {
            let name = section.name.as_str();
            if !ours.checksum_matches(section) {
                self.0
                    .push(format!("section {name}: oakc's checksum is wrong"));
            }
            let theirs = reference.header().find(name);
            // The order of ports and assets determines the size of numbers and gaps.
            let by_order = [sbr::PIPELINE, sbr::ASSETS, sbr::ASSET_STORAGE].contains(&name);
            if let Some(theirs) = theirs.filter(|_| !by_order) {
                self.equal(&format!("size of {name}"), &theirs.size, &section.size);
            }
        }
    }

    fn board(&mut self, reference: &Package<'_>, ours: &Package<'_>) {
        match (&reference.board, &ours.board) {
            (Ok(reference), Ok(ours)) => {
                self.value("board", &BoardConfig::SHAPE, reference, ours);
            }
            (reference, ours) => self.0.push(format!("board: {reference:?} / {ours:?}")),
        }
    }

    fn pipeline(&mut self, reference: &Pipeline, ours: &Pipeline) {
        let globals = |p: &Pipeline| p.schema.global_properties.to_value();
        let shape = GlobalProperties::SHAPE;
        self.value(
            "global properties",
            &shape,
            &globals(reference),
            &globals(ours),
        );
        let links = |p: &Pipeline| {
            let mut links: Vec<_> = p
                .schema
                .connections
                .iter()
                .map(|c| format!("{c:?}"))
                .collect();
            links.sort();
            links
        };
        self.equal("links", &links(reference), &links(ours));
        let ids = |p: &Pipeline| p.schema.nodes.keys().copied().collect::<Vec<_>>();
        self.equal("node ids", &ids(reference), &ids(ours));
        for (id, theirs) in &reference.schema.nodes {
            if let Some(ours) = ours.schema.nodes.get(id) {
                self.node(*id, theirs, ours);
            }
        }
        let mut port_ids: Vec<u32> = Vec::new();
        for node in ours.schema.nodes.values() {
            port_ids.extend(node.io_info.values().map(|port| port.id));
        }
        let count = port_ids.len();
        port_ids.sort_unstable();
        port_ids.dedup();
        self.equal("number of distinct port ids", &count, &port_ids.len());
    }

    fn node(&mut self, id: i64, reference: &NodeObjInfo, ours: &NodeObjInfo) {
        let path = format!("node {id} ({})", reference.name);
        self.equal(&format!("{path} name"), &reference.name, &ours.name);
        let ports = |node: &NodeObjInfo| {
            let ports = node.io_info.iter().map(|(key, port)| {
                let mut port = port.clone();
                port.id = 0;
                (key.clone(), format!("{port:?}"))
            });
            ports.collect::<BTreeMap<_, _>>()
        };
        let (theirs, own) = (ports(reference), ports(ours));
        for key in theirs.keys().chain(own.keys()) {
            let path = format!("{path} port {key:?}");
            self.equal(&path, &theirs.get(key), &own.get(key));
        }
        let Some(kind) = kind_of(&reference.name) else {
            self.0.push(format!("{path}: no such kind"));
            return;
        };
        let decode = |node: &NodeObjInfo| {
            oakc_runtime_schema::nop::decode(&kind.properties, &node.properties.0)
        };
        match (decode(reference), decode(ours)) {
            (Ok(theirs), Ok(own)) => self.value(&path, &kind.properties, &theirs, &own),
            (theirs, own) => self.0.push(format!("{path}: {theirs:?} / {own:?}")),
        }
    }

    /// Descends to the members that differ.
    fn value(&mut self, path: &str, shape: &Shape, reference: &Value, ours: &Value) {
        if same(reference, ours) {
            return;
        }
        if let (Shape::Struct(of), Value::Struct(a), Value::Struct(b)) = (shape, reference, ours) {
            for ((field, a), b) in of.fields.iter().zip(a).zip(b) {
                self.value(&format!("{path}.{}", field.name), &field.shape, a, b);
            }
            return;
        }
        self.equal(path, reference, ours);
    }

    fn assets(&mut self, reference: &Package<'_>, ours: &Package<'_>) {
        let contents = |package: &Package<'_>| {
            let map = package.assets.as_ref().expect("the asset map can be read");
            let entries = map.map.iter().map(|(uri, entry)| {
                let bytes = package.asset(entry).expect("the asset lies in the storage");
                (uri.clone(), (entry.alignment, bytes.to_vec()))
            });
            entries.collect::<BTreeMap<_, _>>()
        };
        let (theirs, own) = (contents(reference), contents(ours));
        for uri in theirs.keys().chain(own.keys()) {
            let is_script_without_modules =
                theirs
                    .get(uri)
                    .zip(own.get(uri))
                    .is_some_and(|(theirs, own)| {
                        Bundle::of_asset(&own.1)
                            .is_some_and(|bundle| bundle.main.as_bytes() == theirs.1.as_slice())
                    });
            if theirs.get(uri) != own.get(uri) && !is_script_without_modules {
                let size = |entry: Option<&(u32, Vec<u8>)>| entry.map(|(a, b)| (*a, b.len()));
                let (theirs, own) = (size(theirs.get(uri)), size(own.get(uri)));
                self.0.push(format!(
                    "asset {uri} (alignment, size): library {theirs:?}, oakc {own:?}"
                ));
            }
        }
        let map = ours.assets.as_ref().expect("the asset map can be read");
        for (uri, entry) in &map.map {
            if entry.offset % entry.alignment.max(1) != 0 {
                self.0.push(format!("asset {uri} is not aligned"));
            }
        }
    }
}

/// Equal; NaN equals itself.
fn same(a: &Value, b: &Value) -> bool {
    a == b || format!("{a:?}") == format!("{b:?}")
}

fn kind_of(schema_name: &str) -> Option<Kind> {
    Kind::with_schema_name(schema_name).next()
}
