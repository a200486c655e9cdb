//! Inputs of which there is a lot of one thing, in any size: the benchmark and the test of how time grows with
//! size work through the same ones.

use std::fmt::Write as _;
use std::hint::black_box;

use oakc_check::examine;
use oakc_core::Source;
use oakc_core::bundle::Bundle;
use oakc_core::config::Levels;
use oakc_core::modules::{Library, OwnModules, Places};
use oakc_core::syntax::Language;
use oakc_core::world::{MemoryWorld, World};
use oakc_diag::render::{HumanOptions, human};
use oakc_diag::{Diagnostics, SourceMap};
use oakc_import::import;

use crate::import::{options, original};
use crate::package::build_unchecked;

/// Something to measure; everything that it needs is ready.
pub type Work = Box<dyn Fn()>;

/// A kind of input.
pub struct Kind {
    /// What there is a lot of.
    pub name: &'static str,
    /// How many of them to begin with: enough that something quadratic outweighs everything else at four times as
    /// many.
    pub count: usize,
    /// Makes an input of a size.
    pub prepare: fn(usize) -> Work,
}

const fn kind(name: &'static str, count: usize, prepare: fn(usize) -> Work) -> Kind {
    Kind {
        name,
        count,
        prepare,
    }
}

/// All of them.
pub const KINDS: &[Kind] = &[
    kind("inputs of one Script", 2_000, |n| checked(inputs(n))),
    kind("outputs of one Script", 1_000, |n| checked(outputs(n))),
    kind("inputs that wait for one Script", 2_000, |n| {
        checked(unsent(n))
    }),
    kind("global statements", 2_000, |n| checked(globals(n))),
    kind("names of one global statement", 2_000, |n| {
        checked(global_names(n))
    }),
    kind("links to unknown nodes", 1_000, |n| {
        checked(unknown_nodes(n))
    }),
    kind("members of one Sync", 1_000, |n| checked(members(n))),
    kind("functions that call each other", 2_000, |n| {
        checked(chain(n))
    }),
    kind("functions that all call the same ones", 1_000, |n| {
        checked(mutual(n))
    }),
    kind("problems in one line", 1_000, |n| checked(problems(n))),
    kind("problems in one script", 1_000, |n| checked(undefined(n))),
    kind("own modules", 100, own_modules),
    kind("comments that allow rules", 2_000, |n| checked(comments(n))),
    kind("comments in a row", 4_000, |n| {
        checked(comments_in_a_row(n))
    }),
    kind("comments in one statement", 4_000, |n| {
        checked(comments_in_one_statement(n))
    }),
    kind("nodes that extend those of a base", 500, |n| {
        extended(&nodes(n), nodes(n))
    }),
    kind("removed nodes", 2_000, |n| extended(&removing(n), nodes(n))),
    kind("removed nodes that are not there", 2_000, |n| {
        extended(&removing(n), String::new())
    }),
    kind("imported nodes", 500, |n| imported(&encoders(n))),
    kind("imported chains", 250, |n| imported(&chains(n))),
    kind("imported inputs of one Script", 1_000, |n| {
        imported(&script_inputs(n))
    }),
    kind("imported links to one input", 500, |n| {
        imported(&one_input(n))
    }),
    kind("imported streams to a host", 500, |n| imported(&streams(n))),
    kind("imported streams from a host", 500, |n| {
        imported(&host_inputs(n))
    }),
];

/// Nodes that are cheap to check.
fn nodes(count: usize) -> String {
    let node = |n| format!("[nodes.n{n}]\ntype = \"Script\"\ncode = \"pass\"\n");
    (0..count).map(node).collect()
}

/// A list of nodes to remove.
fn removing(count: usize) -> String {
    let paths = (0..count).map(|n| format!("\"nodes.n{n}\", "));
    format!("remove = [{}]\n[nodes]\n", paths.collect::<String>())
}

/// The findings as people get them, of an application that extends a base.
fn extended(text: &str, base: String) -> Work {
    let world = MemoryWorld::from_iter([("base.toml", base)]);
    checked_in(format!("extends = \"base.toml\"\n{text}"), world)
}

/// The findings as people get them.
fn checked(text: String) -> Work {
    checked_in(text, MemoryWorld::default())
}

