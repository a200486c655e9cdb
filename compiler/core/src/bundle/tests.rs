use proptest::prelude::*;

use super::*;

fn bundle(main: &str) -> Bundle {
    let module = |file: &str, is_package, text: &str| Module {
        file: file.to_owned(),
        is_package,
        text: text.into(),
    };
    let modules = [
        (
            "own",
            module("own.py", false, "x = \"\\n\"\r\n\t# é\u{feff}\0\n"),
        ),
        ("ns", module("lib/ns/", true, "")),
        ("ns.pkg", module("lib/ns/pkg/__init__.py", true, "y = 1")),
    ];
    let modules = modules.map(|(name, module)| (name.to_owned(), module));
    Bundle {
        main: main.into(),
        modules: modules.into(),
        logged: None,
    }
}

/// Beginnings of scripts, each of which needs another place.
const BEGINNINGS: &[&str] = &[
    "import own\n",
    "x = 1; import own",
    "\"\"\"Docs.\"\"\"\nimport own\n",
    "'''Docs\nin lines.'''  # why\ntry:\n    import own\nexcept ImportError:\n    pass\n",
    "(\"docs\")\nif x: import own\n",
    "from __future__ import annotations\nimport own\n",
    "from __future__ import annotations; import own\n",
    "\"docs\"; from __future__ import annotations; def_ = 1\n",
    "\"docs\"\nfrom __future__ import annotations ;  # c\ndef f(): import own\n",
    "#!/usr/bin/python3\n# -*- coding: utf-8 -*-\ndef f():\n    import own\nf()\n",
    "\n\ndef f():\n    import own\nf()\n",
    "    import own\n    own.f()\n",
    "    # c\n      # deeper\n    if x:\n        import own\n",
    "\n\n    \"\"\"Docs.\"\"\"\n    import own\n",
    "    \n\n    while x:\n        import own\n",
    "try:\n    import own\nexcept ImportError:\n    own = None\n",
    "try: import own\nfinally: pass\n",
    "if x:\n    import own\n",
    "if (y := x):\n    import own\n",
    "if (a\n    and b):\n    import own\n",
    "while True:\n    import own\n    break\n",
    "for x in 1, 2:\n    import own\n",
    "with a as b, c as d:\n    import own\n",
    "def f():\n    import own\nf()\n",
    "def f():\n    import own\ndef g():\n    f()\nclass A(B):\n    import own\n",
    "class A:\n    import own\n",
    "class A():\n    import own\n",
    "class A(B, metaclass=C):\n    import own\n",
    "@a.b\ndef f(): import own\n",
    "@a\n@b\nclass A: import own\n",
    "def f():\n    import own",
    "async def f():\n    pass\nimport own\n",
    "x = '''\n    a\n'''\nimport own\r\n",
];

#[test]
fn a_bundle_gives_back_what_went_in_wherever_its_script_begins() {
    for main in BEGINNINGS {
        let bundle = bundle(main);
        let text = bundle.write().expect(main);
        assert_eq!(Bundle::read(&text).as_ref(), Some(&bundle), "{text}");
    }
}

#[test]
fn a_bundle_is_a_script_of_python_3_9_with_the_lines_of_its_own() {
    for main in BEGINNINGS {
        let text = bundle(main).write().expect(main);
        let script = oakc_script::Script::parse(&text);
        assert_eq!(script.syntax_errors, [], "{text}");
        for (number, line) in main.lines().enumerate() {
            let there = text.lines().nth(number).unwrap_or_default();
            let bare = |line: &str| line.replace(')', "");
            let is_kept = bare(there) == bare(line) || there.contains("exec(compile(");
            assert!(is_kept && there.len() >= line.len(), "{number}: {there}");
        }
    }
}

/// docs/scripts.md says so.
#[test]
fn what_a_bundle_adds_is_about_a_kilobyte_besides_its_modules() {
    let mut bundle = bundle("import own\n");
    bundle.modules.clear();
    let added = bundle.write().unwrap().len() - bundle.main.len();
    assert!((1000..1040).contains(&added), "{added}");
}

#[test]
fn nothing_else_reads_as_a_bundle() {
    let text = bundle("import own\n").write().unwrap();
    for other in [
        "import own\n",
        &text.replace("own.py", "own.py\\x41"),
        &text.replace("\"oakc\":[0,1,-1]", "\"oakc\":[0,2,-1]"),
        &text.replace("sys.meta_path", "sys.path"),
        &text.replace("}})", "}}"),
        &text.replacen("lib/ns/pkg", "\\u0041", 1),
    ] {
        assert_eq!(Bundle::read(other), None);
    }
}

