//! What one tree says that is put together from several files.

use oakc_diag::{Diagnostics, SourceMap};
use proptest::prelude::*;

use super::layer::Layer;
use super::*;
use crate::Profile;
use crate::config::Levels;
use crate::syntax::{Entry, Table};
use crate::world::MemoryWorld;

/// Files, and the settings among them.
struct Repository {
    files: MemoryWorld,
    settings: Vec<String>,
}

impl World for Repository {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, crate::world::ReadError> {
        self.files.read(path)
    }

    fn settings(&self) -> Vec<String> {
        self.settings.clone()
    }
}

struct Put {
    composed: Option<Composed>,
    sources: SourceMap,
    found: Diagnostics,
}

/// Puts `app.toml` together, whose text is the first of these.
fn put(files: &[(&str, &str)], settings: &[&str], profile: Option<&str>) -> Put {
    let (name, text) = files[0];
    let source = Source {
        name,
        text,
        language: Language::of_path(name).unwrap(),
        profile: profile.map(Profile::named),
        params: &[],
        overrides: &[],
        levels: &Levels::default(),
    };
    let world = Repository {
        files: files.iter().copied().collect(),
        settings: settings.iter().map(|it| (*it).to_owned()).collect(),
    };
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let composed = compose(&source, &world, &mut sources, &mut found);
    Put {
        composed,
        sources,
        found,
    }
}

impl Put {
    /// Each value: its path, its text, and the file that it is in.
    fn values(&self) -> Vec<String> {
        let composed = self.composed.as_ref();
        let composed = composed.unwrap_or_else(|| panic!("{:?}", self.found));
        assert!(self.found.is_empty(), "{:?}", self.found);
        let mut found = Vec::new();
        self.collect(&composed.tree, "", &mut found);
        found
    }

    fn collect(&self, node: &Node, path: &str, found: &mut Vec<String>) {
        if let NodeValue::Table(table) = &node.value {
            for entry in &table.entries {
                let dot = if path.is_empty() { "" } else { "." };
                self.collect(&entry.value, &format!("{path}{dot}{}", entry.key), found);
            }
            return;
        }
        let text = self.sources.slice(node.span).unwrap();
        let file = self.sources.get(node.span.file).unwrap().name();
        found.push(format!("{path} = {text} ({file})"));
    }

    /// What was found: the rule, and the text that it marks.
    fn problems(&self) -> Vec<String> {
        let found = self.found.sorted();
        let found = found.iter().map(|it| {
            let place = it.place();
            let marked = place.and_then(|place| self.sources.slice(place));
            format!("{} {}", it.rule.name, marked.unwrap_or("nowhere"))
        });
        found.collect()
    }
}

#[test]
fn tables_merge_and_other_values_replace_across_languages_and_folders() {
    let put = put(
        &[
            (
                "app.toml",
                "extends = \"../base/base.yaml\"\n[nodes.cam]\nfps = 5\ninputs.a = \"x.out\"\n\
                 [nodes.new]\ntype = \"Script\"\n",
            ),
            (
                "../base/base.yaml",
                "extends: root.toml\nnodes:\n  cam: {type: ColorCamera, fps: 30, inputs: {a: {queue_size: 1}}}\n",
            ),
            (
                "../base/root.toml",
                "[app]\nname = \"root\"\n[nodes.cam]\nid = 3\n",
            ),
        ],
        &[],
        None,
    );
    assert_eq!(
        put.values(),
        [
            "app.name = \"root\" (../base/root.toml)",
            "nodes.cam.id = 3 (../base/root.toml)",
            "nodes.cam.type = ColorCamera (../base/base.yaml)",
            "nodes.cam.fps = 5 (app.toml)",
            "nodes.cam.inputs.a = \"x.out\" (app.toml)",
            "nodes.new.type = \"Script\" (app.toml)",
        ]
    );
    let parts = &put.composed.unwrap().parts;
    let files: Vec<_> = parts
        .files
        .iter()
        .map(|it| (it.path.as_str(), it.role))
        .collect();
    assert_eq!(
        files,
        [
            ("../base/root.toml", Role::Base),
            ("../base/base.yaml", Role::Base),
            ("app.toml", Role::Application),
        ]
    );
}

