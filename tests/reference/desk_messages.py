"""Compares the desk's classes of messages with the real library's: names, what objects start with, what is set.

    python desk_messages.py COMPILER     COMPILER is the folder `compiler` of the repository

Prints the differences, one a line. Needs `depthai` 2.33.
"""
import datetime
import json
import os
import sys
import types

import depthai as dai

# Members of which the desk says at every call that it has none.
SKIPPED_CLASSES = ("CalibrationHandler", "Pipeline", "Node", "DataInputQueue", "DataOutputQueue", "Device", "CrashDump",
                   "Asset", "Properties", "Version", "Clock", "CameraFeatures", "node", "GPIO")
SAMPLES = {"int": [3, 200], "float": [0.5], "bool": [True, False], "str": ["text"]}
# The library says the time of the host here, and forgets the type of a frame that is `Unknown`.
KNOWN = {
    "EncodedFrame.getTimestamp", "EncodedFrame.getTimestampDevice", "EncodedFrame.setFrameType",
    "ImgFrame.getTimestamp", "ImgFrame.getTimestampDevice",
}


def desk(compiler):
    """The desk's classes, without a scheduler."""
    wire, clock = types.ModuleType("_oakc_wire"), types.ModuleType("_oakc_clock")
    wire.dropped, wire.now, wire.debt = [], 0, 0
    clock.boot, clock.monotonic_ns = 0, lambda: 0
    sys.modules.update(_oakc_wire=wire, _oakc_clock=clock)
    folder = os.path.join(compiler, "desk", "src", "python")
    for name in ("values", "messages", "table", "methods", "ports"):
        module = sys.modules["_oakc_" + name] = types.ModuleType("_oakc_" + name)
        with open(os.path.join(folder, name + ".py"), encoding="utf-8") as file:
            exec(compile(file.read(), name + ".py", "exec"), module.__dict__)
    api = sys.modules["_oakc_table"]
    with open(os.path.join(compiler, "script", "src", "api", "device.txt"), encoding="utf-8") as file:
        table = file.read()
    with open(os.path.join(folder, "defaults.json"), encoding="utf-8") as file:
        api.prepare(table, json.load(file), datetime.timedelta)
    return api, api.parse(table)[0]


def find(path):
    owner = dai
    for part in path.split("."):
        owner = getattr(owner, part, None)
    return owner


def comparable(value):
    if hasattr(value, "name") and hasattr(value, "value"):
        return value.name
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, (bool, int, str, datetime.timedelta)):
        return value
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in value]
    return None


def made(cls):
    try:
        return cls()
    except Exception:
        return None


def tried(act):
    try:
        return comparable(act())
    except Exception as error:
        return type(error).__name__


def members(name, ours, real, table):
    """What one of the two has and the other does not; what they start with."""
    mine, theirs = made(ours), made(real)
    for line in table["members"]:
        if line.startswith(("lacks ", "static ", "__")):
            continue
        member = line.partition("(")[0].partition(":")[0]
        if not hasattr(ours, member):
            yield "%s.%s is missing" % (name, member)
        elif hasattr(real, member) and mine is not None and theirs is not None and member != "data":
            is_getter = member.startswith("get") and member + "()" in line
            if isinstance(getattr(real, member), property):
                pair = tried(lambda: getattr(mine, member)), tried(lambda: getattr(theirs, member))
            elif is_getter and "%s.%s" % (name, member) not in KNOWN:
                pair = tried(lambda: getattr(mine, member)()), tried(lambda: getattr(theirs, member)())
            else:
                continue
            if pair[1] is not None and pair[0] != pair[1] and pair[1] != "TypeError":
                yield "%s.%s starts as %r, and the library's as %r" % ((name, member) + pair)


def settings(api, name, ours, real, table):
    """What getters say after a setter, of each pair of the same name."""
    getters = {line.partition("(")[0] for line in table["members"] if line.startswith("get")}
    for line in table["members"]:
        if not line.startswith("set") or "(...)" in line:
            continue
        setter, arguments, _ = api.signature(line)
        getter = "get" + setter[3:]
        if getter not in getters or len(arguments) != 1 or "%s.%s" % (name, setter) in KNOWN:
            continue
        for sample in samples(api, arguments[0][1]):
            mine, theirs = made(ours), made(real)
            if mine is None or theirs is None:
                continue
            said = []
            for one, value in ((mine, sample[0]), (theirs, sample[1])):
                done = tried(lambda: getattr(one, setter)(value) and None)
                said.append(done or tried(lambda: getattr(one, getter)()))
            if said[0] != said[1]:
                yield "%s.%s(%r): %s says %r, and the library's %r" % (
                    name, setter, comparable(sample[0]), getter, said[0], said[1])


def samples(api, kind):
    """Values for the desk's class and the library's."""
    if kind in SAMPLES:
        return [(value, value) for value in SAMPLES[kind]]
    ours, real = api.classes.get(kind), find(kind)
    if ours is not None and hasattr(real, "__members__"):
        return [(getattr(ours, name), real.__members__[name]) for name in ours._members if name in real.__members__]
    return []


def own(api, tables):
    """What `node`, its ports, `Clock` and `GPIO` have and should not have, or the other way round."""
    ports = sys.modules["_oakc_ports"]
    things = {
        "node": ports.Node([], []), "<input>": ports.Input("a"), "<output>": ports.Output("a"),
        "Clock": api.classes["Clock"], "GPIO": ports.gpio(api.gpio),
    }
    for name, thing in things.items():
        known = {line.replace("static ", "").partition("(")[0].partition(":")[0] for line in tables[name]["members"]
                 if not line.startswith(("lacks ", "_"))}
        known |= {inner.partition(".")[2] for inner in tables if inner.startswith(name + ".")}
        has = {member for member in dir(thing) if not member.startswith("_")}
        for member in sorted(known ^ has):
            print("%s.%s is %s" % (name, member, "missing" if member in known else "not on the camera"))


def main(compiler):
    api, tables = desk(compiler)
    own(api, tables)
    for name, table in sorted(tables.items()):
        if name.split(".")[0] in SKIPPED_CLASSES or name.startswith("<"):
            continue
        ours, real = api.classes.get(name), find(name)
        if ours is None:
            print("%s is missing" % name)
            continue
        if real is None:
            continue
        if hasattr(real, "__members__"):
            for member, number in ours._members.items():
                if member in real.__members__ and int(real.__members__[member]) != number:
                    print("%s.%s is %d, and the library's %d" % (name, member, number, int(real.__members__[member])))
            continue
        for difference in members(name, ours, real, table):
            print(difference)
        if "message" in table["flags"]:
            for difference in settings(api, name, ours, real, table):
                print(difference)


main(sys.argv[1])
