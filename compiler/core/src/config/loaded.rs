//! A model in the words of the device: the bytes of a blob and what describes it in, what setters take and what checks want
//! to know out.

use std::sync::Arc;

use oakc_blob::{Blob, BlobError, Tensor};
use oakc_model::{Description, Family};
use oakc_runtime_schema::messages::{StorageOrder, TensorDataType, TensorInfo};
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nodes::detection_parser::{Decoding, DetectionNetworkType};
use oakc_runtime_schema::reflect::{Model, Reflect, Value};

/// The model in the bytes of a blob: what setters take, and what checks want to know.
///
/// # Errors
/// When they are not a blob.
pub fn model_of(bytes: &Arc<[u8]>) -> Result<(Arc<Model>, Arc<Blob>), BlobError> {
    let (model, blob, _) = loaded(bytes, None)?;
    Ok((model, blob))
}

/// A blob and what is known about it: the same in the words of each who wants to know.
pub(super) type Described = (Arc<Model>, Arc<Blob>, Option<Arc<Description>>);

pub(super) fn loaded(
    bytes: &Arc<[u8]>,
    description: Option<&Description>,
) -> Result<Described, BlobError> {
    let blob = Blob::parse(bytes)?;
    let model = Model {
        bytes: Arc::clone(bytes),
        outputs: blob.outputs.iter().map(tensor_info).collect(),
        decoding: description
            .map(|it| decoding(it.decoding(&blob)))
            .unwrap_or_default(),
    };
    let description = description.cloned().map(Arc::new);
    Ok((Arc::new(model), Arc::new(blob), description))
}

/// The kind of node that runs a detection model of this family.
pub const fn detector(family: Family) -> Kind {
    match family {
        Family::Yolo => Kind::YoloDetectionNetwork,
        Family::MobileNet => Kind::MobileNetDetectionNetwork,
    }
}

/// How detections are decoded, in the words of the device.
fn decoding(known: oakc_model::Decoding) -> Decoding {
    let whole = |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok());
    Decoding {
        nn_family: known.family.map(|family| match family {
            Family::Yolo => DetectionNetworkType::YOLO,
            Family::MobileNet => DetectionNetworkType::MOBILENET,
        }),
        confidence_threshold: known.confidence_threshold,
        classes: whole(known.classes),
        coordinates: whole(known.coordinates),
        anchors: known.anchors,
        anchor_masks: known.anchor_masks,
        iou_threshold: known.iou_threshold,
    }
}

/// A tensor as the device's schema has it. The library leaves the strides out, too.
fn tensor_info(tensor: &Tensor) -> TensorInfo {
    let order = Value::Int(i128::from(tensor.order.0));
    let data_type = Value::Int(i128::from(tensor.data_type.code()));
    TensorInfo {
        order: StorageOrder::from_value(&order).unwrap_or_default(),
        data_type: TensorDataType::from_value(&data_type).unwrap_or_default(),
        num_dimensions: u32::try_from(tensor.dims.len()).unwrap_or(u32::MAX),
        dims: tensor.dims.clone(),
        strides: Vec::new(),
        name: tensor.name.clone(),
        offset: tensor.offset,
    }
}