fn checked_in(text: String, world: MemoryWorld) -> Work {
    Box::new(move || {
        let source = Source {
            name: "app",
            text: black_box(&text),
            language: Language::Toml,
            profile: None,
            params: &[],
            overrides: &[],
            levels: &Levels::default(),
        };
        let (mut sources, mut diagnostics) = (SourceMap::default(), Diagnostics::new());
        examine(&source, &world, &mut sources, &mut diagnostics).unwrap();
        black_box(human(&diagnostics, &sources, HumanOptions::default()));
    })
}

/// The import of a package, with its proof.
fn imported(text: &str) -> Work {
    let package = build_unchecked(text, Language::Toml, &MemoryWorld::default()).unwrap();
    Box::new(move || {
        let original = original(black_box(&package)).unwrap();
        let imported = import(original, options(Language::Toml));
        assert_eq!(imported.differences(), Vec::<String>::new());
    })
}

const CAMERA: &str = "[nodes.c]\ntype = \"ColorCamera\"\n";

/// Each module imports the next one, and all of them end up in one script.
fn own_modules(count: usize) -> Work {
    let module = |n: usize| {
        let next = n.saturating_add(1);
        let text = format!(
            "import m{next}\ndef f{n}(x):\n    x.a{n} = m{next}.f{next}(x)\n    return x\n"
        );
        (format!("m{n}.py"), text)
    };
    let world: MemoryWorld = (0..count).map(module).collect();
    Box::new(move || {
        let folders = [String::new()];
        let library = Library::default();
        let places = Places {
            folders: &folders,
            on_css: false,
            library: &library,
        };
        let found = OwnModules::find("import m0\n", places, &mut |path| world.read(path));
        let text = found.and_then(|own| own.bundled()).unwrap_or_default();
        black_box(Bundle::read(&text));
    })
}

fn each(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        text.write_str(&line(number)).unwrap();
        text
    })
}

fn script(name: &str, program: &str) -> String {
    format!("[nodes.{name}]\ntype = \"Script\"\ncode = '''\n{program}'''\n")
}

fn inputs(count: usize) -> String {
    let reads = each(count, |n| format!("    node.io['a{n}'].get()\n"));
    let links = each(count, |n| format!("inputs.a{n} = \"c.video\"\n"));
    CAMERA.to_owned() + &script("s", &format!("while True:\n{reads}")) + &links
}

fn outputs(count: usize) -> String {
    let sends = each(count, |n| format!("    node.io['a{n}'].send(b)\n"));
    let links = each(count, |n| format!("inputs.i{n} = \"s.a{n}\"\n"));
    let program = format!("b = Buffer(1)\nwhile True:\n    node.io['i0'].get()\n{sends}");
    script("s", &program) + &script("t", "while True:\n    node.io['i0'].get()\n") + &links
}

/// A Script that sends nothing, and one that waits for it everywhere.
fn unsent(count: usize) -> String {
    let reads = each(count, |n| format!("    node.io['i{n}'].get()\n"));
    let links = each(count, |n| format!("inputs.i{n} = \"s.a{n}\"\n"));
    script("s", "pass\n") + &script("t", &format!("while True:\n{reads}")) + &links
}

fn globals(count: usize) -> String {
    let lines = each(count, |n| format!("    global a{n}\n    a{n} = {n}\n"));
    let program = format!("def f():\n{lines}while True:\n    node.io['a'].get()\n    f()\n");
    CAMERA.to_owned() + &script("s", &program) + "inputs.a = \"c.video\"\n"
}

fn global_names(count: usize) -> String {
    let names = each(count, |n| format!("a{n}, "));
    let program = format!("def f():\n    global {names}z\n    z = 1\nf()\n");
    script("s", &program)
}

fn unknown_nodes(count: usize) -> String {
    each(count, |n| {
        format!("[nodes.n{n}]\ntype = \"VideoEncoder\"\ninputs.in = \"x{n}.video\"\n")
    })
}

fn members(count: usize) -> String {
    let links = each(count, |n| format!("inputs.a{n} = \"c.video\"\n"));
    let encoders = each(count, |n| {
        format!("[nodes.e{n}]\ntype = \"VideoEncoder\"\ninputs.in = \"d.a{n}\"\n")
    });
    let demux = "[nodes.d]\ntype = \"MessageDemux\"\ninputs.input = \"y.out\"\n";
    format!("{CAMERA}[nodes.y]\ntype = \"Sync\"\n{links}{demux}{encoders}")
}

