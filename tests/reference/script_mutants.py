"""Breaks programs of Script nodes, and runs them in CPython 3.9 beside the real library's message classes.

    python script_mutants.py OUT SCRIPT...       # each script begins with `# in: NAME=CLASS` and `# out: NAME=CLASS` lines

Every program that dies by a NameError, AttributeError, TypeError or ImportError (in whichever thread) is written to
OUT/NUMBER.py, and a line for it to OUT/index.tsv: file, name of the break, exception, line, script, message.
OUT/ports.tsv has the ports of the scripts: script, direction, name, class.
Every script has to run unbroken.
"""

import ast
import builtins
import os
import pathlib
import random
import re
import signal
import socket
import sys
import threading
import time
import traceback
import types

import depthai

FATAL = (NameError, AttributeError, TypeError, ImportError)
SITES = 8  # places at which each script is broken in each way


class Stopped(BaseException):
    """The camera is turned off."""


# ------------------------------------------------------------------------------------------------ the stand-in


def message_class(kind):
    """A message class of the library that can be made of a size, as on the camera."""

    class Message(kind):
        __slots__ = ("_bytes",)

        def __init__(self, size=0):
            if not isinstance(size, int):
                raise TypeError("size")
            kind.__init__(self)
            self._bytes = bytes(size)

        def getData(self):
            return self._bytes

        def setData(self, data):
            self._bytes = bytes(memoryview(data)) if not isinstance(data, list) else bytes(data)

    Message.__name__ = kind.__name__
    return Message


CLASSES = {}
for line in (pathlib.Path(__file__).parents[2] / "compiler/script/src/api/device.txt").read_text().splitlines():
    found = re.match(r"class (\w+)(\(\S*\))?( message)?$", line)
    kind = getattr(depthai, found.group(1), None) if found else None
    if isinstance(kind, type):
        CLASSES[found.group(1)] = message_class(kind) if found.group(3) else kind


def detection(kind):
    made = kind()
    made.label, made.confidence, made.xmin, made.xmax = 1, 0.75, 0.25, 0.5
    return made


def message(name):
    made = CLASSES[name]()
    if name == "ImgDetections":
        made.detections = [detection(depthai.ImgDetection)]
    elif name == "SpatialImgDetections":
        made.detections = [detection(depthai.SpatialImgDetection)]
    elif name == "NNData":
        made.setLayer("scores", [0.1, 0.9, 0.4])
        made.setLayer("classificators", [0.1] * 896)
    elif name == "Tracklets":
        made.tracklets = [depthai.Tracklet()]
    elif name == "TrackedFeatures":
        made.trackedFeatures = [depthai.TrackedFeature()]
    elif name == "IMUData":
        made.packets = [depthai.IMUPacket()]
    elif name == "SpatialLocationCalculatorData":
        made.spatialLocations = [depthai.SpatialLocations()]
    made.setData(b"threshold=7")
    return made


class Input:
    __slots__ = ("kind", "left", "empty")

    def __init__(self, kind):
        self.kind, self.left, self.empty = kind, 6, False

    def get(self):
        if self.left == 0:
            raise Stopped
        self.left -= 1
        return message(self.kind)

    def tryGet(self):
        self.empty = not self.empty
        return None if not self.empty else self.get()

    def getAll(self):
        return [self.get()]

    def tryGetAll(self):
        return [self.get()]

    def has(self):
        return True


class Output:
    __slots__ = ("kind", "left")

    def __init__(self, kind):
        self.kind, self.left = kind, 40

    def send(self, sent):
        if not isinstance(sent, depthai.Buffer):
            raise TypeError("send takes a message")
        if self.kind and not isinstance(sent, CLASSES[self.kind]):
            raise TypeError(f"this port takes {self.kind}")
        if self.left == 0:
            raise Stopped
        self.left -= 1

    trySend = send


class Node:
    __slots__ = ("io",)

    def __init__(self, ports):
        self.io = ports

    def warn(self, message):
        pass

    trace = debug = info = error = critical = warn


class Socket(socket.socket):
    """A socket whose other end is here, and talks."""

    accepted = 0

    def bind(self, address):
        memoryview(b"") if isinstance(address, tuple) else int("address")

    def listen(self, backlog=0):
        pass

    def connect(self, address):
        here, there = socket.socketpair()
        os.dup2(here.fileno(), self.fileno())
        Socket.peers.append(there)
        there.send(b"HELLO 1\n")

    def accept(self):
        Socket.accepted += 1
        if Socket.accepted > 2:
            raise Stopped
        here, there = socket.socketpair()
        Socket.peers.append(there)
        there.send(b"HELLO 1\n")
        accepted = Socket(fileno=here.detach())
        return accepted, ("192.168.0.2", 40000)

    def sendto(self, data, address):
        return len(memoryview(data))

    def recvfrom(self, size):
        return b"hello", ("192.168.0.2", 40000)

    peers = []


