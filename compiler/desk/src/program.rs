//! What runs: a pipeline in, of an application or of a package, with the names of its nodes; nodes with their ports,
//! queues and scripts out.
//!
//! Ports that are linked but not listed (the library forgets some) are there too. What cannot be read is refused
//! with the name of the node.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oakc_blob::{Blob, Tensor};
use oakc_core::CheckedGraph;
use oakc_core::graph::Graph;
use oakc_core::infer::Facts;
use oakc_core::lower::Lowered;
use oakc_core::package::inspect::{Package, Pipeline};
use oakc_core::world::World;
use oakc_diag::Span;
use oakc_runtime_schema::assets::AssetMap;
use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nodes::script::ScriptProperties;
use oakc_runtime_schema::pipeline::{IoType, NodeConnectionSchema, NodeObjInfo, PipelineSchema};
use oakc_runtime_schema::processor::ProcessorType;
use oakc_runtime_schema::reflect::{Reflect, Shape, Value};
use oakc_vision::mesh::Mesh;

use crate::message::Content;
use crate::observation::PortName;
use crate::standin::StandIn;

/// A pipeline that a camera can run.
#[derive(Clone, Debug)]
pub struct Program {
    pub(crate) nodes: Vec<ProgramNode>,
    pub(crate) links: Vec<ProgramLink>,
    /// What the pictures of an output are like, by the names of node and port.
    pub(crate) pictures: BTreeMap<(String, String), Arc<Content>>,
    /// How many messages an output sends a second, by the names of node and port.
    pub(crate) rates: BTreeMap<(String, String), f64>,
}

/// A node of a [`Program`].
#[derive(Clone, Debug)]
pub(crate) struct ProgramNode {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) properties: Properties,
    pub(crate) inputs: Vec<ProgramInput>,
    pub(crate) outputs: Vec<(String, String)>,
    pub(crate) script: Option<Script>,
    /// The inputs of its blob.
    pub(crate) blob_inputs: Vec<Tensor>,
    /// The mesh that it warps pictures with.
    pub(crate) mesh: Option<Mesh>,
    /// The name of its model in the application.
    pub(crate) model: Option<String>,
    /// What runs on the desk in place of its blob.
    pub(crate) stand_in: Option<StandIn>,
}

/// An input of a [`ProgramNode`].
#[derive(Clone, Debug)]
pub(crate) struct ProgramInput {
    pub(crate) group: String,
    pub(crate) name: String,
    pub(crate) blocking: bool,
    pub(crate) queue_size: i32,
    pub(crate) wait_for_message: bool,
}

/// From the output of one node to the input of another: positions in [`Program::nodes`], and group and name there.
#[derive(Clone, Debug)]
pub(crate) struct ProgramLink {
    pub(crate) from: (usize, String, String),
    pub(crate) to: (usize, String, String),
}

/// The program of a Script node.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    /// The name of its file in tracebacks.
    pub(crate) name: String,
    pub(crate) source: Vec<u8>,
    pub(crate) processor: ProcessorType,
}

/// The properties of a node, by name.
#[derive(Clone, Debug)]
pub(crate) struct Properties(Shape, Value);

impl Properties {
    /// These values of this shape.
    pub(crate) const fn new(shape: Shape, values: Value) -> Self {
        Self(shape, values)
    }

    fn get(&self, name: &str) -> Option<&Value> {
        let (Shape::Struct(of), Value::Struct(values)) = (&self.0, &self.1) else {
            return None;
        };
        let mut fields = of.fields.iter().zip(values);
        let found = fields.find(|(field, _)| field.name == name || field.key == name);
        found.map(|(_, value)| value)
    }

    /// All of them, as those of a kind of node.
    pub(crate) fn typed<T: Reflect>(&self) -> Option<T> {
        T::from_value(&self.1).ok()
    }

    /// A property of this type.
    pub(crate) fn value<T: Reflect>(&self, name: &str) -> Option<T> {
        T::from_value(self.get(name)?).ok()
    }

    /// A whole number.
    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Int(value) => i64::try_from(*value).ok(),
            _ => None,
        }
    }

    /// Any number.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        match self.get(name)? {
            Value::Float(value) => Some(*value),
            Value::Int(value) => i32::try_from(*value).ok().map(f64::from),
            _ => None,
        }
    }
}

