//! What an ONNX file says of itself: bytes in, its operators, inputs and outputs out; and what the compiler would get
//! wrong in it without a word ([`Doubt`]).
//!
//! Only the structure is read, never a weight. The format is protocol buffers with the field numbers of `onnx.proto`.
//! Memory and time are bounded by the size of the file, and so is the depth of graphs within operators.

use std::collections::BTreeSet;
use std::fmt;

/// The deepest that graphs lie within operators (branches and loops) before a file is refused.
const DEPTH: usize = 16;

/// Operators that take their axes as an input since opset 18. The compiler knows them as they were before, with an
/// attribute that is now missing, which meant all axes.
const REDUCE: [&str; 9] = [
    "ReduceL1",
    "ReduceL2",
    "ReduceLogSum",
    "ReduceLogSumExp",
    "ReduceMax",
    "ReduceMean",
    "ReduceMin",
    "ReduceProd",
    "ReduceSumSquare",
];

/// The first opset in which these take their axes as an input.
const AXES_ARE_INPUTS: i64 = 18;

/// Why a file is not an ONNX model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// It ends in the middle of something.
    #[error("it ends too early")]
    Truncated,
    /// A field has a number, a type or a length that protocol buffers do not have.
    #[error("it is not an ONNX file, or damaged")]
    Invalid,
    /// It has no graph.
    #[error("it has no graph")]
    NoGraph,
    /// Graphs lie too deep within operators.
    #[error("its branches and loops lie more than {DEPTH} deep")]
    TooDeep,
}

/// A model, as far as it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Onnx<'a> {
    /// The version of the file's format.
    pub ir_version: u64,
    /// The program that wrote it.
    pub producer: &'a str,
    /// The opset of ONNX's own operators.
    pub opset: i64,
    /// The operators in the order of the file, those within others after them.
    pub operators: Vec<Operator<'a>>,
    /// What it takes, apart from its weights.
    pub inputs: Vec<Tensor<'a>>,
    /// What it returns.
    pub outputs: Vec<Tensor<'a>>,
    /// Whether weights are in other files.
    pub has_external_weights: bool,
}

/// One operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operator<'a> {
    /// Its name; may be empty.
    pub name: &'a str,
    /// What it does: `Conv`.
    pub kind: &'a str,
    /// Whose operator it is; empty for ONNX.
    pub domain: &'a str,
    /// What it reads; a name may be empty where an input is left out.
    pub inputs: Vec<&'a str>,
    /// What it makes.
    pub outputs: Vec<&'a str>,
}

/// An input or an output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tensor<'a> {
    /// Its name.
    pub name: &'a str,
    /// The number of its type: 1 is float, 2 uint8, 10 float16.
    pub data_type: u64,
    /// Its sizes, outermost first.
    pub shape: Vec<Size<'a>>,
}

/// A size of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size<'a> {
    /// A number.
    Fixed(i64),
    /// It is open, and has a name or none.
    Open(&'a str),
}

impl fmt::Display for Size<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(size) => write!(f, "{size}"),
            Self::Open("") => write!(f, "?"),
            Self::Open(name) => write!(f, "{name}"),
        }
    }
}

/// What the compiler would get wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Doubt {
    /// It would reduce over all axes, whatever the model says.
    ReducesAllAxes {
        /// The operators, `kind` and what each is called.
        operators: Vec<(String, String)>,
        /// The opset of the model.
        opset: i64,
    },
    /// Weights that are in other files are not read.
    ExternalWeights,
}

