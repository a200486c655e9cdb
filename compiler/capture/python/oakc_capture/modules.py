"""Modules that the program imports: what fetches models is replaced, and so is what is not installed."""
import ast
import importlib.util
import os
import sys
import types
from unittest.mock import MagicMock


def replace_modules(source):
    """Puts the stand-ins in; the names of the modules that are not installed come back."""
    converter = types.ModuleType("blobconverter")
    converter.__getattr__ = lambda name: zoo if name.startswith("from_") else MagicMock()
    sys.modules["blobconverter"] = converter
    missing = []
    for name in imported(source):
        if name in sys.modules or importlib.util.find_spec(name) is not None:
            continue
        sys.modules[name] = MagicMock(name=name)
        missing.append(name)
    return missing


def zoo(*arguments, **named):
    """A model that blobconverter would fetch: the name that its file would have."""
    name = named.get("name") or next((a for a in arguments if isinstance(a, str)), "model")
    shaves = named.get("shaves")
    return "%s%s.blob" % (os.path.basename(str(name)), "_%sshave" % shaves if shaves else "")


def imported(source):
    """Modules that the program imports for certain: not inside `try`, where it may do without."""
    try:
        open_nodes = [ast.parse(source)]
    except SyntaxError:
        return []
    names = []
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, ast.Try):
            continue
        if isinstance(node, ast.Import):
            names += [alias.name.split(".")[0] for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module.split(".")[0])
        open_nodes += ast.iter_child_nodes(node)
    return names