fn chain(count: usize) -> String {
    let functions = each(count, |n| format!("def f{n}():\n    f{}()\n", n + 1));
    let last = format!("def f{count}():\n    pass\n");
    let end = "while True:\n    node.io['a'].get()\n    f0()\n";
    CAMERA.to_owned() + &script("s", &(functions + &last + end)) + "inputs.a = \"c.video\"\n"
}

/// Functions that call those before and after them, and send.
fn mutual(count: usize) -> String {
    let functions = each(count, |n| {
        let (before, after) = ((n + count - 1) % count, (n + 1) % count);
        format!("def f{n}(b):\n    f{before}(b)\n    f{after}(b)\n    node.io['o'].send(b)\n")
    });
    let end = "while True:\n    f0(node.io['a'].get())\n";
    let watch = script("t", "while True:\n    node.io['i'].get()\n") + "inputs.i = \"s.o\"\n";
    CAMERA.to_owned() + &script("s", &(functions + end)) + "inputs.a = \"c.video\"\n" + &watch
}

fn problems(count: usize) -> String {
    let nodes = each(count, |n| format!("n{n} = {{ type = \"ColorCamra\" }}, "));
    format!("nodes = {{ {} }}\n", nodes.trim_end_matches(", "))
}

fn undefined(count: usize) -> String {
    script("s", &each(count, |n| format!("print(a{n})\n")))
}

fn comments(count: usize) -> String {
    let lines = each(count, |n| {
        format!("print(a{n})  # oakc: allow(undefined-name)\n")
    });
    script("s", &lines)
}

fn comments_in_a_row(count: usize) -> String {
    let lines = each(count, |_| "# oakc: allow(undefined-name)\n".to_owned());
    script("s", &format!("pass\n{lines}print(a)\n"))
}

fn comments_in_one_statement(count: usize) -> String {
    let lines = each(count, |n| {
        format!("    a{n},  # oakc: allow(undefined-name)\n")
    });
    script("s", &format!("a = [\n{lines}]\n"))
}

fn encoders(count: usize) -> String {
    CAMERA.to_owned()
        + &each(count, |n| {
            format!("[nodes.e{n}]\ntype = \"VideoEncoder\"\ninputs.in = \"c.video\"\n")
        })
}

/// Cameras with an encoder and a script each, all different.
fn chains(count: usize) -> String {
    each(count, |n| {
        format!("[nodes.c{n}]\ntype = \"ColorCamera\"\nfps = {}\n", n + 1)
            + &format!(
                "[nodes.e{n}]\ntype = \"VideoEncoder\"\nbitrate = {n}\ninputs.in = \"c{n}.video\"\n"
            )
            + &script(&format!("s{n}"), "pass\n")
            + &format!("inputs.a = \"e{n}.bitstream\"\n")
    })
}

fn script_inputs(count: usize) -> String {
    let links = each(count, |n| format!("inputs.a{n} = \"c.video\"\n"));
    CAMERA.to_owned() + &script("s", "pass\n") + &links
}

fn one_input(count: usize) -> String {
    let cameras = each(count, |n| format!("[nodes.c{n}]\ntype = \"ColorCamera\"\n"));
    let from = each(count, |n| format!("\"c{n}.video\", "));
    format!("{cameras}{}inputs.a = [{from}]\n", script("s", "pass\n"))
}

fn streams(count: usize) -> String {
    let outputs = each(count, |n| {
        format!(
            "[nodes.x{n}]\ntype = \"XLinkOut\"\nstream_name = \"x{n}\"\ninputs.in = \"c.video\"\n"
        )
    });
    format!(
        "{CAMERA}{outputs}{}inputs.a = \"c.video\"\n",
        script("s", "pass\n")
    )
}

fn host_inputs(count: usize) -> String {
    let inputs = each(count, |n| {
        format!("[nodes.x{n}]\ntype = \"XLinkIn\"\nstream_name = \"x{n}\"\n")
    });
    let from = each(count, |n| format!("\"x{n}.out\", "));
    format!("{inputs}[nodes.e]\ntype = \"EdgeDetector\"\ninputs.inputImage = [{from}]\n")
        + &script("s", "pass\n")
        + "inputs.a = \"e.outputImage\"\n"
}
