//! `NeuralNetwork`: frames or tensors in, the tensors of a model out.
//!
//! The setters of all nodes that run a model are defined here once, for any [`RunsModel`].

use std::sync::Arc;

use crate::datatype::Datatype;
use crate::node::{
    Accepts, Input, InputMap, ModelRole, NodeKind, Output, OutputMap, Processors, Role, Start,
};
use crate::nodes::detection_parser::Decoding;
use crate::reflect::{Effects, Model, Reflect, Set, Setter, Value, With};

/// Properties of `NeuralNetwork`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct NeuralNetworkProperties {
    /// Size of the blob in bytes.
    pub blob_size: Option<u32>,
    /// The asset that contains the blob; empty for none.
    pub blob_uri: String,
    /// Results in the pool; at least as many as threads.
    #[reflect(default = 8)]
    pub num_frames: u32,
    /// Inferences that run in parallel, each on the SHAVEs that the blob was compiled for; 0 lets
    /// the device choose.
    pub num_threads: u32,
    /// Neural compute engines for each thread, out of two in total; 0 lets the device choose.
    #[reflect(name = "numNCEPerThread")]
    pub num_nce_per_thread: u32,
}

/// The node kind `NeuralNetwork`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "NeuralNetwork",
    doc: "Runs a model on frames or tensors and sends its output tensors unchanged.",
    role: Role::Transform,
    model: ModelRole::Runs(read_inference::<NeuralNetworkProperties>),
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: NeuralNetworkProperties::SHAPE,
    default_properties: || NeuralNetworkProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[Input::blocking("in", 5, &[Accepts::family(Datatype::Buffer)]).waiting()],
    outputs: &[
        Output::new("out", &[Accepts::exactly(Datatype::NNData)]),
        Output::new("passthrough", &[Accepts::family(Datatype::Buffer)]),
    ],
    input_map: Some(InputMap {
        group: "inputs",
        entry: Input::dropping("", 1, &[Accepts::family(Datatype::Buffer)]).waiting(),
    }),
    output_map: Some(OutputMap {
        group: "passthroughs",
        entry: Output::new("", &[Accepts::family(Datatype::Buffer)]),
    }),
};

static SETTERS: &[Setter] = &[
    model::<NeuralNetworkProperties>(),
    blob::<NeuralNetworkProperties>(),
    blob_path::<NeuralNetworkProperties>(),
    num_pool_frames::<NeuralNetworkProperties>(),
    num_inference_threads::<NeuralNetworkProperties>(),
    num_nce_per_inference_thread::<NeuralNetworkProperties>(),
];

/// Properties of a node that runs a model. On the wire they are fields of each such node, not a
/// separate struct.
pub(super) trait RunsModel: Reflect + 'static {
    /// The fields that all such nodes have.
    fn inference(&mut self) -> InferenceFields<'_>;

    /// Takes over how the detections of its model are decoded, if it decodes any.
    fn adopt(&mut self, _decoding: &Decoding) {}
}

/// The fields that all nodes that run a model have.
pub(super) struct InferenceFields<'a> {
    /// Size of the blob in bytes.
    pub(super) blob_size: &'a mut Option<u32>,
    /// The asset that contains the blob; empty for none.
    pub(super) blob_uri: &'a mut String,
    /// Results in the pool.
    pub(super) num_frames: &'a mut u32,
    /// Inferences in parallel; 0 lets the device choose.
    pub(super) num_threads: &'a mut u32,
    /// Neural compute engines for each of them; 0 lets the device choose.
    pub(super) num_nce_per_thread: &'a mut u32,
}

/// How a node runs its model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inference {
    /// The asset that contains the blob; empty for none.
    pub blob_uri: String,
    /// Results in the pool.
    pub num_frames: u32,
    /// Inferences in parallel; 0 lets the device choose.
    pub num_threads: u32,
    /// Neural compute engines for each of them; 0 lets the device choose.
    pub num_nce_per_thread: u32,
}

