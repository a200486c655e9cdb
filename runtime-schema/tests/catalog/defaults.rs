//! The initial values of nodes, structs and boards.

use super::*;

/// Compares two JSON values of one shape; floats in the device's precision, bytes by their bits.
fn compare(slips: &mut Slips, path: &str, shape: &Shape, ours: &Json, theirs: &Json) {
    match shape {
        Shape::Struct(of) => {
            let keys = |json: &Json| -> BTreeSet<String> {
                let object = json.as_object().into_iter().flatten();
                object.map(|(key, _)| key.clone()).collect()
            };
            slips.unequal(format!("members of {path}"), keys(ours), keys(theirs));
            for field in of.fields {
                let path = format!("{path}.{}", field.name);
                compare(
                    slips,
                    &path,
                    &field.shape,
                    &ours[field.name],
                    &theirs[field.name],
                );
            }
        }
        Shape::List(element) | Shape::Array { element, .. } if theirs.is_array() => {
            let (ours, theirs) = (list(ours), list(theirs));
            slips.unequal(format!("length of {path}"), ours.len(), theirs.len());
            for (i, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                compare(slips, &format!("{path}[{i}]"), element, ours, theirs);
            }
        }
        Shape::Optional(inner) if !ours.is_null() && !theirs.is_null() => {
            compare(slips, path, inner, ours, theirs);
        }
        Shape::F32 | Shape::F64 => {
            let float = |json: &Json| json.as_f64().map(|x| x as f32);
            slips.unequal(path, float(ours), float(theirs));
        }
        Shape::Int(IntShape { bits: 8, .. }) => {
            let byte = |json: &Json| json.as_i64().map(|n| n.rem_euclid(256));
            slips.unequal(path, byte(ours), byte(theirs));
        }
        _ => slips.unequal(path, ours, theirs),
    }
}

#[test]
fn a_new_node_has_the_properties_of_the_library() {
    let catalog = catalog();
    let mut slips = Slips::default();
    for (kind, node) in kinds(&catalog) {
        let fresh = (kind.default_properties)();
        let ours = to_json(&kind.properties, &fresh, EnumStyle::Numbers);
        let theirs = &node["defaultProperties"];
        compare(&mut slips, kind.name(), &kind.properties, &ours, theirs);
    }
    let fresh = GlobalProperties::default().to_value();
    let ours = to_json(&GlobalProperties::SHAPE, &fresh, EnumStyle::Numbers);
    let theirs = &catalog["pipeline"]["globalDefaults"];
    compare(
        &mut slips,
        "GlobalProperties",
        &GlobalProperties::SHAPE,
        &ours,
        theirs,
    );
    slips.report();
}

/// The value of an initialiser in the C++ headers; `None` if it is the name of a constant.
fn initialiser(shape: &Shape, cxx: &str) -> Option<Value> {
    let number = || -> Option<f64> {
        cxx.split('*')
            .map(|factor| {
                let factor = factor.trim().trim_end_matches('f');
                match cxx.strip_prefix("0x") {
                    Some(hex) => u32::from_str_radix(hex, 16).ok().map(f64::from),
                    None => factor.parse().ok(),
                }
            })
            .product()
    };
    match shape {
        Shape::Bool => cxx.parse().ok().map(Value::Bool),
        Shape::Int(_) => number().map(|x| Value::Int(x as i128)),
        Shape::F32 => number().map(|x| Value::Float(f64::from(x as f32))),
        Shape::F64 => number().map(Value::Float),
        Shape::Str => Some(Value::Str(cxx.trim_matches('"').to_owned())),
        Shape::Optional(_) if cxx == "tl::nullopt" => Some(Value::Optional(None)),
        Shape::Optional(inner) => {
            let inner = initialiser(inner, cxx)?;
            Some(Value::Optional(Some(Box::new(inner))))
        }
        Shape::Enum(of) => {
            let name = cxx.rsplit("::").next()?;
            let member = of.members.iter().find(|m| m.name == name)?;
            Some(Value::Int(i128::from(member.value)))
        }
        _ => None,
    }
}

/// The value of a member without an initialiser.
fn zero(shape: &Shape) -> Option<Value> {
    Some(match shape {
        Shape::Bool => Value::Bool(false),
        Shape::Int(_) | Shape::Enum(_) => Value::Int(0),
        Shape::F32 | Shape::F64 => Value::Float(0.0),
        Shape::Str => Value::Str(String::new()),
        Shape::Bytes => Value::Bytes(Vec::new()),
        Shape::List(_) => Value::List(Vec::new()),
        Shape::Map { .. } => Value::Map(Vec::new()),
        Shape::Optional(_) => Value::Optional(None),
        _ => return None,
    })
}

#[test]
fn the_default_of_every_inner_struct_is_that_of_the_headers() {
    // These get their values from a constructor, which the catalogue does not show.
    let constructed = ["BoardConfig::IMU", "BoardConfig::UVC"];
    let catalog = catalog();
    let mut slips = Slips::default();
    let mut checked = 0;
    for (name, of) in Types::on_the_wire().structs {
        let is_properties = classes(&catalog).any(|(_, node)| node["propertiesStruct"] == name);
        if is_properties || constructed.contains(&name) {
            continue;
        }
        let Value::Struct(ours) = (of.default)() else {
            panic!("the default of {name} is not a struct");
        };
        for (field, ours) in of.fields.iter().zip(ours) {
            let layout = list(&catalog["structs"][name]);
            let declared = layout.iter().find(|f| f["name"] == field.name);
            let declared = declared.and_then(|f| f.get("cxxDefault"));
            let theirs = match declared {
                Some(cxx) => initialiser(&field.shape, text(cxx)),
                None => zero(&field.shape),
            };
            if let Some(theirs) = theirs {
                checked += 1;
                slips.unequal(format!("default of {name}::{}", field.name), ours, theirs);
            }
        }
    }
    assert!(checked > 250, "only {checked} defaults were comparable");
    slips.report();
}

#[test]
fn the_motion_sensor_and_the_webcam_of_a_board_have_the_values_of_their_constructors() {
    let pins = BoardImu::default();
    let pins = [
        pins.bus,
        pins.interrupt,
        pins.wake,
        pins.cs_gpio,
        pins.boot,
        pins.reset,
    ];
    assert_eq!(pins, [0, 53, 34, 8, 46, 45]);
    let webcam = BoardUvc::default();
    assert_eq!(
        (webcam.width, webcam.height, webcam.enable),
        (1920, 1080, true)
    );
    assert_eq!(webcam.frame_type, FrameType::NV12);
}
