"""Runs a script as the camera does, without the modules that the camera lacks.

In:    device.py FOLDER, where FOLDER/job.json says what to run.
Out:   FOLDER/report.json: how the script ended. What it prints goes where it would go anyway.
Never: a module that the script imports and its processor does not have. The modules of the computer's own library may
       import each other; the frames of this program are in no traceback.
"""
import json
import os
import sys
import textwrap
import traceback
import types
import warnings

SETUP = "<setup>"
IMPORTLIB = "<frozen importlib"
LIBRARY = os.path.dirname(os.__file__) + os.sep
BOOTSTRAP = sys.modules["_frozen_importlib"]
PATHS = sys.modules["_frozen_importlib_external"].PathFinder
# What an interpreter loads when it starts.
FIRST = {"abc", "codecs", "encodings", "genericpath", "io", "os", "posixpath", "site", "stat"}
# Library modules try to import these, and then offer what no camera has.
OPTIONAL = {"ssl", "_ssl", "zlib", "bz2", "_bz2", "lzma", "_lzma"}


class Modules:
    """The only finder: it decides by who imports."""

    def __init__(self, names, paths):
        self.names = {name for name in names if not name.endswith(".*")}
        self.packages = [name[:-2] for name in names if name.endswith(".*")]
        self.finders = list(sys.meta_path)
        self.library = list(sys.path)
        self.paths = paths
        self.hidden = {}

    def has(self, name):
        inside = any(name == package or name.startswith(package + ".") for package in self.packages)
        return inside or name in self.names

    def load(self):
        """Loads all that the script may import, and hides everything else that is loaded."""
        sys.meta_path[:] = [self]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in sorted(self.names | set(self.packages)):
                try:
                    __import__(name)
                except ImportError:
                    pass
        for name in list(sys.modules):
            if not self.has(name) and not name.startswith("encodings."):
                self.hidden[name] = sys.modules.pop(name)
        sys.path[:] = self.paths
        for name in self.names - FIRST:
            # The script's own files come before the library, which is not loaded on the camera yet.
            if "." not in name and name not in sys.builtin_module_names and PATHS.find_spec(name, self.paths):
                sys.modules.pop(name, None)

    def find_spec(self, name, path=None, target=None):
        if not is_of_the_library(sys._getframe(1)):
            # There is no more in a package of the library than what is listed.
            below = path is not None and any(folder.startswith(LIBRARY) for folder in path)
            spec = None if below else PATHS.find_spec(name, path)
            return self.of_the_library(name, path) if spec is None and self.has(name) else spec
        if name in OPTIONAL or name.startswith("encodings.") and not self.has(name):
            return None
        hidden = self.hidden.get(name)
        if hidden is not None:
            return BOOTSTRAP.ModuleSpec(name, Again(hidden))
        return self.of_the_library(name, path)

    def of_the_library(self, name, path):
        for finder in self.finders:
            spec = finder.find_spec(name, self.library if path is None and finder is PATHS else path)
            if spec is not None:
                return spec
        return None


class Again:
    """Loads a module of the library that is hidden from the script."""

    def __init__(self, module):
        self.module = module

    def create_module(self, spec):
        return self.module

    def exec_module(self, module):
        pass


def is_of_the_library(frame):
    """Whether what imports is not the script, but the library, this program, or the setup."""
    while frame is not None and frame.f_code.co_filename.startswith(IMPORTLIB):
        frame = frame.f_back
    if frame is None:
        return True
    file = frame.f_code.co_filename
    return file.startswith(("<frozen ", LIBRARY)) or file in (__file__, SETUP)



def words(error):
    try:
        return str(error)
    except Exception:
        return ""


def describe(error):
    # What this program itself is doing stands before the script.
    place = error.__traceback__
    while place is not None and place.tb_frame.f_code.co_filename == __file__:
        place = place.tb_next
    told = traceback.TracebackException(type(error), error, place)
    return {
        "class": type(error).__name__,
        "message": words(error),
        "frames": [
            {"file": frame.filename, "line": frame.lineno, "function": frame.name} for frame in told.stack
        ],
        "traceback": "".join(told.format()),
    }


def main(folder):
    with open(os.path.join(folder, "job.json"), encoding="utf-8") as file:
        job = json.load(file)
    report = open(os.path.join(folder, "report.json"), "w", encoding="utf-8")
    around = {"job": job, "__name__": SETUP}
    if job["setup"]:
        exec(compile(job["setup"], SETUP, "exec"), around)
    finder = Modules(job["modules"], job["paths"])
    finder.load()
    sys.modules.update(around.get("modules", {}))
    sys.modules["__main__"] = types.ModuleType("__main__")
    module = sys.modules["lpb"] = types.ModuleType("lpb")
    module.__dict__.update(around.get("given", {}))
    sys.argv[:] = [""]
    raised = None
    try:
        exec(compile(textwrap.dedent(job["script"]), job["name"], "exec", dont_inherit=True), module.__dict__)
    except BaseException as error:
        raised = describe(error)
    with report:
        json.dump({"raised": raised}, report)


main(sys.argv[1])
