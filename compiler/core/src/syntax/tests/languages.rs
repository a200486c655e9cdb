//! What the two languages mean, refuse, and agree on.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

#[test]
fn the_ending_names_the_language() {
    assert_eq!(Language::of_path("dir/app.toml"), Some(Language::Toml));
    assert_eq!(Language::of_path("APP.YML"), Some(Language::Yaml));
    assert_eq!(Language::of_path("a.b.yaml"), Some(Language::Yaml));
    assert_eq!(Language::of_path("app.json"), None);
    assert_eq!(Language::of_path("toml"), None);
    assert_eq!(Language::of_path(".toml"), None);
}

#[test]
fn keys_keep_the_order_of_the_file() {
    assert_eq!(
        toml("z = 1\n[m]\n[a]\n[m.x]\n[b]\n").keys(),
        ["z", "m", "a", "b"]
    );
    assert_eq!(yaml("z: 1\nm: 2\na: 3\n").keys(), ["z", "m", "a"]);
}

#[test]
fn all_syntax_errors_of_a_toml_file_are_reported() {
    let parsed = toml("a = \nb = 1\nd == 2\ntype = ColorCamera\n[e\nc = [1, 2\n");
    let errors = parsed.errors();
    assert!(errors.len() >= 4, "{errors:?}");
    assert!(errors.iter().all(|error| error.0 == "OAK001"));
}

#[test]
fn text_without_quotes_gets_the_advice_to_quote_it() {
    let parsed = toml("type = ColorCamera\n");
    let help = parsed.found.sorted()[0].help.clone().unwrap();
    assert!(help.contains("quotes"), "{help}");
    assert_eq!(parsed.errors()[0].2[0].0, "ColorCamera");
}

#[test]
fn toml_errors_say_what_is_wrong_and_mark_it() {
    let cases = [
        ("a = b c\n", "invalid TOML: `b c` must be in quotes", "b c"),
        (
            "a = True\n",
            "invalid TOML: `True` must be in lower case",
            "True",
        ),
        ("a =\n", "invalid TOML: a value is missing", ""),
        ("= 1\n", "invalid TOML: a key is missing", ""),
        ("a 1\n", "invalid TOML: expected `=`", ""),
        (
            "ä = 1\n",
            "invalid TOML: the key `ä` must be in quotes",
            "ä",
        ),
        (
            "a = 1__0\n",
            "invalid TOML: `1__0` is not a valid number",
            "_",
        ),
        (
            "a = hello'\n",
            "invalid TOML: the opening quote is missing",
            "",
        ),
        ("a = \"text\n", "invalid TOML: a string is not closed", ""),
        (
            "a = \"C:\\data\"\n",
            "invalid TOML: a string contains an invalid escape sequence",
            "",
        ),
        (
            "a = 'x\u{7}'\n",
            "invalid TOML: a string contains a control character",
            "",
        ),
        (
            "a = 1 # \u{7}\n",
            "invalid TOML: a comment contains a control character",
            "",
        ),
        (
            "'''a''' = 1\n",
            "invalid TOML: a key cannot be a multi-line string",
            "'''a'''",
        ),
        ("[a\n", "invalid TOML: expected `]`", ""),
        ("a = [1, 2\n", "invalid TOML: expected `]`", ""),
        (
            "a = 1 2\n",
            "invalid TOML: `1 2` is not a valid number",
            "1 2",
        ),
        (
            "a = 1 'b'\n",
            "invalid TOML: expected a new line or `#`",
            "",
        ),
        ("a ==1\n", "invalid TOML: unexpected `=`", "="),
        (
            "a = 1\na.b = 2\n",
            "`a` is an integer: no keys can be added to it",
            "a",
        ),
        (
            "a = {}\n[a.b]\n",
            "`a` is an inline table: no keys can be added to it",
            "a",
        ),
    ];
    for (text, message, marked) in cases {
        let parsed = toml(text);
        let errors = parsed.errors();
        assert_eq!(errors.len(), 1, "{text}: {errors:?}");
        assert_eq!((errors[0].0, errors[0].1), ("OAK001", message), "{text}");
        assert_eq!(errors[0].2[0].0, marked, "{text}");
    }
}

