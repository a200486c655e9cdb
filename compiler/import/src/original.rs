//! What is imported, whatever it came from.
//!
//! In: a package, or the parts of a dump. Out: nodes with their kinds, decoded properties, ports
//! and assets; links; and what belongs to the pipeline as a whole. Never: a node with a kind or
//! properties that oakc does not know.

use std::collections::BTreeMap;

use oakc_blob::OpenVinoVersion;
use oakc_runtime_schema::assets::AssetMap;
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::{
    GlobalProperties, IoType, NodeConnectionSchema, NodeIoInfo, PipelineSchema,
};
use oakc_runtime_schema::reflect::{Asset, Reflect, Shape, Value};

use super::ImportError;
use oakc_core::package::PackagedFirmware;
use oakc_core::package::inspect::Package;

/// The most nodes that are imported. A camera runs a few dozen; a file with more than this is not a
/// pipeline but an attempt to waste time.
const MAX_NODES: usize = 10_000;

/// The shape of [`Original::board`].
pub(super) const BOARD: Shape = BoardConfig::SHAPE;

/// The shape of [`Original::pipeline`].
pub(super) const PIPELINE: Shape = GlobalProperties::SHAPE;

/// A pipeline with all that goes into its package.
#[derive(Clone, Debug)]
pub struct Original {
    /// The application's name; may be empty.
    pub app_name: String,
    /// The nodes by id.
    pub nodes: BTreeMap<i64, OriginalNode>,
    /// The links.
    pub links: Vec<NodeConnectionSchema>,
    /// A value of [`GlobalProperties`].
    pub pipeline: Value,
    /// A value of [`BoardConfig`].
    pub board: Value,
    /// The assets of the pipeline by key.
    pub assets: BTreeMap<String, Asset>,
    /// The OpenVINO release that the firmware was chosen for, where that is known.
    pub openvino: Option<OpenVinoVersion>,
    /// What is known of the firmware.
    pub firmware: Firmware,
}

/// The firmware of what is imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Firmware {
    /// There was none: a dump or a program.
    #[default]
    None,
    /// That of a release.
    Release(String),
    /// One that no release oakc knows has; its commit.
    Unknown(String),
}

impl Firmware {
    /// The firmware in a package. It is that of a release only as far as its bytes are known.
    fn of_package(found: PackagedFirmware) -> Self {
        match found.image_release() {
            Some(release) => Self::Release(release.version.to_owned()),
            None => Self::Unknown(found.commit),
        }
    }
}

/// One node.
#[derive(Clone, Debug)]
pub struct OriginalNode {
    /// Its kind.
    pub kind: Kind,
    /// A value of `kind.properties`.
    pub properties: Value,
    /// Its ports by group and name.
    pub ports: Ports,
    /// Its assets by key.
    pub assets: BTreeMap<String, Asset>,
}

impl OriginalNode {
    /// Its property with this key.
    pub(super) fn property(&self, key: &str) -> Option<&Value> {
        match (&self.kind.properties, &self.properties) {
            (Shape::Struct(of), Value::Struct(fields)) => fields.get(of.field(key)?.0),
            _ => None,
        }
    }
}

impl Original {
    /// Takes a package that was taken apart, with the firmware that is in it.
    ///
    /// # Errors
    /// When a part of it cannot be decoded.
    pub fn with_firmware(package: &Package<'_>) -> Result<Self, ImportError> {
        let found = PackagedFirmware::of(package);
        Self::from_package(package, found.openvino(), Firmware::of_package(found))
    }