proptest! {
    #[test]
    fn any_texts_of_modules_come_back(main in "[ -~\n]{0,40}", texts in prop::collection::vec(any::<String>(), 0..4)) {
        let modules = texts.iter().enumerate().map(|(number, text)| {
            let module = Module { file: format!("{text}.py"), is_package: number % 2 == 0, text: text.as_str().into() };
            (format!("m{number}"), module)
        });
        let bundle = Bundle { main: main.into(), modules: modules.collect(), logged: None };
        if let Some(text) = bundle.write() {
            prop_assert_eq!(Bundle::read(&text), Some(bundle));
        }
    }

    #[test]
    fn any_text_can_be_asked(text in any::<String>(), cut in 0usize..4000) {
        prop_assert_eq!(Bundle::read(&text), None);
        let whole = bundle("import own\n").write().unwrap();
        if let Some(part) = whole.get(..cut) && !part.contains("}})") {
            prop_assert_eq!(Bundle::read(part), None);
        }
    }
}

fn logged(main: &str) -> Bundle {
    let settings = [
        ("app", Value::Str("a, \"build\": \"x".to_owned())),
        ("build", Value::Str(logged::NO_BUILD.to_owned())),
        ("port", Value::Int(514)),
        ("heartbeat", Value::Float(10.0)),
        ("restart", Value::Bool(true)),
        ("counted", Value::List(vec![Value::Str("in".to_owned())])),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value));
    let mut bundle = bundle(main);
    let log = Module {
        file: "oakc/log.py".to_owned(),
        is_package: false,
        text: "log".into(),
    };
    bundle.modules.insert("oakc.log".to_owned(), log);
    let dns = Module {
        file: "oakc/dns.py".to_owned(),
        is_package: false,
        text: "dns".into(),
    };
    bundle.modules.insert("oakc.dns".to_owned(), dns);
    bundle.logged = Some(Logged::new(settings.into(), "lib/s.py", "log", None));
    bundle
}

#[test]
fn a_script_that_sends_its_log_comes_back_whatever_it_is() {
    let hostile = "x = '\"build\": \"----------------\"'\n\u{feff}\u{0}\r\n";
    for main in BEGINNINGS.iter().chain(&[hostile, "not python (", ""]) {
        let mut bundle = logged(main);
        let text = bundle.write().unwrap();
        assert_eq!(text.lines().count(), 1);
        assert_eq!(Bundle::read(&text).as_ref(), Some(&bundle), "{main}");
        bundle.modules.clear();
        let text = bundle.write().unwrap();
        assert_eq!(Bundle::read(&text).as_ref(), Some(&bundle), "{main}");
        let script = oakc_script::Script::parse(&text);
        assert_eq!(script.syntax_errors, [], "{main}");
    }
}

#[test]
fn a_script_that_looks_up_its_receiver_comes_back_and_no_text_is_there_twice() {
    let mut bundle = logged("import own\n");
    let without = bundle.write().unwrap();
    let Logged { settings, file, .. } = bundle.logged.unwrap();
    bundle.logged = Some(Logged::new(settings, &file, "log", Some("dns")));
    let text = bundle.write().unwrap();
    assert_eq!(text.len(), without.len());
    assert_eq!(Bundle::read(&text).as_ref(), Some(&bundle));
    bundle.modules.remove("oakc.dns");
    let text = bundle.write().unwrap();
    assert_eq!(Bundle::read(&text).as_ref(), Some(&bundle));
}

#[test]
fn the_digest_of_the_build_is_put_into_the_setting_and_nowhere_else() {
    let mut bundle = logged("x = ', \"build\": \"----------------\"'\n");
    let mut text = bundle.write().unwrap().into_bytes();
    assert!(logged::stamp(&mut text, "0123456789abcdef0123"));
    let settings = &mut bundle.logged.as_mut().unwrap().settings;
    settings[1].1 = Value::Str("0123456789abcdef".to_owned());
    assert_eq!(Bundle::of_asset(&text), Some(bundle));
    assert!(!logged::stamp(&mut text, "0123456789abcdef0123"));
    let mut other = *b"x = {1: 2, \"build\": \"----------------\"}";
    assert!(!logged::stamp(&mut other, "0123456789abcdef"));
}

proptest! {
    #[test]
    fn any_script_that_sends_its_log_comes_back(main in any::<String>(), file in any::<String>(), cut in 0usize..60_000) {
        let mut bundle = logged(&main);
        bundle.logged.as_mut().unwrap().file = file;
        let text = bundle.write().unwrap();
        prop_assert_eq!(Bundle::read(&text), Some(bundle));
        if let Some(part) = text.get(..cut) && cut < text.len() {
            prop_assert_eq!(Bundle::read(part), None);
        }
    }
}
