"""The wheel and the source distribution, installed as users install them.

In: `OAKC_WHEEL`, `OAKC_SDIST`, and in `PATH` uv, pipx, twine and pyright; `.ci/run wheel` makes them. Never: a network.
"""

import email
import glob
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
WHEEL = pathlib.Path(os.environ["OAKC_WHEEL"]).resolve()
SDIST = pathlib.Path(os.environ["OAKC_SDIST"]).resolve()
MODULES = ["clock", "dns", "http", "log", "models", "mqtt", "network", "params", "rtsp"]
LIMIT = 8_000_000
# That of the tools is a virtual environment, which has no user's packages.
PYTHON = sys._base_executable


def run(*command, **options):
    options.setdefault("text", True)
    ended = subprocess.run([str(part) for part in command], capture_output=True, **options)
    if ended.returncode:
        raise AssertionError(f"{command} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def reference():
    """Where the tests against the real library have installed depthai."""
    found = glob.glob(f"{ROOT}/target/reference-venv/lib/python*/site-packages")
    if not found:
        raise AssertionError("depthai is not in target/reference-venv: run `.ci/run tests` first")
    return pathlib.Path(found[0])


def environment(**more):
    """Without what a user has set up: no Python but the system's, no index, no file of the user."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LANG", "UV_CACHE_DIR") if name in os.environ}
    settings = {name: "1" for name in ("PIP_NO_INDEX", "PIP_BREAK_SYSTEM_PACKAGES", "PIP_DISABLE_PIP_VERSION_CHECK", "UV_OFFLINE")}
    return {**kept, **settings, **more}


class Wheel(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = pathlib.Path(folder.name)
        self.home = self.work / "home"
        self.home.mkdir()

    def venv(self, name="venv"):
        home = self.work / name
        run("uv", "venv", "--quiet", "--python", PYTHON, home, env=environment(HOME=str(self.home)))
        return home

    def pip(self, *arguments, **more):
        run(PYTHON, "-m", "pip", "install", "--quiet", *arguments, WHEEL, env=environment(HOME=str(self.home), **more))

    def installed(self):
        """A virtual environment with the wheel."""
        home = self.venv()
        python = home / "bin" / "python"
        run("uv", "pip", "install", "--quiet", "--python", python, WHEEL, env=environment(HOME=str(self.home)))
        return home

    def add_depthai(self, home):
        (site,) = home.glob("lib/python*/site-packages")
        (site / "depthai.pth").write_text(f"{reference()}\n")

    def assert_runs(self, *command, **more):
        self.assertRegex(run(*command, "--version", env=environment(HOME=str(self.home), **more)), r"^oakc \d+\.\d+\.\d+")

    def test_a_virtual_environment_has_the_program_and_the_module(self):
        home = self.installed()
        self.assert_runs(home / "bin" / "oakc")
        self.assert_runs(home / "bin" / "python", "-m", "oakc")

    def test_the_module_ends_as_the_program_does(self):
        python = self.installed() / "bin" / "python"
        for arguments, code in [(["lint", "missing.toml"], 3), (["frobnicate"], 2)]:
            ended = subprocess.run([python, "-m", "oakc", *arguments], capture_output=True, cwd=self.work)
            self.assertEqual(ended.returncode, code, ended.stderr)

    def test_shells_find_completions_and_manual_pages(self):
        share = self.installed() / "share"
        for name in ["bash-completion/completions/oakc", "zsh/site-functions/_oakc", "fish/vendor_completions.d/oakc.fish"]:
            self.assertIn("OAKC_COMPLETE", (share / name).read_text())
        self.assertIn(".SH SYNOPSIS", (share / "man" / "man1" / "oakc-build.1").read_text())

    def test_target_prefix_and_user_have_them_too(self):
        target = self.work / "target"
        self.pip("--target", target)
        self.assert_runs(target / "bin" / "oakc")
        self.assert_runs(PYTHON, "-m", "oakc", PYTHONPATH=str(target))
        prefix = self.work / "prefix"
        self.pip("--prefix", prefix, "--ignore-installed")
        (site,) = glob.glob(f"{prefix}/**/site-packages", recursive=True)
        self.assert_runs(PYTHON, "-m", "oakc", PYTHONPATH=site)
        user = self.work / "user"
        self.pip("--user", "--ignore-installed", PYTHONUSERBASE=str(user))
        self.assert_runs(user / "bin" / "oakc")
        self.assert_runs(PYTHON, "-m", "oakc", PYTHONUSERBASE=str(user))

    def test_uvx_and_pipx_run_it(self):
        uv = environment(HOME=str(self.home))
        self.assertIn("oakc ", run("uvx", "--python", PYTHON, "--from", WHEEL, "oakc", "--version", env=uv))
        env = environment(HOME=str(self.home), PIPX_HOME=str(self.work / "pipx"), PIPX_BIN_DIR=str(self.work / "bin"))
        run("pipx", "install", "--python", PYTHON, "--backend", "uv", WHEEL, env=env)
        self.assert_runs(self.work / "bin" / "oakc")

    def test_the_firmware_of_an_installed_depthai_is_found(self):
        """Through the interpreter of the environment, which is in no search path; there is no index to download from."""
        home = self.installed()
        self.add_depthai(home)
        link = self.work / "oakc"
        link.symlink_to(home / "bin" / "oakc")
        env = environment(HOME=str(self.home), OAKC_CACHE=str(self.work / "cache"))
        run(link, "firmware", "install", env={**env, "PATH": "/nonexistent"})
        self.assertIn("2.33.0.0", run(link, "firmware", "list", env=env))

    def test_it_is_found_beside_a_program_that_was_installed_with_target(self):
        target = self.work / "target"
        self.pip("--target", target)
        for path in reference().glob("depthai*"):
            (target / path.name).symlink_to(path)
        env = environment(HOME=str(self.home), OAKC_CACHE=str(self.work / "cache"))
        run(target / "bin" / "oakc", "firmware", "install", env=env)
        self.assertIn("2.33.0.0", run(target / "bin" / "oakc", "firmware", "list", env=env))

    def test_the_modules_for_scripts_can_be_imported(self):
        python = self.installed() / "bin" / "python"
        run(python, "-c", "from oakc import " + ", ".join(MODULES))
        words = subprocess.run([python, "-c", "from oakc.params import server"], capture_output=True, text=True)
        self.assertIn("cannot import name 'server'", words.stderr)

    def test_pyright_resolves_the_scripts_of_all_examples(self):
        home = self.installed()
        self.add_depthai(home)
        for folder in ("examples", "tests/pipelines/scripts"):
            shutil.copytree(ROOT / folder, self.work / folder)
        scripts = sorted([*self.work.glob("examples/*/*.py"), *self.work.glob("tests/pipelines/scripts/*.py")])
        self.assertGreater(len(scripts), 30)
        env = environment(HOME=os.environ["HOME"])
        run("pyright", "--pythonpath", home / "bin" / "python", *scripts, cwd=self.work, env=env)

    def test_pyright_marks_what_is_wrong_and_nothing_else(self):
        python = self.installed() / "bin" / "python"
        script = pathlib.Path(__file__).with_name("misuses.py")
        wrong = [number for number, line in enumerate(script.read_text().splitlines(), 1) if line.endswith("# wrong")]
        self.assertGreater(len(wrong), 20)
        shutil.copy(script, self.work)
        ended = subprocess.run(["pyright", "--pythonpath", python, script.name], capture_output=True, text=True, cwd=self.work)
        found = {int(line.split(" - ")[0].rsplit(":", 2)[1]) for line in ended.stdout.splitlines() if " - error: " in line}
        self.assertEqual(sorted(found), wrong, ended.stdout)

    def test_the_stubs_themselves_are_right(self):
        python = self.installed() / "bin" / "python"
        (site,) = glob.glob(f"{python.parent.parent}/lib/python*/site-packages")
        stubs = [f"{site}/GPIO.pyi", *glob.glob(f"{site}/oakc/*.pyi")]
        self.assertEqual(len(stubs), 8)
        for stub in stubs:
            shutil.copy(stub, self.work)
        (self.work / "pyrightconfig.json").write_text(
            # The library's own: messages with fewer overloads than what they extend, and overloads that hide others.
            '{"typeCheckingMode": "strict", "pythonVersion": "3.9", "include": ["*.pyi"],'
            ' "reportIncompatibleMethodOverride": false, "reportOverlappingOverload": false}'
        )
        run("pyright", "--pythonpath", python, cwd=self.work)

    def test_what_is_in_it(self):
        with zipfile.ZipFile(WHEEL) as archive:
            names = archive.namelist()
            (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
            text = archive.read(metadata).decode()
        for name in ["__init__.py", "__main__.py", "camera.pyi", "py.typed", *(f"{module}.py" for module in MODULES)]:
            self.assertIn(f"oakc/{name}", names)
        for name in ("__builtins__.pyi", "GPIO.pyi"):
            self.assertIn(name, names)
        for name in ("LICENSE-APACHE", "LICENSE-MIT"):
            self.assertTrue(any(it.endswith(f"licenses/{name}") for it in names), names)
        fields = email.message_from_string(text)
        self.assertEqual(fields["License-Expression"], "Apache-2.0 OR MIT")
        self.assertTrue(text.count("# oakc"), "the README is the description")
        run("twine", "check", "--strict", WHEEL, SDIST)

    def test_a_published_wheel_is_small_and_old_systems_run_it(self):
        if "manylinux" not in WHEEL.name and "musllinux" not in WHEEL.name:
            self.skipTest("built for this machine only")
        self.assertLess(WHEEL.stat().st_size, LIMIT)
        with zipfile.ZipFile(WHEEL) as archive:
            (program,) = (name for name in archive.namelist() if name.endswith("scripts/oakc"))
            archive.extract(program, self.work)
        symbols = run("objdump", "-T", self.work / program)
        versions = {tuple(map(int, word.strip("()").split("_")[1].split("."))) for word in symbols.split() if "GLIBC_" in word}
        self.assertTrue(all(version <= (2, 17) for version in versions), versions)

    def test_the_source_distribution_has_all_that_a_build_needs(self):
        with tarfile.open(SDIST) as archive:
            names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
        manifests = {str(path.relative_to(ROOT)) for path in ROOT.glob("compiler/*/Cargo.toml")}
        data = {str(path.relative_to(ROOT)) for path in ROOT.glob("python/oakc.data/**/*") if path.is_file()}
        self.assertIn("python/oakc.data/data/share/man/man1/oakc-build.1", data)
        others = ["Cargo.lock", "pyproject.toml", "README.md", "LICENSE-MIT", "python/oakc/http.py", "python/GPIO.pyi"]
        for name in [*manifests, *data, *others]:
            self.assertIn(name, names)


if __name__ == "__main__":
    unittest.main()