impl Program {
    /// The pipeline of an application; `names` are those of its nodes by id.
    ///
    /// # Errors
    /// What cannot be read, in sentences.
    pub fn of_application(
        lowered: &Lowered,
        names: &BTreeMap<i64, String>,
    ) -> Result<Self, Vec<String>> {
        let pipeline = Pipeline::from(lowered.pipeline().clone());
        Reader {
            names,
            assets: lowered.assets(),
            storage: lowered.storage(),
        }
        .read(&pipeline)
    }

    /// The pipeline of a package. A node without a name in `names` is called by its kind and id: `ColorCamera_0`.
    ///
    /// # Errors
    /// What cannot be read, in sentences.
    pub fn of_package(
        package: &Package<'_>,
        names: &BTreeMap<i64, String>,
    ) -> Result<Self, Vec<String>> {
        let pipeline = package
            .pipeline
            .as_ref()
            .map_err(|error| vec![error.clone()])?;
        let assets = package
            .assets
            .as_ref()
            .map_err(|error| vec![error.clone()])?;
        Reader {
            names,
            assets,
            storage: package.storage(),
        }
        .read(pipeline)
    }

    /// The same, with the sizes and formats of the pictures that cameras take, as far as they can be inferred.
    #[must_use]
    pub fn with_pictures(mut self, graph: &Graph, facts: &Facts) -> Self {
        for node in graph.node_refs() {
            for output in &node.node.outputs {
                let flow = facts.output(&node, &output.name);
                if let Some(fps) = &flow.fps {
                    let port = (node.config.name.clone(), output.name.clone());
                    self.rates.insert(port, fps.value);
                }
                let mut content = Content {
                    is_blank: true,
                    ..Content::new(Datatype::ImgFrame)
                };
                if let Some(size) = &flow.size {
                    let (width, height) = (size.value.width, size.value.height);
                    content.fields.insert("width".to_owned(), width.into());
                    content.fields.insert("height".to_owned(), height.into());
                }
                if let Some(kind) = &flow.frame_type {
                    let kind = format!("{:?}", kind.value);
                    content.fields.insert("frameType".to_owned(), kind.into());
                }
                let port = (node.config.name.clone(), output.name.clone());
                self.pictures.insert(port, Arc::new(content));
            }
        }
        self
    }

    /// The same, with the stand-ins of models that the application names, read through `world`, whose paths are
    /// relative to the application.
    ///
    /// # Errors
    /// What cannot be read, with where it is named.
    pub fn with_stand_ins(
        mut self,
        checked: &CheckedGraph,
        world: &dyn World,
    ) -> Result<Self, Vec<(Span, String)>> {
        let mut problems = Vec::new();
        for (_, config) in checked.graph().nodes() {
            let Some(model) = &config.model else { continue };
            let mut nodes = self.nodes.iter_mut();
            let Some(node) = nodes.find(|node| node.name == config.name) else {
                continue;
            };
            node.model = Some(model.name.clone());
            let Some((desk, span)) = &model.desk else {
                continue;
            };
            let network = model.network.as_deref();
            match StandIn::read(&model.name, (desk, *span), network, world) {
                Ok(stand_in) => node.stand_in = Some(stand_in),
                Err(problem) => problems.push((*span, problem)),
            }
        }
        if problems.is_empty() {
            Ok(self)
        } else {
            Err(problems)
        }
    }

    /// The stand-in of the model of a node.
    pub(crate) fn stand_in(&self, node: &str) -> Option<&StandIn> {
        let mut nodes = self.nodes.iter();
        nodes.find(|it| it.name == node)?.stand_in.as_ref()
    }

    /// What is known of the pictures of an output: a frame without pixels, and how many it sends a second.
    pub fn picture(&self, output: &PortName) -> (Option<Arc<Content>>, Option<f64>) {
        let port = (output.node.clone(), output.port.clone());
        (
            self.pictures.get(&port).cloned(),
            self.rates.get(&port).copied(),
        )
    }

    /// From which output to which input each link leads.
    pub fn links(&self) -> Vec<(PortName, PortName)> {
        let name = |(node, group, port): &(usize, String, String)| {
            Some(PortName {
                node: self.nodes.get(*node)?.name.clone(),
                group: group.clone(),
                port: port.clone(),
            })
        };
        let links = self.links.iter();
        links
            .filter_map(|link| Some((name(&link.from)?, name(&link.to)?)))
            .collect()
    }

