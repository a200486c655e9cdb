"""Writes `compiler/script/src/api/oakc.txt`: what the modules have that oakc provides to scripts.

    python oakc_api.py > oakc.txt

In: their texts, and the stubs beside them. Out: public names, and the arguments of functions. Never: a module that runs, or
a stub that says something else than its module.
"""

import ast
import itertools
import pathlib
import re

MODULES = pathlib.Path(__file__).parents[2] / "python" / "oakc"
# Their texts are written for each application.
GENERATED = {
    "network": ["dns: list", "search: list", "hosts: dict"],
    "models": None,
    "params": None,
}
# The classes that a class of Python extends, as the table of the standard library calls them.
LINEAGE = {"OSError": "IOError,Exception,BaseException"}
# What else lies there, for editors and `python -m oakc`.
NOT_PACKAGED = {"__init__", "__main__", "camera"}


def parameters(arguments, method):
    positional = arguments.posonlyargs + arguments.args
    optional = len(positional) - len(arguments.defaults)
    shown = [(name.arg, number >= optional, "") for number, name in enumerate(positional)][method:]
    shown += [(name.arg, default is not None, "!") for name, default in zip(arguments.kwonlyargs, arguments.kw_defaults)]
    texts = [mark + name + "?" * is_optional + ": ?" for name, is_optional, mark in shown]
    texts += ["*args"] * bool(arguments.vararg) + ["**kwargs"] * bool(arguments.kwarg)
    return ", ".join(texts)


def function(node, method):
    is_property = any(isinstance(it, ast.Name) and it.id == "property" for it in node.decorator_list)
    if is_property:
        return f"{node.name}: ?"
    return f"{node.name}({parameters(node.args, method)}) -> ?"


def attributes(node):
    """What methods assign to their object."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
            if isinstance(inner.value, ast.Name) and inner.value.id == "self":
                yield inner.attr


def is_public(name):
    return not name.startswith("_") or name.startswith("__")


def class_lines(module, node):
    bases = [LINEAGE.get(base.id, base.id) for base in node.bases if isinstance(base, ast.Name)]
    methods = [it for it in node.body if isinstance(it, ast.FunctionDef)]
    members = {it.name: function(it, True) for it in methods if is_public(it.name)}
    # A stub declares attributes in the class.
    declared = (it.target.id for it in node.body if isinstance(it, ast.AnnAssign))
    for name in [*attributes(node), *declared]:
        members.setdefault(name, f"{name}: ?")
    yield f"class oakc.{module}.{node.name}" + (f"({','.join(bases)})" if bases else "")
    yield from ("  " + members[name] for name in sorted(members) if is_public(name))


def members(tree):
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, function(node, False)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                for name in target.elts if isinstance(target, ast.Tuple) else [target]:
                    yield name.id, f"{name.id}: ?"
        elif isinstance(node, ast.AnnAssign):
            yield node.target.id, f"{node.target.id}: ?"


def imports(tree):
    for node in tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.split(".")[0]
                yield name, f"{name}: module {alias.name if alias.asname else name}"
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{alias.asname or alias.name}: ?"


def lines(name, tree, found):
    """The table of a module, with what was found in it already."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and is_public(node.name)]
    found = {**found, **{node.name: f"{node.name}: type oakc.{name}.{node.name}" for node in classes}, **dict(members(tree))}
    yield f"module oakc.{name}"
    yield from ("  " + found[member] for member in sorted(found) if is_public(member))
    for node in classes:
        yield from class_lines(name, node)


def check_stub(name, tree):
    """The stub has what the module has. Where the module takes `**kwargs`, the stub may say which."""
    stub = ast.parse((MODULES / f"{name}.pyi").read_text("utf-8"))
    for told, had in itertools.zip_longest(lines(name, stub, {}), lines(name, tree, {}), fillvalue=""):
        if ", **kwargs" in had and ", **kwargs" not in told:
            told, had = re.sub(r", !\w+\?: \?", "", told), had.replace(", **kwargs", "")
        if told != had:
            raise SystemExit(f"python/oakc/{name}.pyi says `{told}` where the module has `{had}`")


def main():
    fixed = (path for path in sorted(MODULES.glob("*.py")) if path.stem not in NOT_PACKAGED.union(GENERATED))
    texts = {path.stem: ast.parse(path.read_text("utf-8")) for path in fixed}
    print("# Written by tests/reference/oakc_api.py from the modules that oakc provides")
    print("module oakc")
    for name in sorted([*texts, *GENERATED]):
        print(f"  {name}: " + ("?" if GENERATED.get(name, "") is None else f"module oakc.{name}"))
    for name, members_of in GENERATED.items():
        if members_of:
            print("\n".join([f"module oakc.{name}", *("  " + line for line in members_of)]))
    for name, tree in texts.items():
        check_stub(name, tree)
        print("\n".join(lines(name, tree, dict(imports(tree)))))


main()
