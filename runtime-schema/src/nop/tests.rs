//! The codec against bytes of real packages, against itself, and against hostile input.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::{decode, encode, from_bytes, to_bytes};
use crate::assets::AssetMap;
use crate::board_config::BoardConfig;
use crate::nodes::{Kind, imu};
use crate::pipeline::PipelineSchema;
use crate::reflect::{Bytes, IntShape, Reflect, Shape, Value};

/// Encodes, compares, decodes, compares.
#[track_caller]
fn golden<T: Reflect + PartialEq + std::fmt::Debug>(value: T, bytes: &[u8]) {
    assert_eq!(to_bytes(&value).unwrap(), bytes, "encoding {value:?}");
    assert_eq!(
        from_bytes::<T>(bytes).unwrap(),
        value,
        "decoding {bytes:02X?}"
    );
}

#[test]
fn unsigned_integers_take_the_smallest_unsigned_form() {
    golden(0_u32, &[0x00]);
    golden(127_u32, &[0x7F]);
    golden(128_u32, &[0x80, 0x80]);
    golden(255_u8, &[0x80, 0xFF]);
    golden(300_u32, &[0x81, 0x2C, 0x01]);
    golden(65_536_u32, &[0x82, 0, 0, 1, 0]);
    golden(u64::MAX, &[0x83, 255, 255, 255, 255, 255, 255, 255, 255]);
}

#[test]
fn signed_integers_take_the_smallest_signed_form() {
    golden(127_i32, &[0x7F]);
    golden(-1_i32, &[0xFF]);
    golden(-64_i32, &[0xC0]);
    golden(-65_i32, &[0x84, 0xBF]);
    golden(128_i32, &[0x85, 0x80, 0x00]);
    golden(300_i32, &[0x85, 0x2C, 0x01]);
    golden(-129_i32, &[0x85, 0x7F, 0xFF]);
    golden(65_536_i32, &[0x86, 0, 0, 1, 0]);
    golden(i64::MIN, &[0x87, 0, 0, 0, 0, 0, 0, 0, 0x80]);
}

#[test]
fn floats_and_booleans_have_one_form() {
    golden(true, &[0x01]);
    golden(false, &[0x00]);
    golden(1.0_f32, &[0x88, 0, 0, 0x80, 0x3F]);
    golden(
        700_000_000.0_f64,
        &[0x89, 0, 0, 0, 0x80, 0x93, 0xDC, 0xC4, 0x41],
    );
}

#[test]
fn empty_values_keep_their_prefix_and_count() {
    golden(String::new(), &[0xBD, 0]);
    golden(Bytes(Vec::new()), &[0xBC, 0]);
    golden(Vec::<i32>::new(), &[0xBC, 0]);
    golden(Vec::<f32>::new(), &[0xBA, 0]);
    golden(Vec::<String>::new(), &[0xBA, 0]);
    golden(BTreeMap::<i8, String>::new(), &[0xBB, 0]);
}

#[test]
fn an_optional_is_nil_or_just_its_value() {
    golden(None::<bool>, &[0xBE]);
    golden(Some(false), &[0x00]);
    golden(Some("a".to_owned()), &[0xBD, 1, b'a']);
}

#[test]
fn a_c_char_is_an_unsigned_byte() {
    // ImageManip's bgRed; the library's JSON shows this one as -1.
    golden(255_u8, &[0x80, 0xFF]);
    golden(65_u8, &[0x41]);
}

#[test]
fn vectors_of_integers_are_binary_and_all_others_are_arrays() {
    golden(vec![1_i32, -1], &[0xBC, 8, 1, 0, 0, 0, 255, 255, 255, 255]);
    golden(vec![0x0201_u16], &[0xBC, 2, 1, 2]);
    golden(vec![imu::IMUSensor::GYROSCOPE_RAW], &[0xBA, 1, 21]);
    golden(vec![vec![7_i32]], &[0xBA, 1, 0xBC, 4, 7, 0, 0, 0]);
    golden(
        ("a".to_owned(), String::new()),
        &[0xBA, 2, 0xBD, 1, b'a', 0xBD, 0],
    );
}

#[test]
fn a_map_is_a_count_and_its_entries_in_order() {
    let map = BTreeMap::from([(2_i8, true), (-1, false)]);
    golden(map, &[0xBB, 2, 0xFF, 0, 2, 1]);
}

