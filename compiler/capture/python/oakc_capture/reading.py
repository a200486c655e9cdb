"""Files that a program reads by a relative path: those beside it are found as well, and models count as there.

Only reading is helped. What the program writes it writes where it runs, which is a folder of its own.
"""
import builtins
import io
import os
import pathlib

from oakc_capture.files import is_path

MODELS = (".blob",)


def replace_reading(files):
    """Lets `open`, `os.path`, `os.stat`, `os.listdir` and `Path` find what `files` finds."""

    def found(path):
        """The path to use instead of one that leads nowhere from where the program runs."""
        return (files.find_any(path) or path) if is_path(path) else path

    def there(path):
        """The same, where a missing model counts as there."""
        other = found(path)
        if is_path(path) and str(path).lower().endswith(MODELS) and files.find_any(path) is None:
            return files.placeholder(os.fspath(path))
        return other

    replace_open(lambda path, mode: there(path) if reads(mode) else files.written(path) if is_path(path) else path)
    for name in ("exists", "isfile", "isdir", "getsize", "getmtime"):
        redirect(os.path, name, there)
    for name in ("stat", "access"):
        redirect(os, name, there)
    enter = os.chdir
    os.chdir = lambda path: enter(files.enter(path) if is_path(path) else path)
    for name in ("listdir", "scandir"):
        redirect(os, name, found)
    for name in ("exists", "is_file", "is_dir", "stat", "read_text", "read_bytes"):
        redirect(pathlib.Path, name, lambda path: pathlib.Path(there(path)))


def redirect(owner, name, way):
    """Makes a function ask for the path that `way` leads to."""
    real = getattr(owner, name)

    def function(path=".", *more, **named):
        return real(way(path), *more, **named)

    setattr(owner, name, function)


def replace_open(way):
    """Opens the file that `way` makes of a path and a mode."""
    real, real_path = io.open, pathlib.Path.open

    def open_file(file, mode="r", *more, **named):
        return real(way(file, mode), mode, *more, **named)

    def open_path(self, mode="r", *more, **named):
        return real_path(pathlib.Path(way(self, mode)), mode, *more, **named)

    builtins.open = io.open = open_file
    pathlib.Path.open = open_path


def reads(mode):
    return isinstance(mode, str) and not set(mode) & set("wax+")
