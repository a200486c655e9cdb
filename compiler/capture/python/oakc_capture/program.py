"""The program as Python runs it: a file, or a module of a package where it imports from its own package."""
import ast
import os
import runpy
import sys


def play(program):
    """Runs it."""
    package = package_of(program)
    if package is None:
        runpy.run_path(program, run_name="__main__")
        return
    folder, module = package
    # Before its own folder, where a module may have the name of the package.
    sys.path.insert(0, folder)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def package_of(program):
    """The folder of the outermost package and the module's name in it, for a program with relative imports."""
    level = deepest(program)
    if not level:
        return None
    folder, parts = os.path.dirname(program), [os.path.splitext(os.path.basename(program))[0]]
    while len(parts) <= level or os.path.exists(os.path.join(folder, "__init__.py")):
        folder, part = os.path.split(folder)
        if not part.isidentifier():
            return None
        parts.insert(0, part)
    return folder, ".".join(parts)


def deepest(program):
    """How far up its relative imports go."""
    try:
        with open(program, "rb") as file:
            tree = ast.parse(file.read())
    except (SyntaxError, ValueError):
        return 0
    return max([node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)], default=0)