    /// Takes a package that was taken apart, with other facts about its firmware than those in it.
    ///
    /// # Errors
    /// When a part of it cannot be decoded.
    pub fn from_package(
        package: &Package<'_>,
        openvino: Option<OpenVinoVersion>,
        firmware: Firmware,
    ) -> Result<Self, ImportError> {
        let part = |name: &'static str| {
            move |reason: &String| ImportError::Undecodable {
                part: name,
                reason: reason.clone(),
            }
        };
        let pipeline = package.pipeline.as_ref().map_err(part("pipeline"))?;
        let map = package.assets.as_ref().map_err(part("asset map"))?;
        let board = package
            .board
            .as_ref()
            .map_err(part("board configuration"))?;
        let properties = pipeline.nodes.iter().map(|node| {
            let properties = node.properties.as_ref();
            let properties = properties.map_err(|reason| ImportError::Node {
                id: node.id,
                reason: reason.clone(),
            })?;
            Ok((node.id, properties.1.clone()))
        });
        let properties = properties.collect::<Result<_, ImportError>>()?;
        let storage = package.storage();
        Self::new(&pipeline.schema, properties, map, storage).map(|original| Self {
            app_name: package.app_name(),
            board: board.clone(),
            openvino,
            firmware,
            ..original
        })
    }

    /// A pipeline without a board configuration, from its schema, the decoded properties of its
    /// nodes, and its assets.
    ///
    /// # Errors
    /// When the parts contradict each other.
    pub(super) fn new(
        schema: &PipelineSchema,
        mut properties: BTreeMap<i64, Value>,
        map: &AssetMap,
        storage: &[u8],
    ) -> Result<Self, ImportError> {
        if schema.nodes.len() > MAX_NODES {
            return Err(ImportError::TooManyNodes(schema.nodes.len()));
        }
        let mut nodes = BTreeMap::new();
        for (id, info) in &schema.nodes {
            let fault = |reason: String| ImportError::Node { id: *id, reason };
            if info.id != *id || *id < 0 {
                return Err(fault(format!("its own record says {}", info.id)));
            }
            let properties = properties.remove(id);
            let properties = properties.ok_or_else(|| fault("it has no properties".to_owned()))?;
            let kind = kind_of(&info.name, &properties).map_err(fault)?;
            let node = OriginalNode {
                kind,
                properties,
                ports: ports(kind, &info.io_info),
                assets: BTreeMap::new(),
            };
            nodes.insert(*id, node);
        }
        let mut original = Self {
            app_name: String::new(),
            nodes,
            links: schema.connections.clone(),
            pipeline: schema.global_properties.to_value(),
            board: BoardConfig::default().to_value(),
            assets: BTreeMap::new(),
            openvino: None,
            firmware: Firmware::None,
        };
        original.place_assets(map, storage)?;
        Ok(original)
    }

    fn place_assets(&mut self, map: &AssetMap, storage: &[u8]) -> Result<(), ImportError> {
        for (uri, entry) in &map.map {
            let start = usize::try_from(entry.offset).unwrap_or(usize::MAX);
            let end = start.saturating_add(usize::try_from(entry.size).unwrap_or(usize::MAX));
            let fault = |reason| ImportError::Asset {
                uri: uri.clone(),
                reason,
            };
            let bytes = storage.get(start..end);
            let bytes = bytes.ok_or_else(|| fault("it points outside the asset storage"))?;
            let asset = Asset {
                bytes: bytes.into(),
                alignment: entry.alignment,
            };
            let assets = match owner(uri) {
                Some((None, key)) => Some((&mut self.assets, key)),
                Some((Some(id), key)) => {
                    let node = self.nodes.get_mut(&id);
                    node.map(|node| (&mut node.assets, key))
                }
                None => None,
            };
            let (assets, key) = assets.ok_or_else(|| fault("it belongs to no node"))?;
            assets.insert(key.to_owned(), asset);
        }
        Ok(())
    }
}

/// The ports of a node, with those that its release may not have had yet.
fn ports(kind: Kind, listed: &Ports) -> Ports {
    let mut ports = listed.clone();
    let port = |name: &str| NodeIoInfo {
        name: name.to_owned(),
        ..NodeIoInfo::default()
    };
    for input in kind.inputs {
        let key = (String::new(), input.name.to_owned());
        ports.entry(key).or_insert_with(|| NodeIoInfo {
            blocking: input.blocking,
            queue_size: input.queue_size,
            wait_for_message: input.wait_for_message,
            ..port(input.name)
        });
    }
    for output in kind.outputs.iter().filter(|output| output.registered) {
        let key = (String::new(), output.name.to_owned());
        ports.entry(key).or_insert_with(|| NodeIoInfo {
            r#type: IoType::MSender,
            blocking: false,
            ..port(output.name)
        });
    }
    ports
}

/// Ports by group and name.
pub type Ports = BTreeMap<(String, String), NodeIoInfo>;

/// The node that an asset belongs to, or the pipeline, and the asset's key.
fn owner(uri: &str) -> Option<(Option<i64>, &str)> {
    if let Some(key) = uri.strip_prefix("/pipeline/") {
        return Some((None, key));
    }
    let (id, key) = uri.strip_prefix("/node/")?.split_once('/')?;
    Some((Some(id.parse().ok()?), key))
}

/// The kind with this name on the device. Of several, the one from whose fresh nodes the
/// properties differ the least: a YOLO network says in its parser that it is one.
fn kind_of(schema_name: &str, properties: &Value) -> Result<Kind, String> {
    let kinds = Kind::with_schema_name(schema_name);
    let from_fresh =
        |kind: &Kind| distance(&kind.properties, &(kind.default_properties)(), properties);
    let kind = kinds.min_by_key(from_fresh);
    kind.ok_or_else(|| format!("`{schema_name}` is not a node type of DepthAI 2.33"))
}

/// How much two values differ, roughly. No deeper than the shape, which is a type of the schema.
fn distance(shape: &Shape, a: &Value, b: &Value) -> usize {
    match (shape, a, b) {
        (Shape::Struct(of), Value::Struct(a), Value::Struct(b)) => {
            let fields = of.fields.iter().zip(a).zip(b);
            fields.map(|((f, a), b)| distance(&f.shape, a, b)).sum()
        }
        // What kind of thing something is weighs more than how it is set up.
        (Shape::Enum(_), ..) => 1000 * usize::from(!a.same(b)),
        _ => usize::from(!a.same(b)),
    }
}
