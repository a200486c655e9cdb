//! Usual slips are reported once, at the line that is wrong, with the reason.

use super::*;

/// The findings in a text, each as the marked text, its line, and what is said.
fn told(text: &str, language: Language) -> Vec<(String, usize, String)> {
    let mut found = Diagnostics::new();
    let mut sources = SourceMap::new();
    let file = sources.add("app", text);
    assert!(parse(file, text, language, &mut found).is_none(), "{text}");
    let tell = |it: &Diagnostic| {
        let span = it.place().unwrap();
        let line = 1 + text[..span.start].matches('\n').count();
        let help = it.help.clone().unwrap_or_default();
        (
            text[span.start..span.end].to_owned(),
            line,
            format!("{} {help}", it.message),
        )
    };
    found.iter().map(tell).collect()
}

fn assert_told(language: Language, cases: &[(&str, &str, usize, &str)]) {
    for (text, marked, line, words) in cases {
        let told = told(text, language);
        let [(found, at, said)] = told.as_slice() else {
            panic!("{text}: {told:?}");
        };
        assert_eq!((found.as_str(), *at), (*marked, *line), "{text}: {said}");
        assert!(said.contains(words), "{text}: {said}");
    }
}

#[test]
fn slips_in_yaml_are_explained() {
    const NODE: &str = "nodes:\n  cam:\n    type: ColorCamera\n";
    let node = |rest: &str| format!("{NODE}{rest}");
    let texts = [
        node("\tfps: 30\n"),
        node("   inputs:\n      in: a.b\n"),
        node("     fps: 3\n"),
        node("    code: |\n    import time\n    time.sleep(1)\n"),
        node("    code: |\n        import time\n      time.sleep(1)\n"),
        node("    code: |\n      import time\n    time.sleep(1)\n"),
        node("    camera: \"left\n    fps: 3\n"),
        node("    camera: 'it's'\n"),
        node("    fps:30\n"),
        node("    fps:30\n    id: 3\n"),
        node("    camera: value: x\n"),
        node("    fps = 30\n"),
        node("    color: @x\n"),
        node("    preview_size: [3, 4\n    fps: 3\n"),
        "[nodes.cam]\ntype = \"ColorCamera\"\n".to_owned(),
        "nodes:\n  cam: {type: ColorCamera\n  b: {type: MonoCamera}\n".to_owned(),
    ];
    let expected = [
        ("\t", 4, "with a tab"),
        ("inputs:", 4, "2 or 4 spaces"),
        ("fps: 3", 4, "`type`, which already has a value"),
        ("import time", 5, "the text of `code` must be indented"),
        ("time.sleep(1)", 6, "at least 8 spaces"),
        ("time.sleep(1)", 6, "at least 6 spaces"),
        ("\"left", 4, "a quote is not closed"),
        ("s'", 4, "write a quote twice"),
        (":", 4, "write `fps: 30`"),
        (":", 4, "write `fps: 30`"),
        (":", 4, "`camera: \"value: x\"`"),
        ("=", 4, "write `fps: 30`"),
        ("@", 4, "put the text in quotes"),
        ("[", 4, "add the closing `]`"),
        ("[nodes.cam]", 1, "a section of TOML"),
        ("{", 2, "add the closing `}`"),
    ];
    let cases = texts.iter().zip(expected);
    let cases: Vec<_> = cases
        .map(|(text, (marked, line, words))| (text.as_str(), marked, line, words))
        .collect();
    assert_told(Language::Yaml, &cases);
}

#[test]
fn slips_in_toml_are_explained() {
    assert_told(
        Language::Toml,
        &[
            (
                "[n]\ntype: \"Cam\"\nfps = 3\n",
                ":",
                2,
                "`:` instead of `=`",
            ),
            ("[n]\na = [1, 2\nfps = 30\n", "[", 2, "add the closing `]`"),
            ("[n]\na = [1, [2, 3]\n[m]\n", "[", 2, "add the closing `]`"),
            ("[n]\na = \"x\nb = 1\n", "", 2, "a string is not closed"),
            ("[n]\na = Cam\n", "Cam", 2, "put text in quotes"),
            ("[nodes.käm]\n", "ä", 1, "write `\"käm\"`"),
            ("[nodes.my cam]\n", "", 1, "write `\"my cam\"`"),
        ],
    );
    // Each line has its own.
    assert_eq!(told("a: 1\nb = 2\nc: 3\n", Language::Toml).len(), 2);
}

#[test]
fn a_key_gets_its_quotes_by_a_fix() {
    let text = "[nodes.käm]\ntype = \"ColorCamera\"\n";
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let file = sources.add("app.toml", text);
    assert!(parse(file, text, Language::Toml, &mut found).is_none());
    let fixed = oakc_diag::apply_fixes(&found, &sources, oakc_diag::Applicability::Safe);
    let fixed = &fixed.texts[&file];
    assert_eq!(fixed, "[nodes.\"käm\"]\ntype = \"ColorCamera\"\n");
    assert!(parse(file, fixed, Language::Toml, &mut Diagnostics::new()).is_some());
}
