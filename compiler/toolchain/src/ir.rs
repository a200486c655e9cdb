//! What OpenVINO IR says of itself: the text of its `.xml` in, its layers, inputs and outputs out. Weights are not read.
//!
//! Memory and time are bounded by the size of the text and by [`MOST_NODES`].

use std::collections::BTreeMap;

use roxmltree::{Document, Node, ParsingOptions};

/// The most elements and texts that are read. The largest models that were seen have some ten thousand layers.
pub const MOST_NODES: u32 = 4_000_000;

/// Why a text is not IR.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotIr {
    /// It is not XML.
    #[error("it is not XML: {0}")]
    NotXml(String),
    /// It is about something else.
    #[error("this is not OpenVINO IR: it has no `<net>`")]
    NoNet,
}

/// A model, as far as it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ir {
    /// What it is called.
    pub name: String,
    /// The version of IR.
    pub version: u32,
    /// The kinds of its layers, each with how many there are.
    pub kinds: BTreeMap<String, usize>,
    /// What it takes.
    pub inputs: Vec<Tensor>,
    /// What it returns.
    pub outputs: Vec<Tensor>,
}

/// An input or an output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// The type of its numbers, as OpenVINO writes it; empty where that is not said.
    pub precision: String,
    /// Its sizes, outermost first; `-1` where one is open.
    pub shape: Vec<i64>,
}

impl Ir {
    /// Reads the text of an `.xml`.
    ///
    /// # Errors
    /// Where it is not such a text.
    pub fn parse(text: &str) -> Result<Self, NotIr> {
        let options = ParsingOptions {
            allow_dtd: false,
            nodes_limit: MOST_NODES,
            ..ParsingOptions::default()
        };
        let document = Document::parse_with_options(text, options)
            .map_err(|error| NotIr::NotXml(error.to_string()))?;
        let net = document.root_element();
        if !net.has_tag_name("net") {
            return Err(NotIr::NoNet);
        }
        let mut ir = Self {
            name: attribute(net, "name"),
            version: attribute(net, "version").parse().unwrap_or_default(),
            ..Self::default()
        };
        let layers = child(net, "layers").into_iter();
        let layers: BTreeMap<_, _> = layers
            .flat_map(|layers| layers.children())
            .filter(|layer| layer.has_tag_name("layer"))
            .map(|layer| (attribute(layer, "id"), layer))
            .collect();
        let all_ports: BTreeMap<_, _> = layers.values().flat_map(|layer| ports(*layer)).collect();
        let edges = child(net, "edges").into_iter();
        let sources: BTreeMap<_, _> = edges
            .flat_map(|edges| edges.children())
            .filter(|edge| edge.has_tag_name("edge"))
            .map(|edge| (attribute(edge, "to-layer"), edge))
            .collect();
        let mut ordered: Vec<_> = layers.values().collect();
        ordered.sort_by_key(|layer| layer.range().start);
        for layer in ordered {
            let kind = attribute(*layer, "type");
            match kind.as_str() {
                "Parameter" | "Input" => {
                    let port = ports(*layer).next().map(|(_, port)| port);
                    ir.inputs.push(tensor(*layer, port));
                }
                "Result" => {
                    let edge = sources.get(&attribute(*layer, "id"));
                    let source = edge.and_then(|edge| {
                        let from = attribute(*edge, "from-layer");
                        let layer = layers.get(&from)?;
                        let port = all_ports.get(&(from, attribute(*edge, "from-port")));
                        Some(tensor(*layer, port.copied()))
                    });
                    ir.outputs.extend(source);
                }
                _ => {}
            }
            let count = ir.kinds.entry(kind).or_default();
            *count = count.saturating_add(1);
        }
        Ok(ir)
    }
}

/// The ports of a layer where something comes out, each with the layer's id and its own.
fn ports<'a, 'i>(layer: Node<'a, 'i>) -> impl Iterator<Item = ((String, String), Node<'a, 'i>)> {
    let id = attribute(layer, "id");
    let ports = child(layer, "output").into_iter();
    let ports = ports.flat_map(|ports| ports.children());
    let ports = ports.filter(|port| port.has_tag_name("port"));
    ports.map(move |port| ((id.clone(), attribute(port, "id")), port))
}