    /// The outputs, linked or not.
    pub fn outputs(&self) -> Vec<PortName> {
        let nodes = self.nodes.iter();
        let ports = nodes.flat_map(|node| node.outputs.iter().map(move |port| (node, port)));
        ports
            .map(|(node, (group, port))| PortName {
                node: node.name.clone(),
                group: group.clone(),
                port: port.clone(),
            })
            .collect()
    }

    /// The inputs, linked or not.
    pub fn inputs(&self) -> Vec<PortName> {
        let nodes = self.nodes.iter();
        let ports = nodes.flat_map(|node| node.inputs.iter().map(move |port| (node, port)));
        ports
            .map(|(node, port)| PortName {
                node: node.name.clone(),
                group: port.group.clone(),
                port: port.name.clone(),
            })
            .collect()
    }

    /// Whether what an output sends has to be known: it is looked at, or it comes to a script on a way on which nothing
    /// is fed.
    pub fn is_needed(
        &self,
        output: &PortName,
        looked_at: &BTreeSet<PortName>,
        is_fed: &dyn Fn(&PortName) -> bool,
    ) -> bool {
        let mut known = BTreeSet::new();
        let mut open = vec![output.clone()];
        while let Some(output) = open.pop() {
            if looked_at.contains(&output) {
                return true;
            }
            if !known.insert(output.clone()) {
                continue;
            }
            for receiver in self.receivers(&output) {
                if receiver.script.is_some() {
                    return true;
                }
                let sends = receiver.outputs.iter().map(|(group, port)| PortName {
                    node: receiver.name.clone(),
                    group: group.clone(),
                    port: port.clone(),
                });
                open.extend(sends.filter(|output| !is_fed(output)));
            }
        }
        false
    }

    /// The nodes that an output is linked to.
    fn receivers(&self, output: &PortName) -> impl Iterator<Item = &ProgramNode> {
        let links = self.links.iter().filter(|link| {
            let (node, group, port) = &link.from;
            let sender = self.nodes.get(*node).map(|node| node.name.as_str());
            sender == Some(&output.node) && (group, port) == (&output.group, &output.port)
        });
        links.filter_map(|link| self.nodes.get(link.to.0))
    }

    /// The names of all nodes.
    pub fn nodes(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|node| node.name.as_str())
    }

    /// The names of the nodes that have a sensor for pictures.
    pub fn cameras(&self) -> Vec<&str> {
        let cameras = self.nodes.iter().filter(|node| node.kind.is_camera());
        cameras.map(|node| node.name.as_str()).collect()
    }

    /// The names of the nodes that run a script.
    pub fn scripts(&self) -> Vec<&str> {
        let scripts = self.nodes.iter().filter(|node| node.script.is_some());
        scripts.map(|node| node.name.as_str()).collect()
    }
}

struct Reader<'a> {
    names: &'a BTreeMap<i64, String>,
    assets: &'a AssetMap,
    storage: &'a [u8],
}

