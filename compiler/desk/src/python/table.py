"""The classes of the device's API: a table of their members in, classes out.

Never: a member that the table does not have.
"""
import _oakc_clock as clock
import _oakc_values as values
from _oakc_messages import Message
from _oakc_values import Enumerator, Struct, classes, field, given, split

gpio = {}
_tables = {}
_defaults = {}


def camel(name):
    """`getLensPosition` -> `lensPosition`."""
    rest = name[3:]
    return rest[:1].lower() + rest[1:]


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
    values.timedelta = timedelta
    found, aliases = parse(table)
    _defaults.update(defaults)
    for name in ("node", "<io>", "<input>", "<output>", "GPIO", "Clock", "Device", "Device.Config"):
        inside = found.pop(name, None)
        if name == "Clock" and inside:
            classes["Clock"] = type("Clock", (), {
                "__module__": "lpb",
                "now": staticmethod(lambda: timedelta(microseconds=clock.monotonic_ns() / 1_000)),
                "nowHost": staticmethod(lambda: timedelta(microseconds=clock.monotonic_ns() / 1_000)),
                "offsetToHost": staticmethod(lambda: timedelta(0)),
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
