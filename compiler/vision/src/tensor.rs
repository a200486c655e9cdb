//! Numbers of a network: a name, dimensions, values.

use half::f16;
use oakc_runtime_schema::messages::TensorDataType;

/// A tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// The name of its layer.
    pub name: String,
    /// The sizes of its dimensions, outermost first.
    pub dims: Vec<usize>,
    /// Its numbers, innermost dimension first.
    pub values: Vec<f32>,
}

/// Bytes for a number of a type.
pub const fn width(kind: TensorDataType) -> usize {
    match kind {
        TensorDataType::U8F | TensorDataType::I8 => 1,
        TensorDataType::FP16 => 2,
        TensorDataType::INT | TensorDataType::FP32 => 4,
    }
}

/// The numbers that bytes of a type stand for.
#[expect(
    clippy::cast_precision_loss,
    reason = "results of networks are small numbers"
)]
pub fn values(kind: TensorDataType, bytes: &[u8]) -> Vec<f32> {
    match kind {
        TensorDataType::U8F => bytes.iter().map(|byte| f32::from(*byte)).collect(),
        TensorDataType::I8 => bytes
            .iter()
            .map(|byte| f32::from(byte.cast_signed()))
            .collect(),
        TensorDataType::FP16 => {
            let numbers = bytes.as_chunks::<2>().0.iter();
            numbers
                .map(|number| f16::from_le_bytes(*number).to_f32())
                .collect()
        }
        TensorDataType::INT => {
            let numbers = bytes.as_chunks::<4>().0.iter();
            numbers
                .map(|number| i32::from_le_bytes(*number) as f32)
                .collect()
        }
        TensorDataType::FP32 => {
            let numbers = bytes.as_chunks::<4>().0.iter();
            numbers.map(|number| f32::from_le_bytes(*number)).collect()
        }
    }
}

/// Numbers as half-precision floats, as networks of the device send them.
pub fn halves(values: &[f32]) -> Vec<u8> {
    let values = values.iter();
    values
        .flat_map(|value| f16::from_f32(*value).to_le_bytes())
        .collect()
}
