//! Spans, checked by cutting the text at them.

use std::fmt::Write as _;

use super::*;

#[test]
fn toml_spans_are_exact_after_multi_byte_text() {
    let parsed = toml(
        "# größer 🎥\nname = \"dör\"\n[nodes.cäm]\nfps = 10\nsize = [ 1, 2.0 ] # é\n\
         inputs.in = { from = 'a.b', n = true }\n\"q k\" = \"\"\"\nx\n\"\"\"\n"
            .replace("cäm", "\"cäm\"")
            .as_str(),
    );
    assert_eq!(parsed.text_at("name"), "\"dör\"");
    assert_eq!(parsed.key_at("nodes"), "nodes");
    assert_eq!(parsed.key_at("nodes.cäm"), "\"cäm\"");
    assert_eq!(parsed.text_at("nodes"), "nodes");
    assert_eq!(parsed.text_at("nodes.cäm"), "[nodes.\"cäm\"]");
    assert_eq!(parsed.text_at("nodes.cäm.size"), "[ 1, 2.0 ]");
    assert_eq!(parsed.text_at("nodes.cäm.size.1"), "2.0");
    assert_eq!(parsed.key_at("nodes.cäm.inputs"), "inputs");
    assert_eq!(parsed.key_at("nodes.cäm.inputs.in"), "in");
    assert_eq!(
        parsed.text_at("nodes.cäm.inputs.in"),
        "{ from = 'a.b', n = true }"
    );
    assert_eq!(parsed.text_at("nodes.cäm.inputs.in.from"), "'a.b'");
    assert_eq!(parsed.key_at("nodes.cäm.q k"), "\"q k\"");
    assert_eq!(parsed.text_at("nodes.cäm.q k"), "\"\"\"\nx\n\"\"\"");
}

#[test]
fn toml_arrays_of_tables_point_at_their_headers() {
    let parsed = toml("[[a]]\nx = 1\n[[a]]\nx = 2\n");
    assert_eq!(parsed.at("a.0").span.start, 0);
    assert_eq!(parsed.text_at("a.1"), "[[a]]");
    assert_eq!(parsed.at("a.1").span.start, 12);
}

#[test]
fn yaml_spans_are_exact_after_multi_byte_text() {
    let text = "# größer 🎥\nname: \"dör\"\nnodes:\n  cäm:\n    fps: 10\n    size: [ 1, 2.0 ] # é\n    \
                in: { from: 'a.b', n: true }\n    \"q k\": plain\n      words\n  empty:\nlast: ü\n";
    for text in [text.to_owned(), text.replace('\n', "\r\n")] {
        let parsed = yaml(&text);
        assert_eq!(parsed.text_at("name"), "\"dör\"");
        assert_eq!(parsed.key_at("nodes.cäm"), "cäm");
        let whole = parsed.text_at("nodes.cäm");
        assert!(
            whole.starts_with("fps: 10") && whole.ends_with("words"),
            "{whole}"
        );
        assert_eq!(parsed.text_at("nodes.cäm.size"), "[ 1, 2.0 ]");
        assert_eq!(parsed.text_at("nodes.cäm.size.1"), "2.0");
        assert_eq!(parsed.text_at("nodes.cäm.in"), "{ from: 'a.b', n: true }");
        assert_eq!(parsed.text_at("nodes.cäm.in.from"), "'a.b'");
        assert_eq!(parsed.key_at("nodes.cäm.q k"), "\"q k\"");
        assert!(parsed.text_at("nodes.cäm.q k").ends_with("words"));
        assert_eq!(parsed.text_at("nodes.empty"), "");
        assert_eq!(parsed.text_at("last"), "ü");
    }
}

#[test]
fn spans_stay_exact_far_into_a_long_text() {
    let mut text = String::new();
    for number in 0..2000 {
        writeln!(text, "kéy{number}: \"välue {number}\"").unwrap();
    }
    let parsed = yaml(&text);
    for number in 0..2000 {
        assert_eq!(
            parsed.key_at(&format!("kéy{number}")),
            format!("kéy{number}")
        );
        assert_eq!(
            parsed.text_at(&format!("kéy{number}")),
            format!("\"välue {number}\"")
        );
    }
}

#[test]
fn yaml_blocks_of_text_span_their_content() {
    let parsed =
        yaml("é: |\n  one\n    two\n\nb: !!str >-  # why\n  | three\n  four\nc: |\n  five");
    assert_eq!(parsed.text_at("é"), "one\n    two");
    assert_eq!(
        parsed.at("é").value,
        NodeValue::Str("one\n  two\n".to_owned())
    );
    assert_eq!(parsed.text_at("b"), "| three\n  four");
    assert_eq!(parsed.text_at("c"), "five");
}

#[test]
fn yaml_lists_reach_from_their_first_dash_to_their_last_value() {
    let parsed = yaml("a:\n- 1\n- - 2\n  - 3\nb:\n  - x\n  -\n  - y # é\nc: []\n");
    assert_eq!(parsed.text_at("a"), "- 1\n- - 2\n  - 3");
    assert_eq!(parsed.text_at("a.1"), "- 2\n  - 3");
    assert_eq!(parsed.text_at("b"), "- x\n  -\n  - y");
    assert_eq!(parsed.text_at("b.1"), "");
    assert_eq!(parsed.text_at("c"), "[]");
}

#[test]
fn yaml_anchors_and_tags_are_not_part_of_a_value() {
    let parsed = yaml(
        "a: &x !!str 12\nb: &y # c\n  k: v\nc: &z {m: n}\nd: *z\n&key e: !!str\nf: {g, h: }\n",
    );
    assert_eq!(parsed.text_at("a"), "12");
    assert_eq!(parsed.text_at("b"), "k: v");
    assert_eq!(parsed.text_at("c"), "{m: n}");
    assert_eq!(parsed.text_at("d"), "*z");
    assert_eq!(parsed.text_at("d.m"), "n");
    assert_eq!(parsed.key_at("e"), "e");
    assert_eq!(parsed.text_at("e"), "");
    assert_eq!(parsed.text_at("f.g"), "");
    assert_eq!(parsed.text_at("f.h"), "");
}

#[test]
fn a_byte_order_mark_shifts_nothing() {
    let parsed = toml("\u{feff}é = 'ü'\n".replace("é =", "\"é\" =").as_str());
    assert_eq!((parsed.key_at("é"), parsed.text_at("é")), ("\"é\"", "'ü'"));
    let parsed = yaml("\u{feff}é: 'ü'\n");
    assert_eq!((parsed.key_at("é"), parsed.text_at("é")), ("é", "'ü'"));
}

#[test]
fn errors_point_at_the_right_bytes() {
    let parsed = yaml("é: 1\nü: [1, 2\n");
    assert_eq!(parsed.errors()[0].0, "OAK001");
    assert_eq!(parsed.errors()[0].2, [("[", "é: 1\nü: ".len())]);
    let parsed = yaml("é: ö: c\n");
    assert_eq!(parsed.errors()[0].2, [(":", "é: ö".len())]);
}