impl<'a> Onnx<'a> {
    /// Reads a model.
    ///
    /// # Errors
    /// Where the bytes are none.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut model = Self::default();
        let mut graph = None;
        for field in Fields(bytes) {
            match field? {
                (1, Value::Number(version)) => model.ir_version = version,
                (2, Value::Bytes(name)) => model.producer = text(name),
                (7, Value::Bytes(bytes)) => graph = Some(bytes),
                (8, Value::Bytes(bytes)) => {
                    if let ("", version) = opset(bytes)? {
                        model.opset = version;
                    }
                }
                _ => {}
            }
        }
        model.read_graph(graph.ok_or(Malformed::NoGraph)?)?;
        if model.operators.is_empty() {
            return Err(Malformed::NoGraph);
        }
        Ok(model)
    }

    /// What the compiler would get wrong without a word.
    pub fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        let loses_axes = |operator: &&Operator<'_>| {
            let axes = operator.inputs.get(1).is_some_and(|axes| !axes.is_empty());
            axes && operator.is_of_onnx() && REDUCE.contains(&operator.kind)
        };
        if self.opset >= AXES_ARE_INPUTS {
            let operators = self.operators.iter().filter(loses_axes);
            let named = operators.map(|it| (it.kind.to_owned(), it.called().to_owned()));
            let operators: Vec<_> = named.collect();
            if !operators.is_empty() {
                let opset = self.opset;
                doubts.push(Doubt::ReducesAllAxes { operators, opset });
            }
        }
        doubts.extend(self.has_external_weights.then_some(Doubt::ExternalWeights));
        doubts
    }

    /// The kinds of its operators that are ONNX's own.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &'a str> {
        let own = self.operators.iter().filter(|it| it.is_of_onnx());
        own.map(|operator| operator.kind)
    }

    /// The first operator of ONNX of such a kind that reads what depends on an input, and makes what an output depends on.
    pub(crate) fn between_ends(&self, is_meant: impl Fn(&str) -> bool) -> Option<&Operator<'a>> {
        // Operators stand in the order in which they can run.
        let mut fed: BTreeSet<&str> = self.inputs.iter().map(|input| input.name).collect();
        let reads = |operator: &Operator<'a>, fed: &BTreeSet<&str>| {
            let mut named = operator.inputs.iter().filter(|name| !name.is_empty());
            named.any(|name| fed.contains(name))
        };
        for operator in &self.operators {
            if reads(operator, &fed) {
                fed.extend(&operator.outputs);
            }
        }
        let mut wanted: BTreeSet<&str> = self.outputs.iter().map(|output| output.name).collect();
        let mut found = None;
        for operator in self.operators.iter().rev() {
            if !operator.outputs.iter().any(|name| wanted.contains(name)) {
                continue;
            }
            wanted.extend(operator.inputs.iter().filter(|name| !name.is_empty()));
            if reads(operator, &fed) && operator.is_of_onnx() && is_meant(operator.kind) {
                found = Some(operator);
            }
        }
        found
    }

    /// Reads the graph of the model, and those within its operators, without recursion.
    fn read_graph(&mut self, graph: &'a [u8]) -> Result<(), Malformed> {
        let mut open = vec![(graph, 0)];
        let mut weights = Vec::new();
        while let Some((graph, depth)) = open.pop() {
            for field in Fields(graph) {
                match field? {
                    (1, Value::Bytes(bytes)) => {
                        let operator =
                            Operator::parse(bytes, |graph| open.push((graph, depth + 1)))?;
                        self.operators.push(operator);
                    }
                    (5, Value::Bytes(bytes)) => {
                        let (name, is_external) = initializer(bytes)?;
                        weights.push(name);
                        self.has_external_weights |= is_external;
                    }
                    (11, Value::Bytes(bytes)) if depth == 0 => self.inputs.push(tensor(bytes)?),
                    (12, Value::Bytes(bytes)) if depth == 0 => self.outputs.push(tensor(bytes)?),
                    _ => {}
                }
            }
            if open.iter().any(|(_, depth)| *depth > DEPTH) {
                return Err(Malformed::TooDeep);
            }
        }
        // Before version 4 of the format, weights were inputs as well.
        weights.sort_unstable();
        self.inputs
            .retain(|input| weights.binary_search(&input.name).is_err());
        Ok(())
    }
}

