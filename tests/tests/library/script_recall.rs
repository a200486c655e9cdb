//! Of programs that die in CPython 3.9, how many `oakc lint` finds, and at the right line.
//!
//! `tests/reference/script_mutants.py` breaks programs that run, runs them beside the real library's
//! classes, and writes down which die and where. Each is then the program of a node whose links carry what
//! the program was given, and all rules look at it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use oakc_check::compile;
use oakc_core::Source;
use oakc_core::config::Levels;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_diag::{Diagnostic, Diagnostics, Severity, SourceMap};
use oakc_tests::python39::python39;
use oakc_tests::reference::{folder, target};
use oakc_tests::world::TestWorld;

/// Ways to break a program.
const WAYS: usize = 20;

/// One broken program.
struct Mutant {
    name: String,
    way: String,
    exception: String,
    line: usize,
    script: String,
    message: String,
    text: String,
}

/// A port of a program: its direction, its name, and the class of its messages.
type Port = (String, String, String);

/// How many mutants of a way die, and how many of them are found at the line where they do.
#[derive(Default)]
struct Row {
    die: usize,
    found: usize,
}

#[test]
fn nine_of_ten_programs_that_die_are_found_at_the_right_line() {
    let Some(mutants) = mutants() else { return };
    let ports = ports(&mutants);
    let unbroken: BTreeMap<String, BTreeSet<(String, usize)>> = scripts()
        .iter()
        .map(|path| {
            let name = file_name(path);
            let found = findings(&fs::read_to_string(path).unwrap(), &ports[&name]);
            let mut errors = found
                .iter()
                .filter(|(severity, ..)| *severity == Severity::Error);
            assert_eq!(errors.next(), None, "{name} runs");
            let found = found
                .into_iter()
                .map(|(_, rule, lines)| (rule, *lines.start()));
            (name, found.collect())
        })
        .collect();
    let mut table: BTreeMap<String, Row> = BTreeMap::new();
    let mut missed = String::new();
    for mutant in read(&mutants) {
        let found = findings(&mutant.text, &ports[&mutant.script]).into_iter();
        let mut found = found.filter(|(_, rule, lines)| {
            !unbroken[&mutant.script].contains(&(rule.clone(), *lines.start()))
        });
        let is_found = found.any(|(_, _, lines)| lines.contains(&mutant.line));
        let row = table.entry(mutant.way.clone()).or_default();
        row.die += 1;
        row.found += usize::from(is_found);
        if !is_found {
            let Mutant {
                name,
                way,
                exception,
                line,
                script,
                message,
                ..
            } = mutant;
            _ = writeln!(
                missed,
                "{name} {script}:{line} {exception}: {message} ({way})"
            );
        }
    }
    assert_eq!(table.len(), WAYS, "ways of which a mutant dies");
    let die: usize = table.values().map(|row| row.die).sum();
    let found: usize = table.values().map(|row| row.found).sum();
    let report = report(&table, die, found);
    println!("{report}\nnot found:\n{missed}");
    fs::write(target().join("script-recall.txt"), &report).unwrap();
    assert!(die > 500, "only {die} mutants die");
    assert!(found * 10 >= die * 9, "{report}\nnot found:\n{missed}");
}

fn report(table: &BTreeMap<String, Row>, die: usize, found: usize) -> String {
    let mut text = format!(
        "{:32} {:>5} {:>5}\n",
        "way to break a program", "die", "found"
    );
    for (way, row) in table {
        _ = writeln!(text, "{way:32} {:5} {:5}", row.die, row.found);
    }
    let share =
        100.0 * f64::from(u32::try_from(found).unwrap()) / f64::from(u32::try_from(die).unwrap());
    _ = writeln!(text, "{:32} {die:5} {found:5}  {share:.1} %", "all");
    text
}

type Found = (Severity, String, std::ops::RangeInclusive<usize>);

/// The errors and warnings in a program of a node with these ports, with the lines that they are about.
fn findings(text: &str, ports: &[Port]) -> Vec<Found> {
    let mut files = MemoryWorld::default();
    files.insert("script.py", text.as_bytes());
    let app = application(ports);
    let source = Source {
        name: "app.toml",
        text: &app,
        language: Language::Toml,
        profile: None,
        params: &[],
        overrides: &[],
        levels: &Levels::default(),
    };
    let mut sources = SourceMap::new();
    let mut found = Diagnostics::new();
    let world = TestWorld::new(folder(), files);
    let _ = compile(&source, &world, &mut sources, &mut found);
    let place = |diagnostic: &Diagnostic| {
        let span = diagnostic.place()?;
        let file = sources.get(span.file)?;
        let line = |offset| file.position(offset).line;
        let is_told = file.name() == "script.py" && diagnostic.severity != Severity::Info;
        let lines = line(span.start)..=line(span.end);
        is_told.then(|| (diagnostic.severity, diagnostic.rule.name.to_owned(), lines))
    };
    found.iter().filter_map(place).collect()
}

