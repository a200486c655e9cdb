"""Files that the program names: those beside it are found, and something stands in for a missing model."""
import hashlib
import os
import struct


class Files:
    """Where they are, and the models among them by the SHA-256 of what the library got."""

    def __init__(self, program, out):
        self.folder, self.out = os.path.dirname(program), out
        self.models = {}

    def find(self, path):
        """A file as the program finds it: from where it runs, or beside it."""
        for candidate in (os.fspath(path), os.path.join(self.folder, os.fspath(path))):
            if os.path.isfile(candidate):
                return candidate
        return None

    def model(self, path):
        """The blob at a path; where there is none, one that stands in for it."""
        found = self.find(path)
        if found is None:
            found = os.path.join(self.out, "missing-%d.blob" % len(self.models))
            with open(found, "wb") as file:
                file.write(placeholder(os.fspath(path)))
            missing = True
        else:
            missing = found.startswith(self.out)
        with open(found, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        self.models.setdefault(digest, {"path": os.fspath(path), "missing": missing})
        return found


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
    """Lets the library's setters that take a path find what the program means."""

    def is_path(argument):
        return isinstance(argument, (str, os.PathLike))

    def with_model(real):
        return lambda self, blob: real(self, files.model(blob) if is_path(blob) else blob)

    def with_files(real):
        return lambda self, *paths: real(self, *[files.find(p) or p if is_path(p) else p for p in paths])

    for cls in [*vars(dai.node).values(), *dai.Pipeline.__mro__]:
        for method in ("setBlob", "setBlobPath"):
            if isinstance(cls, type) and method in vars(cls):
                setattr(cls, method, with_model(getattr(cls, method)))
        for method in ("loadMeshFile", "loadMeshFiles", "setCameraTuningBlobPath"):
            if isinstance(cls, type) and method in vars(cls):
                setattr(cls, method, with_files(getattr(cls, method)))

    script = dai.node.Script.setScriptPath
    blob = dai.OpenVINO.Blob
    dai.node.Script.setScriptPath = lambda self, path, name="": script(
        self, files.find(path) or path, name or os.fspath(path)
    )
    dai.OpenVINO.Blob = lambda source: blob(files.model(source) if is_path(source) else source)
