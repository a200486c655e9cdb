//! Shapes of imports, each run by CPython as files that lie beside each other and as the one text that goes into a
//! package: both print the same, and end with the same traceback.
//!
//! They are in `own_modules.txt`: a name behind `==`, and files behind `--`, of which the first is the script. `␍` is a
//! carriage return.

use std::fs;
use std::path::Path;

use oakc_core::bundle::ASSET;
use oakc_core::config::Levels;
use oakc_core::modules::{Library, OwnModules, Places};
use oakc_core::syntax::Language;
use oakc_core::world::{MemoryWorld, World};
use oakc_core::{Application, Source};
use oakc_diag::{Diagnostics, SourceMap};
use oakc_python::{Job, Outcome, Processor};
use oakc_tests::interpreter::interpreter;

const SHAPES: &str = include_str!("own_modules.txt");

/// A name, and files: the first is the script.
type Shape = (String, Vec<(String, String)>);

fn shapes() -> Vec<Shape> {
    let shapes = parts(SHAPES, "== ").into_iter();
    let shapes = shapes.map(|(name, files)| (name.to_owned(), parts(files, "-- ")));
    let shapes = shapes.map(|(name, files)| {
        let files = files.into_iter();
        let files = files.map(|(path, text)| (path.to_owned(), text.replace('␍', "\r")));
        (name, files.collect())
    });
    shapes.collect()
}

/// The lines that begin with `mark`, each with the lines up to the next one.
fn parts<'a>(text: &'a str, mark: &str) -> Vec<(&'a str, &'a str)> {
    let mut starts: Vec<usize> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with(mark) {
            starts.push(offset);
        }
        offset += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let parts = starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| &text[start + mark.len()..end]);
    parts.map(|part| part.split_once('\n').unwrap()).collect()
}

fn run(job: &Job<'_>) -> Outcome {
    job.run(&interpreter().unwrap()).unwrap()
}

/// The same script as one text.
fn bundled(files: &[(String, String)]) -> String {
    let world = files
        .iter()
        .map(|(path, text)| (path.as_str(), text))
        .collect::<MemoryWorld>();
    let places = Places {
        folders: &[String::new()],
        on_css: false,
        library: &Library::default(),
    };
    let (_, main) = files.first().unwrap();
    let own = OwnModules::find(main, places, &mut |path| world.read(path));
    own.and_then(|own| own.bundled()).unwrap()
}

/// What happened, with the paths of the folder as they are in a package.
fn told(outcome: Outcome, folder: &Path) -> (String, String) {
    let folder = folder.display().to_string();
    let bare = |text: &str| {
        text.replace(&format!("{folder}/"), "")
            .replace(&folder, ".")
    };
    let raised = outcome.raised.map_or_else(String::new, |raised| {
        let frames = raised.frames.iter();
        let frames = frames.map(|at| format!("{}:{} {}\n", at.file, at.line, at.function));
        let frames: String = frames.collect();
        format!("{frames}{}: {}", raised.class, raised.message)
    });
    assert!(!outcome.expired);
    (bare(&outcome.stdout), bare(&raised))
}

/// What a shape does differently in the two forms.
fn difference((name, files): &Shape) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap();
    for (file, text) in files {
        let file = path.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let (script, main) = &files[0];
    let mut as_files = Job::new(main, script, Processor::Mss);
    as_files.paths = vec![path.clone()];
    as_files.folder = Some(&path);
    let text = bundled(files);
    let as_one = Job::new(&text, script, Processor::Mss);
    let expected = told(run(&as_files), &path);
    let found = told(run(&as_one), &path);
    assert!(
        !expected.0.is_empty() || !expected.1.is_empty(),
        "{name} says nothing"
    );
    (found != expected).then(|| format!("{name}: {found:?}\ninstead of {expected:?}\n"))
}

#[test]
fn a_script_with_its_modules_in_it_does_what_it_does_beside_them() {
    if interpreter().is_none() {
        return;
    }
    let shapes = shapes();
    assert!(shapes.len() >= 40);
    let (some, others) = shapes.split_at(shapes.len() / 2);
    let found = std::thread::scope(|scope| {
        let halves = [some, others].map(|shapes| {
            scope.spawn(move || shapes.iter().filter_map(difference).collect::<String>())
        });
        halves.map(|half| half.join().unwrap()).concat()
    });
    assert_eq!(found, "");
}

fn files(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let files = files.iter();
    files
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}

