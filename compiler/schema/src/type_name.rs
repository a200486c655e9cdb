//! What a type is called where people read it.

use oakc_runtime_schema::reflect::{EnumShape, Shape, StructShape, Value};

use crate::written;

/// A type with a name of its own.
#[derive(Clone, Copy, Debug)]
pub enum Named {
    /// A table.
    Table(&'static StructShape),
    /// An enumeration.
    Enumeration(&'static EnumShape),
}

impl Named {
    /// Its name, e.g. `ColorCameraProperties.IspScale`.
    pub fn name(self) -> String {
        match self {
            Self::Table(of) => of.name.replace("::", "."),
            Self::Enumeration(of) => of.name.replace("::", "."),
        }
    }
}

/// What a value of `shape` is called. `show` says how a type with a name is.
pub fn type_name(shape: &Shape, show: &mut dyn FnMut(Named) -> String) -> String {
    match shape {
        Shape::Bool => "boolean".to_owned(),
        Shape::Int(of) => format!("{}{}", if of.signed { "i" } else { "u" }, of.bits),
        Shape::F32 | Shape::F64 => "number".to_owned(),
        Shape::Str => "string".to_owned(),
        Shape::Bytes => "list of bytes".to_owned(),
        Shape::Enum(of) => show(Named::Enumeration(of)),
        Shape::Struct(of) => show(Named::Table(of)),
        Shape::List(element) => format!("list of {}", type_name(element, show)),
        Shape::Array { element, len } => format!("{len} × {}", type_name(element, show)),
        Shape::Tuple(shapes) => format!("[{}]", names(shapes, ", ", show)),
        Shape::Map { key, value } => {
            let (key, value) = (type_name(key, show), type_name(value, show));
            format!("table of {key} to {value}")
        }
        Shape::Optional(inner) => format!("{}, or none", type_name(inner, show)),
        Shape::OneOf(shapes) => names(shapes, " or ", show),
        Shape::File => "path".to_owned(),
        Shape::Model => "model".to_owned(),
        Shape::Duration => "time span".to_owned(),
    }
}

fn names(shapes: &[Shape], joint: &str, show: &mut dyn FnMut(Named) -> String) -> String {
    let names: Vec<_> = shapes.iter().map(|it| type_name(it, show)).collect();
    names.join(joint)
}

/// The default as people read it; nothing for a table, whose own defaults stand with its keys.
pub fn default_text(shape: &Shape, value: &Value) -> Option<String> {
    match (shape, written(shape, value)) {
        (Shape::Struct(of), _) if (of.default)() == *value => None,
        (Shape::Optional(_), None) => Some("none".to_owned()),
        (_, value) => value.map(|value| format!("`{value}`")),
    }
}
