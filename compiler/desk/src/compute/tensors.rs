//! NNData as tensors, and tensors as NNData, which tells the innermost dimension first, as the blob does.
//!
//! Networks of the device send half-precision floats, or whole numbers of 32 bits, each tensor from a multiple of 64 bytes on.

use std::collections::BTreeSet;

use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::messages::{TensorDataType, TensorInfo};
use oakc_runtime_schema::reflect::{Reflect, from_json};
use oakc_vision::tensor::{self, Tensor};
use serde_json::{Value as Json, json};

use crate::message::Content;

/// The tensors of an NNData.
///
/// # Errors
/// Why there are none, in a sentence.
pub(crate) fn read(content: &Content) -> Result<Vec<Tensor>, String> {
    let layers = content.fields.get("layers").and_then(Json::as_array);
    let layers = layers.ok_or("the message has no `layers`")?;
    layers.iter().map(|layer| one(content, layer)).collect()
}

/// The bytes of the tensor with this name in an NNData; none if there is no such tensor.
pub(crate) fn bytes_of<'a>(content: &'a Content, name: &str) -> Option<&'a [u8]> {
    let layers = content.fields.get("layers").and_then(Json::as_array)?;
    let is_meant = |layer: &&Json| layer.get("name").and_then(Json::as_str) == Some(name);
    let layer = layers.iter().find(is_meant)?;
    let value = from_json(&TensorInfo::SHAPE, layer).ok()?;
    let info = TensorInfo::from_value(&value).ok()?;
    let size = |number: &u32| usize::try_from(*number).ok();
    let count = info
        .dims
        .iter()
        .try_fold(1_usize, |all, dim| all.checked_mul(size(dim)?))?;
    let start = size(&info.offset)?;
    let end = start.checked_add(count.checked_mul(tensor::width(info.data_type))?)?;
    content.data.get(start..end)
}

fn one(content: &Content, layer: &Json) -> Result<Tensor, String> {
    let value = from_json(&TensorInfo::SHAPE, layer).map_err(|error| error.to_string())?;
    let info = TensorInfo::from_value(&value).map_err(|error| error.to_string())?;
    let size = |number: &u32| usize::try_from(*number).unwrap_or(usize::MAX);
    let dims: Vec<_> = info.dims.iter().rev().map(size).collect();
    let count = dims
        .iter()
        .try_fold(1_usize, |all, dim| all.checked_mul(*dim));
    let bytes = count.and_then(|count| count.checked_mul(tensor::width(info.data_type)));
    let start = size(&info.offset);
    let end = bytes.and_then(|bytes| start.checked_add(bytes));
    let bytes = end.and_then(|end| content.data.get(start..end));
    let bytes = bytes.ok_or_else(|| {
        let (name, length) = (&info.name, content.data.len());
        format!("the layer `{name}` is longer than the data, which has {length} bytes")
    })?;
    Ok(Tensor {
        values: tensor::values(info.data_type, bytes),
        name: info.name,
        dims,
    })
}

/// Tensors as an NNData; those in `whole` have whole numbers.
pub(crate) fn write(tensors: &[Tensor], whole: &BTreeSet<String>) -> Content {
    let (mut data, mut layers) = (Vec::new(), Vec::new());
    for tensor in tensors {
        data.resize(data.len().next_multiple_of(64), 0);
        let dims: Vec<_> = tensor.dims.iter().rev().collect();
        let is_whole = whole.contains(&tensor.name);
        let kind = if is_whole {
            TensorDataType::INT
        } else {
            TensorDataType::FP16
        };
        let strides = dims.iter().scan(tensor::width(kind), |stride, dim| {
            let own = *stride;
            *stride *= **dim;
            Some(own)
        });
        let strides: Vec<_> = strides.collect();
        layers.push(json!({
            "name": tensor.name,
            "dataType": if is_whole { "INT" } else { "FP16" },
            "order": order(tensor.dims.len()),
            "numDimensions": tensor.dims.len(),
            "dims": dims,
            "strides": strides,
            "offset": data.len(),
        }));
        if is_whole {
            #[expect(clippy::cast_possible_truncation, reason = "they are whole")]
            let numbers = tensor.values.iter().map(|value| *value as i32);
            data.extend(numbers.flat_map(i32::to_le_bytes));
        } else {
            data.extend(tensor::halves(&tensor.values));
        }
    }
    let mut content = Content {
        data: data.into(),
        ..Content::new(Datatype::NNData)
    };
    content.fields.insert("layers".to_owned(), layers.into());
    content
}

const fn order(dimensions: usize) -> &'static str {
    match dimensions {
        1 => "C",
        2 => "NC",
        3 => "CHW",
        _ => "NCHW",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tensors_come_back_as_they_were() {
        let tensor = |name: &str, dims: &[usize]| Tensor {
            name: name.to_owned(),
            dims: dims.to_vec(),
            values: vec![0.5; dims.iter().product()],
        };
        let tensors = [tensor("a", &[1, 3]), tensor("b", &[1, 2, 2, 2])];
        let content = write(&tensors, &BTreeSet::new());
        assert_eq!(content.fields["layers"][1]["offset"], 64);
        assert_eq!(content.fields["layers"][1]["strides"], json!([2, 4, 8, 16]));
        assert_eq!(read(&content).unwrap(), tensors);
    }

    #[test]
    fn a_layer_longer_than_the_data_is_refused() {
        let mut content = Content::new(Datatype::NNData);
        let layer = json!([{"name": "a", "dims": [4], "dataType": "FP32"}]);
        content.fields.insert("layers".to_owned(), layer);
        let error = read(&content).unwrap_err();
        assert_eq!(
            error,
            "the layer `a` is longer than the data, which has 0 bytes"
        );
    }
}