/// What comes out of a layer at this port.
fn tensor(layer: Node<'_, '_>, port: Option<Node<'_, '_>>) -> Tensor {
    let dims = port.into_iter().flat_map(|port| port.children());
    let dims = dims.filter(|dim| dim.has_tag_name("dim"));
    Tensor {
        name: attribute(layer, "name"),
        precision: port.map_or_else(String::new, |port| attribute(port, "precision")),
        shape: dims
            .map(|dim| {
                dim.text()
                    .and_then(|it| it.trim().parse().ok())
                    .unwrap_or(-1)
            })
            .collect(),
    }
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.has_tag_name(name))
}

fn attribute(node: Node<'_, '_>, name: &str) -> String {
    node.attribute(name).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RELU: &str = r#"<?xml version="1.0"?>
<net name="n" version="10"><layers>
 <layer id="0" name="x" type="Parameter"><output><port id="0" precision="FP32"><dim>1</dim><dim>3</dim></port></output></layer>
 <layer id="1" name="y" type="ReLU"><input><port id="0"/></input><output><port id="1" precision="FP16"><dim>3</dim></port></output></layer>
 <layer id="2" name="y/sink" type="Result"><input><port id="0"/></input></layer>
</layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
 <edge from-layer="1" from-port="1" to-layer="2" to-port="0"/></edges></net>"#;

    #[test]
    fn an_output_is_what_the_layer_in_front_of_its_end_makes() {
        let ir = Ir::parse(RELU).unwrap();
        assert_eq!((ir.name.as_str(), ir.version), ("n", 10));
        let tensor = |name: &str, precision: &str, shape: &[i64]| Tensor {
            name: name.to_owned(),
            precision: precision.to_owned(),
            shape: shape.to_vec(),
        };
        assert_eq!(ir.inputs, [tensor("x", "FP32", &[1, 3])]);
        assert_eq!(ir.outputs, [tensor("y", "FP16", &[3])]);
        assert_eq!(ir.kinds.get("ReLU"), Some(&1));
    }

    #[test]
    fn xml_of_another_kind_is_told_from_other_texts() {
        assert_eq!(Ir::parse("<html/>"), Err(NotIr::NoNet));
        assert!(matches!(Ir::parse("net"), Err(NotIr::NotXml(_))));
        let bomb = "<!DOCTYPE net [<!ENTITY a \"aaaa\">]><net>&a;</net>";
        assert!(matches!(Ir::parse(bomb), Err(NotIr::NotXml(_))));
    }

    #[test]
    fn deep_and_wide_texts_end() {
        let deep = format!("<net>{}", "<a>".repeat(200_000));
        assert!(matches!(Ir::parse(&deep), Err(NotIr::NotXml(_))));
        // Every end of the model looks at the one layer.
        let count = 20_000;
        let mut layers = "<layer id=\"s\"><output>".to_owned();
        layers.extend((0..count).map(|n| format!("<port id=\"{n}\"/>")));
        layers += "</output></layer>";
        layers.extend((0..count).map(|n| format!("<layer id=\"r{n}\" type=\"Result\"/>")));
        let edge = |n| format!("<edge from-layer=\"s\" from-port=\"{n}\" to-layer=\"r{n}\"/>");
        let edges: String = (0..count).map(edge).collect();
        let text = format!("<net><layers>{layers}</layers><edges>{edges}</edges></net>");
        assert_eq!(Ir::parse(&text).map(|ir| ir.outputs.len()), Ok(count));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[<>/=\"a-z &;0-9]{0,200}") {
            let _ = Ir::parse(&text);
        }

        #[test]
        fn no_part_of_it_makes_it_panic(end in 0..RELU.len()) {
            let _ = Ir::parse(RELU.get(..end).unwrap_or_default());
        }
    }
}