/// An application whose links carry these messages.
fn application(ports: &[Port]) -> String {
    let mut script =
        "[nodes.script]\ntype = \"Script\"\nsource = \"script.py\"\nprocessor = \"LEON_CSS\"\n"
            .to_owned();
    let mut others = String::new();
    for (direction, name, class) in ports {
        if direction == "in" {
            let (kind, output) = sender(class);
            _ = writeln!(script, "inputs.{name} = \"to_{name}.{output}\"");
            _ = write!(others, "\n[nodes.to_{name}]\ntype = \"{kind}\"\n");
        } else {
            let (kind, input) = receiver(class);
            _ = write!(
                others,
                "\n[nodes.from_{name}]\ntype = \"{kind}\"\ninputs.{input} = \"script.{name}\"\n"
            );
        }
    }
    script + &others
}

/// A node kind and its output that sends messages of a class and no others.
fn sender(class: &str) -> (&'static str, &'static str) {
    match class {
        "ImgFrame" => ("MonoCamera", "out"),
        "ImgDetections" => ("MobileNetDetectionNetwork", "out"),
        "SpatialImgDetections" => ("MobileNetSpatialDetectionNetwork", "out"),
        "NNData" => ("NeuralNetwork", "out"),
        "Tracklets" => ("ObjectTracker", "out"),
        "TrackedFeatures" => ("FeatureTracker", "outputFeatures"),
        "IMUData" => ("IMU", "out"),
        "SpatialLocationCalculatorData" => ("SpatialLocationCalculator", "out"),
        "Buffer" => ("SPIIn", "out"),
        other => panic!("which node sends {other}?"),
    }
}

/// A node kind and its input that takes messages of a class.
fn receiver(class: &str) -> (&'static str, &'static str) {
    match class {
        "ImgFrame" => ("ImageManip", "inputImage"),
        "ImageManipConfig" => ("ImageManip", "inputConfig"),
        "CameraControl" => ("ColorCamera", "inputControl"),
        "StereoDepthConfig" => ("StereoDepth", "inputConfig"),
        "SpatialLocationCalculatorConfig" => ("SpatialLocationCalculator", "inputConfig"),
        "Buffer" => ("SPIOut", "in"),
        "NNData" => ("DetectionParser", "in"),
        other => panic!("which node takes {other}?"),
    }
}

fn scripts() -> Vec<PathBuf> {
    let scripts = fs::read_dir(folder().join("scripts")).unwrap();
    let mut scripts: Vec<_> = scripts.map(|entry| entry.unwrap().path()).collect();
    scripts.sort();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    for example in ["hand-detector/hands.py", "tcp-streaming/stream.py"] {
        scripts.push(examples.join(example));
    }
    scripts
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// The folder with the mutants; none where CPython 3.9 is not to be had.
fn mutants() -> Option<PathBuf> {
    let mut python = python39()?;
    let mutants = target().join("script-mutants");
    python.arg(folder().join("script_mutants.py"));
    let output = python.arg(&mutants).args(scripts()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    Some(mutants)
}

fn lines(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    let words = |line: &str| line.split('\t').map(str::to_owned).collect();
    text.lines().map(words).collect()
}

/// The ports of each script.
fn ports(mutants: &Path) -> BTreeMap<String, Vec<Port>> {
    let mut ports: BTreeMap<String, Vec<Port>> = BTreeMap::new();
    for line in lines(&mutants.join("ports.tsv")) {
        let [script, direction, name, class] = line.try_into().unwrap();
        ports
            .entry(script)
            .or_default()
            .push((direction, name, class));
    }
    ports
}

fn read(mutants: &Path) -> Vec<Mutant> {
    let index = lines(&mutants.join("index.tsv")).into_iter();
    let mutants = index.map(|line| {
        let [name, way, exception, line, script, message] = line.try_into().unwrap();
        Mutant {
            text: fs::read_to_string(mutants.join(&name)).unwrap(),
            name,
            way,
            exception,
            line: line.parse().unwrap(),
            script,
            message,
        }
    });
    mutants.collect()
}
