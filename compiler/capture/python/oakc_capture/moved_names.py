"""Names that earlier releases of `depthai_sdk` had at its top, and that today's have in its modules."""
import importlib
import importlib.machinery
import sys

SDK = "depthai_sdk"
PLACES = ("fps", "managers", "classes")


def find_moved_names():
    """Lets a program import them from `depthai_sdk` itself."""
    sys.meta_path.insert(0, Finder())


class Finder:
    """Finds the package where Python does, and completes it."""

    def find_spec(self, name, path=None, target=None):
        if name != SDK:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = Loader(spec.loader)
        return spec


class Loader:
    """A loader that is `real`, but for the names."""

    def __init__(self, real):
        self.real = real

    def __getattr__(self, name):
        return getattr(self.real, name)

    def create_module(self, spec):
        return self.real.create_module(spec)

    def exec_module(self, module):
        self.real.exec_module(module)
        module.__getattr__ = moved


def moved(name):
    if not name.startswith("_"):
        for place in PLACES:
            try:
                return getattr(importlib.import_module("%s.%s" % (SDK, place)), name)
            except (ImportError, AttributeError):
                continue
    raise AttributeError("module %r has no attribute %r" % (SDK, name))
