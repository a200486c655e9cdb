"""`node`: a script's inputs and outputs, and its log.

In:    the names of the ports. Out: `Node`, what `print` writes to, and `GPIO`.
"""
import _oakc_messages as messages
import _oakc_wire as wire

LEVELS = ("trace", "debug", "info", "warn", "error", "critical")
LONGEST = 8_000


def log(level, text):
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    wire.post(wire.LOG, level, text)


class Input:
    """An input of a script."""

    __slots__ = ("_name",)

    def __init__(self, name):
        self._name = name

    def get(self):
        return messages.received(wire.ask(wire.GET, self._name))

    def tryGet(self):
        if wire.is_empty(self._name):
            return None
        found = wire.ask(wire.TRY_GET, self._name)
        if found is None:
            wire.empty.add(self._name)
            return None
        return messages.received(found)

    def getAll(self):
        return [self.get()] + self.tryGetAll()

    def tryGetAll(self):
        found = []
        while self.has():
            found.append(self.tryGet())
        return found

    def has(self):
        if wire.is_empty(self._name):
            return False
        found = wire.ask(wire.HAS, self._name)
        if not found:
            wire.empty.add(self._name)
        return found


class Output:
    """An output of a script."""

    __slots__ = ("_name",)

    def __init__(self, name):
        self._name = name

    def send(self, message):
        wire.post(wire.SEND, self._name, messages.sent(message))

    def trySend(self, message):
        return wire.ask(wire.TRY_SEND, self._name, messages.sent(message))


class Ports(dict):
    """`node.io`: a name that is not a port is a `KeyError`, as on the camera."""


class Node:
    """`node`."""

    def __init__(self, inputs, outputs):
        self.io = Ports({name: Output(name) for name in outputs})
        self.io.update({name: Input(name) for name in inputs})


def writer(level):
    def write(self, *parts):
        log(level, " ".join(str(part) for part in parts))

    return write


for number, name in enumerate(LEVELS):
    setattr(Node, name, writer(number))


class Printed:
    """What is printed: each line is one of the log."""

    encoding, errors, mode, closed, newlines = "utf-8", "strict", "w", False, None

    def __init__(self, level):
        self._level, self._rest = level, ""

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError("write() argument must be str, not " + type(text).__name__)
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            log(self._level, line)
        if len(self._rest) > LONGEST:
            self.finish()
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def finish(self):
        if self._rest:
            rest, self._rest = self._rest, ""
            log(self._level, rest)

    def flush(self):
        pass

    def isatty(self):
        return False

    def writable(self):
        return True

    def readable(self):
        return False

    def fileno(self):
        raise OSError("a camera's log has no descriptor")


def gpio(enums):
    """The module `GPIO`: what a script does to pins is recorded, and nothing is connected to them."""
    state = {}
    module = type(wire)("GPIO")
    module.__dict__.update(enums)

    def record(name, arguments):
        wire.post(wire.PIN, "%s(%s)" % (name, ", ".join(map(repr, arguments))))

    def write(pin, value, *rest):
        record("write", (pin, value) + rest)
        state[pin] = bool(value)
        return True

    def read(pin):
        return state.get(pin, False)

    def wait(*arguments):
        record("waitInterruptEvent", arguments)
        seconds = [it for it in arguments[1:] if isinstance(it, (int, float)) and it >= 0]
        wire.ask(wire.SLEEP, int(seconds[0] * 1_000_000) if seconds else -1)
        return False

    def recorded(name):
        def call(*arguments, **named):
            record(name, arguments + tuple(named.values()))
            return True

        call.__name__ = name
        return call

    for name in ("setup", "release", "setInterrupt", "clearInterrupt", "setPwm", "enablePwm"):
        setattr(module, name, recorded(name))
    module.write, module.read, module.waitInterruptEvent = write, read, wait
    module.hasInterruptEvent = lambda pin: False
    return module
