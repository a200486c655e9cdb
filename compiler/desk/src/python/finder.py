"""Modules: only those that the script's processor has can be imported by the script, whatever the library imports.

In:    the names that it has, and folders of the script's own modules. Out: the only finder. Never: what is installed
       on the computer beside the standard library.
"""
import os
import sys

IMPORTLIB = "<frozen importlib"
LIBRARY = os.path.dirname(os.__file__) + os.sep
# Library modules try to import these, and then offer what no camera has.
OPTIONAL = {"ssl", "_ssl", "zlib", "bz2", "_bz2", "lzma", "_lzma"}
HERE = "<oakc>/finder.py"

BOOTSTRAP = sys.modules["_frozen_importlib"]
EXTERNAL = sys.modules["_frozen_importlib_external"]


def library_paths():
    """Where the standard library is."""
    return [path for path in sys.path if path and "site-packages" not in path]


def text(source):
    """A script, which may be indented as a whole."""
    import textwrap

    try:
        source = source.decode("utf-8")
    except UnicodeDecodeError:
        return source
    return textwrap.dedent(source.replace("\r\n", "\n"))


def remember(name, source):
    """Lets tracebacks show the lines of a script that is in no file."""
    import linecache

    if isinstance(source, str):
        lines = source.splitlines(True)
        linecache.cache[name] = (len(source), None, lines, name)


class Finder:
    """It decides by who imports."""

    def __init__(self, names, paths, files):
        self.names = {name for name in names if not name.endswith(".*")}
        self.packages = tuple(name[:-2] for name in names if name.endswith(".*"))
        self.finders, self.library = list(sys.meta_path), list(sys.path)
        self.paths, self.files = paths, files
        self.hidden = {}

    def has(self, name):
        if name in self.names or name.partition(".")[0] in ("encodings", "lpb"):
            return True
        return any(name == package or name.startswith(package + ".") for package in self.packages)

    def hide(self):
        """Takes what the script does not have out of its sight."""
        for name in list(sys.modules):
            module = sys.modules[name]
            if module is not None and not self.has(name):
                self.hidden[name] = sys.modules.pop(name)

    def find_spec(self, name, path=None, target=None):
        if self.is_library(sys._getframe(1)):
            if name in OPTIONAL:
                return None
            hidden = self.hidden.get(name)
            if hidden is not None:
                return BOOTSTRAP.ModuleSpec(name, Again(hidden))
            spec = self.of_library(name, path)
            if spec is not None and not self.has(name):
                spec.loader = Hiding(self, spec.loader)
            return spec
        if self.has(name):
            return self.of_library(name, path)
        if path is not None and any(folder.startswith(LIBRARY) for folder in path):
            return None
        spec = EXTERNAL.PathFinder.find_spec(name, self.paths if path is None else path)
        if spec is not None and spec.origin:
            self.files.add(spec.origin)
        return spec

    def of_library(self, name, path):
        for finder in self.finders:
            spec = finder.find_spec(name, self.library if path is None and finder is EXTERNAL.PathFinder else path)
            if spec is not None:
                return spec
        return None

    def is_library(self, frame):
        while frame is not None and frame.f_code.co_filename.startswith((IMPORTLIB, HERE)):
            frame = frame.f_back
        return frame is None or frame.f_code.co_filename.startswith(("<frozen ", "<oakc>", LIBRARY))


class Again:
    """Loads a module that is hidden from the script."""

    def __init__(self, module):
        self.module = module

    def create_module(self, spec):
        return self.module

    def exec_module(self, module):
        pass


class Hiding:
    """Loads a module for the library, and lets the script's own imports look for it anew."""

    def __init__(self, finder, loader):
        self.finder, self.loader = finder, loader

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self.loader
        self.loader.exec_module(module)
        self.finder.hidden[module.__name__] = module


def install(names, paths, files):
    import builtins

    finder = Finder(names, paths, files)
    sys.meta_path[:] = [finder]
    finder.hide()
    plain = builtins.__import__

    def imported(name, globals=None, locals=None, fromlist=(), level=0):
        """A script's import does not see what only the library has loaded."""
        if level == 0 and not finder.has(name) and name in sys.modules:
            module = sys.modules[name]
            by_library = globals is None or str(globals.get("__file__", "<oakc>")).startswith((LIBRARY, "<"))
            if module is not None and name in finder.hidden and not by_library:
                raise ModuleNotFoundError("No module named %r" % name, name=name)
        return plain(name, globals, locals, fromlist, level)

    builtins.__import__ = imported
