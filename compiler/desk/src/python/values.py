"""Values of the device's API: numbers, enumerators, structs, by the types of the table.

In:    what fields of a message say, or what a script sets. Out: values as the library has them, and what they say as
       fields. Never: a value of a type that the library would not take.
"""
# All classes of the table, by name, once they are made.
classes = {}
# The class of that name, which is that of the virtual time.
timedelta = None

NUMBERS = {"int": int, "float": float, "bool": bool, "str": str}
NAN = float("nan")
# What reads a type of the table, by its name: made when it is first needed.
_readers = {}


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
        return timedelta(0)
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
    if kind == "datetime.timedelta" and isinstance(value, timedelta):
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
        return lambda value: timedelta(seconds=value)
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
    if isinstance(value, timedelta):
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
