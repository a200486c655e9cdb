"""The classes of the device's API: a table of their members in, classes out.

Messages from the scheduler keep its number for them, and are read when the script asks for what they say; a message
that the script did not touch goes back by that number. Never: a member that the table does not have.
"""
import marshal

import _oakc_clock as clock
import _oakc_wire as wire

classes = {}
gpio = {}
_tables = {}
_defaults = {}
_timedelta = None

NUMBERS = {"int": int, "float": float, "bool": bool, "str": str}
NAN = float("nan")
# What reads a type of the table, by its name: made when it is first needed.
_readers = {}


def camel(name):
    """`getLensPosition` -> `lensPosition`."""
    rest = name[3:]
    return rest[:1].lower() + rest[1:]


def split(text):
    """The parts of `a,b[c,d]` between commas of the outermost level."""
    parts, depth, start = [], 0, 0
    for index, letter in enumerate(text):
        depth += (letter in "[(") - (letter in "])")
        if letter == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    return parts + [text[start:].strip()] if text[start:].strip() else parts


class Enumerator:
    """An enumerator, as pybind11 makes them."""

    __slots__ = ("_value",)
    _members = {}

    def __init__(self, value):
        if type(value) is not int and not hasattr(value, "__index__"):
            raise TypeError("%s(): an integer is required" % type(self).__name__)
        self._value = int(value)

    @property
    def value(self):
        return self._value

    @property
    def name(self):
        for name, number in type(self)._members.items():
            if number == self._value:
                return name
        return "???"

    def __int__(self):
        return self._value

    __index__ = __int__

    def __hash__(self):
        return hash(self._value)

    def __eq__(self, other):
        return type(other) is type(self) and other._value == self._value

    def __ne__(self, other):
        return not self == other

    def __repr__(self):
        return "<%s.%s: %d>" % (type(self).__name__, self.name, self._value)

    def __str__(self):
        return "%s.%s" % (type(self).__name__, self.name)


def fresh(kind):
    """A new value of a type of the table."""
    if kind in NUMBERS:
        return NUMBERS[kind]()
    if kind.startswith("list["):
        return []
    if kind.startswith("dict["):
        return {}
    if kind == "datetime.timedelta":
        return _timedelta(0)
    made = classes.get(kind)
    if made is None:
        return None
    if issubclass(made, Enumerator):
        return made(min(made._members.values(), default=0))
    return made()


def given(kind, value):
    """A value that a script sets, as pybind11 takes it; a wrong type is a `TypeError`."""
    if kind == "float" and isinstance(value, (int, float)):
        return float(value)
    if kind == "int" and hasattr(value, "__index__") and not isinstance(value, float):
        return int(value)
    if kind == "bool" and isinstance(value, (bool, int)):
        return bool(value)
    if kind == "str" and isinstance(value, (str, bytes)):
        return value.decode() if isinstance(value, bytes) else value
    if kind.startswith("list[") and isinstance(value, (list, tuple)):
        inner = kind[5:-1]
        return [given(inner, item) for item in value]
    if kind.startswith("tuple[") and isinstance(value, (list, tuple)):
        kinds = split(kind[6:-1])
        if len(kinds) == len(value):
            return tuple(given(*pair) for pair in zip(kinds, value))
    if kind == "datetime.timedelta" and isinstance(value, _timedelta):
        return value
    made = classes.get(kind)
    if made is not None and isinstance(value, made):
        return value
    if kind == "?" or kind.startswith("dict["):
        return value
    raise TypeError("incompatible type: expected %s, got %s" % (kind, type(value).__name__))


def read(kind, value):
    """A value of a message, from what its fields say."""
    if value is None:
        return NAN if kind == "float" else fresh(kind)
    reader = _readers.get(kind)
    if reader is None:
        reader = _readers[kind] = reader_of(kind)
    return reader(value)


