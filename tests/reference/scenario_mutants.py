"""Do the examples' scenarios notice when a script is wrong?

    python3 scenario_mutants.py OAKC EXAMPLES [NAME…] [--count 10]

Each example's script, and each module of it beside it, is changed in ten ways, spread over its lines: a condition is turned around, a call is left out, a
number or a text is another one, and so on. Its scenarios are played with each of the changed scripts. Prints a line for
each change, and at the end how many were noticed; ends with 1 if of the changes of one script fewer than nine in ten were.
What `oakc lint` refuses is not counted: another change takes its place.
"""
import argparse
import ast
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap

# What makes no difference on the desk: no address stays in use there, and no process ends by itself.
WITHOUT_EFFECT = ("setsockopt", "allow_reuse_address", "daemon")

OPPOSITES = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.And: ast.Or, ast.Or: ast.And,
}


def docstrings(tree):
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
        and node.body and isinstance(node.body[0], ast.Expr)
    }


def changes(tree):
    """(line, kind, function that makes the change in place) for each place, in the order of the lines."""
    skipped = docstrings(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Expr, ast.Assign)) and any(it in ast.unparse(node) for it in WITHOUT_EFFECT):
            skipped |= {id(it) for it in ast.walk(node)}

    def add(node, kind, change):
        found.append((node.lineno, kind, change))

    for node in (it for it in ast.walk(tree) if id(it) not in skipped):
        if isinstance(node, (ast.If, ast.While, ast.IfExp)) and not isinstance(node.test, ast.Constant):
            add(node, "turn condition", lambda n=node: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test)))
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in OPPOSITES:
            add(node, "turn comparison", lambda n=node: n.ops.__setitem__(0, OPPOSITES[type(n.ops[0])]()))
        elif isinstance(node, (ast.BinOp, ast.BoolOp)) and type(node.op) in OPPOSITES:
            add(node, "change operator", lambda n=node: setattr(n, "op", OPPOSITES[type(n.op)]()))
        elif isinstance(node, ast.Return) and node.value is not None and ast.unparse(node.value) != "None":
            add(node, "return nothing", lambda n=node: setattr(n, "value", None))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            add(node, "drop call", lambda n=node: setattr(n, "value", ast.Constant(None)))
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, bool):
                add(node, "turn flag", lambda n=node: setattr(n, "value", not n.value))
            elif isinstance(node.value, (int, float)):
                add(node, "change number", lambda n=node: setattr(n, "value", n.value * 2 + 1))
            elif isinstance(node.value, str) and node.value:
                add(node, "change text", lambda n=node: setattr(n, "value", "x" + n.value))
    found.sort(key=lambda it: it[0])
    return found


def mutants(source):
    count = len(changes(ast.parse(source)))
    for index in spread(count):
        tree = ast.parse(source)
        line, kind, change = changes(tree)[index]
        change()
        yield line, kind, ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def spread(count):
    """All numbers below `count`, the first of them far from each other."""
    step = max(1, count // 10)
    return [index for start in range(step) for index in range((start + step // 2) % step, count, step)]


class Module:
    """A file that a script imports."""

    def __init__(self, file):
        self.file = file
        self.source = file.read_text()

    def write(self, folder, source):
        (folder / self.file.name).write_text(source)


def imported(example, source):
    """The files beside a script that it imports, by way of others as well."""
    found = []
    waiting = [source]
    while waiting:
        for node in ast.walk(ast.parse(waiting.pop())):
            names = [it.name for it in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for file in (example / f"{name}.py" for name in names):
                if file.exists() and file not in found:
                    found.append(file)
                    waiting.append(file.read_text())
    return sorted(found)


class Script:
    """The script of an example, in a file of its own or in the configuration."""

    def __init__(self, example):
        self.config = next(example / name for name in ("app.toml", "app.yaml") if (example / name).exists())
        text = self.config.read_text()
        named = re.search(r"""^\s*source\s*[=:]\s*"?([\w.]+)"?""", text, re.M)
        self.file = example / named.group(1) if named else None
        if self.file:
            self.source = self.file.read_text()
        elif self.config.suffix == ".toml":
            self.source = text.split("code = '''\n")[1].split("'''")[0]
        else:
            self.source = textwrap.dedent(text.split("    code: |\n")[1])

    def write(self, folder, source):
        if self.file:
            (folder / self.file.name).write_text(source)
            return
        text = self.config.read_text()
        if self.config.suffix == ".toml":
            before, _ = text.split("code = '''\n")
            after = text.split("code = '''\n")[1].split("'''", 1)[1]
            text = f"{before}code = '''\n{source}'''{after}"
        else:
            before, _ = text.split("    code: |\n")
            text = before + "    code: |\n" + textwrap.indent(source, "      ")
        (folder / self.config.name).write_text(text)


def play(oakc, folder):
    """Whether the scenarios notice; None where the application is refused."""
    ran = subprocess.run([oakc, "test", "--quiet", "--format", "json", str(folder)], capture_output=True, text=True)
    if not ran.stdout:
        raise SystemExit(f"oakc test failed: {ran.stderr}")
    scenarios = json.loads(ran.stdout)["scenarios"]
    if any("failure" not in it for it in scenarios):
        return None
    return any(not it["passed"] for it in scenarios)


def examine(oakc, example, count):
    script = Script(example)
    modules = [Module(file) for file in imported(example, script.source)]
    return all([examine_one(oakc, example, it, count) for it in (script, *modules)])


def examine_one(oakc, example, script, count):
    name = f"{example.name}/{script.file.name}" if script.file else example.name
    noticed = tried = 0
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work) / example.name
        shutil.copytree(example, folder)
        if play(oakc, folder) is not False:
            raise SystemExit(f"{name}: its scenarios do not pass as it is")
        for line, kind, source in mutants(script.source):
            script.write(folder, source)
            caught = play(oakc, folder)
            if caught is None:
                continue
            tried += 1
            noticed += caught
            print(f"{name}:{line}: {kind}: {'noticed' if caught else 'NOT NOTICED'}", flush=True)
            if tried == count:
                break
    print(f"{name}: {noticed} of {tried} noticed", flush=True)
    return noticed * 10 >= tried * 9


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("oakc")
    parser.add_argument("examples", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--count", type=int, default=10)
    arguments = parser.parse_args()
    names = arguments.names or sorted(it.name for it in arguments.examples.iterdir() if (it / "tests").is_dir())
    results = [examine(arguments.oakc, arguments.examples / name, arguments.count) for name in names]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
