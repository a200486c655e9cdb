//! The operators of ONNX that the compiler refuses: who of its parts does, and the way out.
//!
//! For each, the tests compile a model that has it, and expect the compiler to say what is said here.

/// An operator that cannot be compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its kind, as in ONNX.
    pub kind: &'static str,
    /// Who refuses it.
    pub by: By,
    /// How to do without it.
    pub way_out: &'static str,
}

/// A part of the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The one that reads ONNX: wherever the operator is in the file.
    Reader,
    /// The one that writes for the camera: where the operator is between the inputs and the outputs.
    Writer,
}

/// The way out where no exporter has another one.
const REWRITE: &str = "write that part with other operators before exporting; or cut the file before it with \
                       `onnx.utils.extract_model`, and calculate the rest in a Script";
/// The way out of quantised models.
const NOT_QUANTISED: &str =
    "the camera calculates with FP16 and has no quantised models: export it before quantisation";

/// All that are known.
pub const REFUSED: [Refused; 11] = [
    refused(By::Writer, "Abs", "write Abs(x) as Max(x, -x)"),
    refused(
        By::Writer,
        "HardSigmoid",
        "write HardSigmoid(x) as Clip(alpha * x + beta, 0, 1): Mul, Add and Clip run on the camera",
    ),
    refused(
        By::Writer,
        "LSTM",
        "convert the ONNX file with `mo` of openvino-dev 2021.4.2 first, and compile the .xml; that reads the same network \
         in another way",
    ),
    refused(By::Writer, "QuantizeLinear", NOT_QUANTISED),
    refused(By::Reader, "Einsum", REWRITE),
    refused(
        By::Reader,
        "Gelu",
        "write Gelu(x) with Erf, which runs on the camera; exporters do that at opset 19 and below",
    ),
    refused(By::Reader, "GridSample", REWRITE),
    refused(
        By::Reader,
        "GroupNormalization",
        "write it with Reshape and InstanceNormalization; exporters do that at opset 17 and below",
    ),
    refused(
        By::Reader,
        "HardSwish",
        "write HardSwish(x) as x * Clip(x / 6 + 0.5, 0, 1); exporters do that at opset 13 and below",
    ),
    refused(
        By::Reader,
        "LayerNormalization",
        "write it with ReduceMean, Sub, Mul and Sqrt; exporters do that at opset 16 and below",
    ),
    refused(
        By::Reader,
        "Mish",
        "write Mish(x) as x * Tanh(Softplus(x)); exporters do that at opset 17 and below",
    ),
];

const fn refused(by: By, kind: &'static str, way_out: &'static str) -> Refused {
    Refused { kind, by, way_out }
}

/// The operator, if it is one of them.
pub(crate) fn find(kind: &str) -> Option<&'static Refused> {
    REFUSED.iter().find(|refused| refused.kind == kind)
}

/// How to do without an operator, by its kind in ONNX or in OpenVINO.
pub(crate) fn way_out(kind: &str) -> Option<&'static str> {
    match kind {
        "FakeQuantize" | "DequantizeLinear" => Some(NOT_QUANTISED),
        kind => find(kind).map(|refused| refused.way_out),
    }
}