def reader_of(kind):
    """What reads values of a type of the table."""
    if kind in NUMBERS:
        return NUMBERS[kind]
    if kind.startswith("list["):
        inner = kind[5:-1]
        return lambda value: [read(inner, item) for item in value]
    if kind.startswith("tuple["):
        kinds = split(kind[6:-1])
        return lambda value: tuple(read(inner, item) for inner, item in zip(kinds, value))
    if kind == "datetime.timedelta":
        return lambda value: _timedelta(seconds=value)
    made = classes.get(kind)
    if made is None:
        return lambda value: value
    if issubclass(made, Enumerator):
        return lambda value: made(made._members[value] if isinstance(value, str) else value)
    return made._of


def plain(value):
    """What a value says, as fields of a message."""
    if type(value) in (int, str, bool):
        return value
    if isinstance(value, Enumerator):
        return value.name
    if isinstance(value, Struct):
        return {name: plain(value._value(name, kind)) for name, kind in value._fields.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, _timedelta):
        return value.total_seconds()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return list(bytes(value))
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


class Struct:
    """A struct of the library: fields of fixed types, which are read when they are asked for."""

    __slots__ = ("_said", "_read", "__weakref__")
    _fields = {}
    _initial = {}

    def __init__(self, *arguments):
        self._said, self._read = {}, {}
        if arguments:
            self._take(arguments)

    def _take(self, arguments):
        names = list(self._fields)
        if len(arguments) != len(names):
            raise TypeError("%s(): incompatible constructor arguments" % type(self).__name__)
        for name, value in zip(names, arguments):
            setattr(self, name, value)

    @classmethod
    def _of(cls, said):
        made = cls.__new__(cls)
        made._said, made._read = said, {}
        return made

    def _value(self, name, kind):
        if name not in self._read:
            self._read[name] = first_value(self, name, kind)
        return self._read[name]


def first_value(owner, name, kind):
    """What a field has before anybody sets it: what came, or what a new object has."""
    if name in owner._said:
        return read(kind, owner._said[name])
    start = owner._initial.get(name)
    return fresh(kind) if start is None else read(kind, start)


def field(name, kind, settable=True):
    def get(self):
        return self._value(name, kind)

    def put(self, value):
        self._read[name] = given(kind, value)

    return property(get, put if settable else None)


class Message:
    """A message: what it says is read when it is asked for."""

    __slots__ = (
        "_number", "_said", "_read", "_sequence", "_time", "_data", "_size", "_touched", "_members", "__weakref__")
    _fields = {}
    _initial = {}
    _datatype = "Buffer"
    # Whether a new one has the time at which it was made.
    _is_stamped = False

    def __init__(self, size=0):
        if not hasattr(size, "__index__"):
            raise TypeError("%s(): incompatible constructor arguments" % type(self).__name__)
        self._number, self._said, self._read = 0, {}, {}
        self._sequence, self._time = 0, clock.since_start() if self._is_stamped else None
        self._data, self._size, self._touched, self._members = bytearray(int(size)), int(size), True, {}

    def __del__(self):
        if self._number:
            wire.dropped.append(self._number)

    def _value(self, name, kind):
        """A field; whoever has it may change it."""
        if name in self._read:
            return self._read[name]
        if isinstance(self._said, bytes):
            self._said = marshal.loads(self._said)
        value = self._read[name] = first_value(self, name, kind)
        if isinstance(value, (list, dict, Struct)):
            self._touched = True
        return value

    def _set(self, name, value):
        self._touched = True
        self._read[name] = value

    def _fields_now(self):
        if isinstance(self._said, bytes):
            self._said = marshal.loads(self._said)
        said = dict(self._said)
        said.update((name, plain(value)) for name, value in self._read.items())
        return said

    def _bytes(self):
        if self._size < 0:
            raise RuntimeError("this camera is shown nothing: a scenario has to feed the output that sent the picture")
        if self._data is None:
            self._data = bytearray(wire.ask(wire.DATA, self._number))
        elif isinstance(self._data, bytes):
            self._data = bytearray(self._data)
        return self._data

    def getData(self):
        self._touched = self._touched or self._size < 4_096
        return memoryview(self._bytes())

    def setData(self, data):
        self._touched = True
        self._data = bytearray(data)
        self._size = len(self._data)

    def getSequenceNum(self):
        return self._sequence

    def setSequenceNum(self, number):
        self._touched = True
        self._sequence = given("int", number)
        return self

    def getTimestamp(self, offset=None):
        return _timedelta(microseconds=0 if self._time is None else (self._time + clock.boot) / 1_000)

    def getTimestampDevice(self, offset=None):
        return self.getTimestamp()

    def setTimestamp(self, time):
        self._touched = True
        time = given("datetime.timedelta", time)
        self._time = (time.days * 86_400 + time.seconds) * 1_000_000_000 + time.microseconds * 1_000 - clock.boot
        return self


