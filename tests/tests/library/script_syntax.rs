//! `oakc-script` compared with CPython: whatever the interpreter accepts has no syntax errors.
//!
//! The corpus is the standard library of the interpreter. If that is CPython 3.9 (`OAKC_PYTHON39` names
//! one), it decides as the camera does, and both have to refuse the same files. A newer one is asked to
//! parse with the grammar of 3.9.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use oakc_script::Script;
use oakc_tests::requirement::has_program;
use serde_json::Value;

/// Prints a line of JSON for each file of the standard library: its path, and whether it is refused.
const JUDGE: &str = r"
import ast, glob, json, os, sys, sysconfig, warnings
warnings.simplefilter('ignore')
root = sysconfig.get_paths()['stdlib']
print(json.dumps(list(sys.version_info[:2])))
for path in sorted(glob.glob(root + '/**/*.py', recursive=True)):
    if 'site-packages' in path or os.path.getsize(path) > 30000:
        continue
    try:
        text = open(path, encoding='utf-8', newline='').read()
    except ValueError:
        continue
    try:
        ast.parse(text, feature_version=(3, 9))
        compile(text, path, 'exec', dont_inherit=True)
        refused = False
    except (SyntaxError, ValueError):
        refused = True
    print(json.dumps([path, refused]))
";

#[test]
fn the_parser_accepts_and_refuses_what_cpython_does() {
    let python = std::env::var("OAKC_PYTHON39").unwrap_or_else(|_| "python3".to_owned());
    if !has_program(&python) {
        return;
    }
    let mut judge = Command::new(python)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut program = judge.stdin.take().unwrap();
    program.write_all(JUDGE.as_bytes()).unwrap();
    drop(program);
    let mut lines = BufReader::new(judge.stdout.take().unwrap()).lines();
    let version: (u32, u32) = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    let (mut compared, mut wrong) = (0, Vec::new());
    for line in lines {
        let verdict: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let path = verdict[0].as_str().unwrap();
        let refused = verdict[1].as_bool().unwrap();
        let found = Script::parse(&std::fs::read_to_string(path).unwrap()).syntax_errors;
        compared += 1;
        // `feature_version` lets some later syntax pass; only 3.9 itself is exact.
        let later = found
            .iter()
            .any(|error| error.message.contains("on Python 3.9"));
        let agrees = match (refused, found.is_empty()) {
            (false, false) => version > (3, 9) && later,
            (true, true) => version != (3, 9),
            _ => true,
        };
        if !agrees {
            wrong.push(format!(
                "{path}: CPython refuses it: {refused}; oakc finds {found:?}"
            ));
        }
    }
    assert!(judge.wait().unwrap().success());
    assert!(compared > 500, "only {compared} files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