#[test]
fn a_profile_counts_before_all_files_and_says_so() {
    let files = [
        (
            "app.toml",
            "extends = \"base.toml\"\n[nodes.cam]\nfps = 5\n[profiles.night]\nremove = [\"nodes.b\"]\n\
             nodes.cam.fps = 1\n",
        ),
        (
            "base.toml",
            "[nodes.cam]\ntype = \"C\"\n[nodes.b]\ntype = \"D\"\n[profiles.night.params]\na = 2\n\
             [profiles.day.params]\nb = 1\n",
        ),
    ];
    let night = put(&files, &[], Some("night"));
    assert_eq!(
        night.values(),
        [
            "nodes.cam.type = \"C\" (base.toml)",
            "nodes.cam.fps = 1 (app.toml)",
            "params.a = 2 (base.toml)",
        ]
    );
    let composed = night.composed.unwrap();
    let NodeValue::Table(root) = &composed.tree.value else {
        panic!("a table");
    };
    let NodeValue::Table(params) = &root.get("params").unwrap().value else {
        panic!("a table");
    };
    assert!(composed.parts.is_in_profile(params.get("a").unwrap().span));
    let none = put(&files, &[], None);
    assert_eq!(none.values().len(), 3);
    let unknown = put(&files, &[], Some("nihgt"));
    assert!(unknown.composed.is_none());
    let help = unknown.found.sorted()[0].help.clone().unwrap();
    assert!(help.contains("did you mean `night`?"), "{help}");
}

#[test]
fn settings_of_a_repository_count_last_and_levels_merge_rule_by_rule() {
    let put = put(
        &[
            (
                "app.toml",
                "[lint]\nallow = [\"a\"]\n[app]\nname = \"x\"\n[nodes]\n",
            ),
            (
                "../oakc.toml",
                "[lint]\ndeny = [\"a\", \"b\"]\nallow = [\"c\"]\n[defaults.app]\nname = \"y\"\n\
                 depthai = \"2\"\n",
            ),
            (
                "oakc.toml",
                "[lint]\nwarn = [\"b\"]\n[defaults.device]\nmodel = \"M\"\n",
            ),
        ],
        &["../oakc.toml", "oakc.toml"],
        None,
    );
    assert_eq!(
        put.values(),
        [
            "lint.deny = [\"a\", \"b\"] (../oakc.toml)",
            "lint.allow = [\"a\"] (app.toml)",
            "lint.warn = [\"b\"] (oakc.toml)",
            "app.name = \"x\" (app.toml)",
            "app.depthai = \"2\" (../oakc.toml)",
            "device.model = \"M\" (oakc.toml)",
        ]
    );
    let composed = put.composed.unwrap();
    let NodeValue::Table(root) = &composed.tree.value else {
        panic!("a table");
    };
    let levels = format!("{:?}", root.get("lint").unwrap().value);
    let names: Vec<_> = levels
        .match_indices("Str(\"")
        .map(|(at, _)| &levels[at + 5..at + 6])
        .collect();
    assert_eq!(
        names,
        ["c", "a", "b"],
        "a rule is in the list that names it last"
    );
}

#[test]
fn everything_that_is_wrong_is_marked_where_it_is_written() {
    for (files, expected) in [
        (
            vec![("app.toml", "extends = \"gone.toml\"\n")],
            vec!["unreadable-file \"gone.toml\""],
        ),
        (
            vec![("app.toml", "extends = \"gone.py\"\n")],
            vec!["unreadable-file \"gone.py\""],
        ),
        (vec![("app.toml", "extends = 3\n")], vec!["wrong-type 3"]),
        (
            vec![("app.toml", "extends = \"app.toml\"\n")],
            vec!["endless-extends \"app.toml\""],
        ),
        (
            vec![
                ("app.toml", "extends = \"x/a.toml\"\n"),
                ("x/a.toml", "extends = \"../x/./b.toml\"\n"),
                ("x/../x/./b.toml", "extends = \"a.toml\"\n"),
            ],
            vec!["endless-extends \"a.toml\""],
        ),
        (
            vec![
                ("app.toml", "extends = \"b.toml\"\n"),
                ("b.toml", "a = [\n"),
            ],
            vec!["syntax "],
        ),
        (
            vec![
                (
                    "app.toml",
                    "extends = \"b.toml\"\nremove = [\"nodes.cmm\", \"params\", \"nodes.a.fps.x\"]\n",
                ),
                ("b.toml", "[nodes.cam]\nfps = 3\n[nodes.a]\nfps = 1\n"),
            ],
            vec![
                "unknown-key \"nodes.cmm\"",
                "unknown-key \"params\"",
                "unknown-key \"nodes.a.fps.x\"",
            ],
        ),
        (
            vec![("app.toml", "remove = \"a\"\n")],
            vec!["wrong-type \"a\""],
        ),
        (
            vec![(
                "app.toml",
                "[profiles]\na = 1\nb.nods.c = 1\nb.extends = \"x\"\n",
            )],
            vec!["wrong-type 1", "unknown-key nods", "unknown-key extends"],
        ),
    ] {
        let put = put(&files, &[], None);
        let problems = put.problems();
        assert_eq!(problems.len(), expected.len(), "{problems:?}");
        for (problem, expected) in problems.iter().zip(expected) {
            assert!(problem.starts_with(expected), "{problems:?}");
        }
    }
    let settings = put(
        &[
            ("app.toml", ""),
            ("oakc.toml", "[defaults.nodes]\n[lnt]\n[lint]\n"),
        ],
        &["oakc.toml"],
        None,
    );
    assert_eq!(
        settings.problems(),
        ["unknown-key nodes", "unknown-key lnt"]
    );
}