#[test]
fn keys_below_a_broken_header_are_not_taken_for_repeated_ones() {
    let parsed = toml("[a]\nfps = 1\n[b\nfps = 2\n");
    assert_eq!(parsed.errors().len(), 1, "{:?}", parsed.errors());
}

#[test]
fn a_repeated_toml_key_shows_both_places() {
    let cases = [
        ("a = 1\nb = 2\na = 3\n", "a", 12, 0),
        ("[n.x]\nk = 1\n[n.y]\n[n.x]\n", "x", 21, 3),
        ("p = { u = 1, v.w = 2, u = 3 }\n", "u", 22, 6),
        ("o.a = 1\n\"a\" = 1\n[[t]]\nz = 1\n'z' = 2\n", "'z'", 28, 22),
        ("a.b = 1\na.c = 2\na.b = 3\n", "b", 18, 2),
        ("[x]\n[x.a]\nk = 1\n[x]\n", "x", 17, 1),
    ];
    for (text, marked, second, first) in cases {
        let parsed = toml(text);
        let errors = parsed.errors();
        assert_eq!(errors.len(), 1, "{text}: {errors:?}");
        assert_eq!(errors[0].0, "OAK002", "{text}");
        assert_eq!(errors[0].2[0], (marked, second), "{text}");
        assert_eq!(errors[0].2[1].1, first, "{text}");
    }
}

#[test]
fn a_table_opened_twice_is_one_error_whatever_it_repeats() {
    let parsed = toml("[n.x]\ntype = 'a'\nfps = 1\n[n.x]\ntype = 'b'\nfps = 2\n");
    assert_eq!(parsed.errors().len(), 1);
    assert_eq!(parsed.errors()[0].2, [("x", 28), ("x", 3)]);
}

#[test]
fn several_repeated_toml_keys_each_find_their_first() {
    let parsed = toml("a = 1\na = 2\nb = 3\na = 4\nb = 5\n");
    let firsts: Vec<usize> = parsed.errors().iter().map(|error| error.2[1].1).collect();
    assert_eq!(firsts, [0, 0, 12]);
}

#[test]
fn a_repeated_yaml_key_shows_both_places() {
    let parsed = yaml("é:\n  a: 1\n  b: 2\n  \"a\": 3\né: 4\n");
    assert_eq!(
        parsed.errors(),
        [
            (
                "OAK002",
                "`a` is written twice in one table",
                vec![("\"a\"", 20), ("a", 6)]
            ),
            (
                "OAK002",
                "`é` is written twice in one table",
                vec![("é", 27), ("é", 0)]
            ),
        ]
    );
}

#[test]
fn toml_dates_are_refused_in_clear_words() {
    let parsed = toml("a = 2024-01-02\nb = [07:30:00]\n");
    let errors = parsed.errors();
    assert_eq!(errors.len(), 2);
    assert_eq!(errors[0].2[0].0, "2024-01-02");
    assert!(errors[1].1.contains("dates and times"));
}

#[test]
fn numbers_too_large_for_any_type_are_refused_in_both_languages() {
    let digits = "9".repeat(60);
    for parsed in [
        toml(&format!("a = {digits}\nb = 1e999\n")),
        yaml(&format!("a: {digits}\nb: 1e999\n")),
    ] {
        let messages: Vec<&str> = parsed.errors().iter().map(|error| error.1).collect();
        assert_eq!(messages, ["this number is too large"; 2]);
    }
}

#[test]
fn an_empty_file_is_an_empty_table() {
    for parsed in [
        toml(""),
        yaml(""),
        yaml("# nothing\n"),
        yaml("---\n"),
        toml("\u{feff}"),
        yaml("\u{feff}"),
    ] {
        assert!(parsed.keys().is_empty());
    }
}