impl<'a> Operator<'a> {
    fn parse(bytes: &'a [u8], mut inner: impl FnMut(&'a [u8])) -> Result<Self, Malformed> {
        let mut operator = Self::default();
        for field in Fields(bytes) {
            match field? {
                (1, Value::Bytes(name)) => operator.inputs.push(text(name)),
                (2, Value::Bytes(name)) => operator.outputs.push(text(name)),
                (3, Value::Bytes(name)) => operator.name = text(name),
                (4, Value::Bytes(kind)) => operator.kind = text(kind),
                (7, Value::Bytes(domain)) => operator.domain = text(domain),
                // An attribute, and the graphs in it.
                (5, Value::Bytes(attribute)) => {
                    for field in Fields(attribute) {
                        if let (6 | 11, Value::Bytes(graph)) = field? {
                            inner(graph);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(operator)
    }

    /// Its name, or else that of what it makes.
    pub fn called(&self) -> &'a str {
        match self.name {
            "" => self.outputs.first().copied().unwrap_or_default(),
            name => name,
        }
    }

    /// Whether it is one of ONNX itself.
    fn is_of_onnx(&self) -> bool {
        matches!(self.domain, "" | "ai.onnx")
    }
}

fn opset(bytes: &[u8]) -> Result<(&str, i64), Malformed> {
    let (mut domain, mut version) = ("", 0);
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(name)) => domain = text(name),
            (2, Value::Number(number)) => version = number.cast_signed(),
            _ => {}
        }
    }
    Ok((if domain == "ai.onnx" { "" } else { domain }, version))
}

/// The name of a weight, and whether it is in another file.
fn initializer(bytes: &[u8]) -> Result<(&str, bool), Malformed> {
    let (mut name, mut is_external) = ("", false);
    for field in Fields(bytes) {
        match field? {
            (8, Value::Bytes(bytes)) => name = text(bytes),
            (14, Value::Number(place)) => is_external = place == 1,
            _ => {}
        }
    }
    Ok((name, is_external))
}

fn tensor(bytes: &[u8]) -> Result<Tensor<'_>, Malformed> {
    let mut tensor = Tensor::default();
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(name)) => tensor.name = text(name),
            (2, Value::Bytes(kind)) => tensor.read_type(kind)?,
            _ => {}
        }
    }
    Ok(tensor)
}

impl<'a> Tensor<'a> {
    fn read_type(&mut self, bytes: &'a [u8]) -> Result<(), Malformed> {
        let dense = within(bytes, 1)?.unwrap_or_default();
        for field in Fields(dense) {
            match field? {
                (1, Value::Number(number)) => self.data_type = number,
                (2, Value::Bytes(shape)) => {
                    for field in Fields(shape) {
                        if let (1, Value::Bytes(bytes)) = field? {
                            self.shape.push(size(bytes)?);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn size(bytes: &[u8]) -> Result<Size<'_>, Malformed> {
    let mut size = Size::Open("");
    for field in Fields(bytes) {
        match field? {
            (1, Value::Number(number)) => size = Size::Fixed(number.cast_signed()),
            (2, Value::Bytes(name)) => size = Size::Open(text(name)),
            _ => {}
        }
    }
    Ok(size)
}

/// The first field of that number, if it has bytes.
fn within(bytes: &[u8], wanted: u64) -> Result<Option<&[u8]>, Malformed> {
    for field in Fields(bytes) {
        match field? {
            (number, Value::Bytes(bytes)) if number == wanted => return Ok(Some(bytes)),
            _ => {}
        }
    }
    Ok(None)
}

/// A name; empty where it is not text.
fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// The fields of a message of protocol buffers. It ends after the first that is not one.
struct Fields<'a>(&'a [u8]);

/// What a field has.
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Four or eight bytes; none that matters here.
    Fixed,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Result<(u64, Value<'a>), Malformed> {
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| Malformed::Invalid)?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            _ => return Err(Malformed::Invalid),
        };
        match tag >> 3 {
            0 => Err(Malformed::Invalid),
            number => Ok((number, value)),
        }
    }

    fn varint(&mut self) -> Result<u64, Malformed> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or(Malformed::Truncated)?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Malformed::Invalid)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(Malformed::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A field with bytes.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let mut field = vec![number << 3 | 2];
        let mut length = bytes.len();
        while length > 0x7f {
            field.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
            length >>= 7;
        }
        field.push(u8::try_from(length).unwrap());
        field.extend_from_slice(bytes);
        field
    }

    fn operator(kind: &str, inputs: &[&str], attribute: &[u8]) -> Vec<u8> {
        let mut bytes: Vec<u8> = inputs
            .iter()
            .flat_map(|it| field(1, it.as_bytes()))
            .collect();
        bytes.extend(field(2, b"out"));
        bytes.extend(field(4, kind.as_bytes()));
        if !attribute.is_empty() {
            bytes.extend(field(5, attribute));
        }
        field(1, &bytes)
    }

    fn model(opset: u8, graph: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x08, 7];
        bytes.extend(field(7, graph));
        bytes.extend(field(8, &[0x10, opset]));
        bytes
    }

