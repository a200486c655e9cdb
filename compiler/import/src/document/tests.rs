//! Whatever is written parses as what it was.

use std::collections::BTreeSet;

use oakc_core::syntax::{Language, NodeValue, parse};
use oakc_diag::render::{HumanOptions, human};
use oakc_diag::{Diagnostics, SourceMap};
use proptest::prelude::*;

use super::{Entry, Literal, Precision, write};

/// What a document is read as.
fn read(language: Language, text: &str) -> NodeValue {
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let file = sources.add("app", text);
    let tree = parse(file, text, language, &mut diagnostics);
    let tree = tree.filter(|_| !diagnostics.has_errors());
    tree.map_or_else(
        || {
            let found = human(&diagnostics, &sources, HumanOptions::default());
            panic!("{found}\n{text}")
        },
        |node| node.value,
    )
}

/// Whether a value was read as it was meant.
fn is_same(meant: &Literal, found: &NodeValue) -> bool {
    match (meant, found) {
        (Literal::Bool(a), NodeValue::Bool(b)) => a == b,
        (Literal::Int(a), NodeValue::Int(b)) => a == b,
        (Literal::Float(a, precision), found) => is_same_float(*a, *precision, found),
        (Literal::Str(a), NodeValue::Str(b)) => a == b,
        (Literal::List(a), NodeValue::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, &b.value))
        }
        (Literal::Table(a) | Literal::Record(a), NodeValue::Table(b)) => {
            let found = |entry: &Entry| b.get(&entry.key);
            let is_there =
                |entry| found(entry).is_some_and(|node| is_same(&entry.value, &node.value));
            a.len() == b.entries.len() && a.iter().all(is_there)
        }
        _ => false,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the reader converts so"
)]
fn is_same_float(meant: f64, precision: Precision, found: &NodeValue) -> bool {
    let found = match found {
        NodeValue::Float(x) => *x,
        NodeValue::Int(number) if precision != Precision::Open => *number as f64,
        _ => return false,
    };
    let stored = |x: f64| match precision {
        Precision::Single => f64::from(x as f32),
        Precision::Double | Precision::Open => x,
    };
    meant.is_nan() && found.is_nan() || stored(found).to_bits() == meant.to_bits()
}

fn text() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "",
        " ",
        "a.b",
        "\"",
        "'",
        "\\",
        "a\nb",
        "\r\n",
        "\t",
        "\0",
        "\u{7F}",
        "\u{85}",
        "\u{2028}",
        "\u{FEFF}",
        "\u{FFFE}",
        "\u{FFFF}",
        "\u{10FEFF}",
        "\u{10FFFF}",
        "größe",
        "\u{1F600}",
        "true",
        "null",
        "~",
        "1",
        "-1",
        "1e3",
        "0x1F",
        ".inf",
        "nan",
        "<<",
        "#",
        "a #b",
        "a: b",
        "- a",
        "? a",
        "[a]",
        "{a}",
        "&a",
        "*a",
        "!a",
        "|",
        "%",
        "@",
        "`",
        "---",
        "...",
        "from",
        "type",
        "=",
        ",",
        "=>",
    ];
    prop_oneof![
        4 => prop::sample::select(KNOWN).prop_map(str::to_owned),
        2 => "[a-z_]{1,8}",
        2 => any::<String>(),
        1 => (prop::sample::select(KNOWN), 100..1500_usize).prop_map(|(text, count)| text.repeat(count)),
        1 => "[a-z]{900,1200}",
    ]
}

#[expect(clippy::cast_possible_truncation, reason = "the value has 32 bits")]
fn float() -> impl Strategy<Value = Literal> {
    const SPECIAL: &[f64] = &[
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -0.0,
        0.0,
        5e-324,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::MIN,
        1e9,
        -1e9,
        1e16,
        0.1,
        f64::EPSILON,
    ];
    let number = prop_oneof![prop::sample::select(SPECIAL), any::<f64>()];
    let single = |x: f64| Literal::Float(f64::from(x as f32), Precision::Single);
    let double = |x: f64| Literal::Float(x, Precision::Double);
    let open = |x: f64| Literal::Float(x, Precision::Open);
    let number = || number.clone();
    prop_oneof![
        number().prop_map(single),
        number().prop_map(double),
        number().prop_map(open)
    ]
}

/// Entries of which no two have one key.
fn entries(value: impl Strategy<Value = Literal>) -> impl Strategy<Value = Vec<Entry>> {
    let comment = prop::collection::vec(any::<String>(), 0..2);
    let entry = (text(), value, comment).prop_map(|(key, value, comment)| Entry {
        comment,
        key,
        value,
    });
    prop::collection::vec(entry, 0..6).prop_map(|entries| {
        let mut keys = BTreeSet::new();
        let is_new = |entry: &Entry| keys.insert(entry.key.clone());
        entries.into_iter().filter(is_new).collect()
    })
}

fn value() -> impl Strategy<Value = Literal> {
    let whole = prop_oneof![
        any::<i64>().prop_map(i128::from),
        any::<u64>().prop_map(i128::from),
        -9..9_i128
    ];
    let leaf = prop_oneof![
        any::<bool>().prop_map(Literal::Bool),
        whole.prop_map(Literal::Int),
        float(),
        text().prop_map(Literal::Str),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Literal::List),
            entries(inner.clone()).prop_map(Literal::Table),
            entries(inner).prop_map(Literal::Record),
        ]
    })
}

/// Sections, one of which has nodes, as all documents have them.
fn document() -> impl Strategy<Value = Vec<Entry>> {
    let section = || entries(value()).prop_map(Literal::Table);
    let nodes = entries(section()).prop_map(|nodes| Entry::new("nodes", Literal::Table(nodes)));
    (entries(section()), nodes).prop_map(|(mut root, nodes)| {
        root.retain(|section| section.key != nodes.key);
        root.push(nodes);
        root
    })
}

proptest! {
    #[test]
    fn whatever_is_written_parses_as_what_it_was(root in document(), head in prop::collection::vec(any::<String>(), 0..3)) {
        for language in [Language::Toml, Language::Yaml] {
            let text = write(language, &head, &root);
            let found = read(language, &text);
            prop_assert!(is_same(&Literal::Table(root.clone()), &found), "{text}\n{found:?}");
        }
    }
}

/// An input without a source and with a long name, as it was once broken over two lines.
#[test]
fn an_empty_value_behind_a_long_key_stays_on_its_line() {
    for empty in [
        Literal::List(Vec::new()),
        Literal::Table(Vec::new()),
        Literal::Record(Vec::new()),
    ] {
        for length in [120, 1100] {
            let inputs = vec![Entry::new("x".repeat(length), empty.clone())];
            let node = vec![Entry::new("inputs", Literal::Table(inputs))];
            let nodes = vec![Entry::new("script", Literal::Table(node))];
            let root = vec![Entry::new("nodes", Literal::Table(nodes))];
            for language in [Language::Toml, Language::Yaml] {
                let text = write(language, &[], &root);
                let found = read(language, &text);
                assert!(is_same(&Literal::Table(root.clone()), &found), "{text}");
            }
        }
    }
}