#[test]
fn the_root_must_be_a_table() {
    for text in ["- 1\n", "word\n", "null\n", "12", "'x'"] {
        let parsed = yaml(text);
        assert!(parsed.errors()[0].1.contains("not a table"), "{text}");
    }
}

#[test]
fn yaml_keys_that_are_words_are_names_as_written() {
    let parsed = yaml("42: a\ntrue: b\n1.50: c\n'~': d\n0x1F: e\n");
    assert_eq!(parsed.keys(), ["42", "true", "1.50", "~", "0x1F"]);
    for text in ["? [a]\n: b\n", "~: x\n", ": x\n", "{a: 1}: x\n"] {
        let parsed = yaml(text);
        assert!(
            parsed.errors()[0].1.starts_with("a key is"),
            "{text} {:?}",
            parsed.errors()
        );
    }
}

#[test]
fn dotted_keys_of_yaml_are_nested_tables_as_in_toml() {
    let parsed =
        yaml("board:\n  network.mtu: 9\n  'a.b': 1\n  network.x.y: 2\n  network: {z: 3}\n");
    assert_eq!(
        plain(parsed.at("board")),
        "{\"a.b\": int 1, \"network\": {\"mtu\": int 9, \"x\": {\"y\": int 2}, \"z\": int 3}}"
    );
    assert_eq!(parsed.key_at("board.network"), "network");
    assert_eq!(parsed.key_at("board.network.mtu"), "mtu");
    assert_eq!(parsed.text_at("board.network.x.y"), "2");
    let toml = toml("[board]\nnetwork.mtu = 9\n'a.b' = 1\nnetwork.x.y = 2\nnetwork.z = 3\n");
    assert_eq!(plain(parsed.at("board")), plain(toml.at("board")));
}

#[test]
fn dotted_keys_of_yaml_that_collide_or_go_too_deep_are_errors() {
    let parsed = yaml("a.b: 1\na:\n  b: 2\n");
    let errors = parsed.errors();
    assert_eq!(
        (errors[0].0, errors[0].2.clone()),
        ("OAK002", vec![("b", 12), ("b", 2)])
    );
    assert_eq!(yaml("a: 1\na.b: 2\n").errors()[0].0, "OAK002");
    let deep = format!("{}: 1\n", vec!["a"; 70].join("."));
    assert!(yaml(&deep).errors()[0].1.contains("deep"));
}

#[test]
fn yaml_merge_keys_fill_in_what_the_table_does_not_say() {
    let parsed = yaml(
        "base: &b {fps: 1, res: x}\nmore: &m {res: y, iso: 2}\n\
         cam:\n  name: c\n  <<: [*b, *m]\n  fps: 9\nlit:\n  '<<': 1\n",
    );
    assert_eq!(
        plain(parsed.at("cam")),
        "{\"fps\": int 9, \"iso\": int 2, \"name\": str \"c\", \"res\": str \"x\"}"
    );
    let NodeValue::Table(cam) = &parsed.at("cam").value else {
        panic!("no table");
    };
    let keys: Vec<&str> = cam.entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(keys, ["name", "res", "iso", "fps"]);
    assert_eq!(plain(parsed.at("lit")), "{\"<<\": int 1}");
    assert!(yaml("a:\n  <<: 1\n").errors()[0].1.contains("merge key"));
}

#[test]
fn what_yaml_allows_but_an_application_cannot_use_is_refused() {
    let several = yaml("a: 1\n---\nb: 2\n");
    assert!(several.errors()[0].1.contains("several"));
    assert_eq!(several.errors()[0].2[0].0, "---");
    assert!(yaml("a: !mine 1\n").errors()[0].1.contains("!mine"));
    assert!(yaml("a: !!set {b}\n").errors()[0].1.contains("tag"));
    assert!(
        yaml("a: !!int x\n").errors()[0]
            .1
            .contains("does not match its tag")
    );
    assert!(
        yaml("a: &x [*x]\n").errors()[0]
            .1
            .contains("inside the value it refers to")
    );
    assert!(yaml("a: *nowhere\n").errors()[0].1.contains("anchor"));
    assert!(
        yaml("a: !!map {b: 1}\nc: !!seq [1]\nd: ! 12\n")
            .found
            .is_empty()
    );
}

