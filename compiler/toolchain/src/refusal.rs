//! Why the compiler refuses a model: what it said in, what that means and the way out in the user's words.
//!
//! The texts of OpenVINO 2021.4.2 that are known here were each seen from a model that causes them (the tests compile
//! those). What is not known is passed on as it is.

use std::fmt;

use crate::onnx::Onnx;
use crate::operator::{By, find, way_out};

/// Where the recipe was when it failed.
const READ: &str = "read";

/// What the compiler refuses in a model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It cannot read these operators.
    Unknown {
        /// Their kinds, as in ONNX.
        operators: Vec<String>,
    },
    /// It reads this operator, but the camera has nothing to run it with.
    NotOnDevice {
        /// Its kind, as in OpenVINO.
        operator: String,
        /// Its name in the model.
        layer: String,
    },
    /// A size of an input is open.
    OpenSize,
    /// It fails over a recurrent network that comes from ONNX.
    Recurrent,
    /// It is a quantised network.
    Quantised,
    /// The setting does not fit the model.
    Setting(String),
    /// It does not read the file.
    Unreadable(String),
    /// Something else.
    Other(String),
}

impl Refusal {
    /// What the compiler meant by this text.
    pub(crate) fn of(step: &str, text: &str) -> Self {
        let text = text.trim();
        if let Some((_, list)) = text.split_once("does not support the following ONNX operations:")
        {
            let list = list.lines().next().unwrap_or_default().split(',');
            let operators = list.map(|it| it.trim().to_owned());
            let operators = operators.filter(|it| !it.is_empty()).collect();
            return Self::Unknown { operators };
        }
        if let Some((before, operator)) = text.split_once(": unsupported layer type") {
            let layer = before.split_once("Failed to compile layer");
            let bare = |text: &str| text.trim().trim_matches('"').to_owned();
            let operator = bare(operator.lines().next().unwrap_or_default());
            // That is what the reader makes of quantisation.
            if operator == "FakeQuantize" {
                return Self::Quantised;
            }
            return Self::NotOnDevice {
                operator,
                layer: bare(layer.map_or("", |(_, layer)| layer)),
            };
        }
        if text.contains("Dynamic dimension cannot be resolved")
            || text.contains("is_static()' failed")
        {
            return Self::OpenSize;
        }
        if text.contains("!expired()") {
            return Self::Recurrent;
        }
        match step {
            "outputs" | "reshape" | "preprocess" | "precision" => Self::Setting(plain(text)),
            READ => Self::Unreadable(plain(text)),
            _ => Self::Other(plain(text)),
        }
    }

    /// What it refuses in this model, as far as that can be told from its operators. Where the model is to end elsewhere, what
    /// it would write for the camera is not known.
    pub(crate) fn expected(model: &Onnx<'_>, ends_elsewhere: bool) -> Option<Self> {
        let by = |who: By| move |kind: &str| find(kind).is_some_and(|refused| refused.by == who);
        let mut operators: Vec<String> = Vec::new();
        for kind in model.kinds().filter(|kind| by(By::Reader)(kind)) {
            if !operators.iter().any(|known| known == kind) {
                operators.push(kind.to_owned());
            }
        }
        if !operators.is_empty() {
            return Some(Self::Unknown { operators });
        }
        let written = model
            .between_ends(by(By::Writer))
            .filter(|_| !ends_elsewhere)?;
        Some(match written.kind {
            "LSTM" => Self::Recurrent,
            "QuantizeLinear" => Self::Quantised,
            kind => Self::NotOnDevice {
                operator: kind.to_owned(),
                layer: written.called().to_owned(),
            },
        })
    }

