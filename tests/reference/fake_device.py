"""Runs a Script node's program in plain Python, with a stand-in for the `node` that the device gives it.

In:    the program's text, the names of its inputs, constants to override (a free port instead of 8080).
Out:   a running program (a thread), inputs to feed, what it sent and warned.
Never: depthai, or anything of the device beyond `node.io[...]` and the message classes below.

The modules that CPython has and the camera has not are refused, so that an import that would kill the script on the
device kills the test first. Those that oakc provides are taken from its source.
"""

import builtins
import collections
import pathlib
import re
import socket
import sys
import threading
import types

sys.path.append(str(pathlib.Path(__file__).parents[2] / "python"))

# From the module tables of the device firmware (2.33); imports of frozen modules are not checked.
ON_DEVICE = set(
    "abc array base64 binascii bisect calendar codecs collections contextlib copy copyreg datetime email enum errno "
    "fcntl fnmatch functools gc hashlib heapq html http io itertools json keyword linecache locale logging marshal "
    "math mimetypes oakc operator os posix posixpath pwd quopri random re select selectors serial shutil site socket "
    "socketserver stat string stringprep struct sys termios textwrap threading time token tokenize traceback tty "
    "types unicodedata urllib.parse uu warnings weakref".split()
)


class Stopped(BaseException):
    """Ends a program from inside its next `node.io` call. Not an Exception, so that its handlers do not catch it."""


class Input:
    """An input queue: non-blocking of size 1 as in the examples, the newest message wins."""

    def __init__(self, device, size=1):
        self.device = device
        self.messages = collections.deque(maxlen=size)

    def tryGet(self):
        self.device.checkpoint()
        return self.messages.popleft() if self.messages else None

    def get(self):
        while True:
            message = self.tryGet()
            if message is not None:
                return message
            self.device.stopping.wait(0.002)

    def has(self):
        return bool(self.messages)


class Output:
    """An output that keeps what was sent."""

    def __init__(self, device):
        self.device, self.sent = device, []

    def send(self, message):
        self.device.checkpoint()
        if message is None:
            raise RuntimeError("Message cannot be None")
        self.sent.append(message)


class Frame:
    """The part of an ImgFrame that scripts use."""

    def __init__(self, data, number=0):
        self.data, self.number = data, number

    def getData(self):
        return bytearray(self.data)

    def getSequenceNum(self):
        return self.number


class Tensors:
    """An NNData: named layers of numbers."""

    def __init__(self, number=0, **layers):
        self.number, self.layers = number, layers

    def getLayerFp16(self, name):
        return list(self.layers[name])

    def getSequenceNum(self):
        return self.number


def record(**fields):
    """A message of plain attributes."""
    return types.SimpleNamespace(**fields)


class Device:
    """One running program."""

    def __init__(self, text, inputs=(), outputs=(), constants=None, params=None):
        self.stopping, self.failure, self.warnings = threading.Event(), None, []
        ports = {name: Input(self) for name in inputs}
        ports.update({name: Output(self) for name in outputs})
        levels = ("trace", "debug", "info", "warn", "error", "critical")
        self.node = record(io=ports, **{level: self.warnings.append for level in levels})
        sys.modules["oakc.params"] = record(**params or {})
        self.code = compile(override(text, constants or {}), "<script>", "exec")
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(timeout=10)

    def run(self):
        program = {"__name__": "__main__", "node": self.node, "__builtins__": device_builtins()}
        try:
            exec(self.code, program)
        except Stopped:
            pass
        except BaseException as failure:  # a crashed script is a result too: `check` passes it to the test
            self.failure = failure

    def feed(self, name, message):
        self.node.io[name].messages.append(message)

    def checkpoint(self):
        if self.stopping.is_set():
            raise Stopped

    def check(self):
        """Raises the exception that ended the program, if there was one."""
        if self.failure is not None:
            raise self.failure


class Feeder:
    """Puts a new message into an input every few milliseconds, as a camera does."""

    def __init__(self, device, name, make, period=0.01):
        self.device, self.name, self.make, self.period = device, name, make, period
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(timeout=10)

    def run(self):
        number = 0
        while not self.stopping.wait(self.period):
            self.device.feed(self.name, self.make(number))
            number += 1


def device_builtins():
    """The builtins, with an `import` that only knows the camera's modules."""
    names = dict(vars(builtins))
    original = builtins.__import__

    def importer(name, *args, **kwargs):
        if name not in ON_DEVICE and name.split(".")[0] not in ON_DEVICE:
            raise ModuleNotFoundError(f"the device has no module named {name!r}")
        return original(name, *args, **kwargs)

    names["__import__"] = importer
    return names


def override(text, constants):
    """Changes module-level constants; an unknown one is a mistake in the test."""
    for name, value in constants.items():
        text, count = re.subn(rf"(?m)^{name} = .*$", lambda _: f"{name} = {value!r}", text)
        if count != 1:
            raise ValueError(f"the script has {count} lines that set {name}")
    return text


def free_port(kind=socket.SOCK_STREAM):
    """A port that nothing listens on right now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