#[test]
fn map_entries_may_come_in_any_order_but_only_once() {
    let map = from_bytes::<BTreeMap<i8, bool>>(&[0xBB, 2, 2, 1, 0xFF, 0]).unwrap();
    assert_eq!(map, BTreeMap::from([(-1, false), (2, true)]));
    let twice = from_bytes::<BTreeMap<i8, bool>>(&[0xBB, 2, 2, 1, 2, 0]).unwrap_err();
    assert!(twice.reason.contains("occurs twice"), "{twice}");
}

#[test]
fn a_structure_is_its_member_count_and_its_members() {
    let sensor = imu::IMUSensorConfig {
        report_rate: 500,
        sensor_id: imu::IMUSensor::ACCELEROMETER_RAW,
        ..Default::default()
    };
    golden(sensor, &[0xB9, 5, 0, 0, 0, 0x81, 0xF4, 0x01, 20]);
}

#[test]
fn a_structure_with_another_number_of_members_is_refused_by_name() {
    let error = from_bytes::<imu::IMUSensorConfig>(&[0xB9, 4, 0, 0, 0, 0]).unwrap_err();
    assert!(
        error.reason.contains("IMUSensorConfig has 4 members"),
        "{error}"
    );
}

#[test]
fn an_integer_of_the_other_signedness_or_too_large_is_refused() {
    assert!(from_bytes::<u32>(&[0x85, 0x2C, 0x01]).is_err());
    assert!(from_bytes::<i32>(&[0x81, 0x2C, 0x01]).is_err());
    assert!(from_bytes::<u32>(&[0xFF]).is_err());
    assert!(from_bytes::<u8>(&[0x81, 0x2C, 0x01]).is_err());
}

#[test]
fn an_error_has_its_offset_and_member() {
    let error = from_bytes::<imu::IMUSensorConfig>(&[0xB9, 5, 0, 0, 0, 0xBD, 0]).unwrap_err();
    assert!(
        error.reason.starts_with("IMUSensorConfig::reportRate"),
        "{error}"
    );
    assert!((5..=6).contains(&error.offset), "{error}");
}

#[test]
fn counts_beyond_the_input_are_refused_before_memory_is_allocated() {
    let huge = [0x83, 255, 255, 255, 255, 255, 255, 255, 0x7F];
    let claim = |prefix: u8| [&[prefix][..], &huge].concat();
    assert!(from_bytes::<String>(&claim(0xBD)).is_err());
    assert!(from_bytes::<Bytes>(&claim(0xBC)).is_err());
    assert!(from_bytes::<Vec<i32>>(&claim(0xBC)).is_err());
    assert!(from_bytes::<Vec<f32>>(&claim(0xBA)).is_err());
    assert!(from_bytes::<[f32; 3]>(&claim(0xBA)).is_err());
    assert!(from_bytes::<(String, String)>(&claim(0xBA)).is_err());
    assert!(from_bytes::<BTreeMap<i8, bool>>(&claim(0xBB)).is_err());
    assert!(from_bytes::<imu::IMUSensorConfig>(&claim(0xB9)).is_err());
}

#[test]
fn every_new_node_survives_a_round_trip() {
    for kind in Kind::ALL {
        let fresh = (kind.default_properties)();
        let bytes = encode(&kind.properties, &fresh).unwrap();
        assert_eq!(
            decode(&kind.properties, &bytes).unwrap(),
            fresh,
            "{}",
            kind.name()
        );
    }
}

/// The shapes that occur in packages.
fn shapes() -> Vec<Shape> {
    let mut shapes: Vec<Shape> = Kind::ALL.iter().map(|kind| kind.properties).collect();
    shapes.extend([BoardConfig::SHAPE, PipelineSchema::SHAPE, AssetMap::SHAPE]);
    shapes
}

fn any_int(of: IntShape) -> BoxedStrategy<i128> {
    let edges = [
        0,
        127,
        128,
        -64,
        -65,
        255,
        256,
        32_767,
        65_536,
        of.min(),
        of.max(),
    ];
    let edges: Vec<i128> = edges
        .into_iter()
        .filter(|n| (of.min()..=of.max()).contains(n))
        .collect();
    prop_oneof![select(edges), of.min()..=of.max()].boxed()
}

