//! ONNX files and OpenVINO IR, as far as they are looked at before they are compiled.

use oakc_toolchain::ir::Ir;
use oakc_toolchain::onnx::Onnx;

use crate::Outcome;
use crate::bytes::words;

/// Reads a model, and what the compiler would get wrong in it.
pub fn onnx(input: &[u8]) -> Outcome {
    match Onnx::parse(input) {
        Ok(model) => {
            let (operators, doubts) = (model.operators.len(), model.doubts().len());
            let (inputs, outputs) = (model.inputs.len(), model.outputs.len());
            format!("{operators} operators, {inputs} in, {outputs} out, {doubts} doubts")
        }
        Err(error) => words(&error.to_string()),
    }
}

/// Reads the text of OpenVINO IR.
pub fn ir(input: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(input) else {
        return "not text".to_owned();
    };
    match Ir::parse(text) {
        Ok(ir) => format!(
            "{} kinds, {} in, {} out",
            ir.kinds.len(),
            ir.inputs.len(),
            ir.outputs.len()
        ),
        Err(error) => words(&error.to_string()),
    }
}
