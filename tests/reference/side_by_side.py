"""Times `oakc build` beside `cp` and beside the depthai library; docs/performance.md has the results.

    cargo build --release -p oakc
    PYTHON tests/reference/side_by_side.py [--oakc PATH] [--runs 50]

PYTHON is one that has the library (requirements.txt). Prints a table and fails when a promise is not kept. Whole
processes are timed, in turn, so that whatever else the machine does hits both sides; medians count.
"""

import argparse
import os
import pathlib
import platform
import shutil
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "tcp-streaming"
MIB = 1 << 20

# What reference.py of the example does, with the firmware compressed.
COMPRESSED = """
import importlib.util, os, sys
spec = importlib.util.spec_from_file_location("reference", "reference.py")
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)
reference.dai.DeviceBootloader.saveDepthaiApplicationPackage(
    sys.argv[1], reference.pipeline(), compress=True, applicationName="tcp-streaming"
)
"""


class Run:
    """One process from start to end: seconds, and its peak memory in bytes."""

    def __init__(self, command, environment):
        null = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
        start = time.perf_counter()
        process = os.posix_spawn(command[0], command, environment, file_actions=null)
        _, status, usage = os.wait4(process, 0)
        self.seconds = time.perf_counter() - start
        self.processor = usage.ru_utime + usage.ru_stime
        # The figure of a child starts with that of the forking Python: it may be too large, never too small.
        self.memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        if os.waitstatus_to_exitcode(status) != 0:
            raise SystemExit(f"failed: {' '.join(map(str, command))}")


class Bench:
    def __init__(self, scratch, oakc):
        self.scratch = pathlib.Path(scratch)
        self.application = self.scratch / "tcp-streaming"
        shutil.copytree(EXAMPLE, self.application, ignore=shutil.ignore_patterns("*.dap*"))
        self.environment = dict(os.environ)
        self.oakc = str(oakc)

    def output(self, name):
        """An unused path: replacing a file takes extra time, and not the same for both sides."""
        path = self.scratch / name
        path.unlink(missing_ok=True)
        return str(path)

    def build(self, *options):
        output = self.output("oakc.dap")
        return Run([self.oakc, "build", str(self.application / "app.toml"), "-o", output, *options], self.environment)

    def copy(self):
        return Run([shutil.which("cp"), str(self.scratch / "original.dap"), self.output("copy.dap")], self.environment)

    def library(self):
        command = [sys.executable, str(self.application / "reference.py"), self.output("library.dap")]
        return Run(command, self.environment)

    def library_compressed(self):
        output = self.output("library.dap")
        os.chdir(self.application)
        return Run([sys.executable, "-c", COMPRESSED, output], self.environment)

    def in_turn(self, runs, *sides):
        """Each side once to warm up, then `runs` times in turn."""
        for side in sides:
            side()
        rounds = [[side() for side in sides] for _ in range(runs)]
        return [list(side) for side in zip(*rounds)]


def median(runs, what):
    return statistics.median(getattr(run, what) for run in runs)


def milliseconds(runs):
    wall, processor = (1000 * median(runs, what) for what in ("seconds", "processor"))
    return f"{wall:.1f} ms ({processor:.1f} ms of processor time)"


class Report:
    def __init__(self):
        self.kept = self.broken = 0
        print("| promise | oakc | peer | result |\n|---|---|---|---|")

    def line(self, promise, oakc, other, result, kept):
        self.kept, self.broken = self.kept + kept, self.broken + (not kept)
        print(f"| {promise} | {oakc} | {other} | {result}{'' if kept else ' **missed**'} |", flush=True)


def measure(bench, runs, report):
    bench.build()
    shutil.move(bench.scratch / "oakc.dap", bench.scratch / "original.dap")
    size = (bench.scratch / "original.dap").stat().st_size

    builds, copies = bench.in_turn(runs, bench.build, bench.copy)
    ratio = median(builds, "seconds") / median(copies, "seconds")
    report.line("at most 1.5 times `cp`", milliseconds(builds), milliseconds(copies), f"{ratio:.2f} times", ratio <= 1.5)

    memory = max(run.memory for run in builds)
    room = size + 32 * MIB
    report.line("memory at most the package and 32 MiB", f"{memory / MIB:.1f} MiB", f"{room / MIB:.1f} MiB",
                f"{memory / room:.2f} times", memory <= room)

    few = max(runs // 5, 5)
    builds, library = bench.in_turn(few, bench.build, bench.library)
    ratio = median(library, "seconds") / median(builds, "seconds")
    report.line("at least 40 times faster than the library", milliseconds(builds), milliseconds(library),
                f"{ratio:.0f} times", ratio >= 40)

    builds, library = bench.in_turn(max(runs // 25, 2), lambda: bench.build("--compress"), bench.library_compressed)
    ratio = median(library, "seconds") / median(builds, "seconds")
    report.line("`--compress`, second build: at least 5 times faster than the library", milliseconds(builds),
                milliseconds(library), f"{ratio:.0f} times", ratio >= 5)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--oakc", type=pathlib.Path, default=ROOT / "target" / "release" / "oakc")
    parser.add_argument("--runs", type=int, default=50)
    arguments = parser.parse_args()
    print(f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} processors, "
          f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}\n", flush=True)
    folder = ROOT / "target"
    folder.mkdir(exist_ok=True)
    report = Report()
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        measure(Bench(scratch, arguments.oakc.resolve()), arguments.runs, report)
    print(f"\n{report.kept} promises kept, {report.broken} missed")
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