/// A value that both languages can say.
#[derive(Debug, Clone)]
enum Value {
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>()
            .prop_filter("finite", |f| f.is_finite())
            .prop_map(Value::Float),
        any::<String>().prop_map(Value::Str),
        "[a-zéü🎥\"'\\\\#:, \n\t]{0,12}".prop_map(Value::Str),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
            table(inner),
        ]
    })
}

fn table(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let key = prop_oneof!["[a-z_]{1,6}", any::<String>()];
    prop::collection::btree_map(key, inner, 0..6)
        .prop_map(|entries| Value::Table(entries.into_iter().collect()))
}

fn to_toml(value: &Value) -> ::toml::Value {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::Str(value) => value.clone().into(),
        Value::List(values) => values.iter().map(to_toml).collect::<Vec<_>>().into(),
        Value::Table(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| (key.clone(), to_toml(value)));
            entries.collect::<::toml::Table>().into()
        }
    }
}

/// As YAML in brackets and quotes.
fn to_yaml(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Str(value) => quoted(value),
        Value::List(values) => {
            let values: Vec<String> = values.iter().map(to_yaml).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Table(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", quoted(key), to_yaml(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(",\n "))
        }
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            'ü' | '🎥' | ' '..='~' => quoted.push(character),
            other => write!(quoted, "\\U{:08x}", u32::from(other)).unwrap(),
        }
    }
    quoted.push('"');
    quoted
}

/// In a text where all strings are written with [`quoted`], checks that each span is that.
fn check_quotes(parsed: &Parsed, node: &Node) {
    match &node.value {
        NodeValue::Str(text) => assert_eq!(parsed.slice(node.span), quoted(text)),
        NodeValue::List(nodes) => nodes.iter().for_each(|node| check_quotes(parsed, node)),
        NodeValue::Table(table) => {
            for entry in &table.entries {
                assert_eq!(parsed.slice(entry.key_span), quoted(&entry.key));
                check_quotes(parsed, &entry.value);
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn the_same_tree_in_both_languages_is_equal(value in table(value())) {
        let toml = toml(&::toml::to_string(&to_toml(&value)).unwrap());
        let yaml = yaml(&to_yaml(&value));
        let of_toml = plain(toml.root.as_ref().unwrap());
        prop_assert_eq!(of_toml, plain(yaml.root.as_ref().unwrap()));
        check_quotes(&yaml, yaml.root.as_ref().unwrap());
    }

    #[test]
    fn toml_is_accepted_exactly_when_the_toml_crate_accepts_it(
        lines in prop::collection::vec(
            prop_oneof![
                "\\[[abc](\\.[abc]){0,2}\\]",
                "\\[\\[[abc](\\.[abc]){0,2}\\]\\]",
                "[abc](\\.[abc]){0,2} = [1-3]",
                "[abc](\\.[abc]){0,2} = \\{ [abc](\\.[abc])? = 1, [abc](\\.[abc])? = 2 \\}",
            ],
            0..8,
        ),
    ) {
        let text = lines.join("\n");
        let ours = toml(&text);
        let theirs = ::toml::from_str::<::toml::Table>(&text);
        prop_assert_eq!(ours.root.is_some(), theirs.is_ok(), "{}", text);
        let errors = ours.errors();
        let repeated = errors.iter().filter(|error| error.0 == "OAK002");
        for (_, _, labels) in repeated {
            if let [(second, at), (first, before)] = labels[..] {
                prop_assert_eq!(second, first, "{}", &text);
                prop_assert!(before < at, "{}\n{:?}", &text, &errors);
            }
        }
    }
}
