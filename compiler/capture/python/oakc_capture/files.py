"""Files that the program names: those beside it are found, and something stands in for a missing model."""
import hashlib
import os
import stat
import struct


STAT = os.stat  # the real one, which the program does not get


class Files:
    """Where they are, and the models among them by the SHA-256 of what the library got."""

    def __init__(self, program, out, home):
        """`home`: the folder from which the import was started."""
        # Where the program runs, and writes.
        self.run = os.getcwd()
        self.folders = ["", home, os.path.dirname(program)]
        self.entered = None
        self.out = out
        self.models, self.placeholders = {}, {}
        # What the program was to write to an absolute path, and where it is instead.
        self.moved = {}

    def find(self, path):
        """A file as the program finds it: from where it runs, from where it was started, or beside it."""
        return self.first(path, stat.S_ISREG)

    def find_any(self, path):
        """The same, of a file or a folder."""
        return self.first(path, lambda mode: True)

    def first(self, path, accepts):
        path = os.fspath(path)
        if not isinstance(path, str):
            return None
        if path in self.moved:
            candidates = [self.moved[path]]
        else:
            entered = [self.entered] if self.entered else []
            candidates = [path] + [os.path.join(folder, self.within(path)) for folder in entered + self.folders]
        return next((found for found in candidates if accepts_path(found, accepts)), None)

    def within(self, path):
        """The path, relative where it leads into the folder in which the program runs."""
        return os.path.relpath(path, self.run) if is_inside(path, self.run) else path

    def enter(self, path):
        """The folder to change to: one that the program would enter elsewhere is only looked into from then on, so
        that what it writes there stays here."""
        there = os.path.join(self.entered or "", path)
        found = os.path.abspath(there if os.path.isdir(there) else self.find_any(path) or path)
        if is_inside(found, self.run):
            self.entered = None
            return found
        self.entered = found
        return self.run

    def model(self, path):
        """The blob at a path; where there is none, one that stands in for it."""
        found = self.find(path)
        if found is None:
            found = self.placeholder(os.fspath(path))
        with open(found, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        missing = found.startswith(self.out)
        self.models.setdefault(digest, {"path": self.within(os.fspath(path)), "missing": missing})
        return found

    def placeholder(self, path):
        """The file that stands in for the missing model of that path."""
        if path not in self.placeholders:
            made = os.path.join(self.out, "missing-%d.blob" % len(self.placeholders))
            with open(made, "wb") as file:
                file.write(placeholder(path))
            self.placeholders[path] = made
        return self.placeholders[path]

    def written(self, path):
        """A path as it is. Where the program runs, the folders of its repository that it counts on are not, so they
        are made."""
        folder = os.path.dirname(os.fspath(path))
        if isinstance(folder, str) and folder and is_inside(os.path.abspath(folder), self.run):
            os.makedirs(folder, exist_ok=True)
        return path

    def writable(self, path):
        """Where what the program writes to `path` goes: to where it runs, so that nothing outside is replaced."""
        path = os.fspath(path)
        target = path
        if os.path.isabs(path):
            target = os.path.join(self.out, "moved-%d-%s" % (len(self.moved), os.path.basename(path)))
            self.moved[path] = target
        os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)
        return target


def accepts_path(path, accepts):
    try:
        return accepts(STAT(path).st_mode)
    except (OSError, ValueError):
        return False


def is_inside(path, folder):
    """Whether an absolute path is a folder or in it."""
    return os.path.join(os.path.normpath(path), "").startswith(os.path.join(folder, ""))


def is_path(argument):
    return isinstance(argument, (str, os.PathLike))


def placeholder(name):
    """A blob without a network: the library reads no more than its header. No two names give equal bytes."""
    content = name.encode("utf-8", "replace") + b"\0"
    content += bytes(-len(content) % 64)
    numbers = [9709, 256 + len(content), 6, 0, 0, 0, 1, 0, 0, 1, 0, 6, 6, 0, 1, 0, 192, 192, 192, 256]
    head = b"\x7felf".ljust(16, b"\0") + bytes([1, 0, 2, 0, 2, 0, 0, 0])
    head = head.ljust(40, b"\0") + b"\xa0\x01"
    blob = head.ljust(52, b"\0") + struct.pack("<20I", *numbers)
    return blob.ljust(192, b"\0") + struct.pack("<3I", 12, 0, 6).ljust(64, b"\0") + content


def replace_setters(dai, files):
    """Lets the library's functions that take a path find what the program means."""

    def with_paths(cls, method, find):
        """The method, with what `find` makes of each path among its arguments."""
        real = getattr(cls, method)

        def call(self, *arguments, **named):
            arguments = [find(a) if is_path(a) else a for a in arguments]
            return real(self, *arguments, **{name: find(a) if is_path(a) else a for name, a in named.items()})

        setattr(cls, method, call)

    def found(path):
        return files.find(path) or path

    for cls in list(vars(dai.node).values()) + [dai.Pipeline.__base__]:
        for method in ("setBlob", "setBlobPath"):
            if isinstance(cls, type) and method in vars(cls):
                with_paths(cls, method, files.model)
        for method in ("loadMeshFile", "loadMeshFiles", "setCameraTuningBlobPath"):
            if isinstance(cls, type) and method in vars(cls):
                with_paths(cls, method, found)
    with_paths(dai.CalibrationHandler, "__init__", found)

    script = dai.node.Script.setScriptPath
    dai.node.Script.setScriptPath = lambda self, path, name="": script(self, found(path), name or os.fspath(path))