def received(told):
    """A message as a script gets it, from the scheduler's words."""
    number, datatype, sequence, time, said, size, data, members = told
    # What scripts have no class for is bytes to them.
    made = object.__new__(classes.get(datatype) or classes["Buffer"])
    made._number, made._said, made._read = number, said, {}
    made._sequence, made._time, made._touched = sequence, time, False
    made._data, made._size = data, size
    made._members = {name: received(member) for name, member in members} if members else {}
    return made


def sent(message):
    """A message as the scheduler gets it: by its number if it is what came."""
    if not isinstance(message, Message):
        raise TypeError("send(): incompatible function arguments: a message is needed, not %s" % type(message).__name__)
    if not message._touched:
        return message._number
    data = message._data
    if data is None:
        data = b"" if message._size < 0 else message._bytes()
    members = [(name, sent(member)) for name, member in message._members.items()]
    time = -1 if message._time is None else message._time
    return (message._number, message._datatype, message._sequence, time, message._fields_now(), bytes(data), members)


def parse(table):
    """Classes, modules and aliases of the table."""
    found, aliases, current = {}, {}, None
    for line in table.splitlines():
        word, _, rest = line.partition(" ")
        if word in ("class", "module"):
            name, _, flags = rest.partition(" ")
            name, _, base = name.partition("(")
            current = found[name] = {"base": base.rstrip(")"), "flags": flags.split(), "members": []}
        elif word == "alias":
            alias, name = rest.split()
            aliases[alias] = name
        elif line.startswith("  ") and current is not None:
            current["members"].append(line.strip())
    return found, aliases


def signature(member):
    """`name(a: int, b?: str) -> float` -> name, [(a, int, needed)], float."""
    name, _, rest = member.partition("(")
    inside, _, result = rest.rpartition(")")
    arguments = []
    for part in split(inside):
        argument, _, kind = part.partition(": ")
        arguments.append((argument.rstrip("?"), kind or "?", not argument.endswith("?")))
    return name, arguments, result.partition("-> ")[2] or "?"


def matches(arguments, values, named):
    """The values by name, if they fit the arguments of an overload."""
    if len(values) > len(arguments):
        return None
    taken = {}
    for (name, kind, needed), index in zip(arguments, range(len(arguments))):
        if index < len(values):
            value = values[index]
        elif name in named:
            value = named[name]
        elif needed:
            return None
        else:
            continue
        try:
            taken[name] = given(kind, value)
        except (TypeError, OverflowError):
            return None
    return None if set(named) - {name for name, _, _ in arguments} else taken


def call(name, overloads, act):
    """A method with overloads, which are tried in order."""
    def method(self, *values, **named):
        for arguments in overloads:
            taken = matches(arguments, values, named)
            if taken is not None:
                return act(self, taken)
        raise TypeError("%s(): incompatible function arguments" % name)

    method.__name__ = name
    return method


def setter(name, overloads):
    key = camel(name)

    def act(self, taken):
        values = list(taken.values())
        self._set(key, values[0] if len(values) == 1 else (taken if values else True))
        return self

    return call(name, overloads, act)


def getter(name, kind):
    key = camel(name)

    def act(self, taken):
        return self._value(key, kind)

    return call(name, [[]], act)


def message_field(name, kind, settable):
    def get(self):
        return self._value(name, kind)

    def put(self, value):
        self._set(name, given(kind, value))

    return property(get, put if settable else None)


def absent(owner, name):
    def method(*_, **__):
        raise NotImplementedError("the desk has no camera for %s.%s" % (owner, name))

    method.__name__ = name
    return method