    /// How to get a model that it takes.
    pub fn advice(&self) -> String {
        match self {
            Self::Unknown { operators } => {
                let advice = operators.iter().find_map(|it| way_out(it));
                advice.unwrap_or(EXPORT).to_owned()
            }
            Self::NotOnDevice { operator, .. } => way_out(operator).unwrap_or(REWRITE).to_owned(),
            Self::OpenSize => {
                "export the model with fixed sizes, or give them: reshape = [1, 3, 320, 320]".to_owned()
            }
            Self::Recurrent => way_out("LSTM").unwrap_or(REWRITE).to_owned(),
            Self::Quantised => way_out("FakeQuantize").unwrap_or(REWRITE).to_owned(),
            Self::Setting(_) => "`oakc model info` shows the inputs and outputs of a model".to_owned(),
            Self::Unreadable(_) => EXPORT.to_owned(),
            Self::Other(_) => "if the reason is not clear, cut the model at an earlier layer with `outputs` to find the \
                               layer that it cannot compile"
                .to_owned(),
        }
    }
}

const EXPORT: &str =
    "export the model with opset 11 to 13, where the exporter writes it with simpler operators";
const REWRITE: &str = "rewrite that layer with other operators, or cut the model before it with `outputs` and \
                       calculate the rest in a Script";

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { operators } => {
                let s = if operators.len() == 1 { "" } else { "s" };
                let list = operators.join(", ");
                write!(f, "the compiler does not know the operator{s} {list}")
            }
            Self::NotOnDevice { operator, layer } => {
                write!(f, "the camera cannot run {operator} (layer `{layer}`)")
            }
            Self::OpenSize => {
                write!(
                    f,
                    "a size of its input is open, and the camera needs it when it starts"
                )
            }
            Self::Recurrent => write!(
                f,
                "the compiler cannot compile a recurrent network (LSTM, GRU) from ONNX"
            ),
            Self::Quantised => write!(f, "the compiler cannot compile a quantised network"),
            Self::Setting(text) => f.write_str(text),
            Self::Unreadable(text) => write!(f, "the compiler cannot read it: {text}"),
            Self::Other(text) => write!(f, "the compiler refuses it: {text}"),
        }
    }
}

/// A text of the compiler without the places in its own source.
fn plain(text: &str) -> String {
    let is_place = |line: &&str| {
        let words = line.split_whitespace().next().unwrap_or_default();
        !(words.is_empty() || words == "[" || (words.starts_with('/') && !line.contains(' ')))
    };
    let lines: Vec<_> = text.lines().map(str::trim).filter(is_place).collect();
    let line = lines.join(" ");
    // `/home/…/frontend.cpp:441 What it says`.
    let said = match line.split_once(".cpp:") {
        Some((before, after)) if before.starts_with('/') => after
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ')
            .to_owned(),
        _ => line,
    };
    let said = said.trim().trim_matches('"').to_owned();
    match said.char_indices().nth(400) {
        Some((end, _)) => format!("{}…", said.get(..end).unwrap_or_default()),
        None => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the compiler says it.
    const HARD_SIGMOID: &str = "[ GENERAL_ERROR ] \n/home/a/b/frontend.cpp:441 Failed to compile layer \"y\": \
                                unsupported layer type \"HardSigmoid\"";

    #[test]
    fn the_operator_and_its_layer_are_found_in_what_the_compiler_says() {
        let refusal = Refusal::of("compile", HARD_SIGMOID);
        assert_eq!(
            refusal.to_string(),
            "the camera cannot run HardSigmoid (layer `y`)"
        );
        assert!(refusal.advice().contains("Clip(alpha * x + beta, 0, 1)"));
        let text = "Check 'unknown_operators.empty()' failed at frontend/onnx_import/src/core/graph.cpp:176:\n\
                    nGraph does not support the following ONNX operations: Mish, GridSample\n";
        let refusal = Refusal::of("read", text);
        assert_eq!(
            refusal.to_string(),
            "the compiler does not know the operators Mish, GridSample"
        );
    }

    #[test]
    fn what_is_not_known_is_passed_on_without_places_in_the_compiler() {
        let text = "[ GENERAL_ERROR ] \n/home/a/b/frontend.cpp:441 It is too large";
        let refusal = Refusal::of("compile", text);
        let is = refusal.to_string();
        assert!(
            is.ends_with("It is too large") && !is.contains("/home"),
            "{is}"
        );
    }
}
