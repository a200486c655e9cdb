//! Lowering: a [`CheckedGraph`] in, what the device reads out: pipeline schema, asset map and
//! storage, board configuration.
//!
//! The order of everything is fixed (ids, then names), so equal applications give equal bytes. The
//! only error is one that only a bug in oakc can cause, or assets beyond 4 GiB.

use std::collections::BTreeMap;

use oakc_blob::OpenVinoVersion;
use oakc_runtime_schema::assets::{AssetMap, Storage, TooLarge};
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::nop;
use oakc_runtime_schema::pipeline::{
    GlobalProperties, IoType, NodeConnectionSchema, NodeIoInfo, NodeObjInfo, PipelineSchema,
};
use oakc_runtime_schema::reflect::{Asset, Bytes, Mismatch, Reflect};

use crate::CheckedGraph;
use crate::bundle::{ASSET, logged};
use crate::config::NodeConfig;
use crate::graph::{Graph, GraphNode, InputPort, LinkRef, OutputPort};

/// What goes into a package, except the firmware.
#[derive(Debug)]
pub struct Lowered {
    pipeline: PipelineSchema,
    assets: AssetMap,
    pub(crate) storage: Vec<u8>,
    board: Vec<u8>,
    openvino: OpenVinoVersion,
    pub(crate) app_name: String,
}

/// Why a checked graph cannot be lowered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LowerError {
    /// The assets are too many.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// A value lost its shape on the way.
    #[error("a checked application cannot be encoded: {0}")]
    Internal(#[from] Mismatch),
}

impl Lowered {
    /// The pipeline.
    pub fn pipeline(&self) -> &PipelineSchema {
        &self.pipeline
    }

    /// Where the assets lie in [`Lowered::storage`].
    pub fn assets(&self) -> &AssetMap {
        &self.assets
    }

    /// The bytes of all assets.
    pub fn storage(&self) -> &[u8] {
        &self.storage
    }

    /// Puts the digest of the build into the scripts that send their log with it.
    pub fn stamp(&mut self, build: &str) {
        let scripts = self.assets.map.iter();
        let scripts = scripts.filter(|(uri, _)| uri.rsplit('/').next() == Some(ASSET));
        for (_, entry) in scripts {
            let start = usize::try_from(entry.offset).unwrap_or(usize::MAX);
            let size = usize::try_from(entry.size).unwrap_or(usize::MAX);
            if let Some(script) = self.storage.get_mut(start..start.saturating_add(size)) {
                logged::stamp(script, build);
            }
        }
    }

    /// The board configuration in libnop: the payload of the preboot header.
    pub fn board(&self) -> &[u8] {
        &self.board
    }

    /// The release whose firmware variant the pipeline needs.
    pub fn openvino(&self) -> OpenVinoVersion {
        self.openvino
    }

    /// The application's name; may be empty.
    pub fn app_name(&self) -> &str {
        &self.app_name
    }
}

/// Lowers a checked graph.
///
/// # Errors
/// When the assets are larger than 4 GiB, or oakc has a bug.
pub fn lower(checked: &CheckedGraph) -> Result<Lowered, LowerError> {
    let graph = checked.graph();
    let config = graph.config();
    let (assets, storage) = store(graph)?;
    Ok(Lowered {
        pipeline: schema(graph)?,
        assets,
        storage,
        board: nop::encode(&BoardConfig::SHAPE, &config.board)?,
        openvino: checked.openvino().unwrap_or(OpenVinoVersion::Universal),
        app_name: config.app.name.clone(),
    })
}

fn schema(graph: &Graph) -> Result<PipelineSchema, LowerError> {
    let mut ports = PortIds::default();
    let mut by_id: Vec<_> = graph.nodes().collect();
    by_id.sort_by_key(|(node, _)| node.id);
    let mut nodes = BTreeMap::new();
    for (node, config) in by_id {
        nodes.insert(node.id, node_info(node, config, &mut ports)?);
    }
    let mut connections: Vec<_> = graph.links().map(connection).collect();
    connections.sort_by(|a, b| connection_key(a).cmp(&connection_key(b)));
    Ok(PipelineSchema {
        connections,
        global_properties: GlobalProperties::from_value(&graph.config().pipeline)?,
        nodes,
    })
}

/// Numbers for ports, unique in the pipeline: 1, 2, 3 …
#[derive(Default)]
struct PortIds(u32);

impl PortIds {
    fn next(&mut self) -> u32 {
        self.0 = self.0.saturating_add(1);
        self.0
    }
}

fn node_info(
    node: &GraphNode,
    config: &NodeConfig,
    ports: &mut PortIds,
) -> Result<NodeObjInfo, LowerError> {
    let inputs = node.inputs.iter().map(input_info);
    let outputs = node.outputs.iter().filter(|port| port.registered);
    let mut io_info = BTreeMap::new();
    for mut info in inputs.chain(outputs.map(output_info)) {
        info.id = ports.next();
        io_info.insert((info.group.clone(), info.name.clone()), info);
    }
    let properties = nop::encode(&config.kind.properties, &config.properties)?;
    Ok(NodeObjInfo {
        id: node.id,
        name: config.kind.schema_name.to_owned(),
        properties: Bytes(properties),
        io_info,
    })
}

fn input_info(port: &InputPort) -> NodeIoInfo {
    NodeIoInfo {
        group: port.group.to_owned(),
        name: port.name.clone(),
        r#type: IoType::SReceiver,
        blocking: port.blocking,
        queue_size: port.queue_size,
        wait_for_message: port.wait_for_message,
        id: 0,
    }
}

/// The queue settings of an output mean nothing; these are the ones the library writes.
fn output_info(port: &OutputPort) -> NodeIoInfo {
    NodeIoInfo {
        group: port.group.to_owned(),
        name: port.name.clone(),
        r#type: IoType::MSender,
        blocking: false,
        queue_size: 8,
        wait_for_message: false,
        id: 0,
    }
}

fn connection(link: LinkRef<'_>) -> NodeConnectionSchema {
    NodeConnectionSchema {
        node1_id: link.from.id,
        node1_output_group: link.output.group.to_owned(),
        node1_output: link.output.name.clone(),
        node2_id: link.to.id,
        node2_input_group: link.input.group.to_owned(),
        node2_input: link.input.name.clone(),
    }
}

fn connection_key(c: &NodeConnectionSchema) -> (i64, &str, &str, i64, &str, &str) {
    (
        c.node1_id,
        &c.node1_output_group,
        &c.node1_output,
        c.node2_id,
        &c.node2_input_group,
        &c.node2_input,
    )
}

/// Pipeline assets first, then each node's by id, keys in byte order, as the library does.
fn store(graph: &Graph) -> Result<(AssetMap, Vec<u8>), LowerError> {
    let mut storage = Storage::default();
    let mut add = |prefix: &str, assets: &BTreeMap<String, Asset>| {
        assets
            .iter()
            .try_for_each(|(key, asset)| storage.add(format!("{prefix}{key}"), asset))
    };
    add("/pipeline/", &graph.config().assets)?;
    let mut by_id: Vec<_> = graph.nodes().collect();
    by_id.sort_by_key(|(node, _)| node.id);
    for (node, config) in by_id {
        add(&format!("/node/{}/", node.id), &config.assets)?;
    }
    Ok(storage.finish())
}
