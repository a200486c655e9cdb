"""Modules that the program imports: its repository's are found, and something stands in for what is not installed.

Nothing stands in where the program may do without: in a `try` that expects the import to fail, for a module that an
installed one asks for, or for a question whether a module is there.
"""
import ast
import importlib.machinery
import importlib.util
import os
import sys
import sysconfig
import tempfile
import types

from oakc_capture.anything import INVENTED, named

HEIGHT = 2  # how many folders above the program's are searched where no repository ends
MARKS = (".git", ".hg", ".svn")
# Modules that make pipelines: nothing can stand in for them.
ESSENTIAL = ("depthai", "depthai_sdk")
EXPECTING = ("ImportError", "ModuleNotFoundError")
CATCHING = EXPECTING + ("Exception", "BaseException")


def find_modules(program, missing):
    """Lets modules be found as the program needs them; `missing` stands in for those that are not."""
    sys.modules["blobconverter"] = Converter("blobconverter")
    sys.meta_path += [Repository(program), missing]


def zoo(*arguments, **options):
    """A model that blobconverter would fetch: the name that its file would have."""
    name = options.get("name") or next((a for a in arguments if isinstance(a, str)), "model")
    shaves = options.get("shaves")
    return "%s%s.blob" % (os.path.basename(str(name)), "_%sshave" % shaves if shaves else "")


class Repository:
    """Finds modules in the folders above the program, up to the root of its repository."""

    def __init__(self, program):
        self.folders = folders_above(os.path.dirname(program))

    def find_spec(self, name, path=None, target=None):
        if path is not None:
            return None
        for folder in self.folders:
            for place in (folder, os.path.join(folder, "src")):
                spec = importlib.machinery.PathFinder.find_spec(name, [place])
                # A folder without code is not a package.
                if spec is not None and (spec.loader is not None or has_code(os.path.join(place, name))):
                    return spec
        return None


def folders_above(folder):
    """From the folder above `folder` up to the root of its repository; where there is none, a few."""
    found, above, top = [], folder, {os.path.expanduser("~"), tempfile.gettempdir(), os.path.abspath(os.sep)}
    while not any(os.path.exists(os.path.join(above, mark)) for mark in MARKS):
        above = os.path.dirname(above)
        if above in top or above == os.path.dirname(above):
            return found[:HEIGHT]
        found.append(above)
    return found


def has_code(folder):
    for _, folders, files in os.walk(folder):
        folders[:] = sorted(folders)[:20]
        if any(file.endswith(".py") for file in files):
            return True
    return False


class Missing:
    """Stands in for modules that are nowhere. `names`: them; `essential`: those that nothing can stand in for."""

    def __init__(self):
        self.names, self.essential = [], []
        folders = [sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
        folders.append(os.path.dirname(os.path.dirname(__file__)))
        self.installed = [os.path.join(os.path.realpath(folder), "") for folder in folders]
        self.trees = {}

    def invented(self):
        """The numbers that the program took from them, and where."""
        own = {name: (file, line) for name, (file, line) in INVENTED.items() if self.is_own(file)}
        return ["%s (%s, line %d)" % (name, os.path.basename(file), line) for name, (file, line) in own.items()]

    def find_spec(self, name, path=None, target=None):
        if not self.is_needed(name):
            return None
        top = name.split(".")[0]
        if top in ESSENTIAL:
            self.essential += [name] if name == top else []
            return None
        label = top if isinstance(sys.modules.get(top), Module) or "." not in name else name
        if label not in self.names:
            self.names.append(label)
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Module(spec.name)

    def exec_module(self, module):
        pass

    def is_needed(self, name):
        """Whether the program imports the module, and nothing on the way to there expects it to be missing."""
        frame, importing = sys._getframe(2), None
        while frame is not None:
            file = frame.f_code.co_filename
            if not file.startswith("<frozen importlib"):
                path = self.statement(frame)
                if importing is None:
                    importing = self.imports(frame, path)
                if not importing or expects(path):
                    return False
            frame = frame.f_back
        return importing is not None

    def imports(self, frame, path):
        """Whether it is an import by the program's own code."""
        file = frame.f_code.co_filename
        if os.path.basename(os.path.dirname(file)) == "importlib":
            # `import_module`; `find_spec` only asks.
            if frame.f_code.co_name != "import_module":
                return False
            return self.is_own(frame.f_back.f_code.co_filename)
        return is_import(path) and self.is_own(file)

    def is_own(self, file):
        """Whether a file is the program's, and not installed; the capture itself counts as installed."""
        file = os.path.realpath(file)
        parts = file.split(os.sep)
        return not any(map(file.startswith, self.installed)) and not {"site-packages", "dist-packages"} & set(parts)

    def statement(self, frame):
        """The statement that a frame executes, after those around it."""
        tree = self.tree(frame.f_code.co_filename)
        return path_to(tree, frame.f_lineno) if tree is not None and frame.f_lineno is not None else []

    def tree(self, file):
        if file not in self.trees:
            self.trees[file] = parse(file)
        return self.trees[file]


class Module(types.ModuleType):
    """A module that has every name."""

    __path__ = []
    __all__ = []

    def __getattr__(self, name):
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        made = named("%s.%s" % (self.__name__, name))
        setattr(self, name, made)
        return made


class Converter(types.ModuleType):
    """`blobconverter`: it fetches nothing."""

    __spec__ = importlib.machinery.ModuleSpec("blobconverter", None)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        known = {"zoo_list": Models, "compile_blob": zoo}.get(name)
        return known or (zoo if name.startswith("from_") else named("blobconverter." + name))


class Models(list):
    """The list of all models that can be fetched, as whoever looks for one sees it."""

    def __contains__(self, name):
        return True


def parse(file):
    try:
        with open(file, "rb") as source:
            return ast.parse(source.read())
    except (OSError, SyntaxError, ValueError):
        return None


def path_to(node, line):
    """The statements around a line, from the outermost."""
    path = []
    while True:
        inner = [child for child in bodies(node) if child.lineno <= line <= getattr(child, "end_lineno", line)]
        if not inner:
            return path
        node = inner[-1]
        path.append(node)


def bodies(node):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif not isinstance(child, ast.expr):
            yield from bodies(child)


def is_import(path):
    return bool(path) and isinstance(path[-1], (ast.Import, ast.ImportFrom))


def expects(path):
    """Whether a `try` around a statement expects an import to fail: around the import itself, one that catches
    everything does."""
    importing = is_import(path)
    for outer, inner in zip(path, path[1:]):
        if isinstance(outer, ast.Try) and inner in outer.body and catches(outer, importing):
            return True
        if importing and isinstance(outer, ast.With) and suppresses(outer):
            return True
    return False


def catches(node, everything):
    names = CATCHING if everything else EXPECTING
    for handler in node.handlers:
        caught = handler.type
        if caught is None:
            if everything:
                return True
            continue
        parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
        if any(getattr(part, "id", getattr(part, "attr", "")) in names for part in parts):
            return True
    return False


def suppresses(node):
    calls = [item.context_expr for item in node.items]
    functions = [call.func for call in calls if isinstance(call, ast.Call)]
    return any(getattr(function, "id", getattr(function, "attr", "")) == "suppress" for function in functions)
