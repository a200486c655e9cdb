//! Scripts run by `oakc_python` as on the camera: what they can import, print and raise.

use std::time::Duration;

use oakc_python::{Job, Outcome, Processor, Raised};
use oakc_tests::interpreter::interpreter;

fn run(job: &Job<'_>) -> Option<Outcome> {
    Some(job.run(&interpreter()?).unwrap())
}

fn raised(script: &str, processor: Processor) -> Option<Raised> {
    let outcome = run(&Job::new(script, "report.py", processor))?;
    Some(outcome.raised.expect(script))
}

#[test]
fn a_script_runs_in_a_module_named_lpb_and_what_it_prints_is_kept() {
    let script = "import sys\nprint(__name__, sys.modules['lpb'].__dict__ is globals())\nprint('e', file=sys.stderr)\n";
    let Some(outcome) = run(&Job::new(script, "report.py", Processor::Mss)) else {
        return;
    };
    assert_eq!((outcome.raised, outcome.expired), (None, false));
    assert_eq!((&*outcome.stdout, &*outcome.stderr), ("lpb True\n", "e\n"));
}

#[test]
fn an_exception_is_reported_with_the_lines_of_the_script_alone() {
    let script = "    def f():\n        raise ValueError('no')\n    f()\n";
    let Some(raised) = raised(script, Processor::Mss) else {
        return;
    };
    assert_eq!((&*raised.class, &*raised.message), ("ValueError", "no"));
    let frames = raised.frames.iter();
    let frames: Vec<_> = frames.map(|f| (&*f.file, f.line, &*f.function)).collect();
    assert_eq!(
        frames,
        [("report.py", 3, "<module>"), ("report.py", 2, "f")]
    );
    assert!(
        raised.traceback.ends_with("ValueError: no\n"),
        "{}",
        raised.traceback
    );
}

#[test]
fn a_syntax_error_is_reported_like_any_other_exception() {
    let Some(raised) = raised("x = (\n", Processor::Mss) else {
        return;
    };
    assert_eq!(raised.class, "SyntaxError");
    assert!(
        raised.traceback.contains("File \"report.py\", line 1"),
        "{}",
        raised.traceback
    );
}

#[test]
fn a_script_can_import_what_its_processor_has_and_nothing_else() {
    let try_all = "for name in NAMES.split():\n    try:\n        __import__(name)\n    except ImportError as error:\n        \
                   print(error)\n    else:\n        print('has', name)\n";
    let names = "time json threading os.path random socket http.client http.server email.mime.text logging importlib zlib \
                 ssl typing numpy subprocess _imp zipimport json.tool encodings.cp437 traceback warnings";
    let script = format!("NAMES = '{names}'\n{try_all}");
    for (processor, missing) in [
        (
            Processor::Mss,
            "random socket http.client http.server email.mime.text logging importlib zlib ssl typing numpy \
                          subprocess _imp zipimport json.tool encodings.cp437 traceback warnings",
        ),
        (
            Processor::Css,
            "importlib zlib ssl typing numpy subprocess _imp zipimport json.tool encodings.cp437",
        ),
    ] {
        let Some(outcome) = run(&Job::new(&script, "report.py", processor)) else {
            return;
        };
        let lacks: Vec<_> = outcome
            .stdout
            .lines()
            .filter(|line| !line.starts_with("has "))
            .collect();
        assert_eq!(
            lacks.len(),
            missing.split_whitespace().count(),
            "{processor:?}: {lacks:#?}"
        );
        for name in missing.split_whitespace() {
            assert!(
                !outcome.stdout.contains(&format!("has {name}\n")),
                "{processor:?} {name}"
            );
        }
    }
}

#[test]
fn the_library_offers_nothing_for_which_the_camera_lacks_a_module() {
    let script = "import http.client\nprint(hasattr(http.client, 'HTTPSConnection'))\ntry:\n    'x'.encode('cp437')\n\
                  except LookupError as error:\n    print(error)\n";
    let Some(outcome) = run(&Job::new(script, "report.py", Processor::Css)) else {
        return;
    };
    assert_eq!(
        outcome.stdout, "False\nunknown encoding: cp437\n",
        "{outcome:?}"
    );
}

#[test]
fn a_setup_gives_a_script_names_and_modules_and_may_import_anything() {
    let setup = "import types, zlib\ngiven = {'node': types.SimpleNamespace(size=lambda: zlib.crc32(b'x'))}\n\
                 modules = {'GPIO': types.ModuleType('GPIO')}\n";
    let mut job = Job::new(
        "import GPIO\nprint(node.size(), GPIO.__name__)\nimport zlib\n",
        "report.py",
        Processor::Mss,
    );
    job.setup = Some(setup);
    let Some(outcome) = run(&job) else { return };
    assert_eq!(outcome.stdout, "2363233923 GPIO\n");
    assert_eq!(outcome.raised.unwrap().message, "No module named 'zlib'");
}

#[test]
fn a_script_that_runs_forever_is_ended() {
    let mut job = Job::new(
        "print('begun', flush=True)\nwhile True:\n    pass\n",
        "report.py",
        Processor::Mss,
    );
    job.limit = Duration::from_secs(3);
    let Some(outcome) = run(&job) else { return };
    assert!(outcome.expired);
    assert_eq!(outcome.stdout, "begun\n");
}

#[test]
fn a_script_that_ends_the_process_is_told_from_one_that_ends() {
    let script =
        "import os\nprint('last', file=__import__('sys').stderr, flush=True)\nos._exit(3)\n";
    let Some(interpreter) = interpreter() else {
        return;
    };
    let error = Job::new(script, "report.py", Processor::Mss)
        .run(&interpreter)
        .unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("last") && error.contains("ended before the script did"),
        "{error}"
    );
}
