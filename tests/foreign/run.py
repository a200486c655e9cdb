"""The command tests, with an oakc that was built for another system.

    python3 tests/foreign/run.py TARGET PROGRAM NATIVE [TEST…]

In: the target that a program was built for, the program, and oakc for this system; only the tests whose names begin so, if any
are named. Out: what cargo says of the tests, for each example whether both programs make the same of it, byte for byte, and
what one for Windows says of scripts. Exit code 1 if not, if it runs them, or if a test fails. Never: a test left out that
left_out.toml does not name, or a name there that no test has.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "ci" / "foreign"
COMMAND_TESTS = ["cargo", "test", "--quiet", "--workspace", "--test", "command"]

# How programs are run here that this system does not run by itself, and the address space that this takes, in MiB.
# Variables that name files mean them as Windows does.
WINE = """\
export WINEPREFIX="{work}/wine" WINEARCH=win64 WINEDEBUG=-all
[ -z "$OAKC_CACHE" ] || export OAKC_CACHE="Z:$OAKC_CACHE"
exec "{wine}" "{program}" "$@" """
START = {
    "x86_64-unknown-linux-musl": (None, 0),
    "aarch64-unknown-linux-musl": ('exec "{qemu}" "{program}" "$@"', 300),
    "x86_64-pc-windows-gnu": (WINE, 2000),
}

# By their paths, for some tests leave nothing in PATH.
EMULATORS = {"wine": shutil.which("wine"), "qemu": shutil.which("qemu-aarch64")}

# What both programs print and write of each example.
COMMANDS = [
    ["lint", "--format", "json"],
    ["lint", "--format", "sarif"],
    ["config", "--format", "json"],
    ["graph", "--format", "svg"],
    ["build", "--locked", "--manifest"],
]


def main():
    target, program, native, *wanted = sys.argv[1:]
    start, mebibytes = START[target]
    folder = WORK / target
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    foreign = Path(program).resolve()
    if start:
        foreign = wrapped(folder / "oakc", start.format(program=foreign, work=WORK, **EMULATORS))
    environment = {"OAKC_BIN": str(foreign), "OAKC_BIN_TARGET": target, "OAKC_BIN_MEBIBYTES": str(mebibytes)}
    with wine() if start == WINE else contextlib.nullcontext():
        same = [compare(example, folder, foreign, Path(native).resolve()) for example in examples()]
        refused = start != WINE or refuses_scripts(foreign)
        passed = run_tests(environment, left_out(target), wanted)
    sys.exit(0 if all(same) and refused and passed else 1)


def wrapped(script, command):
    script.write_text(f"#!/bin/sh\n{command}\n")
    script.chmod(0o755)
    return script


@contextlib.contextmanager
def wine():
    """A Windows 10, which is what programs that Rust builds need, with the library that wine 8 lacks."""
    environment = os.environ | {"WINEPREFIX": str(WORK / "wine"), "WINEARCH": "win64", "WINEDEBUG": "-all"}
    library = WORK / "wine" / "drive_c" / "windows" / "system32" / "bcryptprimitives.dll"
    zig = [shutil.which("python-zig") or "zig", "cc", "-target", "x86_64-windows-gnu", "-shared", "-nostdlib", "-o", library]

    def run(*command, check=True):
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, env=environment, check=check, **quiet)

    # A run that was ended by force has left its own behind, perhaps.
    run("wineserver", "--kill", check=False)
    run("wineboot", "--init")
    run("wine", "winecfg", "-v", "win10")
    run("wineserver", "--wait")
    run(*zig, HERE / "bcryptprimitives.c", "-ladvapi32")
    # Otherwise each program would start all of Windows. Its services outlive the program that starts them, so that must
    # be none whose output somebody reads to the end.
    run("wineserver", "--persistent")
    try:
        run("wine", "cmd", "/c", "exit")
        yield
    finally:
        run("wineserver", "--kill")


def refuses_scripts(program):
    """Whether oakc says on Windows that scripts do not run there, whatever Python there is."""
    says = "oakc runs scripts on Linux and macOS only"
    refused = True
    for command in ["test"], ["simulate", "app.yaml"]:
        ran = subprocess.run([program, *command], cwd=ROOT / "examples" / "http-client", capture_output=True, text=True)
        refused &= ran.returncode == 3 and says in ran.stderr
        print(f"oakc {command[0]} says: {ran.stderr.strip()}", flush=True)
    return refused


def examples():
    files = sorted(ROOT.glob("examples/*/app.toml")) + sorted(ROOT.glob("examples/*/app.yaml"))
    return [file.relative_to(ROOT) for file in files]


def compare(example, folder, foreign, native):
    """Whether both programs make the same of an example."""
    made = [make(example, folder / place, program) for place, program in (("native", native), ("foreign", foreign))]
    differences = [name for name in made[0].keys() | made[1].keys() if made[0].get(name) != made[1].get(name)]
    print(f"{example}: {'differs in ' + ', '.join(sorted(differences)) if differences else 'the same'}", flush=True)
    return not differences


def make(example, place, program):
    """What the commands print, and the files that are there afterwards."""
    work = place / example.parent
    shutil.copytree(ROOT / example.parent, work)
    made = {}
    subprocess.run([program, "--quiet", "model", "fetch", "--yes", example.name], cwd=work)
    for command in COMMANDS:
        ran = subprocess.run([program, *command, example.name], cwd=work, capture_output=True)
        made[" ".join(command)] = (ran.returncode, ran.stdout, ran.stderr)
    files = (file for file in work.rglob("*") if file.is_file())
    return made | {str(file.relative_to(work)): file.read_bytes() for file in files}


def left_out(target):
    """The tests, and modules of tests, that are not run."""
    groups = tomllib.loads((HERE / "left_out.toml").read_text()).get(target, [])
    return [test for group in groups for test in group["tests"]]


def run_tests(environment, left_out, wanted):
    listed = subprocess.run([*COMMAND_TESTS, "--", "--list", "--format", "terse"], cwd=ROOT, check=True, capture_output=True, text=True)
    tests = [line.removesuffix(": test") for line in listed.stdout.splitlines() if line.endswith(": test")]
    covers = lambda name, test: test == name or test.startswith(name + "::")
    unknown = [name for name in left_out if not any(covers(name, test) for test in tests)]
    if unknown:
        sys.exit(f"left_out.toml names what no test is called: {', '.join(unknown)}")
    chosen = [test for test in tests if not any(covers(name, test) for name in left_out)]
    chosen = [test for test in chosen if not wanted or any(test.startswith(name) for name in wanted)]
    print(f"{len(chosen)} of {len(tests)} tests", flush=True)
    command = [*COMMAND_TESTS, "--no-fail-fast", "--", "--exact", *chosen]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment).returncode == 0


if __name__ == "__main__":
    main()