/// Reads it from properties that are a `P`.
pub(super) fn read_inference<P: RunsModel>(properties: &Value) -> Option<Inference> {
    let mut properties = P::from_value(properties).ok()?;
    let fields = properties.inference();
    Some(Inference {
        blob_uri: std::mem::take(fields.blob_uri),
        num_frames: *fields.num_frames,
        num_threads: *fields.num_threads,
        num_nce_per_thread: *fields.num_nce_per_thread,
    })
}

impl RunsModel for NeuralNetworkProperties {
    fn inference(&mut self) -> InferenceFields<'_> {
        InferenceFields {
            blob_size: &mut self.blob_size,
            blob_uri: &mut self.blob_uri,
            num_frames: &mut self.num_frames,
            num_threads: &mut self.num_threads,
            num_nce_per_thread: &mut self.num_nce_per_thread,
        }
    }
}

pub(super) const fn model<P: RunsModel>() -> Setter {
    Setter {
        key: "model",
        methods: &["setBlob", "setBlobPath"],
        doc: "The model to run: its name in `models`, or the path of its blob.",
        apply: &With(load::<P>),
    }
}

pub(super) const fn blob<P: RunsModel>() -> Setter {
    Setter {
        key: "blob",
        methods: &["setBlob"],
        doc: "The same as `model`.",
        apply: &With(load::<P>),
    }
}

pub(super) const fn blob_path<P: RunsModel>() -> Setter {
    Setter {
        key: "blob_path",
        methods: &["setBlobPath"],
        doc: "The same as `model`.",
        apply: &With(load::<P>),
    }
}

pub(super) const fn num_pool_frames<P: RunsModel>() -> Setter {
    Setter {
        key: "num_pool_frames",
        methods: &["setNumPoolFrames"],
        doc: "Results in the pool; the same as `num_frames`.",
        apply: &Set(|node: &mut P, frames| *node.inference().num_frames = frames),
    }
}

pub(super) const fn num_inference_threads<P: RunsModel>() -> Setter {
    Setter {
        key: "num_inference_threads",
        methods: &["setNumInferenceThreads"],
        doc: "Inferences that run in parallel (0 lets the device choose); the same as \
              `num_threads`.",
        apply: &Set(|node: &mut P, threads| *node.inference().num_threads = threads),
    }
}

pub(super) const fn num_nce_per_inference_thread<P: RunsModel>() -> Setter {
    Setter {
        key: "num_nce_per_inference_thread",
        methods: &["setNumNCEPerInferenceThread"],
        doc: "Neural compute engines for each thread (0 lets the device choose); the same as \
              `num_nce_per_thread`.",
        apply: &Set(|node: &mut P, engines| *node.inference().num_nce_per_thread = engines),
    }
}

fn load<P: RunsModel>(
    node: &mut P,
    model: Arc<Model>,
    effects: &mut Effects,
) -> Result<(), String> {
    let size = u32::try_from(model.bytes.len()).map_err(|_| "a blob must be smaller than 4 GiB")?;
    let fields = node.inference();
    *fields.blob_size = Some(size);
    *fields.blob_uri = effects.asset("__blob", Arc::clone(&model.bytes));
    node.adopt(&model.decoding);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nodes::Kind;
    use crate::reflect::Value;

    fn model() -> Value {
        let bytes = Arc::from([1, 2, 3]);
        let outputs = vec![];
        Arc::new(Model {
            bytes,
            outputs,
            decoding: Decoding::default(),
        })
        .to_value()
    }

    #[test]
    fn every_node_that_runs_a_model_keeps_it_as_an_asset() {
        for kind in Kind::ALL.iter().filter(|kind| kind.model.runs()) {
            for key in ["model", "blob", "blob_path"] {
                let mut effects = Effects::default();
                let mut node = (kind.default_properties)();
                let setter = kind.setter(key).expect(key);
                setter
                    .apply
                    .apply(&mut node, &model(), &mut effects)
                    .expect(key);
                let Value::Struct(fields) = node else {
                    panic!("the properties of {kind} are a struct");
                };
                assert_eq!(fields[0], Some(3_u32).to_value());
                assert_eq!(fields[1], "asset:__blob".to_owned().to_value());
                assert_eq!(effects.assets["__blob"].bytes.as_ref(), [1, 2, 3]);
            }
        }
    }
}