impl Reader<'_> {
    fn read(&self, pipeline: &Pipeline) -> Result<Program, Vec<String>> {
        let (mut nodes, mut problems) = (Vec::new(), Vec::new());
        for decoded in &pipeline.nodes {
            let Some(info) = pipeline.schema.nodes.get(&decoded.id) else {
                continue;
            };
            let properties = decoded.properties.clone();
            match properties
                .and_then(|(shape, value)| self.node(&pipeline.schema, info, shape, value))
            {
                Ok(node) => nodes.push(node),
                Err(problem) => problems.push(format!("node {}: {problem}", decoded.id)),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let links = pipeline.schema.connections.iter();
        let links = links.filter_map(|link| connect(&nodes, link)).collect();
        Ok(Program {
            nodes,
            links,
            pictures: BTreeMap::new(),
            rates: BTreeMap::new(),
        })
    }

    fn node(
        &self,
        schema: &PipelineSchema,
        info: &NodeObjInfo,
        shape: Shape,
        value: Value,
    ) -> Result<ProgramNode, String> {
        let kind = Kind::with_schema_name(&info.name).next();
        let kind = kind.ok_or_else(|| format!("`{}` is not a node type", info.name))?;
        let name = self.names.get(&info.id).cloned();
        let script = (kind == Kind::Script).then(|| self.script(info.id, &value));
        let properties = Properties::new(shape, value);
        let blob_inputs = self.blob_inputs(info.id, &properties);
        let mesh = self.mesh(info.id, &properties);
        Ok(ProgramNode {
            id: info.id,
            name: name.unwrap_or_else(|| format!("{}_{}", info.name, info.id)),
            kind,
            properties,
            inputs: inputs(info),
            outputs: outputs(schema, info),
            script: script.transpose()?,
            blob_inputs,
            mesh,
            model: None,
            stand_in: None,
        })
    }

    /// The inputs of the blob of a node; none where it has no blob that can be read.
    fn blob_inputs(&self, id: i64, properties: &Properties) -> Vec<Tensor> {
        let bytes = self.asset(id, properties, "blob_uri");
        let blob = bytes.and_then(|bytes| Blob::parse(bytes).ok());
        blob.map(|blob| blob.inputs).unwrap_or_default()
    }

    /// The mesh of a node; none where it has none that can be read.
    fn mesh(&self, id: i64, properties: &Properties) -> Option<Mesh> {
        let bytes = self.asset(id, properties, "mesh_uri")?;
        let points = |name: &str| usize::try_from(properties.int(name)?).ok();
        Mesh::read(bytes, points("mesh_width")?, points("mesh_height")?)
    }

    /// The bytes of the asset that a property of a node names.
    fn asset(&self, id: i64, properties: &Properties, name: &str) -> Option<&[u8]> {
        let Some(Value::Str(uri)) = properties.get(name) else {
            return None;
        };
        let key = uri.strip_prefix("asset:")?;
        let entry = self.assets.map.get(&format!("/node/{id}/{key}"))?;
        entry.bytes(self.storage)
    }

    fn script(&self, id: i64, value: &Value) -> Result<Script, String> {
        let properties = ScriptProperties::from_value(value).map_err(|error| error.to_string())?;
        let source = match properties.script_uri.strip_prefix("asset:") {
            Some(key) => {
                let uri = format!("/node/{id}/{key}");
                let entry = self.assets.map.get(&uri);
                let bytes = entry.and_then(|entry| entry.bytes(self.storage));
                bytes
                    .ok_or_else(|| format!("its script `{uri}` is missing"))?
                    .to_vec()
            }
            None => Vec::new(),
        };
        Ok(Script {
            name: properties.script_name,
            source,
            processor: properties.processor,
        })
    }
}

fn inputs(info: &NodeObjInfo) -> Vec<ProgramInput> {
    let ports = info.io_info.values();
    let inputs = ports.filter(|port| matches!(port.r#type, IoType::SReceiver | IoType::MReceiver));
    inputs
        .map(|port| ProgramInput {
            group: port.group.clone(),
            name: port.name.clone(),
            blocking: port.blocking,
            queue_size: port.queue_size,
            wait_for_message: port.wait_for_message,
        })
        .collect()
}

fn outputs(schema: &PipelineSchema, info: &NodeObjInfo) -> Vec<(String, String)> {
    let ports = info.io_info.values();
    let listed = ports.filter(|port| matches!(port.r#type, IoType::MSender | IoType::SSender));
    let listed = listed.map(|port| (port.group.clone(), port.name.clone()));
    let links = schema
        .connections
        .iter()
        .filter(|link| link.node1_id == info.id);
    let linked = links.map(|link| (link.node1_output_group.clone(), link.node1_output.clone()));
    let all: BTreeSet<_> = listed.chain(linked).collect();
    all.into_iter().collect()
}

/// A link to a node or port that is not there connects nothing, as on the device.
fn connect(nodes: &[ProgramNode], link: &NodeConnectionSchema) -> Option<ProgramLink> {
    let node = |id: i64| nodes.iter().position(|node| node.id == id);
    let (from, to) = (node(link.node1_id)?, node(link.node2_id)?);
    let receiver = nodes.get(to)?;
    let exists = receiver
        .inputs
        .iter()
        .any(|input| input.group == link.node2_input_group && input.name == link.node2_input);
    exists.then(|| ProgramLink {
        from: (
            from,
            link.node1_output_group.clone(),
            link.node1_output.clone(),
        ),
        to: (to, link.node2_input_group.clone(), link.node2_input.clone()),
    })
}