/// Any value of `shape`. NaN is left out, because it does not equal itself.
fn any_value(shape: Shape) -> BoxedStrategy<Value> {
    match shape {
        Shape::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Shape::Int(of) => any_int(of).prop_map(Value::Int).boxed(),
        Shape::Enum(of) => {
            let members = of
                .members
                .iter()
                .map(|m| i128::from(m.value))
                .collect::<Vec<_>>();
            prop_oneof![select(members), any_int(of.repr)]
                .prop_map(Value::Int)
                .boxed()
        }
        Shape::F32 => (prop::num::f32::NORMAL | prop::num::f32::ZERO | prop::num::f32::SUBNORMAL)
            .prop_map(|x| Value::Float(f64::from(x)))
            .boxed(),
        Shape::F64 => prop::num::f64::NORMAL.prop_map(Value::Float).boxed(),
        Shape::Str => "\\PC{0,12}".prop_map(Value::Str).boxed(),
        Shape::Bytes => vec(any::<u8>(), 0..150).prop_map(Value::Bytes).boxed(),
        Shape::Struct(of) => {
            let fields: Vec<_> = of.fields.iter().map(|f| any_value(f.shape)).collect();
            fields.prop_map(Value::Struct).boxed()
        }
        Shape::List(element) => vec(any_value(*element), 0..4).prop_map(Value::List).boxed(),
        Shape::Array { element, len } => {
            vec(any_value(*element), len).prop_map(Value::List).boxed()
        }
        Shape::Tuple(shapes) => {
            let elements: Vec<_> = shapes.iter().map(|s| any_value(*s)).collect();
            elements.prop_map(Value::List).boxed()
        }
        Shape::Map { key, value } => vec((any_value(*key), any_value(*value)), 0..4)
            .prop_map(|mut entries| {
                entries.sort_by(|(a, _), (b, _)| a.compare(b));
                entries.dedup_by(|(a, _), (b, _)| a == b);
                Value::Map(entries)
            })
            .boxed(),
        Shape::Optional(inner) => prop::option::of(any_value(*inner))
            .prop_map(|value| Value::Optional(value.map(Box::new)))
            .boxed(),
        Shape::OneOf(_) | Shape::File | Shape::Model | Shape::Duration => {
            unreachable!("{shape:?} does not occur in packages")
        }
    }
}

/// Any shape that occurs in packages, with any value of it.
fn any_pair() -> impl Strategy<Value = (Shape, Value)> {
    let pairs = shapes().into_iter().map(|shape| {
        any_value(shape)
            .prop_map(move |value| (shape, value))
            .boxed()
    });
    Union::new(pairs.collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn what_is_encoded_decodes_to_itself((shape, value) in any_pair()) {
        let bytes = encode(&shape, &value).unwrap();
        prop_assert_eq!(decode(&shape, &bytes).unwrap(), value);
    }

    #[test]
    fn a_truncated_encoding_is_refused((shape, value) in any_pair()) {
        let bytes = encode(&shape, &value).unwrap();
        // Every cut near both ends, and a sample between.
        let step = (bytes.len() / 200).max(1);
        for end in (0..bytes.len()).step_by(step).chain(bytes.len().saturating_sub(20)..bytes.len()) {
            prop_assert!(decode(&shape, &bytes[..end]).is_err(), "cut at {} of {}", end, bytes.len());
        }
    }

    #[test]
    fn an_extra_byte_is_refused((shape, value) in any_pair(), extra in any::<u8>()) {
        let mut bytes = encode(&shape, &value).unwrap();
        bytes.push(extra);
        let error = decode(&shape, &bytes).unwrap_err();
        prop_assert_eq!(error.offset, bytes.len() - 1);
    }

    #[test]
    fn a_damaged_encoding_is_refused_or_is_a_different_value(
        (shape, value) in any_pair(),
        place in any::<prop::sample::Index>(),
        damage in any::<u8>(),
    ) {
        let mut bytes = encode(&shape, &value).unwrap();
        let place = place.index(bytes.len());
        bytes[place] = damage;
        if let Ok(other) = decode(&shape, &bytes) {
            let again = encode(&shape, &other).unwrap();
            // Compared as bytes, because damage can turn a float into NaN.
            prop_assert_eq!(encode(&shape, &decode(&shape, &again).unwrap()).unwrap(), again);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(shape in select(shapes()), bytes in vec(any::<u8>(), 0..400)) {
        if let Ok(value) = decode(&shape, &bytes) {
            prop_assert!(encode(&shape, &value).is_ok());
        }
    }
}
