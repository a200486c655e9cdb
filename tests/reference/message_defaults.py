"""What the classes of messages start with, by the real library.

    python message_defaults.py API_TABLE OUT

Reads compiler/script/src/api/device.txt, makes one object of each class that has no arguments, and writes the fields
that do not start as nothing (0, false, empty), and the numbers of the enumerators. Needs `depthai` 2.33.
"""
import json
import sys

import depthai as dai

ENUMS, FIELDS = {}, {}


def find(path):
    owner = dai
    for part in path.split("."):
        owner = getattr(owner, part, None)
        if owner is None:
            return None
    return owner


def plain(value):
    """A value as fields of a message say it; nothing where it has no such form."""
    if hasattr(type(value), "__members__"):
        return value.name
    if isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    names = [name for name in dir(type(value)) if isinstance(getattr(type(value), name, None), property) and name != "data"]
    if names and type(value).__module__.startswith("depthai"):
        return {name: plain(getattr(value, name)) for name in names}
    return None


def start(cls, name):
    try:
        return plain(getattr(cls(), name))
    except Exception:
        return None


def main(table, out):
    current = None
    for line in open(table, encoding="utf-8"):
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "class":
            current = rest.partition(" ")[0].partition("(")[0]
        elif line.startswith("  ") and current is not None:
            cls, member = find(current), line.strip()
            name = member.partition(":")[0]
            if cls is None or not name.isidentifier() or name in ("name", "value", "data"):
                continue
            if hasattr(cls, "__members__"):
                if name in cls.__members__:
                    ENUMS.setdefault(current, {})[name] = int(cls.__members__[name])
            elif isinstance(getattr(cls, name, None), property):
                value = start(cls, name)
                if value not in (None, 0, False, "", [], {}):
                    FIELDS.setdefault(current, {})[name] = value
    configs = {
        "AprilTagConfig": "RawAprilTagConfig",
        "StereoDepthConfig": "RawStereoDepthConfig",
        "FeatureTrackerConfig": "RawFeatureTrackerConfig",
    }
    for name, raw in configs.items():
        value = plain(getattr(dai, name)().get())
        value.pop("data", None)
        FIELDS.setdefault(name, {})["config"] = value
        fields = FIELDS.setdefault(raw, {})
        fields.update({key: it for key, it in value.items() if it not in (None, 0, False, "", [], {})})
    with open(out, "w", encoding="utf-8") as file:
        json.dump({"enums": ENUMS, "fields": FIELDS}, file, indent=1, sort_keys=True)
        file.write("\n")


main(*sys.argv[1:])