#[test]
fn modules_see_what_the_camera_gives_the_script() {
    if interpreter().is_none() {
        return;
    }
    let module = "def f():\n    node.warn(GPIO.name)\n";
    let text = bundled(&files(&[("s.py", "import a\na.f()\n"), ("a.py", module)]));
    let setup = "from types import SimpleNamespace as S\ngiven = {'node': S(warn=print), 'GPIO': S(name='pin')}\n";
    let mut job = Job::new(&text, "s.py", Processor::Mss);
    job.setup = Some(setup);
    let outcome = run(&job);
    assert_eq!((outcome.stdout.as_str(), outcome.raised), ("pin\n", None));
}

#[test]
fn a_script_that_starts_again_in_the_same_interpreter_gets_new_modules() {
    if interpreter().is_none() {
        return;
    }
    let script = "import a\na.n += 1\nprint(a.n, name)\n";
    let text = bundled(&files(&[("s.py", script), ("a.py", "n = 0\n")]));
    let again = "for name in 'one', 'two':\n    exec(compile(TEXT, 's.py', 'exec'), {'__name__': 'lpb', 'name': name})\n";
    let setup = format!("given = {{'TEXT': {}}}\n", serde_json::Value::from(text));
    let mut job = Job::new(again, "t.py", Processor::Mss);
    job.setup = Some(&setup);
    assert_eq!(run(&job).stdout, "1 one\n1 two\n");
}

const PARAMS: &str = "\
[params]
flag = true
count = -3
ratio = 2.0
text = \"a'\\\"\\n\\u00e4${count}\"
list = [1, \"two\", 3.5, false]
table = { key = \"value\", inner = { number = 1 } }
password = { secret = true, value = \"correct-horse\" }

[nodes.s]
type = \"Script\"
source = \"s.py\"
";

/// The script of an application with params, as it is in the package.
fn with_params(script: &str) -> String {
    let world = [("s.py", script)].into_iter().collect::<MemoryWorld>();
    let source = Source {
        name: "app.toml",
        text: PARAMS,
        language: Language::Toml,
        profile: None,
        params: &[],
        overrides: &[],
        levels: &Levels::default(),
    };
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let application = Application::read(&source, &world, &mut sources, &mut diagnostics).unwrap();
    let checked = application.into_checked(&diagnostics).unwrap();
    let (_, node) = checked.graph().nodes().next().unwrap();
    String::from_utf8(node.assets[ASSET].bytes.to_vec()).unwrap()
}

/// However a script begins, it gets values with their types, and its lines keep their numbers.
#[test]
fn params_have_their_types_and_move_no_line() {
    const BODY: [&str; 4] = [
        "from oakc import params as p",
        "for v in p.flag, p.count, p.ratio, p.text, p.list, p.table, p.password:",
        "    print(type(v).__name__, ascii(v))",
        "raise ValueError(__doc__)",
    ];
    const PRINTED: &str = "\
bool True
int -3
float 2.0
str 'a\\'\"\\n\\xe4-3'
list [1, 'two', 3.5, False]
dict {'key': 'value', 'inner': {'number': 1}}
str 'correct-horse'
";
    const FUTURE: &str = "\
import sys
future = type(sys)('__future__')
future.annotations = None
modules = {'__future__': future}
";
    if interpreter().is_none() {
        return;
    }
    for (head, margin, doc) in [
        ("", "", "None"),
        ("\"\"\"Docs\nin lines.\"\"\"\n", "", "Docs\nin lines."),
        ("from __future__ import annotations\n", "", "None"),
        ("'Docs.'\nfrom __future__ import annotations\n", "", "Docs."),
        ("#!/usr/bin/python3\n# -*- coding: utf-8 -*-\n", "", "None"),
        ("\n    # indented\n", "    ", "None"),
    ] {
        let body: String = BODY.map(|line| format!("{margin}{line}\n")).concat();
        let script = format!("{head}{body}");
        let last = script.lines().count();
        let text = with_params(&script);
        let mut job = Job::new(&text, "s.py", Processor::Mss);
        // The camera is not known to have this module, and scripts with it must be left as they are all the same.
        job.setup = Some(FUTURE);
        let outcome = run(&job);
        assert_eq!(outcome.stdout, PRINTED, "{script}");
        let raised = outcome.raised.unwrap();
        assert_eq!(raised.message, doc, "{script}");
        let lines: Vec<_> = raised.frames.iter().map(|at| at.line as usize).collect();
        assert_eq!(lines, [last], "{script}");
    }
}