def build(name):
    """The class of this name, with its base class."""
    if name in classes:
        return classes[name]
    table = _tables[name]
    members = table["members"]
    is_message = "message" in table["flags"]
    is_enum = any(line.startswith("__init__(value: int)") for line in members) and "value: int readonly" in members
    if is_enum:
        base = Enumerator
    elif table["base"]:
        base = build(table["base"])
    else:
        base = Message if is_message else Struct
    # As in the library, an object takes no other attributes.
    body = {"__module__": "lpb", "__doc__": None, "__slots__": ()}
    if is_message:
        body["_datatype"] = name
    made = type(name.rpartition(".")[2], (base,), body)
    classes[name] = made
    if is_enum:
        enumerators(name, made, members)
    else:
        fill(name, made, members, is_message)
    return made


def enumerators(name, made, members):
    numbers = _defaults["enums"].get(name, {})
    names = [line.partition(":")[0] for line in members if line.partition(":")[0].isidentifier()]
    names = [it for it in names if it not in ("name", "value")]
    made._members = {it: numbers.get(it, index) for index, it in enumerate(names)}
    for it in names:
        setattr(made, it, made(made._members[it]))


def fill(name, made, members, is_message):
    fields, overloads, results = dict(made._fields), {}, {}
    for line in members:
        static = line.startswith("static ")
        line = line[7:] if static else line
        if line.startswith("lacks "):
            continue
        if "(" in line.partition(":")[0]:
            method, arguments, result = signature(line)
            if method != "__init__":
                if static or arguments == [("...", "?", True)]:
                    results[method] = None
                else:
                    overloads.setdefault(method, []).append(arguments)
                    results[method] = result
            continue
        member, _, kind = line.partition(": ")
        kind, _, word = kind.partition(" ")
        fields[member] = kind
        made_field = message_field if is_message else field
        setattr(made, member, made_field(member, kind, word != "readonly"))
    made._fields, made._initial = fields, {**made._initial, **_defaults["fields"].get(name, {})}
    for method, result in results.items():
        if hasattr(made, method):
            continue
        setattr(made, method, unwritten(name, method, overloads.get(method), result, is_message))


def unwritten(owner, method, overloads, result, is_message):
    """A method that the table says enough about: it sets or gets a field."""
    if overloads is not None and is_message:
        if method.startswith("set"):
            return setter(method, overloads)
        if method.startswith("get") and overloads[0] == []:
            return getter(method, result)
    return absent(owner, method)


def prepare(table, defaults, timedelta):
    """Makes all classes."""
    global _timedelta
    _timedelta = timedelta
    found, aliases = parse(table)
    _defaults.update(defaults)
    for name in ("node", "<io>", "<input>", "<output>", "GPIO", "Clock", "Device", "Device.Config"):
        inside = found.pop(name, None)
        if name == "Clock" and inside:
            classes["Clock"] = type("Clock", (), {
                "__module__": "lpb",
                "now": staticmethod(lambda: _timedelta(microseconds=clock.monotonic_ns() / 1_000)),
                "nowHost": staticmethod(lambda: _timedelta(microseconds=clock.monotonic_ns() / 1_000)),
                "offsetToHost": staticmethod(lambda: _timedelta(0)),
            })
    pins(found)
    _tables.update(found)
    for name in list(_tables):
        build(name)
    for name, made in list(classes.items()):
        owner, _, inner = name.rpartition(".")
        if owner in classes:
            setattr(classes[owner], inner, made)
    for alias, name in aliases.items():
        owner, _, inner = alias.rpartition(".")
        if owner in classes and name in classes:
            setattr(classes[owner], inner, classes[name])
    import _oakc_methods

    _oakc_methods.finish()


def pins(found):
    """The enumerations of GPIO."""
    for name in [name for name in found if name.startswith("GPIO.")]:
        names = [line.partition(":")[0] for line in found.pop(name)["members"]]
        made = type(name.rpartition(".")[2], (Enumerator,), {"__module__": "GPIO"})
        made._members = {it: index for index, it in enumerate(names)}
        gpio[made.__name__] = made
        for it in names:
            setattr(made, it, made(made._members[it]))
            gpio[it] = getattr(made, it)