def run(text, ports):
    """The exception that ends a program, and the line of it; none if it was only stopped."""
    died = []

    def failed(kind, value, trace):
        lines = [frame.lineno for frame in traceback.extract_tb(trace) if frame.filename == "<script>"]
        if issubclass(kind, Exception):
            died.append((kind, lines[-1] if lines else 0, str(value)))

    threading.excepthook = lambda args: failed(args.exc_type, args.exc_value, args.exc_traceback)
    scope = {"__name__": "lpb", "node": Node(dict(ports))}
    scope.update(CLASSES)
    try:
        exec(compile(text, "<script>", "exec"), scope)
    except Stopped:
        pass
    except BaseException:
        failed(*sys.exc_info())
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(0.3)
    return died[0] if died else None


def run_apart(text, ports):
    """As `run`, in a process of its own that does not live forever."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        signal.alarm(4)
        real_sleep = time.sleep
        time.sleep = lambda seconds: real_sleep(min(seconds, 0))
        socket.socket = Socket
        died = run(text, ports)
        names = [kind.__name__ for kind in died[0].__mro__] if died else []
        text = "\t".join([",".join(names), str(died[1]), died[2].replace("\n", " ").replace("\t", " ")]) if died else ""
        os.write(writer, text.encode()[:4000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read().decode("utf-8", "replace")
    _, status = os.waitpid(child, 0)
    if status != 0:
        return "timeout"
    return answer.split("\t") if answer else None


# ------------------------------------------------------------------------------------------------ the breaks


def misspelt(name, dice):
    """A name as people mistype it."""
    ways = [name[:-1], name + "s", name[0].swapcase() + name[1:]]
    if len(name) > 3:
        place = dice.randrange(1, len(name) - 1)
        ways += [name[:place] + name[place + 1 :], name[:place] + name[place + 1] + name[place] + name[place + 2 :]]
    if re.search("[a-z][A-Z]", name):
        ways.append(re.sub("([A-Z])", lambda found: "_" + found.group().lower(), name))
    ways = [way for way in ways if way and way != name and way.isidentifier()]
    return dice.choice(ways)


class Text:
    def __init__(self, text):
        self.text = text
        self.tree = ast.parse(text)
        self.starts = [0]
        for line in text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line.encode()))
        self.bytes = text.encode()

    def offset(self, line, column):
        return self.starts[line - 1] + column

    def span(self, node):
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def of(self, node):
        start, end = self.span(node)
        return self.bytes[start:end].decode()

    def replaced(self, start, end, new):
        # Lines stay where they are.
        lines = self.bytes[start:end].count(b"\n") - new.count("\n")
        return (self.bytes[:start] + new.encode() + self.bytes[end:]).decode() if lines == 0 else None

    def nodes(self, *kinds):
        return [node for node in ast.walk(self.tree) if isinstance(node, kinds)]


def attribute_name(text, node):
    end = text.span(node)[1]
    return end - len(node.attr), end


def breaks(text, dice):
    """Name of the break, and functions from nothing to the broken text."""
    calls = text.nodes(ast.Call)
    attributes = text.nodes(ast.Attribute)
    names = [node for node in text.nodes(ast.Name) if isinstance(node.ctx, ast.Load)]
    assigns = text.nodes(ast.Assign)
    imports = text.nodes(ast.Import, ast.ImportFrom)
    called = {id(call.func) for call in calls}

    def replace(node, new):
        return text.replaced(*text.span(node), new)

    def rename_attribute(node):
        return text.replaced(*attribute_name(text, node), misspelt(node.attr, dice))

    sends = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "send" and call.args
             and isinstance(call.func.value, ast.Subscript)]
    arguments = [argument for call in calls for argument in call.args if not isinstance(argument, ast.Starred)]
    functions = text.nodes(ast.FunctionDef)

    def drop_argument(call):
        last = call.args[-1]
        start = text.span(call.args[-2])[1] if len(call.args) > 1 else text.span(last)[0]
        return text.replaced(start, text.span(last)[1], "")

    def add_argument(call):
        end = text.span(call)[1] - 1
        return text.replaced(end, end, ", 1, 2" if call.args or call.keywords else "1, 2")

    def rename_function(node):
        start = text.span(node)[0]
        start = text.bytes.index(b"def ", start) + 4
        return text.replaced(start, start + len(node.name), node.name + "x")

    def rename_parameter(node):
        parameter = node.args.args[-1]
        start = text.span(parameter)[0]
        return text.replaced(start, start + len(parameter.arg), parameter.arg + "x")

    def rename_keyword(keyword):
        start = text.span(keyword.value)[0] - len(keyword.arg) - 1
        return text.replaced(start, start + len(keyword.arg), misspelt(keyword.arg, dice))

    def misspell_import(alias_of):
        node, alias = alias_of
        start, end = text.span(node)
        place = text.bytes.rindex(alias.name.encode(), start, end)
        return text.replaced(place, place + len(alias.name), misspelt(alias.name, dice))

    wrong = ["Buffer(4)", "CameraControl()", "ImageManipConfig()", "ImgFrame()", "'text'", "b'bytes'", "7"]
    froms = [(node, alias) for node in imports if isinstance(node, ast.ImportFrom) for alias in node.names]
    operations = text.nodes(ast.BinOp)
    return [
        ("drop an import", imports, lambda node: replace(node, "pass")),
        ("misspell what is imported", froms, misspell_import),
        ("misspell a name", names, lambda node: replace(node, misspelt(node.id, dice))),
        ("misspell a method", [node for node in attributes if id(node) in called], rename_attribute),
        ("misspell a field", [node for node in attributes if id(node) not in called and isinstance(node.ctx, ast.Load)],
         rename_attribute),
        ("misspell a field that is set", [node for node in attributes if isinstance(node.ctx, ast.Store)],
         rename_attribute),
        ("drop an assignment", assigns, lambda node: replace(node, "pass")),
        ("drop an argument", [call for call in calls if call.args], drop_argument),
        ("add arguments", calls, add_argument),
        ("give a text", arguments, lambda node: replace(node, "'text'")),
        ("give None", arguments, lambda node: replace(node, "None")),
        ("misspell a keyword", [word for call in calls for word in call.keywords if word.arg], rename_keyword),
        ("send the wrong message", sends, lambda call: replace(call.args[0], dice.choice(wrong))),
        ("assign None", assigns, lambda node: replace(node.value, "None")),
        ("put a text into an operation", operations, lambda node: replace(node.right, "'text'")),
        ("call without the method", [node for node in attributes if id(node) in called],
         lambda node: replace(node, text.of(node.value))),
        ("forget the call", calls, lambda call: replace(call, text.of(call.func))),
        ("rename a function", functions, rename_function),
        ("rename a parameter", [node for node in functions if node.args.args], rename_parameter),
        ("drop the encoding", [call for call in calls if isinstance(call.func, ast.Attribute)
                               and call.func.attr in ("encode", "decode")], lambda call: replace(call, text.of(call.func.value))),
    ]


# The examples describe their ports in files of their own.
EXAMPLES = {
    "hands.py": "# in: tensors=NNData",
    "guard.py": "# in: zones=SpatialLocationCalculatorData",
    "stream.py": "# in: frames=ImgFrame",
}


def ports_of(text):
    """Direction, name and class of each port."""
    ports = []
    for way in ("in", "out"):
        for line in re.findall(rf"^# {way}: (.*)$", text, re.M):
            ports += [(way, *word.split("=")) for word in line.split()]
    return ports


def main(out, scripts):
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    number = 0
    with open(out / "index.tsv", "w") as index, open(out / "ports.tsv", "w") as list_of_ports:
        for path in scripts:
            source = pathlib.Path(path).read_text()
            text = Text(source)
            described = ports_of(EXAMPLES.get(pathlib.Path(path).name, source))

            for port in described:
                print(pathlib.Path(path).name, *port, sep="\t", file=list_of_ports)

            def ports():
                return {name: {"in": Input, "out": Output}[way](kind) for way, name, kind in described}

            unbroken = run_apart(source, ports())
            if unbroken is not None:
                raise SystemExit(f"{path} does not run: {unbroken}")
            dice = random.Random(path.rsplit("/", 1)[-1])
            for name, sites, change in breaks(text, dice):
                sites = sorted(sites, key=lambda site: getattr(site, "lineno", 0))
                chosen = dice.sample(sites, min(SITES, len(sites)))
                for site in chosen:
                    broken = change(site)
                    if broken is None or broken == source:
                        continue
                    try:
                        compile(broken, "<script>", "exec")
                    except (SyntaxError, ValueError):
                        continue
                    answer = run_apart(broken, ports())
                    if not isinstance(answer, list) or not any(kind.__name__ in answer[0].split(",") for kind in FATAL):
                        continue
                    number += 1
                    (out / f"{number:04}.py").write_text(broken)
                    kind = answer[0].split(",")[0]
                    print(f"{number:04}.py", name, kind, answer[1], pathlib.Path(path).name, answer[2], sep="\t", file=index)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