#[test]
fn a_chain_of_bases_has_an_end() {
    let texts: Vec<_> = (0..40)
        .map(|at| {
            (
                format!("{at}.toml"),
                format!("extends = \"{}.toml\"\n", at + 1),
            )
        })
        .collect();
    let files: Vec<_> = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let put = put(&files, &[], None);
    assert_eq!(put.problems(), ["endless-extends \"17.toml\""]);
}

#[test]
fn a_removed_table_can_be_written_again() {
    let put = put(
        &[
            (
                "app.toml",
                "extends = \"b.toml\"\nremove = ['nodes.\"a.b\"']\n[nodes.\"a.b\"]\ntype = 1\n",
            ),
            ("b.toml", "[nodes.\"a.b\"]\nfps = 3\n"),
        ],
        &[],
        None,
    );
    assert_eq!(put.values(), ["nodes.a.b.type = 1 (app.toml)"]);
}

#[test]
fn paths_are_seen_from_the_application() {
    for (file, path, seen) in [
        ("app.toml", "x.py", "x.py"),
        ("../base/b.toml", "x.py", "../base/x.py"),
        ("../base/b.toml", "/x.py", "/x.py"),
        ("../base/b.toml", "C:/x.py", "C:/x.py"),
    ] {
        assert_eq!(beside(file, path), seen);
    }
}

/// Any table, as deep as `depth`; `kinds` says for each key whether it holds a table.
fn tables(depth: u32, fixed: bool) -> BoxedStrategy<Table> {
    let value = prop_oneof![
        (0..9i128).prop_map(NodeValue::Int),
        Just(NodeValue::List(Vec::new())),
    ];
    let entry = if depth == 0 {
        ("[a-c]", value).boxed()
    } else if fixed {
        // Whether a key holds a table follows from its name.
        prop_oneof![
            ("[a-c]", value),
            ("[x-z]", tables(depth - 1, fixed).prop_map(NodeValue::Table)),
        ]
        .boxed()
    } else {
        let inner = tables(depth - 1, fixed).prop_map(NodeValue::Table);
        ("[a-c]|lint|remove|profiles", prop_oneof![value, inner]).boxed()
    };
    let entries = prop::collection::vec(entry, 0..5);
    entries
        .prop_map(|entries| {
            let mut table = Table::default();
            for (key, value) in entries {
                if table.get(&key).is_none() {
                    let span = Span::new(SourceMap::new().add("x", ""), 0, 0);
                    let value = Node { span, value };
                    let key_span = span;
                    table.entries.push(Entry {
                        key,
                        key_span,
                        value,
                    });
                }
            }
            table
        })
        .boxed()
}

proptest! {
    #[test]
    fn merging_is_associative_and_nothing_is_its_neutral_element(
        a in tables(3, true), b in tables(3, true), c in tables(3, true),
    ) {
        let merge = merge::merge;
        let left = merge(merge(a.clone(), b.clone()), c.clone());
        prop_assert_eq!(&left, &merge(a.clone(), merge(b, c)));
        prop_assert_eq!(&merge(a.clone(), Table::default()), &a);
        prop_assert_eq!(&merge(Table::default(), a.clone()), &a);
        prop_assert_eq!(&merge(a.clone(), a.clone()), &a);
    }

    #[test]
    fn no_layers_panic_and_the_upper_one_has_the_last_word(
        lower in tables(3, false), upper in tables(3, false),
    ) {
        let file = SourceMap::new().add("app.toml", "");
        let layer = Layer { table: upper.clone(), root: Span::new(file, 0, 0), language: Language::Toml };
        let mut found = Diagnostics::new();
        let laid = layer::lay(lower, layer, &mut found);
        for entry in &upper.entries {
            let is_value = !matches!(entry.value.value, NodeValue::Table(_));
            if is_value && entry.key != "remove" {
                prop_assert_eq!(laid.get(&entry.key), Some(&entry.value));
            }
        }
        let mut laid = laid;
        profiles::take(&mut laid, &Parts::default(), Language::Yaml, &mut found);
    }
}