    fn doubts(opset: u8, graph: &[u8]) -> Vec<Doubt> {
        Onnx::parse(&model(opset, graph)).unwrap().doubts()
    }

    #[test]
    fn a_reduction_whose_axes_are_an_input_is_doubted_from_opset_18() {
        let with_axes = operator("ReduceMean", &["x", "axes"], &[]);
        assert_eq!(doubts(17, &with_axes), []);
        let operators = vec![("ReduceMean".to_owned(), "out".to_owned())];
        let doubt = Doubt::ReducesAllAxes {
            operators,
            opset: 18,
        };
        assert_eq!(doubts(18, &with_axes), [doubt]);
        // Over all axes is what it means to do.
        assert_eq!(doubts(18, &operator("ReduceMean", &["x"], &[])), []);
        assert_eq!(doubts(18, &operator("ReduceMean", &["x", ""], &[])), []);
        // These axes are an input since opset 13, which the compiler knows.
        assert_eq!(doubts(18, &operator("ReduceSum", &["x", "axes"], &[])), []);
    }

    #[test]
    fn operators_within_operators_are_looked_at_too() {
        let inner = operator("ReduceMax", &["x", "axes"], &[]);
        let branch = operator("If", &["c"], &field(6, &inner));
        assert_eq!(doubts(18, &branch).len(), 1);
    }

    #[test]
    fn graphs_too_deep_within_each_other_are_refused() {
        let mut graph = operator("Relu", &["x"], &[]);
        for _ in 0..=DEPTH {
            graph = operator("If", &["c"], &field(6, &graph));
        }
        assert_eq!(Onnx::parse(&model(11, &graph)), Err(Malformed::TooDeep));
    }

    #[test]
    fn weights_in_other_files_are_noticed() {
        let mut graph = operator("Relu", &["x"], &[]);
        graph.extend(field(5, &[14 << 3, 1]));
        assert_eq!(doubts(11, &graph), [Doubt::ExternalWeights]);
    }

    #[test]
    fn what_is_not_a_model_is_refused() {
        assert_eq!(Onnx::parse(b""), Err(Malformed::NoGraph));
        assert_eq!(Onnx::parse(&[0x08]), Err(Malformed::Truncated));
        assert!(Onnx::parse(b"<?xml version=\"1.0\"?>").is_err());
        let whole = model(11, &operator("Relu", &["x"], &[]));
        assert!(Onnx::parse(&whole).is_ok());
        // In the middle of its graph.
        assert!(Onnx::parse(whole.get(..10).unwrap()).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Onnx::parse(&bytes).map(|model| model.doubts());
        }
    }
}
